"""A style's recorded answers: the prompts that need one, and how much of an answer its rewritten version keeps."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from ftc.check.model import RecordedAnswer, Style
from ftc.expand.bind.messages import restyle
from ftc.expand.plan.plan import BlockPlan
from ftc.syntax.raw import storable

MAX_CONVERSATIONS = 100_000
"""So many conversations of a style are gone through for their prompts."""


def prompts(block: BlockPlan) -> Iterator[str]:
    """The prompts of a style, each once, as a file of answers can hold them: those held out too."""
    met = set()
    conversations = (picked for part in (block.once, block.validation) for picked in part.all_picked())
    for program, picks in islice(conversations, MAX_CONVERSATIONS):
        text = program.turns[0][1][0].head[-1].text
        assert text is not None
        prompt = storable(text.render(picks))
        if prompt not in met:
            met.add(prompt)
            yield prompt


def missing_answers(block: BlockPlan) -> list[str]:
    """The prompts of a block that have no recorded answer; none where the block is no style."""
    style = block.declaration.style
    if block.kind != "style" or style is None:
        return []
    return [prompt for prompt in prompts(block) if (found := style.recorded_answer(prompt)) is None or found.empty]


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
