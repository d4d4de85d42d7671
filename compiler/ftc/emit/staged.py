"""Files that are replaced atomically: one in one step, several together.

A file is written under a temporary name until it is complete, and then replaces what was at its place. Several files
cannot be renamed in one step, so the renames are first written into a journal beside them: from that moment on the
new files count, and the next process finishes what a killed one has left (`finish_moves`). Until then the old ones do.
"""

import errno
import os
import re
import shutil
import signal
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Annotated, BinaryIO, Literal

from pydantic import FailFast, Field

from ftc.records import SMALL, BadRecord, Record, read_record

# A file takes large pieces much sooner than small ones that end in the middle of a page.
BUFFER = 2 * 2**20


# ── temporary files ───────────────────────────────────────────────────────────────────────────────


def temporary_path(place: Path, kind: str) -> Path:
    """Where this process keeps a file that is not yet complete. The name is short even if that of the place is long."""
    return place.with_name(f".ftc-{_short(place)}-{os.getpid()}.{kind}")


def _short(place: Path) -> str:
    from xxhash import xxh3_64_hexdigest

    return str(xxh3_64_hexdigest(os.fsencode(place.name)))


def remove_leftovers(place: Path) -> None:
    """Remove the temporary files that killed processes left beside a place."""
    named = re.compile(rf"\.ftc-{_short(place)}-(\d+)\.(tmp|parts)")
    with suppress(OSError):
        for left in list(place.parent.iterdir()):
            found = named.fullmatch(left.name)
            if found and not _alive(int(found[1])):
                if left.is_dir() and not left.is_symlink():
                    shutil.rmtree(left, ignore_errors=True)
                else:
                    left.unlink(missing_ok=True)


def _alive(process: int) -> bool:
    if os.name == "nt":
        # On Windows even signal 0 would end the process.
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def real_path(path: Path) -> Path:
    """The path with every link resolved. OSError where the links form a circle."""
    try:
        return path.resolve()
    except RuntimeError:
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path)) from None


# ── the journal ───────────────────────────────────────────────────────────────────────────────────


class _Move(Record):
    """The rename of a temporary file to its place: both are names without a folder, since they lie in the same one. The
    inode and size identify the file before and after: one that was forged or replaced since is not moved."""

    aside: str
    place: str
    inode: int
    size: int

    def is_at(self, path: Path) -> bool:
        try:
            found = path.lstat()
        except OSError:
            return False
        return stat.S_ISREG(found.st_mode) and (found.st_ino, found.st_size) == (self.inode, self.size)


class Journal(Record):
    """The renames that belong together; `journal` is the version of the format."""

    journal: Literal[1] = 1
    moves: Annotated[tuple[_Move, ...], FailFast(), Field(max_length=8)]


class TornFiles(OSError):
    """Of several files that belong together only some were replaced, and the rest cannot be; `path` is one of them, the
    message says why."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(errno.EIO, why, str(path))
        self.path, self.why = path, why


def journal_path(key: Path) -> Path:
    """The journal of a group of files, named by `key`, one of them."""
    return key.with_name(f".ftc-{_short(key)}.journal")


def finish_moves(key: Path, stems: "re.Pattern[str]") -> None:
    """Finish the renames that a killed process began. TornFiles where that is impossible.

    Anyone may have written a journal, so only files with our temporary names are moved, and only to places whose name
    matches `stems`.
    """
    journal = journal_path(key)
    if not os.path.lexists(journal):
        return
    with folder_lock(key.parent):
        try:
            if journal.is_symlink():
                raise BadRecord("it is a link")
            moves = read_record(journal, Journal, SMALL).moves
        except FileNotFoundError:
            # The other process was still running, and has finished by now.
            return
        except BadRecord as bad:
            raise TornFiles(key, f"its journal cannot be read: {bad}") from None
        for move in moves:
            place = real_path(key.with_name(move.place)) if stems.fullmatch(move.place) else None
            if place is None or not re.fullmatch(rf"\.ftc-{_short(place)}-\d+\.tmp", move.aside):
                raise TornFiles(key, "its journal names files that are not its own")
            aside = place.with_name(move.aside)
            try:
                if move.is_at(aside):
                    aside.replace(place)
                elif not move.is_at(place):
                    raise TornFiles(place, "the file that was to take its place is gone")
            except TornFiles:
                raise
            except OSError as error:
                raise TornFiles(place, (error.strerror or str(error)).lower()) from None
        try:
            journal.unlink()
        except OSError as error:
            raise TornFiles(key, (error.strerror or str(error)).lower()) from None


@contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """A lock that only one ftc at a time holds on a folder, on systems that have such locks."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


