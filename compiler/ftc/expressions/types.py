"""The types of expressions: few, static, and Python's.

`ANY` is the type of values of which no more is known: where several types come together, and in functions for what
nothing says. It is accepted everywhere. Where a type is needed, `accepts` says whether another may stand there, and
`certain` whether nothing is left to be seen at run time; `fits` then asks the value itself.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Type:
    """A type with the words that errors use for it: "text", "a number", …"""

    words: str

    def __str__(self) -> str:
        return self.words


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
    known: dict[str, Type] = field(compare=False, repr=False)

    def column(self, name: str) -> Type | None:
        return self.known.get(name)


@dataclass(frozen=True, slots=True)
class OneOf(Type):
    """Any of several types: what some operations need. No value has such a type of its own."""

    of: tuple[Type, ...]


ANY_LIST: "ListOf" = ListOf("a list", ANY)

LENGTHY = OneOf("text, a list or an object", (TEXT, ANY_LIST, DICT))
SEQUENCE = OneOf("text or a list", (TEXT, ANY_LIST))
ORDERED = OneOf("a number, text or a list", (FLOAT, TEXT, ANY_LIST))
# What is least or greatest of several.
COUNTED = OneOf("a number or text", (FLOAT, TEXT))
SHOWN = OneOf("text, a number or a truth value", (TEXT, FLOAT, BOOL))
CONVERTIBLE = OneOf("text or a number", (TEXT, FLOAT))

# A list in a list in a list …: what is deeper is any value, so that no type grows without end.
MAX_NESTED = 16


_MANY = {
    "text": "texts",
    "a whole number": "whole numbers",
    "a number": "numbers",
    "a truth value": "truth values",
    COUNTED.words: "numbers or texts",
    ORDERED.words: "numbers, texts or lists",
}


def list_of(item: Type) -> ListOf:
    inner, depth = item, 0
    while isinstance(inner, ListOf):
        inner, depth = inner.item, depth + 1
    if depth >= MAX_NESTED:
        return ANY_LIST
    many = _MANY.get(item.words)
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


def accepts(wanted: Type, found: Type) -> bool:
    """Whether a value of type `found` may stand where `wanted` is needed."""
    if ANY in (wanted, found) or wanted == found or (wanted == FLOAT and found == INT):
        return True
    if isinstance(wanted, OneOf):
        return any(accepts(each, found) for each in wanted.of)
    if isinstance(wanted, ListOf) and isinstance(found, ListOf):
        return accepts(wanted.item, found.item)
    return False


def certain(wanted: Type, found: Type) -> bool:
    """Whether every value of an accepted type `found` fits, so that none has to be asked."""
    if isinstance(wanted, OneOf):
        return any(accepts(each, found) and certain(each, found) for each in wanted.of)
    if isinstance(wanted, ListOf) and isinstance(found, ListOf):
        return certain(wanted.item, found.item)
    return wanted == ANY or found != ANY


def plain(type_: Type) -> bool:
    """Whether two values of the type are equal for the language where they are for Python, once a range is a list."""
    if isinstance(type_, ListOf):
        type_ = type_.item
    if isinstance(type_, RowOf):
        return all(each in (TEXT, INT, FLOAT, BOOL, NONE) for _, each in type_.columns)
    return type_ in (TEXT, INT, FLOAT, BOOL, NONE)


def fits(value: Any, wanted: Type) -> bool:
    """Whether a value is of a type, or of one that goes for it."""
    match wanted:
        case OneOf():
            return any(fits(value, each) for each in wanted.of)
        case ListOf():
            if not isinstance(value, list | range):
                return False
            return wanted.item == ANY or all(fits(item, wanted.item) for item in value)
        case RowOf():
            return isinstance(value, dict)
    if wanted in (INT, FLOAT):
        return not isinstance(value, bool) and isinstance(value, int if wanted == INT else int | float)
    return wanted == ANY or type_of(value) == wanted


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
