"""One look at every conversation: what the target cannot take, contradictions, duplicates, leaks, and too few wordings.

Conversations are remembered as 64-bit hashes; what looks like a finding is looked at again by its text, so that no
finding is a collision of hashes.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from ftc.diagnostics import Diagnostic, Label
from ftc.expand.conversation import Conversation, Message
from ftc.expand.frames import PickFailure
from ftc.expand.ops import Slot
from ftc.expand.plan import BlockPlan, Plan, failed
from ftc.expand.where import Watched
from ftc.source import Span
from ftc.targets import tokens
from ftc.targets.target import Target

# A block can go wrong in as many ways as it has conversations: this many of one kind are told.
MAX_TOLD = 10

MIN_WORDINGS = 5


@dataclass
class Scan:
    """What was seen. `longest_tokens` is None where it was not asked for or cannot be counted."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    longest_tokens: int | None = None


@dataclass(slots=True)
class _Seen:
    """One conversation as it is looked at."""

    block: BlockPlan
    conversation: Conversation
    validation: bool
    answers: "list[_Answer]"


@dataclass(slots=True)
class _Answer:
    """An assistant message: `context` is all before it, `picked` what was picked before it, `at` its place
    among the messages."""

    context: int
    picked: int
    said: tuple[object, ...]
    at: int


Progress = Callable[[int], AbstractContextManager[Callable[[int], None]]]
"""Told how many conversations will be looked at, then now and then how many more have been."""

STEP = 1000


def silent(total: int) -> AbstractContextManager[Callable[[int], None]]:
    """A progress that nobody watches."""
    return nullcontext(lambda more: None)


def scan(plan: Plan, target: Target, *, measure: bool, progress: Progress = silent) -> Scan:
    """Look at every conversation of the plan, twice where the first look found something odd."""
    total = sum(block.once.count + block.validation.count for block in plan.blocks)
    with progress(total) as advance:
        return _scan(plan, target, measure, advance)


def _scan(plan: Plan, target: Target, measure: bool, advance: Callable[[int], None]) -> Scan:
    result = Scan()
    limits: dict[object, Diagnostic] = {}
    wordings: dict[str, set[str]] = defaultdict(set)
    contexts: dict[int, int] = {}
    odd: set[int] = set()
    hashes: dict[int, bool] = {}
    again: set[int] = set()
    says: dict[object, Diagnostic] = {}
    failures: dict[Span, Diagnostic] = {}
    for number, seen in enumerate(_all(plan, failures), 1):
        if number % STEP == 0:
            advance(STEP)
        conversation = seen.conversation
        for found in target.limits(conversation):
            if len(limits) < MAX_TOLD:
                limits.setdefault((found.code, found.span), found)
        if measure:
            size = tokens.count(conversation)
            result.longest_tokens = None if size is None else max(size, result.longest_tokens or 0)
        _wording(seen, wordings)
        if len(says) < MAX_TOLD:
            _said(seen, says)
            _rejected(seen, says)
        for answer in seen.answers:
            if contexts.setdefault(answer.context, answer.picked) != answer.picked:
                odd.add(answer.context)
        whole = hash(_whole(conversation))
        if whole in hashes:
            again.add(whole)
        hashes.setdefault(whole, seen.validation)
    result.diagnostics += [*failures.values(), *limits.values(), *says.values()]
    if odd:
        result.diagnostics += _contradictions(plan, odd)
    if again:
        result.diagnostics += _twice(plan, again)
    if not failures:
        result.diagnostics += _few(plan, wordings)
    return result


def _all(plan: Plan, failures: dict[Span, Diagnostic] | None = None) -> Iterator[_Seen]:
    """Every conversation once: what `repeat` says again is left out. One that cannot be made goes to `failures`."""
    for block in plan.blocks:
        for conversations, validation in ((block.once, False), (block.validation, True)):
            for program, picks in conversations.all_picked():
                watched = _Watched(picks)
                try:
                    conversation = program.conversation(watched, watch=watched.mark)
                except PickFailure as failure:
                    if failures is not None:
                        failures.setdefault(failure.span, failed(failure))
                    continue
                yield _Seen(block, conversation, validation, _answers(conversation, watched))


class _Watched(Watched):
    """Picks that remember how many of them had been asked for before each message."""

    def __init__(self, picks: dict[Slot, int]) -> None:
        super().__init__(picks)
        self.before: list[int] = []

    def mark(self) -> None:
        """The next message begins."""
        self.before.append(len(self.asked))


def _answers(conversation: Conversation, watched: _Watched) -> list[_Answer]:
    answers = []
    context = hash(tuple(tool.name for tool in conversation.tools))
    asked = list(watched.asked)
    for at, message in enumerate(conversation.messages):
        said = _said_by(message)
        if message.role == "assistant" and message.trained:
            picked = tuple((slot.path, dict.__getitem__(watched, slot)) for slot in asked[: watched.before[at]])
            line = conversation.origin.messages[at]
            answers.append(_Answer(context, hash((picked, line.source.name, line.start)), said, at))
        context = hash((context, said))
    return answers


def _said_by(message: Message) -> tuple[object, ...]:
    calls = tuple((c.name, repr(c.arguments)) for c in message.calls)
    return message.role, message.content, calls


