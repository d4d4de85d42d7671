"""The combinations that are still to be covered: for every t - 1 items that can stand together, those that can join.

This knows what is feasible and what is covered, and nothing of how rows are found.
"""

from collections.abc import Iterable, Sequence
from itertools import combinations

from ftc.expand.covering import TooManyCombinations
from ftc.expand.covering.parts import Part, Sets, items_of

ItemsKey = int | tuple[int, ...]


def key_of(items: tuple[int, ...]) -> ItemsKey:
    """The key for sorted items: numbers are looked up faster than tuples."""
    if len(items) == 1:
        return items[0]
    if len(items) == 2:
        return items[0] + 1 << 32 | items[1]
    return items


def items_under(key: ItemsKey) -> tuple[int, ...]:
    """The items of a key."""
    if isinstance(key, tuple):
        return key
    return ((key >> 32) - 1, key & 0xFFFF_FFFF) if key >> 32 else (key,)


class Uncovered:
    """`joins[S]` are the items that, with the t - 1 items S, make a combination that is not covered yet; `degree` is
    the number of such combinations that each item is in, `left` the number of all."""

    def __init__(self, parts: Sequence[Part], strength: int, limit: int, fresh: int | None = None) -> None:
        """With `fresh`, only combinations that hold one of these items count."""
        self.strength = strength
        found = [part.sets(strength - 1, limit) for part in parts]
        if ways((_sizes(sets, strength) for sets in found), strength) > limit:
            raise TooManyCombinations
        everything = 0
        for part in parts:
            everything |= part.mask
        slots = [slot for part in parts for slot in part.slots()]
        slot_of = {item: number for number, slot in enumerate(slots) for item in items_of(slot)}
        self.items = everything.bit_length()
        self.joins: dict[ItemsKey, int] = {}
        self.degree = [0] * self.items
        self.left = 0
        together: dict[tuple[int, ...], int] = {}
        for items, taken, joining in _sets(parts, found, strength - 1):
            mask = (everything ^ taken) | joining
            if fresh is not None and not any(fresh >> item & 1 for item in items):
                mask &= fresh
            self.joins[key_of(items)] = mask
            count = mask.bit_count()
            self.left += count
            for item in items:
                self.degree[item] += count
            decided = tuple(slot_of[item] for item in items)
            for number, slot in enumerate(slots):
                if hit := slot & mask:
                    key = (*decided, number)
                    together[key] = together.get(key, 0) + hit.bit_count()
        self.left //= strength
        self.least = max(together.values(), default=0)
        """The fewest rows possible, as a row holds one item of each decision."""
        if strength > 1:
            self.degree = [each // (strength - 1) for each in self.degree]

    def copy(self) -> "Uncovered":
        """A copy, to be covered in another way."""
        other = object.__new__(Uncovered)
        other.strength, other.items, other.left, other.least = self.strength, self.items, self.left, self.least
        other.joins, other.degree = dict(self.joins), list(self.degree)
        return other

    def needed(self, mask: int) -> int:
        """The items of a row that are in some combination it would newly cover."""
        needed = 0
        for some in combinations(items_of(mask), self.strength - 1):
            needed |= self.joins[key_of(some)] & mask
        return needed

    def cover(self, mask: int) -> int:
        """Remove what a row with these items covers; returns how many combinations that is."""
        joins, degree = self.joins, self.degree
        size = self.strength - 1
        counts: dict[int, int] = {}
        covered = 0
        for some in combinations(items_of(mask), size):
            key = key_of(some)
            hit = joins[key] & mask
            if hit:
                joins[key] ^= hit
                count = hit.bit_count()
                covered += count
                for item in some:
                    counts[item] = counts.get(item, 0) + count
        for item, count in counts.items():
            degree[item] -= count // size
        self.left -= covered // self.strength
        return covered // self.strength


def ways(sizes: Iterable[Sequence[int]], strength: int) -> int:
    """The number of combinations, given how many sets of 0, 1, … items each part has."""
    total = [1] + [0] * strength
    for of_part in sizes:
        for size in range(strength, 0, -1):
            total[size] += sum(total[size - here] * number for here, number in enumerate(of_part) if 0 < here <= size)
    return total[strength]


def _sets(parts: Sequence[Part], found: list[list[Sets]], size: int) -> list[tuple[tuple[int, ...], int, int]]:
    """The sets of this many items: the items, all items of their parts, and those of them that can join."""
    total: list[list[tuple[tuple[int, ...], int, int]]] = [[((), 0, 0)], *([] for _ in range(size))]
    for part, sets in zip(parts, found, strict=True):
        for have in range(size, 0, -1):
            for here in range(1, have + 1):
                total[have] += [
                    (items + more, taken | part.mask, joining | joins)
                    for items, taken, joining in total[have - here]
                    for more, joins in sets[here].items()
                ]
    return total[size]


def _sizes(sets: list[Sets], strength: int) -> list[int]:
    """How many sets of 0 to t items there are."""
    return [*map(len, sets), sum(mask.bit_count() for mask in sets[-1].values()) // strength]
