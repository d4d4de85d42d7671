"""How many tokens a job trains on."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ftc.expand.random import Stream, distinct
from ftc.targets import tokens
from ftc.targets.target import Target

if TYPE_CHECKING:
    from ftc.expand.conversation import Conversation
    from ftc.expand.plan.plan import Conversations

COUNTED = 20_000
"""Conversations that are counted one by one; of more, so many are drawn."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of all lines together and of the longest seen. `drawn` says that they were estimated from a sample."""

    total: int
    longest: int
    drawn: bool


def counted(conversations: "Conversations", target: Target) -> Tokens | None:
    """Counted offline with `o200k_base`: an estimate for models with another table. None without the library."""
    count = conversations.count
    drawn = count > COUNTED
    indices = list(distinct(Stream(0, "tokens"), COUNTED, count)) if drawn else range(count)
    total = longest = 0
    for index in indices:
        number = _of(conversations[index], target)
        if number is None:
            return None
        total += number
        longest = max(longest, number)
    return Tokens(total * count // len(indices) if drawn else total, longest, drawn)


def _of(conversation: "Conversation", target: Target) -> int | None:
    if not target.takes(conversation):
        return 0
    number = tokens.count(conversation)
    if number is None or not target.pairs:
        return number
    return number + (tokens.count_text(conversation.rejected or "") or 0)
