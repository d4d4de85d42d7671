"""From programs to the places of the conversations that cover them.

A combination is of decisions of a program that are not mere consequences of others; where a conversation has fewer than
t, all of them are the combination. What is feasible is read off the graphs of decisions, which hold exactly what the
conditions leave: nothing feasible is missed, and nothing else can be written.
"""

import math
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain, groupby
from typing import TYPE_CHECKING

from ftc.expand.covering import MAX_COMBINATIONS, TooManyCombinations
from ftc.expand.covering.greedy import Greedy, Row
from ftc.expand.covering.orthogonal import fewest, known
from ftc.expand.covering.parts import FreePart, ItemName, Part
from ftc.expand.covering.search import Search
from ftc.expand.covering.tied import TiedPart
from ftc.expand.covering.uncovered import Uncovered, ways
from ftc.expand.random import Stream
from ftc.expand.space.nodes import END, Node
from ftc.expand.space.space import Space

if TYPE_CHECKING:
    from ftc.expand.plan.program import Program

Paths = Sequence[tuple[int, ...]]
"""A row: for each part, the values picked on the way through it."""

# How many changes to rows are evaluated: per combination, and in all. More would now and then save a row.
EVALUATIONS_EACH = 20
EVALUATIONS = 300_000
# With more combinations or rows than these, the search is skipped.
SEARCHED = 1_000_000
SEARCHED_ROWS = 5_000
# How many candidates a greedy row is the best of, if there are few rows.
TRIES = 5


def cover_all(programs: "Sequence[Program]", strength: int) -> Sequence[int]:
    """The places of the conversations that cover each program, counted through the programs one after the other.

    What a program with a fault shares with the valid programs of as many turns is left to them: as in PICT, each
    invalid value is combined with all that is valid, and no combination of valid values is covered again.
    """
    if len(programs) == 1 and programs[0].fault is None:
        return cover(programs[0].space, strength)
    starts = list(accumulate((program.space.count for program in programs), initial=0))
    faults = any(program.fault is not None for program in programs)
    valid = {len(p.turns): frozenset(_names(p.space)) for p in programs if faults and p.fault is None and p.space.count}
    places: array[int] | list[int] = array("q") if starts[-1] < 1 << 63 else []
    for start, program in zip(starts, programs, strict=False):
        shared: frozenset[ItemName] = frozenset()
        if program.fault is not None:
            culprit = program.fault.slot.path
            shared = frozenset(name for name in valid.get(len(program.turns), ()) if name[0] != culprit)
        places.extend(start + rank for rank in cover(program.space, strength, shared))
    return places


def cover(space: Space, strength: int, shared: frozenset[ItemName] = frozenset()) -> Sequence[int]:
    """The places in the space, in order, of elements that cover it. Combinations of shared items alone are left out."""
    if not space.count:
        return []
    parts = _parts(space)
    longest = sum(part.most for part in parts)
    if longest <= strength and all(part.distinct for part in parts):
        if space.count > MAX_COMBINATIONS:
            raise TooManyCombinations
        return range(space.count)
    rows = _short(parts, strength - 1)
    if longest >= strength:
        rows = chain(rows, _rows(parts, strength, _fresh(parts, shared) if shared else None))
    ranks = sorted(_rank(space, row) for row in rows) or [0]
    return [rank for rank, _ in groupby(ranks)]


def _parts(space: Space) -> list[Part]:
    """The parts of a space; a decision that cannot be otherwise is one too."""
    parts: list[Part] = []
    base = 0
    for root in _roots(space):
        free = len(root.runs) == 1 and root.runs[0][2] is END and root.items is None and not root.slot.hidden
        part: Part = FreePart(base, root) if free else TiedPart(base, root)
        parts.append(part)
        base += part.size
    return parts


def _roots(space: Space) -> list[Node]:
    return [c.root for c in space.components if c.root is not None and c.root is not END]


def _names(space: Space) -> Iterator[ItemName]:
    return (name for part in _parts(space) for name in part.names())


