"""A line of a source, prepared for a terminal, with the screen column of every character.

Tabs become spaces, control and direction characters become visible, wide characters take two columns,
and a very long line is cut around the part in question.
"""

from ftc.printable import visible_at

TAB = 4
LONGEST = 140
"""The maximum number of characters shown: wider than most screens, so that cuts are rare."""
BEFORE = 50
"""Characters kept to the left of the span in a line that is cut."""


class SourceLine:
    """`text` is what to print; `column(k)` the screen column, from 0, of character k of the original line."""

    def __init__(self, line: str, start: int) -> None:
        """`start` is the character that must stay in view."""
        self._first = 0
        end = len(line)
        if end > LONGEST:
            self._first = max(0, min(start - BEFORE, end - LONGEST))
            end = min(end, self._first + LONGEST)
        before, after = "…" if self._first else "", "…" if end < len(line) else ""
        # Columns are measured over prefixes and not summed: a joined emoji is narrower than its parts.
        shown, self._columns = before, [len(before)]
        for at in range(self._first, end):
            shown += " " * (TAB - self._columns[-1] % TAB) if line[at] == "\t" else visible_at(line, at)
            self._columns.append(width(shown))
        self.text = (shown + after).rstrip(" ") if not after else shown + after

    def column(self, at: int) -> int:
        """The screen column of character `at`; for one that was cut off, the column of the nearer edge."""
        inside = max(0, min(at - self._first, len(self._columns) - 1))
        return self._columns[inside]


def width(text: str) -> int:
    """The number of columns that a text takes on a screen."""
    if text.isascii():
        return len(text)
    # Imported here: most lines do not need its tables of wide characters.
    from wcwidth import wcswidth

    # wcswidth returns -1 for unprintable characters; those of private use take one column on most screens.
    columns: int = wcswidth(text)
    return columns if columns >= 0 else len(text)
