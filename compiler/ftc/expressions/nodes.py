"""The tree of a checked expression: each node knows its type, and the place in the source that it stands for.

The checker makes the trees; `python` writes what runs, the lowering takes them apart, conditions are read off them.
No tree is ever changed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from ftc.expressions.builtins import Builtin
from ftc.expressions.types import Type
from ftc.slotted import slotted
from ftc.source import Span

if TYPE_CHECKING:
    from ftc.check.model import Name


@dataclass(frozen=True, slots=True)
class Read:
    """A value that an expression takes from a name: the whole of it, or one column of its row."""

    name: "Name"
    column: str | None = None


@slotted
class Constant:
    """A value that is written: a number, a text, `true`, `false`, `none`."""

    value: int | float | str | bool | None
    type: Type
    span: Span


@slotted
class Reference:
    """The value of a name in this conversation."""

    read: Read
    type: Type
    span: Span


@slotted
class Local:
    """A parameter of a function, or a name of a comprehension. `name` is its own in the whole expression."""

    name: str
    type: Type
    span: Span


@slotted
class Cast:
    """A value whose static type is too general where `type` is needed: checked at run time."""

    value: "Node"
    type: Type
    span: Span


@slotted
class Column:
    """A column of a row that is itself a value; of any value, also a key of an object."""

    row: "Node"
    column: str
    type: Type
    span: Span


@slotted
class Item:
    """`value[index]` of a text, a list or an object."""

    value: "Node"
    index: "Node"
    type: Type
    span: Span


@slotted
class Slice:
    """`value[low:high:step]`."""

    value: "Node"
    low: "Node | None"
    high: "Node | None"
    step: "Node | None"
    type: Type
    span: Span


@slotted
class Call:
    """A call of a function or method of the language; of a method, the text is the first argument."""

    builtin: Builtin
    arguments: "tuple[Node, ...]"
    type: Type
    span: Span


@slotted
class Function:
    """A `def` as it was checked for the types of one call: `body` reads the parameters as locals.

    `height` is how many calls of such functions stand inside each other at most, `cost` how many there are in one call.
    """

    name: str
    parameters: tuple[str, ...]
    body: "Node"
    height: int
    cost: int


@slotted
class Apply:
    """A call of a `def`."""

    function: Function
    arguments: "tuple[Node, ...]"
    type: Type
    span: Span


@slotted
class Unary:
    """`-x`, `+x`, `not x`."""

    operator: Literal["-", "+", "not"]
    operand: "Node"
    type: Type
    span: Span


@slotted
class Binary:
    """`+ - * / // % **`."""

    operator: str
    left: "Node"
    right: "Node"
    type: Type
    span: Span


@slotted
class Compare:
    """`a < b <= c`: `operators[i]` stands between operand i and operand i + 1."""

    operands: "tuple[Node, ...]"
    operators: tuple[str, ...]
    type: Type
    span: Span


@slotted
class Logic:
    """`a and b and c`, `a or b`."""

    operator: Literal["and", "or"]
    operands: "tuple[Node, ...]"
    type: Type
    span: Span


@slotted
class If:
    """`then if test else otherwise`."""

    test: "Node"
    then: "Node"
    otherwise: "Node"
    type: Type
    span: Span


@slotted
class Range:
    """`low..high`, both ends included."""

    low: "Node"
    high: "Node"
    type: Type
    span: Span


@slotted
class List:
    """`[a, b]`."""

    items: "tuple[Node, ...]"
    type: Type
    span: Span


@slotted
class Object:
    """`{"key": value}`."""

    items: "tuple[tuple[Node, Node], ...]"
    type: Type
    span: Span


@slotted
class Clause:
    """`for targets in iterable if condition …`; several targets take each item apart."""

    targets: tuple[str, ...]
    iterable: "Node"
    conditions: "tuple[Node, ...]"


@slotted
class Comprehension:
    """`[element for … in … if …]`."""

    element: "Node"
    clauses: tuple[Clause, ...]
    type: Type
    span: Span


Node = (
    Constant | Reference | Local | Cast | Column | Item | Slice | Call | Apply | Unary | Binary | Compare | Logic | If
    | Range | List | Object | Comprehension
)  # fmt: skip


def parts(node: Node) -> "tuple[Node, ...]":
    """The nodes directly in a node, in the order of evaluation."""
    match node:
        case Constant() | Reference() | Local():
            return ()
        case Cast():
            return (node.value,)
        case Column():
            return (node.row,)
        case Item():
            return node.value, node.index
        case Slice():
            return tuple(part for part in (node.value, node.low, node.high, node.step) if part is not None)
        case Call() | Apply():
            return node.arguments
        case Unary():
            return (node.operand,)
        case Binary():
            return node.left, node.right
        case Compare() | Logic():
            return node.operands
        case If():
            return node.test, node.then, node.otherwise
        case Range():
            return node.low, node.high
        case List():
            return node.items
        case Object():
            return tuple(part for entry in node.items for part in entry)
        case Comprehension():
            found: list[Node] = []
            for clause in node.clauses:
                found += (clause.iterable, *clause.conditions)
            return (*found, node.element)


def walk(node: Node) -> Iterator[Node]:
    """A node and all nodes in it, each before those in it."""
    left: list[Any] = [node]
    while left:
        node = left.pop()
        yield node
        left += reversed(parts(node))


def reads_of(node: Node) -> tuple[Read, ...]:
    """The values that a tree takes from names, each once, in the order of evaluation."""
    return tuple(dict.fromkeys(each.read for each in walk(node) if isinstance(each, Reference)))


def structure(node: Node) -> object:
    """What a tree computes, wherever it was written: trees of equal structure compute the same of the same reads."""
    fields: tuple[str, ...] = type(node).__match_args__
    return type(node), *[_structure(getattr(node, name)) for name in fields if name != "span"]


def _structure(field: object) -> object:
    if isinstance(field, tuple):
        return tuple(map(_structure, field))
    if isinstance(field, bool | int | float):
        return type(field), repr(field)  # 1 is not true, nor 1.0
    return structure(field) if isinstance(field, Node | Clause) else field  # type: ignore[arg-type]
