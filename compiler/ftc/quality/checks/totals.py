"""W601 and E607: fewer lines than the target wants, or none of the kind that it takes."""

from collections.abc import Iterator

from ftc.diagnostics import Diagnostic
from ftc.quality.context import Context


def check(context: Context) -> Iterator[Diagnostic]:
    # Where a pick fails nobody knows what the lines are.
    if context.inspects_conversations and not context.examined.failing_picks:
        yield from context.target.totals(context.plan, context.model.train.get("provider"))
