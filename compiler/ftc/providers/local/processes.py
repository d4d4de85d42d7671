"""The process that works on a job, known again by more than its number: a number is soon another process's."""

import os
import sys
from pathlib import Path

MODULE = "ftc.providers.local.worker"
NEAR = 2.0
"""Seconds by which the system may tell the start of one process otherwise: its clock is set now and then."""


def command(folder: Path) -> list[str]:
    """How the worker of a folder is started. -P: what lies in the current folder is not to be imported."""
    return [sys.executable, "-P", "-m", MODULE, os.path.abspath(folder)]  # noqa: PTH100 (links stay as they are)


def began(pid: int) -> float | None:
    """When a process began, in seconds since 1970; None where there is none."""
    import psutil

    try:
        return float(psutil.Process(pid).create_time())
    except (psutil.Error, OSError, ValueError, OverflowError):
        return None


def signalled(pid: int, started: float, folder: Path, which: int) -> bool:
    """Send a signal to the worker of a folder, if this process still is that one: it began then, with that command.
    Whether it was sent."""
    import psutil

    try:
        process = psutil.Process(pid)
        same: bool = abs(process.create_time() - started) < NEAR and process.cmdline()[1:] == command(folder)[1:]
        if same:
            # psutil looks once more whether the number is still this process's.
            process.send_signal(which)
    except (psutil.Error, OSError, ValueError, OverflowError):
        return False
    return same
