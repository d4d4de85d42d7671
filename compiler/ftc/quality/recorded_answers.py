"""E328, W501 and W509: what is missing of a style's recorded answers, what was made of them, and whose they are."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from ftc.check.model import RecordedAnswer, Style
from ftc.diagnostics import Diagnostic
from ftc.expand.bind.messages import restyle
from ftc.expand.plan.plan import BlockPlan, Plan
from ftc.quality.same_model import same_model
from ftc.syntax.raw import storable

MAX_LOOKED = 100_000
"""How many conversations of a style are looked at for their prompts."""


def check(plan: Plan, trained: str | None = None) -> Iterator[Diagnostic]:
    """`trained` is the model that will be, where that is known."""
    for block in plan.blocks:
        if block.kind == "style" and block.block.style is not None:
            yield from _unanswered(block, block.block.style)
            yield from _kept(block.block.style)
    if trained is not None:
        yield from strangers(plan, trained)


def prompts(block: BlockPlan) -> Iterator[str]:
    """The prompts of a style, each once, as a file of answers can hold them: those held out too."""
    asked = set()
    conversations = (picked for part in (block.once, block.validation) for picked in part.all_picked())
    for program, picks in islice(conversations, MAX_LOOKED):
        text = program.turns[0][1][0].head[-1].text
        assert text is not None
        prompt = storable(text.render(picks))
        if prompt not in asked:
            asked.add(prompt)
            yield prompt


def _unanswered(block: BlockPlan, style: Style) -> Iterator[Diagnostic]:
    missing = [prompt for prompt in prompts(block) if (found := style.recorded_answer(prompt)) is None or found.empty]
    if missing:
        data = {
            "style": block.name,
            "missing": len(missing),
            "prompts": "prompt has" if len(missing) == 1 else "prompts have",
            "first": missing[0],
            "file": block.span.source.name,
            "answers": style.answers_path or "",
        }
        yield Diagnostic("E328", block.span, data)


def strangers(plan: Plan, trained: str) -> Iterator[Diagnostic]:
    """W509, once a style: base answers that another model gave than the one that is trained."""
    for block in plan.blocks:
        style = block.block.style
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


def _kept(style: Style) -> Iterator[Diagnostic]:
    if style.keep is None:
        return
    for prompt, answered in style.answers.items():
        share = share_kept(answered, style)
        if share is not None and share < style.keep / 100:
            data = {"prompt": prompt, "share": f"{share:.0%}", "keep": f"{style.keep:g}%"}
            yield Diagnostic("W501", answered.span, data)


def share_kept(answered: RecordedAnswer, style: Style) -> float | None:
    """What the final answer keeps of the base answer, before it is wrapped; None where there is nothing to keep."""
    if answered.base is None:
        return None
    return kept(answered.base, answered.final if answered.final is not None else restyle(style.replace, answered.base))


def kept(base: str, final: str) -> float | None:
    """The share of the base answer's words (each as often as it stands there) that the final answer keeps.

    None where the base answer has no word.
    """
    words, left = _words(base), Counter(_words(final))
    return (Counter(words) & left).total() / len(words) if words else None


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())
