"""The lowering: from a program's space and its line to blocks of bytes.

The rows of the innermost decisions are written into one block of bytes, with a control byte (JSON never holds one) in
the place of everything that outer decisions say; then `value.join(parts)` puts a value of an outer name in all of them
in one call. A block is made bottom-up, level by level, and kept: equal futures are one node of the space and so one
block. What a constraint leaves of an inner name is another node, hence another block. `plan[i]` is the oracle of all
this.
"""

from collections.abc import Iterator, Sequence
from itertools import chain, groupby, repeat

from ftc.emit.pieces import Axis, Branch, Computed, Constant, Piece, Row
from ftc.expand.graph import END, Node
from ftc.expand.ops import Picks, Slot
from ftc.expand.space import Space

# Large enough that a call costs nothing beside its copying, small enough for the cache of a core (best: 100 to 250 kB).
BLOCK = 128 * 1024
MAX_ROWS = 4096

# No block grows beyond this where a few rows are much longer than others; so much of them is kept for the next time.
MAX_BLOCK = 4 * 2**20
KEPT = 8 * 2**20
KEPT_IN_VIEW = 16

Slots = frozenset[Slot]
Key = tuple[object, ...]
Known = dict[Slot, Sequence[int] | None]
Stretch = tuple[int, int, Node]
"""The first of some values in a row, how many they are, and what follows each."""


class Run(Row):
    """Pieces that stand together and are put in together."""


Atom = Axis | Computed | Branch | Run


class Block:
    """Rows, with sentinels in the place of `atoms`."""

    __slots__ = ("atoms", "data", "parts")

    def __init__(self, data: bytes, atoms: frozenset[Atom]) -> None:
        self.data = data
        self.atoms = atoms
        self.parts: dict[Atom, list[bytes]] = {}

    def split(self, atom: Atom, sentinel: bytes) -> list[bytes]:
        """What stands between the places of an atom; worked out once."""
        if atom not in self.parts:
            self.parts[atom] = self.data.split(sentinel)
        return self.parts[atom]


class State:
    """What is still to be decided: the place in the order of the space, and the node each component is at."""

    def __init__(self, lowered: "Lowered", top: int, nodes: tuple[Node, ...]) -> None:
        order = lowered.space.component_of
        while top < len(order) and nodes[order[top]].top != top:
            top += 1
        self.lowered = lowered
        self.top = top
        self.nodes = nodes
        self.node = nodes[order[top]] if top < len(order) else END
        self.rows = 1
        for node in nodes:
            self.rows *= node.count
        self.below = lowered.below(nodes)
        self.known = lowered.known(self.below)
        self.settled = lowered.one(self.below.union(self.known))
        """The slots whose picks its block is made with; the others are left to sentinels."""
        self._children: dict[Node, State] = {}

    def child(self, node: Node) -> "State":
        """The state after a decision that leads to `node`."""
        if node not in self._children:
            at = self.lowered.space.component_of[self.top]
            self._children[node] = self.lowered.state(self.top, (*self.nodes[:at], node, *self.nodes[at + 1 :]))
        return self._children[node]

    def key(self, picks: Picks) -> Key:
        """What its block depends on of the picks made before."""
        return tuple([picks.get(s) if k is None or s not in picks else k[picks[s]] for s, k in self.known.items()])


