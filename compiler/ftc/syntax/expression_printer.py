"""Expressions as they are written: one way each, with the parentheses that they need and no others."""

import re

from ftc.syntax import ast
from ftc.syntax.ast import Expr

# How tightly an expression binds: what stands in it must bind at least as tightly as its place asks.
_CONDITIONAL, _RANGE, _OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _FACTOR, _POWER, _POSTFIX = range(11)
_BINARY = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "//": _PRODUCT, "%": _PRODUCT, "**": _POWER}
_ESCAPED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}
_SPECIAL = re.compile(r'["\\\x00-\x1f\x7f-\x9f]')
_NUMBER = re.compile(r"[0-9][0-9_]*(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")


def expression(expr: Expr, in_text: bool = False, place: int = _CONDITIONAL) -> str:
    """An expression on one line; `in_text`, where braces and bars in strings are escaped."""
    written, binding = _write(expr, in_text)
    return f"({written})" if binding < place else written


def string(value: str, in_text: bool = False) -> str:
    """A string literal."""
    escaped = _SPECIAL.sub(lambda found: _ESCAPED.get(found[0]) or f"\\u{ord(found[0]):04x}", value)
    return '"' + (re.sub(r"[{}|]", r"\\\g<0>", escaped) if in_text else escaped) + '"'


def number(node: ast.Number) -> str:
    """A number as it was written: `1_000` and `1e-3` are chosen with care."""
    found = _NUMBER.fullmatch(node.span.text.strip("() \t\r\n"))
    return found[0] if found else repr(node.value)


def broken(expr: Expr, width: int) -> list[str]:
    """An expression on as many lines as it takes to keep each below a width, where it can be broken."""
    flat = expression(expr)
    if len(flat) <= width:
        return [flat]
    match expr:
        case ast.List(items=items) if items:
            return _bracketed("[", [broken(item, width - 2) for item in items], "]")
        case ast.Dict(items=entries) if entries:
            return _bracketed("{", [_prefixed(f"{expression(k)}: ", broken(v, width - 2)) for k, v in entries], "}")
        case ast.Call(function=function, arguments=(argument,)) if not isinstance(argument, ast.Comprehension):
            inner = broken(argument, width - len(function.text) - 2)
            return [*_prefixed(f"{function.text}(", inner)[:-1], f"{inner[-1]})"] if len(inner) > 1 else [flat]
        case ast.Call(function=function, arguments=arguments) if len(arguments) > 1:
            return _bracketed(f"{function.text}(", [broken(argument, width - 2) for argument in arguments], ")")
        case ast.Logic(operator=operator, operands=operands):
            place = _AND if operator == "or" else _NOT
            first, *rest = (expression(operand, False, place) for operand in operands)
            return [first, *(f"{operator} {operand}" for operand in rest)]
        case ast.Conditional(test=test, then=then, otherwise=otherwise):
            rest = broken(otherwise, width)
            return [expression(then, False, _RANGE), f"if {expression(test, False, _OR)}", *_prefixed("else ", rest)]
        case _:
            return [flat]


def _bracketed(opening: str, items: list[list[str]], closing: str) -> list[str]:
    lines = [opening]
    for index, item in enumerate(items):
        lines += (f"  {line}" for line in item)
        lines[-1] += "," if index < len(items) - 1 else ""
    return [*lines, closing]


def _prefixed(prefix: str, lines: list[str]) -> list[str]:
    return [prefix + lines[0], *lines[1:]]


def _write(expr: Expr, in_text: bool) -> tuple[str, int]:
    """The text of an expression and how tightly it binds."""

    def at(place: int, part: Expr) -> str:
        return expression(part, in_text, place)

    match expr:
        case ast.Conditional(test=test, then=then, otherwise=otherwise):
            return f"{at(_RANGE, then)} if {at(_OR, test)} else {at(_CONDITIONAL, otherwise)}", _CONDITIONAL
        case ast.Range(low=low, high=high):
            return f"{at(_OR, low)}..{at(_OR, high)}", _RANGE
        case ast.Logic(operator=operator, operands=operands):
            binding = _OR if operator == "or" else _AND
            return f" {operator} ".join(at(binding + 1, operand) for operand in operands), binding
        case ast.Unary(operator="not", operand=operand):
            return f"not {at(_NOT, operand)}", _NOT
        case ast.Compare(operands=operands, operators=operators):
            rest = (f" {operator} {at(_SUM, part)}" for operator, part in zip(operators, operands[1:], strict=True))
            return at(_SUM, operands[0]) + "".join(rest), _COMPARE
        case ast.Binary(operator="**", left=left, right=right):
            return f"{at(_POSTFIX, left)} ** {at(_FACTOR, right)}", _POWER
        case ast.Binary(operator=operator, left=left, right=right):
            binding = _BINARY[operator]
            return f"{at(binding, left)} {operator} {at(binding + 1, right)}", binding
        case ast.Unary(operator=operator, operand=operand):
            return f"{operator}{at(_FACTOR, operand)}", _FACTOR
        case _:
            return _postfix(expr, in_text), _POSTFIX


def _postfix(expr: Expr, in_text: bool) -> str:
    def value(part: Expr) -> str:
        # `1.x` would be read as a number that went wrong.
        written = expression(part, in_text, _POSTFIX)
        return f"({written})" if isinstance(part, ast.Number) else written

    def inside(part: Expr | None) -> str:
        return "" if part is None else expression(part, in_text)

    match expr:
        case ast.Attribute(value=owner, name=name):
            return f"{value(owner)}.{name.text}"
        case ast.MethodCall(value=owner, method=method, arguments=arguments):
            return f"{value(owner)}.{method.text}({_arguments(arguments, in_text)})"
        case ast.Call(function=function, arguments=arguments):
            return f"{function.text}({_arguments(arguments, in_text)})"
        case ast.Subscript(value=owner, index=index):
            return f"{value(owner)}[{inside(index)}]"
        case ast.Slice(value=owner, low=low, high=high, step=step):
            return f"{value(owner)}[{inside(low)}:{inside(high)}{':' if step else ''}{inside(step)}]"
        case ast.List(items=items):
            return "[" + ", ".join(map(inside, items)) + "]"
        case ast.Dict(items=entries):
            return "{" + ", ".join(f"{inside(key)}: {inside(entry)}" for key, entry in entries) + "}"
        case ast.Comprehension():
            return f"[{_comprehension(expr, in_text)}]"
        case ast.Number():
            return number(expr)
        case ast.String(value=text):
            return string(text, in_text)
        case ast.Constant(value=constant):
            return {True: "true", False: "false", None: "none"}[constant]
        case ast.Name(id=name):
            return name
        case _:
            raise TypeError(f"not an expression that can be written: {type(expr).__name__}")


def _arguments(arguments: tuple[Expr, ...], in_text: bool) -> str:
    match arguments:
        case (ast.Comprehension() as only,):
            return _comprehension(only, in_text)
        case _:
            return ", ".join(expression(argument, in_text) for argument in arguments)


def _comprehension(node: ast.Comprehension, in_text: bool) -> str:
    written = expression(node.element, in_text)
    for clause in node.clauses:
        names = ", ".join(name.text for name in clause.names)
        written += f" for {names} in {expression(clause.iterable, in_text, _RANGE)}"
        written += "".join(f" if {expression(test, in_text, _OR)}" for test in clause.conditions)
    return written
