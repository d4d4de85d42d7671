"""A501: a format that reads values out of messages, and shows nothing of messages that are no such thing."""

from collections.abc import Iterator

from ftc.check.dependencies import add_with_dependencies, all_names, invalid_values, user_texts
from ftc.check.model import Block, Computed, Message, Name, Turn
from ftc.diagnostics import Diagnostic
from ftc.quality.context import Context


def check(context: Context) -> Iterator[Diagnostic]:
    """Whatever is answered with nothing of what the user said shows how to answer what does not fit: such turns may be
    written as cases, or as dialogs beside the format."""
    blocks = context.model.blocks
    if any(_shows_a_refusal(block) for block in blocks if block.kind == "dialog"):
        return
    for block in blocks:
        if block.kind == "format" and not _shows_a_refusal(block) and any(map(_picked_and_answered, block.turns)):
            yield Diagnostic("A501", block.span, {"name": block.name})


def _shows_a_refusal(block: Block) -> bool:
    if any(invalid_values(name) for turn in block.turns for name in _said(turn)):
        return True
    return not all(map(_picked_and_answered, block.turns))


def _picked_and_answered(turn: Turn) -> bool:
    """Whether an answer is made of what varies in the message."""
    said = {name for name in _said(turn) if not isinstance(name, Computed)}
    return any(said & _names_of(message) for message in turn.messages[turn.answer :])


def _said(turn: Turn) -> set[Name]:
    return {name for text in user_texts(turn) for name in all_names(text)}


def _names_of(message: Message) -> set[Name]:
    found = all_names(message.content) if message.content is not None else set()
    for call in message.calls:
        for _, argument in call.arguments:
            for read in argument.reads:
                add_with_dependencies(read.name, found)
    return found
