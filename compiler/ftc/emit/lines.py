"""The line of a program as one piece: what the target writes around the texts, and the texts.

A target is asked once for each shape of conversation (roles, calls, what is trained) for the line of a conversation
with markers in place of its texts. What stands between the markers is the same for every conversation of that shape.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from json.encoder import encode_basestring

from ftc.diagnostics import Severity
from ftc.emit import columns
from ftc.emit.fixed import Fixed
from ftc.emit.pieces import EMPTY, Constant, Piece, Pieces, branch, escaped, made, sequence
from ftc.expand.conversation import Conversation, Origin
from ftc.expand.ops import Picks, Slot
from ftc.expand.program import Program
from ftc.expand.script import Line, Turn, Writer
from ftc.expand.texts import Evaluated, Text
from ftc.frozen import frozen
from ftc.targets.target import Target, dump

Arguments = list[tuple[str, Evaluated]]

# A marker holds a quote, so that the line shows how often a text is escaped there: JSON may hold JSON. The private
# characters around it stand as they are.
_TEXT = re.compile('\ue000([0-9]+)(\\\\*)"\ue001'.encode())
_GIVEN = re.compile('\\{\\\\*"\ue000([0-9]+)(\\\\*)"\ue001\\\\*":0\\}'.encode())


def _marker(number: int) -> str:
    return f'\ue000{number}"\ue001'


@dataclass(frozen=True, slots=True)
class Shape:
    """What the frame of a line depends on: for each message its role, whether it is trained and the tools it calls; and
    whether there is an answer not to give."""

    messages: tuple[tuple[str, bool, tuple[str, ...]], ...]
    rejected: bool


@frozen
class Variant:
    """A way a turn can go: its lines, and the answer not to give after them."""

    lines: list[Line]
    rejected: Text | None

    @property
    def shape(self) -> Shape:
        said = ((m.role, m.trained, tuple(c.tool.name for c in m.calls)) for m in (line.message for line in self.lines))
        return Shape(tuple(said), self.rejected is not None)


@frozen
class Fork:
    """The variants of a turn that have one shape, by its case and by whether it is faulty."""

    slot: Slot | None
    turns: list[Turn]
    variants: dict[tuple[int, int], Variant]

    @property
    def shape(self) -> Shape:
        return next(iter(self.variants.values())).shape

    def choose(self, pieces: "Mapping[tuple[int, int], Piece]") -> Piece:
        """The piece of the variant that is picked."""
        cases = []
        for case, turn in enumerate(self.turns):
            ways = [pieces.get((case, way), EMPTY) for way in range(2)]
            if isinstance(turn.fault, Slot):
                cases.append(ways[0] if ways[0] is ways[1] else branch(turn.fault, ways))
            else:
                cases.append(ways[int(turn.fault)])
        if self.slot is None or all(case is cases[0] for case in cases):
            return cases[0]
        return branch(self.slot, cases)


def forks(program: Program, number: int) -> list[Fork]:
    """The variants of a turn of the program, by shape."""
    slot, turns = program.turns[number]
    found: dict[Shape, Fork] = {}
    for case, turn in enumerate(turns):
        for way in (0, 1) if isinstance(turn.fault, Slot) else (int(turn.fault),):
            ending = turn.other_ending if way and program.fault else turn.ending
            last = number == len(program.turns) - 1
            variant = Variant(turn.head + (turn.other if way else turn.tail), ending.rejected if last else None)
            found.setdefault(variant.shape, Fork(slot, turns, {})).variants[case, way] = variant
    return list(found.values())


class Marked(Writer):
    """Writes a conversation with a marker for each text and for what each call is given, and keeps what they stand
    for."""

    def __init__(self) -> None:
        super().__init__({}, lambda: None)
        self.marked: list[int] = []

    def said(self, text: Text) -> str:
        return self._mark()

    def given(self, arguments: Arguments) -> Mapping[str, object]:
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
    rejected = writer.said(last) if last else None
    return Conversation(tuple(writer.messages), origin, program.tools, rejected)


def by_shape(program: Program, make: Callable[[list[Fork]], Piece], before: tuple[Fork, ...] = ()) -> Piece:
    """What `make` makes of each shape that the program's conversations have, by the picks that lead to it."""
    if len(before) == len(program.turns):
        return make(list(before))
    found = forks(program, len(before))
    pieces: dict[tuple[int, int], Piece] = {}
    for fork in found:
        pieces |= dict.fromkeys(fork.variants, by_shape(program, make, (*before, fork)))
    return found[0].choose(pieces)


@frozen
class SaidPiece:
    """A message of a shape: all that it can say, and where it was written, as bytes."""

    role: str
    trained: bool
    text: Piece
    place: Piece


