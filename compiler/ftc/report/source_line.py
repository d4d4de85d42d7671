"""A line of a source, prepared for a terminal, with the screen column of every character.

Tabs become spaces, control and direction characters become visible, wide characters take two columns,
and a very long line is cut around the part in question.
"""

from ftc.printable import visible_at

TAB = 4
LONGEST = 140
"""The most columns of a line that are shown where no screen is narrower: cuts are rare then."""
BEFORE = 50
"""The columns kept to the left of the span in a line that is cut, where there is room for them."""


class SourceLine:
    """`text` is what to print; `column(k)` the screen column, from 0, of character k of the original line."""

    def __init__(self, line: str, start: int, room: int = LONGEST) -> None:
        """`start` is the character that must stay in view; the text takes at most `room` columns."""
        self._first, end = _window(line, min(start, len(line)), room)
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


def _window(line: str, start: int, room: int) -> tuple[int, int]:
    """The first and the last character (excluded) that are shown: all, if there is room, else those around `start`."""
    if len(line) <= room and sum(_widest(line, at) for at in range(len(line))) <= room:
        return 0, len(line)
    room = max(room - 2, 1)  # for what stands at the cuts
    first, used = start, 0
    while first > 0 and used + _widest(line, first - 1) <= min(BEFORE, room // 2):
        first -= 1
        used += _widest(line, first)
    end = start
    while end < len(line) and used + _widest(line, end) <= room:
        used += _widest(line, end)
        end += 1
    # What the end of the line leaves free is for what stands before.
    while first > 0 and used + _widest(line, first - 1) <= room:
        first -= 1
        used += _widest(line, first)
    return first, max(end, min(start + 1, len(line)))


def _widest(line: str, at: int) -> int:
    """The most columns that a character may take."""
    return TAB if line[at] == "\t" else width(visible_at(line, at))


def width(text: str) -> int:
    """The number of columns that a text takes on a screen."""
    if text.isascii():
        return len(text)
    # Imported here: most lines do not need its tables of wide characters.
    from wcwidth import wcswidth

    # wcswidth returns -1 for unprintable characters; those of private use take one column on most screens.
    columns: int = wcswidth(text)
    return columns if columns >= 0 else len(text)
