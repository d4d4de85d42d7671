"""Batches: rows made column by column, for decisions under which little is the same.

A block (`blocks`) is cheap where the rows under many values are alike but for those values. Where a condition leaves
each value something else, or a text is computed from it, every value would be a block of a few rows. A batch takes many
values together and goes down decision by decision: each has a column with one entry for each way to come so far, so
that what a text depends on is looked up or computed once a way, and not once a row.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any, TypeVar

from ftc.expand.space.nodes import Node
from ftc.expand.space.ops import Picks, Slot
from ftc.lower.columns import Counts, gather, spread
from ftc.lower.pieces import ABSENT, Axis, Branch, Computed, PickRows, Piece, Row
from ftc.lower.states import State, Stretch

if TYPE_CHECKING:
    from ftc.lower.blocks import Atom, Block

# A column is put in on the way where each of its entries stands for so many rows, and at the rows themselves elsewhere.
WORTH = 2

T = TypeVar("T")

Nodes = Node | list[Node]
"""Where a component is: at one node on all ways, or on each at its own."""


class Level:
    """A decision: `columns` have an entry for each way to come so far, `counts` how many of them follow from each entry
    of the level before. Most levels have one column; where the decision is another one on each way, there are more."""

    __slots__ = ("columns", "counts", "size")

    def __init__(self, columns: dict[Slot, list[int]], counts: Counts, size: int) -> None:
        self.columns = columns
        self.counts = counts
        self.size = size


def levels_of(state: State, stretches: Sequence[Stretch], shown: frozenset[Slot]) -> list[Level]:
    """The decisions from a state on, given the values of the first; those with one value that nothing shows are left
    out."""
    picks: list[int] = []
    following: list[Node] = []
    for first, length, node in stretches:
        picks += range(first, first + length)
        following += repeat(node, length)
    levels = [Level({state.node.slot: picks}, len(picks), len(picks))]
    order = state.order
    nodes: dict[int, Nodes] = dict(state.begun)
    nodes[state.at] = _one(following)
    top = state.top
    while top < len(order):
        here = nodes.get(order[top])
        if here is None:
            here = state.root(order[top])
        if isinstance(here, Node):
            if here.top != top:
                top += 1
                continue
            level, after = _same(here, levels[-1].size)
        else:
            if not any(node.top == top for node in here):
                top += 1
                continue
            level, after = _each(here, top)
        if level.counts != 1 or not shown.isdisjoint(level.columns):
            for number, others in nodes.items():
                if number != order[top] and not isinstance(others, Node):
                    nodes[number] = spread(others, level.counts)
            levels.append(level)
        nodes[order[top]] = after
    return levels


def _same(node: Node, ways: int) -> tuple[Level, Nodes]:
    """A decision that is the same on all ways."""
    picks: list[int] = []
    following: list[Node] = []
    for first, length, child in node.runs:
        picks += range(first, first + length)
        following += repeat(child, length)
    after = _one(following)
    level = Level({node.slot: picks * ways}, len(picks), len(picks) * ways)
    return level, after if isinstance(after, Node) else after * ways


def _each(nodes: list[Node], top: int) -> tuple[Level, Nodes]:
    """A decision that is another on each way, or on some none."""
    picks: list[int] = []
    following: list[Node] = []
    counts: list[int] = []
    slots: list[Slot | None] = []
    for node in nodes:
        if node.top != top:
            picks.append(ABSENT)
            following.append(node)
            counts.append(1)
            slots.append(None)
            continue
        slots.append(node.slot)
        before = len(picks)
        for first, length, child in node.runs:
            if length == 1:
                picks.append(first)
                following.append(child)
            else:
                picks += range(first, first + length)
                following += repeat(child, length)
        counts.append(len(picks) - before)
    first, size = counts[0], len(picks)
    different = [slot for slot in dict.fromkeys(slots) if slot is not None]
    columns = {different[0]: picks}
    if len(different) > 1:
        deciding = spread(slots, counts)
        columns = {
            slot: [pick if by is slot else ABSENT for pick, by in zip(picks, deciding, strict=True)]
            for slot in different
        }
    even = all(count == first for count in counts)
    return Level(columns, first if even else counts, size), _one(following)


def _one(nodes: list[Node]) -> Nodes:
    """The node that all of them are, if they are one."""
    first = nodes[0]
    return first if all(node is first for node in nodes) else nodes


class _RowsOfLevel(PickRows):
    """The entries of a level, or those that are chosen of them, as rows."""

    def __init__(self, batch: "Batch", level: int, chosen: list[int] | None) -> None:
        self._batch = batch
        self._level = level
        self._chosen = chosen
        self.slots = frozenset(batch.level_of)
        self.count = batch.levels[level].size if chosen is None else len(chosen)

    def picks(self, slot: Slot) -> Sequence[int]:
        return self._batch.chosen(slot, self._level, self._chosen)

    def fewer(self, slots: frozenset[Slot]) -> "tuple[PickRows, Callable[[list[Any]], list[Any]]] | None":
        batch = self._batch
        depth = max((batch.level_of.get(slot, ABSENT) for slot in slots), default=ABSENT)
        if (
            self._chosen is not None
            or not ABSENT < depth < self._level
            or batch.levels[depth].size * WORTH > self.count
        ):
            return None
        return _RowsOfLevel(batch, depth, None), lambda column: batch.spread(column, depth, self._level)


Segment = bytes | tuple[int, list[bytes]]
"""A part of all rows: the same bytes in each, or a level and the bytes for each of its entries."""


class Batch:
    """Rows of some levels. `template` gives the bytes that stand for what is decided outside, and what is to be put in
    there; `picks` are the picks that were made outside."""

    def __init__(self, levels: list[Level], template: "Callable[[Piece], Block]", picks: Picks) -> None:
        self.levels = levels
        self._template = template
        self._outside = picks
        self.level_of: dict[Slot, int] = {}
        self._columns: dict[tuple[Slot, int], list[int]] = {}
        self.atoms: set[Atom] = set()
        for number, level in enumerate(levels):
            for slot, picks_here in level.columns.items():
                column = picks_here
                if slot in self.level_of:  # decided here on some ways, and before on others
                    before = self.picks(slot, number)
                    column = [now if now != ABSENT else then for now, then in zip(column, before, strict=True)]
                self.level_of[slot] = number
                self._columns[slot, number] = column

    def rows(self, parts: Sequence[Piece]) -> bytes:
        """All rows, each the parts in order."""
        segments: list[Segment] = []
        for part in parts:
            self._add(part, segments)
        last = len(self.levels) - 1
        for number, level in enumerate(self.levels[:-1]):
            if level.size * WORTH <= self.levels[last].size:
                segments = self._put_in(segments, number)
        if all(isinstance(segment, bytes) for segment in segments):
            return b"".join(s for s in segments if isinstance(s, bytes)) * self.levels[last].size
        return b"".join(chain.from_iterable(zip(*self._spread_all(segments, last), strict=False)))

    def _add(self, part: Piece, segments: list[Segment]) -> None:
        """What a part says, behind the segments before it."""
        level = self._depth(part)
        if level == ABSENT:
            block = self._template(part)
            self.atoms |= block.atoms
            self._add_bytes(block.data, segments)
        elif isinstance(part, Row):
            for inner in part.parts:
                self._add(inner, segments)
        elif isinstance(part, Branch) and part.slot not in self.level_of:
            self._add(part.options[self._outside[part.slot]], segments)
        else:
            segments.append((level, self._column(part, level, None)))

    @staticmethod
    def _add_bytes(data: bytes, segments: list[Segment]) -> None:
        if segments and isinstance(segments[-1], bytes):
            segments[-1] += data
        elif data:
            segments.append(data)

    def _depth(self, part: Piece) -> int:
        """The level at which it is known what a part says."""
        return max((self.level_of.get(slot, ABSENT) for slot in part.slots), default=ABSENT)

    def _put_in(self, segments: list[Segment], number: int) -> list[Segment]:
        """The segments with those in a row that are known at a level as one of that level."""
        merged: list[Segment] = []
        run: list[Segment] = []
        for segment in (*segments, None):
            if segment is not None and (isinstance(segment, bytes) or segment[0] <= number):
                run.append(segment)
                continue
            if len(run) > 1:
                columns = self._spread_all(run, number)
                merged.append((number, list(map(b"".join, zip(*columns, strict=False)))))
            else:
                merged += run
            run = []
            if segment is not None:
                merged.append(segment)
        return merged

    def _spread_all(self, segments: list[Segment], number: int) -> "list[Iterable[bytes]]":
        """The segments as columns of a level."""
        return [repeat(s) if isinstance(s, bytes) else self.spread(s[1], s[0], number) for s in segments]

    def spread(self, column: list[T], start: int, end: int) -> list[T]:
        """A column of one level as one of a later level."""
        counts: Counts = 1
        for level in self.levels[start + 1 : end + 1]:
            if isinstance(level.counts, int) and isinstance(counts, int):
                counts *= level.counts
            else:
                column, counts = spread(column, counts), 1
                column = spread(column, level.counts)
        return spread(column, counts)

    def picks(self, slot: Slot, number: int) -> list[int]:
        """The picks of a slot for each entry of a level."""
        key = (slot, number)
        if key not in self._columns:
            start = self.level_of[slot]
            self._columns[key] = self.spread(self._columns[slot, start], start, number)
        return self._columns[key]

    # ── what a part says ──────────────────────────────────────────────────────────────────────────

    def _column(self, part: Piece, level: int, chosen: list[int] | None) -> list[bytes]:
        """What a part says for each entry of a level, or for those that are chosen of them."""
        depth = self._depth(part)
        count = self.levels[level].size if chosen is None else len(chosen)
        if depth == ABSENT:
            block = self._template(part)
            self.atoms |= block.atoms
            return [block.data] * count
        if depth < level and chosen is None:
            return self.spread(self._column(part, depth, None), depth, level)
        match part:
            case Axis():
                return part.values(self.chosen(part.slot, level, chosen))
            case Computed():
                return part.rows(_RowsOfLevel(self, level, chosen), self._outside)
            case Row():
                columns = [self._column(inner, level, chosen) for inner in part.parts]
                return list(map(b"".join, zip(*columns, strict=True)))
            case Branch():
                return self._branches(part, level, chosen)
        raise AssertionError(part)

    def chosen(self, slot: Slot, level: int, chosen: list[int] | None) -> list[int]:
        column = self.picks(slot, level)
        return column if chosen is None else gather(column, chosen)

    def _branches(self, part: Branch, level: int, chosen: list[int] | None) -> list[bytes]:
        if part.slot not in self.level_of:
            return self._column(part.options[self._outside[part.slot]], level, chosen)
        picks = self.chosen(part.slot, level, chosen)
        places: dict[int, list[int]] = {}
        for at, pick in enumerate(picks):
            places.setdefault(part.kinds[pick], []).append(at)
        if len(places) == 1:
            return self._column(part.options[picks[0]], level, chosen)
        result: list[bytes] = [b""] * len(picks)
        for at_ones in places.values():
            own = at_ones if chosen is None else gather(chosen, at_ones)
            option = part.options[picks[at_ones[0]]]
            for at, data in zip(at_ones, self._column(option, level, own), strict=True):
                result[at] = data
        return result
