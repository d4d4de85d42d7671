"""A503: a `says` that an answer without knowledge meets: one that repeats the question, or is always the same."""

from collections import defaultdict
from collections.abc import Iterator

from ftc.diagnostics import Diagnostic
from ftc.expand.bind.frames import PickFailure
from ftc.expand.plan.plan import BlockPlan
from ftc.expand.random import Stream, distinct
from ftc.quality.context import Context
from ftc.quality.excerpt import shorten
from ftc.quality.units import Unit
from ftc.slotted import slotted
from ftc.source import Span

# Of a block with more conversations, so many are drawn, with the same seed every time.
MAX_LOOKED_AT = 1_000


@slotted
class Asked:
    """A conversation with its `says`: what is asked, what is answered, the texts that have to be in it, and where that
    is written."""

    question: str
    answer: str
    answered_at: Span
    says: tuple[tuple[str, ...], ...]
    place: Span


def check(context: Context) -> Iterator[Diagnostic]:
    """A style's `says` is its mark, which every answer has; so are those of `invalid` answers."""
    blocks: dict[BlockPlan, list[Unit]] = defaultdict(list)
    for unit in context.units:
        if unit.block.kind != "style":
            blocks[unit.block].append(unit)
    for block, units in blocks.items():
        if any(turn.says for turn in block.declaration.turns):
            yield from _block(block, units)


def _block(block: BlockPlan, units: list[Unit]) -> Iterator[Diagnostic]:
    try:
        answers, asked = _drawn(units)
    except PickFailure:
        return  # reported before
    by_place: dict[Span, list[Asked]] = defaultdict(list)
    for each in asked:
        by_place[each.place].append(each)
    counts: dict[str, int] = {}

    def share(text: str) -> int:
        if text not in counts:
            counts[text] = sum(text.casefold() in answer for answer in answers)
        return counts[text]

    def repeated(each: Asked) -> bool:
        return all(any(text.casefold() in each.question.casefold() for text in item) for item in each.says)

    def usual(each: Asked) -> bool:
        return all(any(2 * share(text) >= len(answers) for text in item) for item in each.says)

    # Of one exchange, what all answers have may be just what is meant to be learned.
    constant = len({each.answered_at for each in asked}) > 1
    for place, those in by_place.items():
        in_question, in_answers = list(filter(repeated, those)), list(filter(usual, those))
        if 2 * len(in_question) >= len(those):
            each = in_question[0]
            text = next(t for t in each.says[0] if t.casefold() in each.question.casefold())
            where, who = f"the question itself, “{shorten(each.question)}”", "an answer that repeats the question"
        elif constant and 2 * len(in_answers) >= len(those):
            each = in_answers[0]
            text = max(each.says[0], key=share)
            where = f"{share(text):,} of {len(answers):,} answers of `{block.name}`"
            who = "one answer given to everything"
        else:
            continue
        yield Diagnostic("A503", place, {"text": shorten(text), "where": where, "who": who})


def _drawn(units: list[Unit]) -> tuple[list[str], list[Asked]]:
    """The answers of a block, and those of its conversations that have a `says`; of very many, some."""
    total = sum(unit.source.count for unit in units)
    indices = distinct(Stream(1, "says"), MAX_LOOKED_AT, total) if total > MAX_LOOKED_AT else list(range(total))
    answers: list[str] = []
    asked: list[Asked] = []
    start, at = 0, 0
    for unit in units:
        stop = start + unit.source.count
        while at < len(indices) and indices[at] < stop:
            program, picks = unit.source.at(indices[at] - start)
            at += 1
            conversation = program.conversation(picks)
            question = next((m.content or "" for m in reversed(conversation.messages) if m.role == "user"), "")
            answer = (conversation.messages[-1].content or "").casefold()
            answers.append(answer)
            if conversation.says and conversation.fault is None:
                place = program.ending(picks).says[0].template.span
                answered_at = conversation.origin.messages[-1]
                asked.append(Asked(question, answer, answered_at, conversation.says, place))
        start = stop
    return answers, asked
