"""Formats: conversations of several turns, each a case picked afresh, valid or with one invalid pick."""

from functools import cached_property

from ftc.check import model
from ftc.check.dependencies import add_with_dependencies, all_names, invalid_values
from ftc.expand.bind.bindings import TextBinding, give
from ftc.expand.bind.bindings import bound as bind
from ftc.expand.bind.conditions import ScopedConstraint, conditions, shows
from ftc.expand.bind.frames import Frame
from ftc.expand.bind.messages import NO_ENDING, Line, Turn, ending_of, ops_of
from ftc.expand.plan.program import Program
from ftc.expand.space.ops import Decide, Done, Ops, Picks, Slot, Switch, Token, slots_of
from ftc.expand.space.reach import meetings, reach
from ftc.source import Span

Fault = tuple[int | None, model.Name]
"""A pick that is invalid: the turn it is picked in (None: once a conversation), and its name."""


class FormatBuilder:
    """Builds the programs of a format: one for each number of turns, and one for each fault in it."""

    def __init__(self, checked: model.Model, block: model.Block, *, pairs: bool) -> None:
        self.model = checked
        self.block = block
        self.pairs = pairs

    def programs(self) -> list[Program]:
        """Valid conversations first, then those with a fault; of each, shorter ones first."""
        lengths = range(self.block.low, self.block.high + 1)
        valid = [self._program(length) for length in lengths]
        return valid + [self._program(length, fault) for length in lengths for fault in self._faults(length)]

    @cached_property
    def _outside(self) -> set[model.Name]:
        """Names that something outside the cases reads: they are picked once a conversation."""
        found: set[model.Name] = set()
        if self.block.system and self.block.system.content:
            found |= all_names(self.block.system.content)
        if not self.block.plain_case:
            for name in self.block.names:
                if name.level == "block":
                    add_with_dependencies(name, found)
        return found

    def _afresh(self, name: model.Name) -> bool:
        """Whether a name is picked afresh each turn."""
        return name.level == "case" or name not in self._outside

    def _frames(self, length: int, fault: Fault | None = None) -> tuple[Frame, list[Frame]]:
        at, invalid = fault or (None, None)
        whole = Frame(bind, fault=invalid if at is None else None)
        turns = range(length)
        return whole, [
            whole.within("", self._afresh, turn=f"{t + 1}/", fault=invalid if at == t else None) for t in turns
        ]

    def _system(self, whole: Frame) -> Line | None:
        return Line(self.block.system, whole, "system") if self.block.system else None

    def _faults(self, length: int) -> list[Fault]:
        """What can be invalid, in the order of turns; in a turn, in the order of meeting."""
        found: dict[Fault, None] = {}
        whole, frames = self._frames(length)
        self._system(whole)
        for number, frame in enumerate(frames):
            for turn in self.block.turns:
                if turn.invalid is None:
                    continue
                head = [Line(m, frame, "") for m in turn.messages[: turn.answer]]
                holders = ((None, whole), (number, frame))
                bound = {mark: (at, b) for at, f in holders for b in f.bound.values() for mark in b.marks}
                for meet in meetings(ops_of(head)):
                    at, binding = bound.get(meet, (None, None))
                    if binding is not None and invalid_values(binding.name):
                        found[at, binding.name] = None
        return sorted(found, key=lambda fault: -1 if fault[0] is None else fault[0])

    def _program(self, length: int, fault: Fault | None = None) -> Program:
        whole, frames = self._frames(length, fault)
        culprit: TextBinding | None = None
        if fault is not None:
            at, name = fault
            binding = (whole if at is None else frames[at]).bind(name)
            assert isinstance(binding, TextBinding)
            culprit = binding
        answered = Token()
        system = self._system(whole)
        ops: Ops = system.ops if system else ()
        turns: list[tuple[Slot | None, list[Turn]]] = []
        armed: list[ScopedConstraint] = [(where, None, whole) for where in (*self.model.wheres, *self.block.wheres)]
        for number, frame in enumerate(frames):
            here = culprit if fault is not None and fault[0] in (None, number) else None
            bound, branches = [], []
            for turn in self.block.turns:
                case, case_ops = self._case(turn, frame, here, answered, last=number == length - 1)
                if turn.wheres:
                    arm = Token()
                    armed += [(where, arm, frame) for where in turn.wheres]
                    case_ops = (Done(arm), *case_ops)
                bound.append(case)
                branches.append(case_ops)
            if len(branches) == 1:
                turns.append((None, bound))
                ops += branches[0]
            else:
                slot = self._case_slot(frame)
                turns.append((slot, bound))
                ops += (Decide(slot, len(branches), tuple(branches)),)
        found, settled = conditions(armed, ops, culprit)
        every = [whole, *frames]
        return Program(
            self.block, every, ops, found, system, turns, culprit, answered if culprit else None, settled=settled
        )

    def _case_slot(self, frame: Frame) -> Slot:
        turns = self.block.turns

        names = [turn.name or "" for turn in turns]
        spans = [turn.span for turn in turns]

        def describe(pick: int, _: Picks) -> tuple[str, Span]:
            return names[pick], spans[pick]

        return frame.slot("case", "case", describe, named=True, places=spans.__getitem__, written=names.__getitem__)

    def _case(
        self, turn: model.Turn, frame: Frame, culprit: TextBinding | None, answered: Token, *, last: bool
    ) -> tuple[Turn, Ops]:
        """A turn in a frame, with what it meets; where its head shows the culprit, the answer is that of `invalid`."""
        path = f"{turn.name}." if turn.name else ""
        lines = [Line(m, frame, f"{path}{m.role}{i or ''}") for i, m in enumerate(turn.messages)]
        ending, end = ending_of(turn, frame, path, pairs=self.pairs) if last else (NO_ENDING, ())
        valid = Turn(turn, lines[: turn.answer], lines[turn.answer :], [], ending=ending)
        head, tail = ops_of(valid.head), ops_of(valid.tail) + end
        if culprit is None:
            return valid, head + tail
        never = Decide(_hidden(frame, f"{path}never", turn), 0, None)
        if culprit.meet.token in reach(tail)[0]:
            # An ordinary answer never holds an invalid value: there is no such conversation.
            shown = _hidden(frame, f"{path}shown", turn)
            tail += (_if_shown(shown, valid.tail, culprit, frame, then=(never,), otherwise=()),)
        if culprit.meet.token not in reach(head)[0]:
            return valid, head + tail
        other: list[Line] = []
        answer: Ops = (never,)
        other_ending = NO_ENDING
        if turn.invalid is not None:

            def invalid(picks: Picks, column: str | None) -> str:
                return culprit.name.name if column else culprit.value(picks)

            give(turn.invalid.culprit, frame, (culprit.meet,), invalid, culprit)
            other = [Line(m, frame, f"{path}invalid{i}") for i, m in enumerate(turn.invalid.messages)]
            answer = (*ops_of(other), Done(answered))
            if last:
                other_ending, end = ending_of(turn.invalid, frame, f"{path}invalid.", pairs=self.pairs)
                answer += end
        surely = culprit.meet in head
        slot = None if surely else _hidden(frame, f"{path}fault", turn)
        bound = Turn(turn, valid.head, valid.tail, other, slot or True, ending, other_ending)
        if slot is None:
            return bound, head + answer
        return bound, (*head, _if_shown(slot, valid.head, culprit, frame, then=answer, otherwise=tail))


def _hidden(frame: Frame, path: str, turn: model.Turn) -> Slot:
    return frame.slot(path, path, lambda _, __: ("", turn.span), hidden=True)


def _if_shown(
    slot: Slot, lines: list[Line], culprit: TextBinding, frame: Frame, *, then: Ops, otherwise: Ops
) -> Switch:
    """Go on by whether the lines show the culprit."""
    if culprit.frame is frame:
        # Picked in this turn alone: it is shown where it is met.
        token = culprit.meet.token
        return Switch(slot, lambda done, _: int(token in done), frozenset(), frozenset((token,)), (otherwise, then))
    # A name of the whole conversation may have been met before.
    reads = frozenset[Slot]().union(*(slots_of(line.ops) for line in lines))
    return Switch(slot, lambda _, picks: int(shows(lines, culprit, picks)), reads, frozenset(), (otherwise, then))
