"""Writes conversations as lines, and takes the digest of the bytes on the way."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, starmap
from typing import TYPE_CHECKING, Protocol

from ftc.diagnostics import FtcError, Severity
from ftc.expand.bind.frames import PickFailure
from ftc.expand.bind.texts import LONG
from ftc.expand.plan.program import Program
from ftc.expand.plan.sequences import Concatenation, Product, Repetition, Slice, Source, Unique
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
"""Called now and then with the number of conversations processed since the last call."""

Lines = tuple[bytes, int]
"""The bytes of some lines, and the number of conversations they come from."""


class Sink(Protocol):
    """Anything that bytes can be written to."""

    def write(self, data: bytes, /) -> object: ...


class Discard:
    """A sink that keeps nothing."""

    def write(self, data: bytes, /) -> None:
        pass


@dataclass(frozen=True, slots=True)
class WriteResult:
    """The lines that were written, and the number of conversations skipped because the target accepts only pairs."""

    lines: int
    skipped: int
    bytes: int
    xxh3_128: str


def write(
    conversations: "Conversations",
    target: Target,
    sink: Sink,
    *,
    limit: int | None = None,
    progress: Progress = lambda more: None,
) -> WriteResult:
    """Write the conversations, at most `limit` lines. FtcError where one cannot be expressed in the target."""
    _keep_memory()
    output = _ChunkWriter(sink, progress)
    if limit is not None and not target.pairs:
        conversations = conversations[:limit]
    for data, rows in encode_lines(conversations, target, one_by_one=limit is not None and target.pairs):
        lines = data.count(b"\n") if target.pairs else rows
        output.add(data, lines, rows)
        if output.lines == limit:
            break
    return output.close()


def _keep_memory() -> None:
    """Reuse the memory of one block for the next.

    glibc returns memory to the system as soon as 128 kB are free at its end, and the system clears every page again for
    the next block, which takes half of the time. Once something larger was freed, glibc keeps twice as much
    (mallopt(3), M_TRIM_THRESHOLD). Elsewhere this has no effect.
    """
    bytes(8 * 2**20)


class _ChunkWriter:
    """Gathers lines into chunks on their way to a sink."""

    def __init__(self, sink: Sink, progress: Progress) -> None:
        from xxhash import xxh3_128

        self._sink = sink
        self._progress = progress
        self._digest = xxh3_128()
        self._waiting: list[bytes] = []
        self._size = 0
        self._unreported = 0
        self._bytes = 0
        self.lines = 0
        self._rows = 0

    def add(self, data: bytes, lines: int, rows: int) -> None:
        self._waiting.append(data)
        self._size += len(data)
        self._unreported += rows
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
        self._progress(self._unreported)
        self._rows += self._unreported
        self._unreported = 0

    def close(self) -> WriteResult:
        self._send()
        return WriteResult(self.lines, self._rows - self.lines, self._bytes, self._digest.hexdigest())


def encode_lines(conversations: "Conversations", target: Target, *, one_by_one: bool = False) -> Iterator[Lines]:
    """The lines of conversations, in blocks or one by one. FtcError where one cannot be expressed in the target."""
    from ftc.expand.plan.plan import failure_diagnostic

    try:
        yield from _Emitter(target, one_by_one=one_by_one).rows(conversations)
    except PickFailure as failure:
        raise FtcError((failure_diagnostic(failure),)) from None


class _Emitter:
    """Walks the sequences of the plan. Products are written in blocks, the rest row by row."""

    def __init__(self, target: Target, *, one_by_one: bool) -> None:
        self._target = target
        self._one_by_one = one_by_one
        self._framer = Framer(target)
        self._limit = min(LONG, target.max_tokens or LONG)
        self._prepared: dict[Program, tuple[Framed, Lowered]] = {}

    def rows(self, conversations: "Conversations") -> Iterator[Lines]:
        if self._one_by_one:
            yield from starmap(self._row, conversations.source)
        else:
            yield from self._range(conversations.source, 0, conversations.count)

    def _range(self, source: Source, low: int, high: int) -> Iterable[Lines]:
        """The lines of the conversations from `low` to `high - 1` of a source."""
        if low >= high:
            return ()
        if isinstance(source, Product):
            return self._product(source.program, low, high)
        if isinstance(source, Concatenation):
            return chain.from_iterable(self._range(*part) for part in source.between(low, high))
        if isinstance(source, Slice) and source.indices.step == 1:
            return self._range(source.source, source.indices.start + low, source.indices.start + high)
        if isinstance(source, Repetition):
            return chain.from_iterable(self._range(source.source, *part) for part in source.between(low, high))
        if isinstance(source, Unique) and source.between(low, high):
            return self._among(source, low, high)
        return (self._row(*source.at(index)) for index in range(low, high))

    def _product(self, program: Program, low: int, high: int) -> Iterable[Lines]:
        if (one := fixed(program)) and (line := self._framer.written(one)) is not None and self._fit(len(line)):
            return ((line, 1),)
        return self._blocks(program, low, high)

    def _blocks(self, program: Program, low: int, high: int) -> Iterator[Lines]:
        framed = self._framer.line(program)
        if framed.refused:
            for rank in range(low, high):
                yield self._checked_row(program, program.space.at(rank))
            return
        if framed.piece is EMPTY:
            yield b"", high - low
            return
        surely_fit = self._fit(longest(framed.piece))
        for data, rows in Lowered(program.space, framed.piece).blocks(low, high):
            if not surely_fit and not self._all_fit(data):
                for rank in range(low, low + rows):
                    self._checked_row(program, program.space.at(rank))
            yield data, rows
            low += rows

    def _among(self, source: Unique, low: int, high: int) -> Iterator[Lines]:
        program = source.source.program
        framed = self._framer.line(program)
        if framed.refused or framed.piece is EMPTY:
            yield from starmap(self._row, map(source.at, range(low, high)))
            return
        surely_fit = self._fit(longest(framed.piece))
        for data, rows in Lowered(program.space, framed.piece).among(source.indices, low, high):
            if not surely_fit and not self._all_fit(data):
                for index in range(low, low + rows):
                    self._checked_row(*source.at(index))
            yield data, rows
            low += rows

    def _row(self, program: Program, picks: dict[Slot, int]) -> Lines:
        if program not in self._prepared:
            if len(self._prepared) == MAX_PREPARED:
                self._prepared.clear()
            framed = self._framer.line(program)
            self._prepared[program] = framed, Lowered(program.space, framed.piece)
        framed, lowered = self._prepared[program]
        if framed.refused:
            return self._checked_row(program, picks)
        data = lowered.row(picks)
        return (data, 1) if self._fit(len(data)) else self._checked_row(program, picks)

    def _fit(self, size: int | None) -> bool:
        """Whether a line of this size is certainly within all limits: no token and no character is less than a byte."""
        return size is not None and size <= self._limit

    def _all_fit(self, data: bytes) -> bool:
        """Whether each of these lines fits."""
        start = 0
        while not self._fit(len(data) - start):
            start = data.rfind(b"\n", start, start + self._limit) + 1
            if not start:
                return False
        return True

    def _checked_row(self, program: Program, picks: dict[Slot, int]) -> Lines:
        """The line of a conversation, once its limits are checked.

        They are checked here too, and not only in the checks of the data, which may be off: a line must never leave out
        what the target has no place for.
        """
        conversation = program.conversation(picks)
        if not self._target.accepts(conversation):
            return b"", 1
        if refused := tuple(f for f in self._target.limits(conversation) if f.severity is Severity.ERROR):
            raise FtcError(refused)
        return self._target.line(conversation) + b"\n", 1


# Programs that are kept lowered, where rows of many are mixed.
MAX_PREPARED = 1000
