"""Files: the names, blocks and settings of each, and the names that `use` brings in from others."""

import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import dropwhile
from typing import Any

from ftc.check.blocks import word_of
from ftc.check.dependencies import all_names
from ftc.check.expectations import expectations_of
from ftc.check.facts import Facts
from ftc.check.formats import Formats
from ftc.check.imports import Brought
from ftc.check.model import Block, Constraint, Expectation, Message, Model, Name, Style, Tool
from ftc.check.names import Names
from ftc.check.rules import RULES
from ftc.check.scope import ANY_NAME, Findings, Scope
from ftc.check.settings import train_settings
from ftc.check.styles import Styles
from ftc.check.turns import Turns, declare_tool
from ftc.diagnostics import Diagnostic, Label, Severity, has_errors
from ftc.loader import Loader
from ftc.slotted import replaced
from ftc.source import SourceFile, Span
from ftc.syntax import ast, parse

_TOP = (ast.Let, ast.Table, ast.Def, ast.Where, ast.Use, ast.Tool, ast.Expect, ast.Bad)
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

    def names(self) -> Iterator[SourceFile]:
        """Everything with a name: what `use` gives to another file. The files that this one uses are given first: they
        have to be open when it is gone on with."""
        findings, statements = self.project.findings, self.file.statements
        reported = self.project.reported.get(self.file.source, ())
        self.scope.reported += sorted(reported, key=lambda span: span.start)
        self.scope.unread += [bad.span.text for bad in _unread(statements)]
        message_before = False
        for statement in statements:
            fits = self._allowed(statement)
            if isinstance(statement, ast.StyleLine):
                findings.add("E325", statement.span, name=f"style {statement.name.text}", way="its lines below it")
                self.scope.unread.append(statement.span.text)
            elif not fits and not (message_before and isinstance(statement, ast.Message)):
                # Of messages that belong together, the first speaks for all.
                findings.add("E327", statement.span, word=word_of(statement))
            message_before = not fits and isinstance(statement, ast.Message)
        lines = [s for s in statements if not isinstance(s, ast.Block)]
        for statement in lines:
            if isinstance(statement, ast.Use):
                source = self.project.used(statement)
                if source is not None and source not in self.project.opened:
                    yield source
                self._use(statement, source)
        names = Names(self.scope, findings, self.project.loader)
        names.declare(lines)
        names.resolve(lines)
        for statement in lines:
            if isinstance(statement, ast.Tool):
                tool = declare_tool(statement, self.scope, findings)
                if tool.name in self.tools:
                    label = Label(self.tools[tool.name].span, "first declared here")
                    findings.add("E202", statement.name.span, (label,), name=tool.name)
                self.tools[tool.name] = tool
        self._blocks = Blocks(self.scope, findings, self.project.loader, self._system(), tuple(self.tools.values()))
        self._blocks.styles.update(self.styles)
        self._style_blocks = {
            id(s): self._style(s) for s in statements if isinstance(s, ast.Block) and s.kind == "style"
        }
        self.styles = self._blocks.styles

    def conversations(self) -> None:
        """The blocks, in order."""
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
            made, broken = (
                self._style_blocks[id(statement)]
                if statement.kind == "style"
                else (getattr(self._blocks, statement.kind)(statement), self.project.findings.since(mark))
            )
            if made is not None:
                self.blocks.append(made)
                if broken or self._touched(statement):
                    self.project.broken.add(made)

    @cached_property
    def _starts(self) -> list[int]:
        return [statement.span.start for statement in self.file.statements]

    @cached_property
    def _reported(self) -> set[int]:
        """The statements in whose lines the parser reported something."""
        return set(map(self._block_at, self.scope.reported))

    def _block_at(self, span: Span) -> int:
        """Which of the file's statements a place is in the lines of."""
        return bisect_right(self._starts, span.start)

    def _touched(self, block: ast.Block) -> bool:
        """Whether the parser reported something in the lines of a block."""
        return bool(self._reported) and self._block_at(block.span) in self._reported

    def holds(self, block: Block, span: Span) -> bool:
        """Whether a place is in the lines of a block of this file."""
        sources = {span.source, block.span.source}
        return sources == {self.file.source} and self._block_at(span) == self._block_at(block.span)

    def _style(self, statement: ast.Block) -> tuple[Block | None, bool]:
        mark = self.project.findings.mark()
        return self._blocks.style(statement), self.project.findings.since(mark)

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

    @cached_property
    def given(self) -> Brought:
        """The names that another file has of this one, those that this one has of others included."""
        return self.scope.brought.with_names(self.scope.names)

    def _use(self, statement: ast.Use, source: SourceFile | None) -> None:
        if source is None:
            self.scope.unread.append(ANY_NAME)
            return
        other = self.project.opened[source]
        for name, mine in self.scope.brought.clashing(other.given):
            self.project.findings.add("E202", statement.span, (Label(mine.span, "the other one"),), name=name)
        self.scope.brought = self.scope.brought.with_all(other.given)
        for name, function in other.scope.functions.items():
            known = self.scope.functions.setdefault(name, function)
            if known is not function:
                label = Label(known.definition.name.span, "the other one")
                self.project.findings.add("E202", statement.span, (label,), name=name)
        self.tools.update(other.tools)
        self.styles.update(other.styles)


