"""What the messages of a shape say, as pieces: texts, and what tools are called with."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from json.encoder import encode_basestring

from ftc.expand.bind.evaluated import Evaluated
from ftc.expand.bind.frames import PickFailure
from ftc.expand.bind.texts import Text
from ftc.expand.plan.program import Program
from ftc.expand.space.ops import Picks, Slot
from ftc.lower.pieces import EMPTY, Constant, Piece, escaped, made, sequence
from ftc.lower.shapes import Fork
from ftc.lower.texts import Pieces
from ftc.slotted import slotted
from ftc.targets.target import dump

Arguments = list[tuple[str, Evaluated]]
Said = Text | Arguments | None
Hole = Callable[[int], Piece]
"""Makes the piece of a text that is escaped so many times."""


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
        slots = frozenset[Slot]().union(*(value.dependencies for _, value in what or ()))

        def given(picks: Picks) -> bytes:
            # The marker was the text of a key, so it was escaped once more than the braces around it.
            return quoted(escapes - 1, dump({name: value.plain(picks) for name, value in what or ()}))

        if not slots:
            with suppress(PickFailure):
                return Constant(given({}))
        return made(slots, given)


def quoted(times: int, text: str) -> bytes:
    """A text as it stands in strings of JSON in strings of JSON."""
    for _ in range(times - 1):
        text = encode_basestring(text)[1:-1]
    return escaped(text) if times else text.encode()


@slotted
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
