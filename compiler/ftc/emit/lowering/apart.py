"""Expressions that only put texts together, taken apart: `"Hi " + name + json({"n": n})` is three texts in a row.

Each part then varies with its own names alone, so that a JSON answer is a row of constants and axes and not a value
that must be computed for every combination of all names in it. The parts say together what the whole says; only the
limits of the language on the whole (the size of a text) are not seen here.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ftc.check.model import Expr
from ftc.check.runtime import to_json
from ftc.check.types import TEXT
from ftc.expand.frames import Value
from ftc.expand.texts import Evaluated

Way = Literal["text", "json"]
"""How a part stands in the whole: as what it says, or as what `json` makes of it."""


@dataclass(frozen=True, slots=True)
class Part:
    """An expression, or (`evaluated` None) a text."""

    way: Way
    text: str
    evaluated: Evaluated | None


class _Piece(Evaluated):
    """A part of an expression, over some of what the whole reads."""

    def __init__(self, expr: Expr, inputs: list[Value]) -> None:
        self.expr = expr
        self.inputs = inputs


def apart(whole: Evaluated) -> list[Part]:
    """The parts of an expression; one, where it cannot be taken apart."""
    expr = whole.expr
    # What counts its steps has to count them all together.
    if expr.type == TEXT and not expr.bare and "tick(" not in expr.code:
        found = list(_texts(ast.parse(expr.code, mode="eval").body, whole))
        if len(found) > 1:
            return found
    return [Part("text", "", whole)]


def _texts(node: ast.expr, whole: Evaluated) -> Iterator[Part]:
    """The parts of something that is a text."""
    match node:
        case ast.Constant(value=str() as text):
            yield Part("text", text, None)
        case ast.Call(func=ast.Name(id="add"), args=[left, right]):
            yield from _texts(left, whole)
            yield from _texts(right, whole)
        case ast.Call(func=ast.Name(id="f_str"), args=[shown]):
            yield _part("text", shown, whole)
        case ast.Call(func=ast.Name(id="f_json"), args=[value]):
            yield from _json(value, whole)
        case ast.Call(func=ast.Name(id="m_join"), args=[ast.Constant(value=str() as between), ast.List(elts=items)]):
            for number, item in enumerate(items):
                yield Part("text", between if number else "", None)
                yield from _texts(item, whole)
        case _:
            yield _part("text", node, whole)


def _json(node: ast.expr, whole: Evaluated) -> Iterator[Part]:
    """The parts of what `json` makes of a value."""
    match node:
        case ast.Constant():
            yield Part("text", to_json(node.value), None)
        case ast.List(elts=items):
            yield Part("text", "[", None)
            for number, item in enumerate(items):
                yield Part("text", "," if number else "", None)
                yield from _json(item, whole)
            yield Part("text", "]", None)
        case ast.Dict(keys=keys, values=values) if _different(keys):
            for number, (key, value) in enumerate(zip(keys, values, strict=True)):
                assert isinstance(key, ast.Constant)
                yield Part("text", f"{',' if number else '{'}{to_json(key.value)}:", None)
                yield from _json(value, whole)
            yield Part("text", "}" if values else "{}", None)
        case _:
            yield _part("json", node, whole)


def _different(keys: list[ast.expr | None]) -> bool:
    texts = [key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]
    return len(set(texts)) == len(keys)


def _part(way: Way, node: ast.expr, whole: Evaluated) -> Part:
    """A part that has to be computed, with what it reads numbered anew."""
    names = dict.fromkeys(
        n.id for n in ast.walk(node) if isinstance(n, ast.Name) and n.id[0] == "v" and n.id[1:].isdigit()
    )
    numbers = [int(name[1:]) for name in names]
    renamed = ast.unparse(_Renamed({name: f"v{at}" for at, name in enumerate(names)}).visit(node))
    reads = tuple(whole.expr.reads[number] for number in numbers)
    expr = Expr(renamed, whole.expr.type, reads, whole.expr.span, whole.expr.namespace)
    return Part(way, "", _Piece(expr, [whole.inputs[number] for number in numbers]))


class _Renamed(ast.NodeTransformer):
    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self.names.get(node.id, node.id), node.ctx)
