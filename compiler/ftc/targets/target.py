"""The class of all targets, and the checks that several of them share. Nothing heavy is imported here."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from ftc.diagnostics import Diagnostic
from ftc.expand.conversation import Conversation, Message
from ftc.source import Span

if TYPE_CHECKING:
    from pydantic import BaseModel

    from ftc.expand.plan.plan import Conversations, Plan

Refusal = Callable[["Target", Conversation], Iterator[Diagnostic]]
"""Finds what a target cannot express in a conversation; the diagnostic points at the message."""


@dataclass(frozen=True, slots=True)
class Target:
    """A format of lines.

    `line` encodes a conversation, without the line end, and is only called for conversations that pass all `refusals`.
    A target of `pairs` writes only the conversations that have a rejected answer. `shape` names the model of a line in
    `ftc.targets.shapes`; `services` are those that want the `minimum` of lines, any where none is named;
    `dataset_info` is the entry for such a file in LLaMA-Factory's `dataset_info.json`.
    """

    name: str
    line: Callable[[Conversation], bytes]
    shape: str
    refusals: tuple[Refusal, ...]
    minimum: int = 1
    services: tuple[str, ...] = ()
    max_tokens: int | None = None
    max_bytes: int | None = None
    pairs: bool = False
    dataset_info: Mapping[str, object] | None = None

    def accepts(self, conversation: Conversation) -> bool:
        """Whether this target writes a line for the conversation."""
        return not self.pairs or conversation.rejected is not None

    def limits(self, conversation: Conversation) -> Iterator[Diagnostic]:
        """What this target cannot express in the conversation."""
        if self.accepts(conversation):
            for refusal in self.refusals:
                yield from refusal(self, conversation)

    def totals(self, plan: "Plan", provider: object = None) -> Iterator[Diagnostic]:
        """What is wrong with the number of training lines. `provider` is where the files say that they train."""
        span = plan.blocks[0].span if plan.blocks else None
        lines = self._pairs(plan.training) if self.pairs else plan.training.count
        if self.pairs and not lines:
            if not plan.training.count and plan.validation.count:
                return  # all is held out, which is told of the line that does it
            yield Diagnostic("E607", span, {"target": self.name})
        elif 0 < lines < self.minimum and (not self.services or provider in self.services):
            yield Diagnostic("W601", span, {"target": self.name, "count": lines, "minimum": self.minimum})

    def _pairs(self, conversations: "Conversations") -> int:
        """How many become lines, counted no further than the minimum, nor past a hundred thousand conversations."""
        count = 0
        for conversation in conversations[: min(conversations.count, 100_000)]:
            count += self.accepts(conversation)
            if count == self.minimum:
                break
        return count

    def model(self) -> "type[BaseModel]":
        """The shape of a line, for checks of a sample."""
        from ftc.targets import shapes

        shape: type[BaseModel] = getattr(shapes, self.shape)
        return shape


# One encoder for all lines: `json.dumps` with these options would create one for every line. `NaN` is not JSON, so it
# must raise.
dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def on_one_line(json_text: str) -> str:
    """The same JSON with an escape for each character in its strings that some readers take for the end of a line, as
    Python's `splitlines` and JavaScript before 2019 do. JSON itself wants the others of them escaped."""
    if json_text.isascii():
        return json_text
    return json_text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("\x85", "\\u0085")


def encode(line: object) -> bytes:
    """Compact JSON in UTF-8 on one line, keys in the order given."""
    return on_one_line(dump(line)).encode()


# ── refusals ──────────────────────────────────────────────────────────────────────────────────────


def _refuse(target: Target, code: str, span: Span, **data: object) -> Diagnostic:
    return Diagnostic(code, span, {"target": target.name, **data})


def _placed(conversation: Conversation) -> Iterator[tuple[Message, Span]]:
    return zip(conversation.messages, conversation.origin.messages, strict=True)


def no_tools(target: Target, conversation: Conversation) -> Iterator[Diagnostic]:
    for message, span in _placed(conversation):
        if message.calls:
            yield _refuse(target, "E601", span, what="a tool call")
        elif message.role == "tool":
            yield _refuse(target, "E601", span, what="the answer of a tool")


def _no_untrained(target: Target, conversation: Conversation, *, reason: str) -> Iterator[Diagnostic]:
    for message, span in _placed(conversation):
        if not message.trained:
            yield _refuse(target, "E602", span, reason=reason)


def no_untrained(reason: str) -> Refusal:
    """`reason` is a sentence about the target, shown as it is."""
    return partial(_no_untrained, reason=reason)


def alternating(target: Target, conversation: Conversation) -> Iterator[Diagnostic]:
    """Users (and tools) and the assistant take turns, a user first."""
    before, calls = "assistant", 0
    for message, span in _placed(conversation):
        if message.role == "system":
            continue
        side = "assistant" if message.role == "assistant" else "user"
        # Several calls have consecutive answers, which together are one turn.
        if side == before and not (message.role == "tool" and calls):
            yield _refuse(target, "E603", span, role=message.role)
        calls = len(message.calls) if message.calls else max(0, calls - 1)
        before = side


def one_call_at_a_time(target: Target, conversation: Conversation) -> Iterator[Diagnostic]:
    """For lines that take several calls in a message, but not the answers of tools in a row that follow."""
    for message, span in _placed(conversation):
        if len(message.calls) > 1:
            yield _refuse(target, "E605", span, calls=len(message.calls))


def no_two_answers(target: Target, conversation: Conversation) -> Iterator[Diagnostic]:
    for (first, _), (second, span) in pairwise(_placed(conversation)):
        if first.role == second.role == "assistant":
            yield _refuse(target, "E603", span, role="assistant")


def no_empty_text(target: Target, conversation: Conversation) -> Iterator[Diagnostic]:
    for message, span in _placed(conversation):
        if message.content is not None and not message.content.strip() and not message.calls:
            way = "no system" if message.role == "system" else ""
            yield _refuse(target, "E604", span, role=message.role, way=way)


def not_too_long(target: Target, conversation: Conversation) -> Iterator[Diagnostic]:
    from ftc.targets import tokens

    limit = target.max_tokens
    if limit is None or tokens.surely_fit(conversation, limit):
        return
    count = tokens.count(conversation)
    if count is None:
        yield _refuse(target, "W602", conversation.origin.span, limit=f"{limit:,}")
    elif count > limit:
        yield _refuse(target, "E606", conversation.origin.span, tokens=f"{count:,}", limit=f"{limit:,}")
