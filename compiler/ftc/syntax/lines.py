"""The lines of a source: their columns, which comes next, and which are skipped after a mistake."""

from ftc.edits import Edit, Edits
from ftc.source import SourceFile, Span
from ftc.syntax.ast import Comment
from ftc.syntax.tokens import Sink

BLANK = " \t\r"


def strip(text: str, start: int, end: int) -> tuple[int, int]:
    """The part of text[start:end] between its blanks; empty at `start` where there is none."""
    while end > start and text[end - 1] in " \t\r":
        end -= 1
    while start < end and text[start] in " \t":
        start += 1
    return start, end


def _width(line: str) -> int:
    """The columns of the blanks that a line begins with; a tab counts as one level."""
    blanks = line[: len(line) - len(line.lstrip(" \t"))]
    return len(blanks) + blanks.count("\t")


class LineReader(Sink):
    """Goes down the lines of a source; `_at` is the number of the one that comes next, from 0."""

    def __init__(self, source: SourceFile) -> None:
        super().__init__(source)
        self.comments: list[Comment] = []
        self._lines = source.text.split("\n")
        self._starts = source.line_starts
        self._at = 0
        # The number of the diagnostic about tabs, and what stands in place of those of each line.
        self._tabs: int | None = None
        self._untabbed: dict[int, Edit] = {}

    def _margin(self, number: int, needed: int = -1, *, in_text: bool = False) -> tuple[int, int]:
        """The column where the text of a line begins, and the characters before it; a tab counts as one level.

        From the column `needed` on, a tab is text, and `in_text` so are those behind one that reaches it.
        """
        line = self._lines[number]
        column = len(line) - len(line.lstrip(" "))
        if line[column] != "\t" or 0 <= needed <= column:
            return column, column
        skipped = len(line) - len(line.lstrip(" \t"))
        start = self._starts[number]
        if self._tabs is None:
            # A file indented with tabs has one mistake, not one a line.
            self._tabs = len(self.diagnostics)
            self.report("E101", start + column, start + skipped, safe=True)
        kept = width = column
        while kept < skipped and not (in_text and width >= needed):
            width += 2 if line[kept] == "\t" else 1
            kept += 1
        self._untabbed[number] = self.edit(start, start + kept, " " * width)
        return _width(line[:skipped]), skipped

    def _moved(self, first: int, behind: int, by: int) -> Edits:
        """The edits that move lines to the right or, with a negative number, to the left. None where a line has not as
        much room or is indented with tabs; a comment may be where it is."""
        edits: list[Edit] = []
        for number in range(first, behind):
            line, start = self._lines[number], self._starts[number]
            body = line.lstrip(BLANK)
            column = len(line) - len(line.lstrip(" "))
            if not body or (body[0] == "#" and column < -by):
                continue
            if column < -by or line[column] == "\t":
                return ()
            edits.append(self.edit(start, start, " " * by) if by > 0 else self.edit(start, start - by, ""))
        return tuple(edits)

    def _end_of_deeper(self, number: int, column: int, most: int | None = None) -> int:
        """The number of the line that ends those deeper than `column`, from a line on; at `most` so many are looked at.
        Comments may stand anywhere."""
        end = len(self._lines) if most is None else min(number + most, len(self._lines))
        for behind in range(number, end):
            body = self._lines[behind].strip(BLANK)
            if body and body[0] != "#" and _width(self._lines[behind]) <= column:
                return behind
        return end

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
