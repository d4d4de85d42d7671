"""An answers file on the disk while answers come in: complete at any moment, and open to edits by its owner.

Each change is applied to the text that is on the disk at that time, and replaces it in one step.
"""

import os
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from ftc.diagnostics import Diagnostic, FtcError
from ftc.disk import read_plain
from ftc.emit.staged import Staged, folder_lock
from ftc.loader import SOURCE_LIMIT
from ftc.loop.answers_text import AnswersText, NotAnAnswersFile

_MARK = b"\xef\xbb\xbf"
_STABLE = 0.05
"""Seconds for which a file that someone else changed must stay the same before it is read: an editor may write it in
pieces."""


class AnswersFile:
    """A file by its path; `name` is the name that messages show. FtcError where it is not an answers file."""

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name = path, name
        self._data: bytes | None = None
        self._text = AnswersText(name, "")

    def read(self) -> AnswersText:
        """The text that is on the disk now; an empty one where there is no file."""
        data = self._read()
        if data != self._data:
            if self._data is not None:
                data = self._read_when_stable(data)
            try:
                self._text = AnswersText(self.name, (data or b"").removeprefix(_MARK).decode())
            except (NotAnAnswersFile, UnicodeDecodeError):
                raise FtcError((Diagnostic("E905", None, {"path": self.name}),)) from None
            self._data = data
        return self._text

    def write(self, change: Callable[[AnswersText], bool]) -> bool:
        """Apply a change to the text on the disk. Whether it changed anything."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with folder_lock(self.path.parent):
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

    def _read_when_stable(self, data: bytes | None) -> bytes | None:
        while True:
            time.sleep(_STABLE)
            again = self._read()
            if again == data:
                return data
            data = again
