"""W110: blanks that are left over where an alternative is empty, or has its own: at an end of a line, before
punctuation, or two in a row.

It is read off the structure of each text, whatever its size. A blank is left over beside a place that may be empty, if
there is a blank or an edge on the other side of it.
"""

import re
from collections.abc import Iterator

from ftc.check.model import Choice, Invalid, Model, Table, Template, Turn
from ftc.check.pieces import BLANK, EDGE, LINE, MARK, OTHER, Beside, Options, Pieces, Reader, beside, emptiness
from ftc.check.rules.blank_edits import mended
from ftc.diagnostics import Diagnostic
from ftc.source import Span

# An empty alternative, one with a blank at an end, or a hole; most texts have none, and are not taken apart.
_MAY_BE = re.compile(r"\{\||\|\}|\|\||\{[ \t]|[ \t][|}]|\|[ \t]|\{[^{}|]*\}")

MAX_EDITS = 100
"""Findings with the edit that mends them: to find one takes time, and nobody reads more."""


def check(model: Model) -> Iterator[Diagnostic]:
    reader = Reader(model)
    seen: set[Span] = set()
    found = 0
    for template, is_message in _texts(model):
        if len(template.parts) == 1 and isinstance(template.parts[0], str):
            continue
        if _MAY_BE.search(template.span.text) and template.span not in seen:
            seen.add(template.span)
            for each in _check(template, reader, is_message, has_edit=found < MAX_EDITS):
                found += 1
                yield each


def _texts(model: Model) -> Iterator[tuple[Template, bool]]:
    """The texts that are written as one, and whether each is a message: else a value or a cell, which stands in one."""
    names = dict.fromkeys((*model.names, *(name for block in model.blocks for name in block.names)))
    for name in names:
        if isinstance(name, Table):
            yield from ((cell, False) for row in name.rows for cell in row)
        else:
            yield from ((text, False) for text in (*getattr(name, "valid", ()), *getattr(name, "invalid", ())))
    for block in model.blocks:
        for turn in block.turns:
            sides: list[Turn | Invalid] = [turn] if turn.invalid is None else [turn, turn.invalid]
            for message in (*([block.system] if block.system else ()), *(m for side in sides for m in side.messages)):
                if message.content is not None:
                    yield from ((item, True) for item in _items(message.content))
            yield from ((item, True) for side in sides if side.rejected for item in _items(side.rejected))
        if block.style and block.style.wrap and block.style.wrap.content:
            yield from ((item, True) for item in _items(block.style.wrap.content))


def _items(template: Template) -> tuple[Template, ...]:
    """The items of a list, each a text of its own; else the text."""
    match template.parts:
        case (Choice(alternatives=items, span=span),) if not span.text.startswith("{"):
            return items
    return (template,)


def _check(template: Template, reader: Reader, is_message: bool, has_edit: bool) -> Iterator[Diagnostic]:
    found: list[tuple[Options, str]] = []
    pieces = reader.pieces(template)
    _look(pieces, {EDGE: 0}, {EDGE: 0}, found, is_message)
    lines: dict[int, list[tuple[Options, str]]] = {}
    for place, says in found:
        lines.setdefault(place.span.line, []).append((place, says))
    for here in lines.values():
        first, says = here[0]
        inked = [piece for piece in pieces if not (isinstance(piece, str) and piece.isspace())]
        says = "nothing but a blank" if is_message and inked != pieces and emptiness(inked) is not None else says
        edits = mended(template.span, [place for place, _ in here], pieces, left_over) if has_edit else ()
        yield Diagnostic("W110", edits[0].span if edits else first.span, {"left": says}, edits=edits)


def left_over(pieces: Pieces) -> bool:
    """Whether a blank is left over in a line."""
    found: list[tuple[Options, str]] = []
    _look(pieces, {EDGE: 0}, {EDGE: 0}, found, True)
    return bool(found)


def _look(pieces: Pieces, left: Beside, right: Beside, found: list[tuple[Options, str]], is_message: bool) -> None:
    before, behind = beside(pieces, left), beside(pieces, right, backwards=True)
    for at, piece in enumerate(pieces):
        if not isinstance(piece, Options):
            continue
        names = emptiness([piece])
        says = "" if names is None else _says(pieces, at, before[at], behind[at + 1], names)
        if not says and not piece.is_value:
            says = _padded(piece, before[at], behind[at + 1], is_message)
        # The `||` of code is a finding of its own.
        if says and (piece.is_value or "||" not in piece.span.text):
            found.append((piece, says))
        if not piece.is_value:
            for alternative in piece.alternatives:
                _look(alternative, before[at], behind[at + 1], found, is_message)


def _padded(piece: Options, before: Beside, behind: Beside, is_message: bool) -> str:
    """What is too much around an alternative that begins or ends with a blank itself: `Say { hi | hello }!`."""
    for alternative in piece.alternatives:
        if not alternative:
            continue
        first, last = alternative[0], alternative[-1]
        for end, kinds, is_first in ((first, before, True), (last, behind, False)):
            if not isinstance(end, str) or end[:: 1 if is_first else -1][:1] not in (" ", "\t"):
                continue
            for kind in (EDGE, LINE, BLANK):
                if kinds.get(kind) == 0 and (is_message or kind != EDGE):
                    return _LEFT[(kind, BLANK) if is_first else (BLANK, kind)]
    return ""


def _says(pieces: Pieces, at: int, before: Beside, behind: Beside, names: int) -> str:
    """What is left over where a piece is empty; the empty text if nothing is."""
    ahead, after = pieces[at - 1] if at else None, pieces[at + 1] if at + 1 < len(pieces) else None
    blank_ahead = isinstance(ahead, str) and ahead[-1:] in (" ", "\t", "\n")
    blank_after = isinstance(after, str) and after[:1] in (" ", "\t", "\n")
    if not blank_ahead and not blank_after:
        return ""
    ways = {
        (kind, other): count + more + names
        for kind, count in before.items()
        for other, more in behind.items()
        if OTHER not in (kind, other) and count + more + names <= 1
    }
    for (kind, other), says in _LEFT.items():
        if (kind, other) in ways:
            return says
    return ""


_LEFT = {
    (EDGE, BLANK): "a blank at the start of the text",
    (BLANK, EDGE): "a blank at the end of the text",
    (LINE, BLANK): "a blank at the start of a line",
    (BLANK, LINE): "a blank at the end of a line",
    (BLANK, BLANK): "a second blank in a row",
    (BLANK, MARK): "a blank before the punctuation",
    (EDGE, LINE): "an empty line at the start of the text",
    (LINE, EDGE): "an empty line at the end of the text",
}
