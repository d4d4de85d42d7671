"""Commands that are stopped from outside, and the one that waits: in processes of their own."""

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

from processes import PATIENCE, finish, start, wait_for
from test_cli_harness import names

pytest_plugins = ["test_cli_harness"]
pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")


def interrupt(process: "subprocess.Popen[str]") -> tuple[str, str]:
    """Ctrl-C, and once more where it came between two renames: then it is not heard."""
    for _ in range(20):
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            return process.communicate(timeout=PATIENCE / 20)
    raise AssertionError("it never ends")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_compilation_leaves_nothing(here: Path, number: int, code: int) -> None:
    Path("many.ft").write_text("let n in 1..100000000\ndialog a\n  user: {n}\n  assistant: {n}\n")
    before = names()
    process = start("compile", "many.ft", "--no-data-checks")
    # The file aside is there from the first line on.
    wait_for(lambda: names() != before)
    process.send_signal(number)
    out, err = finish(process)
    assert process.returncode == code
    assert "Traceback" not in err and not out
    assert names() == before


def test_watch_compiles_again_and_ends_in_peace(here: Path) -> None:
    pytest.importorskip("watchfiles")
    process = start("compile", "k.ft", "--watch")
    wait_for(Path("k.jsonl").exists)
    first = Path("k.jsonl").read_bytes()

    def changed() -> bool:
        # Written again and again: the first time may come before the folder is watched.
        Path("k.ft").write_text("fact a\n  user: x\n  assistant: y\n")
        time.sleep(0.2)
        return Path("k.jsonl").read_bytes() != first

    wait_for(changed)
    out, err = interrupt(process)
    assert process.returncode == 0, err
    assert "watching" in err and "k.ft → k.jsonl  1 conversation (openai)" in out
