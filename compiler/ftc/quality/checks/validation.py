"""W505 and E411: a `validation` line that holds nothing out, or is about a name that no conversation picks."""

from collections.abc import Iterator

from ftc.check.model import Split
from ftc.diagnostics import Diagnostic
from ftc.quality.context import Context


def check(context: Context) -> Iterator[Diagnostic]:
    for block in context.plan.blocks:
        split = block.declaration.split
        if split is None:
            continue
        if split.by is not None and not any(program.bound(split.by) for program in block.programs):
            yield Diagnostic("E411", split.span, {"name": split.by.name, "block": block.name})
        elif not block.validation.count:
            yield Diagnostic("W505", split.span, {"block": block.name, "percent": _percent(split)})


def _percent(split: Split) -> str:
    return f"{split.percent:g}%"
