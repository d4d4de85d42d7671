"""What an expression means, worked out the slow way: a walk through its tree, from the reference and nothing else.

Nothing here is shared with what runs an expression: not the code that is written for it, not its operations, not the
functions of its table. A `Cast` within is passed over: every operator asks its operands itself, so that a value which
the checker ought to have asked and did not is seen. A range is a list here.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from ftc.expressions import nodes, types
from ftc.expressions.builtins import FUNCTIONS, METHODS

Names = Mapping[nodes.Read, Any]
"""The values that a conversation gives to what an expression reads."""

MAX_BYTES = 1_000_000
MAX_BITS = 4096
MANY = 200_000
"""Items of a list that no test makes on purpose."""


class Failed(Exception):
    """The value cannot be had."""


def need(fits: object) -> None:
    if not fits:
        raise Failed


# ── kinds ─────────────────────────────────────────────────────────────────────────────────────────


def truth(value: Any) -> bool:
    need(isinstance(value, bool))
    return bool(value)


def whole(value: Any) -> int:
    need(isinstance(value, int) and not isinstance(value, bool))
    return int(value)


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def number(value: Any) -> Any:
    need(is_number(value))
    return value


def text(value: Any) -> str:
    need(isinstance(value, str))
    return str(value)


def texts(value: Any) -> list[str]:
    need(isinstance(value, list))
    return [text(each) for each in value]


def is_of(value: Any, type_: types.Type) -> bool:
    """Whether a condition or an argument is what it has to be."""
    if isinstance(type_, types.ListOf):
        return isinstance(value, list) and all(is_of(each, type_.item) for each in value)
    if type_ == types.ANY:
        return True
    if type_ == types.FLOAT:
        return is_number(value)
    return type(value) is {types.TEXT: str, types.INT: int, types.BOOL: bool}[type_]


def plain(value: Any) -> Any:
    """A value of the compiler's as one of ours: no ranges, no rows that are more than objects."""
    if isinstance(value, list | range):
        need(len(value) <= MANY)
        return [plain(each) for each in value]
    return {key: plain(each) for key, each in value.items()} if isinstance(value, dict) else value


def within_limits(value: Any) -> Any:
    if isinstance(value, str):
        need(len(value.encode("utf-8", "surrogatepass")) <= MAX_BYTES)
    elif isinstance(value, float):
        need(value - value == 0)  # neither too large nor none at all
    elif isinstance(value, int):
        need(value.bit_length() <= MAX_BITS)
    elif isinstance(value, list):
        need(len(value) <= MANY)
    return value


# ── the walk ──────────────────────────────────────────────────────────────────────────────────────


def value_of(node: nodes.Node, names: Names) -> Any:
    """What a tree gives. A `Cast` around the whole is what the place wants in which the expression stands."""
    try:
        found = _value(node, names, {})
        need(not isinstance(node, nodes.Cast) or is_of(found, node.type))
        return found
    except (ArithmeticError, ValueError, LookupError) as failure:
        raise Failed from failure


