"""What is seen in the data: what the plan's structure cannot prove absent is searched for. `look` is the door."""

from collections.abc import Iterator

from ftc.check.model import Model
from ftc.diagnostics import Diagnostic, has_errors
from ftc.expand.plan.plan import Plan
from ftc.quality import expectations, recorded_answers, unpicked, validation
from ftc.quality.scan import Progress, scan, silent
from ftc.targets.target import Target

__all__ = ["Progress", "look", "silent"]


def look(
    model: Model,
    plan: Plan,
    target: Target,
    *,
    data_checks: bool,
    unanswered: bool = False,
    progress: Progress = silent,
) -> Iterator[Diagnostic]:
    """Everything there is to say about the plan; what needs its conversations, only with `data_checks`, and what the
    answers of its styles must be, only if none may be missing (`unanswered`)."""
    looks = _look(model, plan, target, progress, data_checks=data_checks, unanswered=unanswered)
    # Where something is missing, only what is certainly wrong is said.
    yield from (found for found in looks if model.complete or found.code[:2] == "E5")


def _look(
    model: Model, plan: Plan, target: Target, progress: Progress, *, data_checks: bool, unanswered: bool
) -> Iterator[Diagnostic]:
    yield from unpicked.check(plan)
    yield from validation.check(plan)
    about_answers = [] if unanswered else list(recorded_answers.check(plan, model.train.get("model")))
    yield from about_answers
    longest = None
    if data_checks and not unanswered and not has_errors(about_answers):
        found = scan(plan, target, measure=expectations.wants_tokens(model), progress=progress)
        yield from found.diagnostics
        longest = found.longest_tokens
        yield from target.totals(plan)
    yield from expectations.check(model, plan, longest, data_checks=data_checks)
