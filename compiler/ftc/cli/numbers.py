"""Counts as people read them."""

from math import log10

WRITTEN_OUT = 60
"""Digits beyond which a number is only told by its size."""


def format_count(count: int) -> str:
    """`1,234,567`; a number too long to read as `about 10^123`."""
    # The length is taken without writing the number: Python refuses to write more than some thousand digits.
    digits = int(log10(count)) if count else 0
    return f"{count:,}" if digits < WRITTEN_OUT else f"about 10^{digits:,}"


def plural(count: int, thing: str) -> str:
    """`1 conversation`, `7 conversations`."""
    return f"{format_count(count)} {thing}{'' if count == 1 else 's'}"
