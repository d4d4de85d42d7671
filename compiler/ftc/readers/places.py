"""Where the rows of a table stand in its file.

Most rows are never pointed at. So nothing is kept of their places while a file is read: where a finding needs one, the
file is gone through again, and then three numbers are kept for each row.
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

RowLines = Iterator[tuple[int, int, int]]
"""Of each row, the number of the line that it begins on, and the offsets where its lines begin and end."""


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
    """The places of rows that are lines of a file; `row_lines` goes through the file for them."""

    def __init__(self, name: str, data: bytes, row_lines: Callable[[bytes], RowLines]) -> None:
        self._name, self._data, self._row_lines = name, data, row_lines

    @cached_property
    def _known(self) -> "array[int]":
        known = array("I")  # a file has at most 1 GB
        for place in self._row_lines(self._data):
            known.extend(place)
        return known

    def __call__(self, row: int) -> Span:
        line, start, end = self._known[3 * row : 3 * row + 3]
        return _span(self._name, self._data[start:end], line)


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
    shown = text.strip(" \t") or text
    start = text.index(shown)
    return Span(SourceFile(name, text, number), start, start + len(shown))
