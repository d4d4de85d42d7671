"""From picks to messages: the lines of a conversation in their frames."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice, product

from ftc.check import model
from ftc.expand.bind.evaluated import Evaluated
from ftc.expand.bind.frames import Frame
from ftc.expand.bind.texts import Hole, ItemHole, Text, TextChoice
from ftc.expand.conversation import Message, ToolCall
from ftc.expand.space.ops import Done, Ops, Picks, Slot, Token
from ftc.slotted import slotted
from ftc.source import Span

# A `says` with more readings than this accepts the first of them.
MAX_READINGS = 100


class Line:
    """One message in a frame."""

    __slots__ = ("calls", "message", "ops", "place", "reached", "text")

    def __init__(
        self, message: model.Message, frame: Frame, path: str, place: Callable[[Picks], Span] | None = None
    ) -> None:
        self.message = message
        self.text = Text(message.content, frame, path) if message.content is not None else None
        self.calls = tuple([(c, [(n, Evaluated.of(e, frame)) for n, e in c.arguments]) for c in message.calls])
        inputs = [op for _, arguments in self.calls for _, value in arguments for op in value.ops]
        self.ops: Ops = self.text.ops if self.text else tuple(inputs)
        self.reached: Token | None = None
        """Done where a conversation comes to this answer, if it is trained and meets anything: what is met before can
        then be told from what the answer meets first."""
        if self.ops and message.role == "assistant" and message.trained:
            self.reached = Token()
            self.ops = (Done(self.reached), *self.ops)
        self.place = place
        """Where the message was written for given picks, where that depends on them."""

    def span(self, picks: Picks) -> Span:
        """Where the message was written."""
        return self.place(picks) if self.place else self.message.span


def ops_of(lines: Iterable[Line]) -> Ops:
    """What the lines meet, in order."""
    return tuple([op for line in lines for op in line.ops])


@slotted
class Ending:
    """What belongs to the last turn alone: the answer not to give, and what the answer must contain."""

    rejected: Text | None = None
    says: tuple[Text, ...] = ()


NO_ENDING = Ending()


@slotted
class Turn:
    """A turn in a frame: `head` up to the answer, `tail` the answer; `fault` (with `other` for the answer)
    where a name of the head may be invalid. `fault` is the slot that says so, or True where it always is."""

    model: model.Turn
    head: list[Line]
    tail: list[Line]
    other: list[Line]
    fault: Slot | bool = False
    ending: Ending = NO_ENDING
    other_ending: Ending = NO_ENDING

    def lines(self, picks: Picks) -> list[Line]:
        return self.head + (self.other if self.faulty(picks) else self.tail)

    def faulty(self, picks: Picks) -> bool:
        return self.fault if isinstance(self.fault, bool) else picks[self.fault] == 1


class Writer:
    """Renders the messages of one conversation: numbers the calls of tools and pairs them with their answers.

    `before_message` is called before each."""

    def __init__(self, picks: Picks, before_message: Callable[[], None]) -> None:
        self.picks = picks
        self.before_message = before_message
        self.messages: list[Message] = []
        self.lines: list[Line] = []
        self._calls = 0
        self._waiting: list[str] = []

    def write(self, line: Line) -> None:
        message = line.message
        self.before_message()
        self.lines.append(line)
        if line.text is None:
            calls = []
            for call, arguments in line.calls:
                self._calls += 1
                calls.append(ToolCall(f"call_{self._calls}", call.tool.name, self.arguments(arguments)))
            self._waiting = [c.id for c in calls]
            self.messages.append(Message("assistant", None, tuple(calls), None, message.trained))
            return
        call_id = self._waiting.pop(0) if message.role == "tool" else None
        self.messages.append(Message(message.role, self.rendered(line.text), (), call_id, message.trained))

    def rendered(self, text: Text) -> str:
        """The text for the picks."""
        return text.render(self.picks)

    def arguments(self, arguments: list[tuple[str, Evaluated]]) -> Mapping[str, object]:
        """The arguments of a call."""
        return {name: value.plain(self.picks) for name, value in arguments}


def ending_of(turn: model.Turn | model.Invalid, frame: Frame, path: str, *, pairs: bool) -> tuple[Ending, Ops]:
    """What follows the last message, and what that picks: `says` nothing, the rejected answer in pairs alone."""
    says = tuple([Text(t, frame, f"{path}says{i}") for i, t in enumerate(turn.says)])
    rejected = Text(turn.rejected, frame, f"{path}rejected") if pairs and turn.rejected is not None else None
    if rejected is None:
        return Ending(says=says) if says else NO_ENDING, ()
    return Ending(rejected, says), rejected.ops


def acceptable(text: Text, picks: Picks) -> tuple[str, ...]:
    """The texts that a `says` accepts: every reading of its unnamed alternatives; none where it shows a name that is
    not met."""
    return tuple(islice(dict.fromkeys(_readings(text, picks)), MAX_READINGS))


def _readings(text: Text, picks: Picks) -> Iterator[str]:
    options: list[list[str]] = []
    for part in text.parts:
        if isinstance(part, str):
            options.append([part])
        elif isinstance(part, TextChoice):
            every = (reading for each in part.texts for reading in _readings(each, picks))
            options.append(list(islice(every, MAX_READINGS)))
        else:
            try:
                options.append(_shown(part, picks))
            except KeyError:  # a pick that was not made
                options.append([])
    return ("".join(pieces) for pieces in product(*options))


def _shown(part: Hole | ItemHole, picks: Picks) -> list[str]:
    if isinstance(part, Hole):
        return [part.render(picks)]
    size = min(len(part.choice.items(picks)), MAX_READINGS)
    return [part.render({**picks, part.choice.slot: pick}) for pick in range(size)]


def restyle(pairs: tuple[tuple[str, str], ...], answer: str) -> str:
    """Swap whole words, all in one pass; where two could start at one place, the longer one."""
    return _words(pairs).sub(lambda found: dict(pairs)[found[0]], answer) if pairs else answer


@lru_cache(maxsize=16)
def _words(pairs: tuple[tuple[str, str], ...]) -> "re.Pattern[str]":
    words = sorted((plain for plain, _ in pairs), key=lambda word: (-len(word), word))
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, words)) + r")(?!\w)")
