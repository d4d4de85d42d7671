"""What the structure of a program proves absent from its conversations, so that nobody has to search for it.

`alone` is about the conversations of one program among themselves, `apart` about two programs. Both are true only where
it is certain.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from ftc.emit.lowering.pieces import EMPTY, Piece
from ftc.emit.lowering.said import SaidPiece, Texts, said
from ftc.emit.lowering.shapes import by_shape
from ftc.expand.ops import Slot
from ftc.expand.program import Program
from ftc.quality.decode import differ, readable


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that is trained: its place among the messages, and the picks of those before it that say what it can
    be."""

    at: int
    of: frozenset[Slot]


class Told:
    """The messages of a program whose conversations all have one shape; `shapes` counts those it has."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.shapes = 0
        by_shape(program, self._see)

    def _see(self, shape: list) -> Piece:  # type: ignore[type-arg]
        self.shapes += 1
        self.messages, self.rejected = said(self.program, Texts(), shape)
        return EMPTY

    @cached_property
    def texts(self) -> list[Piece]:
        return [message.text for message in self.messages]

    def answers(self) -> Iterator[Answer]:
        """The answers that are trained."""
        for at, message in enumerate(self.messages):
            if message.role == "assistant" and message.trained:
                yield Answer(at, depends(self.program, self.messages, at))

    @cached_property
    def alone(self) -> bool:
        """Whether no two conversations are the same, and none contradicts another."""
        if self.shapes != 1:
            return False
        everything = [*self.texts, *([self.rejected] if self.rejected else [])]
        if not {slot for slot in decided(self.program) if not slot.hidden} <= readable(everything):
            return False
        return all(answer.of <= readable(self.texts[: answer.at]) for answer in self.answers())

    def apart(self, other: "Told") -> bool:
        """Whether none of its conversations begins like one of the other's."""
        mine, others = self._before(), other._before()
        if [m.role for m in mine] != [m.role for m in others]:
            return True
        return any(differ(a.text, b.text) for a, b in zip(mine, others, strict=True))

    def _before(self) -> list[SaidPiece]:
        """What stands before the first answer."""
        first = next(at for at, message in enumerate(self.messages) if message.role == "assistant")
        return self.messages[:first]


def decided(program: Program) -> dict[Slot, int | None]:
    """Every slot that may be decided, with the number of its values; None where earlier picks say which there are."""
    found: dict[Slot, int | None] = {}
    seen: set[object] = set()
    stack = [component.root for component in program.space.components]
    while stack:
        node = stack.pop()
        if node is not None and node not in seen and node.runs:
            seen.add(node)
            last = max(first + length for first, length, _ in node.runs)
            before = found.get(node.slot, 0)
            found[node.slot] = None if node.items is not None or before is None else max(before, last)
            stack += [child for _, _, child in node.runs]
    return found


def depends(program: Program, messages: list[SaidPiece], at: int) -> frozenset[Slot]:
    """The picks outside of an answer that decide what it can be: those it shows, and those that conditions tie to its
    own."""
    before = frozenset[Slot]().union(*[message.text.slots for message in messages[:at]])
    own = messages[at].text.slots | messages[at].place.slots
    tied = [condition.slots for condition in program.conditions if condition.slots & (own - before)]
    return (own & before) | messages[at].place.slots | (frozenset[Slot]().union(*tied) - (own - before))
