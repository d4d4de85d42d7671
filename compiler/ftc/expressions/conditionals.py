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


Steps = tuple[Read | Fork, ...]


def steps(node: Node) -> Steps:
    """What an expression meets, in order."""
    return tuple(_steps(node))


def forks(node: Node) -> bool:
    """Whether it can depend on a value what is met."""
    return any(isinstance(each, If) for each in walk(node))


def surely(node: Node) -> tuple[Read, ...]:
    """What an expression meets whatever its conditionals say."""
    return tuple(dict.fromkeys(step for step in _steps(node) if isinstance(step, Read)))


def _steps(node: Node) -> Iterator[Read | Fork]:
    match node:
        case Reference():
            yield node.read
        case If():
            yield from _steps(node.test)
            yield Fork(node.test, steps(node.then), steps(node.otherwise))
        case Comprehension():
            yield from reads_of(node)
        case Logic() | Compare():
            # What stands behind the first comparison is not always asked, and may fail where it is not.
            sure = 1 if isinstance(node, Logic) else 2
            for each in node.operands[:sure]:
                yield from _steps(each)
            for each in node.operands[sure:]:
                yield from reads_of(each)
        case _:
            for part in parts(node):
                yield from _steps(part)
