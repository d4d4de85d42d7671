"""W520, W521 and W522: what is nearly the same, and what was too much to be searched for it (W507 says that of all)."""

from collections.abc import Iterator

from ftc.diagnostics import Diagnostic
from ftc.quality.context import Context
from ftc.quality.near import MAX_SEARCHED


def check(context: Context) -> Iterator[Diagnostic]:
    yield from context.examined.near_repeats
    examined = context.examined
    if examined.near_left_out and not examined.left_out:
        yield Diagnostic("W522", None, {"count": examined.near_left_out, "limit": MAX_SEARCHED})
