"""Importing a target costs nothing: the models of lines and what counts tokens are loaded only where they are used."""

import subprocess
import sys

import pytest

from ftc.targets import TARGETS

HEAVY = {"pydantic", "openai", "quicktok", "rich", "typer", "lark", "wcwidth"}


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_is_light(name: str) -> None:
    code = f"import sys; from ftc.targets import TARGETS; TARGETS[{name!r}]; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not HEAVY & set(loaded)
