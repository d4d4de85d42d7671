"""The printer: a tree as canonical .ft text, with its comments.

Layout that means nothing is made the same everywhere; a blank line that an author put between two statements, items or
comments stays as one. Before the text is handed out it is read again: it must mean what it was made from.
"""

from collections.abc import Sequence
from typing import Any

from ftc.source import SourceFile, Span
from ftc.syntax import ast
from ftc.syntax.comments import body_start
from ftc.syntax.dump import dump
from ftc.syntax.expression_printer import broken, expression, string
from ftc.syntax.text_printer import table_lines, text_lines

_WIDTH = 100
_STRENGTHS = {1: "each", 2: "pairs", 3: "triples"}


def format(file: ast.File) -> str:
    """The canonical text of a file that has no errors."""
    text = _Printer(file).print()
    again = _parsed(text)
    if dump(again) != dump(file) or _Printer(again).print() != text:
        raise RuntimeError(f"formatting {file.source.name} would change it: a bug of ftc; nothing was written")
    return text


def _parsed(text: str) -> ast.File:
    from ftc.syntax.parser import parse

    return parse(SourceFile("<formatted>", text))[0]


class _Printer:
    """Prints one file; comments wait in the order of the text until what they stand before is printed."""

    def __init__(self, file: ast.File) -> None:
        self.file = file
        self.comments = list(reversed(file.comments))
        self.lines: list[str] = []
        self.raw = False

    def print(self) -> str:
        self.body(self.file.statements, "", "", -1, len(self.file.source.text) + 1)
        return "".join(f"{line}\n" for line in self.lines)

    # ── lines, blank lines and comments ───────────────────────────────────────────────────────────

    def line(self, indent: str, text: str) -> None:
        self.lines.append((indent + text).rstrip(" \t\r") if text else "")

    def blank(self) -> None:
        if self.lines and self.lines[-1]:
            self.lines.append("")

    def follows_blank(self, span: Span) -> bool:
        """Whether a blank line stands directly before this in the source."""
        number = span.line
        return number > 1 and not self.file.source.line(number - 1).strip(" \t\r")

    def comments_before(self, offset: int, indent: str, deeper_than: int = -1, is_first: bool = False) -> bool:
        """Print the comments that stand before an offset and deeper than a column; whether there were any."""
        printed = False
        while self.comments and self.comments[-1].span.start < offset:
            if self.comments[-1].span.column - 1 <= deeper_than:
                break
            comment = self.comments.pop()
            if self.follows_blank(comment.span) and not (is_first and not printed):
                self.blank()
            self.line(indent, comment.text)
            printed = True
        return printed

    def body(self, statements: Sequence[ast.Statement], indent: str, kind: str, column: int, end: int) -> None:
        """The statements of a block whose header is at a column, and its comments, all before the offset `end`."""
        before: ast.Statement | None = None
        for index, statement in enumerate(statements):
            after = statements[index + 1].span.start if index + 1 < len(statements) else end
            if before is not None and _apart(before, statement, kind):
                self.blank()
            first = before is None
            if self.comments_before(body_start(statement), indent, is_first=first and bool(indent)):
                first = False
            if not first and self.follows_blank(statement.span):
                self.blank()
            self.statement(statement, indent, after)
            before = statement
        self.comments_before(end, indent, column)

    # ── statements ────────────────────────────────────────────────────────────────────────────────

    def statement(self, node: Any, indent: str, end: int) -> None:
        """One statement; the offset `end` is where the next begins."""
        match node:
            case ast.Let():
                self.let(node, indent, end)
            case ast.Message(role=role, content=content):
                self.content(node, role if node.trained else f"{role} untrained", content, indent, end)
            case ast.Says(body=body):
                self.content(node, "says", body, indent, end)
            case ast.Rewrite(text=text):
                self.content(node, "rewrite", text, indent, end)
            case ast.Recorded(text=text):
                self.content(node, "recorded", text, indent, end)
            case ast.Tool(name=name, parameters=parameters, description=text):
                head = f"tool {name.text}({', '.join(map(_parameter, parameters))})"
                self.content(node, head, text, indent, end)
            case ast.Table(name=name, path=None):
                self.rows(node, f"table {name.text}", indent, end)
            case ast.Replace():
                self.rows(node, "replace", indent, end)
            case ast.Def(name=name, parameters=parameters, body=body):
                self.equals(f"def {name.text}({', '.join(p.text for p in parameters)})", body, indent)
            case ast.Setting(name=name, value=value):
                self.equals(name.text, value, indent)
            case ast.Block():
                self.block(node, indent, end)
            case _:
                self.line(indent, _one_line(node))

    def block(self, node: ast.Block, indent: str, end: int) -> None:
        self.line(indent, f"{node.kind} {node.name.text}" if node.name else node.kind)
        outer, self.raw = self.raw, self.raw or node.kind == "answers"
        self.body(node.body, indent + "  ", node.kind, node.span.column - 1, end)
        self.raw = outer

    def let(self, node: ast.Let, indent: str, end: int) -> None:
        where = f" where {expression(node.where)}" if node.where else ""
        match node.value:
            case ast.Text() | ast.Items():
                self.content(node, f"let {node.name.text}", node.value, indent, end)
            case ast.Domain(expr=expr, invalid=invalid):
                self.line(indent, f"let {node.name.text} in {expression(expr)}{where}")
                self.items(invalid, node, indent, end)
            case value:
                self.equals(f"let {node.name.text}", value, indent, where)

    def equals(self, head: str, value: ast.Expr, indent: str, where: str = "") -> None:
        """`head = value`, with a value that is too long on the lines below."""
        flat = f"{head} = {expression(value)}{where}"
        if len(indent) + len(flat) <= _WIDTH:
            self.line(indent, flat)
            return
        self.line(indent, f"{head} =")
        lines = broken(value, _WIDTH - len(indent) - 2)
        for line in [*lines, where.lstrip()] if where else lines:
            self.line(indent + "  ", line)

    def content(self, node: Any, head: str, content: Any, indent: str, end: int) -> None:
        """What stands after a colon, or after the `=` in its place."""
        match content:
            case ast.Items(items=items):
                self.line(indent, f"{head}:")
                self.items(items, node, indent, end)
            case ast.Text():
                mark = f"{head} raw:" if content.raw else f"{head}:"
                inline, below = text_lines(content, node.span.start, _WIDTH - len(indent) - len(mark), self.raw)
                self.line(indent, f"{mark} {inline}")
                for line in below:
                    self.line(indent + "  ", line)
            case _:
                self.equals(head, content, indent)

    def items(self, items: tuple[ast.Item, ...], node: Any, indent: str, end: int) -> None:
        inner = indent + "  "
        for index, item in enumerate(items):
            commented = self.comments_before(item.text.span.end, inner)
            if (index or commented) and self.follows_blank(item.span):
                self.blank()
            inline, below = text_lines(item.text, item.span.start, _WIDTH - len(inner) - 2, self.raw)
            self.line(inner, f"{'~' if item.invalid else '|'} {inline}")
            for line in below:
                self.line(inner + "  ", line)
        if items:
            self.comments_before(end, inner, node.span.column - 1)

    def rows(self, node: ast.Table | ast.Replace, head: str, indent: str, end: int) -> None:
        self.line(indent, head)
        inner = indent + "  "
        starts = [node.columns[0].span, *(row.span for row in node.rows)]
        for index, (span, line) in enumerate(zip(starts, table_lines(node.columns, node.rows), strict=True)):
            commented = self.comments_before(span.start, inner)
            if (index or commented) and self.follows_blank(span):
                self.blank()
            self.line(inner, line)
        self.comments_before(end, inner, node.span.column - 1)


