"""Conditions on two picks, by index: the values that match a pick are looked up, not compared one by one."""

from abc import ABC, abstractmethod
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import chain
from typing import Any

from ftc.expand.space.budget import MAX_GROUP
from ftc.expand.space.domains import Domains
from ftc.expand.space.intervals import NONE, Intervals, of_values
from ftc.expand.space.ops import Comparison, Condition, Operand, Relation, Slot

# A slot with more values is not indexed: its values are compared one by one.
MAX_INDEXED = 2_000_000

# At most this many numbers are tried to find which values divide which.
MAX_LOOKED_AT = MAX_GROUP

# If at least one in this many integers between the least and the greatest key is a key, multiples are enumerated.
DENSE = 8

_TURNED: dict[Comparison, Comparison] = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


class Side:
    """One side of a comparison: the key of each value of its slot, and which of the `allowed` values have a key."""

    def __init__(self, slot: Slot, keys: Sequence[Any], allowed: Intervals, *, ordered: bool) -> None:
        self.slot = slot
        self.keys = keys
        self.allowed = allowed
        self._places: dict[object, list[int]] = {}
        self._sorted: list[int] = []
        self._in_order: list[Any] = []
        self._rising = False
        self._own_keys: list[Any] | None = None
        if ordered:
            values = list(allowed)
            self._sorted = sorted(values, key=lambda value: keys[value])
            self._in_order = [keys[value] for value in self._sorted]
            self._rising = self._sorted == values
        else:
            for value in allowed:
                self._places.setdefault(keys[value], []).append(value)
            for key in keys:
                hash(key)

    @property
    def own_keys(self) -> list[Any]:
        """The keys of the allowed values, in order."""
        if self._own_keys is None:
            self._own_keys = [self.keys[value] for value in self.allowed]
        return self._own_keys

    @property
    def least(self) -> Any:
        """The least of the ordered keys; None if there are none."""
        return self._in_order[0] if self._in_order else None

    def matching(self, operator: Comparison, key: Any) -> Intervals:
        """The allowed values whose key compares this way to another key."""
        match operator:
            case "==":
                return of_values(self.at(key))
            case "!=":
                return self.allowed.without(self.at(key))
            case "<":
                return self._between(0, bisect_left(self._in_order, key))
            case "<=":
                return self._between(0, bisect_right(self._in_order, key))
            case ">":
                return self._between(bisect_right(self._in_order, key), len(self._in_order))
            case ">=":
                return self._between(bisect_left(self._in_order, key), len(self._in_order))

    def at(self, key: object) -> Sequence[int]:
        """The allowed values that have a key, if keys are unordered."""
        return self._places.get(key, ())

    def _between(self, low: int, high: int) -> Intervals:
        if low >= high:
            return NONE
        return self.allowed.cut(low, high) if self._rising else of_values(sorted(self._sorted[low:high]))


class Pair(ABC):
    """The two sides of a condition that can be looked up."""

    __slots__ = ("left", "right", "slots")

    def __init__(self, left: Side, right: Side) -> None:
        self.left = left
        self.right = right
        self.slots = frozenset((left.slot, right.slot))

    def side(self, slot: Slot) -> Side:
        return self.left if self.left.slot is slot else self.right

    @abstractmethod
    def matching(self, slot: Slot, picks: dict[Slot, int]) -> Intervals:
        """The allowed values of a slot that pass, given the pick of the other."""


class Compared(Pair):
    """The two sides of `left == right`, `left < right` and the like."""

    __slots__ = ("_operator",)

    def __init__(self, operator: Comparison, left: Side, right: Side) -> None:
        super().__init__(left, right)
        self._operator: Comparison = operator

    def matching(self, slot: Slot, picks: dict[Slot, int]) -> Intervals:
        if slot is self.left.slot:
            return self.left.matching(self._operator, self.right.keys[picks[self.right.slot]])
        return self.right.matching(_TURNED[self._operator], self.left.keys[picks[self.left.slot]])


