"""Tables in files whose rows may give several answers to one question: a comment above the table allows it (`E501`)."""

from collections.abc import Mapping

from ftc.check.allowances import Allowance, Allowances
from ftc.expand.bind.tables import TableBinding
from ftc.expand.plan.program import Program
from ftc.expand.space.ops import Slot
from ftc.quality.units import TracedConversation

Answers = dict[object, TracedConversation]
"""Different answers, each with a conversation that gives it."""


class FreeTables:
    """The tables in files whose rows may give several answers to one question: their picks part no answers."""

    def __init__(self, allowances: Allowances) -> None:
        self._allowances = allowances
        self._slots: dict[Program, dict[Slot, Allowance]] = {}
        self.needed_by: dict[object, tuple[object, list[Allowance]]] = {}
        """Origins with picks of such tables: what they are without those, and what allows it."""

    def note(self, origin: object, each: TracedConversation, at: int) -> None:
        """An answer's origin, for which it is worked out what it is without such picks."""
        if not self._allowances.every or origin in self.needed_by:
            return
        slots = self._slots_of(each.program)
        used = [slots[slot] for slot in each.read_before(at) if slot in slots]
        if used:
            self.needed_by[origin] = each.origin_of(at, slots.keys()), used

    def table_behind(self, first: TracedConversation, second: TracedConversation, at: int) -> str:
        """The name of the table whose rows alone, from a file, part two answers; empty where there is none."""
        parted = [
            binding
            for binding in _tables_in_files(second.program)
            if first.origin_of(at, (binding.slot,)) == second.origin_of(at, (binding.slot,))
        ]
        return parted[0].table.name if parted else ""

    def _slots_of(self, program: Program) -> dict[Slot, Allowance]:
        if program not in self._slots:
            tables = _tables_in_files(program)
            free = [(each.slot, self._allowances.table_is_free(each.table.span)) for each in tables]
            self._slots[program] = {slot: allowed for slot, allowed in free if allowed is not None}
        return self._slots[program]

    def joined(self, sources: Mapping[object, Answers]) -> list[Answers]:
        """The sets of answers, those that only such picks part being one. What made one of several was needed."""
        found: dict[object, Answers] = {}
        first: dict[object, Answers] = {}
        for origin, answers in sources.items():
            without, allowed = self.needed_by.get(origin, (origin, []))
            if set(first.setdefault(without, answers)) != set(answers):
                for each in allowed:
                    each.used = True
            for answer, conversation in answers.items():
                found.setdefault(without, {}).setdefault(answer, conversation)
        return list(found.values())


def _tables_in_files(program: Program) -> list[TableBinding]:
    return [
        binding
        for frame in program.frames[0].root.frames
        for binding in frame.bound.values()
        if isinstance(binding, TableBinding) and binding.table.data is not None
    ]
