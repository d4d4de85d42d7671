"""Blocks: rows as bytes, with a control byte (JSON never holds one) in the place of all that outer decisions say.

A block is made bottom-up, level by level: the rows of what follows, once for each value. `value.join(parts)` puts a
value in all of its places in one call. What a constraint leaves of an inner name is another state, hence another block.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import chain, groupby, repeat

from ftc.expand.space.nodes import END, Node
from ftc.expand.space.ops import Picks, Slot
from ftc.lower.batches import Batch, Level, levels_of
from ftc.lower.pieces import Axis, Branch, Computed, Constant, Piece, Row
from ftc.lower.states import Slots, State, Stretch

# So many bytes are kept for the next time.
KEPT = 8 * 2**20

# Picks of batches that are kept for the next time.
MAX_PICKS = 1 << 20

# Up to so many values a row, rows are woven column by column.
FEW_PLACES = 8

# Never in JSON, and not the end of a line.
SINGLE = bytes(number for number in range(1, 0x1F) if number not in b"\t\n")

# More atoms than this are put in at once, not one after the other.
MANY = 16


class Run(Row):
    """Pieces that stand together and are put in together."""


Atom = Axis | Computed | Branch | Run


Places = tuple[list[bytes], list[int], int]
"""The bytes of a block taken apart at the places of some atoms, with the sentinels between; which atoms those are, by
number, as far as that does not come again; and how often it comes."""


class Block:
    """Rows, with sentinels in the place of `atoms`."""

    __slots__ = ("_apart", "_parts", "atoms", "data")

    def __init__(self, data: bytes, atoms: frozenset[Atom]) -> None:
        self.data = data
        self.atoms = atoms
        self._parts: dict[Atom, list[bytes]] = {}
        self._apart: dict[tuple[Atom, ...], Places | None] = {}

    def split(self, atom: Atom, sentinel: bytes) -> list[bytes]:
        """What stands between the places of an atom; worked out once."""
        if atom not in self._parts:
            self._parts[atom] = self.data.split(sentinel)
        return self._parts[atom]

    def places(self, atoms: tuple[Atom, ...], sentinels: list[bytes]) -> "Places | None":
        """The places of several atoms, worked out once. None the first time, where they are few: finding all of them at
        once pays from the second time on."""
        if atoms not in self._apart and len(atoms) <= MANY:
            self._apart[atoms] = None
            return None
        if self._apart.get(atoms) is None:
            parts = re.split(b"(" + b"|".join(map(re.escape, sentinels)) + b")", self.data)
            numbers = {sentinel: number for number, sentinel in enumerate(sentinels)}
            order = [numbers[sentinel] for sentinel in parts[1::2]]
            # Most rows have the same places in the same order.
            rows = self.data.count(b"\n") or 1
            one = order[: len(order) // rows]
            self._apart[atoms] = (parts, one, rows) if one * rows == order else (parts, order, 1)
        return self._apart[atoms]


class Blocks:
    """Makes the blocks of one program whose lines say `piece`."""

    def __init__(self, piece: Piece) -> None:
        self._piece = piece
        self._sentinels: dict[Atom, bytes] = {}
        self._templates: dict[Piece, Block] = {}
        self._rows: dict[Slots, Block] = {}
        self._row_parts: dict[Slots, list[Piece]] = {}
        self._kept: dict[object, Block] = {}
        self._kept_bytes = 0
        self._levels: dict[object, list[Level]] = {}
        """Of batches, as long as there is room: other outer decisions lead to the same ones."""
        self._room = MAX_PICKS

    def of(self, state: State, stretches: Sequence[Stretch], picks: dict[Slot, int], base: Slots) -> Block:
        """The block of some values of the state's decision, as a part of a larger one: what depends on nothing of
        `base` is left to sentinels there."""
        slot = state.node.slot
        if state.is_uneven(stretches):
            return self._batch(state, stretches, picks, base)
        made: list[Block] = []
        for values, node in _joined(stretches):
            child = state.child(node)
            if slot in child.known:
                # What follows is not the same for all of them, though its picks are.
                for picks[slot] in values:
                    block = self._all(child, picks, base)
                    made.append(self._vary(block, slot, picks, (picks[slot],), state.settled))
            else:
                made.append(self._vary(self._all(child, picks, base), slot, picks, values, state.settled))
        del picks[slot]
        return made[0] if len(made) == 1 else _strung(made)

    def _all(self, state: State, picks: dict[Slot, int], base: Slots) -> Block:
        """The rows of a state, of which there are few."""
        if state.node is END:
            return self._row(base)
        key = (state, base, state.key(picks))
        return self.kept(key) or self.keep(key, self.of(state, state.node.runs, picks, base))

    def _batch(self, state: State, stretches: Sequence[Stretch], picks: Picks, base: Slots) -> Block:
        """The block of some values, made column by column."""
        key = (state, stretches[0][0], sum([length for _, length, _ in stretches]))
        levels = self._levels.get(key)
        if levels is None:
            levels = levels_of(state, stretches, self._piece.slots)
            self._room -= sum([level.size * len(level.columns) for level in levels])
            if self._room > 0:
                self._levels[key] = levels
        batch = Batch(levels, self._template, picks)
        return Block(batch.rows(self._parts_of_row(base)), frozenset(batch.atoms))

    def _row(self, base: Slots) -> Block:
        """One row."""
        if base not in self._rows:
            self._rows[base] = _strung([self._template(part) for part in self._parts_of_row(base)])
        return self._rows[base]

    def _parts_of_row(self, base: Slots) -> list[Piece]:
        """The pieces of a row: whatever stands together in it and depends on nothing of the base is one atom."""
        if base not in self._row_parts:
            parts: list[Piece] = []
            for inner, run in groupby(_parts(self._piece), lambda part: not part.slots.isdisjoint(base)):
                outer = list(run)
                parts += outer if inner or len(outer) == 1 else [Run(tuple(outer))]
            self._row_parts[base] = parts
        return self._row_parts[base]

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

    # ── one level ─────────────────────────────────────────────────────────────────────────────────

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
                columns.append(atom.values(values) if isinstance(atom, Axis) else atom.column(slot, picks, values))
        return Block(self._interleave(block, mine, columns), atoms)

    def _unfold(self, block: Block, slot: Slot, picks: Picks, settled: Slots) -> Block:
        """The block with the choices that are settled, and on which it depends where the slot stands, made."""
        while True:
            for atom in block.atoms:
                if isinstance(atom, Branch) and atom.slot is not slot and slot in atom.slots and atom.slot in settled:
                    option = self._template(atom.options[picks[atom.slot]])
                    parts = block.data.split(self._sentinel(atom))
                    block = Block(option.data.join(parts), block.atoms - {atom} | option.atoms)
                    break
            else:
                return block

    def _interleave(self, block: Block, atoms: list[Atom], columns: list[list[bytes]]) -> bytes:
        """The block for each row of the columns, with its values in the place of the atoms."""
        places = 0
        for atom in atoms:
            places += len(block.split(atom, self._sentinel(atom))) - 1
        if places <= FEW_PLACES:
            woven = self._woven(block.data, atoms, columns)
            return b"".join(chain.from_iterable(zip(*woven, strict=False))) if places else block.data * len(columns[0])
        first, *others = atoms
        parts = block.split(first, self._sentinel(first))
        made = [value.join(parts) for value in columns[0]]
        for atom, column in zip(others, columns[1:], strict=True):
            sentinel = self._sentinel(atom)
            made = [data.replace(sentinel, value) for data, value in zip(made, column, strict=True)]
        return b"".join(made)

    def _woven(
        self, data: bytes, atoms: list[Atom], columns: list[list[bytes]]
    ) -> "list[Sequence[bytes] | repeat[bytes]]":
        """The block as columns: what is the same in every row, and what is not, in the order of a row."""
        pieces: list[bytes | list[bytes]] = [data]
        for atom, column in zip(atoms, columns, strict=True):
            sentinel = self._sentinel(atom)
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

    def _sentinel(self, atom: Atom) -> bytes:
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
        if piece not in self._templates:
            if isinstance(piece, Constant):
                self._templates[piece] = Block(piece.data, frozenset())
            elif isinstance(piece, Row) and not isinstance(piece, Run):
                self._templates[piece] = _strung([self._template(part) for part in piece.parts])
            else:
                self._templates[piece] = Block(self._sentinel(piece), frozenset((piece,)))
        return self._templates[piece]

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

    def put(self, block: Block, atoms: list[Atom], picks: Picks) -> Block:
        """The block with what some atoms say put in."""
        if not atoms:
            return block
        values = [atom.value(picks) for atom in atoms]
        sentinels = list(map(self._sentinel, atoms))
        if len(atoms) == 1:
            data = values[0].join(block.split(atoms[0], sentinels[0]))
        elif (places := block.places(tuple(atoms), sentinels)) is None:
            data = block.data
            for value, sentinel in zip(values, sentinels, strict=True):
                data = value.join(data.split(sentinel))
        else:
            parts, order, times = places
            filled = parts.copy()
            filled[1::2] = [values[number] for number in order] * times
            data = b"".join(filled)
        return Block(data, block.atoms.difference(atoms))


def _parts(piece: Piece) -> Iterator[Piece]:
    """The pieces of a row, rows in it taken apart."""
    if isinstance(piece, Row):
        for part in piece.parts:
            yield from _parts(part)
    else:
        yield piece


def _strung(blocks: list[Block]) -> Block:
    return Block(b"".join([b.data for b in blocks]), frozenset().union(*[b.atoms for b in blocks]))


def _joined(stretches: Sequence[Stretch]) -> Iterator[tuple[Sequence[int], Node]]:
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
