"""The functions and methods of expressions, with what they take and give. The visible list: nothing else can
be called."""

from collections.abc import Callable
from dataclasses import dataclass

from ftc.check.types import ANY, BOOL, DICT, FLOAT, INT, TEXT, ListOf, Type, is_list, join_all, list_of, number


@dataclass(frozen=True, slots=True)
class Signature:
    """`takes` is how a call is written, for errors; `result` gives the type for argument types, None where
    they do not fit."""

    takes: str
    result: Callable[[tuple[Type, ...]], Type | None]


def _fits(arguments: tuple[Type, ...], *wanted: Type, optional: int = 0) -> bool:
    if not len(wanted) - optional <= len(arguments) <= len(wanted):
        return False
    return all(a in (w, ANY) or (w == FLOAT and a == INT) for a, w in zip(arguments, wanted, strict=False))


def _fixed(takes: str, result: Type, *wanted: Type, optional: int = 0) -> Signature:
    return Signature(takes, lambda arguments: result if _fits(arguments, *wanted, optional=optional) else None)


def _len(a: tuple[Type, ...]) -> Type | None:
    return INT if len(a) == 1 and (a[0] in (TEXT, DICT, ANY) or is_list(a[0])) else None


def _str(a: tuple[Type, ...]) -> Type | None:
    return TEXT if len(a) == 1 and a[0] in (TEXT, INT, FLOAT, BOOL, ANY) else None


def _convert(result: Type) -> Callable[[tuple[Type, ...]], Type | None]:
    return lambda a: result if len(a) == 1 and a[0] in (TEXT, INT, FLOAT, ANY) else None


def _round(a: tuple[Type, ...]) -> Type | None:
    if len(a) == 1 and number(a[0]):
        return INT
    return FLOAT if len(a) == 2 and number(a[0]) and a[1] in (INT, ANY) else None


def _abs(a: tuple[Type, ...]) -> Type | None:
    return a[0] if len(a) == 1 and number(a[0]) else None


def _extreme(a: tuple[Type, ...]) -> Type | None:
    items: list[Type] = [a[0].item] if len(a) == 1 and isinstance(a[0], ListOf) else list(a) if len(a) > 1 else []
    return join_all(items) if items and (all(map(number, items)) or all(t in (TEXT, ANY) for t in items)) else None


def _sum(a: tuple[Type, ...]) -> Type | None:
    return a[0].item if len(a) == 1 and isinstance(a[0], ListOf) and number(a[0].item) else None


def _sorted(a: tuple[Type, ...]) -> Type | None:
    return a[0] if len(a) == 1 and isinstance(a[0], ListOf) else None


def _texts(type_: Type) -> bool:
    return type_ == ANY or (isinstance(type_, ListOf) and type_.item in (TEXT, ANY))


def _join(a: tuple[Type, ...]) -> Type | None:
    return TEXT if 1 <= len(a) <= 2 and _texts(a[0]) and all(t in (TEXT, ANY) for t in a[1:]) else None


FUNCTIONS: dict[str, Signature] = {
    "len": Signature("len(text or list)", _len),
    "str": Signature("str(value)", _str),
    "int": Signature("int(text or number)", _convert(INT)),
    "float": Signature("float(text or number)", _convert(FLOAT)),
    "round": Signature("round(number) or round(number, digits)", _round),
    "abs": Signature("abs(number)", _abs),
    "min": Signature("min(list) or min(a, b)", _extreme),
    "max": Signature("max(list) or max(a, b)", _extreme),
    "sum": Signature("sum(list of numbers)", _sum),
    "sorted": Signature("sorted(list)", _sorted),
    "join": Signature("join(list of texts, separator)", _join),
    "json": Signature("json(value)", lambda a: TEXT if len(a) == 1 else None),
}

_TESTS = [
    "isalnum",
    "isalpha",
    "isascii",
    "isdecimal",
    "isdigit",
    "islower",
    "isnumeric",
    "isspace",
    "istitle",
    "isupper",
]
_CHANGES = ["capitalize", "casefold", "lower", "swapcase", "title", "upper"]

# Methods of texts. `m_` in the comment of `runtime.NAMESPACE`: those whose result has to be bounded.
METHODS: dict[str, Signature] = {
    **{name: _fixed(f"text.{name}()", BOOL) for name in _TESTS},
    **{name: _fixed(f"text.{name}()", TEXT) for name in _CHANGES},
    **{name: _fixed(f"text.{name}() or text.{name}(characters)", TEXT, TEXT, optional=1)
       for name in ("strip", "lstrip", "rstrip")},
    **{name: _fixed(f"text.{name}(text)", TEXT, TEXT) for name in ("removeprefix", "removesuffix")},
    **{name: _fixed(f"text.{name}(text)", BOOL, TEXT) for name in ("startswith", "endswith")},
    **{name: _fixed(f"text.{name}(text)", INT, TEXT) for name in ("count", "find", "index", "rfind", "rindex")},
    **{name: _fixed(f"text.{name}() or text.{name}(separator)", list_of(TEXT), TEXT, INT, optional=2)
       for name in ("split", "rsplit")},
    **{name: _fixed(f"text.{name}(width) or text.{name}(width, fill)", TEXT, INT, TEXT, optional=1)
       for name in ("center", "ljust", "rjust")},
    "splitlines": _fixed("text.splitlines()", list_of(TEXT)),
    "zfill": _fixed("text.zfill(width)", TEXT, INT),
    "replace": _fixed("text.replace(old, new)", TEXT, TEXT, TEXT, INT, optional=1),
    "join": Signature("separator.join(list of texts)", lambda a: TEXT if len(a) == 1 and _texts(a[0]) else None),
}  # fmt: skip

BOUNDED_METHODS = frozenset({"replace", "join", "center", "ljust", "rjust", "zfill"})
