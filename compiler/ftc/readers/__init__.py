"""The bytes of a table file (csv, tsv, jsonl, parquet) as columns and rows. It opens no file: `loader` does.

Nothing in a cell is interpreted. csv and tsv cells are text; jsonl and parquet keep their types.
A mistake is found at a line or row of the table file and reported at the path that names the file.
A file may come from a stranger, so what it unpacks to is counted before it is kept.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ftc.diagnostics import Diagnostic
from ftc.readers.fault import Fault, Table, check_columns
from ftc.readers.jsonl import read_jsonl
from ftc.readers.parquet import read_parquet
from ftc.readers.separated import read_separated
from ftc.source import Span

__all__ = ["EXTENSIONS", "TableData", "extension_of", "read_table"]


@dataclass(frozen=True)
class TableData:
    """A table as it stands in its file: every row has a value for every column."""

    name: str
    columns: tuple[str, ...]
    rows: list[tuple[object, ...]]


def read_table(name: str, data: bytes, at: Span) -> TableData | Diagnostic:
    """The table in `data`; `name` is its file, whose extension says how to read it; `at` is where it is asked for."""
    extension = extension_of(name)
    try:
        columns, rows = _READERS[extension](data)
        check_columns(columns)
        if not rows:
            raise Fault("E014")
    except Fault as fault:
        return Diagnostic(fault.code, at, {"path": name, **fault.data})
    return TableData(name, columns, rows)


def extension_of(name: str) -> str:
    """The part of a file name after its last dot, in small letters."""
    return name.rpartition("/")[2].rpartition(".")[2].lower()


_READERS: dict[str, Callable[[bytes], Table]] = {
    "csv": lambda data: read_separated(data, ","),
    "tsv": lambda data: read_separated(data, "\t"),
    "jsonl": read_jsonl,
    "parquet": read_parquet,
}
EXTENSIONS = tuple(_READERS)
