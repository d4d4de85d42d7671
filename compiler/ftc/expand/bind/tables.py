"""Tables in a conversation: the row that is picked, and its cells."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from ftc.check import model
from ftc.expand.bind.frames import Binding, Frame, PickFailure
from ftc.expand.bind.texts import CellChoice, Text, TextChoice
from ftc.expand.bind.values import Completions, Defined, Value
from ftc.expand.conversation import said
from ftc.expand.space.ops import Decide, Meet, Picks, Slot, Switch, Token
from ftc.source import Span


class TableBinding(Binding):
    """A table, of which one row is picked. Its cells are met one by one (`TableCell`), or all where the row is read
    (`TableRow`)."""

    def __init__(self, name: model.Table, frame: Frame) -> None:
        self.table = name
        path, places, written = f"{frame.path}{name.name}", None, None
        if name.data is None:
            places, written = name.place, self._written
        self.slot = frame.slot(
            name.name, path, self._describe, named=True, places=places, written=written, said=self._said, row=name.place
        )
        size = len(name.rows) if name.data is None else len(name.data)
        super().__init__(name, frame, (Decide(self.slot, size, None),))
        self._values: dict[str | None, Value] = {}

    @cached_property
    def _places(self) -> dict[str, int]:
        return {column: place for place, column in enumerate(self.table.columns)}

    def at(self, column: str | None) -> Value:
        if column not in self._values:
            self._values[column] = TableRow(self) if column is None else TableCell(self, column, self._places[column])
        return self._values[column]

    def first_cell(self, pick: int) -> str:
        """The first cell of a row, as the source writes it."""
        data = self.table.data
        return self.table.rows[pick][0].span.text if data is None else str(data[pick][0])

    def _describe(self, pick: int, picks: Picks) -> tuple[str, Span]:
        data = self.table.data
        return self._written(pick) if data is None else " | ".join(map(str, data[pick])), self.table.place(pick)

    def _written(self, pick: int) -> str:
        return " | ".join(cell.span.text for cell in self.table.rows[pick])

    def _said(self, pick: int, picks: Picks) -> str:
        """What the cells of a row say; a cell that is not met stands as it is written, if anything is picked in it."""
        if self.table.data is not None:
            return " | ".join(map(said, self.table.data[pick]))
        return " | ".join(self._cell(column, pick, picks) for column in self.table.columns)

    def _cell(self, column: str, pick: int, picks: Picks) -> str:
        template = self.table.rows[pick][self._places[column]]
        if template.constant is not None:
            return template.constant
        cell = self._values.get(column)
        try:
            return str(cell.value(picks)) if cell is not None else template.span.text
        except (KeyError, PickFailure):
            return template.span.text


class TableRow(Value):
    """A picked row as a value, made of all its cells."""

    def __init__(self, binding: TableBinding) -> None:
        self.binding = binding
        self.cells = {column: binding.at(column) for column in binding.table.columns}
        self.meet = Meet((binding.meet, *(cell.meet for cell in self.cells.values())))

    @property
    def tokens(self) -> frozenset[Token]:
        return frozenset(cell.meet.token for cell in self.cells.values())

    @property
    def picked(self) -> frozenset[Token]:
        return frozenset((self.binding.meet.token,))

    @property
    def completions(self) -> Completions:
        return tuple(fill for cell in self.cells.values() for fill in cell.completions)

    @property
    def definition(self) -> None:
        return None

    @property
    def dependencies(self) -> frozenset[Slot]:
        return frozenset[Slot]().union(*[cell.dependencies for cell in self.cells.values()])

    def value(self, picks: Picks) -> Any:
        return {column: cell.value(picks) for column, cell in self.cells.items()}

    def over(self, slot: Slot, picks: Picks) -> Iterable[Any] | None:
        """Rows of constant cells."""
        columns = [cell.over(slot, picks) for cell in self.cells.values()]
        if not columns or any(column is None for column in columns):
            return None
        return [dict(zip(self.cells, cells, strict=True)) for cells in zip(*columns, strict=True)]


class TableCell(Defined):
    """A cell of the picked row: a template where the table is in the text, a value where it is in a file."""

    def __init__(self, binding: TableBinding, column: str, place: int) -> None:
        table, slot = binding.table, binding.slot
        self.slot = slot
        self._row = binding.meet
        self.meet = binding.meet
        if table.data is not None:
            self.choice: TextChoice | CellChoice = CellChoice(slot, table.data, place)
            return
        path = f"{binding.frame.path}{table.name}.{column}"
        texts = [Text(row[place], binding.frame, f"{path}[{i}]") for i, row in enumerate(table.rows)]
        self.choice = TextChoice(slot, texts)
        if any(text.ops for text in texts):
            hidden = Slot(f"{slot.path}.{column}", slot.key, table.name, True, slot.describe, hidden=True)
            branches = tuple(text.ops for text in texts)
            switch = Switch(hidden, lambda _, picks: picks[slot], frozenset((slot,)), frozenset(), branches)
            self.meet = Meet((binding.meet, switch))

    @property
    def definition(self) -> TextChoice | CellChoice:
        return self.choice

    @property
    def picked(self) -> frozenset[Token]:
        return frozenset((self._row.token,))

    @property
    def completions(self) -> Completions:
        return () if self.meet is self._row else ((self.picked, (self.meet,)),)

    @cached_property
    def _constants(self) -> list[Any] | None:
        if isinstance(self.choice, TextChoice):
            return self.choice.constants
        return [row[self.choice.place] for row in self.choice.rows]

    def over(self, slot: Slot, picks: Picks) -> Iterable[Any] | None:
        return self._constants if slot is self.slot else None

    def value(self, picks: Picks) -> Any:
        if isinstance(self.choice, TextChoice):
            return self.choice.render(picks)
        return self.choice.rows[picks[self.slot]][self.choice.place]
