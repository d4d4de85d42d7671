"""Fewer rows from rows that cover: remove one, and restore what it alone covered by small changes to the others.

A tabu search after Nurmela (2004): take a combination that is missing, consider every row that lacks only one item of
it, and make the change that leaves the least missing, even if that is more than before; what was just changed is tabu
for a while. The search ends after a number of evaluations, not after a time, so the result is the same on any machine.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations

from ftc.expand.covering.greedy import Row
from ftc.expand.covering.parts import Choice, Part, any_of, items_of
from ftc.expand.covering.uncovered import ItemsKey, Uncovered, key_of
from ftc.expand.random import Stream

# For how many changes a place is tabu, at least; it is for less than twice as many.
TENURE = 4

_NOTHING = Choice(0, (), ())
_Move = tuple[int, int, Choice]
"""A row, a part, and the new choice for it."""


class Search:
    """The rows as they change, for combinations of two items or more."""

    def __init__(self, parts: Sequence[Part], uncovered: Uncovered, rows: Sequence[Row], stream: Stream) -> None:
        """`uncovered` is what the rows have to cover; it is modified."""
        self._parts = parts
        self._strength = uncovered.strength
        self._stream = stream
        self._part_of = {item: at for at, part in enumerate(parts) for item in items_of(part.mask)}
        self._targets = dict(uncovered.joins)
        self._missing = uncovered.joins
        """For t - 1 items, those that make a combination with them that no row has, ..."""
        self._once = dict.fromkeys(uncovered.joins, 0)
        """... and that one row has."""
        self._lacking: list[tuple[int, ...]] = []
        """The combinations that were covered and are missing now; `_place` has the index of each."""
        self._place: dict[tuple[int, ...], int] = {}
        self._having = [0] * uncovered.items
        """For each item, the rows that have it, one bit per row."""
        self._rows = [[_NOTHING] * len(parts) for _ in rows]
        self._masks = [0] * len(rows)
        for number, row in enumerate(rows):
            for at, choice in enumerate(row):
                self._change(number, at, choice)

    def shrink(self, evaluations: int, least: int) -> list[Row]:
        """The fewest rows found within a number of evaluated changes; at least `least` are known to be needed."""
        best = [tuple(row) for row in self._rows]
        tabu: dict[tuple[int, int], int] = {}
        now = 0
        while evaluations > 0:
            if not self._lacking:
                best = [tuple(row) for row in self._rows]
                if len(best) <= least:
                    break
                self._remove_row()
                evaluations -= len(best)
                tabu.clear()
                continue
            now += 1
            target = self._lacking[self._stream.below(len(self._lacking))]
            found: list[_Move] = []
            most = 0
            for move in self._moves(target):
                evaluations -= 1
                gain = self._gain(*move)
                if tabu.get(move[:2], 0) > now and gain < len(self._lacking):
                    continue
                if not found or gain > most:
                    most, found = gain, [move]
                elif gain == most:
                    found.append(move)
            moves = [found[self._stream.below(len(found))]] if found else self._force(target)
            evaluations -= 1
            for row, at, choice in moves:
                self._change(row, at, choice)
                tabu[row, at] = now + TENURE + self._stream.below(TENURE)
        return best

    def _moves(self, target: tuple[int, ...]) -> Iterator[_Move]:
        """The changes to one part of one row that cover the target."""
        for item in target:
            rows = (1 << len(self._rows)) - 1 & ~self._having[item]
            others = 0
            for other in target:
                if other != item:
                    rows &= self._having[other]
                    others |= 1 << other
            at = self._part_of[item]
            part = self._parts[at]
            others &= part.mask
            for row in items_of(rows):
                choice = part.near(self._rows[row][at], item, self._stream)
                if choice is not None and not others & ~choice.mask:
                    yield row, at, choice

    def _force(self, target: tuple[int, ...]) -> list[_Move]:
        """Cover the target in some row, whatever else is lost."""
        row = self._stream.below(len(self._rows))
        keep = _KeepCurrent(self._masks[row], self._stream)
        need = 0
        for item in target:
            need |= 1 << item
        parts = dict.fromkeys(self._part_of[item] for item in target)
        return [(row, at, self._parts[at].fill(need & self._parts[at].mask, keep)) for at in parts]

    def _gain(self, row: int, at: int, choice: Choice) -> int:
        """How many more combinations are covered after a change."""
        old, rest = self._rows[row][at], self._masks[row]
        gain = 0
        for item in old.items:
            if not choice.mask >> item & 1:
                rest ^= 1 << item
                gain -= self._count_with(self._once, item, rest)
        for item in choice.items:
            if not old.mask >> item & 1:
                gain += self._count_with(self._missing, item, rest)
                rest |= 1 << item
        return gain

    def _count_with(self, table: dict[ItemsKey, int], item: int, rest: int) -> int:
        """The number of combinations in a table that an item makes with the others of a row."""
        if self._strength == 2:
            return (table[item] & rest).bit_count()
        total = 0
        for others in combinations(items_of(rest), self._strength - 2):
            total += (table[key_of(tuple(sorted((*others, item))))] & rest).bit_count()
        return total // (self._strength - 1)

    def _remove_row(self) -> None:
        """Remove the row that covers the fewest combinations alone."""
        alone = []
        for mask in self._masks:
            keys = map(key_of, combinations(items_of(mask), self._strength - 1))
            alone.append(sum((self._once[key] & mask).bit_count() for key in keys))
        row, last = alone.index(min(alone)), len(alone) - 1
        for at in range(len(self._parts)):
            self._change(row, at, _NOTHING)
        if row != last:
            for item in items_of(self._masks[last]):
                self._having[item] ^= 1 << last | 1 << row
            self._rows[row], self._masks[row] = self._rows[last], self._masks[last]
        self._rows.pop()
        self._masks.pop()

    def _change(self, row: int, at: int, choice: Choice) -> None:
        old = self._rows[row][at]
        bit = 1 << row
        self._rows[row][at] = _NOTHING
        rest = [item for other in self._rows[row] for item in other.items]
        rest += [item for item in old.items if choice.mask >> item & 1]
        gone = [item for item in old.items if not choice.mask >> item & 1]
        for place, item in enumerate(gone):
            self._having[item] ^= bit
            self._recount(item, rest + gone[place + 1 :], covered=False)
        for item in choice.items:
            if not old.mask >> item & 1:
                self._recount(item, rest, covered=True)
                self._having[item] |= bit
                rest.append(item)
        self._rows[row][at] = choice
        self._masks[row] ^= old.mask ^ choice.mask

    def _recount(self, item: int, rest: list[int], *, covered: bool) -> None:
        """A row with the items `rest` gets an item (`covered`) or lost it; `_having` does not count the row for it."""
        having, size = self._having, self._strength - 2
        for heads in combinations(range(len(rest)), size):
            rows = having[item]
            for head in heads:
                rows &= having[rest[head]]
            for other in rest[heads[-1] + 1 :] if heads else rest:
                both = rows & having[other]
                if not both & (both - 1):
                    self._change_count((item, *(rest[head] for head in heads), other), once=bool(both), covered=covered)

    def _change_count(self, together: tuple[int, ...], *, once: bool, covered: bool) -> None:
        """The number of rows with a combination changes between none and one or, if `once`, between one and two."""
        together = tuple(sorted(together))
        last = 1 << together[-1]
        if not self._targets[key_of(together[:-1])] & last:
            return
        for left_out, item in enumerate(together):
            key = key_of(together[:left_out] + together[left_out + 1 :])
            self._once[key] ^= 1 << item
            if not once:
                self._missing[key] ^= 1 << item
        if once:
            return
        if not covered:
            self._place[together] = len(self._lacking)
            self._lacking.append(together)
        elif together in self._place:
            place, moved = self._place.pop(together), self._lacking.pop()
            if moved != together:
                self._lacking[place] = moved
                self._place[moved] = place


class _KeepCurrent:
    """Scores that prefer the items that a row already has."""

    def __init__(self, mask: int, stream: Stream) -> None:
        self._mask = mask
        self._stream = stream

    def best(self, options: int) -> int:
        return any_of(options & self._mask or options, self._stream)

    def push(self, item: int) -> None:
        """The scores do not depend on the items taken."""
