"""Python from trees: the one place where code is generated and compiled, as the last step of an expression.

It generates Python's own syntax tree, never text, and nothing reads that again. In place of a line number, each part
has the number of the node that it stands for: so the traceback of a failure tells which node failed.
"""

import ast
from collections.abc import Callable, Sequence
from typing import Any, TypedDict

from ftc.expressions import operations as do
from ftc.expressions.limits import bounded, reset_steps, spend, spend_on_items
from ftc.expressions.nodes import (
    Apply,
    Binary,
    Call,
    Cast,
    Column,
    Compare,
    Comprehension,
    Constant,
    Function,
    If,
    Item,
    List,
    Local,
    Logic,
    Node,
    Object,
    Range,
    Read,
    Reference,
    Slice,
    Unary,
    walk,
)
from ftc.expressions.types import ANY, INT, NONE, TEXT, ListOf, RowOf, Type, compares_like_python
from ftc.source import Span

FILE = "<expression>"

# A function of which one call makes more calls than this counts each as a step: thirty functions, each of which calls
# the one before twice, are a thousand million.
COSTLY = 8

_OPERATORS: dict[str, Callable[[], ast.AST]] = {
    "+": ast.Add, "-": ast.Sub, "*": ast.Mult, "/": ast.Div, "//": ast.FloorDiv, "%": ast.Mod,
    "==": ast.Eq, "!=": ast.NotEq, "<": ast.Lt, "<=": ast.LtE, ">": ast.Gt, ">=": ast.GtE,
    "in": ast.In, "not in": ast.NotIn,
}  # fmt: skip

_cache: dict[Function, Callable[..., Any]] = {}


def function(node: Node, reads: Sequence[Read]) -> Callable[..., Any]:
    """The expression as a function of the values it reads."""
    writer = _PythonWriter(node, reads)
    return writer.compiled(_lambda([f"v{at}" for at in range(len(reads))], writer.write(node)))


def rows_function(
    node: Node, reads: Sequence[Read], *, proved: bool = False, given: Sequence[Node] = ()
) -> Callable[..., list[Any]]:
    """The expression for one row after another of the values it reads, and behind them of those of the nodes in it that
    are `given`: each has all the steps that one may take. Of one that is `proved` to stay within all limits
    (`extents`), what it computes is not measured again."""
    writer = _PythonWriter(node, reads, proved=proved, given=given)
    element = writer.write(node)
    names = [*[f"v{at}" for at in range(len(reads))], *[f"n{at}" for at in range(len(given))]]
    values = ast.Tuple([ast.Name(name, ast.Store(), **_at(0)) for name in names], ast.Store(), **_at(0))
    # `reset_steps` gives None, always.
    begun = ast.Compare(writer.called(reset_steps, [], 0), [ast.Is()], [ast.Constant(None, **_at(0))], **_at(0))
    first: list[ast.expr] = [begun] if takes_steps(node, proved=proved) else []
    rows = ast.comprehension(values, ast.Name("rows", ast.Load(), **_at(0)), first, 0)
    return writer.compiled(_lambda(["rows"], ast.ListComp(element, [rows], **_at(0))))


def failed_span(failure: BaseException) -> Span | None:
    """The part of an expression that failed; None where the failure is not from one."""
    found: Span | None = None
    step = failure.__traceback__
    while step is not None:
        frame = step.tb_frame
        if frame.f_code.co_filename == FILE:
            found = frame.f_globals["nodes"][step.tb_lineno].span
        step = step.tb_next
    return found


def takes_steps(node: Node, *, proved: bool = False) -> bool:
    """Whether the expression may take steps: comparisons and plain arithmetic of small numbers do not."""
    return any(_takes_steps(each) for each in walk(node) if not (proved and isinstance(each, Binary)))


def _takes_steps(node: Node) -> bool:
    match node:
        case Call():
            return node.builtin.takes_steps
        case Binary():
            return node.operator in ("+", "*", "**")
        case Compare():
            return not all(map(_scalar, node.operands))
        case Apply() | Comprehension() | Slice():
            return True
    return False


def _scalar(node: Node) -> bool:
    return _scalar_type(node.type)


def _scalar_type(type_: Type) -> bool:
    """Whether Python compares such a value as the language does, as it stands: it is no list, which may be a range."""
    return compares_like_python(type_) and not isinstance(type_, ListOf)


class _Place(TypedDict):
    lineno: int
    col_offset: int
    end_lineno: int
    end_col_offset: int


