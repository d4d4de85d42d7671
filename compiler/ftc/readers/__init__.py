"""Readers of data: what stands in the bytes of a file that a source names. They open no file: `loader` does.

A file of data may come from a stranger, so what it unpacks to is counted before it is kept (`fault`). A mistake in it
is found at a line or row of the file and reported at the path that names it. Nothing in a cell is interpreted: csv and
tsv cells are text; jsonl and parquet keep their types.

To add a format of tables, write one file here with a function from bytes to the columns and rows in them, which raises
`Fault` for a mistake, and add its extension to `TABLES`, from where errors and `loader` know it; then name it under
`table` in `grammar/README.md` and in `explain/E011.md`, and add good and bad files to `tests/test_loader.py`.

Data that is no table (a text, chats, a schema) gets a list of its own beside `TABLES`: again from extensions to readers
of one signature, with a class for what they give beside `TableData` and a function like `read_table` that names the
file. `Loader.table` shows how such a function is called.
"""

from collections.abc import Callable
from typing import NamedTuple

from ftc.diagnostics import Diagnostic
from ftc.readers.fault import Fault
from ftc.readers.jsonl import read_jsonl
from ftc.readers.parquet import read_parquet
from ftc.readers.separated import read_csv, read_tsv
from ftc.readers.table import TableContents, TableData, check_columns
from ftc.source import Span

__all__ = ["TABLES", "TableData", "extension_of", "read_table"]


class TableFormat(NamedTuple):
    """How a format is read, and whether its cells have types of their own; else all are text."""

    read: Callable[[bytes], TableContents]
    typed: bool


TABLES = {
    "csv": TableFormat(read_csv, typed=False),
    "tsv": TableFormat(read_tsv, typed=False),
    "jsonl": TableFormat(read_jsonl, typed=True),
    "parquet": TableFormat(read_parquet, typed=True),
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
        return Diagnostic(fault.code, at, {"path": name, **fault.data})
    return TableData(name, columns, rows, format.typed)


def extension_of(name: str) -> str:
    """The part of a file name after its last dot, in small letters."""
    return name.rpartition("/")[2].rpartition(".")[2].lower()
