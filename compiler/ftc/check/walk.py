"""The walk through an expression that infers its type and writes its Python: what all its parts share."""

from dataclasses import dataclass, field

from ftc.check.model import Expr, Read
from ftc.check.scope import Findings, Scope
from ftc.check.types import ANY, BOOL, TEXT, Type
from ftc.check.types import number as is_number
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


class Checker:
    """Checks the expressions of one scope; its subclasses know the kinds of nodes."""

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
