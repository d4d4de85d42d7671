"""`expect`: conditions over measures of the data. `quality.expectations` evaluates them once there is data."""

from collections.abc import Iterable

from ftc.check.expressions import Expressions
from ftc.check.inference import Walk
from ftc.check.model import Expectation, Measure
from ftc.check.scope import Findings, Scope, near
from ftc.edits import instead
from ftc.expressions.nodes import Constant, Node, Read, Reference
from ftc.expressions.types import INT
from ftc.source import Span
from ftc.syntax import ast


class _Expectations(Expressions):
    """Expressions of `expect`: they also read `longest_tokens`, `count()` and `count("block")`."""

    blocks: frozenset[str] = frozenset()

    def call(self, node: ast.Call, walk: Walk) -> Node:
        if node.function.text != "count":
            return super().call(node, walk)
        block = None
        if node.arguments:
            first = node.arguments[0]
            if len(node.arguments) > 1 or not isinstance(first, ast.String):
                self.findings.add(
                    "E209", node.span, name="count", takes='count() or count("block")', given="other values"
                )
                return Constant(0, INT, node.span)
            block = first.value
            if block not in self.blocks:
                like = near(block, self.blocks)
                edits = instead(first.span, f'"{like}"' if like else "")
                self.findings.add("E219", first.span, edits=edits, name=block)
        return Reference(Read(Measure("count", node.span, "file", block)), INT, node.span)


def expectations_of(file: ast.File, blocks: Iterable[str], findings: Findings) -> list[Expectation]:
    """The `expect` lines of a file with such blocks."""
    scope = Scope("file")
    scope.names["longest_tokens"] = Measure("longest_tokens", Span(file.source, 0, 0), "file")
    expressions = _Expectations(scope, findings)
    expressions.blocks = frozenset(blocks)
    return [
        Expectation(expressions.condition(s.condition), s.span) for s in file.statements if isinstance(s, ast.Expect)
    ]
