"""The answers that the file accepts at a place in a conversation: its own, and every alternative written for it.

Two conversations of a program with the same messages before that place differ in picks that only later messages use.
Those are picked last, so such conversations are neighbours in the program's space, wherever `validation`, `sample` or
`cover` have put them.
"""

from collections.abc import Mapping

from ftc.expand.bind.frames import PickFailure
from ftc.expand.bind.messages import Line, Writer
from ftc.expand.conversation import Conversation
from ftc.expand.plan.program import Program
from ftc.expand.space.ops import Slot, slots_of

MOST_CONVERSATIONS = 1_000
"""Conversations to go through for one question: for a text with more alternatives a file should use `says`."""


def alternatives(program: Program, picks: Mapping[Slot, int], own: Conversation, at: int) -> list[Conversation]:
    """The conversations with the same messages as `own` before its message `at`; `own` (of these picks) is the first.

    `program` is that of the block, with nothing held out.
    """
    lines = _lines(program, picks)
    before, here = lines[:at], slots_of(lines[at].ops)
    order = list(picks)
    first = next(
        (i for i, slot in enumerate(order) if slot in here and _independent_of(before, picks, slot)), len(order)
    )
    after = [slot for slot in order[first:] if not slot.hidden]
    if not after or not all(_independent_of(before, picks, slot) for slot in after):
        return [own]
    fixed = {slot: picks[slot] for slot in order[:first]}
    start = _first(program, fixed)
    found = [own]
    for rank in range(start, min(start + MOST_CONVERSATIONS, program.space.count)):
        there = program.space.at(rank)
        if _compare(there, fixed):
            break
        found.append(program.conversation(there))
    return found


def _lines(program: Program, picks: Mapping[Slot, int]) -> list[Line]:
    turns = [line for turn in program.turns_of(picks) for line in turn.lines(picks)]
    return [program.system, *turns] if program.system else turns


def _independent_of(lines: list[Line], picks: Mapping[Slot, int], slot: Slot) -> bool:
    """Whether the lines have the same text whatever is picked for a slot."""
    writer = Writer({other: pick for other, pick in picks.items() if other is not slot}, lambda: None)
    try:
        for line in lines:
            writer.write(line)
    except (KeyError, PickFailure):
        return False
    return True


def _first(program: Program, fixed: Mapping[Slot, int]) -> int:
    """The first rank with the fixed picks. (`bisect` takes no more elements than `len` can say.)"""
    low, high = 0, program.space.count
    while low < high:
        middle = (low + high) // 2
        if _compare(program.space.at(middle), fixed) < 0:
            low = middle + 1
        else:
            high = middle
    return low


def _compare(picks: Mapping[Slot, int], fixed: Mapping[Slot, int]) -> int:
    """How picks compare with the fixed ones, by the first that differs; 0 where none does."""
    return next((pick - fixed[slot] for slot, pick in picks.items() if slot in fixed and pick != fixed[slot]), 0)
