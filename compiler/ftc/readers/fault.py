"""What all readers share: how they stop at a mistake, how much they keep, and how text is encoded."""

from ftc.readers.places import BOM, LineEnd, line_number

CELLS = 10_000_000
"""Cells of a table, rows × columns. What is inside a list or an object counts as a cell of its own."""

UNPACKED = 1 << 30
"""Bytes that a parquet file unpacks to: as many as a table file may have."""


class Fault(Exception):
    """A mistake in a file: the code and data of the diagnostic that reports it."""

    def __init__(self, code: str, **data: object) -> None:
        self.code, self.data = code, data


def check_cells(cells: int) -> None:
    """Raise a Fault where a table has more cells than are kept."""
    if cells > CELLS:
        raise Fault("E026", limit=f"{CELLS:,} cells (rows × columns, and what is inside of lists and objects)")


def check_unpacked(unpacked: int) -> None:
    """Raise a Fault where a file unpacks to more bytes than are kept."""
    if unpacked > UNPACKED:
        raise Fault("E026", limit=f"{UNPACKED >> 20} MB once it is unpacked")


def checked_utf8(data: bytes, line_end: LineEnd) -> bytes:
    """The bytes of a text without a byte order mark; raises a Fault where they are not UTF-8."""
    data = data.removeprefix(BOM)
    try:
        data.decode()
    except UnicodeDecodeError as error:
        line = line_number(data, error.start, line_end)
        raise Fault("E012", line=line, byte=f"0x{data[error.start]:02X}") from None
    if (zero := data.find(b"\0")) >= 0:
        raise Fault("E019", line=line_number(data, zero, line_end))
    return data
