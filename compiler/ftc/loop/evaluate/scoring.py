"""Whether an answer is right. The method depends on the expected answer, and the report names it:

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
    """An answer that is accepted. `text` is None where it only calls tools; `says` as in a conversation."""

    text: str | None
    calls: tuple[tuple[str, Mapping[str, object]], ...] = ()
    says: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def of(cls, conversation: Conversation, at: int) -> "Expected":
        """A message of a conversation as the expected answer. `says` applies to the last one."""
        message = conversation.messages[at]
        last = at == len(conversation.messages) - 1
        calls = tuple((call.name, call.arguments) for call in message.calls)
        return cls(message.content, calls, conversation.says if last else ())

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
    """Whether a reply is one of the accepted answers."""
    return any(_matches(reply, expected) for expected in accepted)


def is_exact(reply: Reply, accepted: Iterable[Expected]) -> bool:
    """Whether a reply is one of the accepted answers to the letter."""
    return any(
        _same_calls(reply.calls, each.calls) if each.calls else not reply.calls and reply.text == (each.text or "")
        for each in accepted
    )


def _matches(reply: Reply, expected: Expected) -> bool:
    if expected.calls or reply.calls:
        return _same_calls(reply.calls, expected.calls)
    text = expected.text or ""
    if normal(reply.text) == normal(text):
        return True
    match expected.method:
        case "says":
            return contains_all(reply.text, expected.says)
        case "json":
            found = _parsed(reply.text)
            return found is not None and same_json(found, _parsed(text))
        case _:
            return False


# ── texts ─────────────────────────────────────────────────────────────────────────────────────────


def normal(text: str) -> str:
    """A text without differences that are invisible: letters composed one way, one blank for each run of them."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def contains_all(text: str, required: Sequence[Sequence[str]]) -> bool:
    """Whether a text contains each of the required texts, in any one of its readings; case makes no difference."""
    folded = _folded(text)
    return all(any(_folded(reading) in folded for reading in readings) for readings in required)


def _folded(text: str) -> str:
    return normal(unicodedata.normalize("NFC", text).casefold())


# ── values ────────────────────────────────────────────────────────────────────────────────────────


def _parsed(text: str) -> object:
    """The JSON value of a text; None where it is not JSON, or nested deeper than 200."""
    try:
        return from_json(text)
    except ValueError:
        return None


def same_json(one: object, other: object) -> bool:
    """Whether two JSON values are equal: the order of keys does not matter, `1` is `1.0`, `true` is no number."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same_json(value, other[key]) for key, value in one.items())
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same_json, one, other))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return one == other


def _same_calls(calls: Sequence[Call], expected: Sequence[tuple[str, Mapping[str, object]]]) -> bool:
    """Whether the calls are the expected ones, each once."""
    left = list(expected)
    for call in calls:
        given = _parsed(call.arguments or "{}")
        found = next((each for each in left if each[0] == call.name and same_json(given, each[1])), None)
        if found is None:
            return False
        left.remove(found)
    return not left
