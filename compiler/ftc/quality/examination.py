"""The one pass over the conversations, for all checks that need it.

What the structure of the plan proves absent is not searched for. What is left is searched as rows of bytes where that
is enough; only where a check is about each conversation, and nothing is proved, is each of them made.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from ftc.diagnostics import Diagnostic
from ftc.expand.bind.frames import PickFailure
from ftc.expand.conversation import Conversation
from ftc.expand.plan.plan import failure_diagnostic
from ftc.quality import labels, near, proofs
from ftc.quality.checks import duplicates
from ftc.quality.context import MAX_FINDINGS, Advance, Context, EachConversation, Examined
from ftc.quality.units import Unit
from ftc.source import Span
from ftc.targets import tokens

# Beyond so many conversations that have to be made one by one, or be searched as rows, none of a unit is.
MAX_LOOKED_AT = 1_000_000
MAX_SEARCHED = 20_000_000

# So many conversations are inspected before the progress moves on.
STEP = 1000


def examine(context: Context, checks: Sequence[EachConversation]) -> Examined:
    """Go through the conversations once, for all checks."""
    target, every = context.target, context.units
    doubtful: list[Unit] = []
    unsure: list[Unit] = []
    for unit in every:
        if context.counts_tokens or not all(check.proved_absent(context, unit) for check in checks):
            doubtful.append(unit)
        elif not proofs.lines_fit(unit, context.framer, target.max_tokens):
            unsure.append(unit)
    proved = proofs.without_repetition(every)
    to_make, too_many = _within(MAX_LOOKED_AT, doubtful)
    to_write, more = _within(MAX_SEARCHED, unsure)
    to_search, most = _within(MAX_SEARCHED, [unit for unit in every if unit not in proved])
    apart = proofs.nearly_apart(every) if context.near else set(every)
    to_search_nearly, near_left_out = _within(near.MAX_SEARCHED, [unit for unit in every if unit not in apart])
    failures: dict[Span, Diagnostic] = {}

    def on_failure(failure: PickFailure) -> None:
        failures.setdefault(failure.span, failure_diagnostic(failure))

    inspection = _Inspection(context, checks)
    with context.progress(sum(unit.source.count for unit in (*to_make, *to_search, *to_write))) as advance:
        for unit in to_make:
            inspection.inspect_unit(unit, on_failure, advance)
        with near.NearSearch(to_search_nearly) as near_search:
            repeats = list(
                duplicates.search(
                    to_search, near_search, context.model.allowances, context.untold_names, on_failure, advance
                )
            )
            near_search.note_rest(on_failure)
            near_repeats = list(near_search.findings(context.model.allowances, context.untold_names))
        for unit in to_write:
            _inspect_long_ones(context, unit, inspection, on_failure)
            advance(unit.source.count)
    left_out = {id(unit): unit.source.count for unit in (*too_many, *more, *most)}
    return Examined(
        list(failures.values()),
        {check: list(found.values()) for check, found in inspection.findings.items()},
        repeats,
        near_repeats,
        inspection.longest_tokens,
        sum(left_out.values()),
        MAX_LOOKED_AT if too_many else MAX_SEARCHED,
        sum(unit.source.count for unit in near_left_out),
    )


def _within(limit: int, units: list[Unit]) -> tuple[list[Unit], list[Unit]]:
    """Those that are together within a limit, and the others."""
    taken: list[Unit] = []
    others: list[Unit] = []
    for unit in units:
        limit -= unit.source.count
        (taken if limit >= 0 else others).append(unit)
        if limit < 0:
            limit += unit.source.count
    return taken, others


class _Inspection:
    """The checks of each conversation, with what they found so far by code and place."""

    def __init__(self, context: Context, checks: Sequence[EachConversation]) -> None:
        self._context = context
        self._allowances = context.model.allowances
        self.findings: dict[EachConversation, dict[object, Diagnostic]] = {check: {} for check in checks}
        self.longest_tokens: int | None = None

    def inspect_unit(self, unit: Unit, on_failure: Callable[[PickFailure], None], advance: Advance) -> None:
        """Inspect all conversations of a unit."""
        number = 0
        for number, each in enumerate(unit.conversations(on_failure), 1):
            self.inspect(each.conversation)
            if number % STEP == 0:
                advance(STEP)
        advance(number % STEP)

    def inspect(self, conversation: Conversation) -> None:
        """Inspect one conversation."""
        for check, findings in self.findings.items():
            if len(findings) < MAX_FINDINGS:
                for found in self._allowances.told(check.inspect(self._context, conversation)):
                    if (found.code, found.span) not in findings:
                        findings[found.code, found.span] = _with_rows(found, conversation)
        if self._context.counts_tokens:
            size = tokens.count(conversation)
            self.longest_tokens = None if size is None else max(size, self.longest_tokens or 0)


def _with_rows(found: Diagnostic, conversation: Conversation) -> Diagnostic:
    """A finding in a conversation, with the rows of tables that it was made of."""
    rows = labels.of_rows([pick.span for pick in conversation.origin.picks if pick.is_row], "in this row")
    return replace(found, labels=(*found.labels, *rows)) if rows else found


def _inspect_long_ones(
    context: Context, unit: Unit, inspection: _Inspection, on_failure: Callable[[PickFailure], None]
) -> None:
    """Write a unit's lines, and inspect the conversations whose lines are longer than the target's limit: a token is
    never shorter than a byte."""
    index, limit = 0, context.target.max_tokens
    try:
        for rows in unit.rows(lambda program: context.framer.line(program).piece):
            if limit is not None and max(map(len, rows), default=0) > limit:
                for at, row in enumerate(rows, index):
                    if len(row) > limit and (long := unit.at(at)) is not None:
                        inspection.inspect(long.conversation)
            index += len(rows)
    except PickFailure as failure:
        on_failure(failure)
