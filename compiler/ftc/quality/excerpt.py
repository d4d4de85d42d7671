"""How a finding quotes a text."""

from unicodedata import category, normalize

from ftc.quality.normal_form import UNSEEN

BEFORE = 25
"""Characters that are shown before the place where two texts differ."""


def shorten(text: object, size: int = 60) -> str:
    """A text on one line, cut short."""
    words = _on_one_line(text)
    return words if len(words) <= size else f"{words[: size - 1]}…"


def told_apart(one: object, other: object, size: int = 60) -> tuple[str, str]:
    """Two texts, each cut short around the first place where they differ."""
    texts = _on_one_line(one), _on_one_line(other)
    if _seen(texts[0]) == _seen(texts[1]):
        texts = _to_the_letter(one), _to_the_letter(other)
    pairs = zip(*texts, strict=False)
    at = next((at for at, (a, b) in enumerate(pairs) if a != b), min(map(len, texts)))
    first = max(0, at - BEFORE)
    if max(map(len, texts)) <= size or first == 0:
        return shorten(texts[0], size), shorten(texts[1], size)
    return shorten(f"…{texts[0][first:]}", size), shorten(f"…{texts[1][first:]}", size)


def _seen(text: str) -> str:
    """What people see of a text."""
    return normalize("NFKC", text).translate(dict.fromkeys(map(ord, UNSEEN)))


def _to_the_letter(text: object) -> str:
    """A text on one line in which other blanks, accents that are coded on their own and what is not seen are shown by
    number."""
    return "".join(
        "\u240a"
        if char == "\n"
        else char
        if char.isascii() or category(char)[0] not in "MZC"
        else f"<U+{ord(char):04X}>"
        for char in str(text)
    )


def _on_one_line(text: object) -> str:
    return ("" if text is None else str(text)).replace("\n", " ")
