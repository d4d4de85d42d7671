"""Python's operations with the limits of the language: what a checked expression does while it runs."""

import json as _json
import operator
from collections.abc import Callable, Iterable
from functools import cmp_to_key, reduce
from typing import Any

from ftc.expressions.limits import MAX_BITS, MAX_VALUE, SMALL, Limit, WrongType, bounded, size_of, spend, spend_on_items
from ftc.expressions.types import ANY_LIST, FLOAT, INT, LENGTHY, TEXT, Type, fits, type_of


def cast(value: Any, expected: Type) -> Any:
    """A value, checked at run time to be of the type that is needed."""
    if fits(value, expected):
        return value
    raise WrongType(f"{type_of(value)} is given, where {expected} is needed")


def mismatch(written: str, a: Any, b: Any) -> WrongType:
    """The failure of an operator that does not apply to two values."""
    return WrongType(f"`{written}` does not go with {type_of(a)} and {type_of(b)}")


# ── operators ─────────────────────────────────────────────────────────────────────────────────────


def inclusive_range(low: int, high: int) -> range:
    """`low..high`, both ends included."""
    return range(low, high + 1)


def mul(a: Any, b: Any) -> Any:
    """A product, or a text or list repeated."""
    if type(a) is int and type(b) is int and -SMALL < a < SMALL and -SMALL < b < SMALL:
        return a * b
    if isinstance(a, int) and isinstance(b, int):
        if a.bit_length() + b.bit_length() > MAX_BITS + 1:
            raise Limit("makes a whole number of more than 4096 bits")
        return bounded(a * b)
    a, b = as_list(a), as_list(b)
    for times, value in ((a, b), (b, a)):
        if isinstance(times, int) and isinstance(value, str | list):
            size = 4 * len(value) if isinstance(value, str) else 8 * len(value)
            if times * size > 4 * MAX_VALUE:
                raise Limit("makes a value of more than 1 MB")
            return bounded(value * times)
    try:
        return bounded(a * b)
    except TypeError:
        raise mismatch("*", a, b) from None


def power(a: Any, b: Any) -> Any:
    """A power. That of 0, 1 and -1 is small, whatever the exponent."""
    # A power has more bits than this product; so one that is computed has at most twice the limit.
    if isinstance(a, int) and isinstance(b, int) and b >= 0 and abs(a) > 1 and (a.bit_length() - 1) * b >= MAX_BITS:
        raise Limit("makes a whole number of more than 4096 bits")
    value = a**b
    if isinstance(value, complex):
        raise ValueError("the root of a negative number is no number")
    return bounded(value)


def add(a: Any, b: Any) -> Any:
    """A sum, or two texts or lists as one."""
    if type(a) is int and type(b) is int and -SMALL < a < SMALL and -SMALL < b < SMALL:
        return a + b
    try:
        return bounded(as_list(a) + as_list(b))
    except TypeError:
        raise mismatch("+", a, b) from None


def sliced(xs: Any, low: int | None, high: int | None, step: int | None) -> Any:
    """A slice; of a range it is a range again, which is a list for the language."""
    return bounded(xs[low:high:step])


def as_list(xs: Any) -> Any:
    """A list to compare or to join: a range is the list of its items."""
    return list(spend_on_items(xs)) if isinstance(xs, range) else xs


