"""The line of a program as one piece: what the target writes around the texts, and the texts.

A target is asked once for each shape of conversation (roles, calls, what is trained) for the line of a conversation
with markers in place of its texts. What stands between the markers is the same for every conversation of that shape.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from ftc.diagnostics import Severity
from ftc.expand.bind.messages import Writer
from ftc.expand.bind.texts import Text
from ftc.expand.conversation import Conversation, Origin
from ftc.expand.plan.program import Program
from ftc.lower.fixed import Fixed
from ftc.lower.messages import Arguments, message_pieces, quoted
from ftc.lower.pieces import EMPTY, Constant, Piece, sequence
from ftc.lower.shapes import Fork, by_shape, forks
from ftc.slotted import slotted
from ftc.targets.target import Target

# A marker holds a quote, so that the line shows how often a text is escaped there: JSON may hold JSON. The private
# characters around it stand as they are.
_TEXT = re.compile('\ue000([0-9]+)(\\\\*)"\ue001'.encode())
_GIVEN = re.compile('\\{\\\\*"\ue000([0-9]+)(\\\\*)"\ue001\\\\*":0\\}'.encode())


def _marker(number: int) -> str:
    return f'\ue000{number}"\ue001'


Frame = list[bytes | tuple[int, int]]
"""A line around its texts: bytes, and (number of the marker, how often it is escaped there)."""


@slotted
class Framed:
    """The lines of a program as one piece.

    `refused` says that the target may refuse some for their shape or for an empty text.
    """

    piece: Piece
    refused: bool


class Framer:
    """Makes the line of each program for one target; equal frames are found once."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._frames: dict[object, tuple[Frame | None, bool]] = {}
        self._fixed: dict[object, tuple[Frame | None, bool]] = {}

    def line(self, program: Program) -> Framed:
        """Everything the program can write: a line with its end, or nothing where the target takes none."""
        self._refused = False
        piece = by_shape(program, lambda shape: self._whole(program, shape))
        return Framed(piece, self._refused)

    def written(self, fixed: Fixed) -> bytes | None:
        """The line of a conversation in which nothing is picked, empty where the target takes none; None where it may
        refuse it."""
        frame, refused = self._fixed_frame(fixed)
        if refused:
            return None
        return b"".join([p if isinstance(p, bytes) else quoted(p[1], fixed.texts[p[0]]) for p in frame or ()])

    def longest(self, fixed: Fixed) -> int | None:
        """A number of bytes that its line does not exceed, found without writing it; None where the target may refuse
        it."""
        frame, refused = self._fixed_frame(fixed)
        if refused:
            return None
        # A character has at most four bytes; escaped it has six, and twice as many each time that is done again.
        return sum(
            [len(p) if isinstance(p, bytes) else len(fixed.texts[p[0]]) * max(4, 3 << p[1]) for p in frame or ()]
        )

    def _fixed_frame(self, fixed: Fixed) -> tuple[Frame | None, bool]:
        shape = fixed.shape
        found = self._fixed.get(shape)
        if found is None:
            every = [forks(fixed.program, turn)[0] for turn in range(len(fixed.program.turns))]
            found = self._fixed[shape] = self._frame(fixed.program, every)
        return found

    def plain(self, program: Program) -> bool:
        """Whether every conversation surely becomes a line, or none, unless it is too long."""
        found: list[tuple[Frame | None, bool]] = []

        def look(shape: list[Fork]) -> Piece:
            found.append(self._frame(program, shape))
            return EMPTY

        by_shape(program, look)
        return not any(refused for _, refused in found) and len({frame is None for frame, _ in found}) == 1

    def _whole(self, program: Program, shape: list[Fork]) -> Piece:
        frame, refused = self._frame(program, shape)
        self._refused |= refused
        if frame is None:
            return EMPTY
        holes = message_pieces(program).holes(program, shape)
        return sequence([Constant(p) if isinstance(p, bytes) else holes[p[0]](p[1]) for p in frame])

    def _frame(self, program: Program, shape: list[Fork]) -> tuple[Frame | None, bool]:
        key = (tuple(fork.shape for fork in shape), program.system is not None, program.block.tools)
        if key not in self._frames:
            conversation = marked(program, shape)
            taken = self._target.accepts(conversation)
            refused = taken and any(self._refuses(each) for each in (conversation, _emptied(conversation)))
            line = self._target.line(conversation) + b"\n" if taken and not refused else b""
            self._frames[key] = _split(line) if taken else None, refused
        return self._frames[key]

    def _refuses(self, conversation: Conversation) -> bool:
        return any(found.severity is Severity.ERROR for found in self._target.limits(conversation))


def _emptied(conversation: Conversation) -> Conversation:
    """The conversation with nothing in its texts."""
    messages = tuple(m if m.content is None else replace(m, content="") for m in conversation.messages)
    return replace(conversation, messages=messages)


def _split(line: bytes) -> Frame:
    """The line at its markers."""
    frame: Frame = []
    end = 0
    found = sorted((*_GIVEN.finditer(line), *_TEXT.finditer(line)), key=lambda at: at.start())
    for at in found:
        if at.start() < end:
            continue  # the text within the braces of what is given
        frame += [line[end : at.start()], (int(at[1]), (len(at[2]) + 1).bit_length() - 1)]
        end = at.end()
    return [*frame, line[end:]]


class Marked(Writer):
    """Writes a conversation with a marker for each text and for what each call is given, and keeps what they stand
    for."""

    def __init__(self) -> None:
        super().__init__({}, lambda: None)
        self.marked: list[int] = []

    def rendered(self, text: Text) -> str:
        return self._mark()

    def arguments(self, arguments: Arguments) -> Mapping[str, object]:
        return {self._mark(): 0}

    def _mark(self) -> str:
        self.marked.append(len(self.marked))
        return _marker(len(self.marked) - 1)


def marked(program: Program, shape: list[Fork]) -> Conversation:
    """A conversation of a shape. The markers count its texts and the arguments of its calls, in order."""
    writer = Marked()
    variants = [next(iter(fork.variants.values())) for fork in shape]
    for line in ([program.system] if program.system else []) + [line for v in variants for line in v.lines]:
        writer.write(line)
    last = variants[-1].rejected
    spans = tuple(line.message.span for line in writer.lines)
    origin = Origin(
        program.block.name, program.part, program.block.span, spans, (), last.template.span if last else None
    )
    rejected = writer.rendered(last) if last else None
    return Conversation(tuple(writer.messages), origin, program.tools, rejected)
