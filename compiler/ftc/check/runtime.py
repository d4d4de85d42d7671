"""What a checked expression may call while it runs: Python's operations with the limits of the language.

Every function here is total in time and memory: a value is at most 1 MB, an expression takes at most 10^6
steps, a whole
number at most 4096 bits (`language.md`, Names). What goes beyond raises `Limit`; what cannot be done raises
Python's own `ArithmeticError`, `LookupError`, `ValueError` or `TypeError`. Both become a diagnostic that names
the pick.
"""

import json as _json
import math
from collections.abc import Callable, Iterable, Sized
from typing import Any

MAX_VALUE = 1_000_000
MAX_STEPS = 1_000_000
MAX_BITS = 4096

# What two whole numbers below this make is surely within the limit.
_SMALL = 2**1024


class Limit(Exception):
    """A limit of the language was passed; the message says which, as the end of a sentence."""


FAILURES = (Limit, ArithmeticError, LookupError, ValueError, TypeError, AttributeError, RecursionError, MemoryError)

_steps = 0


def start() -> None:
    """Begin a new expression: its steps are counted from here."""
    global _steps
    _steps = 0


def tick(xs: Any) -> Any:
    """`xs`, whose items are about to be walked."""
    _spend(size_of(xs) + 1 if isinstance(xs, Sized) else 1)
    return xs


