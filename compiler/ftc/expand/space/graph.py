"""The graph of decisions of one component: ops that depend on each other, and the conditions between their picks.

A decision can change what is met or allowed later. The graph is built once; equal futures are one node, and dead ends
are left out, so that counting and ranking need no search.
"""

import math
from functools import cached_property
from itertools import combinations

from ftc.expand.space.all_different import AllDifferent
from ftc.expand.space.budget import MAX_GROUP, MAX_TALLIED, Budget, GroupTooLarge
from ftc.expand.space.domains import Domains
from ftc.expand.space.growth import Growth
from ftc.expand.space.intervals import Intervals
from ftc.expand.space.nodes import END, Node
from ftc.expand.space.ops import Condition, Decide, Done, Meet, Op, Ops, Slot, Token, slots_of
from ftc.expand.space.reach import everything, reach
from ftc.expand.space.relations import Relations


class Component:
    """Ops that depend on each other, and the conditions between their picks."""

    def __init__(
        self, ops: list[tuple[int, Op]], done: frozenset[Token], conditions: list[Condition], required: frozenset[Token]
    ) -> None:
        self.ops = ops
        self.done = done
        self.conditions = conditions
        self.required = required
        self.applied: set[Condition] = set()
        """The conditions that apply anywhere."""

    @cached_property
    def root(self) -> "Node | None":
        """The first decision; None where nothing is possible."""
        if len(self.ops) == 1 and not self.conditions and not self.required:
            # The ordinary case, and the only one whose size has no bound.
            top, op = self.ops[0]
            if isinstance(op, Decide) and op.branches is None:
                return Node(top, op.slot, [(0, op.size, END)]) if op.size else None
        domains = Domains(self._plain, self.conditions)
        relations = Relations(domains)
        self._check_size(domains, relations)
        alike = _all_different(self, domains, relations)
        if alike is not None:
            self.applied.update(self.conditions)
            return alike.root()
        most = MAX_TALLIED if any(condition.tally for condition in self.conditions) else MAX_GROUP
        budget = Budget(most, lambda: GroupTooLarge(self.conditions, self._left(domains)))
        growth = Growth(self.conditions, self.required, domains, relations, budget, self.applied)
        return growth.root(self.ops, self.done)

    @property
    def _plain(self) -> Ops:
        return tuple([op for _, op in self.ops])

    @cached_property
    def slots(self) -> frozenset[Slot]:
        """Every slot that its ops may decide."""
        return slots_of(self._plain)

    @cached_property
    def sizes(self) -> dict[str, int]:
        """The number of values of each slot, by key."""
        return {op.slot.key: op.size for op in everything(self._plain) if isinstance(op, Decide)}

    def _left(self, domains: Domains) -> dict[str, int]:
        """What conditions on one slot leave of each that conditions are about, by key."""
        about = {slot for condition in self.conditions if condition.source for slot in condition.slots}
        decided = [op for op in everything(self._plain) if isinstance(op, Decide) and op.slot in about]
        return {op.slot.key: domains.allowed(op.slot, op.size).size for op in decided}

    def _check_size(self, domains: Domains, relations: Relations) -> None:
        """Refuse a group of more combinations than may be walked, before walking it. Turns repeat a group, they do not
        widen it, and what can be looked up is not walked."""
        if not self.conditions or math.prod(self.sizes.values()) <= MAX_GROUP:
            return
        unary = {condition for conditions in domains.unary.values() for condition in conditions}
        left = self._left(domains)
        groups: list[tuple[set[str], list[Condition]]] = []
        for condition in self.conditions:
            if condition.source is None or condition in unary or relations.pair(condition):
                continue
            keys = {slot.key for slot in condition.slots}
            merged = [g for g in groups if g[0] & keys]
            groups = [g for g in groups if not g[0] & keys]
            groups.append((keys.union(*(g[0] for g in merged)), [condition, *(c for g in merged for c in g[1])]))
        for keys, conditions in groups:
            found = {key: size for key, size in left.items() if key in keys}
            if math.prod(found.values()) > MAX_GROUP:
                raise GroupTooLarge(conditions, found)


def _all_different(component: Component, domains: Domains, relations: Relations) -> AllDifferent | None:
    """The group of decisions that a component is, if its conditions only say that all of them are different."""
    if not any(condition.relation for condition in component.conditions):
        return None
    decisions: list[tuple[int, Slot, Intervals]] = []
    for top, op in component.ops:
        if isinstance(op, Decide) and op.branches is None:
            decisions.append((top, op.slot, domains.allowed(op.slot, op.size)))
        elif not (isinstance(op, Done) or (isinstance(op, Meet) and not op.slots)):
            return None
    if len(decisions) < 2 or any(condition.tally for condition in component.conditions):
        return None
    done = component.done | reach(component._plain)[0]
    if not component.required <= done or any(not condition.tokens <= done for condition in component.conditions):
        return None
    unary = {condition for conditions in domains.unary.values() for condition in conditions}
    between = [condition for condition in component.conditions if condition not in unary]
    if any(condition.relation is None or condition.relation.operator != "!=" for condition in between):
        return None
    pairs = [relations.pair(condition) for condition in between]
    tied = {pair.slots for pair in pairs if pair}
    if None in pairs or tied != {frozenset(two) for two in combinations([slot for _, slot, _ in decisions], 2)}:
        return None
    keys: list[object] | None = None
    for pair in pairs:
        for side in (pair.left, pair.right) if pair else ():
            own = side.own_keys
            if keys is None:
                keys = own
            elif own is not keys and own != keys:
                return None
    return AllDifferent(decisions, keys or [])
