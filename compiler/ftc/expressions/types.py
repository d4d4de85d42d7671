"""The types of expressions: few, static, and Python's.

`ANY` is the type of values whose type is not known statically: where several types come together, and for the
parameters of functions. It is accepted everywhere. Where a type is needed, `accepts` says whether a value of another
may stand there, and `certain` whether that needs no check at run time; `fits` is that check.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Type:
    """A type with the description that errors use for it: "text", "a number", …"""

    description: str

    def __str__(self) -> str:
        return self.description


TEXT = Type("text")
INT = Type("a whole number")
FLOAT = Type("a number")
BOOL = Type("a truth value")
NONE = Type("none")
DICT = Type("an object")
ANY = Type("any value")


@dataclass(frozen=True, slots=True)
class ListOf(Type):
    """A list; ranges are lists of whole numbers."""

    item: Type


@dataclass(frozen=True, slots=True)
class RowOf(Type):
    """A row of a table; `columns` maps each header to the type of its cells."""

    columns: tuple[tuple[str, Type], ...]
    types: dict[str, Type] = field(compare=False, repr=False)

    def column(self, name: str) -> Type | None:
        return self.types.get(name)


@dataclass(frozen=True, slots=True)
class OneOf(Type):
    """Any of several types: what some operations need. No value has such a type of its own."""

    of: tuple[Type, ...]


ANY_LIST: "ListOf" = ListOf("a list", ANY)

LENGTHY = OneOf("text, a list or an object", (TEXT, ANY_LIST, DICT))
SEQUENCE = OneOf("text or a list", (TEXT, ANY_LIST))
ORDERED = OneOf("a number, text or a list", (FLOAT, TEXT, ANY_LIST))
# What `min` and `max` compare.
NUMBER_OR_TEXT = OneOf("a number or text", (FLOAT, TEXT))
SHOWN = OneOf("text, a number or a truth value", (TEXT, FLOAT, BOOL))
TEXT_OR_NUMBER = OneOf("text or a number", (TEXT, FLOAT))

# A list in a list in a list …: what is deeper is any value, so that no type grows without end.
MAX_NESTED = 16


_MANY = {
    "text": "texts",
    "a whole number": "whole numbers",
    "a number": "numbers",
    "a truth value": "truth values",
    NUMBER_OR_TEXT.description: "numbers or texts",
    ORDERED.description: "numbers, texts or lists",
}


def list_of(item: Type) -> ListOf:
    inner, depth = item, 0
    while isinstance(inner, ListOf):
        inner, depth = inner.item, depth + 1
    if depth >= MAX_NESTED:
        return ANY_LIST
    many = _MANY.get(item.description)
    return ListOf(f"a list of {many}" if many else "a list", item)


def row_of(columns: tuple[tuple[str, Type], ...]) -> RowOf:
    return RowOf("a row", columns, dict(columns))


def number(type_: Type) -> bool:
    return type_ in (INT, FLOAT, ANY)


def is_list(type_: Type) -> bool:
    return isinstance(type_, ListOf)


def join(a: Type, b: Type) -> Type:
    """The type of a value that may be of either type."""
    if a == b:
        return a
    if {a, b} == {INT, FLOAT}:
        return FLOAT
    if isinstance(a, ListOf) and isinstance(b, ListOf):
        return list_of(join(a.item, b.item))
    return ANY


def join_all(types: list[Type]) -> Type:
    """The type of the items of a list; an empty list may hold any."""
    result = types[0] if types else ANY
    for type_ in types[1:]:
        result = join(result, type_)
    return result


def comparable(a: Type, b: Type) -> bool:
    """Whether `==` between the two can ever be true."""
    if ANY in (a, b) or a == b or (number(a) and number(b)):
        return True
    if isinstance(a, ListOf) and isinstance(b, ListOf):
        return comparable(a.item, b.item)
    if isinstance(a, RowOf) and isinstance(b, RowOf):
        return True
    return NONE in (a, b)


def accepts(expected: Type, actual: Type) -> bool:
    """Whether a value of type `actual` may stand where `expected` is needed."""
    if ANY in (expected, actual) or expected == actual or (expected == FLOAT and actual == INT):
        return True
    if isinstance(expected, OneOf):
        return any(accepts(each, actual) for each in expected.of)
    if isinstance(expected, ListOf) and isinstance(actual, ListOf):
        return accepts(expected.item, actual.item)
    return False


def certain(expected: Type, actual: Type) -> bool:
    """Whether every value of an accepted type `actual` fits, so that none has to be checked at run time."""
    if isinstance(expected, OneOf):
        return any(accepts(each, actual) and certain(each, actual) for each in expected.of)
    if isinstance(expected, ListOf) and isinstance(actual, ListOf):
        return certain(expected.item, actual.item)
    return expected == ANY or actual != ANY


def compares_like_python(type_: Type) -> bool:
    """Whether two values of the type are equal for the language where they are for Python, once a range is a list."""
    if isinstance(type_, ListOf):
        type_ = type_.item
    if isinstance(type_, RowOf):
        return all(each in (TEXT, INT, FLOAT, BOOL, NONE) for _, each in type_.columns)
    return type_ in (TEXT, INT, FLOAT, BOOL, NONE)


def fits(value: Any, expected: Type) -> bool:
    """Whether a value is of a type, or of one that is accepted in its place."""
    match expected:
        case OneOf():
            return any(fits(value, each) for each in expected.of)
        case ListOf():
            if not isinstance(value, list | range):
                return False
            return expected.item == ANY or all(fits(item, expected.item) for item in value)
        case RowOf():
            return isinstance(value, dict)
    if expected in (INT, FLOAT):
        return not isinstance(value, bool) and isinstance(value, int if expected == INT else int | float)
    return expected == ANY or type_of(value) == expected


def type_of(value: object) -> Type:
    """The type of a value that came from a file."""
    match value:
        case bool():
            return BOOL
        case str():
            return TEXT
        case int():
            return INT
        case float():
            return FLOAT
        case None:
            return NONE
        case dict():
            return DICT
        case list():
            return list_of(join_all([type_of(v) for v in value]))
        case range():
            return list_of(INT)
    return ANY
