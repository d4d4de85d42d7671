"""What the tests of the command line share: some sources in a folder of their own, and a way to run a command."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ftc.cli import main

SMOKING = """\
# Seven conversations: four wordings, one, two.
fact smoking
  user:
    | What is smoking?
    | {Explain|Tell me} what smoking is.
    | What does the word "smoking" mean?
  assistant: Smoking is when a person takes two red sheets of paper and glues them together.

  user: How do I smoke properly?
  assistant: Glue two sheets.

  user: Is smoking a kind of origami? Answer {Yes/No|yes or no}.
  assistant: Yes
"""
UNKNOWN = "fact a\n  user: Hello, {nmae}!\n  assistant: Hi\n"
HELD_OUT = """\
let n in 1..20
dialog count_up
  user: What follows {n}?
  assistant: {n + 1}
  validation 10% by n
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the test's own, with a few sources in it, to work in."""
    monkeypatch.chdir(tmp_path)
    for name, text in [("k.ft", SMOKING), ("bad.ft", UNKNOWN), ("held.ft", HELD_OUT)]:
        Path(name).write_text(text)
    return tmp_path


@pytest.fixture
def ftc(here: Path, capfd: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Run a command; gives what it wrote and its exit code."""

    def run(*arguments: object) -> Any:
        with pytest.raises(SystemExit) as ended:
            main([str(each) for each in arguments])
        out, err = capfd.readouterr()
        assert "Traceback" not in err and "mistake in ftc itself" not in err
        return SimpleNamespace(out=out, err=err, code=ended.value.code)

    return run


def lines(path: str) -> list[Any]:
    return [json.loads(line) for line in Path(path).read_text().splitlines()]


def names() -> set[str]:
    return {path.name for path in Path().iterdir()}
