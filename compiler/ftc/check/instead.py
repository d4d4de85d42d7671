"""What to write in place of functions of other languages, and of what has no columns."""

import re
from collections.abc import Sequence

from ftc.expressions.builtins import METHODS
from ftc.expressions.types import RowOf
from ftc.source import Span
from ftc.syntax import ast

_RANDOM = frozenset(
    ["random", "rand", "randint", "randrange", "uniform", "choice", "choices", "sample", "shuffle", "pick", "one_of"]
)
_TOGETHER = frozenset(["zip", "enumerate", "product", "combinations", "permutations"])
_SAME = {
    "length": "len", "size": "len", "string": "str", "text": "str", "integer": "int", "number": "float",
    "to_json": "json", "tojson": "json", "dumps": "json", "stringify": "json", "concat": "join",
}  # fmt: skip
MAX_COLUMNS = 4


def for_call(node: ast.Call) -> dict[str, str]:
    """What an unknown function is in this language, as data of the finding: `instead`, `random` or `rows`."""
    name = node.function.text
    written = [argument.span.text for argument in node.arguments]
    if name in ("range", "xrange") and 1 <= len(written) <= 3:
        return {"instead": _range(node.arguments)}
    if name in _RANDOM:
        return {"random": "sample 100 seed 1"}
    if name in _TOGETHER:
        return {"rows": "table"}
    if name in _SAME and written:
        return {"instead": f"{_SAME[name]}({', '.join(written)})"}
    if name in METHODS and written:
        value = written[0] if isinstance(node.arguments[0], _SIMPLE) else f"({written[0]})"
        return {"instead": f"{value}.{name}({', '.join(written[1:])})"}
    return {}


def is_plain_range(node: ast.Call) -> bool:
    """Whether a call is Python's `range` of numbers, where a range or a list of this language can stand as it is."""
    before, behind = _around(node.span)
    return (
        node.function.text in ("range", "xrange")
        and all(isinstance(argument, ast.Number) for argument in node.arguments)
        and before in ("in", "=", "{", "(", ",")
        and behind in ("", "}", ")", "]", ",", "for", "if", "where")
    )


def _around(span: Span) -> tuple[str, str]:
    """The word or the sign directly before an expression and the one behind it, on its line."""
    source = span.source
    line_start, line = source.line_starts[span.line - 1], source.line(span.line)
    before = _LAST.search(line[: span.start - line_start])
    behind = _FIRST.match(line[span.end - line_start :])
    return before[1] if before else "", behind[1] if behind else ""


_LAST = re.compile(r"(\w+|\S)\s*$")
_FIRST = re.compile(r"\s*(\w+|\S)")
_SIMPLE = (ast.Name, ast.String, ast.Attribute, ast.Call, ast.MethodCall, ast.Subscript)


def _range(arguments: Sequence[ast.Expr]) -> str:
    """Python's `range`, whose end is not included, as a range or a list of this language."""
    low, high = ("0", arguments[0]) if len(arguments) == 1 else (arguments[0].span.text, arguments[1])
    last = str(high.value - 1) if isinstance(high, ast.Number) and isinstance(high.value, int) else ""
    if len(arguments) < 3:
        return f"{low}..{last or f'{high.span.text} - 1'}"
    step = arguments[2].span.text
    if not (last and low.lstrip("-").isdecimal() and step.isdecimal() and int(step)):
        return f"[k for k in {low}..{last or f'{high.span.text} - 1'} if (k - {low}) % {step} == 0]"
    item = f"k * {step}" if int(low) == 0 else f"{low} + k * {step}"
    return f"[{item} for k in 0..{max(0, (int(last) - int(low)) // int(step))}]"


def for_computed_column(row: RowOf, node: ast.Subscript) -> str:
    """`term[lang]` as a choice between its columns; the empty text where there are too many."""
    columns = [name for name, _ in row.columns]
    value, index = node.value.span.text, node.index.span.text
    if not 2 <= len(columns) <= MAX_COLUMNS or not all(map(str.isidentifier, columns)):
        return ""
    tests = "".join(f'{value}.{column} if {index} == "{column}" else ' for column in columns[:-1])
    choice = f"{tests}{value}.{columns[-1]}"
    before, behind = _around(node.span)
    return choice if before == "{" and behind == "}" else f"({choice})"