def said(program: Program, texts: "Texts", shape: list[Fork]) -> tuple[list[SaidPiece], Piece | None]:
    """The messages of a shape, calls and all, and the answer not to give."""
    holes = [hole(1) for hole in texts.holes(program, shape)]
    rejected = holes.pop() if shape[-1].shape.rejected else None
    messages = [SaidPiece("system", True, holes.pop(0), EMPTY)] if program.system else []
    for fork in shape:
        for at, line in enumerate(next(iter(fork.variants.values())).lines):
            own = [holes.pop(0) for _ in line.calls or (None,)]
            named = [
                part for call, piece in zip(line.message.calls, own, strict=False) for part in (call.tool.name, piece)
            ]
            text = sequence([p if not isinstance(p, str) else Constant(f'"{p}"'.encode()) for p in named or own])
            places = {key: Constant(b"%d" % v.lines[at].message.span.start) for key, v in fork.variants.items()}
            messages.append(SaidPiece(line.message.role, line.message.trained, text, fork.choose(places)))
    return messages, rejected


Frame = list[bytes | tuple[int, int]]
"""A line around its texts: bytes, and (number of the marker, how often it is escaped there)."""


@frozen
class Framed:
    """The lines of a program as one piece.

    `gaps` says that some conversations become no line, `refused` that the target may refuse some for their shape or for
    an empty text.
    """

    piece: Piece
    gaps: bool
    refused: bool


class Framer:
    """Makes the line of each program for one target; equal frames are found once."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._frames: dict[object, tuple[Frame | None, bool]] = {}
        self._fixed: dict[object, tuple[Frame | None, bool]] = {}

    def line(self, program: Program) -> Framed:
        """Everything the program can write: a line with its end, or nothing where the target takes none."""
        self._gaps = self._refused = False
        texts = Texts()
        piece = by_shape(program, lambda shape: self._whole(program, texts, shape))
        return Framed(piece, self._gaps, self._refused)

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

    def _whole(self, program: Program, texts: "Texts", shape: list[Fork]) -> Piece:
        frame, refused = self._frame(program, shape)
        self._refused |= refused
        if frame is None:
            self._gaps = True
            return EMPTY
        holes = list(texts.holes(program, shape))
        return sequence([Constant(p) if isinstance(p, bytes) else holes[p[0]](p[1]) for p in frame])

    def _frame(self, program: Program, shape: list[Fork]) -> tuple[Frame | None, bool]:
        key = (tuple(fork.shape for fork in shape), program.system is not None, program.block.tools)
        if key not in self._frames:
            conversation = marked(program, shape)
            taken = self._target.takes(conversation)
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


class Texts:
    """The pieces of a program's texts."""

    def __init__(self) -> None:
        self._pieces: dict[int, Pieces] = {}

    def holes(self, program: Program, shape: list[Fork]) -> "Iterator[Hole]":
        """What the markers of a conversation of the shape stand for, in order."""
        if program.system:
            yield partial(self._said, program.system.text)
        for fork in shape:
            for at, line in enumerate(next(iter(fork.variants.values())).lines):
                for number in range(len(line.calls)):
                    given = {key: variant.lines[at].calls[number][1] for key, variant in fork.variants.items()}
                    yield partial(self._chosen, fork, given)
                if line.text is not None:
                    yield partial(self._chosen, fork, {key: v.lines[at].text for key, v in fork.variants.items()})
        if shape[-1].shape.rejected:
            yield partial(self._chosen, shape[-1], {key: v.rejected for key, v in shape[-1].variants.items()})

    def _chosen(self, fork: Fork, said: "Mapping[tuple[int, int], Said]", escapes: int) -> Piece:
        return fork.choose({key: self._said(what, escapes) for key, what in said.items()})

    def _said(self, what: "Said", escapes: int) -> Piece:
        """A text, or what a tool is called with, as it stands in a line."""
        if isinstance(what, Text):
            return self._pieces.setdefault(escapes, Pieces(partial(quoted, escapes))).text(what)
        slots = frozenset[Slot]().union(*(columns.reads(value) for _, value in what or ()))

        def given(picks: Picks) -> bytes:
            # The marker was the text of a key, so it was escaped once more than the braces around it.
            return quoted(escapes - 1, dump({name: value.plain(picks) for name, value in what or ()}))

        return made(slots, given) if slots else Constant(given({}))


Said = Text | Arguments | None
Hole = Callable[[int], Piece]
"""Makes the piece of a text that is escaped so many times."""


def quoted(times: int, text: str) -> bytes:
    """A text as it stands in strings of JSON in strings of JSON."""
    for _ in range(times - 1):
        text = encode_basestring(text)[1:-1]
    return escaped(text) if times else text.encode()