def _fresh(parts: Sequence[Part], shared: frozenset[ItemName]) -> int:
    """The items that are not shared."""
    fresh = 0
    for part in parts:
        for place, name in enumerate(part.names()):
            if name not in shared:
                fresh |= 1 << part.base + place
    return fresh


def _short(parts: Sequence[Part], most: int) -> Iterable[Paths]:
    """The rows of at most so many items."""
    rows: list[Row] = [()]
    least = sum(part.fewest for part in parts)
    for part in parts:
        least -= part.fewest
        left = [(row, most - least - sum(len(choice.items) for choice in row)) for row in rows]
        rows = [(*row, choice) for row, room in left if room >= 0 for choice in part.short(room)]
    return map(_paths, rows)


def _paths(row: Row) -> Paths:
    return [choice.path for choice in row]


def _rows(parts: Sequence[Part], strength: int, fresh: int | None) -> Iterable[Paths]:
    """Rows that cover every combination of so many items, of which one is fresh."""
    free = [part for part in parts if isinstance(part, FreePart)]
    if len(free) < len(parts) or fresh is not None:
        return _found(parts, Uncovered(parts, strength, MAX_COMBINATIONS, fresh), 0, [])
    rows, constructed = known([part.size for part in free], strength) or (0, iter(()))
    if rows > MAX_COMBINATIONS:
        raise TooManyCombinations
    exact = strength == 1 or len(free) <= strength + 1
    if rows and (exact or ways([(1, part.size) for part in free], strength) > SEARCHED):
        return ([(p.first + number % p.size,) for p, number in zip(free, row, strict=True)] for row in constructed)
    uncovered = Uncovered(parts, strength, MAX_COMBINATIONS)
    least = fewest(len(free)) if strength > 1 and all(part.size > 1 for part in free) else 0
    return _found(parts, uncovered, least, _masks(free, constructed))


def _found(parts: Sequence[Part], uncovered: Uncovered, least: int, given: Sequence[int]) -> Iterable[Paths]:
    """Rows that cover what is uncovered, at least `least` of them; rows that hold the given items are tried too."""
    least = max(least, uncovered.least)
    few = uncovered.left <= SEARCHED
    again, searched = uncovered.copy(), uncovered.copy()
    stream = Stream(0, "cover")
    rows: list[Row] = []
    if not given or 2 * len(given) > 3 * least:
        rows = Greedy(parts, uncovered, stream).rows(max(1, min(TRIES, 20_000 // least)))
    if given and (not rows or len(given) < len(rows)):
        rows = Greedy(parts, again, stream).again(given)
    if few and uncovered.strength > 1 and least < len(rows) <= SEARCHED_ROWS:
        # What an evaluation costs grows with the contexts in which an item occurs.
        items = sum(part.most for part in parts) - 1
        evaluations = min(EVALUATIONS_EACH * searched.left, EVALUATIONS) // math.comb(items, uncovered.strength - 2)
        rows = Search(parts, searched, rows, stream).shrink(evaluations, least)
    return map(_paths, rows)


def _masks(parts: Sequence[FreePart], rows: Iterable[Sequence[int]]) -> list[int]:
    """The items of rows of numbers, those first that leave least open."""
    found = [
        sum(1 << part.base + number for part, number in zip(parts, row, strict=True) if number < part.size)
        for row in rows
    ]
    return sorted(found, key=int.bit_count, reverse=True)


def _rank(space: Space, paths: Paths) -> int:
    """The place of a row in its space: what `Space.at` does, the other way round."""
    left = iter(paths)
    state = [(c.root, iter(next(left))) if c.root and c.root is not END else (END, iter(())) for c in space.components]
    others = space.count
    rank = 0
    for top, index in enumerate(space.component_of):
        node, path = state[index]
        while node.top == top:
            others //= node.count
            value = next(path)
            before, child = node.follow(value)
            rank += before * others
            others *= child.count
            node = child
        state[index] = node, path
    return rank
