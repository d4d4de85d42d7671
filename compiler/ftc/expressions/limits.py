"""What an expression may cost, and the words for its failures.

Everything that an expression calls is total in time and memory: a value is at most 1 MB, an expression takes at most
1,000,000 steps, a whole number has at most 4096 bits (grammar/README.md, Limits). What goes beyond raises `Limit`; what
cannot be done raises Python's own `ArithmeticError`, `LookupError`, `ValueError` or `TypeError`. Both become a
diagnostic that names the pick.
"""

import math
from collections.abc import Sized
from typing import Any

MAX_VALUE = 1_000_000
MAX_STEPS = 1_000_000
MAX_BITS = 4096

# What two whole numbers below this make is surely within the limit.
SMALL = 2**1024


class Limit(Exception):
    """A limit of the language was passed; the message says which, as the end of a sentence."""


FAILURES = (Limit, ArithmeticError, LookupError, ValueError, TypeError, AttributeError, RecursionError, MemoryError)

_steps = 0


def reset_steps() -> None:
    """Begin a new expression: its steps are counted from here."""
    global _steps
    _steps = 0


def spend(steps: int = 1) -> None:
    """Count some steps. Making a value takes steps too: a thousand large ones are as bad as one that is too large."""
    global _steps
    _steps += steps
    if _steps > MAX_STEPS:
        raise Limit("takes more than 1,000,000 steps")


def spend_on_items(xs: Any) -> Any:
    """`xs`, with a step counted for each item: they are about to be walked."""
    spend(size_of(xs) + 1 if isinstance(xs, Sized) else 1)
    return xs


def size_of(values: Any) -> int:
    """The length of a list or text; of a range, also beyond what `len` can say."""
    if isinstance(values, range):
        return max(0, -((values.start - values.stop) // values.step))
    return len(values)


def bounded(value: Any) -> Any:
    """`value` if it is no larger than the limits allow."""
    if type(value) is int and -SMALL < value < SMALL:
        return value  # by far the most frequent
    if isinstance(value, str):
        # A character is at most four bytes: only long texts need to be encoded to be measured.
        if len(value) > MAX_VALUE // 4 and len(value.encode("utf-8", "surrogatepass")) > MAX_VALUE:
            raise Limit("makes a text of more than 1 MB")
        spend(len(value) >> 3)
    elif isinstance(value, int):
        if value.bit_length() > MAX_BITS:
            raise Limit("makes a whole number of more than 4096 bits")
    elif isinstance(value, list):
        if len(value) * 8 > MAX_VALUE:
            raise Limit("makes a list of more than 1 MB")
        spend(len(value))
    elif isinstance(value, float) and not math.isfinite(value):
        raise Limit("makes a number that is too large, or none at all")
    return value


class WrongType(TypeError):
    """A value whose type, seen only at run time, is not the one that is needed; the message names both."""


def failure_reason(failure: BaseException) -> str:
    """What went wrong, as the end of "this cannot be computed: …", without Python's words."""
    words = str(failure)
    match failure:
        case Limit():
            return f"it {words}"
        case WrongType():
            return words
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
