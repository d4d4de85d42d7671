"""What an expression meets: its names, but of `x if c else y` only those of `c` and of the side that is taken.

`and`, `or`, a comparison in a chain and a comprehension meet all that is in them, also where a value does not come to
be asked.
"""

from collections.abc import Iterator

from ftc.expressions.nodes import Compare, Comprehension, If, Logic, Node, Read, Reference, parts, reads_of, walk
from ftc.slotted import slotted


@slotted
class Fork:
    """Where it depends on the value of `test` what is met next."""

    test: Node
    then: "tuple[Read | Fork, ...]"
    otherwise: "tuple[Read | Fork, ...]"


ReadOrder = tuple[Read | Fork, ...]


def read_order(node: Node) -> ReadOrder:
    """What an expression meets, in order."""
    return tuple(_in_order(node))


def has_conditional(node: Node) -> bool:
    """Whether it can depend on a value what is met."""
    return any(isinstance(each, If) for each in walk(node))


def unconditional_reads(node: Node) -> tuple[Read, ...]:
    """What an expression meets whatever its conditionals say."""
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
            # What stands behind the first comparison is not always asked, and may fail where it is not.
            sure = 1 if isinstance(node, Logic) else 2
            for each in node.operands[:sure]:
                yield from _in_order(each)
            for each in node.operands[sure:]:
                yield from reads_of(each)
        case _:
            for part in parts(node):
                yield from _in_order(part)
