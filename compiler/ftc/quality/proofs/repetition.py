"""Conversations that are proved not to repeat: none is there twice, and no answer contradicts another."""

from collections.abc import Callable
from functools import cached_property

from ftc.expand.plan.program import Program
from ftc.expand.space.ops import Slot
from ftc.lower.messages import MessagePiece, messages_of
from ftc.lower.pieces import EMPTY, Piece
from ftc.lower.shapes import Fork, by_shape
from ftc.quality.proofs import near
from ftc.quality.proofs.computable import value_counts
from ftc.quality.proofs.dependence import with_dependent
from ftc.quality.proofs.trained_answers import deciding_picks
from ftc.quality.proofs.unambiguous import NOTHING, Readable, differ, readable
from ftc.quality.units import Unit

# Units of so few conversations are searched: that is cheaper than a proof.
FEW = 200

# Pairs of units that are compared by their structure; of more, all are searched.
MAX_PAIRS = 1_000


def without_repetition(units: list[Unit]) -> set[Unit]:
    """The units of which it is proved that nothing in them is there twice or contradicted, by themselves or another."""
    messages = {unit: _messages_of(unit, unit.program) for unit in units if unit.program and unit.source.count > FEW}
    clear = {unit for unit, own in messages.items() if own.repeat_nothing}
    if len(clear) * len(units) > MAX_PAIRS:
        return set()
    unclear: set[Unit] = set()
    for unit in clear:
        for other in units:
            if other is unit or _family(other) == _family(unit):
                continue
            if other not in messages and other.program:
                messages[other] = _messages_of(other, other.program)
            if other not in messages or not messages[unit].begin_apart(messages[other]):
                unclear.add(unit)
                break
    return clear - unclear


def _messages_of(unit: Unit, program: Program) -> "ProgramMessages":
    return ProgramMessages(program, unit.source.count)


def different(programs: list[Program]) -> set[Program]:
    """The programs of which it is proved that each of their conversations differs from all others of `programs`."""
    messages = {
        program: ProgramMessages(program, program.space.count) for program in programs if program.space.count > FEW
    }
    clear = {program for program, own in messages.items() if own.differ}
    if len(clear) * len(programs) > MAX_PAIRS:
        return set()
    if clear:
        messages |= {each: ProgramMessages(each, each.space.count) for each in programs if each not in messages}
    return {
        program
        for program in clear
        if all(messages[program].stands_apart(messages[other]) for other in programs if other is not program)
    }


def nearly_apart(units: list[Unit]) -> set[Unit]:
    """The units of which it is proved that, of their questions, any two that are nearly the same have the same answers
    and are on the same side of a split, and that no other unit asks nearly the same."""
    own = {unit: NearMessages(unit) for unit in units if unit.program and unit.source.count > FEW}
    clear = {unit for unit, messages in own.items() if messages.answers_follow}
    if len(clear) * len(units) > MAX_PAIRS:
        return set()
    if clear:
        own |= {unit: NearMessages(unit) for unit in units if unit not in own and unit.program}
    return {
        unit
        for unit in clear
        if all(
            other is unit or _family(other) == _family(unit) or (other in own and own[unit].begin_apart(own[other]))
            for other in units
        )
    }


def _family(unit: Unit) -> object:
    """Units whose texts depend on the same picks in the same way: what is held out and what stays, and the valid
    conversations of a format, whatever their lengths."""
    program = unit.program
    if program is None:
        return unit
    return (
        (unit.block.declaration, None) if program.fault is None and unit.block.kind == "format" else id(program.turns)
    )


def _as_written(messages: list[MessagePiece]) -> list[MessagePiece]:
    return messages


