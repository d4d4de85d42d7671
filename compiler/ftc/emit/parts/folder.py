"""A folder in which files appear complete or not at all: on this machine, or at any URL that fsspec knows.

Where files can be renamed they are first written in `_ftc`; an object store shows no file before it is complete.
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
"""Temporary files and records are kept in here; it is removed when all is written."""

OWN_FILES = re.compile(ASIDE + r"/(about\.txt|part-\d+\.json|[^/]+\.tmp)")
"""The files that ftc writes there: any others are left alone."""

OBJECT_STORES = {"abfs", "abfss", "az", "adl", "gcs", "gs", "hf", "oci", "oss", "r2", "s3", "s3a"}


class Folder(Protocol):
    """A folder by the relative names of its files, with `/` between their parts."""

    def sizes(self) -> dict[str, int]:
        """The files of the folder and of `_ftc`, each with its number of bytes."""

    def read(self, name: str) -> bytes: ...

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""

    def open(self, name: str) -> "Any":
        """A context with a file to write; it appears under its name at the end, unless an exception was raised."""

    def tidy(self) -> None:
        """Remove `_ftc`, which is no longer needed."""


def is_url(place: str) -> bool:
    """`s3://bucket/data`; `C:\\data` is a path."""
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", place) is not None


def folder_at(place: str) -> Folder:
    """The folder at a path or URL. ImportError where the library that the URL needs is missing."""
    if place.startswith("file://"):
        return _LocalFolder(Path(unquote(urlsplit(place).path)))
    return _RemoteFolder(place) if is_url(place) else _LocalFolder(Path(place))


def _aside(name: str) -> str:
    # Several processes on any machine may write the same file at once: each has a temporary name of its own.
    return f"{ASIDE}/{name.rpartition('/')[2]}.{socket.gethostname()}.{os.getpid()}.tmp"


class _LocalFolder:
    def __init__(self, path: Path) -> None:
        self._path = path

    def sizes(self) -> dict[str, int]:
        found: dict[str, int] = {}
        if (self._path / ASIDE).is_symlink():
            # Files in there may be removed later.
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
                if OWN_FILES.fullmatch(f"{ASIDE}/{left.name}"):
                    left.unlink(missing_ok=True)
        with suppress(OSError):
            (self._path / ASIDE).rmdir()


class _RemoteFolder:
    def __init__(self, url: str) -> None:
        from fsspec.core import url_to_fs

        self._url = url
        self._fs: Any
        with self._translated_errors():
            self._fs, self._root = url_to_fs(url)
        protocols = self._fs.protocol if isinstance(self._fs.protocol, (tuple, list)) else (self._fs.protocol,)
        self._whole = not OBJECT_STORES.isdisjoint(protocols)

    @contextmanager
    def _translated_errors(self) -> Iterator[None]:
        """Turn the errors that each service has into OSError."""
        try:
            yield
        except (OSError, ImportError, FtcError):
            raise
        except Exception as error:
            message = str(error).strip() or type(error).__name__
            raise OSError(errno.EIO, message.splitlines()[0], self._url) from error

    def _place(self, name: str) -> str:
        return f"{self._root.rstrip('/')}/{name}"

    def sizes(self) -> dict[str, int]:
        found: dict[str, int] = {}
        with self._translated_errors():
            self._fs.invalidate_cache()
            for folder, before in ((self._root, ""), (self._place(ASIDE), f"{ASIDE}/")):
                with suppress(FileNotFoundError):
                    for each in self._fs.ls(folder, detail=True):
                        if each["type"] == "file":
                            found[before + each["name"].rpartition("/")[2]] = int(each["size"])
        return found

    def read(self, name: str) -> bytes:
        with self._translated_errors():
            data: bytes = self._fs.cat_file(self._place(name))
        return data

    def remove(self, name: str) -> None:
        with self._translated_errors(), suppress(FileNotFoundError):
            self._fs.rm_file(self._place(name))

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        with self._translated_errors():
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
        with self._translated_errors(), suppress(FileNotFoundError):
            self._fs.invalidate_cache()
            self._fs.rm(self._place(ASIDE), recursive=True)
