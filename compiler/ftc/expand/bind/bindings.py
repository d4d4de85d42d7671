"""Names at work in one conversation: what meeting each kind of name decides, and its value."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ftc.check import model
from ftc.expand.bind.frames import KINDS, Binding, Fills, Frame, Value
from ftc.expand.bind.texts import Domain, Evaluated, Text, branches_of, constants
from ftc.expand.space.ops import Decide, Meet, Ops, Picks, Slot, Switch, Token
from ftc.source import Span


class ListedBinding(Binding):
    """A name whose values stand in the text one by one."""

    def choose(self, templates: tuple[model.Template, ...]) -> None:
        """Ops for picking one of several texts."""
        self.texts = [Text(t, self.frame, f"{self.path}[{i}]") for i, t in enumerate(templates)]
        self.slot = self.frame.slot(self.name.name, self.path, True, self._describe_text)
        self.slot.listed = True
        self.slot.written = lambda pick: self.texts[pick].template.span.text
        self.meet.ops = (Decide(self.slot, len(self.texts), branches_of([t.ops for t in self.texts])),)

    def _describe_text(self, pick: int, picks: Picks) -> tuple[str, Span]:
        text = self.texts[pick]
        return text.render(picks), text.template.span


class AlternativesBinding(ListedBinding):
    name: model.Alternatives

    def prepare(self) -> None:
        self.choose(self.name.invalid if self.faulty else self.name.valid)

    @cached_property
    def _constants(self) -> list[str] | None:
        return constants(self.texts)

    def over(self, slot: Slot, picks: Picks) -> Iterable[Any] | None:
        return self._constants if slot is self.slot else None

    def value(self, picks: Picks) -> Any:
        return self.texts[picks[self.slot]].render(picks)


class RangingBinding(ListedBinding):
    name: model.Ranging

    def prepare(self) -> None:
        if self.faulty:
            self.choose(self.name.invalid)
            return
        self.domain = Domain(self.name.domain, self.name.values, self.frame)
        self.slot = self.frame.slot(self.name.name, self.path, True, self._describe)
        self.meet.ops = self.domain.decide(self.slot)

    def over(self, slot: Slot, picks: Picks) -> Iterable[Any] | None:
        return self.domain.constant if not self.faulty and slot is self.slot else None

    def value(self, picks: Picks) -> Any:
        pick = picks[self.slot]
        return self.texts[pick].render(picks) if self.faulty else self.domain.items(picks)[pick]

    def _describe(self, pick: int, picks: Picks) -> tuple[str, Span]:
        value = self.domain.items(picks)[pick]
        return value if isinstance(value, str) else str(value), self.name.span


class AliasBinding(ListedBinding):
    name: model.Alias

    def prepare(self) -> None:
        if self.faulty:
            self.choose(self.name.invalid)
            return
        own = Frame(f"{self.path}/", self.frame, lambda _: True, turn=self.frame.turn)
        self.target = own.bind(self.name.target)
        self.whole = self.target.at(None)
        self.meet.ops = (self.whole.meet,)
        self.mark = Meet()

    def at(self, column: str | None) -> Value:
        return self if column is None or self.faulty else AliasColumn(self, self.target.at(column))

    @property
    def marks(self) -> tuple[Meet, ...]:
        return (self.meet,) if self.faulty else (self.meet, self.mark)

    @property
    def tokens(self) -> frozenset[Token]:
        return super().tokens if self.faulty else self.whole.tokens

    @property
    def picked(self) -> frozenset[Token]:
        return super().picked if self.faulty else self.whole.picked

    @property
    def fills(self) -> Fills:
        return () if self.faulty else self.whole.fills

    @property
    def unsure(self) -> bool:
        return not self.faulty and self.whole.unsure

    def over(self, slot: Slot, picks: Picks) -> Iterable[Any] | None:
        return None if self.faulty else self.whole.over(slot, picks)

    def value(self, picks: Picks) -> Any:
        return self.texts[picks[self.slot]].render(picks) if self.faulty else self.whole.value(picks)


class AliasColumn(Value):
    """A column of the row that a name ranges over. Meeting it leaves a mark of the name."""

    def __init__(self, alias: AliasBinding, cell: Value) -> None:
        self.cell = cell
        self.meet = Meet((alias.mark, cell.meet)) if alias.name.invalid else cell.meet

    @property
    def tokens(self) -> frozenset[Token]:
        return self.cell.tokens

    @property
    def picked(self) -> frozenset[Token]:
        return self.cell.picked

    @property
    def fills(self) -> Fills:
        return self.cell.fills

    @property
    def unsure(self) -> bool:
        return self.cell.unsure

    def over(self, slot: Slot, picks: Picks) -> Iterable[Any] | None:
        return self.cell.over(slot, picks)

    def value(self, picks: Picks) -> Any:
        return self.cell.value(picks)


class ComputedBinding(Binding):
    name: model.Computed

    def prepare(self) -> None:
        self.evaluated = Evaluated.of(self.name.expr, self.frame)
        self.meet.ops = self.evaluated.ops

    @property
    def tokens(self) -> frozenset[Token]:
        # Nothing of its own is picked: it is there as soon as what it reads is; surely so where it is met itself.
        if self.evaluated.forked:
            return super().tokens
        return frozenset[Token]().union(*(i.tokens for i in self.evaluated.inputs))

    @property
    def picked(self) -> frozenset[Token]:
        return frozenset[Token]().union(*(v.picked for v in self.evaluated.met if isinstance(v, Value)))

    @property
    def fills(self) -> Fills:
        return tuple(fill for value in self.evaluated.inputs for fill in value.fills)

    @property
    def unsure(self) -> bool:
        return self.evaluated.forked or any(value.unsure for value in self.evaluated.inputs)

    def over(self, slot: Slot, picks: Picks) -> Iterable[Any] | None:
        return self.evaluated.over(slot, picks)

    def value(self, picks: Picks) -> Any:
        return self.evaluated.value(picks)


class TableBinding(Binding):
    """A table, of which one row is picked. Its cells are met one by one (`Cell`), or all where the row is read
    (`Row`)."""

    name: model.Table

    def prepare(self) -> None:
        table = self.name
        size = len(table.rows) if table.data is None else len(table.data)
        self.slot = self.frame.slot(table.name, self.path, True, self._describe)
        self.slot.listed = table.data is None
        self.meet.ops = (Decide(self.slot, size, None),)
        self.parts: dict[str | None, Value] = {}

    @cached_property
    def _places(self) -> dict[str, int]:
        return {column: place for place, column in enumerate(self.name.columns)}

    def column(self, column: str) -> int:
        """The place of a column."""
        return self._places[column]

    def at(self, column: str | None) -> Value:
        if column not in self.parts:
            self.parts[column] = Row(self) if column is None else Cell(self, column)
        return self.parts[column]

    def _describe(self, pick: int, picks: Picks) -> tuple[str, Span]:
        table = self.name
        if table.data is not None:
            return " | ".join(str(v) for v in table.data[pick]), table.span
        span = table.row_spans[pick]
        return " | ".join(c.span.text for c in table.rows[pick]), span


class Row(Value):
    """A picked row as a value, made of all its cells."""

    def __init__(self, table: TableBinding) -> None:
        self.table = table
        self.cells = {column: table.at(column) for column in table.name.columns}
        self.meet = Meet((table.meet, *(cell.meet for cell in self.cells.values())))

    @property
    def tokens(self) -> frozenset[Token]:
        return frozenset(cell.meet for cell in self.cells.values())

    @property
    def picked(self) -> frozenset[Token]:
        return frozenset((self.table.meet,))

    @property
    def fills(self) -> Fills:
        return tuple(fill for cell in self.cells.values() for fill in cell.fills)

    def value(self, picks: Picks) -> Any:
        return {column: cell.value(picks) for column, cell in self.cells.items()}

    def over(self, slot: Slot, picks: Picks) -> Iterable[Any] | None:
        """Rows of constant cells."""
        columns = [cell.over(slot, picks) for cell in self.cells.values()]
        if not columns or any(column is None for column in columns):
            return None
        return [dict(zip(self.cells, cells, strict=True)) for cells in zip(*columns, strict=True)]


class Cell(Value):
    """A column of the picked row: a template where the table is in the text, a value where it is in a file."""

    def __init__(self, table: TableBinding, column: str) -> None:
        self.table = table
        self.index = table.column(column)
        self.meet = table.meet
        if table.name.data is None:
            path = f"{table.path}.{column}"
            self.texts = [Text(r[self.index], table.frame, f"{path}[{i}]") for i, r in enumerate(table.name.rows)]
            if any(t.ops for t in self.texts):
                hidden = Slot(
                    f"{table.slot.path}.{column}", table.slot.key, table.name.name, True, table._describe, True
                )
                branches = tuple(t.ops for t in self.texts)
                reads = frozenset((table.slot,))
                row = table.slot
                switch = Switch(hidden, lambda _, picks: picks[row], reads, frozenset(), branches)
                self.meet = Meet((table.meet, switch))

    @property
    def picked(self) -> frozenset[Token]:
        return frozenset((self.table.meet,))

    @property
    def fills(self) -> Fills:
        return () if self.meet is self.table.meet else ((self.picked, (self.meet,)),)

    @cached_property
    def _constants(self) -> list[Any] | None:
        data = self.table.name.data
        return constants(self.texts) if data is None else [row[self.index] for row in data]

    def over(self, slot: Slot, picks: Picks) -> Iterable[Any] | None:
        return self._constants if slot is self.table.slot else None

    def value(self, picks: Picks) -> Any:
        row = picks[self.table.slot]
        data = self.table.name.data
        return self.texts[row].render(picks) if data is None else data[row][self.index]


class GivenBinding(Binding):
    """`answer` or `invalid`: its value is made by the block it stands in (`give`)."""

    made_of: "Text | Binding"
    """What the value is made of."""

    def give(self, ops: Ops, value: Callable[[Picks, str | None], Any], made_of: "Text | Binding") -> None:
        self.meet.ops = ops
        self.made_of = made_of
        self._value = value

    def at(self, column: str | None) -> Value:
        return self if column is None else GivenColumn(self, column)

    def value(self, picks: Picks) -> Any:
        return self._value(picks, None)


@dataclass
class GivenColumn(Value):
    row: GivenBinding
    column: str

    @property
    def meet(self) -> Meet:  # type: ignore[override]
        return self.row.meet

    def value(self, picks: Picks) -> Any:
        return self.row._value(picks, self.column)


KINDS |= {
    model.Alternatives: AlternativesBinding,
    model.Ranging: RangingBinding,
    model.Alias: AliasBinding,
    model.Computed: ComputedBinding,
    model.Table: TableBinding,
    model.StyleAnswer: GivenBinding,
    model.Culprit: GivenBinding,
}
