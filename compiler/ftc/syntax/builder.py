"""The tree, built while the parser reduces: one method for each rule of the grammar, named as the rule or its alias.

Arguments are what the rule keeps: trees, tokens as (type, value, start, end), None for an absent option.
"""

from dataclasses import replace
from typing import Any

from ftc.syntax import ast
from ftc.syntax.ast import Expr, Ident, Item, Items, Literal, Part, Row, Statement, Text
from ftc.source import Span
from ftc.syntax.tokens import Sink, Token

_TYPES = ("text", "int", "float", "bool")


class ExpressionBuilder:
    """The rules of names, texts and expressions."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self.source = sink.source

    def _span(self, start: int, end: int) -> Span:
        return Span(self.source, start, end)

    # ── names and text ────────────────────────────────────────────────────────────────────────────

    def name(self, token: Token) -> Ident:
        return Ident(token[1], self._span(token[2], token[3]))

    def plain_text(self, token: Token) -> Text:
        _, value, start, end = token
        span = Span(self.source, start, end)
        return Text((Literal(value, span),) if value else (), span)

    def text(self, *parts: Part) -> Text:
        return Text(parts, parts[0].span.to(parts[-1].span))

    def literal(self, token: Token) -> Literal:
        return Literal(token[1], self._span(token[2], token[3]))

    def name_hole(self, token: Token) -> ast.Hole:
        _, (name, field), start, end = token
        source = self.source
        after = start + 1 + len(name)
        expr: Expr = ast.Name(name, Span(source, start + 1, after))
        if field is not None:
            span = Span(source, after + 1, end - 1)
            expr = ast.Attribute(expr, Ident(field, span), Span(source, start + 1, end - 1))
        return ast.Hole(expr, None, Span(source, start, end))

    def hole(self, opening: Token, expr: Expr, spec: Token | None, closing: Token) -> ast.Hole:
        return ast.Hole(expr, spec[1] if spec else None, self._span(opening[2], closing[3]))

    def bad_hole(self, token: Token) -> ast.Hole:
        span = self._span(token[2], token[3])
        return ast.Hole(ast.BadExpr(span), None, span)

    def choice(self, opening: Token, *rest: Any) -> ast.Choice:
        return ast.Choice(tuple(rest[:-1]), self._span(opening[2], rest[-1][3]))

    def items(self, *items: Item) -> Items:
        return Items(items, items[0].span.to(items[-1].span))

    def item(self, mark: Token, text: Text) -> Item:
        return Item(text, False, self._span(mark[2], text.span.end))

    def invalid_item(self, mark: Token, text: Text) -> Item:
        return Item(text, True, self._span(mark[2], text.span.end))

    def row(self, mark: Token, *rest: Any) -> Row:
        cells = rest[::2]
        return Row(cells, self._span(mark[2], max(mark[3], cells[-1].span.end)))

    # ── expressions ───────────────────────────────────────────────────────────────────────────────

    def bad_expr(self, token: Token) -> ast.BadExpr:
        return ast.BadExpr(self._span(token[2], token[3]))

    def conditional(self, then: Expr, test: Expr, otherwise: Expr) -> Expr:
        return ast.Conditional(test, then, otherwise, then.span.to(otherwise.span))

    def range(self, low: Expr, high: Expr) -> Expr:
        return ast.Range(low, high, low.span.to(high.span))

    def logic_or(self, *operands: Expr) -> Expr:
        return ast.Logic("or", operands, operands[0].span.to(operands[-1].span))

    def logic_and(self, *operands: Expr) -> Expr:
        return ast.Logic("and", operands, operands[0].span.to(operands[-1].span))

    def unary(self, operator: Token, operand: Expr) -> Expr:
        return ast.Unary(operator[1], operand, self._span(operator[2], operand.span.end))

    def compare(self, *parts: Any) -> Expr:
        operands = parts[::2]
        return ast.Compare(operands, parts[1::2], operands[0].span.to(operands[-1].span))

    def comparison_operator(self, *tokens: Token) -> str:
        return " ".join(token[1] for token in tokens)

    def binary(self, left: Expr, operator: Token, right: Expr) -> Expr:
        return ast.Binary(operator[1], left, right, left.span.to(right.span))

    def attribute(self, value: Expr, name: Token) -> Expr:
        return ast.Attribute(value, self.name(name), self._span(value.span.start, name[3]))

    def method_call(self, value: Expr, name: Token, arguments: Any, closing: Token) -> Expr:
        return ast.MethodCall(value, self.name(name), arguments or (), self._span(value.span.start, closing[3]))

    def subscript(self, value: Expr, index: Expr, closing: Token) -> Expr:
        return ast.Subscript(value, index, self._span(value.span.start, closing[3]))

    def slice(self, value: Expr, low: Expr | None, high: Expr | None, step: Expr | None, closing: Token) -> Expr:
        return ast.Slice(value, low, high, step, self._span(value.span.start, closing[3]))

    def variable(self, token: Token) -> Expr:
        return ast.Name(token[1], self._span(token[2], token[3]))

    def call(self, name: Token, arguments: Any, closing: Token) -> Expr:
        return ast.Call(self.name(name), arguments or (), self._span(name[2], closing[3]))

    def number(self, token: Token) -> Expr:
        return ast.Number(token[1], self._span(token[2], token[3]))

    def string(self, token: Token) -> Expr:
        return ast.String(token[1], self._span(token[2], token[3]))

    def constant(self, token: Token) -> Expr:
        value = {"true": True, "false": False, "none": None}[token[0]]
        return ast.Constant(value, self._span(token[2], token[3]))

    def parenthesised(self, opening: Token, expr: Expr, closing: Token) -> Expr:
        return replace(expr, span=self._span(opening[2], closing[3]))

    def list_display(self, opening: Token, *rest: Any) -> Expr:
        return ast.List(rest[:-1], self._span(opening[2], rest[-1][3]))

    def comprehension(self, opening: Token, element: Expr, *rest: Any) -> Expr:
        return ast.Comprehension(element, rest[:-1], self._span(opening[2], rest[-1][3]))

    def comprehension_argument(self, element: Expr, *clauses: ast.Clause) -> tuple[Expr, ...]:
        last = clauses[-1]
        end = (last.conditions[-1] if last.conditions else last.iterable).span
        return (ast.Comprehension(element, clauses, element.span.to(end)),)

    def arguments(self, *arguments: Expr) -> tuple[Expr, ...]:
        return arguments

    def clause(self, _: Token, *rest: Any) -> ast.Clause:
        names = [part for part in rest if isinstance(part, Ident)]
        iterable, *conditions = rest[len(names) :]
        return ast.Clause(tuple(names), iterable, tuple(conditions))

    def condition(self, test: Expr) -> Expr:
        return test

    def dict_display(self, opening: Token, *rest: Any) -> Expr:
        return ast.Dict(rest[:-1], self._span(opening[2], rest[-1][3]))

    def entry(self, key: Expr, value: Expr) -> tuple[Expr, Expr]:
        return key, value


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
            self.sink.report("E155", name.span.start, name.span.end, found=name.text)
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

    def cover(self, head: Token, strength: Token, end: Token) -> Statement:
        number = {"each": 1, "pairs": 2, "triples": 3}.get(strength[0], strength[1])
        return ast.Cover(number, self._span(head[2], end[2]))

    def sample(self, head: Token, count: Token, seed: Token, end: Token) -> Statement:
        return ast.Sample(count[1], seed[1], self._span(head[2], end[2]))

    def validation(self, head: Token, percent: Token, by: Ident | None, end: Token) -> Statement:
        return ast.Validation(float(percent[1]), by, self._span(head[2], end[2]))

    def repeat(self, head: Token, times: Token, end: Token) -> Statement:
        return ast.Repeat(times[1], self._span(head[2], end[2]))

    def keep(self, head: Token, percent: Token, end: Token) -> Statement:
        return ast.Keep(float(percent[1]), self._span(head[2], end[2]))

    def answers_from(self, head: Token, path: Token, end: Token) -> Statement:
        return ast.AnswersFrom(self._path(path), self._span(head[2], end[2]))

    def rewrite(self, head: Token, raw: Token | None, text: Text, end: Token) -> Statement:
        return ast.Rewrite(_raw(text, raw), self._span(head[2], end[2]))

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
        for row in others:
            if len(row.cells) != len(columns):
                label = self.sink.label(first.span.start, first.span.end, "the header")
                found, expected = len(row.cells), len(columns)
                report("E143", row.span.start, row.span.end, labels=(label,), found=found, expected=expected)
        return tuple(columns), tuple(others)


def _raw(body: Any, raw: Token | None) -> Any:
    """The text as written after `raw`, if it was."""
    return replace(body, raw=True) if raw else body
