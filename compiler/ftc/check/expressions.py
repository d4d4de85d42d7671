"""Expressions: from syntax to a typed piece of Python over the names it reads.

One walk infers the type and writes the code. What was reported has type ANY, so that nothing else is said of it.
"""

import math
from dataclasses import dataclass, field

from ftc.check.functions import BOUNDED_METHODS, FUNCTIONS, METHODS
from ftc.check.model import Culprit, Expr, Read
from ftc.check.scope import ANY_NAME, Findings, Function, Scope, near
from ftc.check.types import (
    ANY,
    BOOL,
    DICT,
    FLOAT,
    INT,
    NONE,
    TEXT,
    ListOf,
    RowOf,
    Type,
    comparable,
    is_list,
    join,
    join_all,
    list_of,
)
from ftc.check.types import (
    number as is_number,
)
from ftc.source import Span
from ftc.syntax import ast

Typed = tuple[Type, str]

# Python's own parser takes 200 parentheses and 20 loops inside each other; generated code stays well below.
MAX_DEPTH = 90
MAX_CLAUSES = 8
SPLIT = "Give a part of it a name: let part = …"

BAD: Typed = (ANY, "None")


@dataclass
class Walk:
    """The state of one expression: what it reads, and the local names of comprehensions and parameters."""

    reads: dict[Read, int] = field(default_factory=dict)
    locals: dict[str, Typed] = field(default_factory=dict)
    in_function: str | None = None
    fresh: int = 0
    depth: int = 0

    def read(self, read: Read) -> str:
        return f"v{self.reads.setdefault(read, len(self.reads))}"


