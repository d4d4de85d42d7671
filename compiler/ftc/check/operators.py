"""Operators and values of expressions."""

import math

from ftc.check.types import (
    ANY,
    BOOL,
    DICT,
    FLOAT,
    INT,
    NONE,
    TEXT,
    ListOf,
    comparable,
    is_list,
    join,
    join_all,
    list_of,
)
from ftc.check.types import (
    number as is_number,
)
from ftc.check.walk import BAD, MAX_CLAUSES, SPLIT, Checker, Typed, Walk
from ftc.syntax import ast


class Operators(Checker):
    """The nodes that combine values, and those that are values."""

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
