"""E410: an `expect` that the data do not meet."""

from collections.abc import Iterator

from ftc.check.model import Expectation, Measure
from ftc.diagnostics import Diagnostic
from ftc.expressions.limits import FAILURES, failure_reason, reset_steps
from ftc.quality.context import Context, about_tokens


def check(context: Context) -> Iterator[Diagnostic]:
    plan, longest_tokens = context.plan, context.examined.longest_tokens
    if not context.model.expectations:
        return
    counts: dict[str | None, int] = {None: plan.training.count + plan.validation.count}
    for block in plan.blocks:
        counts[block.name] = counts.get(block.name, 0) + block.training.count + block.validation.count
    for expectation in context.model.expectations:
        if about_tokens(expectation) and longest_tokens is None:
            if context.data_checks:
                yield Diagnostic("W508", expectation.span)
            continue
        values = [
            longest_tokens if measure.name == "longest_tokens" else counts.get(measure.block, 0)
            for measure in (read.name for read in expectation.condition.reads)
            if isinstance(measure, Measure)
        ]
        yield from _unmet(expectation, values)


def _unmet(expectation: Expectation, values: list[int | None]) -> Iterator[Diagnostic]:
    try:
        reset_steps()
        met = expectation.condition.run(*values)
    except FAILURES as failure:
        yield Diagnostic("E404", expectation.condition.failed_part(failure), {"failure": failure_reason(failure)})
        return
    if not met:
        names = [read.name for read in expectation.condition.reads]
        found = ", ".join(f"{_written(name)} is {value:,}" for name, value in zip(names, values, strict=True))
        yield Diagnostic("E410", expectation.span, {"condition": expectation.condition.span.text, "found": found})


def _written(name: object) -> str:
    assert isinstance(name, Measure)
    return name.name if name.name == "longest_tokens" else f'count("{name.block}")' if name.block else "count()"
