"""Edits that take the blanks beside a place that may be empty into it: `{please|} go` becomes `{please |}go`."""

import re
from collections.abc import Callable, Sequence
from itertools import product
from typing import NamedTuple

from ftc.check.pieces import INK, PUNCTUATION, Options, Pieces
from ftc.edits import Edit, Edits
from ftc.source import SourceFile, Span
from ftc.syntax import ast, parse

_BLANKS = " \t"
_BREAK = '{"\\n"}'
_BEFORE_MARK = re.compile(rf" (?={PUNCTUATION.pattern})")
# Stands for the value of a hole.
_VALUE = "\0"
MAX_EDIT = 100
"""Characters of a suggested edit."""
MAX_OUTCOMES = 1_000
"""Texts of a line that are compared before and after an edit."""


class _Change(NamedTuple):
    """An edit that is tried: text to stand in place of what is between two offsets of the source."""

    start: int
    end: int
    text: str


def mended(template: Span, places: Sequence[Options], pieces: Pieces, left_over: Callable[[Pieces], bool]) -> Edits:
    """What to write in place of a line's part with some places, so that no blank is `left_over`; nothing if that is not
    known.

    Whatever is suggested was read again as a line of text, and looked at in the same way as what is in the file.
    """
    source = template.source
    start, end = _line(template, places[0].span.start)
    empty = _values(pieces)
    if edit := _whole_line(template, start, end, places[0]):
        return (_edit(source, edit),)
    before = _read(source.text[start:end], empty)
    for edits in _ways(source.text, start, end, places, pieces):
        if edits and before is not None:
            edit = _joined(source.text, edits, places)
            line = source.text[start : edit.start] + edit.text + source.text[edit.end : end]
            behind = _read(line, empty) if len(edit.text) <= MAX_EDIT else None
            if behind is not None and not left_over(behind) and _words(behind) == _words(before) is not None:
                return (_edit(source, edit),)
    return ()


def _edit(source: SourceFile, change: _Change) -> Edit:
    return Edit(Span(source, change.start, change.end), change.text)


def _whole_line(template: Span, start: int, end: int, place: Options) -> _Change | None:
    """The edit that takes the line break into an optional line at an end of a text."""
    text, span = template.source.text, place.span
    if (span.start, span.end) != (start, end) or place.is_value or end - start > MAX_EDIT:
        return None
    filled = [each for pieces, each in zip(place.alternatives, place.written, strict=True) if pieces]
    if start == template.start and end == template.end:
        return None
    if end == template.end:
        edits = [
            _Change(len(text[:start].rstrip()), start, ""),
            *(_Change(each.start, each.start, _BREAK) for each in filled),
        ]
    elif start == template.start:
        stop = len(text) - len(text[end:].lstrip())
        edits = [_Change(end, stop, ""), *(_Change(each.end, each.end, _BREAK) for each in filled)]
    else:
        return None
    return _joined(text, edits, [place])


def _words(pieces: Pieces) -> set[str] | None:
    """Everything that a line can say, however its blanks are; None if that is too much to look at."""
    found = _outcomes(pieces)
    return None if found is None else {_BEFORE_MARK.sub("", " ".join(each.split())) for each in found}


def _outcomes(pieces: Pieces) -> set[str] | None:
    found = {""}
    for piece in pieces:
        if not isinstance(piece, Options):
            more: set[str] = {_VALUE if piece is INK else piece}
        else:
            more = set()
            for each in piece.alternatives:
                part = _outcomes(each)
                if part is None:
                    return None
                more |= part
        if len(found) * len(more) > MAX_OUTCOMES:
            return None
        found = {one + other for one in found for other in more}
    return found


def _line(template: Span, at: int) -> tuple[int, int]:
    """The line of a text around an offset, without the blanks at its ends."""
    text = template.source.text
    start = max(template.start, text.rfind("\n", 0, at) + 1)
    end = text.find("\n", at, template.end)
    end = template.end if end < 0 else end
    while start < end and text[start] in _BLANKS:
        start += 1
    while end > start and text[end - 1] in " \t\r":
        end -= 1
    return start, end


def _ways(text: str, start: int, end: int, places: Sequence[Options], pieces: Pieces) -> "list[list[_Change]]":
    """The edits to try: blanks go to what stands before or behind them, or all is written out."""
    ways = []
    for order in ("right", "left"):
        edits: list[_Change] = []
        for place in places:
            edits += _attached(text, start, end, place, order) or _attached(
                text, start, end, place, "left" if order == "right" else "right"
            )
        # Two places cannot both take the blank between them.
        ways.append(edits if len({(e.start, e.end) for e in edits}) == len(edits) else [])
    ways.append([edit for place in places for edit in _stripped(place)])
    if whole := _written_out(text, start, end, pieces):
        ways.append([whole])
    return ways


