"""A source file and a span in it: what every phase and every error points with.

Offsets count characters of `SourceFile.text`; lines and columns (from 1) are computed from them where they are shown.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple


@dataclass(eq=False)
class SourceFile:
    """A text with a name: the path as shown to people (posix, relative to where ftc runs), or `<stdin>`.

    `text` has no byte-order mark, and its lines end in "\\n" alone or "\\r\\n" (the "\\r" is a blank).
    Of a file of data it is only what is pointed at, a row: `first` is the number of the first line in it. Where a file
    has no lines, as parquet, `in_rows` says that its rows are counted instead.
    """

    name: str
    text: str = field(repr=False)
    first: int = 1
    in_rows: bool = False

    def __eq__(self, other: object) -> bool:
        # What comes from another process, or out of a pickle, is a copy.
        if self is other:
            return True
        if not isinstance(other, SourceFile):
            return False
        return self.name == other.name and self.first == other.first and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.name)

    @cached_property
    def line_starts(self) -> list[int]:
        """Offset of the first character of each line; lines end at "\\n" only (not at U+2028 and its kin)."""
        return list(accumulate([len(line) + 1 for line in self.text.split("\n")], initial=0))[:-1]

    def position(self, offset: int) -> tuple[int, int]:
        """(line, column) of an offset, both from 1, in characters."""
        index = bisect_right(self.line_starts, offset) - 1
        return index + self.first, offset - self.line_starts[index] + 1

    def line(self, number: int) -> str:
        """The text of a line without its end."""
        index = number - self.first
        end = self.line_starts[index + 1] - 1 if index + 1 < len(self.line_starts) else len(self.text)
        return self.text[self.line_starts[index] : end].removesuffix("\r")

    def line_start(self, number: int) -> int:
        """The offset of the first character of a line."""
        return self.line_starts[number - self.first]


class Span(NamedTuple):
    """Characters `start` to `end` (excluded) of a source; empty where something is missing."""

    source: SourceFile
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]

    @property
    def line(self) -> int:
        return self.source.position(self.start)[0]

    @property
    def column(self) -> int:
        return self.source.position(self.start)[1]

    def contains(self, other: "Span") -> bool:
        """Whether another span lies within this one."""
        return self.source is other.source and self.start <= other.start and other.end <= self.end

    def to(self, last: "Span") -> "Span":
        """From the start of this span to the end of `last`."""
        return Span(self.source, self.start, last.end)
