"""The pieces of a program's messages in their normal form (`normal_form`), as far as it can be made part by part.

The `strict` form is the normal form itself. It cannot be made part by part where blanks of two parts can meet, or where
it depends on the picks how much of the end is punctuation. The `coarse` form leaves out all blanks, marks and such
punctuation: texts of one normal form have one coarse form, so that texts of different coarse forms are not nearly the
same. Only texts in one and the same form may be compared.
"""

import re
from collections.abc import Callable
from typing import NamedTuple
from unicodedata import combining, normalize

from ftc.expand.bind.frames import PickFailure
from ftc.expand.space.ops import Slot
from ftc.lower.messages import MessagePiece
from ftc.lower.pieces import EMPTY, Axis, Branch, Computed, Constant, Piece, Row, branch, made, sequence
from ftc.quality.normal_form import BLANKS, END_PUNCTUATION, folded, one_blank

# The values of longer axes are not looked at.
MAX_VALUES = 1_000_000

_END = " " + END_PUNCTUATION
_LEFT_OUT = dict.fromkeys(map(ord, BLANKS + END_PUNCTUATION))

# What tools are called with holds quotes, and the normal form trims what stands between them too.
_FRAMED = re.compile('(?<!\\\\)"')

# Vowels and finals of Korean syllables: they are joined to what stands before them.
_JOINING = range(0x1160, 0x1200)


class NotInPartsError(Exception):
    """The form of a text is not made of the forms of its parts."""


def strict(messages: list[MessagePiece]) -> list[MessagePiece]:
    """The messages before the last answer in their normal form, and it as it is: it stands before no other. Raises
    NotInPartsError."""
    *before, last = messages
    return [*[_with_text(each, _trimmed(_formed(each.text, _with_single_blanks))) for each in before], last]


def coarse(messages: list[MessagePiece]) -> list[MessagePiece]:
    """The same in their coarse form."""
    *before, last = messages
    return [*[_with_text(each, _formed(each.text, _without_marks)) for each in before], last]


def _with_text(message: MessagePiece, text: Piece) -> MessagePiece:
    return MessagePiece(message.role, message.trained, text, message.place)


def _with_single_blanks(text: str) -> str:
    if _FRAMED.search(text):
        raise NotInPartsError
    return one_blank(text)


def _without_marks(text: str) -> str:
    if not text.isascii():
        text = "".join([each for each in normalize("NFD", text) if not combining(each)])
    return text.translate(_LEFT_OUT)


# ── part by part ──────────────────────────────────────────────────────────────────────────────────


def _formed(piece: Piece, form: Callable[[str], str]) -> Piece:
    """The piece with a form of all that it can say, without capitals."""
    match piece:
        case Constant():
            return Constant(_forms([piece.data], form)[0])
        case Axis():
            return _axis(piece, lambda values: _forms(values, form))
        case Branch():
            return branch(piece.slot, [_formed(option, form) for option in piece.options])
        case Row():
            return sequence([_formed(part, form) for part in piece.parts])
        case Computed():
            return piece  # it is never read


def _axis(axis: Axis, form: Callable[[list[bytes]], list[bytes]]) -> Piece:
    """The axis with a form of each of its values; one of which nothing is known, if they cannot be made."""
    try:
        if axis.size > MAX_VALUES:
            return _unknown(axis.slot)
        values = axis.stretch(0, axis.size)
    except PickFailure:
        return _unknown(axis.slot)
    formed = form(values)
    return axis if formed == values else Axis(axis.slot, len(formed), lambda first, size: formed[first : first + size])


def _unknown(slot: Slot) -> Piece:
    return made(frozenset((slot,)), lambda picks: b"")


def _forms(values: list[bytes], form: Callable[[str], str]) -> list[bytes]:
    """The forms of several values. They are made of all at once: none holds the end of a line."""
    text = b"\n".join(values).decode()
    if not text.isascii() and any(value and _joins(value) for value in text.split("\n")):
        raise NotInPartsError
    return form(folded(text)).encode().split(b"\n")


def _joins(text: str) -> bool:
    """Whether the text begins with what is joined to the character before it."""
    return combining(text[0]) != 0 or ord(text[0]) in _JOINING


# ── the edges ─────────────────────────────────────────────────────────────────────────────────────


class _Edges(NamedTuple):
    """What a text may be: nothing, and with a blank first or last."""

    empty: bool
    first: bool
    last: bool


def _edges(piece: Piece) -> _Edges:
    """Raises NotInPartsError where two blanks can meet."""
    match piece:
        case Constant():
            return _edges_of([piece.data])
        case Axis():
            return _edges_of(piece.stretch(0, piece.size))
        case Branch():
            each = [_edges(option) for option in piece.options]
            return _Edges(any(e.empty for e in each), any(e.first for e in each), any(e.last for e in each))
        case Computed():
            return _Edges(not piece.number, not piece.number, not piece.number)
        case Row():
            whole = _Edges(empty=True, first=False, last=False)
            for part in piece.parts:
                edges = _edges(part)
                if whole.last and edges.first:
                    raise NotInPartsError
                whole = _Edges(
                    whole.empty and edges.empty,
                    whole.first or (whole.empty and edges.first),
                    edges.last or (edges.empty and whole.last),
                )
            return whole


def _edges_of(values: list[bytes]) -> _Edges:
    return _Edges(
        b"" in values,
        any(value.startswith(b" ") for value in values),
        any(value.endswith(b" ") for value in values),
    )


def _trimmed(text: Piece) -> Piece:
    """A text without the blanks and the punctuation at its ends. Raises NotInPartsError."""
    text = _without_end(text)
    if _edges(text).first:
        raise NotInPartsError
    return text


def _without_end(piece: Piece) -> Piece:
    match piece:
        case Constant():
            return Constant(piece.data.decode().rstrip(_END).encode())
        case Axis():
            trimmed = _axis(piece, lambda values: [value.decode().rstrip(_END).encode() for value in values])
        case Branch():
            trimmed = branch(piece.slot, [_without_end(option) for option in piece.options])
        case Row():
            *parts, last = piece.parts
            last = _without_end(last)
            if last is EMPTY or (isinstance(last, Constant) and not last.data):
                return _without_end(sequence(parts))
            return sequence([*parts, last])
        case Computed():
            if not piece.number:
                raise NotInPartsError
            return piece
    if _edges(trimmed).empty:
        raise NotInPartsError
    return trimmed
