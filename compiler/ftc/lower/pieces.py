"""What a line is made of: pieces that say something else for other picks, and constants. All of it is bytes of JSON."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from itertools import chain
from json.encoder import encode_basestring
from typing import Any

from ftc.expand.bind.frames import PickFailure
from ftc.expand.space.ops import Picks, Slot
from ftc.lower.columns import gather
from ftc.targets.target import on_one_line

# Of longer axes no table of bytes is kept.
MAX_TABLE = 1 << 16

# A stretch of values is made at once where it is not longer than so many times what is needed of it.
DENSE = 8

ABSENT = -1
"""The pick of a decision that a row does not make."""

# So many texts are looked for before it is judged whether they come again.
TRIED = 1 << 16

# Computed bytes that are kept for the next time.
MAX_KEPT = 1 << 18

_NONE: frozenset[Slot] = frozenset()


def escaped(text: str) -> bytes:
    """A text as it stands between the quotes of a JSON string."""
    return on_one_line(encode_basestring(text)[1:-1]).encode()


class Constant:
    """The same bytes for all picks."""

    __slots__ = ("data",)
    slots = _NONE

    def __init__(self, data: bytes) -> None:
        self.data = data

    def value(self, picks: Picks) -> bytes:
        return self.data


class Axis:
    """Bytes for each pick of one slot, and that is all it depends on. `make` gives those of a stretch of values. Those
    of a `sure` one can be made for every pick."""

    __slots__ = ("_listed", "_table", "longest", "make", "size", "slot", "slots", "sure")

    def __init__(self, slot: Slot, size: int, make: Callable[[int, int], list[bytes]]) -> None:
        self.slot = slot
        self.slots = frozenset((slot,))
        self.size = size
        self.make = make
        self.longest: int | None = None
        self.sure = False
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

    def values(self, picks: Sequence[int]) -> list[bytes]:
        """The bytes for some picks."""
        if isinstance(picks, range):
            return self.stretch(picks.start, len(picks))
        table = self.table
        if table is not None:
            return gather(table, picks)
        low, high = min(picks), max(picks) + 1
        if high - low > DENSE * len(picks):
            return [self.make(pick, 1)[0] for pick in picks]
        near = self.make(low, high - low)
        return [near[pick - low] for pick in picks]

    def value(self, picks: Picks) -> bytes:
        table = self._table
        pick = picks[self.slot]
        return table[pick] if table is not None else self.stretch(pick, 1)[0]


class PickRows:
    """Rows of picks: a column of as many for each of some slots. The other picks are given beside them."""

    def __init__(self, columns: Mapping[Slot, Sequence[int]]) -> None:
        self._columns = columns
        self.slots = frozenset(columns)
        self.count = len(next(iter(columns.values())))

    def picks(self, slot: Slot) -> Sequence[int]:
        """The picks of a slot, row by row."""
        return self._columns[slot]

    def fewer(self, slots: frozenset[Slot]) -> "tuple[PickRows, Callable[[list[Any]], list[Any]]] | None":
        """Rows of which each stands for several of these, with the same picks of some slots; and what makes a column of
        these of a column of those. None where there are no such rows."""
        return None


Column = Callable[[PickRows, Picks], list[bytes]]
"""The bytes for each of some rows, the other picks given."""


class Computed:
    """Bytes that have to be computed from several picks (or from values that cannot be listed); those of a `sure` one
    can be for all picks, and are no more than `longest`; a `number` has no blanks and is not empty."""

    __slots__ = (
        "_asked",
        "_column",
        "_kept",
        "_known",
        "_new",
        "_room",
        "_value",
        "longest",
        "number",
        "slots",
        "sure",
    )

    def __init__(
        self, slots: frozenset[Slot], value: Callable[[Picks], bytes], column: Column, longest: int | None = None, *,
        sure: bool = False, number: bool = False,
    ) -> None:  # fmt: skip
        self.slots = slots
        self.longest = longest
        self.sure = sure
        self.number = number
        self._value = value
        self._column = column
        self._kept: dict[object, list[bytes]] = {}
        """Whole columns, by the slot and the other picks."""
        self._known: dict[object, dict[object, bytes]] = {}
        """Single texts, by their slots and the other picks, then by the picks."""
        self._room = MAX_KEPT
        self._asked = 0
        self._new = 0

    def value(self, picks: Picks) -> bytes:
        """The bytes for some picks, kept for the next time as by `rows`."""
        if self._asked > TRIED and self._new * 4 > self._asked:
            return self._value(picks)
        key = tuple([picks.get(slot, ABSENT) for slot in self.slots])
        known = self._known.setdefault((), {})
        self._asked += 1
        if key not in known:
            self._new += 1
            known[key] = result = self._value(picks)
            self._make_room(1)
            return result
        return known[key]

    def column(self, slot: Slot, picks: Picks, values: Sequence[int]) -> list[bytes]:
        """The bytes for some values of a slot. They are kept: what it does not depend on may vary outside of it."""
        key = (slot, values[0], values[-1], len(values), *[picks.get(s) for s in self.slots if s is not slot])
        if key not in self._kept:
            self._make_room(len(values))
            self._kept[key] = self._column(PickRows({slot: values}), picks)
        return self._kept[key]

    def rows(self, rows: PickRows, picks: Picks) -> list[bytes]:
        """The bytes for each of some rows. They are kept for the next time, unless most of what is needed is new."""
        if self._asked > TRIED and self._new * 4 > self._asked:
            return self._column(rows, picks)
        inside = [slot for slot in self.slots if slot in rows.slots]
        outside = (*inside, *[picks.get(slot, ABSENT) for slot in self.slots if slot not in rows.slots])
        keys: list[object] = list(zip(*map(rows.picks, inside), strict=True))
        known = self._known.setdefault(outside, {})
        missing: list[Any] = [key for key in dict.fromkeys(keys) if key not in known]
        self._asked += len(keys)
        self._new += len(missing)
        if len(missing) == len(keys):
            result = self._column(rows, picks)
            known.update(zip(keys, result, strict=True))
        else:
            if missing:
                once = PickRows(dict(zip(inside, zip(*missing, strict=True), strict=True)))
                known.update(zip(missing, self._column(once, picks), strict=True))
            result = [known[key] for key in keys]
        self._make_room(len(missing))
        return result

    def _make_room(self, count: int) -> None:
        self._room -= count
        if self._room < 0:
            self._kept.clear()
            self._known.clear()
            self._room = MAX_KEPT - count


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
            sizes = list(map(longest, {id(option): option for option in piece.options}.values()))
            return None if None in sizes else max(size for size in sizes if size is not None)
        case Row():
            sizes = list(map(longest, piece.parts))
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
    """One of the options by the pick of the slot; the only one, if there is one."""
    if len(options) == 1:
        return options[0]
    if all(isinstance(option, Constant) for option in options):
        table = [option.data for option in options if isinstance(option, Constant)]
        return Axis(slot, len(table), lambda first, length: table[first : first + length])
    return Branch(slot, tuple(options))


def made(slots: frozenset[Slot], value: Callable[[Picks], bytes]) -> Computed:
    """A piece that a function of the picks makes whole."""

    return Computed(slots, value, lambda rows, picks: [value(each) for each in each_pick(rows, slots, picks)])


def each_pick(rows: PickRows, slots: frozenset[Slot], picks: Picks) -> Iterator[dict[Slot, int]]:
    """The picks of some slots in each row, with those that are given beside them; the same dict, filled anew. What is
    not decided in a row is not in it."""
    each = dict(picks)
    inside = [slot for slot in slots if slot in rows.slots]
    for row in zip(*map(rows.picks, inside), strict=True):
        each.update(zip(inside, row, strict=True))
        if ABSENT in row:
            yield {slot: pick for slot, pick in each.items() if pick != ABSENT}
        else:
            yield each
