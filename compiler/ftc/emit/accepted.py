"""The conversations that become lines of a target: all, or of a target of pairs those with an answer not to give."""

from array import array

from ftc.expand.plan.plan import Conversations
from ftc.expand.plan.program import Program
from ftc.expand.plan.sequences import Concatenation, Picked, Selection, Source, programs_of
from ftc.targets.target import Target

SEARCHED = 1_000_000
"""Where some of a program's conversations are pairs and some are not, they are looked for among so many."""


def accepted(conversations: Conversations, target: Target) -> Conversations:
    """Those that become lines, in order: line n of a file is the n-th of these."""
    return Conversations(_paired(conversations.source)) if target.pairs else conversations


def count_lines(conversations: Conversations, target: Target) -> int:
    """How many become lines: counted one by one only where it depends on the picks."""
    return _count(conversations.source) if target.pairs else conversations.count


def all_looked_at(conversations: Conversations, target: Target) -> bool:
    """Whether `accepted` has all of them, and not only those among the first of many."""
    return not target.pairs or _looked_at(conversations.source)


def _looked_at(source: Source) -> bool:
    if isinstance(source, Concatenation):
        return all(map(_looked_at, source.parts))
    return source.count <= SEARCHED or _every(source) is not None


def _paired(source: Source) -> Source:
    if isinstance(source, Concatenation):
        return Concatenation([_paired(part) for part in source.parts])
    every = _every(source)
    if every is not None:
        return source if every else Concatenation([])
    among = zip(range(min(source.count, SEARCHED)), source, strict=False)
    return Selection(source, array("q", (at for at, picked in among if _is_pair(picked))))


def _count(source: Source) -> int:
    if isinstance(source, Concatenation):
        return sum(_count(part) for part in source.parts)
    every = _every(source)
    if every is not None:
        return source.count if every else 0
    return sum(map(_is_pair, source))


def _every(source: Source) -> bool | None:
    """Whether all conversations are pairs (True) or none is (False), where that is known without looking at them."""
    kinds = {_kind(program) for program in programs_of(source)}
    return kinds.pop() if len(kinds) == 1 else None


def _kind(program: Program) -> bool | None:
    _, last = program.turns[-1]
    endings = [turn.ending for turn in last] + [turn.other_ending for turn in last if program.fault]
    kinds = {ending.rejected is not None for ending in endings}
    return kinds.pop() if len(kinds) == 1 else None


def _is_pair(picked: Picked) -> bool:
    program, picks = picked
    last = program.turns_of(picks)[-1]
    ending = last.other_ending if last.faulty(picks) and program.fault else last.ending
    return ending.rejected is not None
