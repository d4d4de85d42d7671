"""The algebra of the plan: sequences of (program, picks) that know their count and their i-th element.

`Product` is one program's space; `Concatenation` puts sequences one after the other; `Selection`, `Unique` and `Slice`
keep some of a sequence; `Repetition` gives it several times; `Shuffled` changes its order. All are lazy: an element is
computed when it is read.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate, islice
from typing import Protocol

from ftc.expand.plan.program import Program
from ftc.expand.random import Permutation
from ftc.expand.space.ops import Slot

Picked = tuple[Program, dict[Slot, int]]


class Source(Protocol):
    """What every node can do. Iteration may give the same dict of picks again and again."""

    @property
    def count(self) -> int: ...
    def at(self, index: int) -> Picked: ...
    def __iter__(self) -> Iterator[Picked]: ...


class Product:
    """Every pick that one program allows."""

    __slots__ = ("program",)

    def __init__(self, program: Program) -> None:
        self.program = program

    @property
    def count(self) -> int:
        return self.program.space.count

    def at(self, index: int) -> Picked:
        return self.program, self.program.space.at(index)

    def __iter__(self) -> Iterator[Picked]:
        return ((self.program, picks) for picks in self.program.space)


class Concatenation:
    """The parts, one after the other."""

    def __init__(self, parts: Sequence[Source]) -> None:
        self.parts = parts

    @cached_property
    def _starts(self) -> list[int]:
        return list(accumulate((part.count for part in self.parts), initial=0))

    @property
    def count(self) -> int:
        return self._starts[-1]

    def between(self, low: int, high: int) -> Iterator[tuple[Source, int, int]]:
        """The parts that hold the elements from `low` to `high - 1`, each with the stretch of its own that they are."""
        part = bisect_right(self._starts, low) - 1
        while low < high:
            start, end = self._starts[part], self._starts[part + 1]
            if end > low:
                yield self.parts[part], low - start, min(high, end) - start
                low = end
            part += 1

    def at(self, index: int) -> Picked:
        part = bisect_right(self._starts, index) - 1
        return self.parts[part].at(index - self._starts[part])

    def __iter__(self) -> Iterator[Picked]:
        return (picked for part in self.parts for picked in part)


class Selection:
    """The elements of a sequence at given indices."""

    def __init__(self, source: Source, indices: "Sequence[int] | array[int]") -> None:
        self.source = source
        self.indices = indices

    @property
    def count(self) -> int:
        return len(self.indices)

    def at(self, index: int) -> Picked:
        return self.source.at(self.indices[index])

    def __iter__(self) -> Iterator[Picked]:
        return (self.source.at(index) for index in self.indices)


class Unique(Selection):
    """What is left of a program's conversations, in order, where equal ones are merged. One that was left out is there
    as an equal one, so they can all be made on the way."""

    # One in so many is left: making the others too costs less than reaching into the space for each.
    DENSE = 16

    source: Product

    def chosen(self, indices: "array[int]") -> "Unique":
        """Those of its elements at given indices, in order."""
        return Unique(self.source, array("q", map(self.indices.__getitem__, indices)))

    def between(self, low: int, high: int) -> "tuple[int, int] | None":
        """The stretch of the product that holds the elements from `low` to `high - 1`; None where few of it are left,
        so that they are better reached one by one."""
        first, last = self.indices[low], self.indices[high - 1]
        return (first, last + 1) if last - first < (high - low) * self.DENSE else None

    def __iter__(self) -> Iterator[Picked]:
        if not self.count or self.between(0, self.count) is None:
            yield from super().__iter__()
            return
        picked, at = iter(self.source), 0
        for index in self.indices:
            yield next(islice(picked, index - at, None))
            at = index + 1


def programs_of(source: Source) -> "Iterator[Program]":
    """Every program that a sequence may have conversations of."""
    if isinstance(source, Product):
        yield source.program
    elif isinstance(source, Concatenation):
        for part in source.parts:
            yield from programs_of(part)
    else:
        yield from programs_of(source.source)  # type: ignore[attr-defined]  # all others are made of one


class Slice:
    """The elements of a sequence at the indices of a range: what Python's slices make."""

    def __init__(self, source: Source, indices: range) -> None:
        self.source = source
        self.indices = indices

    @cached_property
    def count(self) -> int:
        # `len` of a range stops at sys.maxsize.
        return max(0, -((self.indices.start - self.indices.stop) // self.indices.step))

    def at(self, index: int) -> Picked:
        return self.source.at(self.indices[index])

    def __iter__(self) -> Iterator[Picked]:
        return (self.source.at(index) for index in self.indices)


class Shuffled:
    """A sequence in an order of the seed's. Nothing is kept of the order: each place of it is computed alone."""

    def __init__(self, source: Source, seed: int) -> None:
        self.source = source
        self.order = Permutation(seed, "shuffle", source.count)

    @property
    def count(self) -> int:
        return self.order.size

    def at(self, index: int) -> Picked:
        return self.source.at(self.order.at(index))

    def __iter__(self) -> Iterator[Picked]:
        return (self.source.at(self.order.at(index)) for index in range(self.count))


class Repetition:
    """A sequence, several times over."""

    def __init__(self, source: Source, times: int) -> None:
        self.source = source
        self.times = times

    @property
    def count(self) -> int:
        return self.source.count * self.times

    def between(self, low: int, high: int) -> Iterator[tuple[int, int]]:
        """The stretches of the sequence that the elements from `low` to `high - 1` are."""
        while low < high:
            first = low % self.source.count
            last = min(first + high - low, self.source.count)
            yield first, last
            low += last - first

    def at(self, index: int) -> Picked:
        return self.source.at(index % self.source.count)

    def __iter__(self) -> Iterator[Picked]:
        return (picked for _ in range(self.times) for picked in self.source)
