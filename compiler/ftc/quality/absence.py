"""What the structure of a program proves absent from its conversations, so that nobody has to search for it.

`alone` is about the conversations of one program among themselves, `apart` about two programs. Both are true only where
it is certain.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import repeat

from ftc.expand.plan.program import Program
from ftc.expand.space.ops import Decide, Dynamic, Meet, Slot, Switch
from ftc.lower.messages import SaidPiece, Texts, said
from ftc.lower.pieces import EMPTY, Branch, Piece, Row
from ftc.lower.shapes import Fork, by_shape
from ftc.quality.unambiguous import differ, readable


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that is trained: its place among the messages, and the picks of those before it that say what it can
    be."""

    at: int
    of: frozenset[Slot]


class Told:
    """The messages of a program; `alone` is about one whose conversations all have one shape."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._heads: list[list[SaidPiece]] = []
        by_shape(program, self._see)

    def _see(self, shape: list[Fork]) -> Piece:
        self.messages, self.rejected = said(self.program, Texts(), shape)
        first = next(at for at, message in enumerate(self.messages) if message.role == "assistant")
        self._heads.append(self.messages[:first])
        return EMPTY

    @cached_property
    def texts(self) -> list[Piece]:
        return [message.text for message in self.messages]

    def answers(self) -> Iterator[Answer]:
        """The answers that are trained."""
        return answers(self.program, self.messages)

    @cached_property
    def alone(self) -> bool:
        """Whether no two conversations are the same, and none contradicts another."""
        if len(self._heads) != 1:
            return False
        everything = [*self.texts, *([self.rejected] if self.rejected else [])]
        # What has one value is the same everywhere.
        picked = {slot for slot, size in decided(self.program).items() if not slot.hidden and size != 1}
        return picked <= readable(everything) and self._answers_readable()

    def _answers_readable(self) -> bool:
        """Whether what stands before each answer gives away what decides it. The messages are read one by one; only
        where that is not enough, they are read again, together."""
        known: frozenset[Slot] = frozenset()
        read = 0
        for answer in self.answers():
            for text in self.texts[read : answer.at]:
                known |= readable([text])
            read = max(read, answer.at)
            if not answer.of <= known:
                known |= readable(self.texts[: answer.at])
                if not answer.of <= known:
                    return False
        return True

    def apart(self, other: "Told") -> bool:
        """Whether none of its conversations begins like one of the other's."""
        return all(_apart(mine, others) for mine in self._heads for others in other._heads)


def _apart(mine: list[SaidPiece], others: list[SaidPiece]) -> bool:
    """Whether what stands before the first answer surely differs."""
    if [m.role for m in mine] != [m.role for m in others]:
        return True
    return any(differ(a.text, b.text) for a, b in zip(mine, others, strict=True))


def decided(program: Program) -> dict[Slot, int | None]:
    """Every slot that may be decided, with the number of its values; None where earlier picks say which there are."""
    found: dict[Slot, int | None] = {}
    seen: set[object] = set()
    stack = [component.root for component in program.space.components]
    while stack:
        node = stack.pop()
        if node is not None and node.ahead is not None:
            for slot, runs, _ in node.ahead:
                before = found.get(slot, 0)
                found[slot] = None if before is None else max(before, sum(runs[-1]))
        elif node is not None and node not in seen and node.runs:
            seen.add(node)
            last = max(first + length for first, length, _ in node.runs)
            before = found.get(node.slot, 0)
            found[node.slot] = None if node.items is not None or before is None else max(before, last)
            stack += [child for _, _, child in node.runs]
    return found


def answers(program: Program, messages: list[SaidPiece]) -> Iterator[Answer]:
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
                found |= limit.union(*[_deciding(text, limit) for text in texts]) - (own - before)
            yield Answer(at, found)
        before |= message.text.slots
        surely |= _surely(message.text)
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


def _surely(piece: Piece) -> frozenset[Slot]:
    """The slots that a text shows whichever alternatives are taken."""
    if isinstance(piece, Row):
        return frozenset[Slot]().union(*map(_surely, piece.parts))
    return frozenset((piece.slot,)) if isinstance(piece, Branch) else piece.slots


def _deciding(piece: Piece, slots: frozenset[Slot]) -> frozenset[Slot]:
    """The choices that decide whether a text shows any of the slots."""
    parts = piece.parts if isinstance(piece, Row) else piece.options if isinstance(piece, Branch) else ()
    found = frozenset[Slot]().union(*map(_deciding, dict.fromkeys(parts), repeat(slots)))
    return found | {piece.slot} if isinstance(piece, Branch) and piece.slots & slots else found
