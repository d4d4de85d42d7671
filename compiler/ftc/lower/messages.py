"""What the messages of a shape say, as pieces: texts, and what tools are called with."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import cache, partial
from json.encoder import encode_basestring
from weakref import WeakKeyDictionary

from ftc.expand.bind.evaluated import Evaluated
from ftc.expand.bind.frames import PickFailure
from ftc.expand.bind.texts import Text
from ftc.expand.plan.program import Program
from ftc.expand.space.ops import Picks, Slot
from ftc.lower.pieces import EMPTY, Constant, Piece, escaped, made, sequence
from ftc.lower.shapes import Fork
from ftc.lower.texts import Pieces
from ftc.slotted import slotted
from ftc.targets.target import dump, on_one_line

Arguments = list[tuple[str, Evaluated]]
Content = Text | Arguments | None
"""What a message says, or what a tool is called with."""

Hole = Callable[[int], Piece]
"""Makes the piece of a text that is escaped so many times."""

# The pieces of programs of no more conversations are kept as long as the program is: every check needs them.
MAX_KEPT_ROWS = 1_000


@slotted
class MessagePiece:
    """A message of a shape: all that it can say, and where it was written, as bytes."""

    role: str
    trained: bool
    text: Piece
    place: Piece


class MessagePieces:
    """The messages of a program as pieces, each made once."""

    def __init__(self) -> None:
        self._pieces: dict[int, Pieces] = {}
        self._holes: dict[tuple[Fork, ...], list[Hole]] = {}
        self._messages: dict[tuple[Fork, ...], tuple[list[MessagePiece], Piece | None]] = {}

    def holes(self, program: Program, shape: list[Fork]) -> list[Hole]:
        """What the markers of a conversation of the shape stand for, in order."""
        key = tuple(shape)
        if key not in self._holes:
            self._holes[key] = [cache(hole) for hole in self._new_holes(program, shape)]
        return self._holes[key]

    def _new_holes(self, program: Program, shape: list[Fork]) -> Iterator[Hole]:
        if program.system:
            yield partial(self._content, program.system.text)
        for fork in shape:
            for at, line in enumerate(next(iter(fork.variants.values())).lines):
                for number in range(len(line.calls)):
                    given = {key: variant.lines[at].calls[number][1] for key, variant in fork.variants.items()}
                    yield partial(self._chosen, fork, given)
                if line.text is not None:
                    yield partial(self._chosen, fork, {key: v.lines[at].text for key, v in fork.variants.items()})
        if shape[-1].shape.rejected:
            yield partial(self._chosen, shape[-1], {key: v.rejected for key, v in shape[-1].variants.items()})

    def _chosen(self, fork: Fork, contents: Mapping[tuple[int, int], Content], escapes: int) -> Piece:
        return fork.choose({key: self._content(content, escapes) for key, content in contents.items()})

    def _content(self, content: Content, escapes: int) -> Piece:
        """A text, or what a tool is called with, as it stands in a line."""
        if isinstance(content, Text):
            return self._pieces.setdefault(escapes, Pieces(partial(quoted, escapes))).text(content)
        slots = frozenset[Slot]().union(*(value.dependencies for _, value in content or ()))

        def given(picks: Picks) -> bytes:
            # The marker was the text of a key, so it was escaped once more than the braces around it.
            return quoted(escapes - 1, dump({name: value.plain(picks) for name, value in content or ()}))

        if not slots:
            with suppress(PickFailure):
                return Constant(given({}))
        return made(slots, given)

    def messages(self, program: Program, shape: list[Fork]) -> tuple[list[MessagePiece], Piece | None]:
        """The messages of a shape, calls and all, and the answer not to give."""
        key = tuple(shape)
        if key not in self._messages:
            self._messages[key] = self._new_messages(program, shape)
        return self._messages[key]

    def _new_messages(self, program: Program, shape: list[Fork]) -> tuple[list[MessagePiece], Piece | None]:
        holes = [hole(1) for hole in self.holes(program, shape)]
        rejected = holes.pop() if shape[-1].shape.rejected else None
        messages = [MessagePiece("system", True, holes.pop(0), EMPTY)] if program.system else []
        for fork in shape:
            for at, line in enumerate(next(iter(fork.variants.values())).lines):
                own = [holes.pop(0) for _ in line.calls or (None,)]
                named = [
                    part
                    for call, piece in zip(line.message.calls, own, strict=False)
                    for part in (Constant(f'"{call.tool.name}"'.encode()), piece)
                ]
                places = {key: Constant(b"%d" % v.lines[at].message.span.start) for key, v in fork.variants.items()}
                text = sequence(named or own)
                messages.append(MessagePiece(line.message.role, line.message.trained, text, fork.choose(places)))
        return messages, rejected


_kept: WeakKeyDictionary[Program, MessagePieces] = WeakKeyDictionary()
_last: WeakKeyDictionary[Program, MessagePieces] = WeakKeyDictionary()
"""Those of the last large program alone."""


def message_pieces(program: Program) -> MessagePieces:
    """The pieces of a program's messages. They hold no program, so they are gone with it."""
    kept = _kept if program.space.count <= MAX_KEPT_ROWS else _last
    if program not in kept:
        _last.clear()
        kept[program] = MessagePieces()
    return kept[program]


def messages_of(program: Program, shape: list[Fork]) -> tuple[list[MessagePiece], Piece | None]:
    """The messages of a shape of a program's conversations, and the answer not to give."""
    return message_pieces(program).messages(program, shape)


def quoted(times: int, text: str) -> bytes:
    """A text as it stands in strings of JSON in strings of JSON; not at all in one, it is JSON itself."""
    for _ in range(times - 1):
        text = encode_basestring(text)[1:-1]
    return escaped(text) if times else on_one_line(text).encode()
