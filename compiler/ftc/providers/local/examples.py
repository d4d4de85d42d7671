"""Turns the lines of a training file into examples for a trainer: tokens, and which of them are trained.

Only messages of the assistant are trained, and of those not the ones with `weight: 0`. The position of an answer in the
text of a conversation comes from the chat template itself: the text up to where the assistant is to speak, and the text
with the answer, differ by the answer. This works for any template that only ever appends text.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ftc.disk import open_plain
from ftc.providers.local.template import has_tools, render
from ftc.providers.provider import Method, ProviderError

IGNORED = -100
"""The label of a token that is not trained, which torch's cross entropy ignores."""

_ANSWERS = ("preferred_output", "non_preferred_output")


@dataclass(frozen=True, slots=True)
class Example:
    """The tokens of a conversation; a label is its token where that is trained, else IGNORED."""

    input_ids: list[int]
    labels: list[int]


@dataclass(frozen=True, slots=True)
class Pair:
    """A preference: the messages before, the answer to give and the one not to give. `tokens` are those of the two
    conversations that it makes."""

    prompt: list[dict[str, str]]
    chosen: str
    rejected: str
    tokens: tuple[int, int]


def read_lines(path: Path, method: Method) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The lines of a file, numbered. ProviderError at one that cannot be trained on here, because it has tools."""
    try:
        with open_plain(path) as file:
            for number, text in enumerate(file, 1):
                yield number, parse_line(text, method, _where(path, number))
    except OSError as error:
        raise ProviderError("E833", where=str(path), reason=error.strerror or str(error)) from error


def parse_line(text: bytes, method: Method, where: str) -> Mapping[str, Any]:
    """A line of a file. ProviderError, with the place `where`, if it cannot be trained on here."""
    try:
        line: Mapping[str, Any] = json.loads(text)
        input = line["input"] if method == "dpo" else line
        answers = [line[key][0] for key in _ANSWERS] if method == "dpo" else []
        tools = input.get("tools") or has_tools([*input["messages"], *answers])
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ProviderError("E833", where=where, reason="it is no line of this format") from error
    if tools:
        raise ProviderError("E833", where=where, reason="it speaks of tools")
    return line


def examples(path: Path, tokenizer: Any, window: int) -> list[Example]:
    """The conversations of a file, as tokens. One whose answers are all untrained is left out."""
    found: list[Example] = []
    for number, line in read_lines(path, "supervised"):
        found += examples_of(line, tokenizer, window, _where(path, number))
    if not found:
        raise ProviderError("E833", where=str(path), reason="no answer in it is to be trained")
    return found


def examples_of(line: Mapping[str, Any], tokenizer: Any, window: int, where: str) -> list[Example]:
    """The examples that a line makes. ProviderError, with the place `where`, if the model cannot read them."""
    try:
        found = conversation(tokenizer, line["messages"])
    except ProviderError as error:
        raise _at(error, where) from error
    for each in found:
        if len(each.input_ids) > window:
            reason = f"it has {len(each.input_ids):,} tokens, and the model reads {window:,}"
            raise ProviderError("E833", where=where, reason=reason)
    return found


def pairs(path: Path, tokenizer: Any) -> list[Pair]:
    """The preferences of a file."""
    found = [pair_of(line, tokenizer, _where(path, number)) for number, line in read_lines(path, "dpo")]
    if not found:
        raise ProviderError("E833", where=str(path), reason="it is empty")
    return found


def pair_of(line: Mapping[str, Any], tokenizer: Any, where: str) -> Pair:
    """The preference that a line says. ProviderError, with the place `where`, if the template refuses it."""
    messages = line["input"]["messages"]
    before = [{"role": each["role"], "content": each.get("content") or ""} for each in messages]
    chosen, rejected = (line[key][0].get("content") or "" for key in _ANSWERS)
    try:
        texts = [
            _answer(tokenizer, [*before, {"role": "assistant", "content": each}])[0] for each in (chosen, rejected)
        ]
    except ProviderError as error:
        raise _at(error, where) from error
    first, second = (len(tokenizer(each, add_special_tokens=False)["input_ids"]) for each in texts)
    return Pair(before, chosen, rejected, (first, second))


def conversation(tokenizer: Any, messages: Sequence[Mapping[str, Any]]) -> list[Example]:
    """A conversation as one example. If the template renders a turn differently once others follow (some leave out the
    model's thoughts), it is an example for each trained turn, after the text that the model will have read before
    it."""
    turns = [at for at, message in enumerate(messages) if message["role"] == "assistant"]
    trained = [at for at in turns if messages[at].get("weight", 1) != 0]
    if not trained:
        return []
    last = trained[-1]
    whole, _ = _answer(tokenizer, messages[: last + 1])
    spans = []
    for at in trained:
        text, span = _answer(tokenizer, messages[: at + 1])
        if not whole.startswith(text[: span[1]]):
            return [_example(tokenizer, *_one(tokenizer, messages[: each + 1])) for each in trained]
        spans.append(span)
    return [_example(tokenizer, whole, spans)]


def _one(tokenizer: Any, messages: Sequence[Mapping[str, Any]]) -> tuple[str, list[tuple[int, int]]]:
    text, span = _answer(tokenizer, messages)
    return text, [span]


def _answer(tokenizer: Any, messages: Sequence[Mapping[str, Any]]) -> tuple[str, tuple[int, int]]:
    """The text of messages that end with an answer, and the position of the answer in it, including the end of turn."""
    before = render(tokenizer, messages[:-1], open=True)
    text = render(tokenizer, messages, open=False)
    if not text.startswith(before) or len(text) == len(before):
        reason = "it shows the messages before an answer otherwise once the answer is there"
        raise ProviderError("E828", reason=reason)
    # A line break behind the end-of-turn token belongs to the next turn: the model stops at the token.
    marked = text.rstrip()
    end = len(marked) if marked.endswith(tuple(tokenizer.all_special_tokens)) else len(text)
    return text, (len(before), max(end, len(before) + 1))


def _example(tokenizer: Any, text: str, spans: Sequence[tuple[int, int]]) -> Example:
    """The tokens of a text, up to the last trained one. A token that begins before an answer does not belong to it."""
    encoded = tokenizer(text[: spans[-1][1]], add_special_tokens=False, return_offsets_mapping=True)
    ids, labels = encoded["input_ids"], []
    waiting = iter(spans)
    start, end = next(waiting)
    for token, (first, behind) in zip(ids, encoded["offset_mapping"], strict=True):
        while first >= end:
            start, end = next(waiting)
        labels.append(token if start <= first < behind <= end else IGNORED)
    return Example(ids, labels)


def _at(error: ProviderError, where: str) -> ProviderError:
    from ftc.wording import worded

    reason = worded(error.diagnostics[0]).message.rstrip(".")
    return ProviderError("E833", where=where, reason=reason[0].lower() + reason[1:])


def _where(path: Path, number: int) -> str:
    return f"Line {number:,} of {path}"