# ── writing ───────────────────────────────────────────────────────────────────────────────────────


class Staged:
    """A context: files opened in it are written under temporary names and moved to their places at the end.

    On any exception, an interrupt included, they are removed. An existing file is replaced in one step; several files
    are replaced together by the journal of `key`, one of them.
    """

    def __init__(self, key: Path | None = None) -> None:
        self._key = key
        self._files: list[tuple[BinaryIO, Path, Path, str]] = []
        self._journalled = False

    def open(self, path: Path, *, links: bool = True) -> BinaryIO:
        """Open a file that will be at `path`. A link there keeps pointing to the file, or is replaced without
        `links`."""
        place = real_path(path) if links else real_path(path.parent) / path.name
        if place.is_dir():
            raise IsADirectoryError(21, os.strerror(21), str(path))
        remove_leftovers(place)
        aside = temporary_path(place, "tmp")
        try:
            aside.unlink(missing_ok=True)
            # Created exclusively, so that no link there is followed.
            file = aside.open("xb", BUFFER)
            self._files.append((file, aside, place, path.name))
        except OSError as error:
            # The message names the place: users know nothing of the temporary file.
            raise OSError(error.errno, error.strerror, str(path)) from None
        except BaseException:
            # An interrupt between the two lines: the file is there, and on no list of what is to be removed.
            aside.unlink(missing_ok=True)
            raise
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
            for file, aside, _, _ in self._files:
                # A full disk refuses the last bytes again; what matters is that the file is removed.
                with suppress(OSError):
                    file.close()
                # Once there is a journal, the next process needs them to finish.
                if not self._journalled:
                    aside.unlink(missing_ok=True)

    def _place(self) -> None:
        for file, _, _, _ in self._files:
            file.close()
        with _uninterrupted():
            if self._key is None or len(self._files) == 1:
                for _, aside, place, _ in self._files:
                    aside.replace(place)
                return
            with folder_lock(self._key.parent):
                journal = journal_path(self._key)
                self._write(journal)
                self._journalled = True
                for _, aside, place, _ in self._files:
                    aside.replace(place)
                journal.unlink()
                self._journalled = False

    def _write(self, journal: Path) -> None:
        """Write the journal in one step. One that another process left is about files that are replaced now."""
        aside = temporary_path(journal, "tmp")
        aside.unlink(missing_ok=True)
        moves = tuple(
            _Move(aside=aside.name, place=name, inode=(now := aside.stat()).st_ino, size=now.st_size)
            for _, aside, _, name in self._files
        )
        try:
            with aside.open("xb") as file:
                file.write(Journal(moves=moves).model_dump_json().encode())
            aside.replace(journal)
        finally:
            aside.unlink(missing_ok=True)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Ignore interrupts between two renames; only the main thread gets any. SIGTERM is delivered afterwards."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    pending: list[int] = []
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda number, frame: pending.append(number))
    try:
        yield
    finally:
        for which, handler in before.items():
            # None is a handler that was not set from Python, and cannot be set again.
            if handler is not None:
                signal.signal(which, handler)
        for number in pending:
            signal.raise_signal(number)
