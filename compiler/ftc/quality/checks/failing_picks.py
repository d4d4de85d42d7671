"""E404: a pick with which a text cannot be made."""

from collections.abc import Iterator

from ftc.diagnostics import Diagnostic
from ftc.quality.context import Context


def check(context: Context) -> Iterator[Diagnostic]:
    yield from context.examined.failing_picks