def _value(node: nodes.Node, names: Names, own: dict[str, Any]) -> Any:
    def value(part: nodes.Node) -> Any:
        return _value(part, names, own)

    match node:
        case nodes.Constant():
            return node.value
        case nodes.Reference():
            return plain(names[node.read])
        case nodes.Local():
            return own[node.name]
        case nodes.Cast():
            return value(node.value)
        case nodes.Column():
            row = value(node.row)
            need(isinstance(row, dict))
            return row[node.column]
        case nodes.Item():
            found, index = value(node.value), value(node.index)
            need(isinstance(found, str | list | dict))
            return found[text(index) if isinstance(found, dict) else whole(index)]
        case nodes.Slice():
            found = value(node.value)
            need(isinstance(found, str | list))
            low, high, step = [None if end is None else whole(value(end)) for end in (node.low, node.high, node.step)]
            return found[low:high:step]
        case nodes.Call():
            return within_limits(CALLS[node.builtin](*map(value, node.arguments)))
        case nodes.Apply():
            given = dict(zip(node.function.parameters, map(value, node.arguments), strict=True))
            return _value(node.function.body, names, given)
        case nodes.Unary():
            operand = value(node.operand)
            if node.operator == "not":
                return not truth(operand)
            return -number(operand) if node.operator == "-" else +number(operand)
        case nodes.Binary():
            return within_limits(BINARY[node.operator](value(node.left), value(node.right)))
        case nodes.Compare():
            left = value(node.operands[0])
            for operator, operand in zip(node.operators, node.operands[1:], strict=True):
                right = value(operand)
                if not COMPARED[operator](left, right):
                    return False
                left = right
            return True
        case nodes.Logic():
            decides = node.operator == "or"
            for operand in node.operands:
                if truth(value(operand)) == decides:
                    return decides
            return not decides
        case nodes.If():
            return value(node.then) if truth(value(node.test)) else value(node.otherwise)
        case nodes.Range():
            low, high = whole(value(node.low)), whole(value(node.high))
            need(high - low < MANY)
            return list(range(low, high + 1))
        case nodes.List():
            return [value(each) for each in node.items]
        case nodes.Object():
            return {text(value(key)): value(each) for key, each in node.items}
        case nodes.Comprehension():
            made: list[Any] = []
            _items(node, 0, names, own, made)
            return made


def _items(node: nodes.Comprehension, at: int, names: Names, own: dict[str, Any], made: list[Any]) -> None:
    """The items that a comprehension makes from its clauses from `at` on."""
    if at == len(node.clauses):
        made.append(_value(node.element, names, own))
        return
    clause = node.clauses[at]
    for each in items(_value(clause.iterable, names, own)):
        taken = [each] if len(clause.targets) == 1 else items(each)
        inner = {**own, **dict(zip(clause.targets, taken, strict=True))}
        if all(truth(_value(condition, names, inner)) for condition in clause.conditions):
            _items(node, at + 1, names, inner, made)


def items(value: Any) -> list[Any]:
    """The items of a list, the characters of a text, the keys of an object."""
    need(isinstance(value, str | list | dict))
    return list(value)


# ── operators ─────────────────────────────────────────────────────────────────────────────────────


def same(a: Any, b: Any) -> bool:
    if is_number(a) and is_number(b):
        return bool(a == b)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    return type(a) is type(b) and bool(a == b)


def less(a: Any, b: Any) -> bool:
    """`a < b`: of lists, the first items that differ decide."""
    if isinstance(a, list) and isinstance(b, list):
        for x, y in zip(a, b, strict=False):
            if not same(x, y):
                return less(x, y)
        return len(a) < len(b)
    need((is_number(a) and is_number(b)) or (isinstance(a, str) and isinstance(b, str)))
    return bool(a < b)


def contains(item: Any, found: Any) -> bool:
    if isinstance(found, str):
        return text(item) in found
    need(isinstance(found, list | dict))
    return any(same(item, each) for each in found)


def plus(a: Any, b: Any) -> Any:
    need((is_number(a) and is_number(b)) or (type(a) is type(b) and isinstance(a, str | list)))
    return a + b


def times(a: Any, b: Any) -> Any:
    if is_number(a) and is_number(b):
        return a * b
    if is_number(a):
        a, b = b, a
    need(isinstance(a, str | list))
    need(len(a) * whole(b) <= MAX_BYTES)
    made = a[:0]
    for _ in range(b):
        made = made + a
    return made


def power(a: Any, b: Any) -> Any:
    number(a), number(b)
    if isinstance(a, int) and isinstance(b, int) and b >= 0:
        if abs(a) <= 1:
            return a if b % 2 else 1 if b == 0 else a * a
        made = 1
        for _ in range(b):
            made = within_limits(made * a)
        return made
    found = a**b
    need(not isinstance(found, complex))
    return found


BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "+": plus,
    "-": lambda a, b: number(a) - number(b),
    "*": times,
    "/": lambda a, b: number(a) / number(b),
    "//": lambda a, b: number(a) // number(b),
    "%": lambda a, b: number(a) % number(b),
    "**": power,
}
COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "==": same,
    "!=": lambda a, b: not same(a, b),
    "<": less,
    ">": lambda a, b: less(b, a),
    "<=": lambda a, b: less(a, b) or not less(b, a),
    ">=": lambda a, b: less(b, a) or not less(a, b),
    "in": contains,
    "not in": lambda a, b: not contains(a, b),
}


