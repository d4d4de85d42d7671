"""Expressions: from syntax to a typed piece of Python over the names it reads.

One walk infers the type and writes the code. What was reported has type ANY, so that nothing else is said of it.
"""

from ftc.check.functions import BOUNDED_METHODS, FUNCTIONS, METHODS
from ftc.check.model import Culprit, Read
from ftc.check.operators import Operators
from ftc.check.scope import ANY_NAME, Function, near
from ftc.check.types import (
    ANY,
    DICT,
    INT,
    TEXT,
    ListOf,
    RowOf,
    Type,
    is_list,
)
from ftc.check.walk import BAD, Typed, Walk
from ftc.source import Span
from ftc.syntax import ast


class Expressions(Operators):
    """Checks the expressions of one scope: names and calls here, the rest in `operators`."""

    # ── names ─────────────────────────────────────────────────────────────────────────────────────

    def name(self, node: ast.Name, walk: Walk) -> Typed:
        if node.id in walk.locals:
            return walk.locals[node.id]
        found = self.scope.find(node.id)
        if found is None:
            self._unknown(node.id, node.span, walk)
            return BAD
        self.scope.used.add(found)
        if walk.in_function:
            self.findings.add("E216", node.span, name=node.id, function=walk.in_function)
            return BAD
        return found.type, walk.read(Read(found))

    def _unknown(self, name: str, span: Span, walk: Walk) -> None:
        if any(line == ANY_NAME or name in line for line in self.scope.unread):
            self.findings.pass_over()  # declared, perhaps, in a line that was reported
            return
        if name in ("answer", "invalid"):
            self.findings.add("E214", span, name=name, where="a `style`" if name == "answer" else "an `invalid` block")
        elif name in FUNCTIONS or name in self.scope.functions:
            self.findings.add("E201", span, name=name, near="", function=name)
        else:
            self.findings.add(
                "E201", span, name=name, near=near(name, [*self.scope.known(), *walk.locals]), function=""
            )

    def attribute(self, node: ast.Attribute, walk: Walk) -> Typed:
        return self._cell(node.value, node.name.text, node.name.span, walk)

    def _cell(self, value: ast.Expr, column: str, span: Span, walk: Walk) -> Typed:
        if isinstance(value, ast.Name) and value.id not in walk.locals:
            # The row of a table, not the whole table: only the cell that is read is met.
            found = self.scope.find(value.id)
            if isinstance(found, Culprit) and column == "name":
                return TEXT, walk.read(Read(found, column))
            if found is not None and isinstance(found.type, RowOf) and not walk.in_function:
                self.scope.used.add(found)
                type_ = self._column(found.type, column, span, value.id)
                return (type_, walk.read(Read(found, column))) if type_ else BAD
        type_, code = self.typed(value, walk)
        if isinstance(type_, RowOf):
            found_type = self._column(type_, column, span, "the row")
            return (found_type, f"cell({code}, {column!r})") if found_type else BAD
        if type_ != ANY:
            method = column in METHODS and type_ == TEXT
            self.findings.add("E205", span, column=column, owner=value.span.text, found=type_, near="",
                              call=f"{value.span.text}.{column}()" if method else "")  # fmt: skip
        return BAD

    def _column(self, row: RowOf, column: str, span: Span, owner: str) -> Type | None:
        type_ = row.column(column)
        if type_ is None:
            names = [name for name, _ in row.columns]
            self.findings.add("E204", span, column=column, table=owner, near=near(column, names),
                              columns=", ".join(f"`{n}`" for n in names))  # fmt: skip
        return type_

    def subscript(self, node: ast.Subscript, walk: Walk) -> Typed:
        if isinstance(node.index, ast.String) and isinstance(node.value, ast.Name):
            found = None if node.value.id in walk.locals else self.scope.find(node.value.id)
            if found is not None and isinstance(found.type, RowOf):
                return self._cell(node.value, node.index.value, node.index.span, walk)
        type_, code = self.typed(node.value, walk)
        index_type, index = self.typed(node.index, walk)
        if isinstance(type_, RowOf):
            if not isinstance(node.index, ast.String):
                self.findings.add("E206", node.index.span, found=index_type, wanted="a column in quotes")
                return BAD
            column = self._column(type_, node.index.value, node.index.span, "the row")
            return (column, f"cell({code}, {index})") if column else BAD
        if isinstance(type_, ListOf) or type_ == TEXT:
            self.want(node.index, index_type, INT)
            return (type_.item if isinstance(type_, ListOf) else TEXT), f"({code})[{index}]"
        if type_ == DICT:
            self.want(node.index, index_type, TEXT)
        elif type_ != ANY:
            self.findings.add("E206", node.value.span, found=type_, wanted="text, a list, an object or a row")
            return BAD
        return ANY, f"({code})[{index}]"

    def slice(self, node: ast.Slice, walk: Walk) -> Typed:
        type_, code = self.typed(node.value, walk)
        if type_ not in (TEXT, ANY) and not is_list(type_):
            self.findings.add("E206", node.value.span, found=type_, wanted="text or a list")
        parts = []
        for part in (node.low, node.high, node.step):
            if part is None:
                parts.append("None")
            else:
                part_type, part_code = self.typed(part, walk)
                self.want(part, part_type, INT)
                parts.append(part_code)
        return type_, f"cut({code}, {', '.join(parts)})"

    # ── calls ─────────────────────────────────────────────────────────────────────────────────────

    def call(self, node: ast.Call, walk: Walk) -> Typed:
        name = node.function.text
        arguments = [self.typed(a, walk) for a in node.arguments]
        types = tuple(t for t, _ in arguments)
        codes = ", ".join(c for _, c in arguments)
        if name in self.scope.functions:
            return self._call_def(self.scope.functions[name], node, types, codes)
        signature = FUNCTIONS.get(name)
        if signature is None:
            known = [*FUNCTIONS, *self.scope.functions]
            is_name = name if self.scope.find(name) else ""
            self.findings.add(
                "E208", node.function.span, name=name, near="" if is_name else near(name, known), is_name=is_name
            )
            return BAD
        result = signature.result(types)
        if result is None:
            self._no_fit(node.span, name, signature.takes, types)
            return BAD
        return result, f"f_{name}({codes})"

    def _no_fit(self, span: Span, name: str, takes: str, types: tuple[Type, ...]) -> None:
        given = ", ".join(str(t) for t in types) or "nothing"
        self.findings.add("E209", span, name=name, takes=takes, given=given)

    def _call_def(self, function: Function, node: ast.Call, types: tuple[Type, ...], codes: str) -> Typed:
        definition = function.definition
        if len(types) != len(definition.parameters):
            takes = f"{definition.name.text}({', '.join(p.text for p in definition.parameters)})"
            self._no_fit(node.span, definition.name.text, takes, types)
            return BAD
        return self.body(function, types, node.span), f"{function.python}({codes})"

    def body(self, function: Function, types: tuple[Type, ...], at: Span) -> Type:
        """The type of a function for argument types; its Python is written the first time."""
        if types in function.types:
            result: Type = function.types[types]
            return result
        definition = function.definition
        if function.checking:
            self.findings.add("E203", at, name=definition.name.text, chain=f"`{definition.name.text}` calls itself")
            return ANY
        function.checking = True
        parameters = {p.text: (t, f"p{i}") for i, (p, t) in enumerate(zip(definition.parameters, types, strict=True))}
        outermost = self.scope
        while outermost.outer:
            outermost = outermost.outer
        walk = Walk(locals=parameters, in_function=definition.name.text)
        type_, code = Expressions(outermost, self.findings).typed(definition.body, walk)
        function.checking = False
        function.types[types] = type_
        source = f"lambda {', '.join(f'p{i}' for i in range(len(types)))}: {code}"
        namespace = self.scope.namespace
        namespace.setdefault(function.python, eval(source, namespace))
        return type_

    def method(self, node: ast.MethodCall, walk: Walk) -> Typed:
        type_, code = self.typed(node.value, walk)
        arguments = [self.typed(a, walk) for a in node.arguments]
        name = node.method.text
        signature = METHODS.get(name)
        if type_ == ANY and signature is None and name not in METHODS:
            signature = None
        if type_ not in (TEXT, ANY) or signature is None:
            on_text = type_ in (TEXT, ANY)
            self.findings.add(
                "E210",
                node.method.span,
                name=name,
                found=type_,
                near=near(name, METHODS) if on_text else "",
                function=name if name in FUNCTIONS else "",
                owner=node.value.span.text,
                to_text="" if on_text or name not in METHODS else f"str({node.value.span.text}).{name}(…)",
            )
            return BAD
        types = tuple(t for t, _ in arguments)
        result = signature.result(types)
        if result is None:
            self._no_fit(node.span, name, signature.takes, types)
            return BAD
        codes = [c for _, c in arguments]
        if name in BOUNDED_METHODS:
            return result, f"m_{name}({', '.join([code, *codes])})"
        return result, f"bounded(({code}).{name}({', '.join(codes)}))"
