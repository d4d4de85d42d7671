"""A record of the questions that a model was trained on, so that an evaluation does not ask them as if they were new.

A question is all that stands before a trained answer, in its normal form: one that differs in nothing but capitals,
blanks or the punctuation at the end is the same.
"""

import json
from base64 import b64decode, b64encode
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from struct import iter_unpack, pack
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator
from xxhash import xxh3_64_intdigest

from ftc.disk import open_plain
from ftc.lower.pieces import escaped
from ftc.quality.normal_form import normal_rows
from ftc.records import Record

MOST = 10_000
"""Questions that are recorded. Of more, those with the smallest digests are: as good as drawn by lot."""

Message = Mapping[str, Any]


class TrainedQuestions(Record):
    """Digests of questions, sorted, eight bytes each. `whole` says that these are all of them; else a question with a
    larger digest than the last may be one of the others. `questions` is the version of the format."""

    questions: Literal[1] = 1
    whole: bool
    digests: Annotated[str, Field(max_length=16 * MOST)]

    @field_validator("digests")
    @classmethod
    def _readable(cls, digests: str) -> str:
        if len(b64decode(digests, validate=True)) % 8:
            raise ValueError("it holds no digests")
        return digests

    def holds(self, messages: Sequence[Message]) -> bool:
        """Whether the model was trained to answer these messages, as far as the record goes."""
        wanted = _digest(messages)
        at = bisect_left(self._sorted, wanted)
        return at < len(self._sorted) and self._sorted[at] == wanted

    @cached_property
    def _sorted(self) -> list[int]:
        return sorted(number for (number,) in iter_unpack(">Q", b64decode(self.digests)))


def of_lines(lines: Iterable[Mapping[str, Any]]) -> TrainedQuestions:
    """The questions of lines, conversations or pairs, in bounded memory."""
    kept: set[int] = set()
    whole, limit = True, 2**64
    for line in lines:
        kept.update(each for each in map(_digest, _asked(line)) if each < limit)
        if len(kept) > 2 * MOST:
            kept = set(sorted(kept)[:MOST])
            whole, limit = False, max(kept)
    smallest = sorted(kept)[:MOST]
    data = b"".join(pack(">Q", each) for each in smallest)
    return TrainedQuestions(whole=whole and len(smallest) == len(kept), digests=b64encode(data).decode())


def of_file(path: Path) -> TrainedQuestions:
    """The questions of a file of training lines that ftc wrote."""
    with open_plain(path) as file:
        return of_lines(map(json.loads, file))


def _asked(line: Mapping[str, Any]) -> Iterator[Sequence[Message]]:
    """What stands before each trained answer of a line."""
    if "input" in line:
        yield line["input"]["messages"]
        return
    messages = line["messages"]
    for at, message in enumerate(messages):
        if message["role"] == "assistant" and message.get("weight", 1) != 0:
            yield messages[:at]


def _digest(messages: Sequence[Message]) -> int:
    row = b"".join(b'%s"%s"' % (str(each["role"]).encode(), escaped(_text(each))) for each in messages)
    return xxh3_64_intdigest(normal_rows([row])[0])


def _text(message: Message) -> str:
    calls = [call["function"] for call in message.get("tool_calls") or ()]
    said = [f"{call['name']}({call['arguments']})" for call in calls]
    return "\n".join([str(message.get("content") or ""), *said])