# ── functions ─────────────────────────────────────────────────────────────────────────────────────


def length(value: Any) -> int:
    return len(items(value))


def shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(within_limits(value)) if is_number(value) else text(value)


def to_int(value: Any) -> int:
    return int(value if isinstance(value, str) else number(value))


def to_float(value: Any) -> float:
    return float(value if isinstance(value, str) else number(value))


def rounded(value: Any, *digits: Any) -> Any:
    # Digits that no number has change nothing.
    return round(number(value), *[max(-3_000, min(whole(each), 3_000)) for each in digits])


def one_kind(values: Any, *more: Any) -> list[Any]:
    """Numbers or texts, of which there is one: of a list, or each an argument."""
    found = [values, *more] if more else values
    need(isinstance(found, list) and found)
    need(all(map(is_number, found)) or all(isinstance(each, str) for each in found))
    return list(found)


def least(*values: Any) -> Any:
    first, *others = one_kind(*values)
    for each in others:
        first = each if less(each, first) else first
    return first


def most(*values: Any) -> Any:
    first, *others = one_kind(*values)
    for each in others:
        first = each if less(first, each) else first
    return first


def total(values: Any) -> Any:
    need(isinstance(values, list))
    made: Any = 0
    for each in values:
        made = within_limits(made + number(each))
    return made


def rising(values: Any) -> list[Any]:
    need(isinstance(values, list))
    kinds = (is_number, lambda each: isinstance(each, str), lambda each: isinstance(each, list))
    need(any(all(map(kind, values)) for kind in kinds))
    made: list[Any] = []
    for each in values:
        at = len(made)
        while at and less(each, made[at - 1]):
            at -= 1
        made.insert(at, each)
    return made


def parallel(values: Any, separator: Any = "") -> str:
    made, between = "", text(separator)
    for at, each in enumerate(texts(values)):
        made += (between if at else "") + each
    return made


def written(value: Any) -> str:
    """JSON."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{written(key)}:{written(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(written, value)) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return "null" if value is None else shown(value)


def method(name: str, *kinds: Callable[[Any], Any]) -> Callable[..., Any]:
    """Python's method of that name."""

    def called(*given: Any) -> Any:
        value, *others = [kind(each) for kind, each in zip((text, *kinds), given, strict=False)]
        need(all(not isinstance(each, int) or name == "split" or each < MAX_BYTES for each in others))
        try:
            return getattr(value, name)(*others)
        except TypeError as failure:  # a fill of several characters
            raise Failed from failure

    return called


_OF_TEXTS = ("strip", "lstrip", "rstrip", "removeprefix", "removesuffix", "startswith", "endswith", "count", "find",
             "index", "rfind", "rindex")  # fmt: skip
_TAKES: dict[str, tuple[Callable[[Any], Any], ...]] = {
    **dict.fromkeys(_OF_TEXTS, (text,)),
    **dict.fromkeys(("split", "rsplit"), (text, whole)),
    **dict.fromkeys(("center", "ljust", "rjust"), (whole, text)),
    "zfill": (whole,),
    "replace": (text, text, whole),
}
CALLS: dict[Any, Callable[..., Any]] = {
    **{builtin: method(name, *_TAKES.get(name, ())) for name, builtin in METHODS.items()},
    METHODS["join"]: lambda separator, values: parallel(values, separator),
    FUNCTIONS["len"]: length,
    FUNCTIONS["str"]: shown,
    FUNCTIONS["int"]: to_int,
    FUNCTIONS["float"]: to_float,
    FUNCTIONS["round"]: rounded,
    FUNCTIONS["abs"]: lambda value: abs(number(value)),
    FUNCTIONS["min"]: least,
    FUNCTIONS["max"]: most,
    FUNCTIONS["sum"]: total,
    FUNCTIONS["sorted"]: rising,
    FUNCTIONS["join"]: parallel,
    FUNCTIONS["json"]: written,
}
