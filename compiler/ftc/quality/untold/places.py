"""Where an answer shows a name."""

from collections.abc import Iterator

from ftc.expand.bind.bindings import GivenBinding
from ftc.expand.bind.evaluated import Evaluated
from ftc.expand.bind.texts import Hole, ItemHole, Text, TextChoice
from ftc.expand.space.reach import reach_op
from ftc.expressions.nodes import Read, Reference, walk
from ftc.quality.untold.names import UntoldName
from ftc.source import Span


def shown_at(untold: UntoldName) -> tuple[Read | None, Span]:
    """The first expression of the answer that meets the name, as what it reads; the whole answer where none does."""
    line, token = untold.answer.line, untold.binding.meet.token
    for part in _expressions(line.text, [value for _, given in line.calls for _, value in given]):
        for read, value in zip(part.expr.reads, part.inputs, strict=True):
            if token in reach_op(value.meet)[0]:
                nodes = (node for node in walk(part.expr.node) if isinstance(node, Reference) and node.read == read)
                return read, next((node.span for node in nodes), part.expr.span)
    return None, line.message.content.span if line.message.content else line.message.span


def _expressions(text: Text | None, given: list[Evaluated]) -> Iterator[Evaluated]:
    """The expressions of a message, in order; of what a style puts around an answer, those of the answer."""
    yield from given
    for part in text.parts if text else ():
        match part:
            case Hole():
                answer = part.evaluated.inputs[0] if part.evaluated.expr.bare else None
                if isinstance(answer, GivenBinding) and isinstance(answer.source, Text):
                    yield from _expressions(answer.source, [])
                yield part.evaluated
            case ItemHole():
                yield part.choice.evaluated
            case TextChoice():
                for alternative in part.texts:
                    yield from _expressions(alternative, [])
