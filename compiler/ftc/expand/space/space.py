"""The space of picks of one program: how many there are, the i-th, and all of them in order.

The ops of a program fall into components that know nothing of each other, so a count is a product. Components may
interleave: the order is that of the ops, the first slowest, and the i-th element is found by dividing by what the
other components can still do.
"""

import math
from collections.abc import Callable, Iterator
from functools import cached_property
from operator import is_

from ftc.expand.space.graph import Component
from ftc.expand.space.nodes import END, Node
from ftc.expand.space.ops import (
    Condition,
    Decide,
    Done,
    Meet,
    Op,
    Ops,
    Settle,
    Slot,
    Switch,
    Token,
    inner_first,
    slots_of,
)
from ftc.expand.space.reach import reach_op


class Space:
    """All picks that a program allows. `required` has to be done in every one of them."""

    def __init__(self, ops: Ops, conditions: list[Condition], required: frozenset[Token] = frozenset()) -> None:
        self.components, self.component_of, self.constant = _components(ops, conditions, required)

    @cached_property
    def factors(self) -> list[int]:
        """The counts of the components, in order: their product is the count."""
        if not all(condition.holds({}) for condition in self.constant):
            return [0]
        return [c.root.count if c.root else 0 for c in self.components]

    @cached_property
    def count(self) -> int:
        return math.prod(self.factors)

    def about(self, slots: frozenset[Slot]) -> "Space":
        """The picks of only the components that decide some slots: each of them is part of some element of the whole
        space, if that has any."""
        part = Space((), [])
        part.components = [c if not c.slots.isdisjoint(slots) else _NOTHING_LEFT for c in self.components]
        part.component_of = self.component_of
        return part

    @property
    def applied(self) -> set[Condition]:
        """The conditions that could apply here; known once the count is."""
        return set(self.constant).union(*(c.applied for c in self.components))

    def at(self, rank: int) -> dict[Slot, int]:
        """The picks of the `rank`-th element."""
        others = self.count
        state = [c.root for c in self.components]
        picks: dict[Slot, int] = {}
        for top, index in enumerate(self.component_of):
            node = state[index]
            assert node is not None
            while node.top == top:
                others //= node.count
                here, rest = divmod(rank, others)
                value, within, child = node.choose(here)
                rank = within * others + rest
                picks[node.slot] = value
                node = child
                others *= node.count
            state[index] = node
        return picks

    def __iter__(self) -> Iterator[dict[Slot, int]]:
        """Every element in order. One dict is reused for all of them: copy what you keep."""
        if not self.count:
            return
        picks: dict[Slot, int] = {}
        state = [c.root or END for c in self.components]
        following = self._following(0, state)
        if following is None:
            yield picks
            return
        levels = [_Level(following, state[self.component_of[following]])]
        while levels:
            level = levels[-1]
            slot = level.node.slot
            value = next(level.values, -1)
            if value >= 0:
                picks[slot] = value
                levels.append(_Level(level.following, state[self.component_of[level.following]]))
                continue
            index = self.component_of[level.top]
            run = next(level.runs, None)
            if run is None:
                del picks[slot]
                state[index] = level.node
                levels.pop()
                continue
            first, length, state[index] = run
            following = self._following(level.top, state)
            if following is None:
                for picks[slot] in range(first, first + length):
                    yield picks
            else:
                level.following = following
                level.values = iter(range(first, first + length))

    def _following(self, top: int, state: list[Node]) -> int | None:
        """The first op from `top` on that decides something, given the current node of each component."""
        order = self.component_of
        for at in range(top, len(order)):
            if state[order[at]].top == at:
                return at
        return None


class _Level:
    """A decision on the way through a space: what is left of its runs, and of the values of one of them."""

    __slots__ = ("following", "node", "runs", "top", "values")

    def __init__(self, top: int, node: Node) -> None:
        self.top = top
        self.node = node
        self.runs = iter(node.runs)
        self.values: Iterator[int] = iter(())
        self.following = top


def _components(
    ops: Ops, conditions: list[Condition], required: frozenset[Token]
) -> tuple[list[Component], list[int], list[Condition]]:
    """Sort the ops into components.

    Gives them, for each top-level op the component it belongs to, and the conditions that depend on no pick.
    """
    flat = _pruned(_flat(ops))
    # A token that is certainly done counts as done from the start, unless a condition waits for that moment.
    waited = frozenset[Token]().union(*(c.tokens for c in conditions))
    done = [op for op in flat if isinstance(op, Done)]
    free = frozenset(op.token for op in done if op.token not in waited or (op.meet and not op.meet.slots))
    flat = [op for op in flat if not (isinstance(op, Done) and op.token in free)]
    constant = [c for c in conditions if c.tokens <= free]
    conditions = [c for c in conditions if not c.tokens <= free]
    union, owner = _tie(flat, free, conditions, required)
    groups: dict[int, list[tuple[int, Op]]] = {}
    for i, op in enumerate(flat):
        groups.setdefault(union(i), []).append((i, op))
    for group in groups.values():
        _settle_at_once(group)
    order = {root: n for n, root in enumerate(groups)}
    tied: list[list[Condition]] = [[] for _ in groups]
    for condition in conditions:
        if all(t in owner or t in free for t in condition.tokens):
            tied[order[union(next(owner[t] for t in condition.tokens if t in owner))]].append(condition)
    wanted: list[set[Token]] = [set() for _ in groups]
    for token in required - free:
        if token not in owner:
            return [Component([], free, [], required)], [], constant
        wanted[order[union(owner[token])]].add(token)
    components = [Component(group, free, tied[n], frozenset(wanted[n])) for n, group in enumerate(groups.values())]
    return components, [order[union(i)] for i in range(len(flat))], constant


