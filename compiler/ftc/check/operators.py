"""Operators and values of expressions."""

from ftc.check.inference import MAX_CLAUSES, SPLIT, TypeChecker, Walk, bad
from ftc.edits import instead
from ftc.expressions.builtins import METHODS
from ftc.expressions.nodes import (
    Binary,
    Call,
    Clause,
    Column,
    Compare,
    Comprehension,
    Constant,
    If,
    Item,
    List,
    Local,
    Logic,
    Node,
    Object,
    Range,
    Reference,
    Slice,
    Unary,
)
from ftc.expressions.types import (
    ANY,
    ANY_LIST,
    BOOL,
    DICT,
    FLOAT,
    INT,
    LENGTHY,
    NONE,
    ORDERED,
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
from ftc.expressions.types import number as is_number
from ftc.syntax import ast


class Operators(TypeChecker):
    """The nodes that combine values, and those that are values."""

    # ── operators ─────────────────────────────────────────────────────────────────────────────────

    def unary(self, node: ast.Unary, walk: Walk) -> Node:
        operand = self.typed(node.operand, walk)
        if node.operator == "not":
            return Unary("not", self.require(operand, BOOL), BOOL, node.span)
        given = self.require(operand, FLOAT)
        return Unary(node.operator, given, operand.type if is_number(operand.type) else ANY, node.span)

    def binary(self, node: ast.Binary, walk: Walk) -> Node:
        left, right, operator = self.typed(node.left, walk), self.typed(node.right, walk), node.operator
        result, wanted = self._combined(node, left.type, right.type)
        if result is None:
            return self.mismatch(operator, left, right)
        if operator == "*" and result == TEXT:
            text, times = (left, right) if left.type == TEXT else (right, left)
            if _is_held(text):
                shown = times.span.text if isinstance(times, Constant | Reference | Local) else f"({times.span.text})"
                edits = instead(node.span, f"float({text.span.text}) * {shown}")
                self.findings.add("E220", node.span, edits=edits, text=text.span.text, times=shown)
                return bad(node.span)
        a, b = wanted
        return Binary(operator, self.cast(left, a), self.cast(right, b), result, node.span)

    @staticmethod
    def _combined(node: ast.Binary, left: Type, right: Type) -> tuple[Type | None, tuple[Type, Type]]:
        """The type of an operator's value, None where it does not apply; and the type that both sides have to be of."""
        operator, both = node.operator, join(left, right)
        numbers = is_number(left) and is_number(right)
        if operator == "+":
            known = next((each for each in (left, right) if each != ANY), ANY)
            if known == ANY:
                return ANY, (ORDERED, ORDERED)
            kind = FLOAT if is_number(known) else TEXT if known == TEXT else ANY_LIST if is_list(known) else None
            fits = kind is not None and all(each == ANY or _is(each, kind) for each in (left, right))
            return (both if fits else None), (kind or ANY, kind or ANY)
        if operator == "*":
            if numbers:
                # Of any value times a number nobody knows yet whether it is a product or a text repeated.
                return both, (ORDERED if left == ANY else FLOAT, ORDERED if right == ANY else FLOAT)
            for value, times in ((left, right), (right, left)):
                if (value == TEXT or is_list(value)) and times in (INT, ANY):
                    return value, (left if left == value else INT, right if right == value else INT)
            return None, (ANY, ANY)
        if not numbers:
            return None, (ANY, ANY)
        if operator == "/":
            both = FLOAT
        elif operator == "**" and both != ANY and not (both == INT and isinstance(node.right, ast.Number)):
            both = FLOAT  # of a negative exponent
        return both, (FLOAT, FLOAT)

    def compare(self, node: ast.Compare, walk: Walk) -> Node:
        operands = tuple([self.typed(each, walk) for each in node.operands])
        for left, right, operator in zip(operands, operands[1:], node.operators, strict=False):
            if not _compared(operator, left.type, right.type):
                return self.mismatch(operator, left, right)
        # Values of any type are checked by the comparison itself: one that is not reached checks nothing.
        return Compare(operands, node.operators, BOOL, node.span)

    def logic(self, node: ast.Logic, walk: Walk) -> Node:
        operands = tuple([self.require(self.typed(each, walk), BOOL) for each in node.operands])
        return Logic(node.operator, operands, BOOL, node.span)

    def conditional(self, node: ast.Conditional, walk: Walk) -> Node:
        test = self.require(self.typed(node.test, walk), BOOL)
        then, otherwise = self.typed(node.then, walk), self.typed(node.otherwise, walk)
        return If(test, then, otherwise, join(then.type, otherwise.type), node.span)

    # ── values ────────────────────────────────────────────────────────────────────────────────────

    def number(self, node: ast.Number, walk: Walk) -> Node:
        return Constant(node.value, INT if isinstance(node.value, int) else FLOAT, node.span)

    def string(self, node: ast.String, walk: Walk) -> Node:
        return Constant(node.value, TEXT, node.span)

    def constant(self, node: ast.Constant, walk: Walk) -> Node:
        return Constant(node.value, NONE if node.value is None else BOOL, node.span)

    def bad(self, node: ast.BadExpr, walk: Walk) -> Node:
        self.findings.note_reported()
        return bad(node.span)

    def range(self, node: ast.Range, walk: Walk) -> Node:
        low, high = (self.require(self.typed(end, walk), INT) for end in (node.low, node.high))
        return Range(low, high, list_of(INT), node.span)

    def list(self, node: ast.List, walk: Walk) -> Node:
        items = tuple([self.typed(each, walk) for each in node.items])
        return List(items, list_of(join_all([each.type for each in items])), node.span)

    def dict(self, node: ast.Dict, walk: Walk) -> Node:
        items = tuple([(self.require(self.typed(k, walk), TEXT), self.typed(v, walk)) for k, v in node.items])
        return Object(items, DICT, node.span)

    def comprehension(self, node: ast.Comprehension, walk: Walk) -> Node:
        if len(node.clauses) > MAX_CLAUSES:
            self.findings.add("E405", node.span, what=f"A list has more than {MAX_CLAUSES} `for` parts.", way=SPLIT)
            return bad(node.span)
        outer = dict(walk.locals)
        clauses = []
        for clause in node.clauses:
            values = self.typed(clause.iterable, walk)
            type_ = values.type
            if not (is_list(type_) or type_ in (TEXT, DICT, ANY)):
                row = clause.iterable.span.text if isinstance(type_, RowOf) else ""
                self.findings.add("E206", clause.iterable.span, found=type_, wanted="a list", row=row)
                values = bad(clause.iterable.span)
            else:
                values = self.cast(values, LENGTHY)
            item = type_.item if isinstance(type_, ListOf) else TEXT if type_ in (TEXT, DICT) else ANY
            targets = []
            for name in clause.names:
                walk.fresh += 1
                targets.append(f"x{walk.fresh}")
                walk.locals[name.text] = Local(targets[-1], item if len(clause.names) == 1 else ANY, name.span)
            conditions = tuple([self.require(self.typed(each, walk), BOOL) for each in clause.conditions])
            clauses.append(Clause(tuple(targets), values, conditions))
        element = self.typed(node.element, walk)
        walk.locals = outer
        return Comprehension(element, tuple(clauses), list_of(element.type), node.span)


def _is_held(text: Node) -> bool:
    """Whether a text is what a name, a cell or a parameter holds, or a part or a form of that."""
    match text:
        case Reference() | Local() | Column():
            return True
        case Item() | Slice():
            return _is_held(text.value)
        case Call():
            return METHODS.get(text.builtin.name) is text.builtin and _is_held(text.arguments[0])
    return False


def _is(found: Type, kind: Type) -> bool:
    return is_number(found) if kind == FLOAT else found == TEXT if kind == TEXT else is_list(found)


def _compared(operator: str, left: Type, right: Type) -> bool:
    """Whether a comparison goes with both sides."""
    if operator in ("in", "not in"):
        if right == TEXT:
            return left in (TEXT, ANY)
        return right in (ANY, DICT) or (isinstance(right, ListOf) and comparable(left, right.item))
    if operator in ("==", "!="):
        return comparable(left, right)
    return ANY in (left, right) or any(_is(left, kind) and _is(right, kind) for kind in (FLOAT, TEXT, ANY_LIST))
