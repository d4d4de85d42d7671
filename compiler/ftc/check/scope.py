"""Where names are looked up: the file, a block in it, a case in that. And where findings are collected."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ftc.check.model import Constraint, Level, Name
from ftc.diagnostics import Diagnostic, Label
from ftc.expressions import nodes
from ftc.expressions.types import Type
from ftc.source import Span
from ftc.syntax import ast


def near(word: str, known: Iterable[str]) -> str:
    """The name most like `word`, or nothing: what "did you mean" shows."""
    from difflib import get_close_matches  # only an error pays for it

    names = sorted(set(known))
    found = get_close_matches(word, names, n=1, cutoff=0.6) or [n for n in names if n.casefold() == word.casefold()]
    return found[0] if found else ""


ANY_NAME = "*"
"""Among the lines that could not be read: a whole file, which may declare anything."""


class Findings:
    """Diagnostics as they are found; the same finding is kept once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, Span | None], Diagnostic] = {}
        self._passed_over = 0

    def pass_over(self) -> None:
        """Something is wrong here that was reported elsewhere."""
        self._passed_over += 1

    def add(self, code: str, span: Span, labels: tuple[Label, ...] = (), **data: object) -> None:
        if (code, span) in self._found:
            self.pass_over()
        else:
            self._found[code, span] = Diagnostic(code, span, data, labels)

    @property
    def diagnostics(self) -> list[Diagnostic]:
        return list(self._found.values())

    def take(self, diagnostic: Diagnostic, at: Span) -> None:
        """A finding of another phase; one without a place is about what stands at `at`."""
        self.add(diagnostic.code, diagnostic.span or at, diagnostic.labels, **diagnostic.data)

    def mark(self) -> int:
        """How much has been found; `since` then says whether there is more."""
        return len(self._found) + self._passed_over

    def since(self, mark: int) -> bool:
        return self.mark() > mark


@dataclass
class Function:
    """A `def` of the file whose names are `scope`: `checked` is what it means for each types of its arguments."""

    definition: ast.Def
    scope: "Scope"
    checked: dict[tuple[Type, ...], nodes.Function | None] = field(default_factory=dict)
    checking: bool = False


class Scope:
    """The names of one level; what is not found here is asked of the level outside."""

    def __init__(self, level: Level, outer: "Scope | None" = None) -> None:
        self.level = level
        self.outer = outer
        self.names: dict[str, Name] = {}
        self.wheres: list[Constraint] = []
        self.functions: dict[str, Function] = outer.functions if outer else {}
        self.used: set[Name] = outer.used if outer else set()
        self.broken: set[Name] = outer.broken if outer else set()
        """Names whose declaration was reported: what is made of them is not looked at further."""
        self.unread: list[str] = outer.unread if outer else []
        """Lines that could not be read: a name that one of them holds may be declared there."""
        self.reported: list[Span] = outer.reported if outer else []
        """Where the parser found mistakes in the file, in order."""
        self.pending: dict[str, Any] = {}
        """Declarations of this level that were seen but not checked yet: names may be used before their line."""

    def find(self, name: str) -> Name | None:
        scope: Scope | None = self
        while scope:
            if name in scope.pending:
                scope.pending[name]()
            if name in scope.names:
                return scope.names[name]
            scope = scope.outer
        return None

    def touched(self, start: int, end: int) -> bool:
        """Whether the parser found a mistake between two offsets of the file."""
        at = bisect_left(self.reported, start, key=lambda span: span.start)
        return at < len(self.reported) and self.reported[at].start <= end

    def known(self) -> list[str]:
        """Every name that can be seen from here."""
        outer = self.outer.known() if self.outer else []
        return [*self.names, *self.pending, *outer]
