"""Expressions that only put texts together, taken apart: `"Hi " + name + json({"n": n})` is three texts in a row.

Each part then varies with its own names alone, so that a JSON answer is a row of constants and axes and not a value
that must be computed for every combination of all names in it. The parts say together what the whole says; only the
limits of the language on the whole (the size of a text) are not seen here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ftc.expand.bind.evaluated import Evaluated
from ftc.expressions.builtins import FUNCTIONS, METHODS
from ftc.expressions.nodes import Binary, Call, Comprehension, Constant, List, Node, Object, walk
from ftc.expressions.operations import to_json
from ftc.expressions.types import TEXT

Way = Literal["text", "json"]
"""How a part stands in the whole: as what it says, or as what `json` makes of it."""


@dataclass(frozen=True, slots=True)
class Part:
    """An expression, or (`evaluated` None) a text."""

    way: Way
    text: str
    evaluated: Evaluated | None


def apart(whole: Evaluated) -> list[Part]:
    """The parts of an expression; one, where it cannot be taken apart."""
    expr = whole.expr
    # What counts its steps has to count them all together.
    if expr.type == TEXT and not expr.bare and not any(isinstance(node, Comprehension) for node in walk(expr.node)):
        found = list(_texts(expr.node, whole))
        if len(found) > 1:
            return found
    return [Part("text", "", whole)]


def _texts(node: Node, whole: Evaluated) -> Iterator[Part]:
    """The parts of something that is a text."""
    match node:
        case Constant(value=str() as text):
            yield Part("text", text, None)
        case Binary(operator="+", left=left, right=right):
            yield from _texts(left, whole)
            yield from _texts(right, whole)
        case Call(builtin=builtin) if builtin.builds_text:
            yield from _built(node, whole)
        case _:
            yield _part("text", node, whole)


def _built(call: Call, whole: Evaluated) -> Iterator[Part]:
    """The parts of what a call puts together."""
    match call.builtin, call.arguments:
        case builtin, (shown,) if builtin is FUNCTIONS["str"]:
            yield _part("text", shown, whole)
        case builtin, (value,) if builtin is FUNCTIONS["json"]:
            yield from _json(value, whole)
        case (builtin, (Constant(value=str() as between), List(items=items))) if builtin is METHODS["join"]:
            yield from _joined(between, items, whole)
        case (builtin, (List(items=items), Constant(value=str() as between))) if builtin is FUNCTIONS["join"]:
            yield from _joined(between, items, whole)
        case _:
            yield _part("text", call, whole)


def _joined(between: str, items: tuple[Node, ...], whole: Evaluated) -> Iterator[Part]:
    for number, item in enumerate(items):
        yield Part("text", between if number else "", None)
        yield from _texts(item, whole)


def _json(node: Node, whole: Evaluated) -> Iterator[Part]:
    """The parts of what `json` makes of a value."""
    match node:
        case Constant():
            yield Part("text", to_json(node.value), None)
        case List(items=items):
            yield Part("text", "[", None)
            for number, item in enumerate(items):
                yield Part("text", "," if number else "", None)
                yield from _json(item, whole)
            yield Part("text", "]", None)
        case Object(items=items) if (keys := _different(items)) is not None:
            for number, (key, (_, value)) in enumerate(zip(keys, items, strict=True)):
                yield Part("text", f"{',' if number else '{'}{to_json(key)}:", None)
                yield from _json(value, whole)
            yield Part("text", "}" if items else "{}", None)
        case _:
            yield _part("json", node, whole)


def _different(items: tuple[tuple[Node, Node], ...]) -> list[str] | None:
    """The keys of an object, where they are written and no two are the same."""
    keys = [key.value for key, _ in items if isinstance(key, Constant) and isinstance(key.value, str)]
    return keys if len(set(keys)) == len(items) else None


def _part(way: Way, node: Node, whole: Evaluated) -> Part:
    """A part that has to be computed."""
    return Part(way, "", whole.part(node))
