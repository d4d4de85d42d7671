"""Readers of data: what stands in the bytes of a file that a source names. They open no file: `loader` does.

A file of data may come from a stranger, so what it unpacks to is counted before it is kept (`fault`). A mistake in it
is found at a line or row of the file and reported at the path that names it. Nothing in a cell is interpreted: csv and
tsv cells are text; jsonl and parquet keep their types.

To add a format of tables, write one file here with a function from bytes to the columns and rows in them, which raises
`Fault` for a mistake, and, where it has lines, one that says where its rows stand; add its extension to `TABLES`, from
where errors and `loader` know it; then name it under `table` in `grammar/README.md` and in `explain/E011.md`, and add
good and bad files to `tests/test_loader.py`.

Data that is no table (a text, chats, a schema) gets a list of its own beside `TABLES`: again from extensions to readers
of one signature, with a class for what they give beside `TableData` and a function like `read_table` that names the
file. `Loader.table` shows how such a function is called.
"""

from collections.abc import Callable
from typing import NamedTuple

from ftc.diagnostics import Diagnostic, Label
from ftc.readers.fault import Fault
from ftc.readers.jsonl import read_jsonl
from ftc.readers.jsonl import row_lines as jsonl_row_lines
from ftc.readers.parquet import read_parquet
from ftc.readers.places import LF, LF_OR_CR, LineEnd, LinePlaces, RowLines, RowNumbers, line_place
from ftc.readers.separated import csv_row_lines, read_csv, read_tsv, tsv_row_lines
from ftc.readers.table import TableContents, TableData, check_columns
from ftc.source import Span

__all__ = ["TABLES", "TableData", "extension_of", "read_table"]


class LineFormat(NamedTuple):
    """How rows stand on the lines of a file: what ends a line, and where each row is."""

    end: LineEnd
    row_lines: Callable[[bytes], RowLines]


class TableFormat(NamedTuple):
    """How a format is read, and whether its cells have types of their own; else all are text. `lines` is None where a
    file has none."""

    read: Callable[[bytes], TableContents]
    typed: bool
    lines: LineFormat | None


TABLES = {
    "csv": TableFormat(read_csv, False, LineFormat(LF_OR_CR, csv_row_lines)),
    "tsv": TableFormat(read_tsv, False, LineFormat(LF_OR_CR, tsv_row_lines)),
    "jsonl": TableFormat(read_jsonl, True, LineFormat(LF, jsonl_row_lines)),
    "parquet": TableFormat(read_parquet, True, None),
}
"""The formats of tables, by the extension of a file."""


def read_table(name: str, data: bytes, at: Span) -> TableData | Diagnostic:
    """The table in `data`; `name` is its file, with an extension of `TABLES`; `at` is the place that names it."""
    format = TABLES[extension_of(name)]
    try:
        columns, rows = format.read(data)
        check_columns(columns)
        if not rows:
            raise Fault("E014")
    except Fault as fault:
        labels: tuple[Label, ...] = ()
        if format.lines is not None and type(line := fault.data.get("line")) is int:
            labels = (Label(line_place(name, data, line, format.lines.end), "this line"),)
        return Diagnostic(fault.code, at, {"path": name, **fault.data}, labels)
    place = RowNumbers(name, columns, rows) if format.lines is None else LinePlaces(name, data, format.lines.row_lines)
    return TableData(name, columns, rows, format.typed, place)


def extension_of(name: str) -> str:
    """The part of a file name after its last dot, in small letters."""
    return name.rpartition("/")[2].rpartition(".")[2].lower()
