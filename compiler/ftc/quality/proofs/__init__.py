"""Proofs of absence: what the structure of the plan shows cannot be in the data, so that no check has to search for it.

This module is the only way in. Everything it answers is one-sided: 'yes' only where it is certain, and a 'no' costs
time alone, for then the conversations are searched. A wrong 'yes' is the one mistake that no user notices: what it
clears is never looked at, so a fault in the data goes unreported. `tests/test_data_checks.py` compares what is found
with what a search of every conversation finds.
"""

from collections.abc import Iterable, Iterator

from ftc.expand.plan.program import Program
from ftc.lower.lines import Framer
from ftc.lower.messages import MessagePiece
from ftc.lower.pieces import EMPTY, longest
from ftc.quality.normal_form import says_nothing
from ftc.quality.proofs import endings, repetition, trained_answers
from ftc.quality.proofs.computable import all_computed
from ftc.quality.proofs.trained_answers import TrainedAnswer
from ftc.quality.units import Unit

__all__ = [
    "TrainedAnswer",
    "answers_hold_says",
    "answers_say_something",
    "answers_to_compare",
    "deciding_picks",
    "different",
    "lines_fit",
    "nearly_apart",
    "nothing_refused",
    "rejected_differ",
    "without_repetition",
]


def nothing_refused(unit: Unit, framer: Framer) -> bool:
    """Proves that the target refuses no conversation of the unit, except perhaps for its length.

    The target is asked about each shape that a conversation can have, with texts in it and with empty ones. After a
    wrong yes, a conversation that the format cannot express (E601 to E605) is written without a word.
    """
    if unit.fixed is not None:
        return framer.longest(unit.fixed) is not None
    return all(map(framer.plain, unit.programs))


def lines_fit(unit: Unit, framer: Framer, max_bytes: int | None) -> bool:
    """Proves that the line of every conversation can be made, and that none is longer than `max_bytes`. It is only
    asked about units in which nothing is refused.

    A text is taken to be computable where it can be computed for all values of all names in it, those too that
    conditions exclude. After a wrong yes, a pick that fails (E404) stops the writing half-way, or a conversation too
    long for the target (E606) is written.
    """
    if unit.fixed is not None:
        size = framer.longest(unit.fixed)
        if size is not None and (max_bytes is None or size <= max_bytes):
            return True
    if unit.program is None:
        return False
    piece = framer.line(unit.program).piece
    if piece is EMPTY:
        return True  # the target takes none of them
    if not all_computed(piece, unit.program):
        return False
    size = longest(piece)
    return max_bytes is None or (size is not None and size <= max_bytes)


def answers_hold_says(unit: Unit) -> bool:
    """Proves that every last answer holds a text that its `says` asks for, whatever is picked.

    After a wrong yes, an answer that lacks what the evaluation will look for (W506) goes unreported.
    """
    return unit.fixed is not None or all(map(endings.says_is_held, unit.programs))


def answers_say_something(unit: Unit) -> bool:
    """Proves that no trained answer, and none not to give, is empty, whatever is picked.

    After a wrong yes, an empty answer (W511) is trained on without a word.
    """
    if unit.fixed is not None:
        said = zip(unit.fixed.lines, unit.fixed.texts, strict=True)
        return not any(
            says_nothing(text) for line, text in said if line.message.role == "assistant" and line.message.trained
        )
    return all(map(endings.answers_say_something, unit.programs))


def rejected_differ(unit: Unit) -> bool:
    """Proves that no rejected answer is the answer itself.

    After a wrong yes, a preference pair that prefers a text to the same text (W503) goes unreported.
    """
    return unit.fixed is not None or all(map(endings.rejected_differs, unit.programs))


def without_repetition(units: list[Unit]) -> set[Unit]:
    """Proves, of the units it returns, that none of their conversations is the same as another of `units`, and that
    none of their answers contradicts another.

    Within a unit, the messages must give away every pick; between two, something before the first answer must differ.
    After a wrong yes, contradictions (E501), leaks into what is held out (E502) and copies (W502) go unreported.
    """
    return repetition.without_repetition(units)


def different(programs: list[Program]) -> set[Program]:
    """Proves, of the programs it returns, that each of their conversations differs from all others of `programs`, in
    its messages alone.

    After a wrong yes, `unique` leaves a conversation in that is there before.
    """
    return repetition.different(programs)


def nearly_apart(units: list[Unit]) -> set[Unit]:
    """Proves, of the units it returns, that two of their questions that are nearly the same have the same answers and
    are on one side of the split, and that no other of `units` asks nearly the same.

    The proofs are those of `without_repetition`, of the messages in their normal form. After a wrong yes,
    contradictions (W520) and leaks (W521) that differ in capitals, say, go unreported.
    """
    return repetition.nearly_apart(units)


def answers_to_compare(unit: Unit) -> Iterable[int]:
    """The trained answers, by number, whose contexts have to be searched for contradictions. It proves of the others
    that the same context with the same answer stands in a shorter conversation of their block.

    An answer wrongly left out is a contradiction (E501) that goes unreported.
    """
    return trained_answers.to_compare(unit)


def deciding_picks(program: Program, messages: list[MessagePiece]) -> Iterator[TrainedAnswer]:
    """The trained answers of a shape, each with the picks that decide what it can be. It proves that two answers of one
    line with the same values of these picks are alternatives of each other, so that no contradiction is between them.

    A pick wrongly left out makes a contradiction (E501) look like two alternatives, and it goes unreported.
    """
    return trained_answers.deciding_picks(program, messages)