def _tie(
    flat: list[Op], free: frozenset[Token], conditions: list[Condition], required: frozenset[Token]
) -> tuple[Callable[[int], int], dict[object, int]]:
    """Group the ops that share something. Returns a function from op to group, and an op for each shared thing."""
    parent = list(range(len(flat)))

    def find(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    owner: dict[object, int] = {}
    for i, op in enumerate(flat):
        future, reads = reach_op(op)
        decided = slots_of((op,))
        if isinstance(op, Settle):
            decided = slots_of(tuple([each for _, ops in op.goals for each in ops]))
        if isinstance(op, Done) and op.meet:
            decided |= op.meet.slots
        for thing in (*future, *reads, *decided):
            if thing not in free:
                parent[find(i)] = find(owner.setdefault(thing, i))
    ties: list[frozenset[object]] = [frozenset(c.tokens | c.slots) for c in conditions]
    ties += [frozenset(c.tokens | c.tally.counted) for c in conditions if c.tally]
    for things in (*ties, frozenset(required)):
        ends = [owner[thing] for thing in things if thing in owner]
        for end in ends[1:]:
            parent[find(end)] = find(ends[0])
    return find, owner


def _flat(ops: Ops) -> list[Op]:
    """The ops, with whatever is certainly met inlined once; what may have been met before stays an op of its own. Each
    goal to settle is an op."""
    flat: list[Op] = []
    sure: set[Token] = set()
    maybe: set[Token] = set()
    stack: list[Op] = list(reversed(ops))
    while stack:
        op = stack.pop()
        if isinstance(op, Meet):
            if op.token in sure:
                continue
            if op.token in maybe:
                flat.append(op)
                sure.add(op.token)
            else:
                stack.append(Done(op.token, op))
                stack += reversed(op.ops)
        elif isinstance(op, Done):
            sure.add(op.token)
            flat.append(op)
        elif isinstance(op, Settle):
            flat += [Settle((want,)) for want in op.goals]
        else:
            flat.append(op)
            maybe |= reach_op(op)[0]
    return flat


def _pruned(flat: list[Op]) -> list[Op]:
    """The ops without what is certainly met before them, so that they are not tied to it. What is left of a `Meet`
    keeps its token."""
    met = frozenset(op.token for op in flat if isinstance(op, Done))
    pruned: dict[Meet, Meet] = {}

    def without(ops: Ops) -> Ops:
        left = tuple([rest(op) for op in ops if not (isinstance(op, Meet) and op.token in met)])
        return ops if len(left) == len(ops) and all(map(is_, left, ops)) else left

    def rest(op: Op) -> Op:
        match op:
            case Meet():
                return pruned[op]
            case Decide() if op.branches is not None:
                branches = tuple(map(without, op.branches))
                if not all(map(is_, branches, op.branches)):
                    return Decide(op.slot, op.size, branches if any(branches) else None)
            case Switch():
                branches = tuple(map(without, op.branches))
                if not all(map(is_, branches, op.branches)):
                    return Switch(op.slot, op.branch, op.reads, op.watches, branches)
            case Settle():
                return Settle(tuple([(guard, without(ops)) for guard, ops in op.goals]))
        return op

    for meet in inner_first(tuple(flat), lambda meet: meet in pruned or meet.token in met):
        ops = without(meet.ops)
        pruned[meet] = meet if ops is meet.ops else Meet(ops, meet.token)
    return [rest(op) for op in flat]


def _settle_at_once(group: list[tuple[int, Op]]) -> None:
    """Join all `Settle` ops of a group into one: conditions may relate the picks of several goals."""
    settled = {top: op for top, op in group if isinstance(op, Settle)}
    if len(settled) > 1:
        goals = tuple([want for op in settled.values() for want in op.goals])
        last = max(settled)
        kept = [(top, Settle(goals) if top == last else op) for top, op in group if top == last or top not in settled]
        group[:] = kept


_NOTHING_LEFT = Component([], frozenset(), [], frozenset())
_ONE = Space((), [])


def space_of(ops: Ops, conditions: list[Condition], required: frozenset[Token]) -> Space:
    """The space of some ops. All that have nothing to decide share one: plain facts are many, and alike."""
    return Space(ops, conditions, required) if ops or conditions or required else _ONE
