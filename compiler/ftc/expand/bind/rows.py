"""Rows in conditions: which of them are equal, where a conversation has not met all of their cells."""

from collections.abc import Iterator
from typing import Any

from ftc.expand.bind.bindings import AliasBinding
from ftc.expand.bind.tables import TableRow
from ftc.expand.bind.values import Value
from ftc.expand.space.ops import Picks, Slot
from ftc.expressions.nodes import Compare, List, Node, Read, Reference, parts
from ftc.expressions.types import RowOf

UNKNOWN = object()
"""The value of a cell that the conversation has not met."""


class PartialRowValue(dict[str, Any]):
    """A row some of whose cells may be unknown. Two picks of one row are equal unless known cells differ; unknown cells
    of two different rows are never equal."""

    __slots__ = ("row",)

    def __init__(self, row: tuple[object, int], cells: dict[str, Any]) -> None:
        super().__init__(cells)
        self.row = row

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PartialRowValue):
            return dict.__eq__(self, other)
        one = self.row == other.row
        if self.keys() != other.keys():
            return False
        for column, cell in self.items():
            if cell is UNKNOWN or other[column] is UNKNOWN:
                if not one:
                    return False
            elif cell != other[column]:
                return False
        return True

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None


class PartialRow(Value):
    """A picked row, of which not every cell has to be met."""

    def __init__(self, row: TableRow) -> None:
        self.row = row
        self.meet = row.meet

    @property
    def definition(self) -> None:
        return None

    @property
    def dependencies(self) -> frozenset[Slot]:
        return self.row.dependencies

    def value(self, picks: Picks) -> Any:
        binding = self.row.binding
        at = (binding.table, picks[binding.slot])
        return PartialRowValue(at, {column: _value_or_unknown(cell, picks) for column, cell in self.row.cells.items()})


def _value_or_unknown(cell: Value, picks: Picks) -> Any:
    try:
        return cell.value(picks)
    except KeyError:
        return UNKNOWN


def row_of(value: Value) -> TableRow | None:
    """The row of a table that a value is as a whole, where some of its cells may not be met."""
    while isinstance(value, AliasBinding):
        value = value.target
    return value if isinstance(value, TableRow) and value.completions else None


def compared(node: Node) -> set[Read]:
    """The rows that a condition reads only to compare them as a whole."""
    uses = list(_uses(node))
    return {read for read, only in uses if only} - {read for read, only in uses if not only}


def _uses(node: Node) -> Iterator[tuple[Read, bool]]:
    """Each use of a row as a whole, and whether it is only compared there."""
    stack: list[tuple[Node, bool]] = [(node, False)]
    while stack:
        node, only = stack.pop()
        if isinstance(node, Reference):
            if isinstance(node.type, RowOf):
                yield node.read, only
            continue
        same = isinstance(node, Compare) or (only and isinstance(node, List))
        stack += [(part, same) for part in parts(node)]
