"""The process that works on a job, identified by more than its number: numbers are reused."""

import os
import sys
from pathlib import Path

MODULE = "ftc.providers.local.worker"
NEAR = 2.0
"""Seconds by which the reported start of a process may vary, as the clock of the system is adjusted."""


def command(folder: Path) -> list[str]:
    """The command that starts the worker of a folder. -P: nothing is imported from the current directory."""
    return [sys.executable, "-P", "-m", MODULE, os.path.abspath(folder)]  # noqa: PTH100 (links stay as they are)


def start_time(pid: int) -> float | None:
    """When a process started, in seconds since 1970; None where there is no such process."""
    import psutil

    try:
        return float(psutil.Process(pid).create_time())
    except (psutil.Error, OSError, ValueError, OverflowError):
        return None


def send_signal(pid: int, started: float, folder: Path, which: int) -> bool:
    """Send a signal to the worker of a folder, if the process is still that one: it started then, with that command.
    Whether the signal was sent."""
    import psutil

    try:
        process = psutil.Process(pid)
        same: bool = abs(process.create_time() - started) < NEAR and process.cmdline()[1:] == command(folder)[1:]
        if same:
            # psutil checks once more that the number still belongs to this process.
            process.send_signal(which)
    except (psutil.Error, OSError, ValueError, OverflowError):
        return False
    return same
