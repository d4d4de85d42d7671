"""Conversations written as lines, with the digest of what was written taken on the way."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, starmap
from typing import TYPE_CHECKING, Protocol

from ftc.diagnostics import FtcError, Severity
from ftc.expand.bind.frames import PickFailure
from ftc.expand.bind.texts import LONG
from ftc.expand.conversation import Conversation
from ftc.expand.plan.program import Program
from ftc.expand.plan.sequences import Concatenation, Product, Repetition, Slice, Source
from ftc.expand.space.ops import Slot
from ftc.lower.fixed import fixed
from ftc.lower.lines import Framed, Framer
from ftc.lower.lowered import Lowered
from ftc.lower.pieces import EMPTY, longest
from ftc.targets.target import Target

if TYPE_CHECKING:
    from ftc.expand.plan.plan import Conversations

CHUNK = 1 << 16

Progress = Callable[[int], None]
"""Told now and then how many conversations have been looked at since the last time."""

Rows = tuple[bytes, int]
"""Lines, and how many conversations they are of."""


class Sink(Protocol):
    """Where bytes go."""

    def write(self, data: bytes, /) -> object: ...


@dataclass(frozen=True, slots=True)
class Written:
    """What became of some conversations: their lines, and how many became none because the target takes pairs alone."""

    lines: int
    skipped: int
    bytes: int
    xxh3_128: str


def taken(conversations: "Conversations", target: Target) -> Iterator[Conversation]:
    """The conversations that become lines, in order: line n of a file is the n-th of these."""
    return (each for each in conversations if target.takes(each))


def write(
    conversations: "Conversations",
    target: Target,
    sink: Sink,
    *,
    limit: int | None = None,
    progress: Progress = lambda looked_at: None,
) -> Written:
    """Write them, `limit` lines at most. FtcError where a conversation cannot be expressed."""
    _keep_memory()
    output = _Output(sink, progress)
    if limit is not None and not target.pairs:
        conversations = conversations[:limit]
    for data, rows in rows_of(conversations, target, one_by_one=limit is not None and target.pairs):
        lines = data.count(b"\n") if target.pairs else rows
        output.add(data, lines, rows)
        if output.lines == limit:
            break
    return output.close()


def _keep_memory() -> None:
    """Have the memory of one block used for the next.

    glibc gives memory back to the system as soon as 128 kB are free at its end, and has every page of it cleared again
    for the next block: half of the time. Once something larger was freed, it keeps twice as much of that (mallopt(3),
    M_TRIM_THRESHOLD). Elsewhere this does nothing.
    """
    bytes(8 * 2**20)


class _Output:
    """Lines on their way to a sink. Small pieces are gathered into chunks."""

    def __init__(self, sink: Sink, progress: Progress) -> None:
        from xxhash import xxh3_128

        self._sink = sink
        self._progress = progress
        self._digest = xxh3_128()
        self._waiting: list[bytes] = []
        self._size = 0
        self._untold = 0
        self._bytes = 0
        self.lines = 0
        self._rows = 0

    def add(self, data: bytes, lines: int, rows: int) -> None:
        self._waiting.append(data)
        self._size += len(data)
        self._untold += rows
        self.lines += lines
        if self._size >= CHUNK:
            self._send()

    def _send(self) -> None:
        data = self._waiting[0] if len(self._waiting) == 1 else b"".join(self._waiting)
        self._waiting.clear()
        self._sink.write(data)
        self._digest.update(data)
        self._bytes += self._size
        self._size = 0
        self._progress(self._untold)
        self._rows += self._untold
        self._untold = 0

    def close(self) -> Written:
        self._send()
        return Written(self.lines, self._rows - self.lines, self._bytes, self._digest.hexdigest())


def rows_of(conversations: "Conversations", target: Target, *, one_by_one: bool = False) -> Iterator[Rows]:
    """The lines of conversations, block by block or each alone. FtcError where one cannot be expressed."""
    from ftc.expand.plan.plan import failure_diagnostic

    try:
        yield from _Emitter(target, one_by_one=one_by_one).rows(conversations)
    except PickFailure as failure:
        raise FtcError((failure_diagnostic(failure),)) from None


class _Emitter:
    """Walks the algebra of the plan. What is a product is written in blocks, the rest row by row."""

    def __init__(self, target: Target, *, one_by_one: bool) -> None:
        self._target = target
        self._one_by_one = one_by_one
        self._framer = Framer(target)
        self._limit = min(LONG, target.max_tokens or LONG)
        self._known: dict[Program, tuple[Framed, Lowered]] = {}

    def rows(self, conversations: "Conversations") -> Iterator[Rows]:
        if self._one_by_one:
            yield from starmap(self._row, conversations.source)
        else:
            yield from self._stretch(conversations.source, 0, conversations.count)

    def _stretch(self, source: Source, low: int, high: int) -> Iterable[Rows]:
        """The lines of the conversations from `low` to `high - 1` of a source."""
        if low >= high:
            return ()
        if isinstance(source, Product):
            return self._product(source.program, low, high)
        if isinstance(source, Concatenation):
            return chain.from_iterable(self._stretch(*part) for part in source.between(low, high))
        if isinstance(source, Slice) and source.indices.step == 1:
            return self._stretch(source.source, source.indices.start + low, source.indices.start + high)
        if isinstance(source, Repetition):
            return chain.from_iterable(self._stretch(source.source, *part) for part in source.between(low, high))
        return (self._row(*source.at(index)) for index in range(low, high))

    def _product(self, program: Program, low: int, high: int) -> Iterable[Rows]:
        if (one := fixed(program)) and (line := self._framer.written(one)) is not None and self._fit(len(line)):
            return ((line, 1),)
        return self._blocks(program, low, high)

    def _blocks(self, program: Program, low: int, high: int) -> Iterator[Rows]:
        framed = self._framer.line(program)
        if framed.refused:
            for rank in range(low, high):
                yield self._asked(program, program.space.at(rank))
            return
        if framed.piece is EMPTY:
            yield b"", high - low
            return
        surely_fit = self._fit(longest(framed.piece))
        for data, rows in Lowered(program.space, framed.piece).blocks(low, high):
            if not surely_fit and not self._all_fit(data):
                for rank in range(low, low + rows):
                    self._asked(program, program.space.at(rank))
            yield data, rows
            low += rows

    def _row(self, program: Program, picks: dict[Slot, int]) -> Rows:
        if program not in self._known:
            if len(self._known) == MAX_KNOWN:
                self._known.clear()
            framed = self._framer.line(program)
            self._known[program] = framed, Lowered(program.space, framed.piece)
        framed, lowered = self._known[program]
        if framed.refused:
            return self._asked(program, picks)
        data = lowered.row(picks)
        return (data, 1) if self._fit(len(data)) else self._asked(program, picks)

    def _fit(self, size: int | None) -> bool:
        """Whether a line of so many bytes is surely within all limits: no token, no character is less than a byte."""
        return size is not None and size <= self._limit

    def _all_fit(self, data: bytes) -> bool:
        """Whether each of some lines does."""
        start = 0
        while not self._fit(len(data) - start):
            start = data.rfind(b"\n", start, start + self._limit) + 1
            if not start:
                return False
        return True

    def _asked(self, program: Program, picks: dict[Slot, int]) -> Rows:
        """The line of a conversation, after the target was asked whether it can express it.

        Asked here too, and not only by the checks of the data, which may be off: a line must never leave out what the
        target has no place for.
        """
        conversation = program.conversation(picks)
        if not self._target.takes(conversation):
            return b"", 1
        if refused := tuple(f for f in self._target.limits(conversation) if f.severity is Severity.ERROR):
            raise FtcError(refused)
        return self._target.line(conversation) + b"\n", 1


# Programs whose lines are kept ready, where rows of many are mixed.
MAX_KNOWN = 1000
