"""The number of tokens that a job trains on."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ftc.expand.random import Stream, distinct
from ftc.targets import tokens
from ftc.targets.target import Target

if TYPE_CHECKING:
    from ftc.expand.conversation import Conversation
    from ftc.expand.plan.plan import Conversations

COUNTED = 20_000
"""Conversations that are counted one by one; of more, a sample of this size is."""


@dataclass(frozen=True, slots=True)
class TokenCount:
    """The tokens of all lines together, and of the longest one. `estimated` says that they come from a sample."""

    total: int
    longest: int
    estimated: bool


def count_tokens(conversations: "Conversations", target: Target) -> TokenCount | None:
    """The tokens by `o200k_base`, counted offline: an estimate for other models. None without the library."""
    count = conversations.count
    estimated = count > COUNTED
    indices = list(distinct(Stream(0, "tokens"), COUNTED, count)) if estimated else range(count)
    total = longest = 0
    for index in indices:
        number = _of(conversations[index], target)
        if number is None:
            return None
        total += number
        longest = max(longest, number)
    return TokenCount(total * count // len(indices) if estimated else total, longest, estimated)


def _of(conversation: "Conversation", target: Target) -> int | None:
    if not target.accepts(conversation):
        return 0
    number = tokens.count(conversation)
    if number is None or not target.pairs:
        return number
    return number + (tokens.count_text(conversation.rejected or "") or 0)
