"""E328 and W501: prompts of a style without a recorded answer, and answers that keep too little of the base answer."""

import re
from collections.abc import Iterator

from ftc.check.model import Answered, Style
from ftc.diagnostics import Diagnostic
from ftc.expand.plan import BlockPlan, Plan
from ftc.expand.script import restyle

MAX_PROMPTS = 100_000


def check(plan: Plan) -> Iterator[Diagnostic]:
    for block in plan.blocks:
        if block.kind == "style" and block.block.style is not None:
            yield from _unanswered(block, block.block.style)
            yield from _kept(block.block.style)


def _unanswered(block: BlockPlan, style: Style) -> Iterator[Diagnostic]:
    missing: dict[str, None] = {}
    asked = set()
    for number, (program, picks) in enumerate(block.training.all_picked()):
        if number == MAX_PROMPTS:
            break
        text = program.turns[0][1][0].head[-1].text
        assert text is not None
        prompt = text.render(picks)
        if prompt in asked:
            continue
        asked.add(prompt)
        found = style.answers.get(prompt)
        if found is None or (found.base is None and found.final is None):
            missing[prompt] = None
    if missing:
        first = next(iter(missing))
        data = {
            "style": block.name,
            "missing": len(missing),
            "prompts": "prompt has" if len(missing) == 1 else "prompts have",
            "first": first,
            "file": block.span.source.name,
            "answers": style.answers_path or "",
        }
        yield Diagnostic("E328", block.span, data)


def _kept(style: Style) -> Iterator[Diagnostic]:
    if style.keep is None:
        return
    for prompt, answered in style.answers.items():
        share = kept(answered, style)
        if share is not None and share < style.keep / 100:
            data = {"prompt": prompt, "share": f"{share:.0%}", "keep": f"{style.keep:g}%"}
            yield Diagnostic("W501", answered.span, data)


def kept(answered: Answered, style: Style) -> float | None:
    """The share of the base answer's words (each as often as it stands there) that the final answer keeps.

    None where there is no base answer with a word in it.
    """
    if answered.base is None:
        return None
    base = _words(answered.base)
    if not base:
        return None
    left = _words(answered.final if answered.final is not None else restyle(style.replace, answered.base))
    same = 0
    for word in base:
        if word in left:
            left.remove(word)
            same += 1
    return same / len(base)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())
