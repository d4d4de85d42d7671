"""The inference of types in an expression: what all kinds of its parts share."""

from dataclasses import dataclass, field

from ftc.check.model import Table
from ftc.check.scope import Findings, Scope
from ftc.diagnostics import Label
from ftc.edits import Edits, instead
from ftc.expressions.expression import Expr
from ftc.expressions.nodes import Cast, Constant, Local, Node, reads_of
from ftc.expressions.types import ANY, BOOL, TEXT, Type, accepts, certain
from ftc.expressions.types import number as is_number
from ftc.source import Span
from ftc.syntax import ast

# Far more than anybody writes, and well below what Python's own compiler takes.
MAX_DEPTH = 250
MAX_CLAUSES = 8
SPLIT = "Give a part of it a name: let part = …"


def bad(span: Span) -> Node:
    """In place of a part that was reported: it has any type, so that nothing else is reported about it."""
    return Constant(None, ANY, span)


def first_rows(*nodes: Node) -> tuple[Label, ...]:
    """The first row of each table in a file whose cells a type comes from: there it can be seen."""
    reads = [read for node in nodes for read in reads_of(node) if isinstance(read.name, Table) and read.column]
    tables = dict.fromkeys(read.name for read in reads if isinstance(read.name, Table) and read.name.data)
    return tuple([Label(table.place(0), "in every row, as in this one") for table in tables])


@dataclass
class Walk:
    """The state of one expression: the local names of comprehensions and parameters."""

    locals: dict[str, Local] = field(default_factory=dict)
    in_function: str | None = None
    fresh: int = 0
    depth: int = 0
    height: int = 0
    """How many calls of functions stand inside each other at most."""
    cost: int = 0
    """How many calls of functions there are in one run, not counting those of a comprehension more than once."""


class TypeChecker:
    """Checks the expressions of one scope; its subclasses know the kinds of nodes."""

    def __init__(self, scope: Scope, findings: Findings) -> None:
        self.scope = scope
        self.findings = findings

    def check(self, node: ast.Expr) -> Expr:
        return Expr(self.typed(node, Walk()), node.span)

    def condition(self, node: ast.Expr) -> Expr:
        """An expression that has to be true or false."""
        return Expr(self.require(self.typed(node, Walk()), BOOL), node.span)

    def typed(self, node: ast.Expr, walk: Walk) -> Node:
        if walk.depth == MAX_DEPTH:
            self.findings.add(
                "E405", node.span, what=f"The expression is nested more than {MAX_DEPTH} deep.", way=SPLIT
            )
            return bad(node.span)
        walk.depth += 1
        result: Node = getattr(self, _RULES[type(node)])(node, walk)
        walk.depth -= 1
        return result

    def require(self, node: Node, expected: Type) -> Node:
        """The node where a value of type `expected` is needed: with a cast where only run time can tell."""
        if not accepts(expected, node.type):
            self.findings.add("E206", node.span, first_rows(node), found=node.type, wanted=expected)
            return bad(node.span)
        return self.cast(node, expected)

    def cast(self, node: Node, expected: Type) -> Node:
        """The same for a node whose type is known to be accepted."""
        return node if certain(expected, node.type) else Cast(node, expected, node.span)

    def mismatch(self, operator: str, left: Node, right: Node) -> Node:
        """Report an operator between types to which it does not apply."""
        to_text = to_number = ""
        as_text: Edits = ()
        as_number: Edits = ()
        for one, other in ((left, right), (right, left)):
            if one.type == TEXT and is_number(other.type) and not isinstance(one, Constant):
                to_number = f"int({one.span.text})"
                as_number = instead(one.span, to_number)
            if is_number(one.type) and other.type == TEXT and operator in ("+", "==", "!="):
                to_text = f"str({one.span.text})"
                as_text = instead(one.span, to_text)
        span = left.span.to(right.span)
        self.findings.add(
            "E207", span, first_rows(left, right), as_text or as_number,
            operator=operator, left=left.type, right=right.type, to_text=to_text, to_number=to_number,
        )  # fmt: skip
        return bad(span)


# The method that checks each kind of node; a subclass may override it.
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
