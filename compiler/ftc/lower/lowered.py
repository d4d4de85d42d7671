"""The lowering: from a program's space and its line to blocks of bytes in order, whole or from one rank to another.

Outer decisions are walked, inner ones are blocks; under each outer pick a block is seen with what that pick says put
in. `plan[i]` is the oracle of all this.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ftc.expand.space.nodes import Node
from ftc.expand.space.ops import Picks, Slot
from ftc.expand.space.space import Space
from ftc.lower.blocks import Atom, Block, Blocks
from ftc.lower.pieces import Piece
from ftc.lower.states import Slots, State, States, Stretch

# Large enough that a call costs nothing beside its copying, small enough for the cache of a core (best: 60 to 250 kB).
BLOCK = 96 * 1024
MAX_ROWS = 4096

# A block of fewer rows costs more than its copying where the rows are long: each has a thousand places, say.
MIN_ROWS = 16

# No block grows beyond this where a few rows are much longer than others.
MAX_BLOCK = 4 * 2**20

# No block is made of so many decisions in a row: the outer ones of them are walked.
MAX_HEIGHT = 100

# Under a value with so many rows, nobody waits for the next one.
MAX_SEEN = 1 << 40

# Blocks that are kept under one pick.
KEPT_IN_VIEW = 16

# Of fewer rows none is worth a block; so many are looked at to judge the length of all.
FEW = 32
SAMPLED = 16

Rows = tuple[bytes, int]
"""Some rows, and how many they are."""


class Lowered:
    """One program for one target: `blocks` are its lines in order, `row` is the line of given picks."""

    def __init__(self, space: Space, piece: Piece) -> None:
        self._space = space
        self._piece = piece

    def row(self, picks: Picks) -> bytes:
        """The line that the picks make."""
        return self._piece.value(picks)

    def blocks(self, low: int, high: int) -> Iterator[Rows]:
        """The rows of ranks `low` to `high - 1`."""
        if high - low < FEW:
            yield from self._one_by_one(low, high)
            return
        root = States(self._space, self._piece).root
        yield from self._walk(root, _Walk({}, low, high, *self._rows_of_a_block()))

    def among(self, ranks: Sequence[int], low: int, high: int) -> Iterator[Rows]:
        """The rows of `ranks[low:high]`, which rise and lie close together: those between them are made too."""
        first = ranks[low]
        for data, rows in self.blocks(first, ranks[high - 1] + 1):
            end = bisect_left(ranks, first + rows, low, high)
            if end - low == rows:
                yield data, rows
            elif low < end:
                lines = data.split(b"\n")
                yield b"".join([lines[rank - first] + b"\n" for rank in ranks[low:end]]), end - low
            first += rows
            low = end

    def _one_by_one(self, low: int, high: int) -> Iterator[Rows]:
        if low < high:
            all_of_them = (low, high) == (0, self._space.count)
            picked = self._space if all_of_them else map(self._space.at, range(low, high))
            yield b"".join(map(self.row, picked)), high - low

    def _rows_of_a_block(self) -> tuple[int, int]:
        """So many rows as make a block of a good size, to judge by a few of them, and as make one column by column."""
        last = self._space.count - 1
        lengths = [len(self.row(self._space.at(last * at // (SAMPLED - 1)))) for at in range(SAMPLED)]
        wanted = max(MIN_ROWS, BLOCK * SAMPLED // (sum(lengths) + 1))
        most = MAX_BLOCK // (4 * max(lengths) + 1)
        return max(1, min(MAX_ROWS, wanted, most)), max(1, min(MAX_ROWS, most))

    def _walk(self, root: State, walk: "_Walk") -> Iterator[Rows]:
        """The rows as far as their ranks are asked for. A step for each outer decision, however many there are."""
        steps = [self._step(root, 0, View(Blocks(self._piece)), walk)]
        while steps:
            found = next(steps[-1], None)
            if found is None:
                steps.pop()
            elif isinstance(found, _Under):
                steps.append(self._step(found.state, found.base, found.view, walk))
            else:
                yield found

    def _step(self, state: State, base: int, view: "View", walk: "_Walk") -> "Iterator[Rows | _Under]":
        """The rows of a state whose first one has rank `base`; where a value is walked, what is under it."""
        waiting = _Waiting(state, view, walk)
        others = state.rows // state.node.count
        deep = state.height > MAX_HEIGHT
        whole_range = walk.low <= base and base + state.rows <= walk.high
        for first, length, node in state.node.runs:
            rows, start = node.count * others, base
            base += length * rows
            if whole_range and rows * 2 <= walk.most and not deep:
                if waiting.has_room(length * rows):
                    waiting.append(first, length, node, length * rows)
                else:
                    yield from waiting.add(first, length, node, rows)
                continue
            begin, end = max(start, walk.low), min(base, walk.high)
            if begin >= end:
                continue
            if (rows > 1 and rows * 2 > walk.most) or (deep and state.child(node).height > MAX_HEIGHT):
                yield from waiting.rows()
                child = state.child(node)
                under = view.under(state, child)
                for value in range((begin - start) // rows, (end - start - 1) // rows + 1):
                    walk.picks[state.node.slot] = first + value
                    under.forget()
                    yield _Under(child, start + value * rows, under)
                del walk.picks[state.node.slot]
                continue
            # From `whole` to `rest` all rows of some values are asked for; before and behind, some of one value's.
            whole = min(end, start - (start - begin) // rows * rows)
            rest = max(whole, start + (end - start) // rows * rows)
            if begin < whole:
                yield from waiting.rows()
                yield from self._one_by_one(begin, whole)
            yield from waiting.add(first + (whole - start) // rows, (rest - whole) // rows, node, rows)
            if rest < end:
                yield from waiting.rows()
                yield from self._one_by_one(rest, end)
        yield from waiting.rows()


@dataclass(slots=True)
class _Walk:
    """The picks made on the way, the ranks that are asked for, and how many rows make a block: of values under which
    little is the same, more."""

    picks: dict[Slot, int]
    low: int
    high: int
    most: int
    most_uneven: int


@dataclass(slots=True)
class _Under:
    """What is walked under one value of a decision."""

    state: State
    base: int
    view: "View"


class _Waiting:
    """Values of a state's decision that wait to become a block."""

    def __init__(self, state: State, view: "View", walk: _Walk) -> None:
        self._state = state
        self._view = view
        self._walk = walk
        self._most = walk.most_uneven if state.is_uneven(state.node.runs) else walk.most
        self._stretches: list[Stretch] = []
        self._count = 0

    def has_room(self, rows: int) -> bool:
        """Whether so many rows fit into the block, and others after them."""
        return self._count + 2 * rows <= self._most

    def append(self, first: int, length: int, node: Node, rows: int) -> None:
        """Add some values in a row that make so many rows together, for which there is room."""
        self._stretches.append((first, length, node))
        self._count += rows

    def add(self, first: int, length: int, node: Node, rows: int) -> Iterator[Rows]:
        """Add some values in a row, of so many rows each; blocks that are full are given."""
        while length:
            step = min(length, max(1, (self._most - self._count) // rows))
            self.append(first, step, node, step * rows)
            first += step
            length -= step
            if self._count + rows > self._most:
                yield from self.rows()

    def rows(self) -> Iterator[Rows]:
        """What waits, if anything does."""
        if self._stretches:
            yield self._view.block(self._state, self._stretches, self._walk.picks).data, self._count
            self._stretches, self._count = [], 0


class View:
    """Blocks as they are seen under some outer picks: with all that those say put in.

    `slot` was picked last, in what `parent` sees, and `state` is what follows. Where there are very many rows under a
    value, or there is one value, the next one is hardly ever seen: such a view stands for those around it too.
    """

    def __init__(
        self,
        blocks: Blocks,
        parent: "View | None" = None,
        slot: Slot | None = None,
        state: State | None = None,
        *,
        lasts: bool = False,
    ) -> None:
        self.blocks = blocks
        self._parent = parent
        self._slot = slot
        self._state = state
        self._lasts = lasts
        self._kept: dict[object, Block] = {}

    def under(self, state: State, child: State) -> "View":
        """The view under a pick of the state's decision that leads to `child`."""
        if child.rows < MAX_SEEN and state.rows > child.rows:
            return View(self.blocks, self, state.node.slot, child)
        return View(self.blocks, self._parent if self._lasts else self, state.node.slot, child, lasts=True)

    def forget(self) -> None:
        """Another value was picked."""
        self._kept.clear()

    def block(self, state: State, stretches: list[Stretch], picks: dict[Slot, int]) -> Block:
        """The block of some values of the state's decision, with nothing left to put in."""
        key = (state, stretches[0][0], sum(length for _, length, _ in stretches), state.key(picks))
        block = self._seen(key, state, stretches, picks)
        # What is left depends on nothing, or on what these picks never decide.
        return self.blocks.put(block, list(block.atoms), picks) if block.atoms else block

    def _seen(self, key: object, state: State, stretches: list[Stretch], picks: dict[Slot, int]) -> Block:
        if self._parent is None or self._state is None:
            found = self.blocks.kept(key)
            return found or self.blocks.keep(key, self.blocks.of(state, stretches, picks, state.settled))
        if not self._state.below.isdisjoint(state.known):
            # Every deeper pick has a block of its own: all is put in there at once.
            return self._parent._seen(key, state, stretches, picks)
        if key in self._kept:
            return self._kept[key]
        seen = self._parent._seen(key, state, stretches, picks)
        seen = self.blocks.put(seen, self._due(seen, self._state.below), picks)
        if len(self._kept) < KEPT_IN_VIEW:
            self._kept[key] = seen
        return seen

    def _due(self, seen: Block, below: Slots) -> list[Atom]:
        """What is left to put in and depends on what was picked here, and on nothing that comes."""
        return [
            atom for atom in seen.atoms if (self._lasts or self._slot in atom.slots) and atom.slots.isdisjoint(below)
        ]
