"""What is wrong with the data: `checks` lists what is looked for, and `data_findings` runs it. `merged` is what
`unique` does, as it takes the same search and the same proofs as the check of what is there twice."""

from collections.abc import Iterator, Mapping
from typing import Any

from ftc.check.model import Model
from ftc.diagnostics import Diagnostic, has_errors
from ftc.expand.plan.plan import Plan
from ftc.quality.checks import ADVICE, CHECKS, unwritten_answers, validation
from ftc.quality.context import Context, EachConversation, ProgressBar, no_progress_bar
from ftc.quality.examination import examine
from ftc.quality.merging import merged
from ftc.targets.target import Target

__all__ = ["ProgressBar", "data_findings", "findings_by_structure", "merged", "no_progress_bar"]


def data_findings(
    model: Model,
    plan: Plan,
    target: Target,
    progress: ProgressBar = no_progress_bar,
    *,
    data_checks: bool,
    unanswered: bool = False,
    near: bool = True,
) -> Iterator[Diagnostic]:
    """What all checks find. The conversations themselves are looked at only with `data_checks`; with `unanswered`,
    answers of styles may be missing, and then the conversations are not looked at either; `near` has them searched for
    what is nearly the same too."""
    context = Context(model, plan, target, data_checks=data_checks, unanswered=unanswered, near=near, progress=progress)
    # Where a mistake kept something out of the model, only what is wrong in any case is reported.
    yield from (found for found in run_checks(context) if model.complete or found.code[:2] == "E5")


def findings_by_structure(plan: Plan, target: Target, train: Mapping[str, Any]) -> Iterator[Diagnostic]:
    """What is known of the lines to write without looking at any conversation: for those who leave the checks out."""
    yield from validation.nothing_to_train_on(plan)
    yield from unwritten_answers.by_structure(plan, target, train)


def run_checks(context: Context) -> Iterator[Diagnostic]:
    """What each check of the list finds, in its order; advice comes last, where nothing is wrong."""
    if context.inspects_conversations:
        context.examined = examine(context, [check for check in CHECKS if isinstance(check, EachConversation)])
    found: list[Diagnostic] = []
    for check in CHECKS:
        found += check(context)
    yield from found
    if context.inspects_conversations and context.model.complete and not has_errors(found):
        for check in ADVICE:
            yield from check(context)
