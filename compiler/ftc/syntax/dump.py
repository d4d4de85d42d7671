"""A tree as lines that can be read and compared: tests of the parser use it, and the printer to check itself.

Names, numbers, strings and constants stand as they are, other nodes in parentheses with their fields. Spans are left
out, and so is a field that has its usual value.
"""

from collections.abc import Iterator
from typing import Any

from ftc.syntax import ast

_WIDTH = 110
_LEAVES = (ast.Ident, ast.Name, ast.Literal, ast.Number, ast.String, ast.Constant)


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
    leaves = [_labelled(name, value) for name, value in _parts(node) if not _is_tree(value)]
    yield f"{indent}(" + " ".join([type(node).__name__, *leaves])
    for name, value in _parts(node):
        if not _is_tree(value):
            continue
        yield f"{indent}  {name}="
        for child in value if isinstance(value, tuple) else (value,):
            yield from _lines(child, indent + "    ") if _is_node(child) else [f"{indent}    {_flat(child)}"]
    yield f"{indent})"


def _is_tree(value: Any) -> bool:
    """Whether a part holds nodes, which have lines of their own."""
    if isinstance(value, tuple):
        return any(map(_is_tree, value)) or any(isinstance(child, ast.Literal) for child in value)
    return _is_node(value) and not isinstance(value, _LEAVES)


def _labelled(name: str, value: Any) -> str:
    return f"{name}={_flat(value)}"


def _flat(value: Any) -> str:
    match value:
        case ast.Ident(text=text):
            return text
        case ast.Name(id=text):
            return text
        case ast.Literal(text=text):
            return repr(text)
        case ast.Number(value=number) | ast.String(value=number):
            return repr(number)
        case ast.Constant(value=constant):
            return {True: "true", False: "false", None: "none"}[constant]
        case tuple():
            return "[" + " ".join(map(_flat, value)) + "]"
        case _ if _is_node(value):
            return "(" + " ".join([type(value).__name__, *(_labelled(*part) for part in _parts(value))]) + ")"
        case _:
            return repr(value)


def _parts(node: Any) -> Iterator[tuple[str, Any]]:
    for name in type(node).__match_args__:
        value = getattr(node, name)
        # A message is trained unless it says otherwise; every other switch is off.
        usual = name == "trained"
        if name != "span" and value is not None and value != () and value is not usual:
            yield name, value


def _is_node(value: Any) -> bool:
    return type(value).__module__ == ast.__name__
