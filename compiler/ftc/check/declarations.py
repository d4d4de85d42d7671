"""Declarations: `let`, `table`, `def`, `where` of one level, each checked when it is first needed, so that their order
does not matter."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import dropwhile
from typing import Any

from ftc.check.dependencies import add_with_dependencies, direct_dependencies, nesting_of
from ftc.check.inference import first_rows
from ftc.check.model import (
    Alias,
    Alternatives,
    Computed,
    Constraint,
    Expr,
    Level,
    Name,
    Ranging,
)
from ftc.check.references import references_in
from ftc.check.scope import Findings, Function, Scope
from ftc.check.tables import table
from ftc.check.templates import Templates
from ftc.diagnostics import Label
from ftc.expressions.builtins import FUNCTIONS
from ftc.expressions.limits import FAILURES, failure_reason, reset_steps, size_of
from ftc.expressions.types import ANY, ANY_LIST, ListOf, Type
from ftc.loader import Loader
from ftc.syntax import ast

MAX_CHAIN = 200
"""Names that depend on names, in a chain."""

MAX_INSIDE = 2_000
"""Such names, and the braces that they stand in, inside each other."""

Declaration = ast.Let | ast.Table
_DECLARATIONS = (ast.Let, ast.Table)


class Declarations:
    """Fills a scope from the declarations of its level."""

    def __init__(self, scope: Scope, findings: Findings, loader: Loader) -> None:
        self.scope = scope
        self.findings = findings
        self.loader = loader
        self.templates = Templates(scope, findings)
        self.expressions = self.templates.expressions
        self._declared: dict[str, Declaration] = {}
        self._active: dict[Declaration, list[Iterator[str]]] = {}
        """The declarations that are being checked: each depends on the next. With each, its references and those of the
        functions in it that are left to follow."""
        self._followed: set[Function] = set()
        """The functions whose references were followed."""

    def declare(self, statements: Sequence[ast.Statement]) -> None:
        """Register every name of the level; nothing is checked yet."""
        for statement in statements:
            if isinstance(statement, _DECLARATIONS):
                if self._is_new(statement):
                    self.scope.pending[statement.name.text] = partial(self._resolve, statement)
            elif isinstance(statement, ast.Def):
                self._declare_function(statement)

    def resolve(self, statements: Sequence[ast.Statement]) -> None:
        """Check every name of the level, then its `where` lines."""
        for name in list(self.scope.pending):
            if name in self.scope.pending:
                self.scope.pending[name]()
        for statement in statements:
            if isinstance(statement, ast.Let) and statement.where is not None:
                self._where(statement.where)
            elif isinstance(statement, ast.Where):
                self._where(statement.condition)
            elif isinstance(statement, ast.Def):
                self._check_function(statement)

    def _where(self, condition: ast.Expr) -> None:
        mark = self.findings.mark()
        checked = self.expressions.condition(condition)
        if not self.findings.grew_since(mark):
            self.scope.wheres.append(Constraint(checked, condition.span))

    def _is_new(self, statement: Declaration) -> bool:
        name = statement.name
        earlier = self._declared.setdefault(name.text, statement)
        if earlier is not statement:
            self.findings.add("E202", name.span, (Label(earlier.name.span, "first declared here"),), name=name.text)
            return False
        known = self.scope.own(name.text)
        if known is not None:  # imported by `use`
            self.findings.add("E202", name.span, (Label(known.span, "first declared here"),), name=name.text)
            return False
        outer = self.scope.outer
        while outer:
            hidden = outer.own(name.text)
            if hidden is not None:
                self.findings.add("E217", name.span, (Label(hidden.span, "the outer name"),), name=name.text)
                return False
            outer = outer.outer
        return True

    # ── functions ─────────────────────────────────────────────────────────────────────────────────

    def _declare_function(self, statement: ast.Def) -> None:
        name = statement.name.text
        if name in self.scope.functions:
            first = self.scope.functions[name].definition.name.span
            self.findings.add("E202", statement.name.span, (Label(first, "first declared here"),), name=name)
            return
        seen: dict[str, ast.Ident] = {}
        for parameter in statement.parameters:
            if seen.setdefault(parameter.text, parameter) is not parameter:
                label = Label(seen[parameter.text].span, "first declared here")
                self.findings.add("E202", parameter.span, (label,), name=parameter.text)
        self.scope.functions[name] = Function(statement, self.scope)

    def _check_function(self, statement: ast.Def) -> None:
        """Check a body even where nothing calls it; each call checks it again for its own types."""
        function = self.scope.functions.get(statement.name.text)
        if function and function.definition is statement and not function.checked:
            self.expressions.checked(function, (ANY,) * len(statement.parameters))

    # ── names ─────────────────────────────────────────────────────────────────────────────────────

    def _resolve(self, statement: Declaration) -> None:
        """Check a declaration, and before it what it depends on: without recursion, as there may be a long chain."""
        bottom = len(self._active)
        self._begin(statement)
        while len(self._active) > bottom:
            statement = next(reversed(self._active))
            mentioned = self._next_dependency(self._active[statement])
            if mentioned is not None:
                self._begin(mentioned)
            else:
                self._finish(statement)

    def _next_dependency(self, left: list[Iterator[str]]) -> Declaration | None:
        """The next declaration of this level among the references that are left, if it was not checked yet."""
        while left:
            word = next(left[-1], None)
            if word is None:
                left.pop()
            elif (function := self.scope.functions.get(word)) is not None:
                if function not in self._followed:
                    self._followed.add(function)
                    left.append(references_in(function.definition))
            elif word in self.scope.pending and word not in FUNCTIONS:
                return self._declared[word]
        return None

    def _begin(self, statement: Declaration) -> None:
        if statement not in self._active:
            self._active[statement] = [references_in(statement)]
            self.scope.unfinished.add(statement.name.text)
            return
        name = statement.name.text
        circle = dropwhile(lambda active: active is not statement, (*self._active, statement))
        path = " → ".join(f"`{s.name.text}`" for s in circle)
        self.findings.add("E203", statement.name.span, name=name, chain=path)
        # Until the real name takes its place.
        self.scope.names[name] = self._placeholder(statement)
        self.scope.pending.pop(name, None)

    def _placeholder(self, statement: Declaration) -> Name:
        """In place of a name that was reported, one that fits everywhere."""
        placeholder = Alternatives(statement.name.text, statement.name.span, self._level, type=ANY)
        self.scope.broken.add(placeholder)
        return placeholder

    def _finish(self, statement: Declaration) -> None:
        """Check a declaration whose dependencies are checked."""
        name = statement.name.text
        mark = self.findings.mark()
        declared = (
            table(statement, self.templates, self._level, self.loader, self._has_mistake(statement))
            if isinstance(statement, ast.Table)
            else self._let(statement)
        )
        del self._active[statement]
        self.scope.unfinished.discard(name)
        parts = direct_dependencies(declared)
        declared.depth = 1 + max((part.depth for part in parts), default=0)
        declared.nesting = 1 + nesting_of(declared)
        if declared.depth > MAX_CHAIN or declared.nesting > MAX_INSIDE:
            if all(part.depth <= MAX_CHAIN for part in parts):
                self._too_deep(statement, declared)
            else:
                self.findings.note_reported()
            # What depends on it is too deep as well, which its depth alone then shows.
            declared = self._placeholder(statement)
            declared.depth = MAX_CHAIN + 1
        self.scope.names[name] = declared
        depends_on_broken = not self.scope.broken.isdisjoint(parts)
        if depends_on_broken or self.findings.grew_since(mark) or self._has_mistake(statement):
            self.scope.broken.add(declared)
        self.scope.pending.pop(name, None)

    @property
    def _level(self) -> Level:
        return self.scope.level

    def _let(self, statement: ast.Let) -> Name:
        name, span, value = statement.name.text, statement.name.span, statement.value
        if isinstance(value, ast.Items):
            valid = tuple(self.templates.text(i.text) for i in value.items if not i.invalid)
            invalid = tuple(self.templates.text(i.text) for i in value.items if i.invalid)
            if not valid:
                self.findings.add("E306", span, name=name)
            return Alternatives(name, span, self._level, valid, invalid)
        if isinstance(value, ast.Text):
            return Alternatives(name, span, self._level, (self.templates.text(value),))
        if isinstance(value, ast.Domain):
            return self._ranging(name, statement, value)
        return Computed(name, span, self._level, self.expressions.check(value))

    def _ranging(self, name: str, statement: ast.Let, domain: ast.Domain) -> Name:
        span = statement.name.span
        invalid = tuple(self.templates.text(i.text) for i in domain.invalid)
        if isinstance(domain.expr, ast.Name):
            target = self.scope.find(domain.expr.id)
            if target is not None and not isinstance(target.type, ListOf):
                self.scope.used.add(target)
                return Alias(name, span, self._level, target, invalid)
        mark = self.findings.mark()
        expr = self.expressions.check(domain.expr)
        if expr.type == ANY:
            expr = Expr(self.expressions.cast(expr.node, ANY_LIST), expr.span)
        declared = Ranging(name, span, self._level, expr, None, invalid, self._item(expr))
        if not self.findings.grew_since(mark):
            declared.values = self._computed_domain(expr) if expr.reads else self._constant_domain(expr)
        return declared

    def _item(self, expr: Expr) -> Type:
        if isinstance(expr.type, ListOf):
            return expr.type.item
        self.findings.add("E218", expr.span, first_rows(expr.node), found=expr.type)
        return ANY

    def _constant_domain(self, expr: Expr) -> "range | list[object]":
        try:
            reset_steps()
            values: range | list[object] = expr.run()
        except FAILURES as failure:
            self.findings.add("E404", expr.failed_part(failure), failure=failure_reason(failure))
            return []
        if not size_of(values):
            self.findings.add("E308", expr.span)
        return values

    def _computed_domain(self, expr: Expr) -> "range | list[object] | None":
        """The list that an expression over names computes, where no pick is behind any of them, so that it is computed
        once. Failures and empty lists are left for the conversation that needs an item."""
        found: set[Name] = set()
        if all(isinstance(read.name, Computed) for read in expr.reads):
            for read in expr.reads:
                add_with_dependencies(read.name, found)
        computed = [name for name in found if isinstance(name, Computed)]
        if not computed or len(computed) < len(found) or not self.scope.broken.isdisjoint(found):
            return None
        values: dict[Name, object] = {}
        try:
            for name in sorted(computed, key=lambda name: name.depth):
                values[name] = _value(name.expr, values)
            items: range | list[object] = _value(expr, values)
        except FAILURES:
            return None
        return (items if isinstance(items, range) else list(items)) if size_of(items) else None

    def _too_deep(self, statement: Declaration, declared: Name) -> None:
        name = statement.name.text
        what = f"`{name}` is made of names that are made of names, more than {MAX_CHAIN} deep."
        if declared.depth <= MAX_CHAIN:
            what = f"`{name}` is made of names in braces, more than {MAX_INSIDE:,} of both inside each other."
        self.findings.add("E405", statement.name.span, what=what, way="Write one of them out in the other.")

    def _has_mistake(self, statement: Declaration) -> bool:
        """Whether the parser found a mistake in the lines of a declaration."""
        parts = statement.rows if isinstance(statement, ast.Table) else ()
        last = parts[-1].span if parts else statement.span
        if isinstance(statement, ast.Let):
            value = statement.value.expr if isinstance(statement.value, ast.Domain) else statement.value
            last = value.span
        return self.scope.has_mistake(statement.span.start, last.end)


def _value(expr: Expr, values: Mapping[Name, object]) -> Any:
    reset_steps()
    return expr.run(*[values[read.name] for read in expr.reads])
