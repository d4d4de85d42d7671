"""Texts: from syntax to templates. What stands in braces must be something that a text can show."""

import re

from ftc.check.expressions import Expressions
from ftc.check.lookalikes import behind_command, names_in_alternatives, weights_in_alternatives
from ftc.check.model import Choice, Expr, Part, Show, Template, ValueChoice
from ftc.check.scope import Findings, Scope
from ftc.edits import instead
from ftc.expressions.types import ANY, BOOL, DICT, FLOAT, INT, TEXT, ListOf, RowOf, Type
from ftc.source import Span
from ftc.syntax import ast
from ftc.syntax.braces import MAX_SHOWN, command_before

# A width or precision beyond this is no formatting but a way to fill memory.
MAX_WIDTH = 10_000

# Ranges and lists that are written in braces are choices.
_WRITTEN = (ast.Range, ast.List)

_SAMPLE: dict[Type, object] = {TEXT: "", INT: 0, FLOAT: 0.0, BOOL: "true"}


class Templates:
    """Checks the texts of one scope."""

    def __init__(self, scope: Scope, findings: Findings) -> None:
        self.findings = findings
        self.expressions = Expressions(scope, findings)

    def content(self, node: ast.Body | ast.Expr) -> Template:
        """What stands after `:` or `=` of a message, as one template; a list is a choice."""
        if isinstance(node, ast.Text):
            return self.text(node)
        if isinstance(node, ast.Items):
            alternatives = self.items(node)
            if len(alternatives) == 1:
                return alternatives[0]
            return Template((Choice(alternatives, node.span),), node.span)
        return Template((self._show(self.expressions.check(node), None, node.span),), node.span)

    def items(self, node: ast.Items) -> tuple[Template, ...]:
        """The alternatives of a list in which no invalid value may stand."""
        for item in node.items:
            if item.invalid:
                self.findings.add("E305", item.span)
        return tuple([self.text(item.text) for item in node.items])

    def text(self, node: ast.Text) -> Template:
        mark = self.findings.mark()
        parts = tuple(map(self._part, node.parts))
        if not node.raw and not self.findings.grew_since(mark):
            self._lookalikes(node.parts)
        return Template(parts, node.span)

    def _lookalikes(self, parts: tuple[ast.Part, ...]) -> None:
        """Warn of braces that are right, and look as if they were meant otherwise."""
        before: Span | None = None
        for at, part in enumerate(parts):
            if isinstance(part, ast.Literal):
                continue
            if isinstance(part, ast.Choice):
                names_in_alternatives(part, self.expressions.scope, self.findings)
                weights_in_alternatives(part, self.findings)
            if (before is None or before.end != part.span.start) and (
                command := command_before(part.span.source.text, part.span.start)
            ):
                behind_command(parts[at:], command, self.findings)
            before = part.span

    def _part(self, part: ast.Part) -> Part:
        if isinstance(part, ast.Literal):
            return part.text
        if isinstance(part, ast.Choice):
            return Choice(tuple(self.text(a) for a in part.alternatives), part.span)
        mark = self.findings.mark()
        shown = self._hole(part)
        if self.findings.grew_since(mark):
            is_likely = bool(command_before(part.span.source.text, part.span.start))
            self.findings.offer_braces(part.span, is_likely)
        return shown

    def _hole(self, part: ast.Hole) -> Part:
        expr = self.expressions.check(part.expr)
        if isinstance(part.expr, _WRITTEN):
            item = expr.type.item if isinstance(expr.type, ListOf) else ANY
            self._showable(item, part.spec, part.span, expr)
            return ValueChoice(expr, part.spec, part.span)
        return self._show(expr, part.spec, part.span)

    def _show(self, expr: Expr, spec: str | None, span: Span) -> Show:
        self._showable(expr.type, spec, span, expr)
        return Show(expr, spec, span)

    def _showable(self, type_: Type, spec: str | None, span: Span, expr: Expr) -> None:
        written = expr.span.text
        if isinstance(type_, ListOf):
            items = f"[str(x) for x in {written}]" if type_.item not in (TEXT, ANY) else written
            joined = f'", ".join({items})'
            self.findings.add("E211", span, edits=instead(span, self._like(span, joined)), written=written)
        elif isinstance(type_, RowOf):
            columns = [name for name, _ in type_.columns]
            first = columns[0] if columns else ""
            field = f"{written}.{first}" if first.isidentifier() else f'{written}["{first}"]'
            self.findings.add("E212", span, edits=instead(span, self._like(span, field)), written=written)
        elif type_ not in (TEXT, INT, FLOAT, BOOL, ANY):
            way = f"json({written})" if type_ == DICT and len(written) <= MAX_SHOWN and "\n" not in written else ""
            edits = instead(span, self._like(span, way) if expr.span != span else way)
            self.findings.add("E206", span, edits=edits, found=type_, wanted="something that can be shown",
                              instead=edits[0].text if edits else "")  # fmt: skip
        elif spec is not None:
            self._spec(type_, spec, span, written)

    @staticmethod
    def _like(span: Span, expression: str) -> str:
        """An expression in braces if what stands there is in braces."""
        return f"{{{expression}}}" if expression and span.text.startswith("{") else expression

    def _spec(self, type_: Type, spec: str, span: Span, written: str) -> None:
        wide = any(int(n) > MAX_WIDTH for n in re.findall(r"[0-9]{1,18}", spec)) or re.search(r"[0-9]{19}", spec)
        if wide:
            self.findings.add(
                "E405",
                span,
                what=f"The format spec `{spec}` is wider than {MAX_WIDTH:,} characters.",
                way="Ask for less.",
            )
            return
        samples = [_SAMPLE[type_]] if type_ in _SAMPLE else list(_SAMPLE.values())
        for sample in samples:
            try:
                format(sample, spec)
            except ValueError:
                continue
            return
        edits = instead(span, f"{{float({written}):{spec}}}" if type_ == TEXT else "")
        self.findings.add("E213", span, edits=edits, spec=spec, found=type_)
