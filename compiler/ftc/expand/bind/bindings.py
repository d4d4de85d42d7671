"""Names in a conversation: what meeting each kind of name decides, and its value."""

from collections.abc import Callable, Iterable
from typing import Any, assert_never

from ftc.check import model
from ftc.expand.bind.evaluated import Evaluated, Forked
from ftc.expand.bind.frames import Binding, Frame
from ftc.expand.bind.tables import TableBinding
from ftc.expand.bind.texts import ItemChoice, Text, TextChoice, describe_texts
from ftc.expand.bind.values import ColumnOfRow, Completions, Defined, Delegate, Value
from ftc.expand.conversation import said
from ftc.expand.space.ops import Meet, Ops, Picks, Slot, Token
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
            places=lambda pick: texts[pick].template.span,
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
        self.slot = frame.slot(name.name, f"{frame.path}{name.name}", self._describe, named=True, said=self._said)
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

    def _said(self, pick: int, picks: Picks) -> str:
        return said(self.choice.items(picks)[pick])


class AliasBinding(Binding, Delegate):
    """`let x in NAME`: `of` is the other name, with picks of its own."""

    def __init__(self, name: model.Alias, frame: Frame) -> None:
        own = frame.of_its_own(name)
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
    """`answer` or `invalid`. `source` is what its value is made of."""

    def __init__(self, name: model.Name, frame: Frame, ops: Ops, value: GivenValue, of: "Text | Value") -> None:
        super().__init__(name, frame, ops)
        self._value = value
        self.source = of

    def at(self, column: str | None) -> Value:
        return self if column is None else GivenColumn(self, column)

    @property
    def definition(self) -> None:
        return None

    @property
    def dependencies(self) -> frozenset[Slot]:
        return self.source.dependencies

    def value(self, picks: Picks) -> Any:
        return self._value(picks, None)


class GivenColumn(ColumnOfRow):
    """A column of what a block gives."""

    def __init__(self, row: GivenBinding, column: str) -> None:
        super().__init__(row, column)
        self._given = row

    def value(self, picks: Picks) -> Any:
        return self._given._value(picks, self.column)