class Lowered:
    """One program for one target: `blocks` are its lines in order, `row` is the line of given picks."""

    def __init__(self, space: Space, piece: Piece) -> None:
        self.space = space
        self.piece = piece
        self._sentinels: dict[Atom, bytes] = {}
        self._flat: dict[Piece, Block] = {}
        self._bases: dict[Slots, Block] = {}
        self._below: dict[Node, Slots] = {END: frozenset()}
        self._interned: dict[Slots, Slots] = {}
        self._known: dict[Slots, Known] = {}
        self._states: dict[tuple[int, tuple[Node, ...]], State] = {}
        self._kept: dict[object, Block] = {}
        self._kept_bytes = 0

    # ── one row ───────────────────────────────────────────────────────────────────────────────────

    def row(self, picks: Picks) -> bytes:
        """The line that the picks make."""
        return self.piece.value(picks)

    # ── all rows ──────────────────────────────────────────────────────────────────────────────────

    def blocks(self, low: int, high: int) -> Iterator[tuple[bytes, int]]:
        """The rows of ranks `low` to `high - 1`, as (bytes, how many rows they are of)."""
        if high - low < FEW:
            yield from self._one_by_one(low, high)
            return
        self._most = self._rows_of_a_block()
        root = self.state(0, tuple(c.root or END for c in self.space.components))
        yield from self._stream(root, {}, View(self, None, None, frozenset()), 0, low, high)

    def _one_by_one(self, low: int, high: int) -> Iterator[tuple[bytes, int]]:
        if low < high:
            all_of_them = (low, high) == (0, self.space.count)
            picked = self.space if all_of_them else map(self.space.at, range(low, high))
            yield b"".join(map(self.row, picked)), high - low

    def _rows_of_a_block(self) -> int:
        """So many rows as make a block of a good size, to judge by a few of them."""
        last = self.space.count - 1
        lengths = [len(self.row(self.space.at(last * at // SAMPLED))) for at in range(SAMPLED + 1)]
        return max(1, min(MAX_ROWS, BLOCK * len(lengths) // (sum(lengths) + 1), MAX_BLOCK // (4 * max(lengths) + 1)))

    def _stream(
        self, state: State, picks: dict[Slot, int], view: "View", base: int, low: int, high: int
    ) -> Iterator[tuple[bytes, int]]:
        """The rows of a state whose first one has rank `base`, as far as their ranks are asked for."""
        slot = state.node.slot
        waiting: list[Stretch] = []
        room = self._most
        for first, length, node in state.node.runs:
            child = state.child(node)
            rows = child.rows
            begin, end = max(base, low), min(base + length * rows, high)
            if begin >= end:
                base += length * rows
                continue
            if rows * 2 > self._most and child.node is not END:
                yield from self._flush(state, waiting, picks, view)
                waiting, room = [], self._most
                below = View(self, view, slot, self.piece.slots - child.below)
                for value in range((begin - base) // rows, (end - base - 1) // rows + 1):
                    picks[slot] = first + value
                    below.kept.clear()
                    yield from self._stream(child, picks, below, base + value * rows, low, high)
                del picks[slot]
            else:
                inner, outer = (begin - base + rows - 1) // rows, (end - base) // rows
                if inner > outer:  # a part of one value's rows
                    inner = outer = 0
                    cut = [(begin, end)]
                else:
                    cut = [(begin, base + inner * rows), (base + outer * rows, end)]
                if cut[0][0] < cut[0][1]:
                    yield from self._flush(state, waiting, picks, view)
                    waiting, room = [], self._most
                    yield from self._one_by_one(*cut[0])
                while inner < outer:
                    step = min(outer - inner, max(1, room // rows))
                    waiting.append((first + inner, step, node))
                    inner += step
                    room -= step * rows
                    if room < rows:
                        yield from self._flush(state, waiting, picks, view)
                        waiting, room = [], self._most
                for rest in cut[1:]:
                    if rest[0] < rest[1]:
                        yield from self._flush(state, waiting, picks, view)
                        waiting, room = [], self._most
                        yield from self._one_by_one(*rest)
            base += length * rows
        yield from self._flush(state, waiting, picks, view)

    def _flush(
        self, state: State, stretches: list[Stretch], picks: dict[Slot, int], view: "View"
    ) -> Iterator[tuple[bytes, int]]:
        if stretches:
            data = view.block(state, stretches, picks).data
            yield data, sum(length * state.child(node).rows for _, length, node in stretches)

    # ── blocks, bottom-up ─────────────────────────────────────────────────────────────────────────

    def stretches(self, state: State, stretches: list[Stretch], picks: dict[Slot, int], base: Slots) -> Block:
        """The block of some values of the state's decision, as a part of a larger one that is made with the picks of
        the slots of `base`."""
        slot = state.node.slot
        made: list[Block] = []
        for values, node in _joined(stretches):
            child = state.child(node)
            if slot in child.known:
                # What follows is not the same for all of them, though its picks are.
                for picks[slot] in values:
                    block = self.block(child, picks, base)
                    made.append(self._vary(block, slot, picks, (picks[slot],), state.settled))
            else:
                made.append(self._vary(self.block(child, picks, base), slot, picks, values, state.settled))
        del picks[slot]
        if len(made) == 1:
            return made[0]
        return Block(b"".join([each.data for each in made]), frozenset().union(*[each.atoms for each in made]))

    def block(self, state: State, picks: dict[Slot, int], base: Slots) -> Block:
        """The rows of a state, of which there are few."""
        if state.node is END:
            return self._row_of(base)
        key = (state, base, state.key(picks))
        found = self._kept.get(key)
        return found or self.keep(key, self.stretches(state, state.node.runs, picks, base))

    def _row_of(self, base: Slots) -> Block:
        """One row: whatever stands together in it and depends on nothing of the base is one atom."""
        if base not in self._bases:
            parts: list[Piece] = []
            for inner, run in groupby(_parts(self.piece), lambda part: not part.slots.isdisjoint(base)):
                outer = list(run)
                parts += outer if inner or len(outer) == 1 else [Run(tuple(outer))]
            self._bases[base] = _strung([self._template(part) for part in parts])
        return self._bases[base]

    def keep(self, key: object, block: Block) -> Block:
        """Keep a block for the next time, while there is room."""
        self._kept_bytes += len(block.data)
        if self._kept_bytes > KEPT:
            self._kept.clear()
            self._kept_bytes = len(block.data)
        self._kept[key] = block
        return block

    def kept(self, key: object) -> Block | None:
        return self._kept.get(key)

    def _vary(self, block: Block, slot: Slot, picks: dict[Slot, int], values: Sequence[int], settled: Slots) -> Block:
        """The block once for each value of a slot."""
        picks[slot] = values[0]
        block = self._unfold(block, slot, picks, settled)
        mine = [atom for atom in block.atoms if slot in atom.slots]
        if not mine:
            return Block(block.data * len(values), block.atoms)
        atoms = block.atoms.difference(mine)
        columns: list[list[bytes]] = []
        for atom in mine:
            if isinstance(atom, Branch):
                column = []
                for picks[slot] in values:
                    made = self._expand(atom.options[picks[slot]], picks, settled)
                    column.append(made.data)
                    atoms |= made.atoms
                columns.append(column)
            elif not isinstance(atom, Run):
                columns.append(atom.column(slot, picks, values))
        return Block(self._interleave(block, mine, columns), atoms)

    def _unfold(self, block: Block, slot: Slot, picks: Picks, settled: Slots) -> Block:
        """The block with the choices that are settled, and on which it depends where the slot stands, made."""
        while True:
            for atom in block.atoms:
                if isinstance(atom, Branch) and atom.slot is not slot and slot in atom.slots and atom.slot in settled:
                    option = self._template(atom.options[picks[atom.slot]])
                    parts = block.data.split(self.sentinel(atom))
                    block = Block(option.data.join(parts), block.atoms - {atom} | option.atoms)
                    break
            else:
                return block

    def _interleave(self, block: Block, atoms: list[Atom], columns: list[list[bytes]]) -> bytes:
        """The block for each row of the columns, with its values in the place of the atoms."""
        places = 0
        for atom in atoms:
            places += len(block.split(atom, self.sentinel(atom))) - 1
        if places <= FEW_PLACES:
            woven = self._woven(block.data, atoms, columns)
            return b"".join(chain.from_iterable(zip(*woven, strict=False))) if places else block.data * len(columns[0])
        first, *others = atoms
        parts = block.split(first, self.sentinel(first))
        made = [value.join(parts) for value in columns[0]]
        for atom, column in zip(others, columns[1:], strict=True):
            sentinel = self.sentinel(atom)
            made = [data.replace(sentinel, value) for data, value in zip(made, column, strict=True)]
        return b"".join(made)

    def _woven(
        self, data: bytes, atoms: list[Atom], columns: list[list[bytes]]
    ) -> "list[Sequence[bytes] | repeat[bytes]]":
        """The block as columns: what is the same in every row, and what is not, in the order of a row."""
        pieces: list[bytes | list[bytes]] = [data]
        for atom, column in zip(atoms, columns, strict=True):
            sentinel = self.sentinel(atom)
            split: list[bytes | list[bytes]] = []
            for piece in pieces:
                if isinstance(piece, bytes):
                    first, *rest = piece.split(sentinel)
                    split.append(first)
                    for part in rest:
                        split += (column, part)
                else:
                    split.append(piece)
            pieces = split
        return [repeat(piece) if isinstance(piece, bytes) else piece for piece in pieces if piece]

    # ── pieces with sentinels ─────────────────────────────────────────────────────────────────────

    def sentinel(self, atom: Atom) -> bytes:
        """The bytes that stand for an atom."""
        if atom not in self._sentinels:
            number = len(self._sentinels)
            if number < len(SINGLE):
                self._sentinels[atom] = SINGLE[number : number + 1]
            else:
                self._sentinels[atom] = b"\x1f%06x" % number
        return self._sentinels[atom]

    def _template(self, piece: Piece) -> Block:
        """A piece with nothing known."""
        if piece not in self._flat:
            if isinstance(piece, Constant):
                self._flat[piece] = Block(piece.data, frozenset())
            elif isinstance(piece, Row) and not isinstance(piece, Run):
                self._flat[piece] = _strung([self._template(part) for part in piece.parts])
            else:
                self._flat[piece] = Block(self.sentinel(piece), frozenset((piece,)))
        return self._flat[piece]

    def _expand(self, piece: Piece, picks: Picks, settled: Slots) -> Block:
        """A piece with the picks of the settled slots known."""
        if piece.slots.isdisjoint(settled):
            return self._template(piece)
        if isinstance(piece, Row):
            return _strung([self._expand(part, picks, settled) for part in piece.parts])
        if isinstance(piece, Branch):
            if piece.slot in settled:
                return self._expand(piece.options[picks[piece.slot]], picks, settled)
        elif not isinstance(piece, Constant) and piece.slots <= settled:
            return Block(piece.value(picks), frozenset())
        return self._template(piece)

    def settle(self, block: Block, slot: Slot, picks: Picks, settled: Slots) -> Block:
        """The block with everything put in that is settled by the pick of a slot."""
        mine = [atom for atom in block.atoms if slot in atom.slots and atom.slots <= settled]
        if not mine:
            return block
        first, *others = mine
        data = first.value(picks).join(block.split(first, self.sentinel(first)))
        for atom in others:
            data = atom.value(picks).join(data.split(self.sentinel(atom)))
        return Block(data, block.atoms.difference(mine))

    # ── states ────────────────────────────────────────────────────────────────────────────────────

    def state(self, top: int, nodes: tuple[Node, ...]) -> State:
        key = (top, nodes)
        if key not in self._states:
            self._states[key] = State(self, top, nodes)
        return self._states[key]

    def below(self, nodes: tuple[Node, ...]) -> Slots:
        """Every slot that may still be decided."""
        return self.one(frozenset().union(*[self._under(node) for node in nodes]))

    def _under(self, root: Node) -> Slots:
        stack = [root]
        while stack:
            node = stack[-1]
            if node in self._below:
                stack.pop()
                continue
            children = {child for _, _, child in node.runs}
            missing = [child for child in children if child not in self._below]
            if missing:
                stack += missing
                continue
            self._below[node] = self.one(frozenset((node.slot,)).union(*{self._below[child] for child in children}))
        return self._below[root]

    def one(self, slots: Slots) -> Slots:
        """The same set, as one object."""
        return self._interned.setdefault(slots, slots)

    def known(self, below: Slots) -> Known:
        """The slots decided before on which a text also depends that depends on what is still to be decided; where only
        the kind of a choice matters, the kind of each value."""
        if below not in self._known:
            found: Known = {}
            _mixed(self.piece, below, found)
            self._known[below] = found
        return self._known[below]


# Of fewer rows none is worth a block; so many are looked at to judge the length of all.
FEW = 32
SAMPLED = 15

# Up to so many values a row, rows are woven column by column.
FEW_PLACES = 8

# Never in JSON, and not the end of a line.
SINGLE = bytes(number for number in range(1, 0x1F) if number not in b"\t\n")


class View:
    """Blocks as they are seen under some outer picks: with all that those say put in. `slot` was picked last."""

    def __init__(self, lowered: Lowered, parent: "View | None", slot: Slot | None, settled: Slots) -> None:
        self.lowered = lowered
        self.parent = parent
        self.slot = slot
        self.settled = settled
        self.kept: dict[object, Block] = {}

    def block(self, state: State, stretches: list[Stretch], picks: dict[Slot, int]) -> Block:
        """The block of some values of the state's decision, with nothing left to put in."""
        key = (state, stretches[0][0], sum(length for _, length, _ in stretches), state.key(picks))
        block = self._seen(key, state, stretches, picks)
        for atom in block.atoms:
            # It depends on nothing, or on what these picks never decide.
            block = Block(block.data.replace(self.lowered.sentinel(atom), atom.value(picks)), frozenset())
        return block

    def _seen(self, key: object, state: State, stretches: list[Stretch], picks: dict[Slot, int]) -> Block:
        if self.parent is None or self.slot is None:
            found = self.lowered.kept(key)
            return found or self.lowered.keep(key, self.lowered.stretches(state, stretches, picks, state.settled))
        if key not in self.kept:
            seen = self.lowered.settle(self.parent._seen(key, state, stretches, picks), self.slot, picks, self.settled)
            if len(self.kept) == KEPT_IN_VIEW:
                return seen
            self.kept[key] = seen
        return self.kept[key]


def _parts(piece: Piece) -> Iterator[Piece]:
    """The pieces of a row, rows in it taken apart."""
    if isinstance(piece, Row):
        for part in piece.parts:
            yield from _parts(part)
    else:
        yield piece


def _strung(blocks: list[Block]) -> Block:
    return Block(b"".join([b.data for b in blocks]), frozenset().union(*[b.atoms for b in blocks]))


def _joined(stretches: list[Stretch]) -> Iterator[tuple[Sequence[int], Node]]:
    """Neighbours after which the same follows, as one."""
    at = 0
    while at < len(stretches):
        first, length, node = stretches[at]
        values: Sequence[int] = range(first, first + length)
        at += 1
        if at < len(stretches) and stretches[at][2] is node:
            values = list(values)
            while at < len(stretches) and stretches[at][2] is node:
                values += range(stretches[at][0], stretches[at][0] + stretches[at][1])
                at += 1
        yield values, node


def _mixed(piece: Piece, below: Slots, found: Known) -> None:
    if piece.slots.isdisjoint(below) or (piece.slots <= below):
        return
    if isinstance(piece, Row):
        for part in piece.parts:
            _mixed(part, below, found)
    elif isinstance(piece, Branch):
        if piece.slot not in below:
            _note(piece.slot, piece.kinds, found)
        for option in {id(option): option for option in piece.options}.values():
            _mixed(option, below, found)
    else:
        for slot in piece.slots - below:
            _note(slot, None, found)


def _note(slot: Slot, kinds: Sequence[int] | None, found: Known) -> None:
    found[slot] = kinds if slot not in found or found[slot] is kinds else None