def _at(number: int) -> _Place:
    # Lines are counted from 1 by Python, and so are the nodes; 0 is what stands for none.
    return {"lineno": number, "col_offset": 0, "end_lineno": number, "end_col_offset": 0}


def _lambda(parameters: list[str], body: ast.expr) -> ast.Lambda:
    arguments = [ast.arg(name, **_at(0)) for name in parameters]
    return ast.Lambda(ast.arguments([], arguments, None, [], [], None, []), body, **_at(0))


def _function_code(function: Function) -> Callable[..., Any]:
    """A `def`, compiled once; those that it calls before it."""
    waiting = [function]
    while waiting:
        made = waiting[-1]
        missing = [n.function for n in walk(made.body) if isinstance(n, Apply) and n.function not in _cache]
        if missing:
            waiting += missing
            continue
        waiting.pop()
        if made not in _cache:
            writer = _PythonWriter(made.body, ())
            body = writer.write(made.body)
            if made.cost > COSTLY:
                counted = ast.Compare(writer.called(spend, [], 0), [ast.Is()], [ast.Constant(None, **_at(0))], **_at(0))
                body = ast.IfExp(counted, body, ast.Constant(None, **_at(0)), **_at(0))
            _cache[made] = writer.compiled(_lambda(list(made.parameters), body))
    return _cache[function]


