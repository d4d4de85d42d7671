"""Columns: one entry for each of many rows, made in as few steps of Python as there are."""

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import TypeVar

T = TypeVar("T")

Counts = int | list[int]
"""How many rows follow from each entry of a column: as many from every one, or from each its own number."""


def gather(table: Sequence[T], places: Iterable[int]) -> list[T]:
    """The entries of a table at some places."""
    listed = places if isinstance(places, list) else list(places)
    # `itemgetter` walks both in C; of one place it gives the entry itself.
    return list(itemgetter(*listed)(table)) if len(listed) > 1 else [table[at] for at in listed]


def spread(column: list[T], counts: Counts) -> list[T]:
    """Each entry of a column as often as its count says."""
    if counts == 1:
        return column
    result: list[T] = []
    if not isinstance(counts, int):
        for entry, count in zip(column, counts, strict=True):
            result += [entry] * count
    elif counts < len(column):
        result = column * counts  # of the right length; every entry is replaced
        for at in range(counts):
            result[at::counts] = column
    else:
        for entry in column:
            result += [entry] * counts
    return result
