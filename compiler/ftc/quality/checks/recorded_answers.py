"""E328, W501, W509 and W512: what is missing of a style's recorded answers, and what was made of them by whom."""

from collections.abc import Iterator, Sequence

from ftc.check.model import Style
from ftc.diagnostics import Diagnostic
from ftc.expand.plan.plan import BlockPlan, Plan
from ftc.quality.context import Context
from ftc.quality.excerpt import shorten
from ftc.quality.recorded import share_kept
from ftc.quality.same_model import same_model


def check(context: Context) -> Iterator[Diagnostic]:
    if context.unanswered:
        return
    for block in context.plan.blocks:
        style = block.declaration.style
        if block.kind == "style" and style is not None:
            if missing := context.missing_answers.get(block):
                yield _unanswered(block, style, missing)
            yield from _rewritten(style)
            yield from _cut_off(block, style)
    trained = context.model.train.get("model")
    if trained is not None:
        yield from other_recorders(context.plan, trained)


def _unanswered(block: BlockPlan, style: Style, missing: Sequence[str]) -> Diagnostic:
    """E328: prompts without an answer."""
    data = {
        "style": block.name,
        "missing": len(missing),
        "prompts": "prompt has" if len(missing) == 1 else "prompts have",
        "first": missing[0],
        "file": block.span.source.name,
        "answers": style.answers_path or "",
    }
    return Diagnostic("E328", block.span, data)


def other_recorders(plan: Plan, trained: str) -> Iterator[Diagnostic]:
    """W509, once a style: base answers that another model gave than the one that is trained."""
    for block in plan.blocks:
        style = block.declaration.style
        if block.kind != "style" or style is None:
            continue
        recorders = [answered.recorder for answered in style.answers.values() if answered.recorder is not None]
        others = [recorder for recorder in recorders if not same_model(recorder.model, trained)]
        if others:
            data = {
                "style": block.name,
                "recorder": others[0].model,
                "count": len(others),
                "trained": trained,
                "answers": style.answers_path or "",
                "file": block.span.source.name,
            }
            yield Diagnostic("W509", others[0].span, data)


def _rewritten(style: Style) -> Iterator[Diagnostic]:
    """W501: a rewritten answer that keeps too little."""
    if style.keep is None:
        return
    for prompt, answered in style.answers.items():
        share = share_kept(answered, style)
        if share is not None and share < style.keep / 100:
            data = {"prompt": prompt, "share": f"{share:.0%}", "keep": f"{style.keep:g}%"}
            yield Diagnostic("W501", answered.span, data)


def _cut_off(block: BlockPlan, style: Style) -> Iterator[Diagnostic]:
    """W512: an answer that is trained on and ends where it was cut off."""
    for prompt, answered in style.answers.items():
        if answered.cut is not None:
            data = {"prompt": shorten(prompt), "file": block.span.source.name}
            yield Diagnostic("W512", answered.cut, data)
