"""The tree of names, texts and expressions, built while the parser reduces.

One method for each rule of the grammar, named as the rule or its alias. Arguments are what the rule keeps: trees,
tokens as (type, value, start, end), None for an absent option.
"""

from typing import Any

from ftc.slotted import replaced
from ftc.source import Span
from ftc.syntax import ast
from ftc.syntax.ast import Expr, Ident, Item, Items, Literal, Part, Row, Text
from ftc.syntax.tokens import Sink, Token


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
        return Row(rest[::2], self._span(mark[2], mark[3]))

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
        return replaced(expr, span=self._span(opening[2], closing[3]))

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
