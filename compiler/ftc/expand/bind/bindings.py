"""Names at work in one conversation: what meeting each kind of name decides, and its value."""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, assert_never

from ftc.check import model
from ftc.expand.bind.evaluated import Evaluated, Forked
from ftc.expand.bind.frames import Binding, Frame
from ftc.expand.bind.texts import CellChoice, ItemChoice, Text, TextChoice, describe_texts
from ftc.expand.bind.values import ColumnOfRow, Completions, Defined, Delegate, Value
from ftc.expand.space.ops import Decide, Meet, Ops, Picks, Slot, Switch, Token
from ftc.source import Span


def bound(name: model.Name, frame: Frame) -> Binding:
    """The binding of a name in the frame that holds it. An invalid pick is one of the texts written for that."""
    match name:
        case model.Alternatives():
            return TextBinding(name, frame, name.invalid if frame.fault is name else name.valid)
        case model.Ranging() | model.Alias() if frame.fault is name:
            return TextBinding(name, frame, name.invalid)
        case model.Ranging():
            return ItemBinding(name, frame)
        case model.Alias():
            return AliasBinding(name, frame)
        case model.Computed():
            return ComputedBinding(name, frame)
        case model.Table():
            return TableBinding(name, frame)
        case model.StyleAnswer() | model.Culprit() | model.Measure():
            raise AssertionError(name.name)  # given by the block (`give`), or read by no conversation
        case _:
            assert_never(name)


class TextBinding(Binding, Defined):
    """A name whose values are texts that stand in the file one by one."""

    def __init__(self, name: model.Name, frame: Frame, templates: tuple[model.Template, ...]) -> None:
        path = f"{frame.path}{name.name}"
        texts = [Text(template, frame, f"{path}[{i}]") for i, template in enumerate(templates)]
        self.slot = frame.slot(
            name.name,
            path,
            describe_texts(texts),
            named=True,
            listed=True,
            written=lambda pick: texts[pick].template.span.text,
        )
        self.choice = TextChoice(self.slot, texts)
        super().__init__(name, frame, (self.choice.decide(),))

    @property
    def definition(self) -> TextChoice:
        return self.choice

    def at(self, column: str | None) -> Value:
        # An invalid pick of a row is one text, whichever column is read.
        return self

    def over(self, slot: Slot, picks: Picks) -> Iterable[Any] | None:
        return self.choice.constants if slot is self.slot else None

    def value(self, picks: Picks) -> Any:
        return self.choice.render(picks)


class ItemBinding(Binding, Defined):
    """A name whose values are the items of a list."""

    def __init__(self, name: model.Ranging, frame: Frame) -> None:
        self._span = name.span
        self.slot = frame.slot(name.name, f"{frame.path}{name.name}", self._describe, named=True)
        self.choice = ItemChoice(self.slot, name.domain, name.values, frame)
        super().__init__(name, frame, self.choice.ops)

    @property
    def definition(self) -> ItemChoice:
        return self.choice

    def at(self, column: str | None) -> Value:
        return self if column is None else ColumnOfRow(self, column)

    def over(self, slot: Slot, picks: Picks) -> Iterable[Any] | None:
        return self.choice.constant if slot is self.slot else None

    def value(self, picks: Picks) -> Any:
        return self.choice.value(picks)

    def _describe(self, pick: int, picks: Picks) -> tuple[str, Span]:
        value = self.choice.items(picks)[pick]
        return value if isinstance(value, str) else str(value), self._span


class AliasBinding(Binding, Delegate):
    """`let x in NAME`: `of` is the other name, with picks of its own."""

    def __init__(self, name: model.Alias, frame: Frame) -> None:
        own = frame.within(f"{frame.path}{name.name}/", lambda _: True, turn=frame.turn)
        self.of = own.bind(name.target)
        self.target = self.of.at(None)
        # Meeting a column leaves this mark of the name, where its pick may be invalid.
        self._mark = Meet(())
        self._marked = bool(name.invalid)
        super().__init__(name, frame, (self.target.meet,))

    def at(self, column: str | None) -> Value:
        if column is None:
            return self
        cell = self.of.at(column)
        return AliasColumn(cell, Meet((self._mark, cell.meet)) if self._marked else cell.meet)

    @property
    def marks(self) -> tuple[Meet, ...]:
        return (self.meet, self._mark)


