"""What the readers of tables share: what they hand back, what stops them, and how much they keep."""

from collections.abc import Iterable

CELLS = 10_000_000
"""Cells of a table, rows × columns. What is inside a list or an object counts as a cell of its own."""

UNPACKED = 1 << 30
"""Bytes that a parquet file unpacks to: as many as a table file may have."""

Table = tuple[tuple[str, ...], list[tuple[object, ...]]]


class Fault(Exception):
    """What is wrong, on its way to `read_table`."""

    def __init__(self, code: str, **data: object) -> None:
        self.code, self.data = code, data


def count(cells: int) -> None:
    """Fault where a table has so many cells that it is not kept."""
    if cells > CELLS:
        raise Fault("E026", limit=f"{CELLS:,} cells (rows × columns, and what is inside of lists and objects)")


def weigh(unpacked: int) -> None:
    """Fault where a file unpacks to so many bytes that it is not unpacked."""
    if unpacked > UNPACKED:
        raise Fault("E026", limit=f"{UNPACKED >> 20} MB once it is unpacked")


def check_columns(columns: Iterable[str]) -> None:
    """Fault where a column has no name, or that of another."""
    seen: dict[str, int] = {}
    for number, column in enumerate(columns, 1):
        if not column.strip():
            raise Fault("E015", column=number)
        if column in seen:
            raise Fault("E016", column=column, first=seen[column], second=number)
        seen[column] = number


def checked_text(data: bytes) -> bytes:
    """The bytes of a text without the mark at their beginning; Fault where they are not UTF-8."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Fault("E012", line=line, byte=f"0x{data[error.start]:02X}") from None
    if (zero := data.find(b"\0")) >= 0:
        raise Fault("E019", line=data.count(b"\n", 0, zero) + 1)
    return data
