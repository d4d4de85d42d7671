"""What is wrong with the data: what the target cannot take, contradictions, duplicates, leaks, and too few wordings.

What the plan's structure proves absent is not searched for; what is left is searched as rows of bytes (`duplicates`),
and only where a question is about each conversation is each of them made and looked at.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from ftc.diagnostics import Diagnostic
from ftc.expand.bind.frames import PickFailure
from ftc.expand.plan.plan import Plan, failure_diagnostic
from ftc.lower.lines import Framer
from ftc.quality import duplicates, proofs, wordings
from ftc.quality.per_conversation import Looks
from ftc.quality.units import Unit, units
from ftc.source import Span
from ftc.targets.target import Target

# Beyond so many conversations that have to be made one by one, or be searched as rows, none of a program is.
MAX_LOOKED_AT = 1_000_000
MAX_SEARCHED = 20_000_000


@dataclass
class Scan:
    """What was seen. `longest_tokens` is None where it was not asked for or cannot be counted."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    longest_tokens: int | None = None


Progress = Callable[[int], AbstractContextManager[Callable[[int], None]]]
"""Told how many conversations will be looked at, then now and then how many more have been."""


def silent(total: int) -> AbstractContextManager[Callable[[int], None]]:
    """A progress that nobody watches."""
    return nullcontext(lambda more: None)


def scan(plan: Plan, target: Target, *, measure: bool, progress: Progress = silent) -> Scan:
    """Look for everything that is wrong with the plan's conversations. With `measure`, count the tokens of each."""
    every = list(units(plan))
    framer = Framer(target)
    doubtful: list[Unit] = []
    unsure: list[Unit] = []
    for unit in every:
        if measure or not _clear(unit, framer):
            doubtful.append(unit)
        elif not proofs.lines_fit(unit, framer, target.max_tokens):
            unsure.append(unit)
    looked, left_out = _within(MAX_LOOKED_AT, doubtful)
    unsure, more = _within(MAX_SEARCHED, unsure)
    proved = proofs.without_repetition(every)
    searched, too_many = _within(MAX_SEARCHED, [unit for unit in every if unit not in proved])
    failures: dict[Span, Diagnostic] = {}

    def fail(failure: PickFailure) -> None:
        failures.setdefault(failure.span, failure_diagnostic(failure))

    seen = Looks(target, measure=measure)
    with progress(sum(unit.source.count for unit in (*looked, *searched, *unsure))) as advance:
        for unit in looked:
            seen.look(unit, fail, advance)
        found = list(duplicates.check(searched, fail, advance))
        for unit in unsure:
            _try(unit, framer, target.max_tokens, seen, fail)
            advance(unit.source.count)
    result = Scan([*failures.values(), *seen.findings(), *found], seen.longest_tokens)
    if not failures:
        result.diagnostics += wordings.check(plan, every)
    if missing := {id(unit): unit for unit in (*left_out, *too_many, *more)}:
        count = sum(unit.source.count for unit in missing.values())
        data = {"count": f"{count:,}", "limit": f"{MAX_LOOKED_AT if left_out else MAX_SEARCHED:,}"}
        result.diagnostics.append(Diagnostic("W507", None, data))
    return result


def _within(limit: int, wanted: list[Unit]) -> tuple[list[Unit], list[Unit]]:
    """Those that are together within a limit, and the others."""
    taken: list[Unit] = []
    others: list[Unit] = []
    for unit in wanted:
        limit -= unit.source.count
        (taken if limit >= 0 else others).append(unit)
        if limit < 0:
            limit += unit.source.count
    return taken, others


def _clear(unit: Unit, framer: Framer) -> bool:
    """Whether nothing has to be asked of each conversation, but how long it is."""
    return proofs.answers_hold_says(unit) and proofs.rejected_differ(unit) and proofs.nothing_refused(unit, framer)


def _try(unit: Unit, framer: Framer, limit: int | None, seen: Looks, fail: Callable[[PickFailure], None]) -> None:
    """Make its lines, and look at the conversations whose lines are longer than the target's limit: a token is never
    shorter than a byte."""
    index = 0
    try:
        for rows in unit.rows(lambda program: framer.line(program).piece):
            if limit is not None and max(map(len, rows), default=0) > limit:
                for at, row in enumerate(rows, index):
                    if len(row) > limit and (long := unit.at(at)) is not None:
                        seen.look_at(long.conversation)
            index += len(rows)
    except PickFailure as failure:
        fail(failure)
