"""The graph of decisions of one component: ops that depend on each other, and the conditions between their picks.

A decision can change what is met or allowed later. The graph is built once; equal futures are one node, and dead ends
are left out, so that counting and ranking need no search.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate, repeat

from ftc.expand.ops import Condition, Decide, Done, Dynamic, Meet, Op, Ops, Reach, Slot, Switch, Token
from ftc.expressions.limits import FAILURES, size_of

# `language.md` and the issue of the compiler: names that constrain each other may have this many combinations.
MAX_GROUP = 10_000_000
# Where a total goes along, hardly two values in a row lead to the same: each is kept.
MAX_TALLIED = 2_500_000


class GroupTooLarge(Exception):
    """A `where` ties together more combinations than can be walked; `conditions` are those that tie them."""

    def __init__(self, conditions: list[Condition], sizes: dict[str, int]) -> None:
        super().__init__("group too large")
        self.conditions = conditions
        self.sizes = sizes


class Node:
    """A decision: `runs` are (first value, how many values, what follows), in order; what is not in a run
    cannot be picked."""

    __slots__ = ("count", "items", "runs", "slot", "starts", "top")

    def __init__(self, top: int, slot: Slot, runs: "list[tuple[int, int, Node]]") -> None:
        self.top = top
        self.slot = slot
        self.runs = runs
        self.items: Sequence[object] | None = None
        """What the values stand for, where that depends on earlier picks."""
        totals = list(accumulate((length * child.count for _, length, child in runs), initial=0))
        self.starts = totals[:-1]
        self.count: int = totals[-1]

    def identity(self, value: int) -> object:
        """What is picked by a value, the same in every node of the slot."""
        return value if self.items is None else self.items[value]

    def choose(self, rank: int) -> "tuple[int, int, Node]":
        """The value of the `rank`-th element, the rank within that value, and what follows."""
        at = bisect_right(self.starts, rank) - 1
        first, _, child = self.runs[at]
        step, rest = divmod(rank - self.starts[at], child.count)
        return first + step, rest, child


class _End(Node):
    """Nothing left to decide."""

    __slots__ = ()

    def __init__(self) -> None:
        self.top = -1
        self.runs, self.starts, self.count = [], [], 1


END = _End()


class _Cont:
    """What is still to be done: an op, then the rest. Equal ones are one object."""

    __slots__ = ("future", "memo", "op", "reads", "relevant", "rest", "top")

    def __init__(self, op: Op, top: int, rest: "_Cont | None") -> None:
        self.op = op
        self.top = top
        self.rest = rest
        future, reads = reach_op(op)
        self.future: frozenset[Token] = future | rest.future if rest else future
        self.reads: frozenset[object] = reads | rest.reads if rest else reads
        self.memo: dict[object, Node | None] = {}
        self.relevant: dict[frozenset[Token], tuple[frozenset[Token], frozenset[object]]] = {}


def reach_op(op: Op) -> Reach:
    """The tokens an op may do, and the slots and tokens it may ask for."""
    match op:
        case Done():
            return frozenset((op.token,)), frozenset()
        case Meet():
            if op.reached is None:
                future, reads = reach(op.ops)
                op.reached = future | {op}, reads | {op}
            return op.reached
        case Decide():
            parts = [reach(b) for b in op.branches or ()]
        case Dynamic():
            return frozenset(), frozenset(op.reads)
        case Switch():
            parts = [reach(b) for b in op.branches]
            parts.append((frozenset(), frozenset(op.reads) | frozenset(op.watches)))
    return frozenset().union(*(f for f, _ in parts)), frozenset().union(*(r for _, r in parts))


def reach(ops: Ops) -> Reach:
    parts = [reach_op(op) for op in ops]
    return frozenset().union(*(f for f, _ in parts)), frozenset().union(*(r for _, r in parts))


def meetings(ops: Ops) -> Iterator[Meet]:
    """All that the ops may meet, in order, what something is made of after it."""
    for op in ops:
        if isinstance(op, Meet):
            yield op
            yield from meetings(op.ops)
        elif isinstance(op, Decide | Switch):
            for branch in op.branches or ():
                yield from meetings(branch)


class Component:
    """Ops that depend on each other, and the conditions between their picks."""

    def __init__(
        self, ops: list[tuple[int, Op]], done: frozenset[Token], conditions: list[Condition], required: frozenset[Token]
    ) -> None:
        self.ops = ops
        self.done = done
        self.conditions = conditions
        self.required = required
        self.tally = next((condition.tally for condition in conditions if condition.tally), None)
        self.walked = 0
        self.asked: set[Condition] = set()
        """The conditions that were asked at all."""

    @cached_property
    def root(self) -> "Node | None":
        """The first decision; None where nothing is possible."""
        if len(self.ops) == 1 and not self.conditions and not self.required:
            # The ordinary case, and the only one whose size has no bound.
            top, op = self.ops[0]
            if isinstance(op, Decide) and op.branches is None:
                return Node(top, op.slot, [(0, op.size, END)]) if op.size else None
        self._check_size()
        self._conts: dict[tuple[int, int, int], _Cont] = {}
        self._inside: dict[Meet, Ops] = {}
        cont: _Cont | None = None
        for top, op in reversed(self.ops):
            cont = self._cons(op, top, cont)
        return self._build(cont, self.done, {})

    @cached_property
    def sizes(self) -> dict[str, int]:
        """The number of values of each slot, by key."""
        sizes: dict[str, int] = {}
        for _, op in self.ops:
            _sizes(op, sizes)
        return sizes

    def _check_size(self) -> None:
        """Refuse a group of more combinations than may be walked, before walking it. Turns repeat a group,
        they do not widen it."""
        sizes = self.sizes
        groups: list[tuple[set[str], list[Condition]]] = []
        for condition in self.conditions:
            if condition.source is None:
                continue
            keys = {slot.key for slot in condition.slots}
            joined = [g for g in groups if g[0] & keys]
            groups = [g for g in groups if not g[0] & keys]
            groups.append((keys.union(*(g[0] for g in joined)), [condition, *(c for g in joined for c in g[1])]))
        for keys, conditions in groups:
            found = {key: size for key, size in sizes.items() if key in keys}
            if math.prod(found.values()) > MAX_GROUP:
                raise GroupTooLarge(conditions, found)

    def _cons(self, op: Op, top: int, rest: _Cont | None) -> _Cont:
        key = (id(op), top, id(rest))
        if key not in self._conts:
            self._conts[key] = _Cont(op, top, rest)
        return self._conts[key]

    def _push(self, ops: Ops, top: int, rest: _Cont | None) -> _Cont | None:
        for op in reversed(ops):
            rest = self._cons(op, top, rest)
        return rest

    def _build(self, cont: _Cont | None, done: frozenset[Token], picks: dict[Slot, int]) -> "Node | None":
        """The node for what is left, given what is done and picked; None is a dead end."""
        if cont is None:
            return END if self.required <= done else None
        return self._known(cont, *self._relevant(cont, done, picks))

    def _known(self, cont: _Cont, done: frozenset[Token], picks: dict[Slot, int]) -> "Node | None":
        """The same where all of the state matters."""
        state = (done, frozenset(picks.items()))
        if state not in cont.memo:
            cont.memo[state] = self._step(cont, done, picks)
        return cont.memo[state]

    def _relevant(
        self, cont: _Cont, done: frozenset[Token], picks: dict[Slot, int]
    ) -> tuple[frozenset[Token], dict[Slot, int]]:
        """The part of the state that can still matter: less of it means fewer nodes."""
        if done not in cont.relevant:
            tokens: set[object] = set(cont.reads) | self.required
            slots: set[object] = set(cont.reads)
            for condition in self.conditions:
                missing = condition.tokens - done
                if missing and missing <= cont.future:
                    tokens |= condition.tokens
                    slots |= condition.slots
            cont.relevant[done] = done & tokens, frozenset(slots)
        known, asked = cont.relevant[done]
        return known, {slot: pick for slot, pick in picks.items() if slot in asked}

    def _step(self, cont: _Cont, done: frozenset[Token], picks: dict[Slot, int]) -> "Node | None":
        op, top, rest = cont.op, cont.top, cont.rest
        match op:
            case Meet():
                if op in done:
                    return self._build(rest, done, picks)
                if op not in self._inside:
                    self._inside[op] = (*op.ops, Done(op))
                return self._build(self._push(self._inside[op], top, rest), done, picks)
            case Done():
                return self._done(op.token, cont, done, picks)
            case Switch():
                branch = op.branch(done, picks)
                child = self._build(self._push(op.branches[branch], top, rest), done, {**picks, op.slot: branch})
                return Node(top, op.slot, [(branch, 1, child)]) if child else None
            case Decide():
                return self._decide(op.slot, op.size, op.branches, cont, done, picks)
            case Dynamic():
                items = op.items(picks)
                node = self._decide(op.slot, size_of(items), None, cont, done, picks)
                if node is not None:
                    node.items = items
                return node

    def _done(self, token: Token, cont: _Cont, done: frozenset[Token], picks: dict[Slot, int]) -> "Node | None":
        now = done | {token}
        asked = [c for c in self.conditions if token in c.tokens and token not in done and c.tokens <= now]
        self.asked.update(asked)
        if not all(condition.holds(picks) for condition in asked):
            return None
        return self._build(cont.rest, now, picks)

    def _decide(
        self, slot: Slot, size: int, branches: tuple[Ops, ...] | None, cont: _Cont, done: frozenset[Token],
        picks: dict[Slot, int],
    ) -> "Node | None":  # fmt: skip
        top, rest = cont.top, cont.rest
        tally = self.tally if self.tally and slot in self.tally.counted else None
        alone = branches is None and not (rest and slot in self._relevant(rest, done, {slot: 0})[1])
        if alone and tally is None:
            child = self._build(rest, done, picks)
            return Node(top, slot, [(0, size, child)]) if child and size else None
        self.walked += size
        if self.walked > (MAX_TALLIED if self.tally else MAX_GROUP):
            raise GroupTooLarge(self.conditions, {slot.key: size})
        if branches is None and rest is not None and (filtered := self._filter(slot, size, rest, done, picks)):
            passed, child = filtered
            return Node(top, slot, [(first, length, child) for first, length in passed]) if child and passed else None
        following = (self._push(branches[value], top, rest) if branches else rest for value in range(size))
        if tally is None:
            return _node(top, slot, (self._build(f, done, {**picks, slot: v}) for v, f in enumerate(following)))
        totals = tally.totals(slot, size, picks)
        if alone and rest is not None:
            # Of the pick itself nothing is asked any more, so there are no more ways to go on than there are totals.
            now, others = self._relevant(rest, done, {**picks, tally.total: 0})
            ways = {total: self._known(rest, now, {**others, tally.total: total}) for total in sorted(set(totals))}
            return _node(top, slot, (ways[total] for total in totals))
        counted = ({**picks, slot: value, tally.total: total} for value, total in enumerate(totals))
        return _node(top, slot, map(self._build, following, repeat(done), counted))

    def _filter(
        self, slot: Slot, size: int, rest: _Cont, done: frozenset[Token], picks: dict[Slot, int]
    ) -> "tuple[list[tuple[int, int]], Node | None] | None":
        """The runs of values that the conditions let through, where that is all that the values decide: the ordinary
        end of a group, and by far the most frequent step. None where they decide more."""
        cont: _Cont | None = rest
        asked: list[Condition] = []
        while cont is not None and isinstance(cont.op, Done):
            now = done | {cont.op.token}
            if cont.op.token not in done:
                asked += [c for c in self.conditions if cont and cont.op.token in c.tokens and c.tokens <= now]
            done, cont = now, cont.rest
        if cont is not None:
            still = {slot: 0, self.tally.total: 0} if self.tally and slot in self.tally.counted else {slot: 0}
            if self._relevant(cont, done, still)[1]:
                return None
        self.asked.update(asked)
        runs = _runs(_passing(slot, size, picks, asked), size)
        return runs, (self._build(cont, done, picks) if runs else None)


def _node(top: int, slot: Slot, children: "Iterable[Node | None]") -> Node | None:
    """The decision with what follows each of its values; None is a value that cannot be picked."""
    runs: list[tuple[int, int, Node]] = []
    for value, child in enumerate(children):
        if child is None:
            continue
        if runs and runs[-1][2] is child and runs[-1][0] + runs[-1][1] == value:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1, child)
        else:
            runs.append((value, 1, child))
    return Node(top, slot, runs) if runs else None


def _passing(slot: Slot, size: int, picks: dict[Slot, int], asked: list[Condition]) -> list[bool]:
    """For each value of a slot, whether it passes the conditions. A later one is asked only of what passed before."""
    passing = [True] * size
    tried = dict(picks)
    for condition in asked:
        if condition.tally and slot in condition.tally.counted:
            totals = condition.tally.totals(slot, size, picks)
            holds = {total: condition.holds({condition.tally.total: total}) for total in set(totals)}
            passing = [passed and holds[total] for passed, total in zip(passing, totals, strict=True)]
            continue
        try:
            answers = condition.over(slot, picks)
            if answers is not None and all(passing):
                passing = list(answers)
                continue
        except FAILURES:
            pass  # asked one by one, it says which pick fails
        for value in range(size):
            if passing[value]:
                tried[slot] = value
                passing[value] = condition.holds(tried)
    return passing


def _runs(passing: list[bool], size: int) -> list[tuple[int, int]]:
    """The stretches of values that pass, as (first, length)."""
    runs: list[tuple[int, int]] = []
    value = 0
    while True:
        try:
            first = passing.index(True, value)
        except ValueError:
            return runs
        try:
            value = passing.index(False, first)
        except ValueError:
            value = size
        runs.append((first, value - first))


def _sizes(op: Op, sizes: dict[str, int]) -> None:
    """The number of values of every slot an op may decide."""
    match op:
        case Meet():
            for inner in op.ops:
                _sizes(inner, sizes)
        case Decide():
            sizes[op.slot.key] = op.size
            for branch in op.branches or ():
                for inner in branch:
                    _sizes(inner, sizes)
        case Switch():
            for branch in op.branches:
                for inner in branch:
                    _sizes(inner, sizes)