def equal(a: Any, b: Any) -> bool:
    """Whether two values of any type are the same for the language: a range is the list of its items, at any depth, and
    a truth value is no number."""
    spend()
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, list | range) and isinstance(b, list | range):
        if isinstance(a, range) and isinstance(b, range):
            return a == b
        return size_of(a) == size_of(b) and all(map(equal, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        if type(a) is type(b) is not dict:
            return bool(a == b)  # rows that are not fully picked define equality themselves
        return a.keys() == b.keys() and all(equal(value, b[key]) for key, value in a.items())
    return bool(a == b)


def _deciding(a: Any, b: Any) -> tuple[Any, Any]:
    """The two values whose order decides that of `a` and `b`: of lists the first items that differ, or the lengths."""
    spend()
    if isinstance(a, list | range) and isinstance(b, list | range):
        for one, other in zip(a, b, strict=False):
            if not equal(one, other):
                return _deciding(one, other)
        return size_of(a), size_of(b)
    return a, b


def _order(written: str, python: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    """A comparison of values of any type."""

    def holds(a: Any, b: Any) -> bool:
        one, other = _deciding(a, b)
        if (fits(one, TEXT) and fits(other, TEXT)) or (fits(one, FLOAT) and fits(other, FLOAT)):
            return python(one, other)
        raise mismatch(written, one, other)

    return holds


ORDER = {
    "<": _order("<", operator.lt),
    "<=": _order("<=", operator.le),
    ">": _order(">", operator.gt),
    ">=": _order(">=", operator.ge),
}


def is_in(item: Any, whole: Any) -> bool:
    """`item in whole` for values of any type: a part of a text, an item of a list, a key of an object."""
    if isinstance(whole, str):
        return cast(item, TEXT) in whole
    if isinstance(whole, dict):
        return isinstance(item, str) and item in whole
    return any(equal(item, each) for each in spend_on_items(cast(whole, ANY_LIST)))


def item(value: Any, index: Any) -> Any:
    """`value[index]` for values of any type."""
    return cast(value, LENGTHY)[cast(index, TEXT if isinstance(value, dict) else INT)]


def column(row: Any, name: str) -> Any:
    """A column of a row, or a key of an object."""
    if not isinstance(row, dict):
        raise WrongType(f"{type_of(row)} is given, where a row is needed")
    return row[name]


# ── functions ─────────────────────────────────────────────────────────────────────────────────────


def to_int(value: Any) -> int:
    """A whole number from text, or from a number without its fraction."""
    if isinstance(value, str) and len(value) > MAX_BITS:
        raise Limit("makes a whole number of more than 4096 bits")
    result: int = bounded(int(value))
    return result


def show(value: Any) -> str:
    """A value as text: what `{value}` and `str(value)` write."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(bounded(value))
    if value is None:
        raise ValueError("the value is none, which is no text")
    raise TypeError("the value is no text")


def show_as(value: Any, spec: str) -> str:
    """A value under a format spec. A truth value is no number here either: it stands as its word."""
    result: str = bounded(format(show(value) if isinstance(value, bool) else value, spec))
    return result


def json_value(value: Any) -> Any:
    """A value as JSON holds it. What occurs several times is counted each time, before it is written."""
    if isinstance(value, range):
        return list(spend_on_items(value))
    if isinstance(value, list):
        return [json_value(v) for v in spend_on_items(value)]
    if isinstance(value, dict):
        return {k: json_value(v) for k, v in spend_on_items(value).items()}
    return bounded(value)


def to_json(value: Any) -> str:
    """Compact, keys in the order written, letters of every script kept (`json(x)`)."""
    text = _json.dumps(json_value(value), ensure_ascii=False, separators=(",", ":"))
    result: str = bounded(text)
    return result


def join(xs: Iterable[str], separator: str = "") -> str:
    xs = list(spend_on_items(xs))
    if sum(map(len, xs)) + len(separator) * len(xs) > MAX_VALUE:
        raise Limit("makes a text of more than 1 MB")
    return separator.join(xs)


def sum_of(xs: Any) -> Any:
    # From 3.12 on Python's `sum` rounds otherwise: a file means the same under every version.
    return bounded(reduce(operator.add, spend_on_items(xs), 0))


def sorted_list(xs: Any) -> list[Any]:
    if xs and isinstance(xs[0], list | range):
        return sorted(spend_on_items(xs), key=cmp_to_key(lambda a, b: -ORDER["<"](a, b)))
    try:
        return sorted(spend_on_items(xs))
    except TypeError:
        raise _mixed(xs) from None


def rounded(value: Any, *digits: int) -> Any:
    """Beyond what a number has, digits change nothing; and Python would make 10 to their power."""
    return bounded(round(value, *[max(-MAX_BITS, min(each, MAX_BITS)) for each in digits]))


def extreme(which: Callable[..., Any]) -> Callable[..., Any]:
    """`min` and `max`, of a list or of several values."""

    def extreme_of(*values: Any) -> Any:
        xs = values[0] if len(values) == 1 else values
        if not size_of(xs):
            raise ValueError("the list is empty")
        try:
            return which(spend_on_items(xs))
        except TypeError:
            raise _mixed(xs) from None

    return extreme_of


def _mixed(xs: Any) -> WrongType:
    """The failure of ordering a list that holds both numbers and texts."""
    kind = TEXT if fits(xs[0], TEXT) else FLOAT
    return mismatch("<", xs[0], next(each for each in xs if not fits(each, kind)))


def pad(method: str) -> Callable[..., str]:
    """`center`, `ljust`, `rjust`, `zfill` with a bound on the width."""

    def padded(text: str, width: int, *fill: str) -> str:
        if width > MAX_VALUE:
            raise Limit("makes a text of more than 1 MB")
        result: str = getattr(text, method)(width, *fill)
        return result

    return padded


def replace(text: str, old: str, new: str, *count: int) -> str:
    if len(text) + text.count(old) * len(new) > MAX_VALUE:
        raise Limit("makes a text of more than 1 MB")
    return text.replace(old, new, *count)


def to_float(value: Any) -> float:
    result: float = bounded(float(value))
    return result