class Expressions:
    """Checks the expressions of one scope."""

    def __init__(self, scope: Scope, findings: Findings) -> None:
        self.scope = scope
        self.findings = findings

    def check(self, node: ast.Expr) -> Expr:
        walk = Walk()
        type_, code = self.typed(node, walk)
        return Expr(code, type_, tuple(walk.reads), node.span, self.scope.namespace)

    def condition(self, node: ast.Expr) -> Expr:
        """An expression that has to be true or false."""
        expr = self.check(node)
        self.want(node, expr.type, BOOL)
        return expr

    def typed(self, node: ast.Expr, walk: Walk) -> Typed:
        if walk.depth > MAX_DEPTH:
            self.findings.add(
                "E405", node.span, what=f"The expression is nested more than {MAX_DEPTH} deep.", way=SPLIT
            )
            return BAD
        walk.depth += 1
        result: Typed = getattr(self, _RULES[type(node)])(node, walk)
        walk.depth -= 1
        return result

    def want(self, node: ast.Expr, found: Type, wanted: Type) -> None:
        if found not in (wanted, ANY):
            self.findings.add("E206", node.span, found=found, wanted=wanted)

    def mismatch(self, operator: str, left: ast.Expr, a: Type, right: ast.Expr, b: Type) -> Typed:
        """Report an operator between types that it does not go with."""
        to_text = to_number = ""
        for one, one_type, other_type in ((left, a, b), (right, b, a)):
            if one_type == TEXT and is_number(other_type) and not isinstance(one, ast.String):
                to_number = f"int({one.span.text})"
            if is_number(one_type) and other_type == TEXT and operator in ("+", "==", "!="):
                to_text = f"str({one.span.text})"
        span = left.span.to(right.span)
        self.findings.add("E207", span, operator=operator, left=a, right=b, to_text=to_text, to_number=to_number)
        return BAD

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

    # ── operators ─────────────────────────────────────────────────────────────────────────────────

    def unary(self, node: ast.Unary, walk: Walk) -> Typed:
        type_, code = self.typed(node.operand, walk)
        if node.operator == "not":
            self.want(node.operand, type_, BOOL)
            return BOOL, f"(not {code})"
        if not is_number(type_):
            self.findings.add("E206", node.operand.span, found=type_, wanted=FLOAT)
            return BAD
        return type_, f"({node.operator}{code})"

    def binary(self, node: ast.Binary, walk: Walk) -> Typed:
        left, a = self.typed(node.left, walk)
        right, b = self.typed(node.right, walk)
        operator = node.operator
        numbers = is_number(left) and is_number(right)
        both = join(left, right)
        if operator == "+":
            if numbers or (left in (TEXT, ANY) and right in (TEXT, ANY)) or (is_list(left) and is_list(right)):
                return both, f"add({a}, {b})"
        elif operator == "*":
            if numbers:
                return both, f"mul({a}, {b})"
            for value, times in ((left, right), (right, left)):
                if (value == TEXT or is_list(value)) and times in (INT, ANY):
                    return value, f"mul({a}, {b})"
        elif numbers:
            if operator == "**":
                return (both if both == INT and isinstance(node.right, ast.Number) else FLOAT), f"power({a}, {b})"
            return (FLOAT if operator == "/" else both), f"({a} {operator} {b})"
        return self.mismatch(operator, node.left, left, node.right, right)

    def compare(self, node: ast.Compare, walk: Walk) -> Typed:
        operands = [self.typed(o, walk) for o in node.operands]
        if any(is_list(type_) for type_, _ in operands):
            operands = [(type_, f"seq({code})" if is_list(type_) else code) for type_, code in operands]
        code = operands[0][1]
        for i, operator in enumerate(node.operators):
            (left, _), (right, right_code) = operands[i], operands[i + 1]
            if operator in ("in", "not in"):
                fits = (
                    right in (ANY, DICT)
                    or (right == TEXT and left in (TEXT, ANY))
                    or (isinstance(right, ListOf) and comparable(left, right.item))
                )
            elif operator in ("==", "!="):
                fits = comparable(left, right)
            else:
                fits = (is_number(left) and is_number(right)) or (left in (TEXT, ANY) and right in (TEXT, ANY))
                fits = fits or (is_list(left) and is_list(right))
            if not fits:
                return self.mismatch(operator, node.operands[i], left, node.operands[i + 1], right)
            code += f" {operator} {right_code}"
        return BOOL, f"({code})"

    def logic(self, node: ast.Logic, walk: Walk) -> Typed:
        codes = []
        for operand in node.operands:
            type_, code = self.typed(operand, walk)
            self.want(operand, type_, BOOL)
            codes.append(code)
        return BOOL, f"({f' {node.operator} '.join(codes)})"

    def conditional(self, node: ast.Conditional, walk: Walk) -> Typed:
        test, test_code = self.typed(node.test, walk)
        self.want(node.test, test, BOOL)
        then, then_code = self.typed(node.then, walk)
        otherwise, otherwise_code = self.typed(node.otherwise, walk)
        return join(then, otherwise), f"({then_code} if {test_code} else {otherwise_code})"

    # ── values ────────────────────────────────────────────────────────────────────────────────────

    def number(self, node: ast.Number, walk: Walk) -> Typed:
        # An infinite literal has no spelling in Python but this one.
        code = "1e999" if node.value == math.inf else repr(node.value)
        return (INT if isinstance(node.value, int) else FLOAT), code

    def string(self, node: ast.String, walk: Walk) -> Typed:
        return TEXT, repr(node.value)

    def constant(self, node: ast.Constant, walk: Walk) -> Typed:
        return (NONE if node.value is None else BOOL), repr(node.value)

    def bad(self, node: ast.BadExpr, walk: Walk) -> Typed:
        self.findings.pass_over()
        return BAD

    def range(self, node: ast.Range, walk: Walk) -> Typed:
        codes = []
        for end in (node.low, node.high):
            type_, code = self.typed(end, walk)
            self.want(end, type_, INT)
            codes.append(code)
        return list_of(INT), f"rng({codes[0]}, {codes[1]})"

    def list(self, node: ast.List, walk: Walk) -> Typed:
        items = [self.typed(i, walk) for i in node.items]
        return list_of(join_all([t for t, _ in items])), f"[{', '.join(c for _, c in items)}]"

    def dict(self, node: ast.Dict, walk: Walk) -> Typed:
        codes = []
        for key, value in node.items:
            key_type, key_code = self.typed(key, walk)
            self.want(key, key_type, TEXT)
            _, value_code = self.typed(value, walk)
            codes.append(f"{key_code}: {value_code}")
        return DICT, f"{{{', '.join(codes)}}}"

    def comprehension(self, node: ast.Comprehension, walk: Walk) -> Typed:
        outer = dict(walk.locals)
        clauses = ""
        if len(node.clauses) > MAX_CLAUSES:
            self.findings.add("E405", node.span, what=f"A list has more than {MAX_CLAUSES} `for` parts.", way=SPLIT)
            return BAD
        for clause in node.clauses:
            type_, code = self.typed(clause.iterable, walk)
            if not (is_list(type_) or type_ in (TEXT, DICT, ANY)):
                self.findings.add("E206", clause.iterable.span, found=type_, wanted="a list")
            item = type_.item if isinstance(type_, ListOf) else TEXT if type_ in (TEXT, DICT) else ANY
            targets = []
            for name in clause.names:
                walk.fresh += 1
                target = f"x{walk.fresh}_{len(self.scope.names)}"
                walk.locals[name.text] = (item if len(clause.names) == 1 else ANY, target)
                targets.append(target)
            clauses += f" for {', '.join(targets)} in tick({code})"
            for condition in clause.conditions:
                condition_type, condition_code = self.typed(condition, walk)
                self.want(condition, condition_type, BOOL)
                clauses += f" if {condition_code}"
        element, code = self.typed(node.element, walk)
        walk.locals = outer
        return list_of(element), f"[{code}{clauses}]"


# The method that checks each kind of node; a subclass may do one of them otherwise.
_RULES: dict[type, str] = {
    ast.Number: "number",
    ast.String: "string",
    ast.Constant: "constant",
    ast.BadExpr: "bad",
    ast.Name: "name",
    ast.Attribute: "attribute",
    ast.Subscript: "subscript",
    ast.Slice: "slice",
    ast.Call: "call",
    ast.MethodCall: "method",
    ast.Unary: "unary",
    ast.Binary: "binary",
    ast.Compare: "compare",
    ast.Logic: "logic",
    ast.Conditional: "conditional",
    ast.Range: "range",
    ast.List: "list",
    ast.Dict: "dict",
    ast.Comprehension: "comprehension",
}
