"""Which picks can be read off the messages that they make: where a text is unambiguous.

A text is read from both ends. A name can be read off where none of its values, with what is written behind it, begins
like another; then the next one can. What is left in the middle can be read off if it is one name, or has few readings.
The proof works on the pieces that lines are made of, so it costs as much as the values that stand in the source, not
as many as there are conversations. What is not proved may be unambiguous all the same.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice, pairwise, product, repeat
from typing import NamedTuple

from ftc.expand.bind.frames import PickFailure
from ftc.expand.space.ops import Slot
from ftc.lower.pieces import Axis, Branch, Computed, Constant, Piece, Row, branch, sequence

Slots = frozenset[Slot]

Known = frozenset[Slot | Axis]
"""Slots whose picks are known, and axes of which only the bytes are: several picks may say the same."""


class Readable(NamedTuple):
    """What messages give away. The picks of `slots` are the same whenever the messages are, as far as the messages show
    them: some may be of a text that was not taken. What is `everywhere` is known whatever was picked."""

    slots: Slots
    everywhere: Known

    def __or__(self, other: "Readable") -> "Readable":
        return Readable(self.slots | other.slots, self.everywhere | other.everywhere)


NOTHING = Readable(frozenset(), frozenset())

# Readings that are listed to see whether they differ.
MAX_READINGS = 20_000

# Worlds that are looked into: of so many messages, of more fewer; and inside each other. To look into one takes as long
# as to search about so many conversations.
MAX_WORLDS = 1_000
A_WORLD = 100
MANY_MESSAGES = 20
MAX_INSIDE = 50

# Of a name with more values, none is read off a text.
MAX_VALUES = 1_000_000

# How texts may begin: so many ways, and no more than so many bytes of each.
MAX_HEADS = 2_000


def readable(messages: Sequence[Piece], conversations: int) -> Readable:
    """What the messages give away together. Where they are those of so few conversations that to search them takes less
    time than to find out, it may be less than they do."""
    return _Reader(min(MAX_WORLDS, conversations // A_WORLD)).read(list(messages))


class _Reader:
    """Reads messages, world by world: what was picked of texts with names in them makes another world, with other names
    in it."""

    def __init__(self, budget: int) -> None:
        self._left = budget
        self._inside = 0

    def read(self, messages: list[Piece]) -> Readable:
        known: Known = frozenset()
        while True:
            found = known.union(*[_message(piece, known) for piece in messages])
            fork = next((fork for message in messages for fork in _forks(message) if fork.slot in found), None)
            if fork is not None:
                return _known(found) | self._worlds(messages, fork)
            if found == known:
                return _known(known)
            known = found

    def _worlds(self, messages: list[Piece], fork: Branch) -> Readable:
        """What is readable in every world that it occurs in."""
        self._left -= len(fork.options) * max(1, len(messages) // MANY_MESSAGES)
        if self._left < 0 or self._inside == MAX_INSIDE:
            return NOTHING
        self._inside += 1
        worlds = [[_with_pick(message, fork.slot, pick) for message in messages] for pick in range(len(fork.options))]
        every = frozenset[Slot]().union(*[message.slots for message in messages])
        everywhere: list[Known] = []
        for world in worlds:
            known = self.read(world)
            every -= frozenset[Slot]().union(*[message.slots for message in world]) - known.slots
            everywhere.append(known.everywhere)
        self._inside -= 1
        return Readable(every, frozenset.intersection(*everywhere))


def _known(known: Known) -> Readable:
    return Readable(frozenset([each for each in known if isinstance(each, Slot)]), known)


def _forks(piece: Piece) -> Iterator[Branch]:
    """The choices at the top of a text."""
    if isinstance(piece, Branch):
        yield piece
    elif isinstance(piece, Row):
        for part in piece.parts:
            yield from _forks(part)


def _with_pick(piece: Piece, slot: Slot, pick: int) -> Piece:
    """The piece with one pick known."""
    if slot not in piece.slots:
        return piece
    if isinstance(piece, Row):
        return sequence(list(map(_with_pick, piece.parts, repeat(slot), repeat(pick))))
    if isinstance(piece, Axis):
        # Where a value cannot be made, nothing is known of it.
        return piece if piece.table is None else Constant(piece.table[pick])
    if isinstance(piece, Branch):
        if piece.slot is slot:
            return _with_pick(piece.options[pick], slot, pick)
        return branch(piece.slot, list(map(_with_pick, piece.options, repeat(slot), repeat(pick))))
    return piece


def differ(first: Piece, second: Piece) -> bool:
    """Whether two pieces surely never are the same text."""
    for backwards in (False, True):
        one, two = _beginnings(first, backwards), _beginnings(second, backwards)
        if one is not None and two is not None and _prefixes_differ([one, two]):
            return True
    return False


def _message(piece: Piece, known: Known) -> Known:
    """What one message gives away, with what is known already."""
    known &= piece.slots
    parts = _parts(piece)
    found = set(known)
    low, high = 0, len(parts)
    while low < high and _consumed(parts[low], parts[low + 1 : high], found, backwards=False):
        low += 1
    while low < high and _consumed(parts[high - 1], parts[low : high - 1][::-1], found, backwards=True):
        high -= 1
    left = [part for part in parts[low:high] if not part.slots <= found]
    if not left:
        return frozenset(found)
    if len(left) == 1 and low + 1 == high and isinstance(left[0], Axis):
        return frozenset(found) | ({left[0].slot} if _distinct(left[0]) else {left[0]})
    return frozenset(found) | _by_listing(parts[low:high], frozenset(found))


def _parts(piece: Piece) -> list[Piece]:
    return list(piece.parts) if isinstance(piece, Row) else [piece]


def _consumed(part: Piece, rest: Sequence[Piece], found: set[Slot | Axis], *, backwards: bool) -> bool:
    """Whether, read from one end, it is clear where the part stops; what was surely picked in it goes to `found`."""
    if part.slots <= found:
        return True
    if isinstance(part, Row):
        parts = part.parts[::-1] if backwards else part.parts
        return all(_consumed(p, [*parts[at + 1 :], *rest], found, backwards=backwards) for at, p in enumerate(parts))
    after = _next(rest, backwards)
    if isinstance(part, Axis):
        if not _ends_clearly(part, after, backwards):
            return False
        found.add(part.slot if _distinct(part) else part)
        return True
    if isinstance(part, Branch) and part.slot not in found:
        heads = [_joint_beginnings([option, *rest], backwards) for option in part.options]
        if None not in heads and _prefixes_differ([each for each in heads if each is not None]):
            found.add(part.slot)  # which option it is; what is in it is read in another world
    return False


@lru_cache(maxsize=64)
def _ends_clearly(axis: Axis, after: bytes, backwards: bool) -> bool:
    """Whether none of the different values, with what stands behind them, begins with another."""
    values = _values(axis)
    return values is not None and _prefix_free([_in_direction(value, backwards) + after for value in set(values)])


def _next(rest: Sequence[Piece], backwards: bool) -> bytes:
    """What surely stands behind a part: the constant after it, or the end, which no text holds."""
    if not rest:
        return b"\n"
    first = rest[0]
    return _in_direction(first.data, backwards) if isinstance(first, Constant) else b""


def _in_direction(data: bytes, backwards: bool) -> bytes:
    return data[::-1] if backwards else data


@lru_cache(maxsize=8)
def _values(axis: Axis) -> list[bytes] | None:
    """The bytes of all values of an axis, of a long one too; None where one cannot be made."""
    if axis.table is not None or axis.size > MAX_VALUES:
        return axis.table
    try:
        return axis.stretch(0, axis.size)
    except PickFailure:
        return None


@lru_cache(maxsize=64)
def _distinct(axis: Axis) -> bool:
    values = _values(axis)
    return values is not None and len(set(values)) == len(values)


def _prefix_free(values: list[bytes]) -> bool:
    """Whether none begins with another."""
    ordered = sorted(values)
    return not any(b.startswith(a) for a, b in pairwise(ordered))


def _prefixes_differ(heads: list[list[bytes]]) -> bool:
    """Whether no text can begin with heads of two of the lists."""
    ordered = sorted((head, number) for number, each in enumerate(heads) for head in each)
    open_heads: list[tuple[bytes, int]] = []
    for head, number in ordered:
        while open_heads and not head.startswith(open_heads[-1][0]):
            open_heads.pop()
        if any(other != number for _, other in open_heads):
            return False
        open_heads.append((head, number))
    return True


def _beginnings(piece: Piece, backwards: bool) -> list[bytes] | None:
    """The ways in which a whole text can begin (or, turned round, end)."""
    return _joint_beginnings([piece], backwards)


def _joint_beginnings(parts: Sequence[Piece], backwards: bool) -> list[bytes] | None:
    heads = [b""]
    for part in _flat(parts, backwards):
        more = _heads(part, backwards)
        if more is None or len(heads) * len(more) > MAX_HEADS:
            first = _first_bytes(part, MAX_HEADS // len(heads), backwards)
            heads = [head + each for head in heads for each in first]
            return heads if heads != [b""] else None
        heads = [head + each for head in heads for each in more]
    return [head + b"\n" for head in heads]


def _first_bytes(part: Piece, most: int, backwards: bool) -> list[bytes]:
    """How a part of too many values begins: as many bytes of each as leave few enough ways."""
    if isinstance(part, Axis) and part.table is not None:
        for size in (8, 4, 2, 1):
            found = _cut(part, size, backwards)
            if len(found) <= most:
                return found
    return [b""]


@lru_cache(maxsize=64)
def _cut(axis: Axis, size: int, backwards: bool) -> list[bytes]:
    return list(dict.fromkeys(_in_direction(value, backwards)[:size] for value in axis.table or ()))


def _flat(parts: Sequence[Piece], backwards: bool) -> Iterator[Piece]:
    for part in parts:
        if isinstance(part, Row):
            yield from _flat(part.parts[::-1] if backwards else part.parts, backwards)
        else:
            yield part


def _heads(part: Piece, backwards: bool) -> list[bytes] | None:
    """Every reading of a part; None where they are too many."""
    match part:
        case Constant():
            return [_in_direction(part.data, backwards)]
        case Axis():
            if part.table is None or part.size > MAX_HEADS:
                return None
            return [_in_direction(value, backwards) for value in part.table]
        case Computed():
            return None
    found = list(islice(_readings(part), MAX_HEADS + 1))
    return (
        None
        if len(found) > MAX_HEADS or None in found
        else [_in_direction(f, backwards) for f in found if f is not None]
    )


def _readings(part: Piece) -> Iterator[bytes | None]:
    """Every reading of a part, and None where they cannot be listed."""
    match part:
        case Constant():
            yield part.data
        case Axis() if (values := part.table) is not None:
            yield from values
        case Branch():
            for option in part.options:
                yield from _readings(option)
        case Row():
            options = [list(islice(_readings(p), MAX_HEADS + 1)) for p in part.parts]
            if any(len(each) > MAX_HEADS or None in each for each in options):
                yield None
            else:
                yield from (b"".join(each) for each in product(*options) if None not in each)  # type: ignore[arg-type]
        case _:
            yield None


def _by_listing(parts: Sequence[Piece], known: Known) -> Slots:
    """What a middle gives away, by writing down all that it can say."""
    slots: dict[Slot, Axis] = {}
    size = 1
    for part in parts:
        if isinstance(part, Axis) and part.slot not in known:
            if part.table is None:
                return frozenset()
            size *= part.size if part.slot not in slots else 1
            slots[part.slot] = part
        elif not part.slots <= known and not isinstance(part, Axis):
            return frozenset()
        if size > MAX_READINGS or part.slots & known:
            # What is known varies too: each of its values would have to be listed.
            return frozenset()
    seen: set[bytes] = set()
    count = 0
    for picks in product(*[range(axis.size) for axis in slots.values()]):
        picked = dict(zip(slots, picks, strict=True))
        seen.add(b"".join([part.value(picked) for part in parts]))
        count += 1
    return frozenset(slots) if len(seen) == count else frozenset()
