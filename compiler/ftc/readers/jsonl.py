"""jsonl: lines that are JSON objects; the columns are all their keys."""

import itertools
import re

from ftc.readers import fault
from ftc.readers.fault import Fault, check_cells, checked_utf8
from ftc.readers.places import BOM, LF, RowLines
from ftc.readers.table import TableContents

_EMPTY = re.compile(rb"\n+")
_ARRAY = re.compile(rb"\s*\[\s*\{")
_TEXT = re.compile(rb'"(?:[^"\\]++|\\.)*+"?')

DEPTH = 200
"""Lists and objects inside each other."""


def read_jsonl(data: bytes) -> TableContents:
    import json
    import math

    def finite(digits: str) -> float:
        if not math.isfinite(number := float(digits)):
            raise ValueError(f"{_short(digits)} is not a number that can be kept")
        return number

    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        if len(found := dict(pairs)) < len(pairs):
            seen: set[str] = set()
            twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
            raise ValueError(f'the key "{_short(twice)}" is written twice')
        return found

    def refuse(word: str) -> object:
        raise ValueError(f"{word} is not JSON")

    data = checked_utf8(data, LF)
    # No value comes without a bracket or a comma before it, so most files need no count of what is in their lists.
    may_exceed = _value_bound(data) > fault.CELLS
    inside = 0
    decoder = json.JSONDecoder(object_pairs_hook=unique, parse_constant=refuse, parse_float=finite)
    columns: dict[str, None] = {}
    shapes: dict[tuple[str, ...], tuple[str, ...]] = {}
    keys: list[tuple[str, ...]] = []
    rows: list[tuple[object, ...]] = []
    for number, start, end in _lines(data):
        raw = data[start:end]
        if not (line := raw.decode().strip(" \t\r")):
            continue
        if may_exceed and _value_bound(raw) > fault.CELLS:
            check_cells(_value_bound(_TEXT.sub(b"", raw)))
        try:
            value = decoder.decode(line)
            if raw.count(b"[") + raw.count(b"{") > DEPTH and _depth(value) > DEPTH:
                raise RecursionError
            if "\\u" in line:
                json.dumps(value, ensure_ascii=False).encode()  # half of a surrogate pair cannot be written again
        except json.JSONDecodeError as error:
            if not rows and _ARRAY.match(data):
                raise Fault("E028") from None
            raise Fault("E021", line=number, reason=f"{error.msg}, character {error.pos + 1}") from None
        except UnicodeEncodeError:
            raise Fault("E021", line=number, reason="a \\u escape is half a character") from None
        except ValueError as error:
            reason = "a number has too many digits" if "set_int_max_str_digits" in str(error) else str(error)
            raise Fault("E021", line=number, reason=reason) from None
        except RecursionError:
            raise Fault("E021", line=number, reason="too deep") from None
        if not rows and _ARRAY.match(data):
            raise Fault("E028")
        if not isinstance(value, dict):
            raise Fault("E022", line=number, kind=_KINDS.get(type(value), "a number"))
        if (shape := shapes.get(written := tuple(value))) is None:
            shape = shapes[written] = written
            columns.update(dict.fromkeys(written))
        keys.append(shape)
        rows.append(tuple(value.values()))
        if may_exceed:
            inside += sum(map(_count_inside, value.values()))
        check_cells(len(rows) * len(columns) + inside)
    if not rows:
        raise Fault("E014")
    every = tuple(columns)
    if len(shapes) == 1:
        return every, rows
    return every, [
        row if shape == every else tuple(map(dict(zip(shape, row, strict=True)).get, every))
        for shape, row in zip(keys, rows, strict=True)
    ]


def row_lines(data: bytes) -> RowLines:
    """Where each row stands."""
    return ((number, start, end) for number, start, end in _lines(data) if data[start:end].strip(b" \t\r"))


def _lines(data: bytes) -> RowLines:
    """The lines that are not empty, one at a time: a list of all takes more room than they do."""
    number = 1
    start = len(BOM) if data.startswith(BOM) else 0
    while start < len(data):
        if (blank := _EMPTY.match(data, start)) is not None:
            number += blank.end() - start
            start = blank.end()
            continue
        end = data.find(b"\n", start)
        end = len(data) if end < 0 else end
        yield number, start, end
        number += 1
        start = end + 1


def _value_bound(data: bytes) -> int:
    return data.count(b",") + data.count(b"[") + data.count(b"{")


def _members(value: object) -> list[object]:
    return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []


def _count_inside(value: object) -> int:
    """How many values are in a value."""
    return sum(1 + _count_inside(member) for member in _members(value))


def _depth(value: object) -> int:
    """How many lists and objects are inside each other, counted up to one more than there may be."""
    level = [value]
    for depth in range(DEPTH + 1):
        level = [each for each in level if isinstance(each, dict | list)]
        if not level:
            return depth
        level = list(itertools.chain.from_iterable(map(_members, level)))
    return DEPTH + 1


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"


_KINDS: dict[type, str] = {list: "a list", str: "a text", bool: "true or false", type(None): "null"}
