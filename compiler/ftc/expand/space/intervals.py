"""Some values of a slot, in order, as runs of consecutive values: mostly few runs, however many values."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

Runs = list[tuple[int, int]]


class Intervals:
    """Values as `runs`: (first, how many), in order; no two of them touch."""

    __slots__ = ("_starts", "runs", "size")

    def __init__(self, runs: Runs) -> None:
        self.runs = runs
        self.size = sum([length for _, length in runs])
        self._starts: list[int] | None = None

    def __iter__(self) -> Iterator[int]:
        for first, length in self.runs:
            yield from range(first, first + length)

    @property
    def last(self) -> int:
        first, length = self.runs[-1]
        return first + length - 1

    def cut(self, low: int, high: int) -> "Intervals":
        """The values from the `low`-th up to the one before the `high`-th."""
        if low >= high:
            return NONE
        if self._starts is None:
            self._starts = list(accumulate((length for _, length in self.runs), initial=0))
        starts = self._starts
        runs: Runs = []
        for at in range(bisect_right(starts, low) - 1, bisect_left(starts, high)):
            first, length = self.runs[at]
            begin, end = max(low - starts[at], 0), min(high - starts[at], length)
            runs.append((first + begin, end - begin))
        return Intervals(runs)

    def without(self, values: Sequence[int]) -> "Intervals":
        """All but some of the values, which are given in order."""
        if not values:
            return self
        runs: Runs = []
        at = 0
        for first, length in self.runs:
            end = first + length
            at = bisect_left(values, first, at)
            while at < len(values) and values[at] < end:
                if values[at] > first:
                    runs.append((first, values[at] - first))
                first = values[at] + 1
                at += 1
            if first < end:
                runs.append((first, end - first))
        return Intervals(runs)

    def intersection(self, other: "Intervals") -> "Intervals":
        """The values that are in both."""
        runs: Runs = []
        mine, others = iter(self.runs), iter(other.runs)
        here, there = next(mine, None), next(others, None)
        while here and there:
            begin, end = max(here[0], there[0]), min(sum(here), sum(there))
            if begin < end:
                runs.append((begin, end - begin))
            if sum(here) < sum(there):
                here = next(mine, None)
            else:
                there = next(others, None)
        return Intervals(runs)


NONE = Intervals([])


def all_of(size: int) -> Intervals:
    """Every value of a slot."""
    return Intervals([(0, size)]) if size else NONE


def of_values(values: Iterable[int]) -> Intervals:
    """Values that are given in order."""
    runs: Runs = []
    first = end = -1
    for value in values:
        if value == end:
            end += 1
            continue
        if end > first:
            runs.append((first, end - first))
        first, end = value, value + 1
    if end > first:
        runs.append((first, end - first))
    return Intervals(runs)


def where_true(answers: list[bool]) -> Intervals:
    """The values for which the answer, one for each value in turn, is yes."""
    runs: Runs = []
    value = 0
    while True:
        try:
            first = answers.index(True, value)
        except ValueError:
            return Intervals(runs)
        try:
            value = answers.index(False, first)
        except ValueError:
            value = len(answers)
        runs.append((first, value - first))
