"""The functions and methods of expressions: the visible list, nothing else can be called.

One row each: how a call is written, the types of its arguments and of its value, the Python that computes it, whether
that takes steps, and whether it puts text together (the lowering takes such a call apart).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ftc.expressions import operations as do
from ftc.expressions.limits import size_of
from ftc.expressions.types import (
    ANY,
    ANY_LIST,
    BOOL,
    FLOAT,
    INT,
    LENGTHY,
    NUMBER_OR_TEXT,
    ORDERED,
    SHOWN,
    TEXT,
    TEXT_OR_NUMBER,
    ListOf,
    Type,
    accepts,
    join_all,
    list_of,
    number,
)

Types = tuple[Type, ...]
CallTypes = tuple[Type, Types]
"""The type of a call's value, and the types that its arguments have to be of."""


@dataclass(frozen=True, slots=True, eq=False)
class Builtin:
    """A function or method. `check` maps the types of the arguments to those of the call, or to None where they do not
    fit; `usage` shows in errors how it is called; `bounded`: the size of its value has to be checked."""

    name: str
    usage: str
    check: Callable[[Types], CallTypes | None]
    function: Callable[..., Any]
    takes_steps: bool
    builds_text: bool = False
    bounded: bool = False


def _fixed(result: Type, *expected: Type, optional: int = 0) -> Callable[[Types], CallTypes | None]:
    """Takes arguments of these types, of which the last may be left out."""

    def check(given: Types) -> CallTypes | None:
        if not len(expected) - optional <= len(given) <= len(expected) or not all(map(accepts, expected, given)):
            return None
        return result, expected[: len(given)]

    return check


def _round(given: Types) -> CallTypes | None:
    return _fixed(INT, FLOAT)(given) or _fixed(FLOAT, FLOAT, INT)(given)


def _abs(given: Types) -> CallTypes | None:
    return _fixed(given[0], FLOAT)(given) if given else None


def _extreme(given: Types) -> CallTypes | None:
    """One list, or several values, of numbers or of texts."""
    if given == (ANY,):
        return ANY, (list_of(NUMBER_OR_TEXT),)
    if len(given) == 1 and isinstance(given[0], ListOf):
        item = given[0].item
        return (item, (list_of(NUMBER_OR_TEXT),)) if number(item) or item == TEXT else None
    for kind in (FLOAT, TEXT):
        if len(given) > 1 and all(accepts(kind, each) for each in given):
            return join_all(list(given)), (NUMBER_OR_TEXT if set(given) == {ANY} else kind,) * len(given)
    return None


def _sum(given: Types) -> CallTypes | None:
    checked = _fixed(ANY, list_of(FLOAT))(given)
    return (given[0].item, checked[1]) if checked and isinstance(given[0], ListOf) else checked


def _sorted(given: Types) -> CallTypes | None:
    checked = _fixed(ANY_LIST, list_of(ORDERED))(given)
    return (given[0], checked[1]) if checked and isinstance(given[0], ListOf) else checked


def _table(*rows: Builtin) -> dict[str, Builtin]:
    return {row.name: row for row in rows}


FUNCTIONS: dict[str, Builtin] = _table(
    Builtin("len", "len(text or list)", _fixed(INT, LENGTHY), size_of, takes_steps=False),
    Builtin("str", "str(value)", _fixed(TEXT, SHOWN), do.show, takes_steps=True, builds_text=True),
    Builtin("int", "int(text or number)", _fixed(INT, TEXT_OR_NUMBER), do.to_int, takes_steps=True),
    Builtin("float", "float(text or number)", _fixed(FLOAT, TEXT_OR_NUMBER), do.to_float, takes_steps=True),
    Builtin("round", "round(number) or round(number, digits)", _round, do.rounded, takes_steps=False),
    Builtin("abs", "abs(number)", _abs, abs, takes_steps=False),
    Builtin("min", "min(list) or min(a, b)", _extreme, do.extreme(min), takes_steps=True),
    Builtin("max", "max(list) or max(a, b)", _extreme, do.extreme(max), takes_steps=True),
    Builtin("sum", "sum(list of numbers)", _sum, do.sum_of, takes_steps=True),
    Builtin("sorted", "sorted(list)", _sorted, do.sorted_list, takes_steps=True),
    Builtin("join", "join(list of texts, separator)", _fixed(TEXT, list_of(TEXT), TEXT, optional=1), do.join,
            takes_steps=True, builds_text=True),
    Builtin("json", "json(value)", _fixed(TEXT, ANY), do.to_json, takes_steps=True, builds_text=True),
)  # fmt: skip


def _method(name: str, usage: str, result: Type, *expected: Type, optional: int = 0) -> Builtin:
    """Python's own method of texts."""
    check = _fixed(result, TEXT, *expected, optional=optional)
    bounded = result == TEXT or isinstance(result, ListOf)
    return Builtin(name, usage, check, getattr(str, name), takes_steps=bounded, bounded=bounded)


def _own(name: str, usage: str, function: Callable[..., Any], *expected: Type, optional: int = 0) -> Builtin:
    """A method of our own: Python's would make a result of any size."""
    return Builtin(name, usage, _fixed(TEXT, TEXT, *expected, optional=optional), function, takes_steps=True,
                   builds_text=name == "join")  # fmt: skip


_TESTS = ["isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "islower", "isnumeric", "isspace", "istitle",
          "isupper"]  # fmt: skip
_CHANGES = ["capitalize", "casefold", "lower", "swapcase", "title", "upper"]

METHODS: dict[str, Builtin] = _table(
    *(_method(name, f"text.{name}()", BOOL) for name in _TESTS),
    *(_method(name, f"text.{name}()", TEXT) for name in _CHANGES),
    *(_method(name, f"text.{name}() or text.{name}(characters)", TEXT, TEXT, optional=1)
      for name in ("strip", "lstrip", "rstrip")),
    *(_method(name, f"text.{name}(text)", TEXT, TEXT) for name in ("removeprefix", "removesuffix")),
    *(_method(name, f"text.{name}(text)", BOOL, TEXT) for name in ("startswith", "endswith")),
    *(_method(name, f"text.{name}(text)", INT, TEXT) for name in ("count", "find", "index", "rfind", "rindex")),
    *(_method(name, f"text.{name}() or text.{name}(separator)", list_of(TEXT), TEXT, INT, optional=2)
      for name in ("split", "rsplit")),
    *(_own(name, f"text.{name}(width) or text.{name}(width, fill)", do.pad(name), INT, TEXT, optional=1)
      for name in ("center", "ljust", "rjust")),
    _method("splitlines", "text.splitlines()", list_of(TEXT)),
    _own("zfill", "text.zfill(width)", do.pad("zfill"), INT),
    _own("replace", "text.replace(old, new)", do.replace, TEXT, TEXT, INT, optional=1),
    _own("join", "separator.join(list of texts)", lambda separator, xs: do.join(xs, separator), list_of(TEXT)),
)  # fmt: skip
