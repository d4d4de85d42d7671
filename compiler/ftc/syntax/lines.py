"""The lines of a source: their columns, which comes next, and which are skipped after a mistake."""

from ftc.source import SourceFile, Span
from ftc.syntax.ast import Comment
from ftc.syntax.tokens import Sink

BLANK = " \t\r"


class LineReader(Sink):
    """Goes down the lines of a source; `_at` is the number of the one that comes next, from 0."""

    def __init__(self, source: SourceFile) -> None:
        super().__init__(source)
        self.comments: list[Comment] = []
        self._lines = source.text.split("\n")
        self._starts = source.line_starts
        self._at = 0
        self._tabs_reported = False

    def _margin(self, number: int, needed: int = -1) -> tuple[int, int]:
        """The column where the text of a line begins, and the characters before it; a tab counts as one level.

        From the column `needed` on, a tab is text.
        """
        line = self._lines[number]
        column = len(line) - len(line.lstrip(" "))
        if line[column] != "\t" or 0 <= needed <= column:
            return column, column
        skipped = len(line) - len(line.lstrip(" \t"))
        if not self._tabs_reported:
            # A file indented with tabs has one mistake, not one a line.
            self._tabs_reported = True
            start = self._starts[number]
            self.report("E101", start + column, start + skipped)
        return line.count(" ", 0, skipped) + 2 * line.count("\t", 0, skipped), skipped

    def _next(self) -> int | None:
        """The number of the next line that is not blank."""
        for number in range(self._at, len(self._lines)):
            if self._lines[number].strip(BLANK):
                return number
        return None

    def _skip_deeper(self, column: int) -> None:
        """Skip the lines that are deeper than `column`: they belong to a statement that was reported."""
        while (number := self._next()) is not None:
            if self._margin(number)[0] <= column:
                return
            self._at = number + 1

    def _comment(self, start: int, end: int) -> None:
        self.comments.append(Comment(self.text[start:end], Span(self.source, start, end)))

    def _line_start(self, offset: int) -> int:
        return self.text.rfind("\n", 0, offset) + 1
