"""Builds the tree of statements. `expression_builder` builds what they hold, and describes how both work."""

from typing import Any

from ftc.edits import instead
from ftc.slotted import replaced
from ftc.source import Span
from ftc.syntax import ast
from ftc.syntax.ast import Expr, Ident, Literal, Row, Statement, Text
from ftc.syntax.expression_builder import ExpressionBuilder
from ftc.syntax.tokens import Token

_STRENGTHS = {"each": 1, "pairs": 2, "triples": 3}
_TYPES = ("text", "int", "float", "bool")
# Names of types in other languages.
_OTHER_TYPES = {
    "str": "text", "string": "text", "integer": "int", "number": "float", "double": "float", "boolean": "bool",
    "list": "list of text", "array": "list of text",
}  # fmt: skip


class Builder(ExpressionBuilder):
    """The rules of statements. Each begins with its first word and ends with the end of its line."""

    def start(self, *statements: Statement) -> tuple[Statement, ...]:
        return statements

    def bad(self, token: Token, _: Token) -> Statement:
        return ast.Bad(self._span(token[2], token[3]))

    def let_text(self, head: Token, name: Ident, raw: Token | None, body: ast.Body, end: Token) -> Statement:
        return ast.Let(name, _raw(body, raw), None, self._span(head[2], end[2]))

    def let_in(self, head: Token, name: Ident, expr: Expr, where: Expr | None, *rest: Any) -> Statement:
        return ast.Let(name, ast.Domain(expr, rest[:-1]), where, self._span(head[2], rest[-1][2]))

    def let_is(self, head: Token, name: Ident, expr: Expr, where: Expr | None, end: Token) -> Statement:
        return ast.Let(name, expr, where, self._span(head[2], end[2]))

    def table_rows(self, head: Token, name: Ident, *rest: Any) -> Statement:
        span = self._span(head[2], rest[-1][2])
        columns, rows = self._rows(span, rest[:-1])
        return ast.Table(name, columns, rows, None, span)

    def table_from(self, head: Token, name: Ident, path: Token, end: Token) -> Statement:
        return ast.Table(name, (), (), self._path(path), self._span(head[2], end[2]))

    def replace(self, head: Token, *rest: Any) -> Statement:
        span = self._span(head[2], rest[-1][2])
        columns, rows = self._rows(span, rest[:-1])
        return ast.Replace(columns, rows, span)

    def define(self, head: Token, name: Ident, *rest: Any) -> Statement:
        return ast.Def(name, rest[:-2], rest[-2], self._span(head[2], rest[-1][2]))

    def where(self, head: Token, condition: Expr, end: Token) -> Statement:
        return ast.Where(condition, self._span(head[2], end[2]))

    def message_text(self, role: Token, raw: Token | None, body: ast.Body, end: Token) -> Statement:
        return ast.Message(role[1], _raw(body, raw), True, Span(self.source, role[2], end[2]))

    def message_is(self, role: Token, expr: Expr, end: Token) -> Statement:
        return ast.Message(role[1], expr, True, self._span(role[2], end[2]))

    def assistant_text(
        self, role: Token, untrained: Token | None, raw: Token | None, body: ast.Body, end: Token
    ) -> Statement:
        return ast.Message("assistant", _raw(body, raw), untrained is None, Span(self.source, role[2], end[2]))

    def assistant_is(self, role: Token, untrained: Token | None, expr: Expr, end: Token) -> Statement:
        return ast.Message("assistant", expr, untrained is None, self._span(role[2], end[2]))

    def calls(self, role: Token, untrained: Token | None, tool: Ident, *rest: Any) -> Statement:
        return ast.Calls(tool, rest[:-1], untrained is None, self._span(role[2], rest[-1][2]))

    def call_argument(self, name: Ident, value: Expr) -> tuple[Ident, Expr]:
        return name, value

    def no_system(self, head: Token, end: Token) -> Statement:
        return ast.NoSystem(self._span(head[2], end[2]))

    def says(self, head: Token, raw: Token | None, body: ast.Body, end: Token) -> Statement:
        return ast.Says(_raw(body, raw), self._span(head[2], end[2]))

    def tool(self, head: Token, name: Ident, *rest: Any) -> Statement:
        raw, text, end = rest[-3:]
        return ast.Tool(name, rest[:-3], _raw(text, raw), self._span(head[2], end[2]))

    def tool_parameter(self, name: Ident, type: Ident, default: Expr | None) -> ast.Parameter:
        return ast.Parameter(name, type, default, name.span.to((default or type).span))

    def type(self, name: Ident) -> Ident:
        if name.text not in _TYPES:
            guess = _OTHER_TYPES.get(name.text.lower(), "")
            # Whose numbers may be whole, nobody knows.
            is_safe = guess in ("text", "int", "bool")
            self.sink.report(
                "E155", name.span.start, name.span.end, edits=instead(name.span, guess), safe=is_safe, found=name.text
            )
        return name

    def list_type(self, name: Ident, of: Ident) -> Ident:
        whole = Ident(f"{name.text} of {of.text}", name.span.to(of.span))
        if name.text != "list" or of.text not in _TYPES:
            self.sink.report("E155", whole.span.start, whole.span.end, found=whole.text)
        return whole

    def block_body(self, *statements: Statement) -> tuple[Statement, ...]:
        return statements

    def named_block(self, head: Token, name: Ident, end: Token, body: tuple[Statement, ...] | None) -> Statement:
        return ast.Block(head[1], name, body or (), self._span(head[2], end[2]))

    def block(self, head: Token, end: Token, body: tuple[Statement, ...] | None) -> Statement:
        return ast.Block(head[1], None, body or (), self._span(head[2], end[2]))

    def style_line(self, head: Token, name: Ident, end: Token) -> Statement:
        return ast.StyleLine(name, self._span(head[2], end[2]))

    def style_block(self, head: Token, name: Ident, end: Token, body: tuple[Statement, ...]) -> Statement:
        return ast.Block("style", name, body, self._span(head[2], end[2]))

    def setting(self, name: Token, value: Expr, end: Token) -> Statement:
        return ast.Setting(self.name(name), value, self._span(name[2], end[2]))

    def turns(self, head: Token, low: Token, high: Token | None, end: Token) -> Statement:
        return ast.Turns(low[1], (high or low)[1], self._span(head[2], end[2]))

    def unique(self, head: Token, end: Token) -> Statement:
        return ast.Unique(self._span(head[2], end[2]))

    def cover(self, head: Token, strength: Token, end: Token) -> Statement:
        number = _STRENGTHS.get(strength[0])
        return ast.Cover(strength[1] if number is None else number, self._span(head[2], end[2]))

    def sample(self, head: Token, count: Token, seed: Token, end: Token) -> Statement:
        return ast.Sample(count[1], seed[1], self._span(head[2], end[2]))

    def validation_share(self, head: Token, percent: Token, by: Ident | None, end: Token) -> Statement:
        return ast.Validation(float(percent[1]), by, None, self._span(head[2], end[2]))

    def validation_values(self, head: Token, by: Ident, values: Expr, end: Token) -> Statement:
        return ast.Validation(None, by, values, self._span(head[2], end[2]))

    def repeat(self, head: Token, times: Token, end: Token) -> Statement:
        return ast.Repeat(times[1], self._span(head[2], end[2]))

    def keep(self, head: Token, percent: Token, end: Token) -> Statement:
        return ast.Keep(float(percent[1]), self._span(head[2], end[2]))

    def answers_from(self, head: Token, path: Token, end: Token) -> Statement:
        return ast.AnswersFrom(self._path(path), self._span(head[2], end[2]))

    def rewrite(self, head: Token, raw: Token | None, text: Text, end: Token) -> Statement:
        return ast.Rewrite(_raw(text, raw), self._span(head[2], end[2]))

    def recorded(self, head: Token, text: Text, end: Token) -> Statement:
        return ast.Recorded(text, self._span(head[2], end[2]))

    def use(self, head: Token, path: Token, end: Token) -> Statement:
        return ast.Use(self._path(path), self._span(head[2], end[2]))

    def expect(self, head: Token, condition: Expr, end: Token) -> Statement:
        return ast.Expect(condition, self._span(head[2], end[2]))

    def _path(self, token: Token) -> ast.String:
        return ast.String(token[1], self._span(token[2], token[3]))

    def _rows(self, header: Span, rows: tuple[Row, ...]) -> tuple[tuple[Ident, ...], tuple[Row, ...]]:
        """The columns that the first row names, and the rows below it."""
        report = self.sink.report
        if not rows:
            report("E147", header.start, header.end)
            return (), ()
        first, *others = rows
        columns: list[Ident] = []
        seen: dict[str, Span] = {}
        for cell in first.cells:
            match cell.parts:
                case (Literal(text=name),):
                    if name in seen:
                        label = self.sink.label(seen[name].start, seen[name].end, "first here")
                        report("E144", cell.span.start, cell.span.end, labels=(label,), column=name)
                    seen.setdefault(name, cell.span)
                case _:
                    name = ""
                    report("E145", cell.span.start, cell.span.end)
            columns.append(Ident(name, cell.span))
        # Where all rows are of one length, the header is wrong, and where it is reported, nothing is known of them.
        alike = len({len(row.cells) for row in others}) == 1
        is_whole = all(column.text for column in columns) and first.span.text.endswith("|")
        for row in others[:1] if alike else others:
            # A row without its last bar is reported already.
            if len(row.cells) != len(columns) and is_whole and row.span.text.endswith("|"):
                label = self.sink.label(first.span.start, first.span.end, "the header")
                found, expected = len(row.cells), len(columns)
                report("E143", row.span.start, row.span.end, labels=(label,), found=found, expected=expected)
        return tuple(columns), tuple(others)


def _raw(body: Any, raw: Token | None) -> Any:
    """The text as written after `raw`, if it was."""
    return replaced(body, raw=True) if raw else body
