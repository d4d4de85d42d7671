"""The texts and values of the plan as pieces, each once: a name that is shown twice is one piece.

Whatever says the same in every conversation is a constant, so that all escaping is done before the first line is
written.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import suppress
from functools import cache, cached_property
from itertools import islice
from json.encoder import encode_basestring
from typing import Any, assert_never

from ftc.expand.bind.evaluated import Evaluated
from ftc.expand.bind.frames import PickFailure
from ftc.expand.bind.texts import CellChoice, Hole, ItemChoice, ItemHole, Text, TextChoice
from ftc.expand.bind.values import Value
from ftc.expand.space.ops import Picks, Slot
from ftc.expressions.extents import Extent, NumberExtent, TextExtent
from ftc.expressions.limits import FAILURES, SMALL, bounded, reset_steps, size_of
from ftc.expressions.nodes import structure, walk
from ftc.expressions.operations import show, show_as, to_json
from ftc.expressions.types import BOOL, FLOAT, INT, TEXT, number
from ftc.lower import vectorized
from ftc.lower.columns import gather
from ftc.lower.concatenation import Part, apart
from ftc.lower.extents import extent_of, extent_of_items
from ftc.lower.pieces import MAX_TABLE, Axis, Computed, Constant, PickRows, Piece, branch, escaped, made, sequence
from ftc.source import Span

Encode = Callable[[str], bytes]
"""How a text stands in a line: what is between the quotes of a JSON string."""

# What some types are as text, at most: a whole number has up to 4096 bits.
LONGEST = {INT: 1235, FLOAT: 25, BOOL: 5}


# Expressions of as many parts are not compared with others.
MAX_SHARED = 100


class Pieces:
    """Makes the pieces of one program, each once. `encode` says how text stands in a line."""

    def __init__(self, encode: Encode = escaped) -> None:
        self._encode = encode
        self._made: dict[Hashable, Piece] = {}

    @cached_property
    def _in_json(self) -> "PiecesInJson":
        return PiecesInJson(self)

    def _once(self, what: Hashable, spec: str | None, make: Callable[[], Piece]) -> Piece:
        key = (what, spec)
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    def text(self, text: Text) -> Piece:
        if len(text.parts) == 1 and isinstance(text.parts[0], str):
            return Constant(self._encode(text.parts[0]))
        return sequence([self._part(part) for part in text.parts])

    def _part(self, part: str | Hole | TextChoice | ItemHole) -> Piece:
        if isinstance(part, str):
            return Constant(self._encode(part))
        if isinstance(part, TextChoice):
            return self._choice(part)
        if isinstance(part, ItemHole):
            return self._items(part.choice, part.spec, part.expr.span)
        if part.evaluated.expr.bare:
            return self._value(part.evaluated.inputs[0], part.spec, part.evaluated)
        return self._computed(part.evaluated, part.spec)

    def _value(self, value: Value, spec: str | None, shown: Evaluated) -> Piece:
        """The value of a name, as text."""
        match value.definition:
            case Evaluated() as computed if computed.expr.bare:
                return self._value(computed.inputs[0], spec, shown)
            case Evaluated() as computed:
                return self._computed(computed, spec)
            case ItemChoice() as choice:
                return self._items(choice, spec, shown.expr.span)
            case CellChoice() as cell:
                return self._once(cell, spec, lambda: self._cells(cell, spec, shown.expr.span))
            case TextChoice() as choice if spec is None:
                return self._written(lambda pieces: pieces._choice(choice))
            case TextChoice() | None:
                return self._evaluated(shown, spec)
            case definition:
                assert_never(definition)

    def _written(self, piece: "Callable[[Pieces], Piece]") -> Piece:
        """What is text by its nature, as it stands in a line."""
        return piece(self)

    def _choice(self, choice: TextChoice) -> Piece:
        return self._once(choice, None, lambda: branch(choice.slot, [self.text(text) for text in choice.texts]))

    def _cells(self, cell: CellChoice, spec: str | None, span: Span) -> Piece:
        rows, place = cell.rows, cell.place

        def make(first: int, length: int) -> list[bytes]:
            return self._each([row[place] for row in rows[first : first + length]], spec, span, cell.slot, first)

        return Axis(cell.slot, len(rows), make)

    def _items(self, choice: ItemChoice, spec: str | None, span: Span) -> Piece:
        values = choice.constant
        if values is None:
            return self._once(choice, spec, lambda: self._from(choice.dependencies, choice.value, spec, span))

        def make(first: int, length: int) -> list[bytes]:
            return self._each(values[first : first + length], spec, span, choice.slot, first)

        return self._once(choice, spec, lambda: self._items_axis(choice.slot, values, make, spec))

    def _items_axis(
        self, slot: Slot, items: "range | list[Any]", make: Callable[[int, int], list[bytes]], spec: str | None
    ) -> Axis:
        axis = Axis(slot, size_of(items), make)
        self._limit(axis, extent_of_items(items) if spec is None else None)
        return axis

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
            return self._once(("whole", evaluated), None, lambda: sequence(list(map(self._apart, apart(evaluated)))))
        return self._evaluated(evaluated, spec)

    def _apart(self, part: Part) -> Piece:
        if part.evaluated is None:
            return Constant(self._encode(part.text))
        pieces = self._in_json if part.way == "json" else self
        if part.evaluated.expr.bare:
            return pieces._value(part.evaluated.inputs[0], None, part.evaluated)
        return pieces._evaluated(part.evaluated, None)

    def _evaluated(self, evaluated: Evaluated, spec: str | None) -> Piece:
        # What can fail is a piece at each place where it stands: a failure shows the place.
        key: Hashable = evaluated
        if extent_of(evaluated) is not None and len(list(islice(walk(evaluated.expr.node), MAX_SHARED))) < MAX_SHARED:
            key = structure(evaluated.expr.node), *evaluated.inputs
        return self._once(key, spec, lambda: self._new(evaluated, spec))

    def _new(self, evaluated: Evaluated, spec: str | None) -> Piece:
        extent = extent_of(evaluated) if spec is None else None
        slots = evaluated.dependencies
        by_column = vectorized.RowEvaluator(evaluated)
        one = self._from(slots, evaluated.value, spec, evaluated.expr.span)

        def column(rows: PickRows, picks: Picks) -> list[bytes]:
            try:
                return self._all_shown(by_column.over(rows, picks), spec, extent)
            except FAILURES:
                return one.rows(rows, picks)  # one by one, it says which pick fails

        if not slots:
            with suppress(PickFailure):
                return Constant(one.value({}))
        # What a conditional does not take may not be picked at all.
        if len(slots) == 1 and not evaluated.forked and (size := evaluated.size) is not None:
            (slot,) = slots
            axis = Axis(slot, size, lambda first, length: column(PickRows({slot: range(first, first + length)}), {}))
            self._limit(axis, extent)
            return axis
        longest = None if spec else LONGEST.get(evaluated.expr.type)
        if extent is not None:
            longest = self._longest(extent)
        is_number = spec is None and number(evaluated.expr.type)
        return Computed(slots, one.value, column, longest, sure=extent is not None, number=is_number)

    def _limit(self, axis: Axis, extent: Extent | None) -> None:
        """Tell an axis what is proved of its values, if anything is. A short one is looked at."""
        if extent is not None and axis.size > MAX_TABLE:
            axis.longest = self._longest(extent)
            axis.sure = True

    def _longest(self, extent: Extent) -> int:
        """The most bytes of a value."""
        return extent.longest * self._widest if isinstance(extent, TextExtent) else extent.longest

    @cached_property
    def _widest(self) -> int:
        """The most bytes that a character becomes in a line."""
        return max(len(self._encode(character)) for character in ("\0", '"', "\\", "😀"))

    def _from(self, slots: frozenset[Slot], value: Callable[[Picks], Any], spec: str | None, span: Span) -> Computed:
        def one(picks: Picks) -> bytes:
            found = value(picks)
            try:
                return self._shown(found, spec)
            except FAILURES as failure:
                raise PickFailure(span, failure, picks, slots) from failure

        return made(slots, one)

    def _all_shown(self, values: Iterable[Any], spec: str | None, extent: Extent | None) -> list[bytes]:
        """The bytes of some values, of which an extent may be known."""
        if isinstance(extent, NumberExtent) and extent.whole:
            if extent.low >= 0 and extent.high < MAX_TABLE:
                return gather(_digits(), values)
            return [b"%d" % value for value in values]
        if spec is None:
            values = list(values)
            if set(map(type, values)) == {int}:
                low, high = min(values), max(values)
                if low >= 0 and high < MAX_TABLE:
                    return gather(_digits(), values)
                if low > -SMALL and high < SMALL:
                    return [b"%d" % value for value in values]
        return [self._shown(value, spec) for value in values]

    def _shown(self, value: Any, spec: str | None) -> bytes:
        if spec is None:
            if type(value) is int:
                return b"%d" % bounded(value)
            return self._encode(value if isinstance(value, str) else show(value))
        reset_steps()
        return self._encode(show_as(value, spec))


@cache
def _digits() -> list[bytes]:
    """The whole numbers that are not large, as text."""
    return [b"%d" % number for number in range(MAX_TABLE)]


class PiecesInJson(Pieces):
    """Makes the pieces of values as `json` writes them, within a text."""

    def __init__(self, texts: Pieces) -> None:
        super().__init__(texts._encode)
        self._texts = Pieces(lambda text: texts._encode(encode_basestring(text)[1:-1]))

    def _written(self, piece: Callable[[Pieces], Piece]) -> Piece:
        quote = Constant(self._encode('"'))
        return sequence([quote, piece(self._texts), quote])

    def _computed(self, evaluated: Evaluated, spec: str | None) -> Piece:
        # A text that is put together from several is one value here.
        if evaluated.expr.type == TEXT:
            return self._written(lambda pieces: pieces._computed(evaluated, None))
        return super()._computed(evaluated, spec)

    def _longest(self, extent: Extent) -> int:
        # A character is at most six of JSON, as \u0000 is, and the quotes are two.
        return (6 * extent.longest + 2) * self._widest if isinstance(extent, TextExtent) else extent.longest

    def _shown(self, value: Any, spec: str | None) -> bytes:
        if type(value) is int:
            return b"%d" % bounded(value)
        reset_steps()
        return self._encode(to_json(value))
