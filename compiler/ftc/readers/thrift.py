"""Structs in thrift's compact protocol, in which a parquet file is described.

It is strict, so that nothing in a file is read in one way here and in another by the library: a field comes once and
is found only by its number and its type together, and a list has what a list in its place has.
"""

from collections.abc import Mapping

I32, I64, LIST, STRUCT = 5, 6, 9, 12
BINARY = 8
_DEPTH = 16

Struct = dict[int, object]
"""Whole numbers, structs and lists of structs, by `16 * field + type`; other fields are passed over."""


Path = tuple[int, ...]
"""The numbers of the fields that lead to a field."""


class Broken(ValueError):
    """What is no struct."""


def struct(data: bytes, at: int, lists: Mapping[Path, int], path: Path = ()) -> tuple[Struct, int]:
    """The struct that begins at a place, and where it ends. `lists` says what is in a list whose fields are known."""
    if len(path) > _DEPTH:
        raise Broken("what describes it is too deep")
    found: Struct = {}
    fields: set[int] = set()
    field = 0
    try:
        while byte := data[at]:
            at += 1
            if byte >> 4:
                field += byte >> 4
            else:
                field, at = _signed(data, at)
            if field in fields:
                raise Broken("what describes it says something twice")
            fields.add(field)
            kind = byte & 15
            if kind in (LIST, STRUCT):
                value, at = _nested(data, at, kind, lists, (*path, field))
            else:
                value, at = _value(data, at, kind)
            if value is not None:
                found[field * 16 + kind] = value
    except IndexError:
        raise Broken("what describes it is cut short") from None
    return found, at + 1


def number(parent: Struct, field: int, kind: int) -> int:
    """A whole number that has to be there."""
    value = parent.get(field * 16 + kind)
    if not isinstance(value, int):
        raise Broken("what describes it lacks a number")
    return value


def structs(parent: Struct, field: int) -> list[Struct]:
    """A list of structs that has to be there."""
    value = parent.get(field * 16 + LIST)
    if not isinstance(value, list):
        raise Broken("what describes it lacks a list")
    return value


def inner(parent: Struct, field: int) -> Struct:
    """A struct that has to be there."""
    value = parent.get(field * 16 + STRUCT)
    if not isinstance(value, dict):
        raise Broken("what describes it lacks a part")
    return value


def _value(data: bytes, at: int, kind: int) -> tuple[object, int]:
    if kind in (4, I32, I64):
        value, at = _signed(data, at)
        if kind != I64 and not -(1 << 31) <= value < 1 << 31:
            raise Broken("what describes it has a number that is too large")
        return value, at
    if kind == BINARY:
        size, at = _unsigned(data, at)
        return None, at + size
    if kind in (1, 2):  # a truth is in the type itself
        return None, at
    if kind in (3, 7):
        return None, at + (1 if kind == 3 else 8)
    raise Broken("what describes it is of no known type")


def _nested(data: bytes, at: int, kind: int, lists: Mapping[Path, int], path: Path) -> tuple[object, int]:
    if kind == STRUCT:
        return struct(data, at, lists, path)
    size, kind = data[at] >> 4, data[at] & 15
    at += 1
    if size == 15:
        size, at = _unsigned(data, at)
    if size > len(data):
        raise Broken("what describes it is cut short")
    if size and lists.get(path, kind) != kind:
        raise Broken("what describes it has something else in a list than belongs there")
    found: list[object] = []
    for _ in range(size):
        if kind in (LIST, STRUCT):
            one, at = _nested(data, at, kind, lists, (*path, 0) if kind == LIST else path)
            found.append(one)
        else:
            # A truth has a byte of its own in a list.
            _, at = _value(data, at, 3 if kind in (1, 2) else kind)
    return found if kind == STRUCT else None, at


def _signed(data: bytes, at: int) -> tuple[int, int]:
    value, at = _unsigned(data, at)
    return (value >> 1) ^ -(value & 1), at


def _unsigned(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while (byte := data[at]) > 127:
        value |= (byte & 127) << shift
        shift += 7
        at += 1
        if shift > 63:
            raise Broken("what describes it has a number that is too large")
    if (value := value | byte << shift) >> 64:
        raise Broken("what describes it has a number that is too large")
    return value, at + 1
