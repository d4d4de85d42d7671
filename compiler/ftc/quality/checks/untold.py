"""E503 and W510: an answer that shows what nothing before it told."""

from collections.abc import Iterator
from itertools import islice

from ftc.check.model import Table
from ftc.diagnostics import Diagnostic
from ftc.expand.plan.plan import BlockPlan
from ftc.expressions.nodes import Read
from ftc.quality.context import MAX_FINDINGS, Context
from ftc.quality.excerpt import shorten
from ftc.quality.untold.names import UntoldName, name_of, untold_names
from ftc.quality.untold.places import shown_at
from ftc.quality.untold.witness import TwoAnswers, two_answers
from ftc.source import Span

# Of a sample, so many conversations are looked at for whether the name has several values in it.
MAX_DRAWN = 10_000


def check(context: Context) -> Iterator[Diagnostic]:
    if context.data_checks:
        yield from islice(_every(context), 2 * MAX_FINDINGS)


def _every(context: Context) -> Iterator[Diagnostic]:
    for block in context.plan.blocks:
        for untold in untold_names(block.programs):
            found = two_answers(untold)
            if found is not None and _varies(block, untold):
                yield _diagnostic(untold, found)


def _varies(block: BlockPlan, untold: UntoldName) -> bool:
    """Whether the name has several values in what is drawn of the block."""
    thinning = block.declaration.thinning
    if thinning is None or thinning.count is None:
        return True
    keys = {slot.key for slot in untold.slots}
    picked = (picks for part in (block.once, block.validation) for _, picks in part.all_picked())
    values: dict[str, int] = {}
    for picks in islice(picked, MAX_DRAWN):
        for slot, pick in picks.items():
            if slot.key in keys and values.setdefault(slot.key, pick) != pick:
                return True
    return False


def _diagnostic(untold: UntoldName, found: TwoAnswers) -> Diagnostic:
    read, span = shown_at(untold)
    data = {
        "name": untold.name,
        "user": shorten(found.question),
        "first": shorten(found.first),
        "second": shorten(found.second),
        "where": "all alternatives of a message before it" if untold.sometimes_told else "a message before the answer",
        "tell": _to_tell(untold, read),
        "either": "" if untold.answer.is_expression else "a|b",
    }
    if untold.is_row:
        return Diagnostic("E503", span, {**data, "meant": _meant(untold, read, span)})
    return Diagnostic("W510", span, data)


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
