"""Domains: the values of each pick that unary conditions leave, worked out once, before anything is counted."""

from ftc.expand.space.budget import MAX_GROUP, GroupTooLarge
from ftc.expand.space.intervals import NONE, Intervals, all_of, of_values, where_true
from ftc.expand.space.ops import Condition, Decide, Done, Ops, Picks, Slot, Token, spread
from ftc.expand.space.reach import everything, meetings
from ftc.expressions.limits import FAILURES

# If fewer than one in this many values are left, a condition is checked only for those.
SPARSE = 8


class Domains:
    """The values that each slot of some ops can have: `unary` are the conditions that are about one slot, and are
    certain to apply where it is decided."""

    def __init__(self, ops: Ops, conditions: list[Condition]) -> None:
        self.sizes: dict[Slot, int] = {}
        """The size of each slot that every op decides with the same size."""
        self.unary: dict[Slot, list[Condition]] = {}
        self._allowed: dict[tuple[Slot, int], Intervals] = {}
        if not conditions:
            return
        changing: set[Slot] = set()
        for op in everything(ops):
            if isinstance(op, Decide) and self.sizes.setdefault(op.slot, op.size) != op.size:
                changing.add(op.slot)
        for slot in changing:
            del self.sizes[slot]
        homes: dict[Slot, set[Token | None]] | None = None
        for condition in conditions:
            if len(condition.slots) == 1 and condition.tally is None:
                homes = homes or _homes(ops)
                (slot,) = condition.slots
                if slot in self.sizes and frozenset(homes.get(slot, ())) == condition.tokens:
                    self.unary.setdefault(slot, []).append(condition)

    def allowed(self, slot: Slot, size: int) -> Intervals:
        """The values that the conditions leave."""
        found = self._allowed.get((slot, size))
        if found is None:
            conditions = self.unary.get(slot, ())
            if conditions and size > MAX_GROUP:
                raise GroupTooLarge(list(conditions), {slot.key: size})
            found = all_of(size)
            for condition in conditions:
                found = passing(condition, slot, size, found, {})
            self._allowed[slot, size] = found
        return found


def _homes(ops: Ops) -> dict[Slot, set[Token | None]]:
    """For each slot, the tokens whose `Meet` always decides it; None stands for any other op that decides it."""
    homes: dict[Slot, set[Token | None]] = {}
    inlined = {op.meet for op in ops if isinstance(op, Done) and op.meet}
    for meet in (*inlined, *meetings(ops)):
        _note(meet.ops, meet.token, homes)
    known = {op.slot for meet in inlined for op in meet.ops if isinstance(op, Decide)}
    _note(tuple([op for op in ops if not (isinstance(op, Decide) and op.slot in known)]), None, homes)
    return homes


def _note(ops: Ops, home: Token | None, homes: dict[Slot, set[Token | None]]) -> None:
    direct = {op for op in ops if isinstance(op, Decide)}
    for op in spread(ops):
        if isinstance(op, Decide):
            homes.setdefault(op.slot, set()).add(home if op in direct else None)


def passing(condition: Condition, slot: Slot, size: int, candidates: Intervals, picks: Picks) -> Intervals:
    """The candidates among the values of a slot that pass a condition, given the other picks."""
    if not candidates.size:
        return NONE
    if candidates.size * SPARSE >= size:
        try:
            answers = condition.over(slot, picks)
            if answers is not None:
                left = list(answers)
                if candidates.size == size:
                    return where_true(left)
                return of_values([value for value in candidates if left[value]])
        except FAILURES:
            pass  # checked one by one, it says which pick fails
    tried = dict(picks)
    left = []
    for tried[slot] in candidates:
        left.append(condition.holds(tried))
    if candidates.size == size:
        return where_true(left)
    return of_values([value for value, passed in zip(candidates, left, strict=True) if passed])
