"""What the readers of tables give."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ftc.readers.fault import Fault
from ftc.readers.places import RowPlace

TableContents = tuple[tuple[str, ...], list[tuple[object, ...]]]
"""The columns and the rows of a table; every row has a value for every column."""


@dataclass(frozen=True)
class TableData:
    """A table as it stands in the file `name`: every row has a value for every column. `typed` is False where each
    cell is text. `place` says where a row stands."""

    name: str
    columns: tuple[str, ...]
    rows: list[tuple[object, ...]]
    typed: bool
    place: RowPlace = field(repr=False)


def check_columns(columns: Iterable[str]) -> None:
    """Raise a Fault where a column has no name, or that of another."""
    seen: dict[str, int] = {}
    for number, column in enumerate(columns, 1):
        if not column.strip():
            raise Fault("E015", column=number)
        if column in seen:
            raise Fault("E016", column=column, first=seen[column], second=number)
        seen[column] = number
