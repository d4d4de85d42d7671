"""E601 to E606 and W602: what the target cannot express in a conversation."""

from collections.abc import Iterator

from ftc.diagnostics import Diagnostic
from ftc.expand.conversation import Conversation
from ftc.quality import proofs
from ftc.quality.context import Context, EachConversation
from ftc.quality.units import Unit


def inspect(context: Context, conversation: Conversation) -> Iterator[Diagnostic]:
    return context.target.limits(conversation)


def proved_absent(context: Context, unit: Unit) -> bool:
    """Conversations that may be too long are found by their lines, and then looked at."""
    return proofs.nothing_refused(unit, context.framer)


check = EachConversation(inspect, proved_absent)
