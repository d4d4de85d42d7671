"""The types of expressions: few, static, and Python's.

`ANY` is the type of cells of jsonl and parquet files that hold mixed values: it is accepted everywhere, and what does
not fit is found at the pick that fails.
"""

from dataclasses import dataclass


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

    def column(self, name: str) -> Type | None:
        return dict(self.columns).get(name)


_MANY = {"text": "texts", "a whole number": "whole numbers", "a number": "numbers", "a truth value": "truth values"}


def list_of(item: Type) -> ListOf:
    many = _MANY.get(item.words)
    return ListOf(f"a list of {many}" if many else "a list", item)


def row_of(columns: tuple[tuple[str, Type], ...]) -> RowOf:
    return RowOf("a row", columns)


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
    return ANY
