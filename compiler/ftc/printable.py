"""Text made safe to show, whoever wrote it: nothing in it moves a cursor, colours a screen or reorders a line.

All that ftc shows of files, names, models and services goes through `visible`; where it has to stay on its line, as a
file's name does, through `inline`; in a JSON document through `escaped`, which leaves its meaning as it is. `clean` is
for text that goes into a source.
"""

import re
import unicodedata
from typing import TextIO

# Control characters, and what turns or isolates the direction of a line: no text needs them. Tabs and line ends are
# kept, and so are the marks and joiners that scripts need.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_LINE_END = re.compile("\r\n|[\r\x85\u2028\u2029]")

# Line ends are the document's own; in a text of JSON they are written `\n` already.
_HIDDEN = re.compile(r"[^\n\x20-\x7e]")


def visible(text: str) -> str:
    """A text with everything that could move the cursor or reorder the line made visible; line ends are kept."""
    if text.isprintable():
        return text
    return "".join(c if c == "\n" else visible_at(text, at) for at, c in enumerate(text))


def inline(text: str) -> str:
    """`visible` text on one line: its line ends are made visible too."""
    return visible(text).replace("\n", "\u240a")


def visible_at(text: str, at: int) -> str:
    """The character of a text at a place, as it may be shown there."""
    char = text[at]
    if char.isprintable():
        return char
    category = unicodedata.category(char)
    if category in ("Zs", "Co", "Cn"):
        return char
    if char in "\u200c\u200d" and 0 < at < len(text) - 1 and text[at - 1] > "\x7f" and text[at + 1] > "\x7f":
        # The joiners are spelling in many scripts and in emoji; next to ASCII they hide something.
        return char
    if char < " ":
        return chr(0x2400 + ord(char))
    return "\u2421" if char == "\x7f" else f"<U+{ord(char):04X}>"


def clean(text: str) -> str:
    """A text as it may stand in a source, to be read there and trained on: every line ends alike, and control
    characters are made visible."""
    return _CONTROLS.sub(lambda found: visible_at(found[0], 0), _LINE_END.sub("\n", text))


def escaped(document: str) -> str:
    """A JSON document with an escape for each character that cannot be shown: the same document."""
    if document.isprintable():
        return document
    return _HIDDEN.sub(lambda found: found[0] if found[0].isprintable() else _escape(found[0]), document)


def write_utf8(stream: TextIO, text: str) -> None:
    """Write what a program reads, or what is a file's own text: in UTF-8 and with the line ends that it has, whatever
    encoding and line ends the stream has for people."""
    buffer = getattr(stream, "buffer", None)
    if buffer is None:
        stream.write(text)
    else:
        stream.flush()
        buffer.write(text.encode(errors="backslashreplace"))


def _escape(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{int.from_bytes(units[at : at + 2]):04x}" for at in range(0, len(units), 2))
