"""csv and tsv: lines whose cells are separated by commas or tabs."""

from collections.abc import Iterable, Iterator
from functools import partial
from io import BytesIO, TextIOWrapper

from ftc.readers import fault
from ftc.readers.fault import Fault, check_cells, checked_utf8
from ftc.readers.places import BOM, LF_OR_CR, RowLines
from ftc.readers.table import TableContents

CELL_LIMIT = 1 << 20
"""Characters in a csv cell: as many as a value may have."""


def read_csv(data: bytes) -> TableContents:
    return _read_separated(data, ",")


def read_tsv(data: bytes) -> TableContents:
    return _read_separated(data, "\t")


def _read_separated(data: bytes, separator: str) -> TableContents:
    import csv

    data = checked_utf8(data, LF_OR_CR)
    lines = _CountedLines(_text_lines(data), separator)
    may_exceed = data.count(separator.encode()) + data.count(b"\n") + data.count(b"\r") >= fault.CELLS
    reader = csv.reader(lines if may_exceed else lines.file, delimiter=separator, strict=True)
    columns: tuple[str, ...] = ()
    rows: list[tuple[object, ...]] = []
    line = 1
    has_returns = b"\r" in data
    limit = csv.field_size_limit(CELL_LIMIT)
    try:
        for cells in reader:
            if not cells:
                pass  # a blank line
            elif not columns:
                columns = tuple(cells)
                if len(cells) == 1:
                    _check_sign(cells[0], data, separator)
            elif len(cells) != len(columns):
                raise Fault("E017", line=line, cells=len(cells), columns=len(columns))
            else:
                rows.append(tuple(map(_line_ends, cells)) if has_returns else tuple(cells))
            line = reader.line_num + 1
            if may_exceed:
                check_cells(len(rows) * len(columns))
                lines.separators = 0
    except csv.Error as error:
        if "limit" in str(error):
            raise Fault("E020", line=line, limit=CELL_LIMIT) from None
        if line == 1:
            # Its cells may be in quotes, with another sign between them.
            _check_sign(data.partition(b"\n")[0].decode(), data, separator)
        raise Fault("E018", line=line, reason=str(error)) from None
    finally:
        csv.field_size_limit(limit)
    if not columns:
        raise Fault("E013")
    return columns, rows


def _text_lines(data: bytes) -> TextIOWrapper:
    # Read piece by piece: as one text it would take up to four times the room.
    return TextIOWrapper(BytesIO(data), encoding="utf-8", newline="")


def _row_lines(data: bytes, separator: str) -> RowLines:
    import csv

    lines = _MeasuredLines(_text_lines(data.removeprefix(BOM)), len(data) - len(data.removeprefix(BOM)))
    limit = csv.field_size_limit(CELL_LIMIT)
    try:
        reader = csv.reader(lines, delimiter=separator, strict=True)
        line, start, header_seen = 1, lines.end, False
        for cells in reader:
            if cells and header_seen:
                yield line, start, lines.end
            header_seen = header_seen or bool(cells)
            line, start = reader.line_num + 1, lines.end
    finally:
        csv.field_size_limit(limit)


csv_row_lines = partial(_row_lines, separator=",")
tsv_row_lines = partial(_row_lines, separator="\t")


_SIGNS = {";": "semicolons", "\t": "tabs", ",": "commas", "|": "bars"}


def _check_sign(header: str, data: bytes, separator: str) -> None:
    """Raise a Fault where a header of one cell, and the line below it, are parted by another sign."""
    below = data.partition(b"\n")[2].lstrip(b"\r\n").partition(b"\n")[0].decode()
    for sign, called in _SIGNS.items():
        if sign != separator and sign in header and below.count(sign) >= header.count(sign):
            kind = "csv" if separator == "," else "tsv"
            ending = {",": "csv", "\t": "tsv"}.get(sign, "")
            raise Fault("E027", sign=called, expected=_SIGNS[separator], kind=kind, ending=ending)


def _line_ends(cell: str) -> str:
    """A cell whose lines end as those of a source do: what a program ends its lines with is no part of a text."""
    return cell.replace("\r\n", "\n").replace("\r", "\n") if "\r" in cell else cell


class _CountedLines:
    """The lines of a file, counted: a row of too many cells is never made."""

    def __init__(self, file: Iterable[str], separator: str) -> None:
        self.file, self._separator = file, separator
        self.separators = 0
        """Separators since the last row. One in quotes counts too, as a row of so many is none in any case."""

    def __iter__(self) -> Iterator[str]:
        for line in self.file:
            self.separators += line.count(self._separator)
            check_cells(self.separators)
            yield line


class _MeasuredLines:
    """The lines of a file, with the offset at which the last of those that were taken ends."""

    def __init__(self, file: Iterable[str], end: int) -> None:
        self._file, self.end = file, end

    def __iter__(self) -> Iterator[str]:
        for line in self._file:
            self.end += len(line) if line.isascii() else len(line.encode())
            yield line
