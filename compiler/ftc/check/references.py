"""The names and functions that a declaration refers to, read off its syntax: what has to be checked before it.

Whether they exist is not asked here. Parameters and the names of comprehensions are left out.
"""

from collections.abc import Iterable, Iterator
from itertools import chain

from ftc.syntax import ast

Hidden = frozenset[str]
"""Parameters and names of comprehensions, which hide names of the file."""


def references_in(statement: ast.Let | ast.Table | ast.Def) -> Iterator[str]:
    """The names and functions that a declaration refers to, in the order in which they are looked up."""
    if isinstance(statement, ast.Def):
        yield from _in_expression(statement.body, frozenset([name.text for name in statement.parameters]))
    elif isinstance(statement, ast.Table):
        yield from _in_texts([cell for row in statement.rows for cell in row.cells])
    elif isinstance(value := statement.value, ast.Text):
        yield from _in_texts([value])
    elif isinstance(value, ast.Items):
        yield from _in_texts(_in_order(value.items))
    elif isinstance(value, ast.Domain):
        yield from _in_texts([item.text for item in value.invalid])
        yield from _in_expression(value.expr)
    else:
        yield from _in_expression(value)


def _in_order(items: Iterable[ast.Item]) -> list[ast.Text]:
    """The valid items, then the others."""
    return [item.text for item in sorted(items, key=lambda item: item.invalid)]


def _in_texts(texts: Iterable[ast.Text]) -> Iterator[str]:
    left = [*texts][::-1]
    while left:
        text = left.pop()
        for at, part in enumerate(text.parts):
            if isinstance(part, ast.Hole):
                yield from _in_expression(part.expr)
            elif isinstance(part, ast.Choice):
                # The parts behind it come after those in it.
                left.append(ast.Text(text.parts[at + 1 :], text.span))
                left += part.alternatives[::-1]
                break


def _in_expression(expr: ast.Expr, hidden: Hidden = frozenset()) -> Iterator[str]:
    left: list[tuple[ast.Expr, Hidden]] = [(expr, hidden)]
    while left:
        node, hidden = left.pop()
        if isinstance(node, ast.Name):
            if node.id not in hidden:
                yield node.id
        elif isinstance(node, ast.Comprehension):
            left += _in_comprehension(node, hidden)[::-1]
        else:
            if isinstance(node, ast.Call):
                yield node.function.text
            left += [(part, hidden) for part in _parts(node)][::-1]


def _in_comprehension(node: ast.Comprehension, hidden: Hidden) -> list[tuple[ast.Expr, Hidden]]:
    found: list[tuple[ast.Expr, Hidden]] = []
    for clause in node.clauses:
        found.append((clause.iterable, hidden))
        hidden |= {name.text for name in clause.names}
        found += [(condition, hidden) for condition in clause.conditions]
    return [*found, (node.element, hidden)]


def _parts(node: ast.Expr) -> Iterable[ast.Expr]:
    """The expressions directly in an expression."""
    match node:
        case ast.Attribute():
            return (node.value,)
        case ast.Subscript():
            return (node.value, node.index)
        case ast.Slice():
            return [part for part in (node.value, node.low, node.high, node.step) if part is not None]
        case ast.Call():
            return node.arguments
        case ast.MethodCall():
            return (node.value, *node.arguments)
        case ast.Unary():
            return (node.operand,)
        case ast.Binary():
            return (node.left, node.right)
        case ast.Compare() | ast.Logic():
            return node.operands
        case ast.Conditional():
            return (node.test, node.then, node.otherwise)
        case ast.Range():
            return (node.low, node.high)
        case ast.List():
            return node.items
        case ast.Dict():
            return chain.from_iterable(node.items)
    return ()