class Divisible(Pair):
    """The two sides of `left % right == 0`; `multiples` are the values on the left for each on the right."""

    __slots__ = ("_alike", "_divisors", "_multiples")

    def __init__(self, left: Side, right: Side, multiples: dict[int, list[int]]) -> None:
        super().__init__(left, right)
        self._multiples = multiples
        self._divisors: dict[int, list[int]] = {}
        for divisor, those in multiples.items():
            for multiple in those:
                self._divisors.setdefault(multiple, []).append(divisor)
        self._alike: dict[tuple[int, ...], Intervals] = {(): NONE}
        """Matches by divisors: many numbers have the same ones."""

    def matching(self, slot: Slot, picks: dict[Slot, int]) -> Intervals:
        found = self._multiples if slot is self.left.slot else self._divisors
        other = self.right if slot is self.left.slot else self.left
        values = tuple(found.get(picks[other.slot], ()))
        if values not in self._alike:
            self._alike[values] = of_values(values)
        return self._alike[values]


def _divisible(left: Side, right: Side) -> Divisible | None:
    """None if a key is not a whole number, if a divisor may be zero, or if there are too many numbers to try."""
    numbers = left.own_keys
    if any(type(key) is not int for side in (left, right) for key in side.keys) or 0 in right.own_keys or not numbers:
        return None
    low, high = min(numbers), max(numbers)
    dense = high - low < DENSE * len(numbers)
    multiples: dict[int, list[int]] = {}
    looked_at = 0
    for value in right.allowed:
        divisor = abs(right.keys[value])
        if dense:
            candidates = range(-(-low // divisor) * divisor, high + 1, divisor)
            found = sorted(chain.from_iterable(map(left.at, candidates)))
            looked_at += len(candidates) + len(found)
        else:
            found = [each for each, key in zip(left.allowed, numbers, strict=True) if key % divisor == 0]
            looked_at += len(numbers)
        if looked_at > MAX_LOOKED_AT:
            return None
        multiples[value] = found
    return Divisible(left, right, multiples)


class Relations:
    """The indexed comparisons among some conditions, over the values of the `domains`."""

    def __init__(self, domains: Domains) -> None:
        self._domains = domains
        self._pairs: dict[Condition, Pair | None] = {}
        self._firsts: dict[tuple[Side, ...], list[int] | None] = {}

    def pair(self, condition: Condition) -> Pair | None:
        """The sides of a condition; None if it has to be checked value by value."""
        if condition.relation is None:
            return None
        if condition not in self._pairs:
            self._pairs[condition] = self._paired(condition.relation)
        return self._pairs[condition]

    def _paired(self, relation: Relation) -> Pair | None:
        ordered = relation.operator not in ("==", "!=", "multiple of")
        try:
            left, right = self._side(relation.left, ordered), self._side(relation.right, ordered)
            if left is None or right is None or left.slot is right.slot:
                return None
            if ordered and left.least is not None and right.least is not None:
                _ = left.least < right.least
        except TypeError:
            return None  # there is no order, or no hash
        if relation.operator == "multiple of":
            return _divisible(left, right)
        return Compared(relation.operator, left, right)

    def _side(self, key: Operand, ordered: bool) -> Side | None:
        size = self._domains.sizes.get(key.slot)
        if size is None or size > MAX_INDEXED:
            return None
        keys = key.values()
        if keys is None or len(keys) != size:
            return None
        return Side(key.slot, keys, self._domains.allowed(key.slot, size), ordered=ordered)

    def firsts(self, sides: tuple[Side, ...]) -> list[int] | None:
        """For each value of a slot, the first allowed one with the same keys in some comparisons; None if no two values
        have the same."""
        if sides not in self._firsts:
            self._firsts[sides] = _firsts(sides)
        return self._firsts[sides]


def _firsts(sides: tuple[Side, ...]) -> list[int] | None:
    seen: dict[object, int] = {}
    found = list(range(len(sides[0].keys)))
    allowed = sides[0].allowed
    try:
        for value in allowed:
            found[value] = seen.setdefault(tuple([side.keys[value] for side in sides]), value)
    except TypeError:
        return None
    return found if len(seen) < allowed.size else None
