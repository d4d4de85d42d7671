"""The number of tokens that a job trains on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ftc.expand.random import Stream, distinct
from ftc.providers.provider import TokenCounter
from ftc.targets import tokens
from ftc.targets.target import Target

if TYPE_CHECKING:
    from ftc.expand.conversation import Conversation
    from ftc.expand.plan.plan import Conversations

COUNTED = 20_000
"""Conversations that are counted one by one; of more, a sample of this size is."""
COUNTED_EXACTLY = 10_000
"""The same where the model's own template writes each of them, which takes a millisecond."""

O200K, MODEL = "o200k_base", "the model"


@dataclass(frozen=True, slots=True)
class TokenCount:
    """The tokens of all lines together, and of the longest one. `sampled` says that they come from a sample; `by` whose
    they are: those of the model itself, as its trainer counts, or of `o200k_base`."""

    total: int
    longest: int
    sampled: bool
    by: str = O200K


def count_tokens(
    conversations: "Conversations", target: Target, counter: TokenCounter | None = None
) -> TokenCount | None:
    """The tokens by the counter of the model, else by `o200k_base`: an estimate for other models. None without the
    library for that."""
    count = conversations.count
    most = COUNTED if counter is None else COUNTED_EXACTLY
    sampled = count > most
    indices = list(distinct(Stream(0, "tokens"), most, count)) if sampled else range(count)
    total = longest = line = 0
    for index in indices:
        conversation = conversations[index]
        if not target.accepts(conversation):
            continue
        line += 1
        if counter is None:
            number = _of(conversation, target)
            if number is None:
                return None
            numbers: Sequence[int] = [number]
        else:
            numbers = counter.count(target.line(conversation), index + 1 if sampled else line)
        total += sum(numbers)
        longest = max(longest, *numbers, 0)
    whole = total * count // len(indices) if sampled else total
    return TokenCount(whole, longest, sampled, O200K if counter is None else MODEL)


def _of(conversation: "Conversation", target: Target) -> int | None:
    number = tokens.count(conversation)
    if number is None or not target.pairs:
        return number
    return number + (tokens.count_text(conversation.rejected or "") or 0)