def _apart(before: ast.Statement, statement: ast.Statement, kind: str) -> bool:
    """Whether a blank line always stands between two statements: around blocks, and between exchanges."""
    if any(isinstance(node, ast.Block) and node.kind != "invalid" for node in (before, statement)):
        return True
    is_user = isinstance(statement, ast.Message) and statement.role == "user"
    was_user = isinstance(before, ast.Message) and before.role == "user"
    is_exchange = isinstance(before, (ast.Message, ast.Says, ast.Calls, ast.Recorded)) and not was_user
    return kind in ("fact", "answers") and is_user and is_exchange


def _parameter(parameter: ast.Parameter) -> str:
    default = f" = {expression(parameter.default)}" if parameter.default else ""
    return f"{parameter.name.text}: {parameter.type.text}{default}"


def _one_line(node: Any) -> str:
    """A statement that is never more than its line."""
    match node:
        case ast.Table(name=name, path=ast.String(value=path)):
            return f"table {name.text} from {string(path)}"
        case ast.Where(condition=condition):
            return f"where {expression(condition)}"
        case ast.Expect(condition=condition):
            return f"expect {expression(condition)}"
        case ast.Calls(tool=tool, arguments=arguments, trained=trained):
            written = ", ".join(f"{name.text}={expression(value)}" for name, value in arguments)
            return f"assistant {'' if trained else 'untrained '}calls {tool.text}({written})"
        case ast.NoSystem():
            return "no system"
        case ast.Turns(low=low, high=high):
            return f"turns {low}" if low == high else f"turns {low}..{high}"
        case ast.Unique():
            return "unique"
        case ast.Cover(strength=strength):
            return f"cover {_STRENGTHS.get(strength, strength)}"
        case ast.Sample(count=count, seed=seed):
            return f"sample {count} seed {seed}"
        case ast.Validation(by=ast.Ident() as by, values=values) if values is not None:
            return f"validation by {by.text} in {expression(values)}"
        case ast.Validation(percent=float(percent), by=by):
            return f"validation {_percent(percent)}%" + (f" by {by.text}" if by else "")
        case ast.Repeat(times=times):
            return f"repeat {times}"
        case ast.Keep(percent=percent):
            return f"keep {_percent(percent)}%"
        case ast.AnswersFrom(path=path):
            return f"answers from {string(path.value)}"
        case ast.StyleLine(name=name):
            return f"style {name.text}"
        case ast.Use(path=path):
            return f"use {string(path.value)}"
        case _:
            raise TypeError(f"not a statement that can be written: {type(node).__name__}")


def _percent(value: float) -> str:
    return str(int(value)) if value.is_integer() else repr(value)
