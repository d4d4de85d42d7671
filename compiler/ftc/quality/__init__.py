"""What is seen in the data: one look at every conversation, or none where the plan alone can tell.

`look` is the door. Conversations are looked at up to a million; beyond that the plan's structure is all that is asked.
"""

from collections.abc import Iterator

from ftc.check.model import Model
from ftc.diagnostics import Diagnostic, errors
from ftc.expand.plan import Plan
from ftc.quality import answers, expectations, splits, values
from ftc.quality.scan import Progress, scan, silent
from ftc.targets.target import Target

__all__ = ["Progress", "look", "silent"]

MAX_LOOKED_AT = 1_000_000


def look(
    model: Model, plan: Plan, target: Target, *, data_checks: bool, progress: Progress = silent
) -> Iterator[Diagnostic]:
    """Everything there is to say about the plan; what needs its conversations, only with `data_checks`."""
    looks = _look(model, plan, target, progress, data_checks=data_checks)
    # Where something is missing, only what is certainly wrong is said.
    yield from (found for found in looks if model.whole or found.code[:2] == "E5")


def _look(model: Model, plan: Plan, target: Target, progress: Progress, *, data_checks: bool) -> Iterator[Diagnostic]:
    yield from values.check(plan)
    yield from splits.check(plan)
    about_answers = list(answers.check(plan))
    yield from about_answers
    unanswered = errors(about_answers)
    longest = None
    total = plan.training.count + plan.validation.count
    if data_checks and not unanswered:
        if total <= MAX_LOOKED_AT:
            found = scan(plan, target, measure=expectations.wants_tokens(model), progress=progress)
            yield from found.diagnostics
            longest = found.longest_tokens
        else:
            yield Diagnostic("W507", None, {"count": f"{total:,}", "limit": f"{MAX_LOOKED_AT:,}"})
        yield from target.totals(plan)
    yield from expectations.check(model, plan, longest, data_checks=data_checks)
