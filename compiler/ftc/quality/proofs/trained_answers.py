"""The answers that are trained: the picks that decide what each can be, and which have to be compared with others."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, repeat

from ftc.expand.plan.program import Program
from ftc.expand.space.ops import Decide, Dynamic, Meet, Slot, Switch
from ftc.lower.messages import MessagePiece
from ftc.lower.pieces import Branch, Piece, Row
from ftc.lower.shapes import forks
from ftc.quality.units import Unit


@dataclass(frozen=True, slots=True)
class TrainedAnswer:
    """An answer that is trained: its place among the messages, and the slots outside of it that decide what it can
    be."""

    at: int
    slots: frozenset[Slot]


def deciding_picks(program: Program, messages: list[MessagePiece]) -> Iterator[TrainedAnswer]:
    """The answers that are trained, each with the picks outside of it that decide what it can be: those it shows, and
    those that conditions tie to its own."""
    limits = _limits_of(program)
    before: set[Slot] = set()
    surely: set[Slot] = set()
    holding: dict[Slot, list[Piece]] = {}
    """The texts so far, by the slots in them."""
    for at, message in enumerate(messages):
        if message.role == "assistant" and message.trained:
            own = message.text.slots | message.place.slots
            found = (own & before) | message.place.slots
            for limit in dict.fromkeys(limit for slot in own - surely for limit in limits.get(slot, ())):
                # Whether a condition applies may depend on what was met, and so on which alternative was taken.
                texts = dict.fromkeys(text for slot in limit for text in holding.get(slot, ()))
                found |= limit.union(*[_branches_to(text, limit) for text in texts]) - (own - before)
            yield TrainedAnswer(at, found)
        before |= message.text.slots
        surely |= _surely_shown(message.text)
        if limits:
            for slot in message.text.slots:
                holding.setdefault(slot, []).append(message.text)


@lru_cache(maxsize=4)
def _limits_of(program: Program) -> dict[Slot, list[frozenset[Slot]]]:
    """The limits by the slots that they are about."""
    found: dict[Slot, list[frozenset[Slot]]] = {}
    for limit in dict.fromkeys(_limits(program)):
        for slot in limit:
            found.setdefault(slot, []).append(limit)
    return found


def _limits(program: Program) -> Iterator[frozenset[Slot]]:
    """Picks that leave each other fewer values: those that a condition is about, and those that a range depends on."""
    # A line is asked as several conditions; whether any of them is depends on all that the line reads.
    lines: dict[object, frozenset[Slot]] = {}
    for condition in program.conditions:
        line = (condition.source, condition.tokens)
        lines[line] = lines.get(line, frozenset()) | condition.slots
    yield from lines.values()
    seen: set[Meet] = set()
    stack = list(program.ops)
    while stack:
        match stack.pop():
            case Dynamic() as op:
                yield op.reads | {op.slot}
            case Decide() | Switch() as op:
                stack += [inner for branch in op.branches or () for inner in branch]
            case Meet() as op if op not in seen:
                seen.add(op)
                stack += op.ops


def _surely_shown(piece: Piece) -> frozenset[Slot]:
    """The slots that a text shows whichever alternatives are taken."""
    if isinstance(piece, Row):
        return frozenset[Slot]().union(*map(_surely_shown, piece.parts))
    return frozenset((piece.slot,)) if isinstance(piece, Branch) else piece.slots


def _branches_to(piece: Piece, slots: frozenset[Slot]) -> frozenset[Slot]:
    """The choices that decide whether a text shows any of the slots."""
    parts = piece.parts if isinstance(piece, Row) else piece.options if isinstance(piece, Branch) else ()
    found = frozenset[Slot]().union(*map(_branches_to, dict.fromkeys(parts), repeat(slots)))
    return found | {piece.slot} if isinstance(piece, Branch) and piece.slots & slots else found


def to_compare(unit: Unit) -> Iterable[int]:
    """The answers, by number, whose contexts have to be searched: what stands before an early one in a long
    conversation of a format stands before the last one in a shorter."""
    if unit.program is None:
        return range(max(sum(_trained(program)) for program in unit.block.programs))
    block, trained = unit.block.declaration, _trained(unit.program)
    numbers = range(sum(trained))
    even = _trained(unit.program, min) == trained
    whole = not (block.split or block.thinning or block.unique)
    if even and whole and unit.program.fault is None and unit.block.kind == "format":
        return [n for n in numbers if (turn := _turn_of(n, trained)) == len(trained) or turn < block.low]
    return numbers


def _turn_of(number: int, trained: list[int]) -> int:
    """The turn, counted from 1, that an answer ends."""
    return next(turn for turn, before in enumerate(accumulate(trained), 1) if number < before)


def _trained(program: Program, of: Callable[[Iterable[int]], int] = max) -> list[int]:
    """The most answers that are trained, turn by turn."""
    return [
        of(
            sum(line.message.role == "assistant" and line.message.trained for line in variant.lines)
            for fork in forks(program, turn)
            for variant in fork.variants.values()
        )
        for turn in range(len(program.turns))
    ]
