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
    """Run `once` now and after each change of the files that were named or read. A failure is said and waited out."""
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
            # The folders are watched and not the files: editors replace a file by another of its name.
            folders = {path.parent for path in paths if path.parent.is_dir()}
            for changes in watch(*folders, recursive=False):
                if any(Path(path) in paths for _, path in changes):
                    break
            paths = _run(files, once)


def _run(files: list[str], once: "Callable[[], Loader]") -> set[Path]:
    """The files that the next change may be in."""
    named = {Path(file).resolve() for file in files}
    try:
        contents = once().contents
        # A pipe would keep the line about it until the end.
        sys.stdout.flush()
        return named | {Path(name).resolve() for name in contents}
    except CommandError as error:
        emit([error.diagnostic], "text", sys.stderr)
    except typer.Exit:
        pass
    return named
