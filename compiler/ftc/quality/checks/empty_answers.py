"""W511: an empty text that is trained as an answer, or as one not to give."""

from collections.abc import Iterator
from itertools import islice

from ftc.diagnostics import Diagnostic
from ftc.expand.bind.frames import PickFailure
from ftc.expand.plan.program import Program
from ftc.lower.messages import messages_of
from ftc.lower.pieces import Constant, Piece, sequence
from ftc.lower.shapes import Fork, by_shape
from ftc.quality import labels, proofs
from ftc.quality.context import MAX_FINDINGS, Context
from ftc.quality.excerpt import shorten
from ftc.quality.normal_form import says_nothing, written_says_nothing
from ftc.quality.units import TracedConversation, Unit
from ftc.source import Span

# Of a unit of which nothing is proved, so many answers are looked at.
MAX_SEARCHED = 1_000_000

TAB, END = Constant(b"\t"), Constant(b"\n")


def check(context: Context) -> Iterator[Diagnostic]:
    found: dict[Span, Diagnostic] = {}
    for unit in context.units:
        if len(found) < MAX_FINDINGS and not proofs.answers_say_something(unit):
            for traced in _with_empty_answers(unit):
                for each in _empty(context, traced):
                    found.setdefault(each.span or unit.block.span, each)
                if len(found) >= MAX_FINDINGS:
                    break
    yield from islice(found.values(), MAX_FINDINGS)


def _with_empty_answers(unit: Unit) -> Iterator[TracedConversation]:
    index = 0
    try:
        for rows in unit.rows(_answers):
            for at, row in enumerate(rows, index):
                if any(map(written_says_nothing, row.split(b"\t")[1:])) and (traced := unit.at(at)) is not None:
                    yield traced
            index += len(rows)
            if index >= MAX_SEARCHED:
                return
    except PickFailure:
        return  # an error by itself


def _answers(program: Program) -> Piece:
    """The trained answers, and the one not to give, each behind a tab."""

    def row(shape: list[Fork]) -> Piece:
        messages, rejected = messages_of(program, shape)
        texts = [m.text for m in messages if m.role == "assistant" and m.trained]
        texts += [] if rejected is None else [rejected]
        return sequence([*[part for text in texts for part in (TAB, text)], END])

    return by_shape(program, row)


def _empty(context: Context, traced: TracedConversation) -> Iterator[Diagnostic]:
    """A target that takes no empty text says so itself."""
    conversation = traced.conversation
    if any(found.code == "E604" for found in context.target.limits(conversation)):
        return
    user = ""
    for at, (message, span) in enumerate(zip(conversation.messages, conversation.origin.messages, strict=True)):
        if message.role == "user":
            user = message.content or ""
        elif message.role == "assistant" and message.trained and says_nothing(message.content):
            said = "the assistant says nothing: an empty text is trained as its answer"
            rows = labels.of_rows(traced.rows(at), "in this row")
            yield Diagnostic("W511", span, {"user": shorten(user), "said": said}, rows)
    if says_nothing(conversation.rejected):
        said = "the answer not to give says nothing: an empty text is trained as it"
        rows = labels.of_rows(traced.all_rows, "in this row")
        yield Diagnostic("W511", conversation.origin.rejected, {"user": shorten(user), "said": said}, rows)
