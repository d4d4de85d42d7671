"""What has a value in a conversation: what meeting it decides, when it is known, and what its value depends on."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ftc.expand.space.ops import Meet, Ops, Picks, Slot, Token

if TYPE_CHECKING:
    from ftc.expand.bind.texts import Definition

Completions = tuple[tuple[frozenset[Token], Ops], ...]
"""Pairs of tokens and ops: where the tokens are done, the ops may be run hypothetically, to complete a value."""


class Value(ABC):
    """Something with a value in a conversation. `meet` is what meeting it decides."""

    meet: Meet

    @property
    def tokens(self) -> frozenset[Token]:
        """What is done once every pick that the value depends on is made."""
        return frozenset((self.meet.token,))

    @property
    def picked(self) -> frozenset[Token]:
        """What is done once a condition on the value applies: for a column of a table, that a row was picked."""
        return self.tokens

    @property
    def completions(self) -> Completions:
        """What may have to be picked hypothetically for the value to be complete: cells of a picked row that were not
        met."""
        return ()

    @property
    def unsure(self) -> bool:
        """Whether some of its inputs are met only for some picks: the value may then be computable without being
        met."""
        return False

    @property
    @abstractmethod
    def dependencies(self) -> frozenset[Slot]:
        """Every slot that the value may depend on: no hidden ones, which follow from others."""

    @property
    @abstractmethod
    def definition(self) -> "Definition | None":
        """What the value is by definition, seen through every name that only stands for another; None where it is put
        together from others (a row), or is a part of one."""

    @property
    def size(self) -> int | None:
        """How many values it has, if it depends on one pick; None where that is unknown."""
        return self.definition.size if self.definition else None

    @abstractmethod
    def value(self, picks: Picks) -> Any:
        """Its value. Raises KeyError where a pick that it depends on was not made."""

    def over(self, slot: Slot, picks: Picks) -> Iterable[Any] | None:
        """The value for each pick of a slot that it depends on, the others given; None where a text must be made for
        each."""
        return None


class Defined(Value):
    """A value that its definition says all of."""

    @property
    @abstractmethod
    def definition(self) -> "Definition": ...

    @property
    def dependencies(self) -> frozenset[Slot]:
        return self.definition.dependencies


class Delegate(Value):
    """A value that is another's, `target`."""

    target: Value

    @property
    def tokens(self) -> frozenset[Token]:
        return self.target.tokens

    @property
    def picked(self) -> frozenset[Token]:
        return self.target.picked

    @property
    def completions(self) -> Completions:
        return self.target.completions

    @property
    def unsure(self) -> bool:
        return self.target.unsure

    @property
    def dependencies(self) -> frozenset[Slot]:
        return self.target.dependencies

    @property
    def definition(self) -> "Definition | None":
        return self.target.definition

    def value(self, picks: Picks) -> Any:
        return self.target.value(picks)

    def over(self, slot: Slot, picks: Picks) -> Iterable[Any] | None:
        return self.target.over(slot, picks)


class ColumnOfRow(Value):
    """A column of a value that is a row."""

    def __init__(self, row: Value, column: str) -> None:
        self.row = row
        self.column = column
        self.meet = row.meet

    @property
    def tokens(self) -> frozenset[Token]:
        return self.row.tokens

    @property
    def picked(self) -> frozenset[Token]:
        return self.row.picked

    @property
    def completions(self) -> Completions:
        return self.row.completions

    @property
    def unsure(self) -> bool:
        return self.row.unsure

    @property
    def dependencies(self) -> frozenset[Slot]:
        return self.row.dependencies

    @property
    def definition(self) -> None:
        return None

    def value(self, picks: Picks) -> Any:
        return self.row.value(picks)[self.column]
