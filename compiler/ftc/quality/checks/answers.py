"""W506 and W503: an answer that does not hold what its `says` asks for, and a rejected answer that is the answer."""

from collections.abc import Iterator

from ftc.diagnostics import Diagnostic
from ftc.expand.conversation import Conversation
from ftc.quality import proofs
from ftc.quality.context import Context, EachConversation
from ftc.quality.excerpt import shorten
from ftc.quality.units import Unit


def inspect(context: Context, conversation: Conversation) -> Iterator[Diagnostic]:
    last, span = conversation.messages[-1].content, conversation.origin.messages[-1]
    answer = (last or "").casefold()
    for texts in conversation.says:
        if not any(text.casefold() in answer for text in texts):
            yield Diagnostic("W506", span, {"text": shorten(texts[0])})
    if conversation.rejected is not None and conversation.rejected == last:
        yield Diagnostic("W503", conversation.origin.rejected or span, {"text": shorten(conversation.rejected)})


def proved_absent(context: Context, unit: Unit) -> bool:
    return proofs.answers_hold_says(unit) and proofs.rejected_differ(unit)


check = EachConversation(inspect, proved_absent)
