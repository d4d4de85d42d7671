"""`validation` lines: what each holds out, by share or by value."""

from collections.abc import Mapping

from ftc.check.expressions import Expressions
from ftc.check.model import Name, Split, Table
from ftc.check.scope import Findings, Scope, near
from ftc.edits import instead
from ftc.expressions.limits import FAILURES, failure_reason, reset_steps
from ftc.expressions.types import ANY, ListOf
from ftc.source import Span
from ftc.syntax import ast


def split_of(statement: ast.Validation, scope: Scope, findings: Findings, *, of_file: bool = False) -> Split:
    """What a line holds out; `of_file` if it stands at the top, for all blocks."""
    by = _name(statement.by, scope, findings) if statement.by else None
    values = _values(statement.values, by, statement, scope, findings) if statement.values else None
    percent = statement.percent
    if percent is not None and (not 0 < percent <= 100 or (percent == 100 and statement.by is not None)):
        findings.add("E320", statement.span)
    return Split(percent, by, values, of_file, statement.span)


def _name(written: ast.Ident, scope: Scope, findings: Findings) -> Name | None:
    found = scope.find(written.text)
    if found is None:
        edits = instead(written.span, near(written.text, scope.visible_names()))
        findings.add("E201", written.span, edits=edits, name=written.text)
    else:
        scope.used.add(found)
    return found


def _values(
    written: ast.Expr, by: Name | None, statement: ast.Validation, scope: Scope, findings: Findings
) -> Mapping[str, Span]:
    """The values of a list, as texts, each with its place."""
    mark = findings.mark()
    expressions = Expressions(scope, findings)
    expr = expressions.check(written)
    if not isinstance(expr.type, ListOf) and expr.type != ANY:
        findings.add("E206", written.span, found=expr.type, wanted="a list of values")
    elif expr.reads:
        findings.add("E314", written.span, name="validation")
    elif statement.by is not None and not (by is None or isinstance(by, Table)):
        name = ast.Name(statement.by.text, statement.by.span)
        expressions.check(ast.Compare((name, written), ("in",), statement.by.span.to(written.span)))
    if findings.grew_since(mark):
        return {}
    try:
        reset_steps()
        items = expr.run()
    except FAILURES as failure:
        findings.add("E404", expr.failed_part(failure), failure=failure_reason(failure))
        return {}
    if not len(items):
        findings.add("E308", written.span)
    spans = [item.span for item in written.items] if isinstance(written, ast.List) else []
    return {str(item): spans[at] if spans else written.span for at, item in enumerate(items)}
