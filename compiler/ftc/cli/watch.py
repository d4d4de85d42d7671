"""Compile again whenever a file changes, until interrupted."""

import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ftc.cli.command_error import CommandError
from ftc.cli.screen import tell
from ftc.report import emit

if TYPE_CHECKING:
    from ftc.loader import Loader


def watch_files(files: list[str], once: "Callable[[], Loader]") -> None:
    """Run `once` now, and again whenever a file that was named or read changes. Errors do not end the watching."""
    if "-" in files:
        raise CommandError("E719")
    try:
        from watchfiles import watch
    except ImportError:
        raise CommandError("E711") from None
    paths = _run(files, once)
    tell("ftc: watching; Ctrl-C ends it")
    with suppress(KeyboardInterrupt):
        while True:
            # The folders are watched, not the files: editors replace a file with a new one of the same name.
            folders = {path.parent for path in paths if path.parent.is_dir()}
            for changes in watch(*folders, recursive=False):
                if any(Path(path) in paths for _, path in changes):
                    break
            paths = _run(files, once)


def _run(files: list[str], once: "Callable[[], Loader]") -> set[Path]:
    """Run `once`, and return the files to watch."""
    named = {Path(file).resolve() for file in files}
    try:
        contents = once().contents
        # Into a pipe, the summary line would stay in the buffer until the end.
        sys.stdout.flush()
        return named | {Path(name).resolve() for name in contents}
    except CommandError as error:
        emit([error.diagnostic], "text", sys.stderr)
    except typer.Exit:
        pass
    return named
