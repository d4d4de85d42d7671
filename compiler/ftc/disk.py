"""Files on the disk, read with care: plain ones, up to a size, and never one that would have to be waited for.

Whoever reads a file that somebody else may have put there reads it through here: a pipe, a device or a socket in its
place is refused at once, and of a file that is too large no more than the limit is read.
"""

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO


class NotPlain(OSError):
    """A pipe, a device or a socket; `kind` says which."""

    def __init__(self, path: "str | os.PathLike[str]", kind: str) -> None:
        super().__init__(errno.EINVAL, f"it is a {kind}", str(path))
        self.kind = kind


class TooLarge(OSError):
    """A file of more bytes than are read."""

    def __init__(self, path: "str | os.PathLike[str]", limit: int) -> None:
        super().__init__(errno.EFBIG, f"it is larger than {size_text(limit)}", str(path))


def size_text(count: int) -> str:
    """`64 MB`, `512 kB`: a limit as messages show it."""
    return f"{count >> 20} MB" if count >= 1 << 20 else f"{count >> 10} kB"


def open_plain(path: "str | os.PathLike[str]") -> BinaryIO:
    """A plain file to read from. OSError where there is none: NotPlain, IsADirectoryError, FileNotFoundError, …"""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        mode = os.fstat(handle).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(mode):
            raise NotPlain(path, "pipe" if stat.S_ISFIFO(mode) else "device")
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def read_plain(path: "str | os.PathLike[str]", limit: int) -> bytes:
    """All bytes of a plain file; TooLarge where there are more than `limit`."""
    with open_plain(path) as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise TooLarge(path, limit)
    return data


def is_plain(path: Path) -> bool:
    """Whether a plain file is there itself, and no link to one."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False
