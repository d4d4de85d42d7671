"""The groups that `validation` holds out as a whole: what tells one from another, and the hash that decides.

In a fact (and a style) a group is a wording of the user's. `by NAME` makes a group of each value of the name. Elsewhere
conversations that differ in unnamed alternatives alone are a group.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache, partial
from math import prod
from operator import add, mul

from ftc.check import model
from ftc.expand.bind.bindings import AliasBinding, ComputedBinding, ItemBinding, TextBinding
from ftc.expand.bind.frames import Binding, Frame
from ftc.expand.bind.messages import Line, Turn, ops_of
from ftc.expand.bind.tables import TableBinding
from ftc.expand.random import fraction
from ftc.expand.space.budget import MAX_GROUP, GroupTooLarge
from ftc.expand.space.ops import (
    Condition,
    Decide,
    Done,
    Dynamic,
    Meet,
    Op,
    Ops,
    Picks,
    Slot,
    Switch,
    Tally,
    Token,
    slots_of,
)
from ftc.expand.space.reach import everything
from ftc.source import Span

# In place of the hash of a value, where the values to hold out are listed: the cut is between the two.
NAMED, NOT_NAMED = 0.0, 1.0


class Group:
    """Conversations that one hash decides about: its `text` depends on `slots` and is known once the `tokens` are
    done. `hashed` makes a number from 0 to 1 of the text."""

    def __init__(
        self,
        kind: str,
        tokens: frozenset[Token],
        slots: frozenset[Slot],
        text: Callable[[Picks], str],
        hashed: Callable[[str], float] | None = None,
    ) -> None:
        self.tokens = tokens
        self.slots = slots
        self.text = text
        self.hashed = partial(_hashed, kind) if hashed is None else hashed

    def fraction(self, picks: Picks) -> float:
        """From 0 to 1, by the text alone; KeyError where the conversation does not meet what it is made of."""
        return self.hashed(self.text(picks))

    def where(self, holds: Callable[[Picks], bool]) -> Condition:
        """A condition on the group."""
        return Condition(self.tokens, self.slots, holds, None, lambda slot, picks: None)

    def kept(self, cut: float) -> Condition:
        """That it is not held out: those are whose number is below the cut."""
        return self.where(lambda picks: self.fraction(picks) >= cut)

    def out(self, cut: float) -> Condition:
        """That it is held out."""
        return self.where(lambda picks: self.fraction(picks) < cut)


class ValueGroup(Group):
    """The conversations with one value of a name, where that is one pick: the number of each value is computed once."""

    def __init__(
        self, slot: Slot, size: int, token: Token, written: Callable[[int], str], hashed: Callable[[str], float] | None
    ) -> None:
        super().__init__("by", frozenset((token,)), frozenset((slot,)), lambda picks: written(picks[slot]), hashed)
        self.slot = slot
        self.size = size
        self.written = written

    @property
    def texts(self) -> Iterator[str]:
        """Each value as text."""
        return map(self.written, range(self.size))

    @cached_property
    def fractions(self) -> "array[float]":
        """The number of each value."""
        if self.size > MAX_GROUP:
            raise GroupTooLarge([], {})
        return array("d", map(self.hashed, self.texts))

    def fraction(self, picks: Picks) -> float:
        # Of a sample few are needed: all are computed only where a condition needs all.
        if "fractions" not in self.__dict__:
            return super().fraction(picks)
        return self.fractions[picks[self.slot]]

    def kept(self, cut: float) -> Condition:
        return self._where(lambda fraction: fraction >= cut)

    def out(self, cut: float) -> Condition:
        return self._where(lambda fraction: fraction < cut)

    def _where(self, holds: Callable[[float], bool]) -> Condition:
        def over(slot: Slot, picks: Picks) -> Iterable[bool] | None:
            return map(holds, self.fractions) if slot is self.slot else None

        return replace(self.where(lambda picks: holds(self.fractions[picks[self.slot]])), over=over)


class WordingGroup(Group):
    """The conversations with one wording of the user's messages. `least` is how many wordings there are at least."""

    def __init__(self, lines: list[Line], ops: Ops, known: Token) -> None:
        texts = [line.text for line in lines if line.text]
        slots = slots_of(ops)
        super().__init__("wording", frozenset((known,)), slots, lambda picks: "\n".join(t.render(picks) for t in texts))
        self.least = _least(ops)


class CombinationGroup(Group):
    """The conversations with one combination of the picks of names. Its number is a sum over the picks, so that the
    held-out ones are counted and found without going through all."""

    # The resolution where there are many combinations: half a percent. Every step may be a node of its own in the graph
    # of decisions.
    STEPS = 200
    # So few combinations are told apart, each by its own number.
    FEW = 10_000
    FINE = 1 << 40

    def __init__(self, ops: Ops, known: Token, span: Span) -> None:
        slots = frozenset(slot for slot in slots_of(ops) if slot.named and not slot.hidden)
        total = Slot("total", "total", "total", False, lambda _, __: ("", span), hidden=True)
        super().__init__("named", frozenset((known,)), frozenset((total,)), str)
        self.changing = _dynamic(ops)
        self.few = _combinations(ops, slots) <= self.FEW
        self.steps = self.FINE if self.few else self.STEPS
        self.tally = Tally(total, self.steps, slots, self._weights)
        self.columns: dict[Slot, list[int]] = {}
        self.none = int(fraction("named", []) * self.steps)

    def _weights(self, slot: Slot, size: int, picks: Picks) -> Sequence[int]:
        found = self.columns.get(slot)
        if found is None:
            found = [self._weight(slot, pick, picks) for pick in range(size)]
            if slot not in self.changing:
                self.columns[slot] = found
        return found

    def _weight(self, slot: Slot, pick: int, picks: Picks) -> int:
        return int(_weighed(slot.path, _written(slot, pick, picks)) * self.steps)

    def fraction(self, picks: Picks) -> float:
        total = picks.get(self.tally.total)
        if total is None:
            here = ((slot, pick) for slot, pick in picks.items() if slot in self.tally.counted)
            total = sum(self._weight(slot, pick, picks) for slot, pick in here)
        return (self.none + total) % self.steps / self.steps

    def where(self, holds: Callable[[Picks], bool]) -> Condition:
        return replace(super().where(holds), tally=self.tally)


