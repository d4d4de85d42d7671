"""What is asked of each conversation: whether the target can take it, whether it holds what its `says` asks for,
whether the answer not to give differs from the answer, and how many tokens it has.
"""

from collections.abc import Callable

from ftc.diagnostics import Diagnostic
from ftc.expand.bind.frames import PickFailure
from ftc.expand.conversation import Conversation
from ftc.quality.excerpt import cut
from ftc.quality.units import Unit
from ftc.targets import tokens
from ftc.targets.target import Target

# A block can go wrong in as many ways as it has conversations: this many of one kind are told.
MAX_TOLD = 10

STEP = 1000


class Looks:
    """Looks at conversations one by one. `longest_tokens` is None where tokens are not, or cannot be, counted."""

    def __init__(self, target: Target, *, measure: bool) -> None:
        self._target = target
        self._measure = measure
        self._limits: dict[object, Diagnostic] = {}
        self._says: dict[object, Diagnostic] = {}
        self.longest_tokens: int | None = None

    def look(self, unit: Unit, fail: Callable[[PickFailure], None], advance: Callable[[int], None]) -> None:
        """Look at all of a unit."""
        number = 0
        for number, seen in enumerate(unit.seen(fail), 1):
            self.look_at(seen.conversation)
            if number % STEP == 0:
                advance(STEP)
        advance(number % STEP)

    def findings(self) -> list[Diagnostic]:
        return [*self._limits.values(), *self._says.values()]

    def look_at(self, conversation: Conversation) -> None:
        """Look at one conversation."""
        for found in self._target.limits(conversation):
            if len(self._limits) < MAX_TOLD:
                self._limits.setdefault((found.code, found.span), found)
        if self._measure:
            size = tokens.count(conversation)
            self.longest_tokens = None if size is None else max(size, self.longest_tokens or 0)
        if len(self._says) < MAX_TOLD:
            self._said(conversation)
            self._rejected(conversation)

    def _said(self, conversation: Conversation) -> None:
        """W506: an answer that does not hold what its own `says` asks for."""
        answer = (conversation.messages[-1].content or "").casefold()
        for texts in conversation.says:
            if not any(text.casefold() in answer for text in texts):
                span = conversation.origin.messages[-1]
                self._says.setdefault(span, Diagnostic("W506", span, {"text": cut(texts[0])}))

    def _rejected(self, conversation: Conversation) -> None:
        """W503: an answer not to give that is the answer."""
        if conversation.rejected is not None and conversation.rejected == conversation.messages[-1].content:
            span = conversation.origin.messages[-1]
            self._says.setdefault(("rejected", span), Diagnostic("W503", span, {"text": cut(conversation.rejected)}))
