"""Commands in processes of their own, and waiting for what they do.

`PATIENCE` is the one limit, and there only so that a mistake does not hang for ever: no test passes or fails by time.
"""

import io
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

import pytest

from ftc.cli import main

PATIENCE = 600.0
"""Seconds in which everything here happens, on however busy a machine."""

_started: "list[subprocess.Popen[str]]" = []


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "ftc", *arguments]


def run(*arguments: str, **options: Any) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end; whatever its exit code."""
    options = {"capture_output": True, "text": True, "check": False, "timeout": PATIENCE} | options
    return subprocess.run(command(*arguments), **options)


def run_here(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run a command as `run` does, but in this process, which has imported everything already."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
        main(arguments)
    code = ended.value.code
    assert isinstance(code, int)
    return subprocess.CompletedProcess(command(*arguments), code, out.getvalue(), err.getvalue())


def start(*arguments: str, **options: Any) -> "subprocess.Popen[str]":
    """Start a command; a test that fails before its end does not leave it behind."""
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True} | options
    _started.append(subprocess.Popen(command(*arguments), **options))
    return _started[-1]


def finish(process: "subprocess.Popen[str]") -> tuple[str, str]:
    """Wait for the end of a command; what it wrote, and what it said of errors."""
    return process.communicate(timeout=PATIENCE)


def end_started() -> None:
    while _started:
        process = _started.pop()
        process.kill()
        process.wait()


def wait_for(happened: Callable[[], Any]) -> Any:
    """What is asked for, once it is there."""
    end = time.monotonic() + PATIENCE
    while not (found := happened()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)
    return found
