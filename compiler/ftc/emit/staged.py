"""Files that appear together, whole, or not at all."""

import os
import re
import shutil
import signal
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO


def aside_of(place: Path, kind: str) -> Path:
    """Where this process keeps what is not yet at its place."""
    return place.with_name(f".{place.name}.{os.getpid()}.{kind}")


def sweep(place: Path) -> None:
    """Remove what processes left beside a place that were killed there."""
    named = re.compile(rf"\.{re.escape(place.name)}\.(\d+)\.(tmp|parts)")
    with suppress(OSError):
        for left in list(place.parent.iterdir()):
            found = named.fullmatch(left.name)
            if found and not _alive(int(found[1])):
                if left.is_dir():
                    shutil.rmtree(left, ignore_errors=True)
                else:
                    left.unlink(missing_ok=True)


def _alive(process: int) -> bool:
    if os.name == "nt":
        # There a signal that is only meant to ask would end the process.
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


# A file takes large pieces much sooner than small ones that end in the middle of a page.
BUFFER = 2 * 2**20


class Staged:
    """A context: what is opened in it is written beside its place and takes its place at the end.

    On any exception, an interrupt included, nothing of it stays. An existing file is replaced in one step.
    """

    def __init__(self) -> None:
        self._files: list[tuple[BinaryIO, Path, Path]] = []

    def open(self, path: Path) -> BinaryIO:
        """A file to write that will be at `path`; a link there keeps pointing to it."""
        place = path.resolve()
        if place.is_dir():
            raise IsADirectoryError(21, os.strerror(21), str(path))
        sweep(place)
        aside = aside_of(place, "tmp")
        try:
            file = aside.open("wb", BUFFER)
        except OSError as error:
            # People know the place, and nothing of the file aside.
            raise OSError(error.errno, error.strerror, str(path)) from None
        self._files.append((file, aside, place))
        return file

    def __enter__(self) -> "Staged":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._place()
        finally:
            for file, aside, _ in self._files:
                # A full disk refuses the last bytes once more; what counts is that the file goes.
                with suppress(OSError):
                    file.close()
                aside.unlink(missing_ok=True)

    def _place(self) -> None:
        for file, _, _ in self._files:
            file.close()
        # An interrupt between two renames would leave one file new and one old; only the main thread gets interrupts.
        alone = threading.current_thread() is threading.main_thread()
        before = signal.signal(signal.SIGINT, signal.SIG_IGN) if alone else None
        try:
            for _, aside, place in self._files:
                aside.replace(place)
        finally:
            if alone:
                signal.signal(signal.SIGINT, before)
