"""The lowering: from a program's space and its line to blocks of bytes in order, whole or from one rank to another.

Outer decisions are walked, inner ones are blocks; under each outer pick a block is seen with what that pick says put
in. `plan[i]` is the oracle of all this.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ftc.emit.lowering.blocks import Block, Blocks, Stretch
from ftc.emit.lowering.pieces import Piece
from ftc.emit.lowering.states import Slots, State, States
from ftc.expand.nodes import END, Node
from ftc.expand.ops import Picks, Slot
from ftc.expand.space import Space

# Large enough that a call costs nothing beside its copying, small enough for the cache of a core (best: 60 to 250 kB).
BLOCK = 96 * 1024
MAX_ROWS = 4096

# No block grows beyond this where a few rows are much longer than others.
MAX_BLOCK = 4 * 2**20

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
        most = self._rows_of_a_block()
        root = States(self._space, self._piece).root
        yield from self._walk(root, 0, View(Blocks(self._piece)), _Walk({}, low, high, most))

    def _one_by_one(self, low: int, high: int) -> Iterator[Rows]:
        if low < high:
            all_of_them = (low, high) == (0, self._space.count)
            picked = self._space if all_of_them else map(self._space.at, range(low, high))
            yield b"".join(map(self.row, picked)), high - low

    def _rows_of_a_block(self) -> int:
        """So many rows as make a block of a good size, to judge by a few of them."""
        last = self._space.count - 1
        lengths = [len(self.row(self._space.at(last * at // (SAMPLED - 1)))) for at in range(SAMPLED)]
        return max(1, min(MAX_ROWS, BLOCK * SAMPLED // (sum(lengths) + 1), MAX_BLOCK // (4 * max(lengths) + 1)))

    def _walk(self, state: State, base: int, view: "View", walk: "_Walk") -> Iterator[Rows]:
        """The rows of a state whose first one has rank `base`, as far as their ranks are asked for."""
        waiting = _Waiting(state, view, walk)
        for first, length, node in state.node.runs:
            child = state.child(node)
            rows, start = child.rows, base
            base += length * rows
            begin, end = max(start, walk.low), min(base, walk.high)
            if begin >= end:
                continue
            if rows * 2 > walk.most and child.node is not END:
                yield from waiting.rows()
                under = View(view.blocks, view, state.node.slot, self._piece.slots - child.below)
                for value in range((begin - start) // rows, (end - start - 1) // rows + 1):
                    walk.picks[state.node.slot] = first + value
                    under.forget()
                    yield from self._walk(child, start + value * rows, under, walk)
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
    """The picks made on the way, the ranks that are asked for, and how many rows make a block."""

    picks: dict[Slot, int]
    low: int
    high: int
    most: int


class _Waiting:
    """Values of a state's decision that wait to become a block."""

    def __init__(self, state: State, view: "View", walk: _Walk) -> None:
        self._state = state
        self._view = view
        self._walk = walk
        self._stretches: list[Stretch] = []
        self._count = 0

    def add(self, first: int, length: int, node: Node, rows: int) -> Iterator[Rows]:
        """Add some values in a row, of so many rows each; blocks that are full are given."""
        while length:
            step = min(length, max(1, (self._walk.most - self._count) // rows))
            self._stretches.append((first, step, node))
            self._count += step * rows
            first += step
            length -= step
            if self._count + rows > self._walk.most:
                yield from self.rows()

    def rows(self) -> Iterator[Rows]:
        """What waits, if anything does."""
        if self._stretches:
            yield self._view.block(self._state, self._stretches, self._walk.picks).data, self._count
            self._stretches, self._count = [], 0


class View:
    """Blocks as they are seen under some outer picks: with all that those say put in.

    `slot` was picked last, in what `parent` sees; the picks of the `settled` slots are made.
    """

    def __init__(
        self, blocks: Blocks, parent: "View | None" = None, slot: Slot | None = None, settled: Slots = frozenset()
    ) -> None:
        self.blocks = blocks
        self._parent = parent
        self._slot = slot
        self._settled = settled
        self._kept: dict[object, Block] = {}

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
        if self._parent is None or self._slot is None:
            found = self.blocks.kept(key)
            return found or self.blocks.keep(key, self.blocks.of(state, stretches, picks, state.settled))
        if key in self._kept:
            return self._kept[key]
        seen = self._parent._seen(key, state, stretches, picks)
        due = [atom for atom in seen.atoms if self._slot in atom.slots and atom.slots <= self._settled]
        seen = self.blocks.put(seen, due, picks)
        if len(self._kept) < KEPT_IN_VIEW:
            self._kept[key] = seen
        return seen
