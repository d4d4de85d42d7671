"""`# allow CODE: reason`: a comment that says of warnings or advice of one kind that they are meant."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import takewhile

from ftc.diagnostics import SEVERITIES, Diagnostic, Severity, has_errors
from ftc.edits import instead, without_line
from ftc.source import SourceFile, Span
from ftc.syntax import ast
from ftc.syntax.comments import attached
from ftc.wording import RENAMED, wording

_ALLOW = re.compile(r"# allow (?P<code>[A-Za-z]\d{3})\b(?P<rest>.*)")
_REASON = re.compile(r":\s*\S.*")

UNUSED = "W303"
OF_TABLES = "E501"
"""The one error that can be allowed: where the rows of a table's file say it, nothing in the source can be mended."""

# What depends on the target, on the machine or on a command is not always looked for.
_SOMETIMES = {"W503", "W507", "W508", "W522"}
_NEAR = {"W520", "W521"}
_LOOKED_FOR = "12345"


Ignores = Callable[[str, SourceFile | None], bool]
"""Whether findings of a code are ignored in a file; None where they have no place."""


@dataclass(eq=False, slots=True)
class Allowance:
    """One such comment: the code, where it stands, and the text that it is about. `whole` says that this is the file,
    `table` that it is a table's file."""

    code: str
    comment: Span
    about: Span
    whole: bool = False
    table: Span | None = None
    used: bool = False


@dataclass(slots=True)
class Allowances:
    """All that some files allow, and which of it was needed."""

    every: list[Allowance] = field(default_factory=list)
    mistakes: list[Diagnostic] = field(default_factory=list)
    ignores: Ignores | None = None
    """What the settings of the project ignore."""
    _by_code: dict[str, list[Allowance]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, files: Iterable[ast.File], ignores: Ignores | None = None) -> "Allowances":
        """What the comments of the files allow."""
        found = cls(ignores=ignores)
        for file in files:
            for comment, below in attached(file) if "# allow " in file.source.text else ():
                if (match := _ALLOW.fullmatch(comment.text)) is not None:
                    found._add(file, comment, below, match)
        # The nearest of several is the one that is needed.
        found.every.sort(key=lambda each: each.about.end - each.about.start)
        for each in found.every:
            found._by_code[each.code].append(each)
        return found

    def _add(self, file: ast.File, comment: ast.Comment, below: Span | None, match: re.Match[str]) -> None:
        start = comment.span.start
        code = match["code"]
        span = Span(file.source, start + match.start("code"), start + match.end("code"))
        if not _exists(code):
            upper = code.upper()
            near = upper if upper != code and _exists(upper) else ""
            renamed = RENAMED.get(upper, "")
            data = {"code": code, "near": near, "renamed": renamed}
            self.mistakes.append(Diagnostic("E338", span, data, edits=instead(span, renamed or near), safe=True))
            return
        table = _table_from_file(file.statements, below) if code == OF_TABLES else None
        if not may_be_allowed(code) and table is None:
            data = {"code": code, "table": "table NAME from …" if code == OF_TABLES else ""}
            self.mistakes.append(Diagnostic("E339", span, data))
        elif not _REASON.fullmatch(match["rest"]):
            self.mistakes.append(Diagnostic("E337", comment.span, {"code": code}))
        elif table is None and _is_of_file(file, comment):
            about = Span(file.source, 0, len(file.source.text))
            self.every.append(Allowance(code, comment.span, about, whole=True))
        else:
            about = _with_deeper_lines(below) if below else Span(file.source, comment.span.end, comment.span.end)
            self.every.append(Allowance(code, comment.span, about, table=table))

    @property
    def silence_some(self) -> bool:
        """Whether anything is allowed or ignored anywhere."""
        return bool(self.every) or self.ignores is not None

    def allows(self, code: str, span: Span | None) -> bool:
        """Whether a finding with this code may stand here. What has no place may stand where a file allows it."""
        for each in self._by_code.get(code, ()) if code != OF_TABLES else ():
            if each.whole if span is None else each.about.source is span.source and _begins_in(span, each.about):
                each.used = True
                return True
        return self.ignores is not None and self.ignores(code, span.source if span else None)

    def table_is_free(self, table: Span) -> Allowance | None:
        """What allows the rows of a table's file to give several answers to one question."""
        return next((each for each in self._by_code.get(OF_TABLES, ()) if each.table == table), None)

    def told(self, found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
        """Those findings that are not allowed."""
        return (each for each in found if not (self.silence_some and self.allows(each.code, each.span)))

    def finish(
        self, found: list[Diagnostic], named: Iterable[SourceFile], *, data_checked: bool, near: bool
    ) -> list[Diagnostic]:
        """What is left of all findings, with those about allowances that nothing needed. Of a file that another uses,
        not all is looked at, and behind an error nothing is certain."""
        if not self.silence_some:
            return found
        left = list(self.told(found))
        if has_errors(left):
            return left
        codes = {each.code for each in found}
        data_checked = data_checked and "W507" not in codes
        near = near and "W522" not in codes
        sources = set(named)
        for each in sorted(self.every, key=lambda each: each.comment.start):
            looked_for = each.code[1] in _LOOKED_FOR and each.code not in _SOMETIMES
            if each.code[1] == "5" and not (data_checked and (near or each.code not in _NEAR)):
                looked_for = False
            if not each.used and looked_for and each.comment.source in sources:
                edits = without_line(each.comment)
                left.append(Diagnostic("W303", each.comment, {"code": each.code}, edits=edits, safe=True))
        return left


def _exists(code: str) -> bool:
    try:
        return bool(wording(code))
    except KeyError:
        return False


def may_be_allowed(code: str) -> bool:
    """Whether this is the code of a warning or of advice that a comment or a project's settings may silence."""
    return _exists(code) and SEVERITIES[code[0]] is not Severity.ERROR and code != UNUSED


def _table_from_file(statements: Iterable[ast.Statement], below: Span | None) -> Span | None:
    """The name of the table whose line this is, where its rows are in a file."""
    for each in statements:
        if isinstance(each, ast.Table) and each.span == below:
            return each.name.span if each.path is not None else None
        inner = _table_from_file(each.body, below) if isinstance(each, ast.Block) else None
        if inner is not None:
            return inner
    return None


def _is_of_file(file: ast.File, comment: ast.Comment) -> bool:
    """Whether a comment is at the top of a file: before the first statement, and a blank line, or nothing, stands
    below the comments that it belongs to."""
    source = file.source
    if file.statements and comment.span.start > file.statements[0].span.start:
        return False
    for number in range(comment.span.line + 1, len(source.line_starts) + 1):
        line = source.line(number).strip(" \t\r")
        if not line.startswith("#"):
            return not line
    return True


def _with_deeper_lines(below: Span) -> Span:
    """A line, with all lines under it that are indented deeper."""
    source, first = below.source, below.line
    column = _column(source.line(first))
    under = (source.line(number) for number in range(first + 1, len(source.line_starts) + 1))
    # A comment may stand anywhere.
    count = sum(
        1 for _ in takewhile(lambda line: _column(line) > column or line.strip(" \t\r")[:1] in ("", "#"), under)
    )
    last = first + count
    end = source.line_starts[last] if last < len(source.line_starts) else len(source.text)
    return Span(source, source.line_starts[first - 1], end)


def _column(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _begins_in(span: Span, about: Span) -> bool:
    # A finding at the end of a file begins behind its last character.
    return about.start <= span.start < about.end or about.start <= span.start == about.end == len(about.source.text)