def _whole(conversation: Conversation) -> tuple[object, ...]:
    return tuple(map(_said_by, conversation.messages)), conversation.rejected


# ── findings ──────────────────────────────────────────────────────────────────────────────────────


def _contradictions(plan: Plan, odd: set[int]) -> Iterator[Diagnostic]:
    """E501: contexts whose answers depend on where they come from. Alternatives of one answer are one set of
    answers."""
    groups: dict[tuple[tuple[object, ...], ...], dict[int, dict[object, _Seen]]] = defaultdict(
        lambda: defaultdict(dict)
    )
    for seen in _all(plan):
        for answer in seen.answers:
            if answer.context in odd:
                before = tuple(_said_by(m) for m in seen.conversation.messages[: answer.at])
                groups[before][answer.picked].setdefault(answer.said, seen)
    told: set[object] = set()
    for before, sources in groups.items():
        sets = list(sources.values())
        other = next((s for s in sets[1:] if set(s) != set(sets[0])), None)
        if other is None:
            continue
        said = next((s for s in other if s not in sets[0]), next(iter(other)))
        first = next((s for s in sets[0] if s not in other), next(iter(sets[0])))
        a, b = sets[0][first], other[said]
        span_a, span_b = a.conversation.origin.messages[len(before)], b.conversation.origin.messages[len(before)]
        if (span_a, span_b) in told or len(told) >= MAX_TOLD:
            continue
        told.add((span_a, span_b))
        user = next((m[1] for m in reversed(before) if m[0] == "user"), "")
        data = {
            "user": _cut(user),
            "first": _cut(a.conversation.messages[len(before)]),
            "second": _cut(b.conversation.messages[len(before)]),
            "same": "yes" if span_a == span_b else "",
        }
        labels = () if span_a == span_b else (Label(span_a, "the other answer"),)
        yield Diagnostic("E501", span_b, data, labels)


def _twice(plan: Plan, again: set[int]) -> Iterator[Diagnostic]:
    """W502: the same conversation more than once. E502: a training conversation that is held out too."""
    first: dict[tuple[object, ...], _Seen] = {}
    copies: dict[tuple[str, str], list[_Seen]] = defaultdict(list)
    leaks: dict[str, list[_Seen]] = defaultdict(list)
    for seen in _all(plan):
        whole = _whole(seen.conversation)
        if hash(whole) not in again:
            continue
        earlier = first.setdefault(whole, seen)
        if earlier is not seen:
            if earlier.validation != seen.validation:
                held_out = earlier if earlier.validation else seen
                leaks[held_out.block.name].append(held_out)
            else:
                copies[earlier.block.name, seen.block.name].append(seen)
    for (_, block), found in copies.items():
        conversation = found[0].conversation
        original = first[_whole(conversation)].conversation
        label = Label(original.origin.messages[_user(original)], "the same conversation")
        data = {"count": len(found), "block": block, "user": _cut(conversation.messages[_user(conversation)].content)}
        span = conversation.origin.messages[_user(conversation)]
        yield Diagnostic("W502", span, data, () if label.span == span else (label,))
    for block, found in leaks.items():
        conversation = found[0].conversation
        data = {"count": len(found), "block": block, "user": _cut(conversation.messages[_user(conversation)].content)}
        yield Diagnostic("E502", conversation.origin.messages[_user(conversation)], data)


def _user(conversation: Conversation) -> int:
    return next((i for i, m in enumerate(conversation.messages) if m.role == "user"), 0)


def _wording(seen: _Seen, wordings: dict[str, set[str]]) -> None:
    block = seen.block
    if block.kind == "fact" and len(wordings[block.name]) < MIN_WORDINGS:
        wordings[block.name].add(seen.conversation.messages[_user(seen.conversation)].content or "")


def _few(plan: Plan, wordings: dict[str, set[str]]) -> Iterator[Diagnostic]:
    """W504: a fact in too few wordings to be learned."""
    for block in plan.blocks:
        found = len(wordings.get(block.name, ()))
        if block.kind == "fact" and 0 < found < MIN_WORDINGS:
            yield Diagnostic("W504", block.span, {"name": block.name, "count": found})


def _said(seen: _Seen, told: dict[object, Diagnostic]) -> None:
    """W506: an answer that does not hold what its own `says` asks for."""
    conversation = seen.conversation
    answer = (conversation.messages[-1].content or "").casefold()
    for texts in conversation.says:
        if not any(text.casefold() in answer for text in texts):
            span = conversation.origin.messages[-1]
            told.setdefault(span, Diagnostic("W506", span, {"text": _cut(texts[0])}))


def _rejected(seen: _Seen, told: dict[object, Diagnostic]) -> None:
    """W503: an answer not to give that is the answer."""
    conversation = seen.conversation
    if conversation.rejected is not None and conversation.rejected == conversation.messages[-1].content:
        span = conversation.origin.messages[-1]
        told.setdefault(("rejected", span), Diagnostic("W503", span, {"text": _cut(conversation.rejected)}))


def _cut(text: object, size: int = 60) -> str:
    words = ("" if text is None else str(text)).replace("\n", " ")
    return words if len(words) <= size else f"{words[: size - 1]}…"
