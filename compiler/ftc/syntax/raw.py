"""The part of a text that a raw block can hold: the text as it is read again once it is written below a colon.

Blanks at the ends of lines, blank lines around a text and the column of its first line mean nothing in the language.
They are all that is lost of a text that comes from elsewhere.
"""

import re

from ftc.syntax.lines import BLANK

# Half of a pair of UTF-16, which is no character.
_HALF = re.compile("[\ud800-\udfff]")


def storable(text: str) -> str:
    """A text as a raw block can hold it. Applied to its own result, it changes nothing."""
    lines = [line.rstrip(BLANK) for line in _HALF.sub("\ufffd", text).split("\n")]
    while lines and not lines[0]:
        del lines[0]
    while lines and not lines[-1]:
        del lines[-1]
    if not lines:
        return ""
    margin = " " * _column(lines[0])
    # One blank before the first word is what some models begin with, and no column.
    if len(margin) > 1 and all(line.startswith(margin) for line in lines if line):
        return "\n".join(line.removeprefix(margin) for line in lines)
    return "\n".join([lines[0][len(margin) :], *lines[1:]])


def _column(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
