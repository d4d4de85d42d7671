"""One file: its names, its tools and its blocks, and what `use` imports into it from others."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from ftc.check.blocks import keyword_of
from ftc.check.declarations import Declarations
from ftc.check.facts import Facts
from ftc.check.formats import Formats
from ftc.check.imports import ImportedNames
from ftc.check.model import Block, Message, Split, Style, Tool
from ftc.check.scope import ANY_NAME, Scope
from ftc.check.splits import split_of
from ftc.check.styles import Styles
from ftc.check.turns import Turns, declare_tool
from ftc.diagnostics import Label
from ftc.source import SourceFile, Span
from ftc.syntax import ast

if TYPE_CHECKING:
    from ftc.check.project import Project

_TOP = (ast.Let, ast.Table, ast.Def, ast.Where, ast.Use, ast.Tool, ast.Expect, ast.Validation, ast.Bad)
_CONVERSATIONS = ("fact", "dialog", "format", "style")
_TOP_BLOCKS = (*_CONVERSATIONS, "answers", "train")


class Blocks(Facts, Formats, Styles):
    """Builds the blocks of one file."""


@dataclass(eq=False)
class FileChecker:
    """One file: its names are ready for others before its blocks are looked at."""

    file: ast.File
    project: "Project"
    scope: Scope = field(default_factory=lambda: Scope("file"))
    tools: dict[str, Tool] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    styles: dict[str, tuple[Style, Scope]] = field(default_factory=dict)
    split: Split | None = None

    def declare(self) -> Iterator[SourceFile]:
        """Check everything with a name: what `use` gives to another file. Yields the files that this one uses; each has
        to be open before the next step."""
        findings, statements = self.project.findings, self.file.statements
        mistakes = self.project.mistakes.get(self.file.source, ())
        self.scope.mistakes += sorted(mistakes, key=lambda span: span.start)
        self.scope.unparsed += [bad.span.text for bad in _unparsed(statements)]
        message_before = False
        for statement in statements:
            fits = self._allowed(statement)
            if isinstance(statement, ast.StyleLine):
                findings.add("E325", statement.span, name=f"style {statement.name.text}", way="its lines below it")
                self.scope.unparsed.append(statement.span.text)
            elif not fits and not (message_before and isinstance(statement, ast.Message)):
                # Of messages that belong together, the first speaks for all.
                findings.add("E327", statement.span, word=keyword_of(statement))
            message_before = not fits and isinstance(statement, ast.Message)
        lines = [s for s in statements if not isinstance(s, ast.Block)]
        for statement in lines:
            if isinstance(statement, ast.Use):
                source = self.project.used_file(statement)
                if source is not None and source not in self.project.opened:
                    yield source
                self._use(statement, source)
        names = Declarations(self.scope, findings, self.project.loader)
        names.declare(lines)
        names.resolve(lines)
        for statement in lines:
            if isinstance(statement, ast.Tool):
                tool = declare_tool(statement, self.scope, findings)
                if tool.name in self.tools:
                    label = Label(self.tools[tool.name].span, "first declared here")
                    findings.add("E202", statement.name.span, (label,), name=tool.name)
                self.tools[tool.name] = tool
        self.split = self._split()
        tools = tuple(self.tools.values())
        self._blocks = Blocks(self.scope, findings, self.project.loader, self._system(), tools, self.split)
        self._blocks.styles.update(self.styles)
        self._style_blocks = {
            id(s): self._style(s) for s in statements if isinstance(s, ast.Block) and s.kind == "style"
        }
        self.styles = self._blocks.styles

    def check_blocks(self) -> None:
        """Check the blocks that make conversations, in order."""
        seen: dict[str, ast.Ident] = {}
        for statement in self.file.statements:
            if not isinstance(statement, ast.Block) or statement.kind not in _CONVERSATIONS:
                continue
            if statement.name is not None:
                first = seen.setdefault(statement.name.text, statement.name)
                if first is not statement.name:
                    label = Label(first.span, "the first one")
                    self.project.findings.add("E202", statement.name.span, (label,), name=statement.name.text)
            mark = self.project.findings.mark()
            block, broken = (
                self._style_blocks[id(statement)]
                if statement.kind == "style"
                else (getattr(self._blocks, statement.kind)(statement), self.project.findings.grew_since(mark))
            )
            if block is not None:
                self.blocks.append(block)
                if broken or self._has_mistake(statement):
                    self.project.broken_blocks.add(block)

    @cached_property
    def _statement_starts(self) -> list[int]:
        return [statement.span.start for statement in self.file.statements]

    @cached_property
    def _mistaken(self) -> set[int]:
        """The numbers of the statements in whose lines the parser found mistakes."""
        return set(map(self._statement_at, self.scope.mistakes))

    def _statement_at(self, span: Span) -> int:
        """The number of the statement in whose lines a place is."""
        return bisect_right(self._statement_starts, span.start)

    def _has_mistake(self, block: ast.Block) -> bool:
        """Whether the parser found a mistake in the lines of a block."""
        return bool(self._mistaken) and self._statement_at(block.span) in self._mistaken

    def contains(self, block: Block, span: Span) -> bool:
        """Whether a place is in the lines of a block of this file."""
        sources = {span.source, block.span.source}
        return sources == {self.file.source} and self._statement_at(span) == self._statement_at(block.span)

    def _style(self, statement: ast.Block) -> tuple[Block | None, bool]:
        mark = self.project.findings.mark()
        return self._blocks.style(statement), self.project.findings.grew_since(mark)

    def _allowed(self, statement: ast.Statement) -> bool:
        if isinstance(statement, ast.Block):
            return statement.kind in _TOP_BLOCKS
        return isinstance(statement, _TOP) or (isinstance(statement, ast.Message) and statement.role == "system")

    def _system(self) -> Message | None:
        found = [s for s in self.file.statements if isinstance(s, ast.Message) and s.role == "system"]
        for again in found[1:]:
            label = Label(found[0].span, "the first one")
            self.project.findings.add("E303", again.span, (label,), what="`system`")
        return Turns(self.scope, self.project.findings, ()).message(found[0]) if found else None

    def _split(self) -> Split | None:
        """What a line at the top holds out of all blocks."""
        found = [s for s in self.file.statements if isinstance(s, ast.Validation)]
        for again in found[1:]:
            label = Label(found[0].span, "the first one")
            self.project.findings.add("E303", again.span, (label,), what="`validation`")
        if not found:
            return None
        mark = self.project.findings.mark()
        split = split_of(found[0], self.scope, self.project.findings, of_file=True)
        return None if self.project.findings.grew_since(mark) else split

    @cached_property
    def exported(self) -> ImportedNames:
        """The names that another file gets from this one, with those that this one gets from others."""
        return self.scope.imported.with_names(self.scope.names)

    def _use(self, statement: ast.Use, source: SourceFile | None) -> None:
        if source is None:
            self.scope.unparsed.append(ANY_NAME)
            return
        other = self.project.opened[source]
        for name, mine in self.scope.imported.conflicts_with(other.exported):
            self.project.findings.add("E202", statement.span, (Label(mine.span, "the other one"),), name=name)
        self.scope.imported = self.scope.imported.merged_with(other.exported)
        for name, function in other.scope.functions.items():
            known = self.scope.functions.setdefault(name, function)
            if known is not function:
                label = Label(known.definition.name.span, "the other one")
                self.project.findings.add("E202", statement.span, (label,), name=name)
        self.tools.update(other.tools)
        self.styles.update(other.styles)


def _unparsed(statements: Iterable[ast.Statement]) -> list[ast.Bad]:
    """The lines that could not be parsed, those in blocks included."""
    found: list[ast.Bad] = []
    for statement in statements:
        if isinstance(statement, ast.Bad):
            found.append(statement)
        elif isinstance(statement, ast.Block):
            found += _unparsed(statement.body)
    return found
