"""Scopes, in which names are looked up: the file, a block in it, a case in that. And the findings, as they are made."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ftc.check.imports import ImportedNames
from ftc.check.model import Constraint, Level, Name
from ftc.diagnostics import Diagnostic, Label
from ftc.edits import Edits
from ftc.expressions import nodes
from ftc.expressions.types import Type
from ftc.source import Span
from ftc.syntax import ast
from ftc.syntax.braces import with_braces

MAX_COMPARED = 100
"""Of a large number of names, so many are compared with an unknown word."""

MIN_SIMILARITY = 0.6
"""How similar two words must be for one to be suggested in place of the other."""


def near(word: str, known: Iterable[str]) -> str:
    """The name most similar to `word`, or the empty text: what "did you mean" shows."""
    from difflib import SequenceMatcher  # only an error pays for it

    names = _candidates(word, tuple(known))
    found, most = "", MIN_SIMILARITY
    matcher = SequenceMatcher(b=word)
    for name in names:
        matcher.set_seq1(name)
        # The first two are quick upper bounds of the similarity.
        if matcher.real_quick_ratio() >= most and matcher.quick_ratio() >= most and (like := matcher.ratio()) >= most:
            found, most = name if like > most else max(found, name), like
    return found or min((name for name in names if name.casefold() == word.casefold()), default="")


def _candidates(word: str, known: tuple[str, ...]) -> list[str]:
    """The candidates among the names, the likeliest first. Of a large number they are those that share a rare pair of
    letters with the word, or a file with a thousand mistakes would be a thousand times as slow."""
    names, holding = _by_pairs(known)
    pairs = _pairs(word)
    if len(names) > MAX_COMPARED:
        found = dict.fromkeys(holding.get(word.casefold(), ()))
        for pair in sorted(pairs & holding.keys(), key=lambda pair: (len(holding[pair]), pair)):
            found |= dict.fromkeys(holding[pair][: MAX_COMPARED - len(found)])
        names = list(found)
    return sorted(names, key=lambda name: -len(pairs & _pairs(name)))


@lru_cache(maxsize=4)
def _by_pairs(known: tuple[str, ...]) -> tuple[list[str], dict[str, list[str]]]:
    """All names in order, and those that hold each pair of letters or are the same in small ones."""
    names = sorted(set(known))
    holding: dict[str, list[str]] = {}
    if len(names) > MAX_COMPARED:
        for name in names:
            for pair in _pairs(name) | {name.casefold()}:
                holding.setdefault(pair, []).append(name)
    return names, holding


def _pairs(word: str) -> set[str]:
    """Two letters that follow one another; the ends of a word count as blanks."""
    word = f" {word.casefold()} "
    return {word[at : at + 2] for at in range(len(word) - 1)}


_KNOWN = ("function", "random", "rows")
"""Data of an unknown name or function by which it is plain what was meant, besides edits."""

ANY_NAME = "*"
"""Among the lines that could not be parsed: a whole file, which may declare anything."""


class Findings:
    """The diagnostics of a check; the same finding is kept once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, Span | None], Diagnostic] = {}
        self._reported_elsewhere = 0
        self._warnings = 0

    def note_reported(self) -> None:
        """Count a mistake that was reported elsewhere, so that `grew_since` sees it."""
        self._reported_elsewhere += 1

    def add(
        self, code: str, span: Span, labels: tuple[Label, ...] = (), edits: Edits = (), *, safe: bool = False,
        **data: object,
    ) -> None:  # fmt: skip
        if (code, span) in self._found:
            self.note_reported()
        else:
            self._found[code, span] = Diagnostic(code, span, data, labels, edits=edits, safe=safe)
            self._warnings += code[0] == "W"

    @property
    def diagnostics(self) -> list[Diagnostic]:
        return list(self._found.values())

    def adopt(self, diagnostic: Diagnostic, at: Span) -> None:
        """Add a finding of another phase; one without a place is about what stands at `at`."""
        self.add(diagnostic.code, diagnostic.span or at, diagnostic.labels, diagnostic.edits, safe=diagnostic.safe,
                 **diagnostic.data)  # fmt: skip

    def mark(self) -> int:
        """How many mistakes there are by now; `grew_since` then says whether there are more."""
        return len(self._found) - self._warnings + self._reported_elsewhere

    def grew_since(self, mark: int) -> bool:
        return self.mark() > mark

    def offer_braces(self, hole: Span, is_likely: bool) -> None:
        """Say of the mistakes in a hole how its braces are written if they are text: where that `is_likely`, and where
        a name is unknown that no known one is like."""
        for key, found in reversed(self._found.items()):
            if found.span is None or not hole.contains(found.span):
                break
            unknown = found.code in ("E201", "E208") and not found.edits and not any(map(found.data.get, _KNOWN))
            if is_likely or unknown:
                self._found[key] = with_braces(found, hole.text)


@dataclass(eq=False)
class Function:
    """A `def` of the file whose names are `scope`; `checked` holds its body as checked for types of its arguments."""

    definition: ast.Def
    scope: "Scope"
    checked: dict[tuple[Type, ...], nodes.Function | None] = field(default_factory=dict)
    checking: bool = False


class Scope:
    """The names of one level; what is not found here is looked up in the level outside."""

    def __init__(self, level: Level, outer: "Scope | None" = None) -> None:
        self.level = level
        self.outer = outer
        self.names: dict[str, Name] = {}
        self.imported = ImportedNames()
        """The names that `use` imports from other files."""
        self.wheres: list[Constraint] = []
        self.functions: dict[str, Function] = outer.functions if outer else {}
        self.used: set[Name] = outer.used if outer else set()
        self.broken: set[Name] = outer.broken if outer else set()
        """Names whose declaration was reported: what depends on them is not checked further."""
        self.unparsed: list[str] = outer.unparsed if outer else []
        """Statements that could not be parsed: a word in one of them may be a name that it declares."""
        self.mistakes: list[Span] = outer.mistakes if outer else []
        """Where the parser found mistakes in the file, in order."""
        self.pending: dict[str, Any] = {}
        """Declarations of this level that are not checked yet: names may be used before their line."""
        self.unfinished: set[str] = set()
        """Those of which the check has begun: what is in them cannot use them."""

    def find(self, name: str) -> Name | None:
        scope: Scope | None = self
        while scope:
            if name in scope.pending:
                scope.pending[name]()
            if (found := scope.own(name)) is not None:
                return found
            scope = scope.outer
        return None

    def own(self, name: str) -> Name | None:
        """What a name stands for that is declared at this level, or imported there."""
        return self.names.get(name) or self.imported.find(name)

    def has_mistake(self, start: int, end: int) -> bool:
        """Whether the parser found a mistake between two offsets of the file."""
        at = bisect_left(self.mistakes, start, key=lambda span: span.start)
        return at < len(self.mistakes) and self.mistakes[at].start <= end

    def declares(self, name: str) -> bool:
        """Whether a name is visible here, and may be used; nothing is checked for it."""
        scope: Scope | None = self
        while scope:
            if name in scope.pending or scope.own(name) is not None:
                return name not in scope.unfinished
            scope = scope.outer
        return False

    def checked(self, name: str) -> Name | None:
        """What a name stands for, if that is checked already."""
        scope: Scope | None = self
        while scope:
            if (found := scope.own(name)) is not None:
                return found
            scope = scope.outer
        return None

    def visible_names(self) -> list[str]:
        """Every name that is visible here."""
        outer = self.outer.visible_names() if self.outer else []
        return [*self.names, *self.pending, *self.imported, *outer]
