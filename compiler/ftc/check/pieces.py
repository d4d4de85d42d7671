"""Texts as what blanks depend on: characters, what may be empty, and what is never empty.

A piece is characters, `INK` for a value that is never empty, or alternatives, each a list of pieces. A name that may be
empty is alternatives too, of which at most one that the contexts of a blank need is believed: names may be tied.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ftc.check.model import (
    Alias,
    Alternatives,
    Choice,
    Computed,
    Expr,
    Model,
    Name,
    Ranging,
    Show,
    Table,
    Template,
    ValueChoice,
)
from ftc.expressions.nodes import Constant, If, Node, Read, Reference
from ftc.source import Span

# What stands beside a place: the edge of the text, a line's end, a blank, behind it the punctuation of a sentence, or
# anything else; with each, how many names have to be empty for it.
EDGE, LINE, BLANK, MARK, OTHER = "edge", "line", "blank", "mark", "other"
Beside = dict[str, int]


@dataclass
class Options:
    """Alternatives at a place of the source: those of a pair of braces, or a value that may be empty."""

    span: Span
    alternatives: list["Pieces"]
    written: list[Span] = field(default_factory=list)
    """Where the alternatives are written; nothing for a value."""

    @property
    def is_value(self) -> bool:
        return not self.written


# Neither the dots of `...` nor a sign in a word, as in `.txt` and `:)`.
PUNCTUATION = re.compile(r"[.,;!?](?=[\s\"')]|$)|:(?=\s|$)")

INK = None
Pieces = list["str | Options | None"]


def emptiness(pieces: Pieces) -> int | None:
    """How many names have to be empty for all of it to be empty; None where it never is."""
    total = 0
    for piece in pieces:
        if not isinstance(piece, Options):
            if piece != "":
                return None
            continue
        ways = [way for each in piece.alternatives if (way := emptiness(each)) is not None]
        if not ways:
            return None
        total += min(ways) + piece.is_value
    return total


def beside(pieces: Sequence["str | Options | None"], start: Beside, *, backwards: bool = False) -> list[Beside]:
    """What may stand before each piece, and behind the last; `backwards`, behind each, and before the first."""
    found = [start]
    for piece in reversed(pieces) if backwards else pieces:
        found.append(_past(piece, found[-1], backwards))
    return found[::-1] if backwards else found


def _past(piece: "str | Options | None", before: Beside, backwards: bool) -> Beside:
    if piece is INK:
        return {OTHER: 0}
    if isinstance(piece, str):
        return {_first_kind(piece) if backwards else _kind(piece[-1]): 0} if piece else before
    found: Beside = {}
    for alternative in piece.alternatives:
        ways = beside(alternative, before, backwards=backwards)[0 if backwards else -1]
        names = piece.is_value and not alternative
        for kind, count in ways.items():
            found[kind] = min(found.get(kind, 99), count + names)
    return found


def _first_kind(text: str) -> str:
    return MARK if PUNCTUATION.match(text) else _kind(text[0])


def _kind(character: str) -> str:
    return BLANK if character in " \t" else LINE if character == "\n" else OTHER


class Reader:
    """Makes pieces of templates; what names can be is worked out once each."""

    def __init__(self, model: Model) -> None:
        self._known: dict[Read, bool] = {}
        blocks = model.blocks
        wheres = [*model.wheres, *(w for b in blocks for w in (*b.wheres, *(w for t in b.turns for w in t.wheres)))]
        # A condition may remove the empty value.
        self._tied = {read.name for where in wheres for read in where.condition.reads}

    def pieces(self, template: Template) -> Pieces:
        return [self._piece(part) for part in template.parts]

    def _piece(self, part: Any) -> "str | Options | None":
        if isinstance(part, str):
            return part
        if isinstance(part, Choice):
            written = [each.span for each in part.alternatives]
            return Options(part.span, [self.pieces(each) for each in part.alternatives], written)
        may_be_empty = (
            self._of_domain(part.domain) if isinstance(part, ValueChoice) else part.spec is None and self._shown(part)
        )
        return Options(part.span, [[], [INK]]) if may_be_empty else INK

    def _shown(self, part: Show) -> bool:
        return self._node(part.expr.node)

    def _of_domain(self, domain: Expr) -> bool:
        return any(isinstance(item, Constant) and item.value == "" for item in getattr(domain.node, "items", ()))

    def _node(self, node: Node) -> bool:
        """Whether an expression can be the empty text; False where that is not plain to see."""
        if isinstance(node, Constant):
            return node.value == ""
        if isinstance(node, If):
            return self._node(node.then) or self._node(node.otherwise)
        return isinstance(node, Reference) and self._read(node.read)

    def _read(self, read: Read) -> bool:
        if read not in self._known:
            self._known[read] = False
            self._known[read] = read.name not in self._tied and self._name(read.name, read.column)
        return self._known[read]

    def _name(self, name: Name, column: str | None) -> bool:
        match name:
            case Alias():
                return self._read(Read(name.target, column))
            case Alternatives():
                return any(emptiness(self.pieces(each)) is not None for each in name.valid)
            case Ranging():
                return isinstance(name.values, list) and "" in name.values
            case Computed():
                return self._node(name.expr.node)
            case Table(columns=columns) if column in columns:
                at = columns.index(column)
                if name.data is not None:
                    return any(row[at] == "" for row in name.data)
                return any(emptiness(self.pieces(row[at])) is not None for row in name.rows if at < len(row))
        return False
