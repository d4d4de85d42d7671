"""Whether an answer is right. How that is told depends on the answer that was expected, and stands in the report:

- `says`: where the file lists what an answer must contain, each of the listed texts is in it;
- `calls`: the same calls with the same arguments, whatever the order of either;
- `json`: an object or array is the same value, however it is laid out;
- `text`: the same text, but for runs of blanks and line ends and for how its letters are composed (Unicode NFC).

An answer that is the expected one to the letter is right by any of them.
"""

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic_core import from_json

from ftc.expand.conversation import Conversation
from ftc.providers.provider import Call, Reply

Method = Literal["says", "calls", "json", "text"]


@dataclass(frozen=True, slots=True)
class Expected:
    """An answer that is accepted. `text` is None where it is calls alone; `says` as in a conversation."""

    text: str | None
    calls: tuple[tuple[str, Mapping[str, object]], ...] = ()
    says: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def of(cls, conversation: Conversation, at: int) -> "Expected":
        """What a message of a conversation says. `says` is about the last."""
        said = conversation.messages[at]
        last = at == len(conversation.messages) - 1
        calls = tuple((call.name, call.arguments) for call in said.calls)
        return cls(said.content, calls, conversation.says if last else ())

    @property
    def method(self) -> Method:
        if self.calls:
            return "calls"
        if self.says:
            return "says"
        return "json" if isinstance(_parsed(self.text or ""), dict | list) else "text"

    def __str__(self) -> str:
        """The answer as people read it; calls as JSON."""
        if not self.calls:
            return self.text or ""
        return "\n".join(f"{name}({json.dumps(given, ensure_ascii=False)})" for name, given in self.calls)


def is_right(reply: Reply, accepted: Iterable[Expected]) -> bool:
    """Whether any of the accepted answers is what was answered."""
    return any(_is(reply, expected) for expected in accepted)


def is_exact(reply: Reply, accepted: Iterable[Expected]) -> bool:
    """Whether it is so to the letter."""
    return any(
        _called(reply.calls, each.calls) if each.calls else not reply.calls and reply.text == (each.text or "")
        for each in accepted
    )


def _is(reply: Reply, expected: Expected) -> bool:
    if expected.calls or reply.calls:
        return _called(reply.calls, expected.calls)
    text = expected.text or ""
    if normal(reply.text) == normal(text):
        return True
    match expected.method:
        case "says":
            return says(reply.text, expected.says)
        case "json":
            found = _parsed(reply.text)
            return found is not None and same(found, _parsed(text))
        case _:
            return False


# ── texts ─────────────────────────────────────────────────────────────────────────────────────────


def normal(text: str) -> str:
    """A text without what the eye does not see: letters composed one way, one blank for each run of them."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def says(text: str, wanted: Sequence[Sequence[str]]) -> bool:
    """Whether a text contains each of what is wanted, any one of its readings; capitals make no difference."""
    said = _folded(text)
    return all(any(_folded(reading) in said for reading in readings) for readings in wanted)


def _folded(text: str) -> str:
    return normal(unicodedata.normalize("NFC", text).casefold())


# ── values ────────────────────────────────────────────────────────────────────────────────────────


def _parsed(text: str) -> object:
    """The JSON value of a text; None, too, where it is none, or nested deeper than 200."""
    try:
        return from_json(text)
    except ValueError:
        return None


def same(one: object, other: object) -> bool:
    """Whether two JSON values are one: the order of keys says nothing, `1` is `1.0`, and `true` is no number."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return one == other


def _called(calls: Sequence[Call], wanted: Sequence[tuple[str, Mapping[str, object]]]) -> bool:
    """Whether the calls are those that are wanted, each once."""
    left = list(wanted)
    for call in calls:
        given = _parsed(call.arguments or "{}")
        found = next((each for each in left if each[0] == call.name and same(given, each[1])), None)
        if found is None:
            return False
        left.remove(found)
    return not left
