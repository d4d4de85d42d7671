"""What a parquet file says of itself: at its end, and in the header of each page.

The end of a file may lie about how much is in it. The header of a page cannot: a reader goes by nothing else while it
unpacks the page.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ftc.readers.thrift import BINARY, I32, I64, STRUCT, Broken, Struct, inner, number, struct, structs

_DATA, _DICTIONARY, _DATA_2 = 0, 2, 3
_BYTE_ARRAY, _FIXED_LEN_BYTE_ARRAY = 6, 7
_REPEATED = 2

_LISTS: dict[tuple[int, ...], int] = {
    **dict.fromkeys([(2,), (4,), (5,), (7,), (4, 1), (4, 4), (4, 1, 3, 8), (4, 1, 3, 13)], STRUCT),
    **dict.fromkeys([(4, 1, 3, 2), (4, 1, 3, 17, 2)], I32),
    **dict.fromkeys([(4, 1, 3, 16, 2), (4, 1, 3, 16, 3)], I64),
    (4, 1, 3, 3): BINARY,
}
"""What the lists at the end of a file have in them."""

_PADDING = 100
"""Some old writers say of a column that it is shorter than it is, by so many bytes at most."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A column as it is stored: whether its values are texts, or else of how many bytes each, and may be in lists."""

    is_text: bool
    width: int
    is_repeated: bool


@dataclass(frozen=True, slots=True)
class ColumnChunk:
    """The pages of a column in one group of rows: where they are, and what the file says is in them."""

    start: int
    length: int
    values: int
    unpacked: int


@dataclass(frozen=True, slots=True)
class Footer:
    """The end of a file: its rows, its columns, and for each group of rows a chunk of each column."""

    rows: int
    leaves: list[Leaf]
    row_groups: list[list[ColumnChunk]]


@dataclass(frozen=True, slots=True)
class Page:
    """A page: how many values are in it, how they are written, and the bytes that it unpacks to."""

    values: int
    encoding: int
    unpacked: int
    is_dictionary: bool


def read_footer(data: bytes) -> Footer:
    """The end of a file. ValueError where it is broken."""
    length = int.from_bytes(data[-8:-4], "little")
    if data[-4:] != b"PAR1" or length + 8 > len(data):
        raise Broken("it has no end")
    found, _ = struct(data[-8 - length : -8], 0, _LISTS)
    leaves = _leaves(structs(found, 2))
    groups = structs(found, 4)
    chunks = [[_chunk(inner(column, 3)) for column in structs(group, 1)] for group in groups]
    if any(len(group) != len(leaves) for group in chunks):
        raise Broken("a group of its rows has other columns than it has")
    rows = sum(max(number(group, 3, I64), 0) for group in groups)
    return Footer(max(number(found, 3, I64), rows), leaves, chunks)


def _leaves(elements: list[Struct]) -> list[Leaf]:
    """The leaves of a schema, which is written as a tree of which each node comes before what is in it."""
    found: list[Leaf] = []
    above: list[tuple[int, bool]] = []
    for at, element in enumerate(elements):
        while above and not above[-1][0]:
            above.pop()
        repeated = element.get(3 * 16 + I32) == _REPEATED and at > 0
        if above:
            left, above_repeated = above.pop()
            above.append((left - 1, above_repeated))
            repeated |= above_repeated
        children = element.get(5 * 16 + I32, 0)
        if isinstance(children, int) and (children > 0 or at == 0):
            above.append((children, repeated))
            continue
        kind, width = element.get(1 * 16 + I32), element.get(2 * 16 + I32, 0)
        fixed = width if kind == _FIXED_LEN_BYTE_ARRAY and isinstance(width, int) else 0
        found.append(Leaf(kind == _BYTE_ARRAY, fixed, repeated))
    return found


def _chunk(metadata: Struct) -> ColumnChunk:
    start = number(metadata, 9, I64)
    dictionary = metadata.get(11 * 16 + I64)
    if isinstance(dictionary, int) and 0 < dictionary < start:
        start = dictionary
    numbers = (start, number(metadata, 7, I64), number(metadata, 5, I64), number(metadata, 6, I64))
    if min(numbers) < 0:
        raise Broken("a column of it begins before it or has less than nothing in it")
    return ColumnChunk(*numbers)


def pages(data: bytes, chunk: ColumnChunk) -> Iterator[Page]:
    """The pages of a chunk, until there are as many values as are looked for. ValueError where one is broken."""
    at, end = chunk.start, min(chunk.start + chunk.length + _PADDING, len(data))
    if chunk.values and at >= end:
        raise Broken("a column of it begins after its end")
    seen = 0
    while at < end and seen < chunk.values:
        header, at = struct(data, at, {})
        kind, unpacked, packed = number(header, 1, I32), number(header, 2, I32), number(header, 3, I32)
        values = encoding = 0
        if kind in (_DATA, _DATA_2, _DICTIONARY):
            details = inner(header, {_DATA: 5, _DATA_2: 8, _DICTIONARY: 7}[kind])
            values = number(details, 1, I32)
            encoding = number(details, 4 if kind == _DATA_2 else 2, I32)
        at += packed
        if min(unpacked, packed, values) < 0 or at > end:
            raise Broken("a page of it has less than nothing in it or is cut short")
        seen += 0 if kind == _DICTIONARY else values
        yield Page(values, encoding, unpacked, kind == _DICTIONARY)
