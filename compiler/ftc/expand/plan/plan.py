"""The plan: every conversation that the files imply, as lazy sequences: an element is computed when it is read."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

from ftc.check import model
from ftc.diagnostics import Diagnostic, FtcError, Label
from ftc.expand.bind.frames import PickFailure
from ftc.expand.conversation import Conversation
from ftc.expand.plan.program import Program
from ftc.expand.plan.sequences import Concatenation, Picked, Shuffled, Slice, Source
from ftc.expand.plan.split import Division
from ftc.expressions.limits import failure_reason
from ftc.slotted import slotted
from ftc.source import Span


class Count(int):
    """The number of conversations; called with one, how often that occurs, as the `count` of other sequences."""

    _of: Sequence[Conversation]

    def __new__(cls, number: int, of: Sequence[Conversation]) -> "Count":
        made = super().__new__(cls, number)
        made._of = of
        return made

    def __call__(self, value: object) -> int:
        return sum(each == value for each in self._of)

    def __reduce__(self) -> tuple[type[int], tuple[int]]:
        return int, (int(self),)


class Conversations(Sequence[Conversation]):
    """Conversations in order. `count` is exact at any size; `len()` is Python's and stops at `sys.maxsize`.

    `[i]` computes one conversation alone; a slice is again such a sequence. A pick that fails raises `FtcError`.
    """

    __slots__ = ("_source",)

    def __init__(self, source: Source) -> None:
        self._source = source

    @property
    def count(self) -> "Count":  # a number too, which `len` cannot say at any size
        return Count(self._source.count, self)

    def __len__(self) -> int:
        if self.count > sys.maxsize:
            raise OverflowError("more conversations than len() can say: use .count")
        return self.count

    def __bool__(self) -> bool:
        return self.count > 0

    @overload
    def __getitem__(self, index: int) -> Conversation: ...
    @overload
    def __getitem__(self, index: slice) -> "Conversations": ...
    def __getitem__(self, index: int | slice) -> "Conversation | Conversations":
        if isinstance(index, slice):
            # `slice.indices` stops at sys.maxsize where `range` does not.
            if isinstance(self._source, Slice):
                return Conversations(Slice(self._source.source, self._source.indices[index]))
            return Conversations(Slice(self._source, range(self.count)[index]))
        if not -self.count <= index < self.count:
            raise IndexError(f"conversation {index} of {self.count}")
        return _conversation(self.picked(index), index)

    def picked(self, index: int) -> Picked:
        """The program and the picks of a conversation."""
        return self._source.at(index + self.count if index < 0 else index)

    def shuffled(self, seed: int) -> "Conversations":
        """The same in an order of the seed's: a permutation of which nothing is kept, so it is as good at any size."""
        return Conversations(Shuffled(self._source, seed))

    @property
    def source(self) -> Source:
        """Where they come from."""
        return self._source

    def __iter__(self) -> Iterator[Conversation]:
        for index, picked in enumerate(self.all_picked()):
            yield _conversation(picked, index)

    def all_picked(self) -> Iterator[Picked]:
        """The programs and picks, in order; a dict of picks may be given again and again."""
        return iter(self._source)

    def __repr__(self) -> str:
        return f"<{self.count:,} conversations>"

    def __reduce__(self) -> tuple[type[list[Conversation]], tuple[list[Conversation]]]:
        # They are made by functions, which no pickle holds.
        return list, (list(self),)


NO_CONVERSATIONS = Conversations(Concatenation([]))


def _conversation(picked: Picked, index: int) -> Conversation:
    program, picks = picked
    try:
        return program.conversation(picks, index)
    except PickFailure as failure:
        raise FtcError((failure_diagnostic(failure),)) from None


MAX_ROWS = 3
"""Rows of tables that a finding points at."""


def failure_diagnostic(failure: PickFailure) -> Diagnostic:
    """The diagnostic of a pick that fails."""
    shown, rows = [], []
    for slot, pick in failure.picks.items():
        if slot.hidden or not slot.named or (failure.slots is not None and slot not in failure.slots):
            continue
        if slot.row is not None:
            rows.append(Label(slot.row(pick), "in this row"))
        try:
            value = slot.said(pick, failure.picks) if slot.said else slot.describe(pick, failure.picks)[0]
        except (PickFailure, KeyError):
            continue
        shown.append(f"{slot.name} = {value}")
    needed = [Label(failure.needed, "needed here")] if failure.needed else []
    data = {"failure": failure_reason(failure.cause), "picks": ", ".join(shown[:8])}
    return Diagnostic("E404", failure.span, data, (*needed, *rows[:MAX_ROWS]))


@slotted
class BlockPlan:
    """One block's part of the plan. `declaration` is the checked block of the file, `formula` tells how its count comes
    about, and `once` is `training` before `repeat`."""

    name: str
    kind: str
    span: Span
    declaration: model.Block
    once: Conversations
    training: Conversations
    validation: Conversations
    formula: str
    programs: tuple[Program, ...]

    def __repr__(self) -> str:
        held_out = f", {self.validation.count:,} held out" if self.validation.count else ""
        return f"<{self.kind} {self.name}: {self.training.count:,}{held_out}>"


SHOWN = 10
"""Blocks of a plan that its `repr` shows."""


@dataclass(frozen=True, repr=False)
class Plan:
    """All blocks, in order, and what each `validation` line does."""

    blocks: tuple[BlockPlan, ...]
    divisions: tuple[Division, ...] = ()

    def __repr__(self) -> str:
        shown = ", ".join(map(repr, self.blocks[:SHOWN]))
        more = f", and {len(self.blocks) - SHOWN:,} more blocks" if len(self.blocks) > SHOWN else ""
        return f"<Plan: {shown}{more}>"

    @cached_property
    def training(self) -> Conversations:
        return Conversations(Concatenation([b.training._source for b in self.blocks]))

    @cached_property
    def validation(self) -> Conversations:
        return Conversations(Concatenation([b.validation._source for b in self.blocks]))
