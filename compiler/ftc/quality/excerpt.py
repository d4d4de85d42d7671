"""How a finding quotes a text."""


def shorten(text: object, size: int = 60) -> str:
    """A text on one line, cut short."""
    words = ("" if text is None else str(text)).replace("\n", " ")
    return words if len(words) <= size else f"{words[: size - 1]}…"
