"""The normal form in which two questions are nearly the same: they differ in nothing but capitals, blanks, characters
that are not seen, the way accents are coded, and the punctuation at their ends."""

import re
from collections.abc import Callable
from unicodedata import normalize

BLANKS = " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
END_PUNCTUATION = ".?!…。？！"
UNSEEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff"

_END = " " + END_PUNCTUATION
# A quote that belongs to a text stands behind a backslash: only those of the frame are meant.
_START = re.compile('(?<!\\\\)" ')


def folded(text: str) -> str:
    """The text without capitals and without what is not seen, its accents coded in one way."""
    if not text.isascii():
        return normalize("NFC", _seen(normalize("NFC", text)).casefold())
    return text.lower()


def _seen(text: str) -> str:
    """The text without what is not seen."""
    for each in UNSEEN:
        text = text.replace(each, "")
    return text


def one_blank(text: str) -> str:
    """The text with one blank where there are several."""
    if not text.isascii():
        for each in BLANKS:
            text = text.replace(each, " ")
    while "  " in text:
        text = text.replace("  ", " ")
    return text


_NOTHING = re.compile(rf"[\s{UNSEEN}]*")
# The same in a line of JSON.
_NOTHING_WRITTEN = re.compile(
    b"(?:" + b"|".join([rb"\\[nrt]|\\u2028|\\u2029|\\u0085|\s", *(each.encode() for each in BLANKS + UNSEEN)]) + b")*"
)


def says_nothing(text: str | None) -> bool:
    """Whether there is a text of which nothing is seen."""
    return text is not None and _NOTHING.fullmatch(text) is not None


def written_says_nothing(text: bytes) -> bool:
    """Whether nothing is seen of a text that is escaped as JSON escapes it."""
    return _NOTHING_WRITTEN.fullmatch(text) is not None


def normal_rows(rows: list[bytes]) -> list[bytes]:
    """The normal form of rows of messages, in which each text stands between quotes, escaped as JSON escapes it."""
    text = one_blank(folded(b"\n".join(rows).decode()))
    if '" ' in text:
        text = _START.sub('"', text)
    *texts, rest = text.split('"')
    return '"'.join([*[each.rstrip(_END) for each in texts], rest]).encode().split(b"\n")


_STEPS: dict[str, Callable[[str], str]] = {
    "how accents are coded": lambda text: normalize("NFC", text),
    "characters that are not seen": _seen,
    "capitals": str.casefold,
    "blanks": lambda text: one_blank(text).strip(" "),
    "the punctuation at the end": lambda text: text.rstrip(_END),
}


def differences(first: str, second: str) -> str:
    """In words, in what two texts of one normal form differ."""
    needed = [name for name in _STEPS if _without(first, name) != _without(second, name)]
    if not needed:
        needed = ["how it is written"]
    return needed[0] if len(needed) == 1 else ", ".join(needed[:-1]) + " and " + needed[-1]


def _without(text: str, left_out: str) -> str:
    """The normal form but for one step."""
    for name, step in _STEPS.items():
        if name != left_out:
            text = step(text)
    return text