def size_of(values: Any) -> int:
    """The length of a list or text; of a range, also beyond what `len` can say."""
    if isinstance(values, range):
        return max(0, (values.stop - values.start + values.step - 1) // values.step)
    return len(values)


def bounded(value: Any) -> Any:
    """`value` if it is no larger than the limits allow."""
    if type(value) is int and -_SMALL < value < _SMALL:
        return value  # by far the most frequent
    if isinstance(value, str):
        # A character is at most four bytes: only long texts need to be encoded to be measured.
        if len(value) > MAX_VALUE // 4 and len(value.encode("utf-8", "surrogatepass")) > MAX_VALUE:
            raise Limit("makes a text of more than 1 MB")
        _spend(len(value) >> 3)
    elif isinstance(value, int):
        if value.bit_length() > MAX_BITS:
            raise Limit("makes a whole number of more than 4096 bits")
    elif isinstance(value, list):
        if len(value) * 8 > MAX_VALUE:
            raise Limit("makes a list of more than 1 MB")
        _spend(len(value))
    elif isinstance(value, float) and not math.isfinite(value):
        raise Limit("makes a number that is too large, or none at all")
    return value


def _spend(steps: int) -> None:
    """Making a value takes steps too: a thousand large ones are as bad as one that is too large."""
    global _steps
    _steps += steps
    if _steps > MAX_STEPS:
        raise Limit("takes more than 1,000,000 steps")


def rng(low: int, high: int) -> range:
    """`low..high`, both ends included."""
    return range(low, high + 1)


def mul(a: Any, b: Any) -> Any:
    if type(a) is int and type(b) is int and -_SMALL < a < _SMALL and -_SMALL < b < _SMALL:
        return a * b
    if isinstance(a, int) and isinstance(b, int):
        if a.bit_length() + b.bit_length() > MAX_BITS + 1:
            raise Limit("makes a whole number of more than 4096 bits")
        return bounded(a * b)
    for times, value in ((a, b), (b, a)):
        if isinstance(times, int) and isinstance(value, str | list):
            size = 4 * len(value) if isinstance(value, str) else 8 * len(value)
            if times * size > 4 * MAX_VALUE:
                raise Limit("makes a value of more than 1 MB")
            return bounded(value * times)
    return bounded(a * b)


def power(a: Any, b: Any) -> Any:
    if isinstance(a, int) and isinstance(b, int) and b >= 0 and a.bit_length() * b > MAX_BITS + 1:
        raise Limit("makes a whole number of more than 4096 bits")
    value = a**b
    if isinstance(value, complex):
        raise ValueError("the root of a negative number is no number")
    return bounded(value)


def add(a: Any, b: Any) -> Any:
    if type(a) is int and type(b) is int and -_SMALL < a < _SMALL and -_SMALL < b < _SMALL:
        return a + b
    if isinstance(a, range):
        a = list(tick(a))
    if isinstance(b, range):
        b = list(tick(b))
    return bounded(a + b)


def to_int(value: Any) -> int:
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
    """A value under a format spec."""
    result: str = bounded(format(value, spec))
    return result


def plain(value: Any) -> Any:
    """A value as JSON holds it. What is written several times counts each time, before it is written."""
    if isinstance(value, range):
        return list(tick(value))
    if isinstance(value, list):
        return [plain(v) for v in tick(value)]
    if isinstance(value, dict):
        return {k: plain(v) for k, v in tick(value).items()}
    return bounded(value)


def to_json(value: Any) -> str:
    """Compact, keys in the order written, letters of every script kept (`json(x)`)."""
    text = _json.dumps(plain(value), ensure_ascii=False, separators=(",", ":"))
    result: str = bounded(text)
    return result


def join(xs: Iterable[str], separator: str = "") -> str:
    xs = list(tick(xs))
    if sum(map(len, xs)) + len(separator) * len(xs) > MAX_VALUE:
        raise Limit("makes a text of more than 1 MB")
    return separator.join(xs)


def total(xs: Any) -> Any:
    return bounded(sum(tick(xs)))


def in_order(xs: Any) -> list[Any]:
    return sorted(tick(xs))


def least(*xs: Any) -> Any:
    return min(tick(xs[0])) if len(xs) == 1 else min(xs)


def most(*xs: Any) -> Any:
    return max(tick(xs[0])) if len(xs) == 1 else max(xs)


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


def cut(xs: Any, low: int | None, high: int | None, step: int | None) -> Any:
    """A slice; of a range it is a range again, which is a list for the language."""
    return bounded(xs[low:high:step])


def seq(xs: Any) -> Any:
    """A list to compare: a range is equal to the list of its items."""
    return list(tick(xs)) if isinstance(xs, range) else xs


def to_float(value: Any) -> float:
    result: float = bounded(float(value))
    return result


def said(failure: BaseException) -> str:
    """What went wrong, as the end of "this cannot be computed: …", without Python's words."""
    words = str(failure)
    match failure:
        case Limit():
            return f"it {words}"
        case ZeroDivisionError():
            return "it divides by zero"
        case IndexError():
            return "there is no item at that place"
        case KeyError():
            return f"there is no {words} in it"
        case RecursionError() | MemoryError():
            return "it is too large"
        case OverflowError():
            return "the number is too large"
        case TypeError() | AttributeError():
            return "the values are not of the types that it needs"
    if "could not convert" in words or "invalid literal" in words:
        return f"{words.rsplit(': ', 1)[-1]} is not a number"
    if "not found" in words or "is not in" in words:
        return "what is looked for is not in it"
    if "format" in words:
        return "the format spec does not go with the value"
    return words


def cell(row: Any, column: str) -> Any:
    """A cell of a row value."""
    return row[column]


# The names that generated code sees: nothing else of Python is reachable from it.
NAMESPACE: dict[str, Any] = {
    "__builtins__": {},
    "tick": tick,
    "rng": rng,
    "mul": mul,
    "power": power,
    "add": add,
    "bounded": bounded,
    "cut": cut,
    "seq": seq,
    "cell": cell,
    "f_len": len,
    "f_str": show,
    "f_int": to_int,
    "f_float": to_float,
    "f_round": round,
    "f_abs": abs,
    "f_min": least,
    "f_max": most,
    "f_sum": total,
    "f_sorted": in_order,
    "f_join": join,
    "f_json": to_json,
    "m_replace": replace,
    "m_join": lambda separator, xs: join(xs, separator),
    "m_center": pad("center"),
    "m_ljust": pad("ljust"),
    "m_rjust": pad("rjust"),
    "m_zfill": pad("zfill"),
}
