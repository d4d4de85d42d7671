"""A whole expression: its tree, the names it reads, and what runs it."""

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ftc.expressions import conditionals
from ftc.expressions.nodes import Apply, Node, Read, Reference, reads_of, walk
from ftc.expressions.types import Type
from ftc.source import Span


@dataclass(eq=False)
class Expr:
    """A checked expression. `reads` are the values that it takes from names, in the order of its evaluation."""

    node: Node
    span: Span

    @property
    def type(self) -> Type:
        return self.node.type

    @cached_property
    def reads(self) -> tuple[Read, ...]:
        return reads_of(self.node)

    @cached_property
    def is_conditional(self) -> bool:
        """Whether it can depend on a value which of `reads` are needed."""
        return not self.bare and conditionals.has_conditional(self.node)

    @property
    def bare(self) -> bool:
        """Whether the expression is a name or a field alone: such a value may be shown even where it is invalid."""
        return isinstance(self.node, Reference)

    @cached_property
    def run(self) -> Callable[..., Any]:
        """The expression as a function of the values of `reads`."""
        from ftc.expressions import python  # most expressions are names alone, and are never run

        return _roomy(python.function(self.node, self.reads), self.node)

    @cached_property
    def run_rows(self) -> Callable[[Iterable[tuple[Any, ...]]], list[Any]]:
        """The expression for one row after another of the values it reads."""
        from ftc.expressions import python

        return _roomy(python.rows_function(self.node, self.reads), self.node)

    def run_proved_rows(
        self, reads: tuple[Read, ...], given: tuple[Node, ...]
    ) -> Callable[[Iterable[tuple[Any, ...]]], list[Any]]:
        """The same, where it is proved that none of them can fail: of some values it reads, and of some nodes in it
        whose values are given."""
        from ftc.expressions import python

        key = (reads, given)
        if key not in self._proved:
            self._proved[key] = python.rows_function(self.node, reads, proved=True, given=given)
        return self._proved[key]

    @cached_property
    def _proved(self) -> dict[object, Callable[[Iterable[tuple[Any, ...]]], list[Any]]]:
        return {}

    def failed_part(self, failure: BaseException) -> Span:
        """The part of it that failed."""
        from ftc.expressions import python

        return python.failed_span(failure) or self.span


# Calls of functions inside each other that Python's own limit leaves room for.
TALL = 50


def _roomy(run: Callable[..., Any], node: Node) -> Callable[..., Any]:
    """`run` with a limit on recursion that its functions do not reach: the checker has counted how deep they call each
    other, and such calls take no space on the machine's own stack."""
    height = max((n.function.height for n in walk(node) if isinstance(n, Apply)), default=0)
    if height < TALL:
        return run

    def with_room(*values: Any) -> Any:
        before = sys.getrecursionlimit()
        sys.setrecursionlimit(before + 4 * height)
        try:
            return run(*values)
        finally:
            sys.setrecursionlimit(before)

    return with_room
