"""Counts as people read them."""

from math import log10

WRITTEN_OUT = 60
"""Numbers with more digits than this are only given as a power of ten."""


def format_count(count: int) -> str:
    """`1,234,567`; `about 10^123` if the number is too long to read."""
    # The length is computed without converting the number: Python refuses to convert more than some thousand digits.
    digits = int(log10(count)) if count else 0
    return f"{count:,}" if digits < WRITTEN_OUT else f"about 10^{digits:,}"


def plural(count: int, thing: str) -> str:
    """`1 conversation`, `7 conversations`."""
    return f"{format_count(count)} {thing}{'' if count == 1 else 's'}"
