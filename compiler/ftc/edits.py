"""Edits of a source: a way out of a finding that an editor, or `ftc check --fix`, can take by itself."""

from collections.abc import Iterable
from typing import NamedTuple

from ftc.source import SourceFile, Span


class Edit(NamedTuple):
    """A text to stand in place of a span: an empty span is where to insert, an empty text deletes."""

    span: Span
    text: str


Edits = tuple[Edit, ...]
"""What is edited together, without overlaps."""


def instead(span: Span, text: str) -> Edits:
    """The edit that puts a text in place of a span; none where no text is known."""
    return (Edit(span, text),) if text else ()


def edited(text: str, edits: Iterable[Edit]) -> str:
    """A text behind edits that do not overlap."""
    parts: list[str] = []
    at = 0
    for (_, start, end), new in sorted(edits, key=lambda edit: edit.span[1:]):
        parts += (text[at:start], new)
        at = end
    return "".join([*parts, text[at:]])


def edited_line(edits: Edits) -> str:
    """The statement on the line of some edits behind them, as a help shows it."""
    source = edits[0].span.source
    start = source.text.rfind("\n", 0, min(edit.span.start for edit in edits)) + 1
    stop = source.text.find("\n", max(edit.span.end for edit in edits))
    stop = stop if stop >= 0 else len(source.text)
    moved = (Edit(Span(source, edit.span.start - start, edit.span.end - start), edit.text) for edit in edits)
    return edited(source.text[start:stop], moved).strip()


def without_line(span: Span) -> Edits:
    """The edit that deletes the line on which a span begins, with its end."""
    source = span.source
    start = source.text.rfind("\n", 0, span.start) + 1
    stop = source.text.find("\n", span.start) + 1
    return (Edit(Span(source, start, stop or len(source.text)), ""),)


def new_line(source: SourceFile, at: int, text: str) -> Edit:
    """The edit that writes a line above that of an offset, as far to the right."""
    start = source.text.rfind("\n", 0, at) + 1
    line = source.text[start:]
    margin = line[: len(line) - len(line.lstrip(" \t"))]
    return Edit(Span(source, start, start), f"{margin}{text}{line_end(source)}")


def line_end(source: SourceFile) -> str:
    """How the lines of a source end."""
    return "\r\n" if "\r\n" in source.text else "\n"
