"""What a line is made of: constants, and pieces that say something else for other picks. A piece makes bytes of JSON.

Texts and values of the plan become pieces once; a name that is shown twice is one piece. Whatever has the same bytes
for every conversation is a constant, so that all escaping is done before the first line is written.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cached_property
from itertools import chain
from json.encoder import encode_basestring
from typing import Any

from ftc.check.runtime import FAILURES, bounded, show, show_as, size_of, start, to_json
from ftc.check.types import BOOL, FLOAT, INT
from ftc.emit import columns
from ftc.emit.apart import Part, apart
from ftc.expand.bindings import AliasBinding, AliasColumn, Cell, ComputedBinding, ListedBinding, RangingBinding
from ftc.expand.frames import PickFailure, Value
from ftc.expand.ops import Picks, Slot
from ftc.expand.texts import Chosen, Domain, Evaluated, Shown, Text, ValueChosen
from ftc.source import Span

Encode = Callable[[str], bytes]
"""How a text stands in a line: what is between the quotes of a JSON string."""

# What some types are as text, at most: a whole number has up to 4096 bits.
LONGEST = {INT: 1235, FLOAT: 25, BOOL: 5}

# Of longer axes no table of bytes is kept.
MAX_TABLE = 1 << 16

# Computed bytes that are kept for the next time.
MAX_KEPT = 1 << 18

_NONE: frozenset[Slot] = frozenset()


def escaped(text: str) -> bytes:
    """A text as it stands between the quotes of a JSON string."""
    return encode_basestring(text)[1:-1].encode()


class Constant:
    """The same bytes for all picks."""

    __slots__ = ("data",)
    slots = _NONE

    def __init__(self, data: bytes) -> None:
        self.data = data

    def value(self, picks: Picks) -> bytes:
        return self.data


class Axis:
    """Bytes for each pick of one slot, and that is all it depends on. `make` gives those of a stretch of values."""

    __slots__ = ("_listed", "_table", "longest", "make", "size", "slot", "slots")

    def __init__(self, slot: Slot, size: int, make: Callable[[int, int], list[bytes]]) -> None:
        self.slot = slot
        self.slots = frozenset((slot,))
        self.size = size
        self.make = make
        self.longest: int | None = None
        self._table: list[bytes] | None = None
        self._listed = size > MAX_TABLE

    def stretch(self, first: int, length: int) -> list[bytes]:
        """The bytes of some values in a row."""
        table = self.table
        return self.make(first, length) if table is None else table[first : first + length]

    @property
    def table(self) -> list[bytes] | None:
        """The bytes of all values; None where they are too many, or where one of them cannot be made: a condition may
        never let it be picked."""
        if not self._listed:
            self._listed = True
            with suppress(PickFailure):
                self._table = self.make(0, self.size)
        return self._table

    def column(self, slot: Slot, picks: Picks, values: Sequence[int]) -> list[bytes]:
        """The bytes of some values."""
        if isinstance(values, range):
            return self.stretch(values.start, len(values))
        return [self.stretch(value, 1)[0] for value in values]

    def value(self, picks: Picks) -> bytes:
        table = self._table
        pick = picks[self.slot]
        return table[pick] if table is not None else self.stretch(pick, 1)[0]


Column = Callable[[Slot, dict[Slot, int], Sequence[int]], list[bytes]]
"""The bytes for some values of one slot, the other picks given."""


class Computed:
    """Bytes that have to be computed from several picks (or from values that cannot be listed)."""

    __slots__ = ("_column", "_kept", "_room", "longest", "slots", "value")

    def __init__(
        self, slots: frozenset[Slot], value: Callable[[Picks], bytes], column: Column, longest: int | None = None
    ) -> None:
        self.slots = slots
        self.longest = longest
        self.value = value
        self._column = column
        self._kept: dict[object, list[bytes]] = {}
        self._room = MAX_KEPT

    def column(self, slot: Slot, picks: dict[Slot, int], values: Sequence[int]) -> list[bytes]:
        """The bytes for some values of a slot. They are kept: what it does not depend on may vary outside of it."""
        key = (slot, values[0], values[-1], len(values), *[picks.get(s) for s in self.slots if s is not slot])
        if key not in self._kept:
            self._room -= len(values)
            if self._room < 0:
                self._kept.clear()
                self._room = MAX_KEPT - len(values)
            self._kept[key] = self._column(slot, picks, values)
        return self._kept[key]


class Branch:
    """One of several pieces, by the pick of a slot."""

    def __init__(self, slot: Slot, options: "tuple[Piece, ...]") -> None:
        self.slot = slot
        self.options = options
        self.slots: frozenset[Slot] = frozenset((slot,)).union(*{option.slots for option in options})

    def value(self, picks: Picks) -> bytes:
        return self.options[picks[self.slot]].value(picks)

    @cached_property
    def kinds(self) -> list[int]:
        """For each value, which of the different options it leads to."""
        seen: dict[int, int] = {}
        return [seen.setdefault(id(option), len(seen)) for option in self.options]


class Row:
    """Pieces one after the other."""

    __slots__ = ("parts", "slots")

    def __init__(self, parts: "tuple[Piece, ...]") -> None:
        self.parts = parts
        self.slots: frozenset[Slot] = _NONE.union(*(part.slots for part in parts))

    def value(self, picks: Picks) -> bytes:
        return b"".join([part.value(picks) for part in self.parts])


Piece = Constant | Axis | Computed | Branch | Row
EMPTY = Constant(b"")


def longest(piece: Piece) -> int | None:
    """A number of bytes that the piece never exceeds; None where none can be told without looking at every value."""
    match piece:
        case Constant():
            return len(piece.data)
        case Axis():
            if piece.longest is None and piece.table is not None:
                piece.longest = max(map(len, piece.table), default=0)
            return piece.longest
        case Computed():
            return piece.longest
        case Branch():
            sizes = [longest(option) for option in {id(option): option for option in piece.options}.values()]
            return None if None in sizes else max(size for size in sizes if size is not None)
        case Row():
            sizes = [longest(part) for part in piece.parts]
            return None if None in sizes else sum(size for size in sizes if size is not None)


def sequence(parts: "Sequence[Piece]") -> Piece:
    """The pieces as one, with neighbouring constants joined."""
    flat: list[Piece] = []
    for part in chain.from_iterable(p.parts if isinstance(p, Row) else (p,) for p in parts):
        if isinstance(part, Constant) and flat and isinstance(flat[-1], Constant):
            flat[-1] = Constant(flat[-1].data + part.data)
        elif not (isinstance(part, Constant) and not part.data):
            flat.append(part)
    return flat[0] if len(flat) == 1 else Row(tuple(flat)) if flat else EMPTY


def branch(slot: Slot, options: "Sequence[Piece]") -> Piece:
    """One of the options by the pick of the slot."""
    if all(isinstance(option, Constant) for option in options):
        table = [option.data for option in options if isinstance(option, Constant)]
        return Axis(slot, len(table), lambda first, length: table[first : first + length])
    return Branch(slot, tuple(options))


class Pieces:
    """Makes the pieces of one program, each once. `encode` says how text stands in a line."""

    def __init__(self, encode: Encode = escaped) -> None:
        self._encode = encode
        self._made: dict[object, tuple[Piece, object]] = {}

    @cached_property
    def _in_json(self) -> "PiecesInJson":
        return PiecesInJson(self)

    def _once(self, what: object, spec: str | None, make: Callable[[], Piece]) -> Piece:
        # What is asked for is kept beside its piece, so that its id stays its own.
        key = (id(what), spec)
        if key not in self._made:
            self._made[key] = make(), what
        return self._made[key][0]

    def text(self, text: Text) -> Piece:
        if len(text.parts) == 1 and isinstance(text.parts[0], str):
            return Constant(self._encode(text.parts[0]))
        return sequence([self._part(part) for part in text.parts])

    def _part(self, part: str | Shown | Chosen | ValueChosen) -> Piece:
        if isinstance(part, str):
            return Constant(self._encode(part))
        if isinstance(part, Chosen):
            return self._once(part, None, lambda: branch(part.slot, [self.text(text) for text in part.texts]))
        if isinstance(part, ValueChosen):
            span = part.part.domain.span
            return self._once(part, None, lambda: self._domain(part.domain, part.slot, part.part.spec, span))
        # An invalid value is shown as it is written: a format spec is for the values it stands in for.
        spec = None if part.faults else part.part.spec
        if part.evaluated.expr.bare:
            return self._value(part.evaluated.inputs[0], spec, part.evaluated)
        return self._computed(part.evaluated, spec)

    def _value(self, value: Value, spec: str | None, shown: Evaluated) -> Piece:
        """The value of a name, as text."""
        match value:
            case AliasColumn():
                return self._value(value.cell, spec, shown)
            case AliasBinding() if not value.faulty:
                return self._value(value.whole, spec, shown)
            case ComputedBinding() if value.evaluated.expr.bare:
                return self._value(value.evaluated.inputs[0], spec, shown)
            case ComputedBinding():
                return self._computed(value.evaluated, spec)
            case RangingBinding() if not value.faulty:
                return self._once(value, spec, lambda: self._domain(value.domain, value.slot, spec, shown.expr.span))
            case ListedBinding() if spec is None:
                return self._written(lambda pieces: pieces._listed(value, value.slot, value.texts))
            case Cell() if value.table.name.data is not None:
                return self._once(value, spec, lambda: self._cells(value, spec, shown.expr.span))
            case Cell() if spec is None:
                return self._written(lambda pieces: pieces._listed(value, value.table.slot, value.texts))
        return self._evaluated(shown, spec)

    def _written(self, piece: "Callable[[Pieces], Piece]") -> Piece:
        """What is text by its nature, as it stands in a line."""
        return piece(self)

    def _listed(self, value: Value, slot: Slot, texts: list[Text]) -> Piece:
        return self._once(value, None, lambda: branch(slot, [self.text(text) for text in texts]))

    def _cells(self, cell: Cell, spec: str | None, span: Span) -> Piece:
        rows, index = cell.table.name.data or [], cell.index

        def make(first: int, length: int) -> list[bytes]:
            return self._each([row[index] for row in rows[first : first + length]], spec, span, cell.table.slot, first)

        return Axis(cell.table.slot, len(rows), make)

    def _domain(self, domain: Domain, slot: Slot, spec: str | None, span: Span) -> Piece:
        values = domain.constant
        if values is not None:

            def make(first: int, length: int) -> list[bytes]:
                return self._each(values[first : first + length], spec, span, slot, first)

            return Axis(slot, size_of(values), make)
        slots = columns.reads(domain.evaluated) | {slot}
        return self._from(slots, lambda picks: domain.items(picks)[picks[slot]], spec, span)

    def _each(self, values: Sequence[Any], spec: str | None, span: Span, slot: Slot, first: int) -> list[bytes]:
        """The bytes of values that picks of a slot, from `first` on, stand for."""
        made = []
        try:
            for value in values:
                made.append(self._shown(value, spec))
        except FAILURES as failure:
            raise PickFailure(span, failure, {slot: first + len(made)}) from failure
        return made

    def _computed(self, evaluated: Evaluated, spec: str | None) -> Piece:
        if spec is None:
            return self._once(evaluated, None, lambda: sequence([self._apart(part) for part in apart(evaluated)]))
        return self._once(evaluated, spec, lambda: self._evaluated(evaluated, spec))

    def _apart(self, part: Part) -> Piece:
        if part.evaluated is None:
            return Constant(self._encode(part.text))
        pieces = self._in_json if part.way == "json" else self
        if part.evaluated.expr.bare:
            return pieces._value(part.evaluated.inputs[0], None, part.evaluated)
        return pieces._evaluated(part.evaluated, None)

    def _evaluated(self, evaluated: Evaluated, spec: str | None) -> Piece:
        slots = columns.reads(evaluated)
        one = self._from(slots, evaluated.value, spec, evaluated.expr.span)

        def column(slot: Slot, picks: dict[Slot, int], values: Sequence[int]) -> list[bytes]:
            try:
                return [self._shown(value, spec) for value in columns.over(evaluated, slot, picks, values)]
            except FAILURES:
                return one.column(slot, picks, values)  # one by one, it says which pick fails

        if not slots:
            with suppress(PickFailure):
                return Constant(one.value({}))
        if len(slots) == 1 and (size := columns.size(evaluated)) is not None:
            (slot,) = slots
            return Axis(slot, size, lambda first, length: column(slot, {}, range(first, first + length)))
        return Computed(slots, one.value, column, None if spec else LONGEST.get(evaluated.expr.type))

    def _from(self, slots: frozenset[Slot], value: Callable[[Picks], Any], spec: str | None, span: Span) -> Computed:
        def one(picks: Picks) -> bytes:
            found = value(picks)
            try:
                return self._shown(found, spec)
            except FAILURES as failure:
                raise PickFailure(span, failure, picks) from failure

        return made(slots, one)

    def _shown(self, value: Any, spec: str | None) -> bytes:
        if spec is None:
            if type(value) is int:
                return b"%d" % bounded(value)
            return self._encode(value if isinstance(value, str) else show(value))
        start()
        return self._encode(show_as(value, spec))


class PiecesInJson(Pieces):
    """Makes the pieces of values as `json` writes them, within a text."""

    def __init__(self, texts: Pieces) -> None:
        super().__init__(texts._encode)
        self._texts = Pieces(lambda text: texts._encode(encode_basestring(text)[1:-1]))

    def _written(self, piece: Callable[[Pieces], Piece]) -> Piece:
        quote = Constant(self._encode('"'))
        return sequence([quote, piece(self._texts), quote])

    def _shown(self, value: Any, spec: str | None) -> bytes:
        if type(value) is int:
            return b"%d" % bounded(value)
        start()
        return self._encode(to_json(value))


def made(slots: frozenset[Slot], value: Callable[[Picks], bytes]) -> Computed:
    """A piece that a function of the picks makes whole."""

    def column(slot: Slot, picks: dict[Slot, int], values: Sequence[int]) -> list[bytes]:
        found = []
        for picks[slot] in values:
            found.append(value(picks))
        return found

    return Computed(slots, value, column)
