"""Where the rows of a table stand in its file.

Most rows are never pointed at. So nothing is kept of their places while a file is read: where a finding needs one, the
file is gone through again, and then two numbers are kept for each row.
"""

import json
import re
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice

from ftc.source import SourceFile, Span

LineEnd = re.Pattern[bytes]
"""What ends a line of a kind of file."""

LF = re.compile(rb"\n")
LF_OR_CR = re.compile(rb"\r\n?|\n")

BOM = b"\xef\xbb\xbf"

RowPlace = Callable[[int], Span]
"""Where a row of a table stands, by its number from 0."""

Starts = Iterator[tuple[int, int]]
"""Of each row, the number of the line that it begins on and the offset of that line."""


def line_number(data: bytes, offset: int, line_end: LineEnd) -> int:
    """The number of the line, from 1, that a byte is on."""
    return 1 + sum(1 for _ in line_end.finditer(data, 0, offset))


def line_place(name: str, data: bytes, number: int, line_end: LineEnd) -> Span:
    """A line of a file by its number; the last, where there are fewer."""
    start = len(BOM) if data.startswith(BOM) else 0
    for found in islice(line_end.finditer(data, start), number - 1):
        start = found.end()
    end = line_end.search(data, start)
    return _span(name, data[start : end.start() if end else len(data)], number)


class LinePlaces:
    """The places of rows that are lines of a file; `starts` goes through the file for them."""

    def __init__(self, name: str, data: bytes, starts: Callable[[bytes], Starts]) -> None:
        self._name, self._data, self._starts = name, data, starts

    @cached_property
    def _known(self) -> "tuple[array[int], array[int]]":
        lines, offsets = array("I"), array("I")  # a file has at most 1 GB
        for line, offset in self._starts(self._data):
            lines.append(line)
            offsets.append(offset)
        offsets.append(len(self._data))
        return lines, offsets

    def __call__(self, row: int) -> Span:
        lines, offsets = self._known
        return _span(self._name, self._data[offsets[row] : offsets[row + 1]], lines[row])


class RowNumbers:
    """The places of rows in a file that has no lines: their numbers. What is shown there is the row as JSON."""

    def __init__(self, name: str, columns: Sequence[str], rows: Sequence[Iterable[object]]) -> None:
        self._name, self._columns, self._rows = name, columns, rows

    def __call__(self, row: int) -> Span:
        text = json.dumps(dict(zip(self._columns, self._rows[row], strict=True)), ensure_ascii=False)
        return Span(SourceFile(self._name, text, row + 1, in_rows=True), 0, len(text))


def _span(name: str, lines: bytes, number: int) -> Span:
    """What stands on some lines, without the blanks around it."""
    text = lines.decode(errors="replace").rstrip("\r\n")
    end = len(text.rstrip(" \t")) or len(text)
    start = min(len(text) - len(text.lstrip(" \t")), end)
    return Span(SourceFile(name, text, number), start, end)
