"""The names that an expression reads as it is evaluated: of `x if c else y` those of `c` and of one side alone.

`and`, `or`, a chained comparison and a comprehension count as reading all names in them, also where evaluation stops
early.
"""

from collections.abc import Iterator

from ftc.expressions.nodes import Compare, Comprehension, If, Logic, Node, Read, Reference, parts, reads_of, walk
from ftc.slotted import slotted


@slotted
class Fork:
    """Where the value of `test` decides what is read next."""

    test: Node
    then: "tuple[Read | Fork, ...]"
    otherwise: "tuple[Read | Fork, ...]"


ReadOrder = tuple[Read | Fork, ...]


def read_order(node: Node) -> ReadOrder:
    """The reads of an expression, in the order of its evaluation."""
    return tuple(_in_order(node))


def has_conditional(node: Node) -> bool:
    """Whether what is read can depend on a value."""
    return any(isinstance(each, If) for each in walk(node))


def unconditional_reads(node: Node) -> tuple[Read, ...]:
    """The reads of an expression that no conditional decides about."""
    return tuple(dict.fromkeys(read for read in _in_order(node) if isinstance(read, Read)))


def _in_order(node: Node) -> Iterator[Read | Fork]:
    match node:
        case Reference():
            yield node.read
        case If():
            yield from _in_order(node.test)
            yield Fork(node.test, read_order(node.then), read_order(node.otherwise))
        case Comprehension():
            yield from reads_of(node)
        case Logic() | Compare():
            # What stands behind the first comparison is not always evaluated, and could fail where it is not.
            sure = 1 if isinstance(node, Logic) else 2
            for each in node.operands[:sure]:
                yield from _in_order(each)
            for each in node.operands[sure:]:
                yield from reads_of(each)
        case _:
            for part in parts(node):
                yield from _in_order(part)