_hashed = lru_cache(maxsize=1 << 16)(fraction)


@lru_cache(maxsize=1 << 16)
def _weighed(path: str, written: str) -> float:
    return fraction("named", path, written)


def _combinations(ops: Ops, named: frozenset[Slot]) -> int:
    """How many combinations of picks of names there are at most: very many, where that depends on other picks."""
    if _dynamic(ops) & named:
        return MAX_GROUP
    decided = {op.slot: op.size for op in everything(ops) if isinstance(op, Decide)}
    return prod(size + 1 for slot, size in decided.items() if slot in named)


def by_wording(block: model.Block) -> bool:
    """Whether the wordings of the block are held out, each exchange keeping one."""
    return block.split is not None and block.split.by is None and block.kind in ("fact", "style")


def grouped(
    block: model.Block,
    frames: list[Frame],
    system: Line | None,
    turns: "list[tuple[Slot | None, list[Turn]]]",
    ops: Ops,
) -> tuple[Ops, list[Group]]:
    """The groups of the conversations that the ops make, and the ops with what tells when a group is known."""
    split = block.split
    if split is None:
        return ops, []
    if split.by is not None:
        return ops, [_by(frame.bound[split.by], split) for frame in frames if split.by in frame.bound]
    known = Token()
    if by_wording(block):
        _, (turn, *_) = turns[0]
        first = len(system.ops) if system else 0
        last = first + len(ops_of(turn.head))
        return (*ops[:last], Done(known), *ops[last:]), [WordingGroup(turn.head, ops[first:last], known)]
    return (*ops, Done(known)), [CombinationGroup(ops, known, split.span)]


def _by(binding: Binding, split: model.Split) -> Group:
    """The groups of the values of a name: by its pick where it has one, else by its computed value."""
    if isinstance(binding, AliasBinding):
        return _by(binding.of, split)
    values = split.values
    hashed = None if values is None else lambda text: NAMED if text in values else NOT_NAMED
    if isinstance(binding, ComputedBinding):
        slots = binding.evaluated.slots
        return Group("by", binding.tokens, slots, lambda picks: str(binding.value(picks)), hashed)
    assert isinstance(binding, TextBinding | ItemBinding | TableBinding)
    slot, op, token = binding.slot, binding.meet.ops[-1], binding.meet.token
    if isinstance(op, Decide):
        if isinstance(binding, TableBinding) and values is not None:
            # A list of values tells a row by its first cell.
            return ValueGroup(slot, op.size, token, binding.first_cell, hashed)
        return ValueGroup(slot, op.size, token, lambda pick: _written(slot, pick, {}), hashed)
    assert isinstance(op, Dynamic)
    return Group("by", frozenset((token,)), op.reads | {slot}, lambda picks: _written(slot, picks[slot], picks), hashed)


def sizable(frames: list[Frame], most: int) -> str:
    """Of the names that a block could be split by, with at most so many values, that with most; empty where there is
    none."""
    sizes: dict[str, int] = {}
    for binding in (binding for frame in frames for binding in frame.bound.values()):
        listed = isinstance(binding, TextBinding | ItemBinding | TableBinding) and not binding.faulty
        if listed and binding.name.level != "case":
            ops = binding.meet.ops
            if ops and isinstance(ops[-1], Decide) and 1 < ops[-1].size <= most:
                sizes[binding.name.name] = ops[-1].size
    return max(sizes, key=lambda name: sizes[name], default="")


def _written(slot: Slot, pick: int, picks: Picks) -> str:
    """A pick as the source writes it, whichever unnamed alternatives in it are taken."""
    return slot.written(pick) if slot.written else slot.describe(pick, {**picks, slot: pick})[0]


def _dynamic(ops: Ops) -> frozenset[Slot]:
    """The slots whose values depend on other picks."""
    return frozenset([op.slot for op in everything(ops) if isinstance(op, Dynamic)])


class _Count:
    """A count in progress: the parts (ops or branches) that are left, and how their counts are combined."""

    __slots__ = ("add", "count", "parts")

    def __init__(self, parts: Iterable[Op | Ops], add: Callable[[int, int], int], count: int) -> None:
        self.parts = iter(parts)
        self.add = add
        self.count = count


def _least(ops: Ops) -> int:
    """How many combinations of picks there are at least, without conditions. What is met twice counts once."""
    met: set[Meet] = set()
    stack = [_Count(ops, mul, 1)]
    while True:
        part = next(stack[-1].parts, None)
        match part:
            case None:
                count = stack.pop().count
                if not stack:
                    return count
                stack[-1].count = stack[-1].add(stack[-1].count, count)
            case tuple():
                stack.append(_Count(part, mul, 1))
            case Meet() if part not in met:
                met.add(part)
                stack.append(_Count(part.ops, mul, 1))
            case Decide() if not part.branches:
                stack[-1].count *= part.size
            case Decide():
                stack.append(_Count(part.branches or (), add, 0))
            case Switch():
                stack.append(_Count(part.branches, max, 0))
