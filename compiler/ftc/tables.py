"""The bytes of a table file (csv, tsv, jsonl, parquet) as columns and rows. It opens no file: `loader` does.

Nothing in a cell is interpreted. csv and tsv cells are text; jsonl and parquet keep their types.
A mistake is found at a line or row of the table file and reported at the path that names the file.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ftc.diagnostics import Diagnostic
from ftc.source import Span

CELL_LIMIT = 1 << 20
"""Characters in a csv cell: as many as a value may have."""


@dataclass(frozen=True)
class TableData:
    """A table as it stands in its file: every row has a value for every column."""

    name: str
    columns: tuple[str, ...]
    rows: list[tuple[object, ...]]


class _Fault(Exception):
    """What is wrong, on its way to `read_table`."""

    def __init__(self, code: str, **data: object) -> None:
        self.code, self.data = code, data


def read_table(name: str, data: bytes, at: Span) -> TableData | Diagnostic:
    """The table in `data`; `name` is its file, whose extension says how to read it; `at` is where it is asked for."""
    extension = extension_of(name)
    try:
        columns, rows = _READERS[extension](data)
        _check_columns(columns)
        if not rows:
            raise _Fault("E014")
    except _Fault as fault:
        return Diagnostic(fault.code, at, {"path": name, **fault.data})
    return TableData(name, columns, rows)


def extension_of(name: str) -> str:
    """The part of a file name after its last dot, in small letters."""
    return name.rpartition("/")[2].rpartition(".")[2].lower()


_Table = tuple[tuple[str, ...], list[tuple[object, ...]]]


def _check_columns(columns: tuple[str, ...]) -> None:
    seen: dict[str, int] = {}
    for number, column in enumerate(columns, 1):
        if not column.strip():
            raise _Fault("E015", column=number)
        if column in seen:
            raise _Fault("E016", column=column, first=seen[column], second=number)
        seen[column] = number


def _decode(data: bytes) -> str:
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _Fault("E012", line=line, byte=f"0x{data[error.start]:02X}") from None
    if (zero := text.find("\0")) >= 0:
        raise _Fault("E019", line=text.count("\n", 0, zero) + 1)
    return text


def _read_separated(data: bytes, separator: str) -> _Table:
    import csv
    import io

    text = _decode(data)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    columns: tuple[str, ...] = ()
    rows: list[tuple[object, ...]] = []
    line = 1
    limit = csv.field_size_limit(CELL_LIMIT)
    try:
        for cells in reader:
            if not cells:
                pass  # a blank line
            elif not columns:
                columns = tuple(cells)
            elif len(cells) != len(columns):
                raise _Fault("E017", line=line, cells=len(cells), columns=len(columns))
            else:
                rows.append(tuple(cells))
            line = reader.line_num + 1
    except csv.Error as error:
        if "limit" in str(error):
            raise _Fault("E020", line=line, limit=CELL_LIMIT) from None
        raise _Fault("E018", line=line, reason=str(error)) from None
    finally:
        csv.field_size_limit(limit)
    if not columns:
        raise _Fault("E013")
    return columns, rows


def _read_jsonl(data: bytes) -> _Table:
    import json
    import math

    def finite(digits: str) -> float:
        if not math.isfinite(number := float(digits)):
            raise ValueError(f"{digits} is not a number that can be kept")
        return number

    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        if len(found := dict(pairs)) < len(pairs):
            seen: set[str] = set()
            twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
            raise ValueError(f'the key "{twice}" is written twice')
        return found

    def refuse(word: str) -> object:
        raise ValueError(f"{word} is not JSON")

    decoder = json.JSONDecoder(object_pairs_hook=unique, parse_constant=refuse, parse_float=finite)
    objects: list[dict[str, object]] = []
    columns: dict[str, None] = {}
    for number, line in enumerate(_decode(data).split("\n"), 1):
        if not (line := line.strip(" \t\r")):
            continue
        try:
            value = decoder.decode(line)
            if "\\u" in line:
                json.dumps(value, ensure_ascii=False).encode()  # half of a surrogate pair cannot be written again
        except json.JSONDecodeError as error:
            raise _Fault("E021", line=number, reason=f"{error.msg}, character {error.pos + 1}") from None
        except UnicodeEncodeError:
            raise _Fault("E021", line=number, reason="a \\u escape is half a character") from None
        except ValueError as error:
            raise _Fault("E021", line=number, reason=str(error)) from None
        except RecursionError:
            raise _Fault("E021", line=number, reason="too deep") from None
        if not isinstance(value, dict):
            raise _Fault("E022", line=number, kind=_KINDS.get(type(value), "a number"))
        objects.append(value)
        columns.update(dict.fromkeys(value))
    if not objects:
        raise _Fault("E014")
    return tuple(columns), [tuple(map(row.get, columns)) for row in objects]


_KINDS: dict[type, str] = {list: "a list", str: "a text", bool: "true or false", type(None): "null"}


def _read_parquet(data: bytes) -> _Table:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise _Fault("E023") from None
    try:
        table = pq.read_table(pa.BufferReader(data))
        columns = tuple(table.column_names)
        values = [column.to_pylist() for column in table.columns]
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = (str(error).strip() or "it is damaged").splitlines()[0].rstrip(".")
        raise _Fault("E024", reason=reason) from None
    for column, found in zip(columns, values, strict=True):
        for number, value in enumerate(found, 1):
            if (kind := _foreign(value)) is not None:
                raise _Fault("E025", column=column, row=number, kind=kind)
    return columns, list(zip(*values, strict=True))


def _foreign(value: object) -> str | None:
    """The name of what is in `value` and has no place in JSON; None where there is no such thing."""
    if value is None or isinstance(value, str | int):
        return None
    if isinstance(value, float):
        return None if abs(value) < float("inf") else "number that is not finite"
    if isinstance(value, list):
        return next((kind for kind in map(_foreign, value) if kind), None)
    if isinstance(value, dict):
        return next((kind for kind in map(_foreign, value.values()) if kind), None)
    return type(value).__name__


_READERS: dict[str, Callable[[bytes], _Table]] = {
    "csv": lambda data: _read_separated(data, ","),
    "tsv": lambda data: _read_separated(data, "\t"),
    "jsonl": _read_jsonl,
    "parquet": _read_parquet,
}
EXTENSIONS = tuple(_READERS)
