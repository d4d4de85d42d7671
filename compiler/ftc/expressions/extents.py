"""How large the value of an expression can get, proved from its tree and the extents of what it reads.

An extent says two things: the expression is computed for all values it may read, without a failure and within the
limits of the language; and its value lies within the extent. Where either cannot be shown there is none.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from operator import floordiv, truediv

from ftc.expressions.builtins import FUNCTIONS, METHODS, Builtin
from ftc.expressions.nodes import (
    Binary,
    Call,
    Compare,
    Constant,
    If,
    List,
    Logic,
    Node,
    Object,
    Read,
    Reference,
    Unary,
    walk,
)  # fmt: skip
from ftc.expressions.types import TEXT

# Of larger trees, and of longer texts, nothing is said: what is said of takes fewer steps than the language allows.
MAX_NODES = 500
MAX_TEXT = 4_000

# Numbers beyond this are left to be measured one by one.
MAX_NUMBER = 2**1000

LONGEST_FLOAT = 25
"""Characters of a number that is not whole, as Python writes it."""


@dataclass(frozen=True, slots=True)
class NumberExtent:
    """Numbers from `low` to `high`; `whole` if there are whole ones only."""

    low: float
    high: float
    whole: bool

    @property
    def longest(self) -> int:
        return max(len(str(self.low)), len(str(self.high))) if self.whole else LONGEST_FLOAT


@dataclass(frozen=True, slots=True)
class TextExtent:
    """Texts of at most so many characters."""

    longest: int


@dataclass(frozen=True, slots=True)
class TruthExtent:
    """`true` or `false`."""

    longest: int = 5


Extent = NumberExtent | TextExtent | TruthExtent
Reads = Callable[[Read], Extent | None]
"""The extent of what an expression reads."""

_TRUTH = TruthExtent()


def extent(node: Node, reads: Reads) -> Extent | None:
    """The extent of an expression."""
    return _extent(node, reads) if sum(1 for _ in walk(node)) <= MAX_NODES else None


def join(extents: "list[Extent | None]") -> Extent | None:
    """One extent for all that some extents hold; None where they are of several kinds."""
    found = [each for each in extents if each is not None]
    if len(found) < len(extents) or not found:
        return None
    numbers = [each for each in found if isinstance(each, NumberExtent)]
    if len(numbers) == len(found):
        low, high = min(each.low for each in numbers), max(each.high for each in numbers)
        return NumberExtent(low, high, all(each.whole for each in numbers))
    if len({type(each) for each in found}) > 1:
        return None
    return _text(max(each.longest for each in found)) if isinstance(found[0], TextExtent) else _TRUTH


def extent_of_constant(value: object) -> Extent | None:
    """The extent of one value."""
    match value:
        case bool():
            return _TRUTH
        case int() | float():
            return _number(value, value, isinstance(value, int))
        case str():
            return _text(len(value))
    return None


def _number(low: float, high: float, whole: bool) -> NumberExtent | None:
    limit = MAX_NUMBER if whole else 1e300
    return NumberExtent(low, high, whole) if -limit < low <= high < limit else None


def _text(longest: int) -> TextExtent | None:
    return TextExtent(longest) if longest <= MAX_TEXT else None


def _extent(node: Node, reads: Reads) -> Extent | None:
    match node:
        case Constant(value=value):
            return extent_of_constant(value)
        case Reference(read=read):
            return reads(read)
        case Unary(operator=operator, operand=operand):
            inner = _extent(operand, reads)
            if operator == "not":
                return inner and _TRUTH
            if not isinstance(inner, NumberExtent):
                return None
            return NumberExtent(-inner.high, -inner.low, inner.whole) if operator == "-" else inner
        case Binary(operator=operator, left=left, right=right):
            return _binary(operator, _extent(left, reads), _extent(right, reads))
        case Compare(operands=operands, operators=operators):
            extents = [_extent(each, reads) for each in operands]
            comparable = len({type(each) for each in extents}) == 1 and None not in extents
            return _TRUTH if comparable and not {"in", "not in"}.intersection(operators) else None
        case Logic(operands=operands):
            return join([_extent(each, reads) for each in operands])
        case If(test=test, then=then, otherwise=otherwise):
            return _extent(test, reads) and join([_extent(then, reads), _extent(otherwise, reads)])
        case Call(builtin=builtin, arguments=arguments):
            return _call(builtin, arguments, reads)
    return None


def _binary(operator: str, left: Extent | None, right: Extent | None) -> Extent | None:
    match left, right:
        case TextExtent(), TextExtent() if operator == "+":
            return _text(left.longest + right.longest)
        case NumberExtent(), NumberExtent():
            return _arithmetic(operator, left, right)
    return None


def _arithmetic(operator: str, left: NumberExtent, right: NumberExtent) -> NumberExtent | None:
    whole = left.whole and right.whole
    # A product of two large floats overflows: only what is far from that is taken further.
    if not whole and max(map(abs, (left.low, left.high, right.low, right.high))) > 1e100:
        return None
    match operator:
        case "+":
            return _number(left.low + right.low, left.high + right.high, whole)
        case "-":
            return _number(left.low - right.high, left.high - right.low, whole)
        case "*":
            ends = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
            return _number(min(ends), max(ends), whole)
    if right.low <= 0 <= right.high:
        return None
    match operator:
        case "//" | "/":
            if operator == "/" or not whole:
                # The least that it is divided by is at least the smallest float: what is far from that is enough.
                if min(abs(right.low), abs(right.high)) < 1e-100 or abs(left.low) > 1e100 or abs(left.high) > 1e100:
                    return None
                if max(abs(right.low), abs(right.high)) > 1e100:
                    return None
            divide: Callable[[float, float], float] = truediv if operator == "/" else floordiv
            ends = [divide(a, b) for a in (left.low, left.high) for b in (right.low, right.high)]
            return _number(min(ends), max(ends), whole and operator == "//")
        case "%":
            # What is left has the sign of what it is divided by, and is smaller.
            return _number(min(0, right.low), max(0, right.high), whole)
    return None


# Some letters are up to three in another case.
_LONGER = {METHODS[name]: 3 for name in ("capitalize", "casefold", "lower", "swapcase", "title", "upper")}
_NO_LONGER = {METHODS[name] for name in ("strip", "lstrip", "rstrip", "removeprefix", "removesuffix")}
_TESTS = {METHODS[name] for name in ("startswith", "endswith", "isalpha", "isdigit", "islower", "isupper", "istitle")}
_PLACES = {METHODS[name] for name in ("count", "find", "rfind")}


def _call(builtin: Builtin, arguments: tuple[Node, ...], reads: Reads) -> Extent | None:
    if builtin is FUNCTIONS["json"]:
        longest = _json(arguments[0], reads)
        return None if longest is None else _text(longest)
    extents = [_extent(each, reads) for each in arguments]
    if None in extents or not extents:
        return None
    first = extents[0]
    assert first is not None
    if builtin is FUNCTIONS["str"]:
        return _text(first.longest)
    if builtin is FUNCTIONS["len"]:
        return NumberExtent(0, first.longest, whole=True) if isinstance(first, TextExtent) else None
    if builtin is FUNCTIONS["round"] and len(extents) == 1 and isinstance(first, NumberExtent):
        return _number(math.floor(first.low), math.ceil(first.high), whole=True)
    if builtin is FUNCTIONS["abs"] and isinstance(first, NumberExtent):
        return NumberExtent(0, max(abs(first.low), abs(first.high)), first.whole)
    if builtin in (FUNCTIONS["min"], FUNCTIONS["max"]):
        return join(extents) if len(extents) > 1 else None
    if not all(isinstance(each, TextExtent) for each in extents):
        return None
    if builtin in _LONGER:
        return _text(first.longest * _LONGER[builtin])
    if builtin in _NO_LONGER:
        return first
    if builtin in _PLACES:
        return NumberExtent(-1, first.longest + 1, whole=True)
    return _TRUTH if builtin in _TESTS else None


def _json(node: Node, reads: Reads) -> int | None:
    """How long JSON's text of a value gets."""
    match node:
        case List(items=items):
            sizes = [_json(item, reads) for item in items]
        case Object(items=entries):
            if any(key.type != TEXT for key, _ in entries):
                return None
            sizes = [_json(part, reads) for entry in entries for part in entry]
        case Constant(value=None):
            return len("null")
        case _:
            found = _extent(node, reads)
            if found is None:
                return None
            # A character is at most six, as \u0000 is.
            return 6 * found.longest + 2 if isinstance(found, TextExtent) else found.longest
    return None if None in sizes else 2 + sum(size + 1 for size in sizes if size is not None)