class _PythonWriter:
    """Writes the code of one expression. `nodes` are those it stands for, by their numbers."""

    def __init__(self, node: Node, reads: Sequence[Read], *, proved: bool = False, given: Sequence[Node] = ()) -> None:
        self._proved = proved
        self._given = {each: at for at, each in enumerate(given)}
        self._reads = {read: at for at, read in enumerate(reads)}
        self._nodes: list[Node] = [node]
        self._globals: dict[str, Any] = {"__builtins__": {}, "nodes": self._nodes}
        self._names: dict[object, str] = {}

    def compiled(self, code: ast.Lambda) -> Callable[..., Any]:
        # The tree is ours from end to end: names are numbered, constants are values, builtins are empty.
        made: Callable[..., Any] = eval(compile(ast.Expression(code), FILE, "eval"), self._globals)
        return made

    def called(self, what: object, arguments: list[ast.expr], number: int) -> ast.expr:
        """A call of a function that is there by value."""
        return ast.Call(self._global(what, number), arguments, [], **_at(number))

    def _global(self, what: object, number: int) -> ast.expr:
        if what not in self._names:
            self._names[what] = name = f"g{len(self._names)}"
            self._globals[name] = what
        return ast.Name(self._names[what], ast.Load(), **_at(number))

    def write(self, node: Node) -> ast.expr:
        number = len(self._nodes)
        self._nodes.append(node)
        at = _at(number)
        if node in self._given:
            return ast.Name(f"n{self._given[node]}", ast.Load(), **at)
        match node:
            case Constant():
                return ast.Constant(node.value, **at)
            case Reference():
                return ast.Name(f"v{self._reads[node.read]}", ast.Load(), **at)
            case Local():
                return ast.Name(node.name, ast.Load(), **at)
            case Cast():
                return self.called(do.cast, [self.write(node.value), self._global(node.type, number)], number)
            case Column():
                row = self.write(node.row)
                if isinstance(node.row.type, RowOf):
                    return ast.Subscript(row, ast.Constant(node.column, **at), ast.Load(), **at)
                return self.called(do.column, [row, ast.Constant(node.column, **at)], number)
            case Item():
                value, index = self.write(node.value), self.write(node.index)
                if node.value.type == ANY:
                    return self.called(do.item, [value, index], number)
                return ast.Subscript(value, index, ast.Load(), **at)
            case Slice():
                ends = [
                    ast.Constant(None, **at) if end is None else self.write(end)
                    for end in (node.low, node.high, node.step)
                ]
                return self.called(do.sliced, [self.write(node.value), *ends], number)
            case Call():
                call = self.called(node.builtin.function, [self.write(each) for each in node.arguments], number)
                return self.called(bounded, [call], number) if node.builtin.bounded else call
            case Apply():
                return self.called(_function_code(node.function), [self.write(each) for each in node.arguments], number)
            case Unary():
                operator = {"-": ast.USub, "+": ast.UAdd, "not": ast.Not}[node.operator]()
                return ast.UnaryOp(operator, self.write(node.operand), **at)
            case Binary():
                return self._binary(node, number)
            case Compare():
                return self._compare(node, number)
            case Logic():
                logic = ast.And() if node.operator == "and" else ast.Or()
                return ast.BoolOp(logic, [self.write(each) for each in node.operands], **at)
            case If():
                return ast.IfExp(self.write(node.test), self.write(node.then), self.write(node.otherwise), **at)
            case Range():
                return self.called(do.inclusive_range, [self.write(node.low), self.write(node.high)], number)
            case List():
                return ast.List([self.write(each) for each in node.items], ast.Load(), **at)
            case Object():
                keys: list[ast.expr | None] = [self.write(key) for key, _ in node.items]
                return ast.Dict(keys, [self.write(value) for _, value in node.items], **at)
            case Comprehension():
                return self._comprehension(node, number)

    def _binary(self, node: Binary, number: int) -> ast.expr:
        left, right = self.write(node.left), self.write(node.right)
        measured = {"+": do.add, "*": do.mul, "**": do.power}.get(node.operator)
        if measured is not None and not self._proved:
            return self.called(measured, [left, right], number)
        return ast.BinOp(left, _OPERATORS[node.operator](), right, **_at(number))  # type: ignore[arg-type]

    def _compare(self, node: Compare, number: int) -> ast.expr:
        at = _at(number)
        first, *others = [self.write(each) for each in node.operands]
        if all(map(_scalar, node.operands)):
            return ast.Compare(first, [_OPERATORS[each]() for each in node.operators], others, **at)  # type: ignore[misc]
        if len(others) == 1:
            return self._compared(node, 0, first, others[0], number)
        # Of a chain, each value is worked out once, and none behind a comparison that is false.
        names = [f"m{number}_{place}" for place in range(len(node.operands))]
        values: list[ast.expr] = [ast.Name(name, ast.Load(), **at) for name in names]
        made = self._compared(node, len(others) - 1, values[-2], values[-1], number)
        for place in range(len(others) - 1, 0, -1):
            following = ast.Call(_lambda([names[place + 1]], made), [others[place]], [], **at)
            compared = self._compared(node, place - 1, values[place - 1], values[place], number)
            made = ast.BoolOp(ast.And(), [compared, following], **at)
        return ast.Call(_lambda(names[:2], made), [first, others[0]], [], **at)

    def _compared(self, node: Compare, place: int, a: ast.expr, b: ast.expr, number: int) -> ast.expr:
        """One comparison of a chain, as the language compares."""
        left, right = node.operands[place], node.operands[place + 1]
        operator = node.operators[place]
        at = _at(number)
        if operator in ("in", "not in"):
            python = _scalar(left) and (
                right.type == TEXT or (isinstance(right.type, ListOf) and _scalar_type(right.type.item))
            )
            if python and isinstance(right.type, ListOf) and not isinstance(right, List):
                in_range = left.type == INT and isinstance(right, Range)
                b = b if in_range else self.called(spend_on_items, [b], number)
            code = ast.Compare(a, [ast.In()], [b], **at) if python else self.called(do.is_in, [a, b], number)
            return code if operator == "in" else ast.UnaryOp(ast.Not(), code, **at)
        if operator in ("==", "!=") and not (
            NONE in (left.type, right.type) or (compares_like_python(left.type) and compares_like_python(right.type))
        ):
            code = self.called(do.equal, [a, b], number)
            return code if operator == "==" else ast.UnaryOp(ast.Not(), code, **at)
        if operator in do.ORDER and not (_scalar(left) and _scalar(right)):
            return self.called(do.ORDER[operator], [a, b], number)
        if not (_scalar(left) and _scalar(right)):
            a, b = self.called(do.as_list, [a], number), self.called(do.as_list, [b], number)
        return ast.Compare(a, [_OPERATORS[operator]()], [b], **at)  # type: ignore[list-item]

    def _comprehension(self, node: Comprehension, number: int) -> ast.expr:
        at = _at(number)
        clauses = []
        for clause in node.clauses:
            names: list[ast.expr] = [ast.Name(name, ast.Store(), **at) for name in clause.targets]
            target = names[0] if len(names) == 1 else ast.Tuple(names, ast.Store(), **at)
            values = self.called(spend_on_items, [self.write(clause.iterable)], number)
            clauses.append(ast.comprehension(target, values, [self.write(each) for each in clause.conditions], 0))
        return ast.ListComp(self.write(node.element), clauses, **at)