class ProgramMessages:
    """The messages of all conversations of a program, of which `count` would be searched, in some form. Those with
    texts are of the last shape: `repeat_nothing` is only proved where there is no other."""

    def __init__(
        self, program: Program, count: int, form: Callable[[list[MessagePiece]], list[MessagePiece]] = _as_written
    ) -> None:
        self._count = count
        self._program = program
        self._form = form
        self._heads: list[list[MessagePiece]] = []
        """For each shape, the messages before the first answer."""
        self._roles: set[tuple[str, ...]] = set()
        by_shape(program, self._add)

    def _add(self, shape: list[Fork]) -> Piece:
        messages, self._rejected = messages_of(self._program, shape)
        self._messages = self._form(messages)
        self._roles.add(tuple([message.role for message in messages]))
        first = next(at for at, message in enumerate(self._messages) if message.role == "assistant")
        self._heads.append(self._messages[:first])
        return EMPTY

    @cached_property
    def _texts(self) -> list[Piece]:
        return [message.text for message in self._messages]

    @property
    def repeat_nothing(self) -> bool:
        """Whether no two conversations are the same, and none contradicts another."""
        return self.differ and self.answers_follow

    @cached_property
    def differ(self) -> bool:
        """Whether no two conversations are the same."""
        if len(self._heads) != 1:
            return False
        everything = [*self._texts, *([self._rejected] if self._rejected else [])]
        # What has one value is the same everywhere.
        picked = {slot for slot, size in value_counts(self._program).items() if not slot.hidden and size != 1}
        return self._give_away(picked, self._readable(everything))

    @cached_property
    def questions_differ(self) -> bool:
        """Whether what stands before the last answer gives away all that is picked in it."""
        last = max(at for at, message in enumerate(self._messages) if message.role == "assistant")
        before = self._texts[:last]
        picked = frozenset[Slot]().union(*[text.slots for text in before])
        sizes = value_counts(self._program)
        return self._give_away({slot for slot in picked if sizes.get(slot) != 1}, self._readable(before))

    def _readable(self, texts: list[Piece]) -> Readable:
        return readable(texts, self._count)

    def _give_away(self, picked: frozenset[Slot] | set[Slot], known: Readable) -> bool:
        """Whether some picks are known, or follow from what is."""
        return picked <= known.slots or picked <= known.slots | with_dependent(self._program, known.everywhere)

    @cached_property
    def answers_follow(self) -> bool:
        """Whether what stands before each answer gives away what decides it. The messages are read one by one; only
        where that is not enough, they are read again, together."""
        if len(self._heads) != 1:
            return False
        known = NOTHING
        read = 0
        for answer in deciding_picks(self._program, self._messages):
            for text in self._texts[read : answer.at]:
                known |= self._readable([text])
            read = max(read, answer.at)
            if not answer.slots <= known.slots:
                known |= self._readable(self._texts[: answer.at])
                if not self._give_away(answer.slots, known):
                    return False
        return True

    def stands_apart(self, other: "ProgramMessages") -> bool:
        """Whether none of its conversations is one of the other's."""
        return self._roles.isdisjoint(other._roles) or self.begin_apart(other)

    def begin_apart(self, other: "ProgramMessages") -> bool:
        """Whether none of its conversations begins like one of the other's."""
        return all(_differ(mine, theirs) for mine in self._heads for theirs in other._heads)


class NearMessages:
    """The messages of a unit in the forms in which nearly the same texts are the same."""

    def __init__(self, unit: Unit) -> None:
        assert unit.program is not None
        self._split = unit.block.declaration.split is not None
        self._strict = _in_form(unit, unit.program, near.strict)
        self._coarse = _in_form(unit, unit.program, near.coarse)

    @cached_property
    def answers_follow(self) -> bool:
        """Whether nearly the same question never has another answer, nor is on the other side of the split."""
        own = self._strict or self._coarse
        return own is not None and own.answers_follow and (not self._split or own.questions_differ)

    def begin_apart(self, other: "NearMessages") -> bool:
        """Whether none of its conversations begins nearly like one of the other's."""
        if self._strict and other._strict:
            return self._strict.begin_apart(other._strict)
        return bool(self._coarse and other._coarse and self._coarse.begin_apart(other._coarse))


def _in_form(
    unit: Unit, program: Program, form: Callable[[list[MessagePiece]], list[MessagePiece]]
) -> ProgramMessages | None:
    try:
        return ProgramMessages(program, unit.source.count, form)
    except near.NotInPartsError:
        return None


def _differ(mine: list[MessagePiece], theirs: list[MessagePiece]) -> bool:
    """Whether what stands before the first answer surely differs."""
    if [m.role for m in mine] != [m.role for m in theirs]:
        return True
    return any(differ(a.text, b.text) for a, b in zip(mine, theirs, strict=True))
