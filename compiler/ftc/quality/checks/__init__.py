"""The checks of the data: each finds one kind of mistake. `CHECKS` is the list of all of them, in the order in which
their findings are given.

A check is a function of the context, or an `EachConversation` where it inspects one conversation at a time. A code's
page, `ftc/explain/CODE.md`, holds its bad and its good sample; a test compiles both.
"""

from ftc.quality.checks import (
    answers,
    duplicates,
    easy_says,
    empty_answers,
    expectations,
    failing_picks,
    invalid_inputs,
    left_out,
    near_duplicates,
    one_sided_answers,
    recorded_answers,
    refusals,
    totals,
    unpicked,
    untold,
    unwritten_answers,
    validation,
    wordings,
)
from ftc.quality.context import Check

CHECKS: tuple[Check, ...] = (
    unpicked.check,
    validation.check,
    recorded_answers.check,
    failing_picks.check,
    refusals.check,
    untold.check,
    answers.check,
    empty_answers.check,
    duplicates.check,
    near_duplicates.check,
    left_out.check,
    totals.check,
    unwritten_answers.check,
    expectations.check,
)

ADVICE: tuple[Check, ...] = (invalid_inputs.check, one_sided_answers.check, easy_says.check, wordings.check)
"""What can be said of data in which nothing is wrong."""