@dataclass
class Project:
    """All files of one compilation."""

    loader: Loader
    findings: Findings
    trees: dict[SourceFile, ast.File]
    reported: dict[SourceFile, list[Span]]
    """Where the parser found mistakes."""
    opened: dict[SourceFile, FileChecker] = field(default_factory=dict)
    broken: set[Block] = field(default_factory=set)
    """Blocks that were reported."""
    active: dict[SourceFile, FileChecker] = field(default_factory=dict)
    """The files that are being opened: each uses the next."""

    def used(self, statement: ast.Use) -> SourceFile | None:
        """The file a `use` names."""
        source = self.loader.source(statement.path.value, at=statement.path.span)
        if isinstance(source, Diagnostic):
            self.findings.take(source, statement.path.span)
            return None
        if source in self.active:
            circle = dropwhile(lambda active: active is not source, (*self.active, source))
            chain = " → ".join(f"`{s.name}`" for s in circle)
            self.findings.add("E203", statement.path.span, name=source.name, chain=chain)
            return None
        return source

    def open(self, source: SourceFile) -> FileChecker:
        """A file with its names ready. What it uses is opened before, one file after the other however long the chain
        of them is."""
        waiting: list[Iterator[SourceFile]] = [] if source in self.opened else [self._begun(source)]
        while waiting:
            needed = next(waiting[-1], None)
            if needed is not None:
                waiting.append(self._begun(needed))
            else:
                waiting.pop()
                done, checker = self.active.popitem()
                self.opened[done] = checker
        return self.opened[source]

    def _begun(self, source: SourceFile) -> Iterator[SourceFile]:
        """A file that is opened: the files that have to be open before it can be."""
        if source not in self.trees:
            self.trees[source], diagnostics = parse(source)
            for diagnostic in diagnostics:
                assert diagnostic.span is not None
                self.findings.take(diagnostic, diagnostic.span)
                self.reported.setdefault(source, []).append(diagnostic.span)
        self.active[source] = FileChecker(self.trees[source], self)
        return self.active[source].names()


def _unread(statements: Iterable[ast.Statement]) -> list[ast.Bad]:
    """The lines that could not be read, those in blocks included."""
    found: list[ast.Bad] = []
    for statement in statements:
        if isinstance(statement, ast.Bad):
            found.append(statement)
        elif isinstance(statement, ast.Block):
            found += _unread(statement.body)
    return found


def _whole(block: Block, broken: set[Name]) -> bool:
    """Whether a block is made of names that are."""
    messages = [m for t in block.turns for m in (*t.messages, *(t.invalid.messages if t.invalid else ()))]
    if block.system:
        messages.append(block.system)
    texts = [m.content for m in messages if m.content is not None]
    return not any(name in broken for text in texts for name in all_names(text))


# Names and braces inside each other that need no more room than Python gives by itself.
SHALLOW = 20

# What a conversation says is worked out from name to name, and from brace to brace: so many calls inside each other for
# one of either, at most. They take no space on the machine's own stack.
CALLS = 16


def _make_room(names: Iterable[Name]) -> None:
    """Let Python call as deep as the longest chain of names needs; how long it may be is limited (`E405`)."""
    deepest = max((name.inside for name in names), default=0)
    if deepest > SHALLOW:
        sys.setrecursionlimit(max(sys.getrecursionlimit(), 2_000 + CALLS * deepest))


def check(
    files: Sequence[ast.File], loader: Loader, reported: Sequence[Diagnostic] = ()
) -> tuple[Model, list[Diagnostic]]:
    """The model of the files, and everything that is wrong with them.

    `reported` is what the parser found. Blocks with a mistake of their own are left out of the model, so that the later
    phases can look at the others.
    """
    findings = Findings()
    spans = [d.span for d in reported if d.span is not None and d.severity is Severity.ERROR]
    found_in: dict[SourceFile, list[Span]] = {}
    for span in spans:
        found_in.setdefault(span.source, []).append(span)
    project = Project(loader, findings, {file.source: file for file in files}, found_in)
    checkers = list(dict.fromkeys(project.open(file.source) for file in files))
    for checker in checkers:
        checker.conversations()
    train: dict[str, Any] = {}
    train_at: Span | None = None
    expectations: list[Expectation] = []
    for checker in checkers:
        expectations += expectations_of(checker.file, [block.name for block in checker.blocks], findings)
        for statement in checker.file.statements:
            if isinstance(statement, ast.Block) and statement.kind == "train":
                if train_at is not None:
                    findings.add("E303", statement.span, (Label(train_at, "the first one"),), what="`train`")
                train_at = statement.span
                train.update(train_settings(statement, checker.scope, findings))
    names: list[Name] = []
    wheres: list[Constraint] = []
    used: set[Name] = set()
    broken: set[Name] = set()
    for checker in project.opened.values():
        used |= checker.scope.used
        broken |= checker.scope.broken
        wheres += checker.scope.wheres
    for checker in checkers:
        names += [n for n in checker.scope.names.values() if n.span.source is checker.file.source]
    _make_room(used)
    model = Model(
        tuple(b for c in checkers for b in c.blocks if b not in project.broken and (not broken or _whole(b, broken))),
        tuple(style for checker in checkers for style, _ in checker.styles.values()),
        tuple(names),
        tuple(wheres),
        train,
        tuple(expectations),
        frozenset(used),
        not (project.reported or has_errors(findings.diagnostics)),
    )
    seen = [found for rule in RULES for found in rule(model)]
    wrong = [found.span for found in seen if found.span is not None and found.severity is Severity.ERROR]
    if wrong:
        kept = [b for b in model.blocks if not any(checker.holds(b, span) for checker in checkers for span in wrong)]
        model = replaced(model, blocks=tuple(kept), whole=False)
    if not model.whole:
        # What is missing may be missing because of a mistake: advice can wait.
        seen = [found for found in seen if found.severity is Severity.ERROR]
    return model, findings.diagnostics + seen
