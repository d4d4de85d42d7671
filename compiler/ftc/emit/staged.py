"""Files that take their places whole: one in one step, several as one.

What is written stands aside until it is complete. A single file then replaces what was at its place. Several cannot be
renamed as one, so what is to be renamed is first written into a journal beside them: from that moment they are the new
files, and whoever comes next finishes what a killed process has left (`settle`). Before it they are the old ones.
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


# ── aside ─────────────────────────────────────────────────────────────────────────────────────────


def aside_of(place: Path, kind: str) -> Path:
    """Where this process keeps what is not yet at its place. The name is no longer for a place whose own is long."""
    return place.with_name(f".ftc-{_short(place)}-{os.getpid()}.{kind}")


def _short(place: Path) -> str:
    from xxhash import xxh3_64_hexdigest

    return str(xxh3_64_hexdigest(os.fsencode(place.name)))


def sweep(place: Path) -> None:
    """Remove what processes left beside a place that were killed there."""
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
        # There a signal that is only meant to ask would end the process.
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def settled(path: Path) -> Path:
    """The place that a path means, every link followed. OSError where links go round in a circle."""
    try:
        return path.resolve()
    except RuntimeError:
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path)) from None


# ── several as one ────────────────────────────────────────────────────────────────────────────────


class _Move(Record):
    """Both are names without a folder: the file aside lies beside its place, wherever a link there points. By its
    number and size the very file is known, aside or at its place: of a stranger's making, or after somebody else was
    there, it is another."""

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
    """What takes its place together; `journal` is the version of this shape."""

    journal: Literal[1] = 1
    moves: Annotated[tuple[_Move, ...], FailFast(), Field(max_length=8)]


class Torn(OSError):
    """Files that were to take their places as one have done so in part, and it cannot be finished; `path` is one of
    them, the message says why."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(errno.EIO, why, str(path))
        self.path, self.why = path, why


def journal_of(key: Path) -> Path:
    """The journal of the files that `key`, one of them, stands for."""
    return key.with_name(f".ftc-{_short(key)}.journal")


def settle(key: Path, stems: "re.Pattern[str]") -> None:
    """Finish what a killed process has begun: Torn where that cannot be.

    A journal may be anyone's, so it moves nothing but files that are called as ours are aside, and to no place but one
    whose name `stems` knows.
    """
    journal = journal_of(key)
    if not os.path.lexists(journal):
        return
    with alone(key.parent):
        try:
            if journal.is_symlink():
                raise BadRecord("it is a link")
            moves = read_record(journal, Journal, SMALL).moves
        except FileNotFoundError:
            # The process was alive, and has finished.
            return
        except BadRecord as bad:
            raise Torn(key, f"its journal cannot be read: {bad}") from None
        for move in moves:
            place = settled(key.with_name(move.place)) if stems.fullmatch(move.place) else None
            if place is None or not re.fullmatch(rf"\.ftc-{_short(place)}-\d+\.tmp", move.aside):
                raise Torn(key, "its journal names files that are not its own")
            aside = place.with_name(move.aside)
            try:
                if move.is_at(aside):
                    aside.replace(place)
                elif not move.is_at(place):
                    raise Torn(place, "the file that was to take its place is gone")
            except Torn:
                raise
            except OSError as error:
                raise Torn(place, (error.strerror or str(error)).lower()) from None
        try:
            journal.unlink()
        except OSError as error:
            raise Torn(key, (error.strerror or str(error)).lower()) from None


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """While it lasts, no other ftc does so in this folder, on systems that know such locks."""
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


# ── taking places ─────────────────────────────────────────────────────────────────────────────────


class Staged:
    """A context: what is opened in it is written beside its place and takes its place at the end.

    On any exception, an interrupt included, nothing of it stays. An existing file is replaced in one step; several
    files are as one by the journal of `key`, one of them.
    """

    def __init__(self, key: Path | None = None) -> None:
        self._key = key
        self._files: list[tuple[BinaryIO, Path, Path, str]] = []
        self._begun = False

    def open(self, path: Path, *, links: bool = True) -> BinaryIO:
        """A file to write that will be at `path`; a link there keeps pointing to it, or is replaced without `links`."""
        place = settled(path) if links else settled(path.parent) / path.name
        if place.is_dir():
            raise IsADirectoryError(21, os.strerror(21), str(path))
        sweep(place)
        aside = aside_of(place, "tmp")
        try:
            aside.unlink(missing_ok=True)
            # Made anew, so no link that lies there is followed.
            file = aside.open("xb", BUFFER)
        except OSError as error:
            # People know the place, and nothing of the file aside.
            raise OSError(error.errno, error.strerror, str(path)) from None
        self._files.append((file, aside, place, path.name))
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
                # A full disk refuses the last bytes once more; what counts is that the file goes.
                with suppress(OSError):
                    file.close()
                # From the journal on they are what the next one finishes with.
                if not self._begun:
                    aside.unlink(missing_ok=True)

    def _place(self) -> None:
        for file, _, _, _ in self._files:
            file.close()
        with _uninterrupted():
            if self._key is None or len(self._files) == 1:
                for _, aside, place, _ in self._files:
                    aside.replace(place)
                return
            with alone(self._key.parent):
                journal = journal_of(self._key)
                self._write(journal)
                self._begun = True
                for _, aside, place, _ in self._files:
                    aside.replace(place)
                journal.unlink()
                self._begun = False

    def _write(self, journal: Path) -> None:
        """The journal, in one step. One that another process has left is of files that are replaced now."""
        aside = aside_of(journal, "tmp")
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
    """Between two renames no interrupt is heard; only the main thread gets interrupts. Whoever asks the process to end
    is heard a moment later."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    asked: list[int] = []
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda number, frame: asked.append(number))
    try:
        yield
    finally:
        for which, handler in before.items():
            # None is a handler that was not set from Python, and cannot be set again.
            if handler is not None:
                signal.signal(which, handler)
        for number in asked:
            signal.raise_signal(number)
