"""Names that are all different: counted and indexed by arithmetic, as there are too many states to store.

Values with the same key are a class. The number of ways to give k decisions values of k classes is k! times the k-th
elementary symmetric polynomial of the class sizes. After some picks, the same holds for the classes that are left.
"""

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate, groupby
from typing import Any
from weakref import WeakValueDictionary

from ftc.expand.space.intervals import Intervals, of_values
from ftc.expand.space.nodes import END, DecisionAhead, Node
from ftc.expand.space.ops import Slot

Polynomial = tuple[int, ...]
"""The elementary symmetric polynomials of some numbers, by degree."""


class AllDifferent:
    """What all nodes of one group of decisions share: each decision, its op and its values, and the classes of their
    places. Values of different decisions at one place have the same key."""

    def __init__(self, decisions: "list[tuple[int, Slot, Intervals]]", keys: Sequence[Any]) -> None:
        self.tops = [top for top, _, _ in decisions]
        self.slots = [slot for _, slot, _ in decisions]
        self.values = [allowed.runs[0][0] if len(allowed.runs) == 1 else list(allowed) for _, _, allowed in decisions]
        """The values of each decision, by place; if they are consecutive, only the first."""
        numbers: dict[object, int] = {}
        self.class_of = [numbers.setdefault(key, len(numbers)) for key in keys]
        self.places: list[list[int]] = [[] for _ in numbers]
        for place, number in enumerate(self.class_of):
            self.places[number].append(place)
        self.by_size: dict[int, list[int]] = {}
        """For each class size, the places whose class has that size, in order."""
        for place, number in enumerate(self.class_of):
            self.by_size.setdefault(len(self.places[number]), []).append(place)
        self.size = len(keys)
        self.nodes: WeakValueDictionary[frozenset[int], AllDifferentNode] = WeakValueDictionary()

    def root(self) -> "AllDifferentNode | None":
        """The first decision; None if there are fewer classes than decisions."""
        if len(self.places) < len(self.slots):
            return None
        degree = len(self.slots)
        found: Polynomial = (1, *[0] * degree)
        for size, count in Counter(map(len, self.places)).items():
            factor = [math.comb(count, power) * size**power for power in range(degree + 1)]
            found = tuple([sum(found[i] * factor[at - i] for i in range(at + 1)) for at in range(degree + 1)])
        return AllDifferentNode(self, frozenset(), found)

    def value(self, level: int, place: int) -> int:
        values = self.values[level]
        return values + place if isinstance(values, int) else values[place]

    def place(self, level: int, value: int) -> int:
        values = self.values[level]
        return value - values if isinstance(values, int) else bisect_left(values, value)


def _less(polynomial: Polynomial, size: int) -> Polynomial:
    """The polynomials, up to one degree less, after one number of this size is removed."""
    found = [1]
    for value in polynomial[1:-1]:
        found.append(value - size * found[-1])
    return tuple(found)


class AllDifferentNode(Node):
    """A decision of several that are all different; `taken` are the classes that those before it took."""

    __slots__ = ("__dict__", "__weakref__", "_alike", "_level", "_polynomial", "_taken")

    def __init__(self, alike: AllDifferent, taken: frozenset[int], polynomial: Polynomial) -> None:
        self._alike = alike
        self._taken = taken
        self._level = len(taken)
        self._polynomial = polynomial
        self.top = alike.tops[self._level]
        self.slot = alike.slots[self._level]
        self.items = None
        self.count = math.factorial(len(polynomial) - 1) * polynomial[-1]

    @property
    def runs(self) -> Sequence[tuple[int, int, Node]]:  # type: ignore[override]
        """Computed at each read: there are as many runs as values, in each of very many nodes."""
        found: list[tuple[int, int, Node]] = []
        if self._level == len(self._alike.slots) - 1:
            return [(first, length, END) for first, length in self._left(self._level).runs]
        free = (place for place in range(self._alike.size) if self._alike.class_of[place] not in self._taken)
        for number, places in groupby(free, key=self._alike.class_of.__getitem__):
            child = self._child(number)
            values = [self._alike.value(self._level, place) for place in places]
            found += [(first, length, child) for first, length in of_values(values).runs]
        return found

    @property
    def starts(self) -> Sequence[int]:  # type: ignore[override]
        totals = list(accumulate((length * child.count for _, length, child in self.runs), initial=0))
        return totals[:-1]

    @property
    def ahead(self) -> Sequence[DecisionAhead]:
        """This decision and those below. One has most values left if those before it took the smallest classes."""
        smallest = sorted(len(places) for number, places in enumerate(self._alike.places) if number not in self._taken)
        free = sum(smallest)
        return [
            DecisionAhead(self._alike.slots[level], self._left(level).runs, free - sum(smallest[: level - self._level]))
            for level in range(self._level, len(self._alike.slots))
        ]

    @property
    def slots_ahead(self) -> Sequence[Slot]:
        return self._alike.slots[self._level :]

    @property
    def below(self) -> int:
        """How many values all nodes from here on have, each with its own."""
        classes = len(self._alike.places) - self._level
        return sum(
            math.comb(classes, depth) * self._alike.size for depth in range(len(self._alike.slots) - self._level)
        )

    def choose(self, rank: int) -> tuple[int, int, Node]:
        if len(self._counts) == 1:
            # The same number of elements follows each value: the place is counted among the free ones.
            (each,) = self._counts.values()
            place, rest = divmod(rank, each)
            for gone in next(iter(self._gone.values()), ()):
                if gone > place:
                    break
                place += 1
        else:
            place = bisect_right(range(self._alike.size), rank, key=self._before) - 1
            rest = rank - self._before(place)
        return self._alike.value(self._level, place), rest, self._child(self._alike.class_of[place])

    def follow(self, value: int) -> tuple[int, Node]:
        place = self._alike.place(self._level, value)
        return self._before(place), self._child(self._alike.class_of[place])

    def _left(self, level: int) -> Intervals:
        """The values of a decision that are not taken yet."""
        alike = self._alike
        gone = sorted(place for number in self._taken for place in alike.places[number])
        values = alike.values[level]
        if isinstance(values, int):
            whole = Intervals([(values, alike.size)])
            return whole.without([values + place for place in gone])
        taken = set(gone)
        return of_values([value for place, value in enumerate(values) if place not in taken])

    @cached_property
    def _counts(self) -> dict[int, int]:
        """For each class size, how many elements follow a value of such a class."""
        left = len(self._polynomial) - 2
        return {size: math.factorial(left) * _less(self._polynomial, size)[-1] for size in self._alike.by_size}

    @cached_property
    def _gone(self) -> dict[int, list[int]]:
        """The places that are taken, by the size of their class."""
        gone: dict[int, list[int]] = {}
        for number in self._taken:
            places = self._alike.places[number]
            gone.setdefault(len(places), []).extend(places)
        return {size: sorted(places) for size, places in gone.items()}

    def _before(self, place: int) -> int:
        """The rank of the first element with the value at a place."""
        found = 0
        for size, count in self._counts.items():
            found += count * (bisect_left(self._alike.by_size[size], place))
            if size in self._gone:
                found -= count * bisect_left(self._gone[size], place)
        return found

    def _child(self, number: int) -> Node:
        """What follows when a value of a class is taken."""
        taken = self._taken | {number}
        if len(taken) == len(self._alike.slots):
            return END
        found = self._alike.nodes.get(taken)
        if found is None:
            size = len(self._alike.places[number])
            found = self._alike.nodes[taken] = AllDifferentNode(self._alike, taken, _less(self._polynomial, size))
        return found
