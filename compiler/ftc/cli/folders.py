"""Which `.ft` files a command line names, where each is looked at alone: those of folders, or those named."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from ftc.cli.command_error import CommandError
from ftc.cli.options import require_text
from ftc.diagnostics import Diagnostic

PASSED_OVER = ("node_modules", "__pycache__")
"""Folders that hold what others wrote, besides hidden ones, and those with a file of `NOT_SOURCES` in them."""
NOT_SOURCES = ("pyvenv.cfg", "CACHEDIR.TAG")
"""What lies in a virtual environment and in a cache (https://bford.info/cachedir/)."""


def looks_at_each(files: list[str], *, each: bool = False) -> bool:
    """Whether the files are looked at one by one: with `--each`, where nothing is named, and where a folder is."""
    return each or not files or any(Path(file).is_dir() for file in files)


def each_file(files: list[str]) -> tuple[list[str], list[Diagnostic]]:
    """The files that are named, and those in the folders that are (`.` if there are none), each once, sorted by name;
    and what could not be looked into. CommandError E730 for a folder without any."""
    found: dict[str, str] = {}
    problems: list[Diagnostic] = []
    for name in files or ["."]:
        inside = sorted(_inside(Path(name), problems)) if Path(name).is_dir() else [name]
        if not inside and not problems:
            raise CommandError("E730", folder=name)
        for file in inside:
            # By its place, not by what a link leads to: what a file names is looked for beside it.
            found.setdefault("-" if file == "-" else os.path.abspath(file), file)  # noqa: PTH100
    return sorted(found.values()), problems


def _inside(folder: Path, problems: list[Diagnostic]) -> Iterator[str]:
    """The `.ft` files in a folder and those below it. Links are not followed: what they lead to within the folder is
    found where it stands, and the rest is not of the folder."""

    def unreadable(error: OSError) -> None:
        problems.append(Diagnostic("E003", None, {"path": error.filename, "reason": os.strerror(error.errno or 0)}))

    for place, folders, names in os.walk(folder, onerror=unreadable):
        here = Path(place)
        folders[:] = sorted(each for each in folders if not _passed_over(here / each))
        for name in names:
            path = here / name
            if name.endswith(".ft") and not name.startswith(".") and stat.S_ISREG(path.lstat().st_mode):
                require_text(str(path))
                yield path.as_posix()


def _passed_over(folder: Path) -> bool:
    """Whether a folder holds no sources of one's own."""
    return (
        folder.name.startswith(".")
        or folder.name in PASSED_OVER
        or any((folder / marker).exists() for marker in NOT_SOURCES)
    )
