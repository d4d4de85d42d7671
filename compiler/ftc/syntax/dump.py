"""A tree as lines that can be read and compared: what a parse is tested with, and what the printer checks itself with.

Spans are left out, and so is a field that says nothing: None, False, an empty tuple.
"""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from ftc.syntax import ast

_WIDTH = 110


def dump(file: ast.File) -> str:
    """The statements and comments of a file."""
    lines = [line for node in (*file.statements, *file.comments) for line in _lines(node, "")]
    return "".join(f"{line}\n" for line in lines)


def _lines(node: Any, indent: str) -> Iterator[str]:
    """A node on one line where it fits, else with each of its parts on lines of its own."""
    flat = _flat(node)
    if not isinstance(node, ast.Block) and len(indent) + len(flat) <= _WIDTH:
        yield indent + flat
        return
    yield f"{indent}({_head(node)}"
    for name, value in _parts(node):
        children = value if isinstance(value, tuple) else (value,)
        if all(isinstance(child, ast.Ident) or not is_dataclass(child) for child in children):
            yield f"{indent}  {name}={_flat(value)}"
            continue
        yield f"{indent}  {name}="
        for child in children:
            yield from _lines(child, indent + "    ") if is_dataclass(child) else (f"{indent}    {_flat(child)}",)
    yield f"{indent})"


def _flat(value: Any) -> str:
    match value:
        case ast.Ident(text=text):
            return text
        case tuple():
            return "[" + " ".join(map(_flat, value)) + "]"
        case ast.Literal(text=text):
            return repr(text)
        case _ if is_dataclass(value):
            return "(" + " ".join([_head(value), *(f"{name}={_flat(part)}" for name, part in _parts(value))]) + ")"
        case _:
            return repr(value)


def _head(node: Any) -> str:
    return type(node).__name__


def _parts(node: Any) -> Iterator[tuple[str, Any]]:
    for field in fields(node):
        value = getattr(node, field.name)
        if field.name != "span" and value is not None and value is not False and value != ():
            yield field.name, value
