"""The rules: each looks at a whole model and reports one kind of mistake. `RULES` is the list of all of them.

A rule's page, `ftc/explain/CODE.md`, holds its bad and its good sample; a test compiles both.
"""

from collections.abc import Callable, Iterator

from ftc.check.model import Model
from ftc.check.rules import (
    invalid_computed,
    invalid_unanswered,
    left_over_blanks,
    style_without_answer,
    unused_invalid,
    unused_names,
    unused_tools,
    value_twice,
)
from ftc.diagnostics import Diagnostic

Rule = Callable[[Model], Iterator[Diagnostic]]

RULES: tuple[Rule, ...] = (
    invalid_computed.check,
    invalid_unanswered.check,
    left_over_blanks.check,
    style_without_answer.check,
    unused_invalid.check,
    unused_names.check,
    unused_tools.check,
    value_twice.check,
)