def _attached(text: str, start: int, end: int, place: Options, side: str) -> list[_Change]:
    """The edits that move the blanks on one side of a place into it."""
    span = place.span
    if side == "right":
        stop = span.end
        while stop < end and text[stop] in _BLANKS:
            stop += 1
        moved = _Change(span.end, stop, "")
    else:
        stop = span.start
        while stop > start and text[stop - 1] in _BLANKS:
            stop -= 1
        moved = _Change(stop, span.start, "")
    if moved.start == moved.end:
        return []
    inside = _inside(text, start, end, place, side)
    return [*inside, moved] if inside else []


def _inside(text: str, start: int, end: int, place: Options, side: str) -> list[_Change]:
    """The edits that give each alternative that is not empty a blank on one side."""
    if place.is_value:
        name = text[place.span.start + 1 : place.span.end - 1]
        if not name.replace(".", "").isidentifier():
            return []
        shown = f'{name} + " "' if side == "right" else f'" " + {name}'
        return [_Change(place.span.start, place.span.end, f'{{{shown} if {name} != "" else ""}}')]
    edits: list[_Change] = []
    for pieces, span in zip(place.alternatives, place.written, strict=True):
        if pieces in ([], [""]):
            continue
        inner = pieces[0] if len(pieces) == 1 else None
        if isinstance(inner, Options) and any(each == [] for each in inner.alternatives):
            more = _inside(text, start, end, inner, side)
            if not more:
                return []
            edits += more
            continue
        first = span.start + len(span.text) - len(span.text.lstrip(_BLANKS))
        last = span.start + len(span.text.rstrip(_BLANKS))
        if first >= last:
            return []
        # A blank on the other side of the words is one too many beside a blank.
        if side == "right":
            if text[start : place.span.start][-1:] in _BLANKS:
                edits.append(_Change(span.start, first, ""))
            edits.append(_Change(last, span.end, " "))
        else:
            edits.append(_Change(span.start, first, " "))
            if text[place.span.end : end][:1] in _BLANKS:
                edits.append(_Change(last, span.end, ""))
    return edits


def _stripped(place: Options) -> list[_Change]:
    """The edits that take away the blanks around each alternative."""
    return [
        _Change(span.start, span.end, span.text.strip(_BLANKS)) for span in place.written if span.text.strip(_BLANKS)
    ]


def _written_out(text: str, start: int, end: int, pieces: Pieces) -> _Change | None:
    """A line of a few optional texts as one pair of braces that holds every combination."""
    whole = [piece for piece in pieces if piece not in (" ", "")]
    if len(whole) > 3 or any(not isinstance(piece, Options) or piece.is_value for piece in whole):
        return None
    choices = []
    for piece in whole:
        assert isinstance(piece, Options)
        if any(isinstance(each, Options) or each is INK for one in piece.alternatives for each in one):
            return None
        choices.append([span.text.strip() for span in piece.written])
    texts = dict.fromkeys(" ".join(filter(None, picks)) for picks in product(*choices))
    return _Change(start, end, "{" + "|".join(texts) + "}") if len(texts) <= 8 else None


def _joined(text: str, edits: list[_Change], places: Sequence[Options]) -> _Change:
    """Several edits of some places as one, which shows the places whole."""
    edits = sorted(edits)
    start = min(edits[0].start, places[0].span.start)
    end = max(*(edit.end for edit in edits), places[-1].span.end)
    parts, at = [], start
    for edit in edits:
        parts += [text[at : edit.start], edit.text]
        at = max(at, edit.end)
    return _Change(start, end, "".join([*parts, text[at:end]]))


def _values(pieces: Pieces) -> set[str]:
    """The holes that may be empty, as they are written."""
    found: set[str] = set()
    for piece in pieces:
        if isinstance(piece, Options):
            if piece.is_value:
                found.add(piece.span.text)
            for each in piece.alternatives:
                found |= _values(each)
    return found


def _read(line: str, empty: set[str]) -> Pieces | None:
    """The pieces of a line of text; None where it is none."""
    file, found = parse(SourceFile("", f"rewrite: {line}"))
    match file.statements:
        case (ast.Rewrite(text=text),) if not any(each.code[0] == "E" for each in found):
            return _pieces(text, empty)
    return None


def _pieces(text: ast.Text, empty: set[str]) -> Pieces:
    pieces: Pieces = []
    for part in text.parts:
        if isinstance(part, ast.Literal):
            pieces.append(part.text)
        elif isinstance(part, ast.Choice):
            alternatives = [_pieces(each, empty) for each in part.alternatives]
            pieces.append(Options(part.span, alternatives, [each.span for each in part.alternatives]))
        elif part.span.text in empty:
            pieces.append(Options(part.span, [[], [INK]]))
        else:
            pieces.append(_conditional(part, empty))
    return pieces


def _conditional(hole: ast.Hole, empty: set[str]) -> "Options | None":
    """`{x + " " if x != "" else ""}` as alternatives; INK for any other hole."""
    match hole.expr:
        case ast.Conditional(then=ast.Binary(left=left, right=right), otherwise=ast.String(value="")):
            sides: Pieces = [" " if isinstance(each, ast.String) else INK for each in (left, right)]
            return Options(hole.span, [[], sides])
    return INK
