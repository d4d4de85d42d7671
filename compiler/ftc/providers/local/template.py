"""The chat template of a model, which turns messages into the text that the model reads."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from ftc.providers.local.library import line
from ftc.providers.provider import ProviderError

# Python's own limit.
MAX_DEPTH = 1_000


def render(tokenizer: Any, messages: Sequence[Mapping[str, object]], *, open: bool) -> str:
    """The text of messages; with `open` it ends where the assistant is to speak. ProviderError where the template
    rejects them."""
    plain = [{"role": each["role"], "content": each.get("content") or ""} for each in messages]
    try:
        # Templates of reasoning models read `enable_thinking`; the others ignore it.
        with _bounded_depth():
            text = tokenizer.apply_chat_template(
                plain, tokenize=False, add_generation_prompt=open, enable_thinking=False
            )
    except Exception as error:  # a template is a small program, and may fail in any way
        raise ProviderError("E828", reason=line(error)) from error
    if not isinstance(text, str) or not text.strip():
        raise ProviderError("E828", reason="it makes no text of them")
    return text.encode("utf-8", "replace").decode()


@contextmanager
def _bounded_depth() -> Iterator[None]:
    """A template that calls itself fails before the stack of the process ends, though a source with functions that call
    each other deeply may have allowed more."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(min(before, MAX_DEPTH))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def has_tools(messages: Sequence[Mapping[str, object]]) -> bool:
    return any(each["role"] == "tool" or each.get("tool_calls") for each in messages)


def stops(tokenizer: Any, model: Any) -> list[int]:
    """The tokens that end an answer: those that model and tokenizer declare, and the one that the template puts after
    it."""
    declared = model.generation_config.eos_token_id
    found = set(declared if isinstance(declared, list) else [declared])
    found.add(tokenizer.eos_token_id)
    try:
        text = render(tokenizer, [{"role": "user", "content": "?"}, {"role": "assistant", "content": "!"}], open=False)
    except ProviderError:
        text = ""
    behind = tokenizer(text.rpartition("!")[2], add_special_tokens=False)["input_ids"][:1]
    found.update(each for each in behind if each in tokenizer.all_special_ids)
    return sorted(each for each in found if each is not None)
