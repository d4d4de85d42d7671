"""Rows one after the other, each built from a combination that is not covered yet: the best of several tries.

After AETG (Cohen, Dalal, Fredman, Patton 1997): the first item is one of those with most left to cover, the parts
follow in random order, and each takes what covers most with what the row has already.
"""

from collections.abc import Iterable, Sequence
from itertools import combinations
from math import comb

from ftc.expand.covering.parts import Choice, Part, any_of, items_of
from ftc.expand.covering.uncovered import Uncovered, items_under, key_of
from ftc.expand.random import Stream

Row = tuple[Choice, ...]


class _Draft:
    """A row as it grows. What each other item would add is a number stored across `planes`: bit b of plane i is bit i
    of the number of item b. The best item is then found by a few operations on whole planes."""

    def __init__(self, uncovered: Uncovered, stream: Stream) -> None:
        self.gain = 0
        self.mask = 0
        self._items: list[int] = []
        self._uncovered = uncovered
        self._stream = stream
        self._planes: list[int] = []
        if uncovered.strength == 1:
            self._planes.append(uncovered.joins[()])

    def best(self, options: int) -> int:
        for plane in reversed(self._planes):
            if hit := options & plane:
                options = hit
        return any_of(options, self._stream)

    def push(self, item: int) -> None:
        if self.mask >> item & 1:
            return
        planes = self._planes
        for place, plane in enumerate(planes):
            if plane >> item & 1:
                self.gain += 1 << place
        self.mask |= 1 << item
        strength, joins = self._uncovered.strength, self._uncovered.joins
        if strength == 2:
            _add(planes, joins[item])
        elif strength == 3:
            for other in self._items:
                _add(planes, joins[other + 1 << 32 | item if other < item else item + 1 << 32 | other])
        elif strength > 3:
            for others in combinations(self._items, strength - 2):
                _add(planes, joins[key_of(tuple(sorted((*others, item))))])
        self._items.append(item)


def _add(planes: list[int], mask: int) -> None:
    """Add one to the numbers of the items in the mask."""
    for place, plane in enumerate(planes):
        planes[place] = plane ^ mask
        mask &= plane
        if not mask:
            return
    planes.append(mask)


class Greedy:
    """Builds rows over some parts. `uncovered` shrinks with each row."""

    def __init__(self, parts: Sequence[Part], uncovered: Uncovered, stream: Stream) -> None:
        self.parts = parts
        self.uncovered = uncovered
        self._stream = stream
        self._keys = iter(uncovered.joins)
        self._key = next(self._keys)

    def rows(self, tries: int) -> list[Row]:
        """Rows that cover all that is left, each the best of some tries."""
        rows = []
        full = comb(sum(part.most for part in self.parts), self.uncovered.strength)
        while self.uncovered.left:
            seed = self._busiest() if tries > 1 and self.uncovered.strength == 2 else self._next()
            best, mask, most = self.row(seed)
            for _ in range(tries - 1):
                if most == full:
                    break
                row, items, gain = self.row(seed)
                if gain > most:
                    best, mask, most = row, items, gain
            self.uncovered.cover(mask)
            rows.append(best)
        return rows

    def again(self, masks: Iterable[int]) -> list[Row]:
        """Rows that keep what is needed of the given ones, and replace what is not by whatever covers most."""
        rows = []
        for mask in masks:
            if need := self.uncovered.needed(mask):
                row, items, _ = self.row(need)
                self.uncovered.cover(items)
                rows.append(row)
        return rows

    def row(self, need: int) -> tuple[Row, int, int]:
        """A row that holds the items of `need`, its items, and how many combinations it newly covers."""
        draft = _Draft(self.uncovered, self._stream)
        parts = self.parts
        choices: dict[int, Choice] = {}
        for item in items_of(need):
            draft.push(item)
        for at in _shuffled(len(parts), self._stream):
            choices[at] = parts[at].fill(parts[at].mask & need, draft)
        return tuple(choices[at] for at in range(len(parts))), draft.mask, draft.gain

    def _busiest(self) -> int:
        """An uncovered pair: an item in the most uncovered pairs, and any item that it is still to be paired with."""
        uncovered, stream = self.uncovered, self._stream
        most = max(uncovered.degree)
        busiest = [item for item, degree in enumerate(uncovered.degree) if degree == most]
        first = busiest[stream.below(len(busiest))]
        return 1 << first | 1 << any_of(uncovered.joins[first], stream)

    def _next(self) -> int:
        """The next combination that is not covered, in the order of all its items but the last."""
        while not self.uncovered.joins[self._key]:
            self._key = next(self._keys)
        seed = 1 << any_of(self.uncovered.joins[self._key], self._stream)
        for item in items_under(self._key):
            seed |= 1 << item
        return seed


def _shuffled(size: int, stream: Stream) -> list[int]:
    order = list(range(size))
    for at in range(size - 1, 0, -1):
        other = stream.below(at + 1)
        order[at], order[other] = order[other], order[at]
    return order
