"""Nodes of the graphs of decisions. Equal continuations share one node, and there are no dead ends."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from operator import itemgetter
from typing import NamedTuple

from ftc.expand.space.ops import Slot


class DecisionAhead(NamedTuple):
    """A decision that a node knows of without a walk: the runs of values that can be picked in it, each (first, how
    many), and how many of them at most are possible in one conversation."""

    slot: Slot
    runs: list[tuple[int, int]]
    most: int


_AT_ONCE = (0,)


class Node:
    """A decision: `runs` are (first value, how many values, what follows), in order; what is not in a run
    cannot be picked."""

    __slots__ = ("count", "items", "runs", "slot", "starts", "top")

    def __init__(self, top: int, slot: Slot, runs: "list[tuple[int, int, Node]]") -> None:
        self.top = top
        self.slot = slot
        self.runs: Sequence[tuple[int, int, Node]] = runs
        self.items: Sequence[object] | None = None
        """What the values stand for, where that depends on earlier picks."""
        self.starts: Sequence[int] = _AT_ONCE
        self.count: int
        if len(runs) == 1:  # by far the most common case in large graphs
            ((_, length, child),) = runs
            self.count = length * child.count
        else:
            totals = list(accumulate((length * child.count for _, length, child in runs), initial=0))
            self.count = totals.pop()
            self.starts = totals

    @property
    def ahead(self) -> Sequence[DecisionAhead] | None:
        """This decision and all below, if the node knows them without a walk: there may be too many nodes for one."""
        return None

    @property
    def slots_ahead(self) -> Sequence[Slot] | None:
        """The slots of `ahead`."""
        return None

    def identity(self, value: int) -> object:
        """What is picked by a value, the same in every node of the slot."""
        return value if self.items is None else self.items[value]

    def choose(self, rank: int) -> "tuple[int, int, Node]":
        """The value of the `rank`-th element, the rank within that value, and what follows."""
        at = bisect_right(self.starts, rank) - 1
        first, _, child = self.runs[at]
        step, rest = divmod(rank - self.starts[at], child.count)
        return first + step, rest, child

    def follow(self, value: int) -> "tuple[int, Node]":
        """The rank of the first element with a value, and what follows it."""
        at = bisect_right(self.runs, value, key=itemgetter(0)) - 1
        first, _, child = self.runs[at]
        return self.starts[at] + (value - first) * child.count, child


class _End(Node):
    """Nothing left to decide."""

    __slots__ = ()

    def __init__(self) -> None:
        self.top = -1
        self.runs, self.starts, self.count = [], [], 1


END = _End()


def merged(stretches: "Iterable[tuple[int, int, Node | None]]") -> list[tuple[int, int, Node]]:
    """The runs for stretches of values and what follows each: dead ends (None) are left out, and neighbours with
    the same successor are joined."""
    runs: list[tuple[int, int, Node]] = []
    for first, length, child in stretches:
        if child is None:
            continue
        if runs and runs[-1][2] is child and runs[-1][0] + runs[-1][1] == first:
            runs[-1] = (runs[-1][0], runs[-1][1] + length, child)
        else:
            runs.append((first, length, child))
    return runs