class AliasColumn(Delegate):
    """A column of the row that a name ranges over."""

    def __init__(self, cell: Value, meet: Meet) -> None:
        self.target = cell
        self.meet = meet


class ComputedBinding(Binding, Defined):
    """`let x = …`: nothing of its own is picked."""

    def __init__(self, name: model.Computed, frame: Frame) -> None:
        self.evaluated = Evaluated.of(name.expr, frame)
        super().__init__(name, frame, self.evaluated.ops)

    @property
    def definition(self) -> Evaluated:
        return self.evaluated

    def at(self, column: str | None) -> Value:
        return self if column is None else ColumnOfRow(self, column)

    @property
    def tokens(self) -> frozenset[Token]:
        # It is there as soon as what it reads is; surely so where it is met itself.
        if self.evaluated.forked:
            return super().tokens
        return frozenset[Token]().union(*(value.tokens for value in self.evaluated.inputs))

    @property
    def picked(self) -> frozenset[Token]:
        return frozenset[Token]().union(*(v.picked for v in self.evaluated.met if not isinstance(v, Forked)))

    @property
    def completions(self) -> Completions:
        return tuple(fill for value in self.evaluated.inputs for fill in value.completions)

    @property
    def unsure(self) -> bool:
        return self.evaluated.forked or any(value.unsure for value in self.evaluated.inputs)

    def over(self, slot: Slot, picks: Picks) -> Iterable[Any] | None:
        return self.evaluated.over(slot, picks)

    def value(self, picks: Picks) -> Any:
        return self.evaluated.value(picks)


# ── tables ────────────────────────────────────────────────────────────────────────────────────────


class TableBinding(Binding):
    """A table, of which one row is picked. Its cells are met one by one (`TableCell`), or all where the row is read
    (`TableRow`)."""

    def __init__(self, name: model.Table, frame: Frame) -> None:
        self.table = name
        self.slot = frame.slot(
            name.name, f"{frame.path}{name.name}", self._describe, named=True, listed=name.data is None
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

    def _describe(self, pick: int, picks: Picks) -> tuple[str, Span]:
        if self.table.data is not None:
            return " | ".join(str(v) for v in self.table.data[pick]), self.table.span
        span = self.table.row_spans[pick]
        return " | ".join(c.span.text for c in self.table.rows[pick]), span


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


# ── what a block gives ────────────────────────────────────────────────────────────────────────────

GivenValue = Callable[[Picks, str | None], Any]
"""The value for some picks, or that of one of its columns."""


def give(
    name: model.StyleAnswer | model.Culprit, frame: Frame, ops: Ops, value: GivenValue, of: "Text | Value"
) -> None:
    """Bind `answer` or `invalid`, whose value the block makes: before anything that reads it is bound."""
    holder = frame.holder(name)
    holder.bound[name] = GivenBinding(name, holder, ops, value, of)


class GivenBinding(Binding, Value):
    """`answer` or `invalid`. `of` is what its value is made of."""

    def __init__(self, name: model.Name, frame: Frame, ops: Ops, value: GivenValue, of: "Text | Value") -> None:
        super().__init__(name, frame, ops)
        self._value = value
        self._of = of

    def at(self, column: str | None) -> Value:
        return self if column is None else GivenColumn(self, column)

    @property
    def definition(self) -> None:
        return None

    @property
    def dependencies(self) -> frozenset[Slot]:
        return self._of.dependencies

    def value(self, picks: Picks) -> Any:
        return self._value(picks, None)


class GivenColumn(ColumnOfRow):
    """A column of what a block gives."""

    def __init__(self, row: GivenBinding, column: str) -> None:
        super().__init__(row, column)
        self._given = row

    def value(self, picks: Picks) -> Any:
        return self._given._value(picks, self.column)
