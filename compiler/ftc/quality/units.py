"""The plan cut into units that are checked as one: all that one program makes, or what a block was thinned to."""

from collections.abc import Callable, Container, Iterator

from ftc.expand.bind.conditions import RecordingPicks
from ftc.expand.bind.frames import PickFailure
from ftc.expand.conversation import Conversation
from ftc.expand.plan.plan import BlockPlan, Plan
from ftc.expand.plan.program import Program
from ftc.expand.plan.sequences import Concatenation, Product, Source, Unique
from ftc.expand.space.ops import Slot
from ftc.lower.fixed import Fixed, fixed
from ftc.lower.lowered import Lowered
from ftc.lower.pieces import Piece
from ftc.lower.rows import rows_of
from ftc.slotted import slotted
from ftc.source import Span


@slotted
class Unit:
    """Some conversations of a block, `validation` if they are held out. `program` is that of which they are all, or all
    that differ; None where they are of several or of a list. `fixed` is the one conversation where nothing in it is
    picked."""

    block: BlockPlan
    validation: bool
    source: Source
    program: Program | None
    fixed: Fixed | None = None

    @property
    def programs(self) -> tuple[Program, ...]:
        """The programs that its conversations are of."""
        return (self.program,) if self.program else self.block.programs

    def rows(self, piece_of: Callable[[Program], Piece]) -> Iterator[list[bytes]]:
        """The bytes of a piece for each conversation, in order; a piece ends with a line end and holds no other."""
        return rows_of(self.source, piece_of)

    def different_rows(self, piece_of: Callable[[Program], Piece]) -> tuple[int, Iterator[list[bytes]]]:
        """The bytes of a piece for all picks that it depends on, however many conversations there are, and how many
        those picks are; each at least once."""
        if self.program is None or not isinstance(self.source, Product):
            return self.source.count, self.rows(piece_of)
        piece = piece_of(self.program)
        space = self.program.space.about(piece.slots)
        blocks = Lowered(space, piece).blocks(0, space.count)
        return space.count, (data.split(b"\n")[:-1] for data, _ in blocks)

    def conversations(self, on_failure: Callable[[PickFailure], None]) -> "Iterator[TracedConversation]":
        """Each conversation in order; `on_failure` gets the failure of each that cannot be made."""
        for program, picks in self.source:
            if (made := self._conversation(program, picks, on_failure)) is not None:
                yield made

    def at(self, index: int) -> "TracedConversation | None":
        """One conversation, None if it cannot be made."""
        return self._conversation(*self.source.at(index), lambda failure: None)

    def _conversation(
        self, program: Program, picks: dict[Slot, int], on_failure: Callable[[PickFailure], None]
    ) -> "TracedConversation | None":
        traced = TracedPicks(picks)
        try:
            return TracedConversation(self, program, program.conversation(traced, before_message=traced.mark), traced)
        except PickFailure as failure:
            on_failure(failure)
            return None


class TracedPicks(RecordingPicks):
    """Picks that remember how many of them had been read before each message."""

    def __init__(self, picks: dict[Slot, int]) -> None:
        super().__init__(picks)
        self.before: list[int] = []

    def mark(self) -> None:
        """The next message begins."""
        self.before.append(len(self.read))


@slotted
class TracedConversation:
    """One conversation, with its unit and the order in which its picks were read."""

    unit: Unit
    program: Program
    conversation: Conversation
    picks: TracedPicks

    @property
    def user(self) -> str:
        """What the user says first."""
        return self.conversation.messages[self._user].content or ""

    @property
    def user_span(self) -> Span:
        """Where that was written."""
        return self.conversation.origin.messages[self._user]

    @property
    def _user(self) -> int:
        return next((i for i, m in enumerate(self.conversation.messages) if m.role == "user"), 0)

    def read_before(self, at: int) -> list[Slot]:
        """What had been picked before a message."""
        return list(self.picks.read)[: self.picks.before[at]]

    def rows(self, at: int) -> list[Span]:
        """Where the rows of tables stand that are read up to a message, and in it."""
        ends = [*self.picks.before[1:], len(self.picks.read)]
        slots = list(self.picks.read)[: ends[at]]
        return [slot.row(dict.__getitem__(self.picks, slot)) for slot in slots if slot.row is not None]

    @property
    def all_rows(self) -> list[Span]:
        """Where all of them stand."""
        return self.rows(-1)

    def origin_of(self, at: int, besides: Container[Slot] = ()) -> object:
        """What an answer comes from: its line, and what had been picked before it, some picks being left out."""
        read = [slot for slot in self.read_before(at) if slot not in besides]
        line = self.conversation.origin.messages[at]
        return line.source.name, line.start, tuple((slot.path, dict.__getitem__(self.picks, slot)) for slot in read)


def units(plan: Plan) -> Iterator[Unit]:
    """Every conversation once: what `repeat` says again is left out."""
    for block in plan.blocks:
        for conversations, validation in ((block.once, False), (block.validation, True)):
            yield from _units(block, validation, conversations.source)


def _units(block: BlockPlan, validation: bool, source: Source) -> Iterator[Unit]:
    if isinstance(source, Concatenation):
        for part in source.parts:
            yield from _units(block, validation, part)
    elif isinstance(source, Product):
        if source.count:
            yield Unit(block, validation, source, source.program, fixed(source.program))
    elif source.count:
        yield Unit(block, validation, source, source.source.program if isinstance(source, Unique) else None)
