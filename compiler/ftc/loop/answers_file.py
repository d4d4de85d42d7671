"""An answers file on the disk while answers come in: whole at any moment, and shared with the person who edits it.

Each change is made in the text as it is on the disk then, and takes its place in one step.
"""

import os
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from ftc.diagnostics import Diagnostic, FtcError
from ftc.disk import read_plain
from ftc.emit.staged import Staged, alone
from ftc.loader import SOURCE_LIMIT
from ftc.loop.answers_text import AnswersText, NoAnswersFile

_MARK = b"\xef\xbb\xbf"
_SETTLED = 0.05
"""Seconds in which a file that someone else has changed stays the same before it is read: an editor may write it in
pieces."""


class AnswersFile:
    """A file by its path; `name` is how people are told of it. FtcError where it is not what it should be."""

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name = path, name
        self._data: bytes | None = None
        self._text = AnswersText(name, "")

    def read(self) -> AnswersText:
        """The text as it is on the disk now; an empty one where there is no file."""
        data = self._read()
        if data != self._data:
            if self._data is not None:
                data = self._settled(data)
            try:
                self._text = AnswersText(self.name, (data or b"").removeprefix(_MARK).decode())
            except (NoAnswersFile, UnicodeDecodeError):
                raise FtcError((Diagnostic("E905", None, {"path": self.name}),)) from None
            self._data = data
        return self._text

    def write(self, change: Callable[[AnswersText], bool]) -> bool:
        """Make a change, where it is one, in what is on the disk."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with alone(self.path.parent):
            text = self.read()
            if not change(text):
                return False
            written = text.text if text.text.endswith("\n") else f"{text.text}\n"
            mark = _MARK if (self._data or b"").startswith(_MARK) else b""
            data = mark + written.encode()
            if len(data) > SOURCE_LIMIT:
                self._data = None
                raise FtcError((Diagnostic("E906", None, {"path": self.name, "limit": f"{SOURCE_LIMIT >> 20} MB"}),))
            with Staged() as staged:
                file = staged.open(self.path)
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
                with suppress(OSError):
                    shutil.copymode(self.path, file.name)
            self._data = data
        return True

    def _read(self) -> bytes | None:
        try:
            return read_plain(self.path, SOURCE_LIMIT)
        except FileNotFoundError:
            return None

    def _settled(self, data: bytes | None) -> bytes | None:
        while True:
            time.sleep(_SETTLED)
            again = self._read()
            if again == data:
                return data
            data = again
