"""The answers file of a style: the answers that a model gave, and how a person or a model rewrote them."""

import re

from ftc.check.model import RecordedAnswer, Recorder
from ftc.check.scope import Findings
from ftc.diagnostics import Diagnostic, Label
from ftc.loader import Loader
from ftc.slotted import replaced
from ftc.source import Span
from ftc.syntax import ast, parse

# `gpt-4.1-mini (openai), 2026-11-23, …`: the rest of the line is for people.
_BY = re.compile(r"(.+?) \(([\w-]+)\)(?=,|$)")

CUT = ", cut off there"
"""How the line ends where the answer was cut off, at the most tokens that were asked for."""


def read_answers(path: ast.String, style: str, loader: Loader, findings: Findings) -> dict[str, RecordedAnswer]:
    """The recorded answers for one style, by prompt. A file that does not exist yet holds none."""
    source = loader.source(path.value, at=path.span)
    if isinstance(source, Diagnostic):
        if source.code != "E001":
            findings.adopt(source, path.span)
        return {}
    file, diagnostics = parse(source)
    for diagnostic in diagnostics:
        findings.adopt(diagnostic, path.span)
    reader = _AnswersReader(findings)
    for block in file.statements:
        if isinstance(block, ast.Bad):
            continue
        if not isinstance(block, ast.Block) or block.kind != "answers":
            findings.add("E326", block.span)
        elif block.name is not None and block.name.text == style:
            reader.block(block)
    return reader.answers


class _AnswersReader:
    """Reads the blocks of one style."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.answers: dict[str, RecordedAnswer] = {}
        self._seen: dict[str, Span] = {}
        self._prompt: str | None = None
        # The `recorded:` line of the answer that comes next.
        self._recorded: ast.Recorded | None = None

    def block(self, block: ast.Block) -> None:
        self._prompt = self._recorded = None
        for statement in block.body:
            if isinstance(statement, ast.Recorded):
                self._recorded_line(statement)
            elif isinstance(statement, ast.Message) and statement.role in ("user", "base", "assistant"):
                if isinstance(statement.content, ast.Text):
                    self._message(statement, literal_text(statement.content))
                else:
                    self.findings.add("E332", statement.span)
            elif not isinstance(statement, ast.Bad):
                word = statement.span.text.split(maxsplit=1)[0]
                self.findings.add("E301", statement.span, word=word, block="`answers`")

    def _recorded_line(self, statement: ast.Recorded) -> None:
        if self._prompt is None:
            self._too_early(statement)
        elif self._recorded is not None:
            label = Label(self._recorded.span, "the first one")
            self.findings.add("E303", statement.span, (label,), what="`recorded`")
        else:
            self._recorded = statement

    def _message(self, statement: ast.Message, text: str) -> None:
        if statement.role == "user":
            if text in self._seen:
                label = Label(self._seen[text], "the first one")
                self.findings.add("E303", statement.span, (label,), what="This prompt")
            self._prompt, self._recorded = text, None
            self._seen.setdefault(text, statement.span)
            self.answers.setdefault(text, RecordedAnswer(None, None, statement.span))
        elif self._prompt is None:
            self._too_early(statement)
        else:
            old = self.answers[self._prompt]
            if statement.role == "assistant":
                new = replaced(old, final=text, span=statement.span, cut=_cut(self._recorded))
            else:
                # A final answer is the one that is written: it is the place to point at.
                span = statement.span if old.final is None else old.span
                cut = _cut(self._recorded) if old.final is None else old.cut
                new = replaced(old, base=text, span=span, recorder=_recorder(self._recorded), cut=cut)
            self.answers[self._prompt], self._recorded = new, None

    def _too_early(self, statement: ast.Statement) -> None:
        self.findings.add("E302", statement.span, why="An answer stands here before any `user:` line.", way="user: …")


def literal_text(text: ast.Text) -> str:
    """The characters of a raw text."""
    return "".join(part.text for part in text.parts if isinstance(part, ast.Literal))


def _recorder(statement: ast.Recorded | None) -> Recorder | None:
    found = _BY.match(literal_text(statement.text)) if statement else None
    return Recorder(found[1], found[2], statement.span) if found and statement else None


def _cut(statement: ast.Recorded | None) -> Span | None:
    return statement.span if statement and literal_text(statement.text).rstrip().endswith(CUT) else None
