"""A folder of files that appear whole or not at all: on this machine, or wherever a URL of fsspec's points.

Where a file can be renamed it is written aside first, in `_ftc`; a store of objects shows none before it is complete.
"""

import errno
import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, Protocol
from urllib.parse import unquote, urlsplit

from ftc.diagnostics import FtcError
from ftc.disk import read_plain
from ftc.emit.manifest import LIMIT

ASIDE = "_ftc"
"""What is not for the readers of the folder stands in here, and is gone when all is written."""

HELD = re.compile(ASIDE + r"/(about\.txt|part-\d+\.json|[^/]+\.tmp)")
"""What is ours in there: anything else is left alone."""

OBJECT_STORES = {"abfs", "abfss", "az", "adl", "gcs", "gs", "hf", "oci", "oss", "r2", "s3", "s3a"}


class Folder(Protocol):
    """Names are relative, with `/` between their parts."""

    def sizes(self) -> dict[str, int]:
        """The files of the folder and of `_ftc`, each with its number of bytes."""

    def read(self, name: str) -> bytes: ...

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""

    def open(self, name: str) -> "Any":
        """A context that gives a file to write; it takes its place at the end, if nothing was raised."""

    def tidy(self) -> None:
        """Remove `_ftc`, which is of no more use."""


def is_url(place: str) -> bool:
    """`s3://bucket/data`; `C:\\data` is a path."""
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", place) is not None


def folder_at(place: str) -> Folder:
    """ImportError where the library that the URL needs is missing."""
    if place.startswith("file://"):
        return _Local(Path(unquote(urlsplit(place).path)))
    return _Remote(place) if is_url(place) else _Local(Path(place))


def _aside(name: str) -> str:
    # Of all that may write the same file at once, on any machine, each has a name of its own.
    return f"{ASIDE}/{name.rpartition('/')[2]}.{socket.gethostname()}.{os.getpid()}.tmp"


class _Local:
    def __init__(self, path: Path) -> None:
        self._path = path

    def sizes(self) -> dict[str, int]:
        found: dict[str, int] = {}
        if (self._path / ASIDE).is_symlink():
            # What is in there may be removed.
            raise OSError(errno.ELOOP, f"{ASIDE} in it is a link", str(self._path))
        for folder, before in ((self._path, ""), (self._path / ASIDE, f"{ASIDE}/")):
            with suppress(FileNotFoundError), os.scandir(folder) as entries:
                found |= {before + entry.name: entry.stat().st_size for entry in entries if entry.is_file()}
        return found

    def read(self, name: str) -> bytes:
        return read_plain(self._path / name, LIMIT)

    def remove(self, name: str) -> None:
        (self._path / name).unlink(missing_ok=True)

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        aside = self._path / _aside(name)
        aside.parent.mkdir(parents=True, exist_ok=True)
        try:
            aside.unlink(missing_ok=True)
            with aside.open("xb") as file:
                yield file
            aside.replace(self._path / name)
        finally:
            aside.unlink(missing_ok=True)

    def tidy(self) -> None:
        with suppress(FileNotFoundError):
            for left in (self._path / ASIDE).iterdir():
                if HELD.fullmatch(f"{ASIDE}/{left.name}"):
                    left.unlink(missing_ok=True)
        with suppress(OSError):
            (self._path / ASIDE).rmdir()


class _Remote:
    def __init__(self, url: str) -> None:
        from fsspec.core import url_to_fs

        self._url = url
        self._fs: Any
        with self._failing_as_files_do():
            self._fs, self._root = url_to_fs(url)
        protocols = self._fs.protocol if isinstance(self._fs.protocol, (tuple, list)) else (self._fs.protocol,)
        self._whole = not OBJECT_STORES.isdisjoint(protocols)

    @contextmanager
    def _failing_as_files_do(self) -> Iterator[None]:
        """Each service has errors of its own; here they are the error of a place that cannot be read or written."""
        try:
            yield
        except (OSError, ImportError, FtcError):
            raise
        except Exception as error:
            said = str(error).strip() or type(error).__name__
            raise OSError(errno.EIO, said.splitlines()[0], self._url) from error

    def _place(self, name: str) -> str:
        return f"{self._root.rstrip('/')}/{name}"

    def sizes(self) -> dict[str, int]:
        found: dict[str, int] = {}
        with self._failing_as_files_do():
            self._fs.invalidate_cache()
            for folder, before in ((self._root, ""), (self._place(ASIDE), f"{ASIDE}/")):
                with suppress(FileNotFoundError):
                    for each in self._fs.ls(folder, detail=True):
                        if each["type"] == "file":
                            found[before + each["name"].rpartition("/")[2]] = int(each["size"])
        return found

    def read(self, name: str) -> bytes:
        with self._failing_as_files_do():
            data: bytes = self._fs.cat_file(self._place(name))
        return data

    def remove(self, name: str) -> None:
        with self._failing_as_files_do(), suppress(FileNotFoundError):
            self._fs.rm_file(self._place(name))

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        with self._failing_as_files_do():
            if self._whole:
                yield from self._object(self._place(name))
            else:
                yield from self._renamed(self._place(_aside(name)), self._place(name))

    def _object(self, place: str) -> Iterator[BinaryIO]:
        file = self._fs.open(place, "wb")
        try:
            yield file
        except BaseException:
            # The object appears when its file is closed, so this one must not be.
            with suppress(Exception):
                file.discard()
            file.closed = True
            raise
        file.close()

    def _renamed(self, aside: str, place: str) -> Iterator[BinaryIO]:
        self._fs.makedirs(self._place(ASIDE), exist_ok=True)
        try:
            with self._fs.open(aside, "wb") as file:
                yield file
            self._fs.mv(aside, place)
        except BaseException:
            with suppress(FileNotFoundError):
                self._fs.rm_file(aside)
            raise

    def tidy(self) -> None:
        with self._failing_as_files_do(), suppress(FileNotFoundError):
            self._fs.invalidate_cache()
            self._fs.rm(self._place(ASIDE), recursive=True)
