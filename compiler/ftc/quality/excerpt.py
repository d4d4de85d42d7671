"""How a finding quotes a text."""

BEFORE = 25
"""Characters that are shown before the place where two texts differ."""


def shorten(text: object, size: int = 60) -> str:
    """A text on one line, cut short."""
    words = _on_one_line(text)
    return words if len(words) <= size else f"{words[: size - 1]}…"


def told_apart(one: object, other: object, size: int = 60) -> tuple[str, str]:
    """Two texts, each cut short around the first place where they differ."""
    texts = _on_one_line(one), _on_one_line(other)
    pairs = zip(*texts, strict=False)
    at = next((at for at, (a, b) in enumerate(pairs) if a != b), min(map(len, texts)))
    first = max(0, at - BEFORE)
    if max(map(len, texts)) <= size or first == 0:
        return shorten(one, size), shorten(other, size)
    return shorten(f"…{texts[0][first:]}", size), shorten(f"…{texts[1][first:]}", size)


def _on_one_line(text: object) -> str:
    return ("" if text is None else str(text)).replace("\n", " ")
