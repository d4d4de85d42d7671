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
from ftc.expressions.limits import failure_reason
from ftc.slotted import slotted
from ftc.source import Span


class Conversations(Sequence[Conversation]):
    """Conversations in order. `count` is exact at any size; `len()` is Python's and stops at `sys.maxsize`.

    `[i]` computes one conversation alone; a slice is again such a sequence. A pick that fails raises `FtcError`.
    """

    __slots__ = ("_source",)

    def __init__(self, source: Source) -> None:
        self._source = source

    @property
    def count(self) -> int:  # type: ignore[override]  # the number of them, not `list.count`: `len` cannot say it at any size
        return self._source.count

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


NO_CONVERSATIONS = Conversations(Concatenation([]))


def _conversation(picked: Picked, index: int) -> Conversation:
    program, picks = picked
    try:
        return program.conversation(picks, index)
    except PickFailure as failure:
        raise FtcError((failure_diagnostic(failure),)) from None


def failure_diagnostic(failure: PickFailure) -> Diagnostic:
    """The diagnostic of a pick that fails."""
    shown = []
    for slot, pick in failure.picks.items():
        if slot.hidden or not slot.named or (failure.slots is not None and slot not in failure.slots):
            continue
        try:
            value, _ = slot.describe(pick, failure.picks)
        except (PickFailure, KeyError):
            continue
        shown.append(f"{slot.name} = {value}")
    labels = (Label(failure.needed, "needed here"),) if failure.needed else ()
    return Diagnostic(
        "E404", failure.span, {"failure": failure_reason(failure.cause), "picks": ", ".join(shown[:8])}, labels
    )


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


@dataclass(frozen=True)
class Plan:
    """All blocks, in order."""

    blocks: tuple[BlockPlan, ...]

    @cached_property
    def training(self) -> Conversations:
        return Conversations(Concatenation([b.training._source for b in self.blocks]))

    @cached_property
    def validation(self) -> Conversations:
        return Conversations(Concatenation([b.validation._source for b in self.blocks]))
