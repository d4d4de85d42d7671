"""All files of one compilation: each is opened once, with its names checked before those of the files that use it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import dropwhile

from ftc.check.file import FileChecker
from ftc.check.model import Block
from ftc.check.scope import Findings
from ftc.diagnostics import Diagnostic
from ftc.loader import Loader
from ftc.source import SourceFile, Span
from ftc.syntax import ast, parse


@dataclass
class Project:
    """All files of one compilation."""

    loader: Loader
    findings: Findings
    trees: dict[SourceFile, ast.File]
    mistakes: dict[SourceFile, list[Span]]
    """Where the parser found mistakes."""
    opened: dict[SourceFile, FileChecker] = field(default_factory=dict)
    broken_blocks: set[Block] = field(default_factory=set)
    """Blocks with a mistake of their own."""
    _opening: dict[SourceFile, FileChecker] = field(default_factory=dict)
    """The files that are being opened: each uses the next."""

    def used_file(self, statement: ast.Use) -> SourceFile | None:
        """The file that a `use` names; None where it cannot be used."""
        source = self.loader.source(statement.path.value, at=statement.path.span)
        if isinstance(source, Diagnostic):
            self.findings.adopt(source, statement.path.span)
            return None
        if source in self._opening:
            cycle = dropwhile(lambda opening: opening is not source, (*self._opening, source))
            chain = " → ".join(f"`{s.name}`" for s in cycle)
            self.findings.add("E203", statement.path.span, name=source.name, chain=chain)
            return None
        return source

    def open(self, source: SourceFile) -> FileChecker:
        """A file with its names checked. The files that it uses are opened first, without recursion: there may be a
        long chain of them."""
        waiting: list[Iterator[SourceFile]] = [] if source in self.opened else [self._begin(source)]
        while waiting:
            needed = next(waiting[-1], None)
            if needed is not None:
                waiting.append(self._begin(needed))
            else:
                waiting.pop()
                done, checker = self._opening.popitem()
                self.opened[done] = checker
        return self.opened[source]

    def _begin(self, source: SourceFile) -> Iterator[SourceFile]:
        """Begin to open a file: yields the files that have to be open before it can be."""
        if source not in self.trees:
            self.trees[source], diagnostics = parse(source)
            for diagnostic in diagnostics:
                assert diagnostic.span is not None
                self.findings.adopt(diagnostic, diagnostic.span)
                self.mistakes.setdefault(source, []).append(diagnostic.span)
        self._opening[source] = FileChecker(self.trees[source], self)
        return self._opening[source].declare()
