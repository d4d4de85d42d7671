"""E503 and W510: an answer that shows what nothing before it told."""

from collections.abc import Iterator

from ftc.check.model import Alternatives, Table
from ftc.diagnostics import Diagnostic
from ftc.edits import instead
from ftc.expressions.nodes import Read
from ftc.quality import labels
from ftc.quality.context import Context
from ftc.quality.excerpt import shorten, told_apart
from ftc.quality.untold.names import UntoldName, name_of
from ftc.quality.untold.places import shown_at
from ftc.quality.untold.witness import TwoAnswers, Way
from ftc.source import Span


def check(context: Context) -> Iterator[Diagnostic]:
    for untold, answers in context.untold:
        yield _diagnostic(untold, answers)


def _diagnostic(untold: UntoldName, found: TwoAnswers) -> Diagnostic:
    read, span = shown_at(untold)
    first, second = told_apart(found.first, found.second)
    data = {
        "name": untold.name,
        "user": shorten(found.question),
        "first": first,
        "second": second,
        "where": "all alternatives of a message before it" if untold.sometimes_told else "a message before the answer",
        "tell": _to_tell(untold, read),
        "either": "" if untold.answer.is_expression else "a|b",
    }
    if untold.is_row:
        one, other = map(_rows, found.picks)
        rows = labels.of_two(one, other, ("the row of the first answer", "the row of the second"))
        meant = _meant(untold, read, span)
        return Diagnostic("E503", span, {**data, "meant": meant}, rows, edits=instead(span, meant))
    return Diagnostic("W510", span, {**data, "beside": _beside(untold)})


def _beside(untold: UntoldName) -> str:
    """A name that is told and has as many values: two lists may have been meant as one, row by row."""
    answer, name = untold.answer, untold.binding.name
    if not isinstance(name, Alternatives) or name.name != untold.name or len(name.valid) < 2:
        return ""
    told = (each.name for each in answer.bindings.values() if each.meet.token in answer.perhaps_told)
    alike = (each for each in told if isinstance(each, Alternatives) and each is not name)
    return next((each.name for each in alike if len(each.valid) == len(name.valid)), "")


def _rows(picks: Way) -> list[Span]:
    return [slot.row(pick) for slot, pick in picks.items() if slot.row is not None]


def _meant(untold: UntoldName, read: Read | None, span: Span) -> str:
    """What the answer may have been meant to show: the same of a name with the same values that is told before it."""
    if read is None or not span.text.startswith(read.name.name):
        return ""
    answer = untold.answer
    told = (
        name_of(each)
        for each in answer.bindings.values()
        if each.name is untold.binding.name and each is not untold.binding and each.meet.token in answer.perhaps_told
    )
    name = next(told, None)
    return "" if name is None or read.name.name != untold.name else name + span.text.removeprefix(read.name.name)


def _to_tell(untold: UntoldName, read: Read | None) -> str:
    """What a message before the answer may show, so that it is told: of a row, another column than the answer shows."""
    table = untold.binding.name
    if not isinstance(table, Table):
        return untold.name
    shown = read.column if read else None
    column = next((column for column in table.columns if column != shown), table.columns[0])
    return f"{untold.name}.{column}" if column.isidentifier() else f'{untold.name}["{column}"]'
