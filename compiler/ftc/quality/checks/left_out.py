"""W507: conversations that were too many to be looked at."""

from collections.abc import Iterator

from ftc.diagnostics import Diagnostic
from ftc.quality.context import Context


def check(context: Context) -> Iterator[Diagnostic]:
    examined = context.examined
    if examined.left_out:
        yield Diagnostic("W507", None, {"count": f"{examined.left_out:,}", "limit": f"{examined.limit:,}"})
