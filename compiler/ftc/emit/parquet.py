"""Lines as the rows of a parquet file: the keys of a line are its columns, and what a line leaves out is null.

The columns come from the shape of the target's lines, so every file of a target has the same ones, whatever is in it.
An object whose keys the data decide (the parameters of a tool, the arguments of a call where a target writes them as an
object) is a column of JSON text: no table has a type for it. Rows are written in groups as they come, so memory
holds one group; the groups end where the number of bytes says, so the same lines give the same file.
"""

import json
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, cast, get_args, get_origin

import pyarrow as pa
import pyarrow.json as reader
import pyarrow.parquet as parquet
from pydantic import BaseModel, Json

from ftc.targets.target import Target, dump

if TYPE_CHECKING:
    from ftc.emit.file import _Digested

GROUP = 32 << 20
"""A group of rows is so many bytes of lines, and what its last line needs more."""


class Table:
    """A sink for lines."""

    def __init__(self, file: "_Digested", target: Target) -> None:
        self._schema = schema(target)
        self._writer = parquet.ParquetWriter(file, self._schema, compression="zstd")
        self._waiting: list[bytes] = []
        self._size = 0

    def write(self, data: bytes, /) -> None:
        self._waiting.append(data)
        self._size += len(data)
        while self._size >= GROUP:
            lines = b"".join(self._waiting)
            end = lines.find(b"\n", GROUP - 1) + 1
            if not end:
                break
            self._group(lines[:end])
            self._waiting, self._size = [lines[end:]], len(lines) - end

    def close(self) -> None:
        if self._size:
            self._group(b"".join(self._waiting))
        self._writer.close()

    def _group(self, lines: bytes) -> None:
        self._writer.write_table(rows(lines, self._schema), row_group_size=lines.count(b"\n"))


# What pydantic puts beside a type where a text holds JSON.
_JSON: type = cast(type, Json)


def schema(target: Target) -> pa.Schema:
    """The columns of a target's lines."""
    return pa.schema(list(_type(target.model())))


def rows(lines: bytes, columns: pa.Schema) -> pa.Table:
    """The table of some lines."""
    read = reader.ReadOptions(use_threads=False, block_size=len(lines) + 1)
    parse = reader.ParseOptions(explicit_schema=columns, unexpected_field_behavior="error")
    try:
        return reader.read_json(pa.BufferReader(lines), read, parse).select(columns.names)
    except pa.ArrowInvalid:
        # An object stands where the column has text.
        values = [_as(json.loads(line), pa.struct(list(columns))) for line in lines.splitlines()]
        return pa.Table.from_pylist(values, columns)


def _as(value: Any, wanted: pa.DataType) -> Any:
    """A value of a line as its column has it."""
    if pa.types.is_struct(wanted):
        return {key: _as(inner, wanted.field(key).type) for key, inner in value.items()}
    if pa.types.is_list(wanted):
        return [_as(inner, wanted.value_type) for inner in value]
    return dump(value) if pa.types.is_string(wanted) and not isinstance(value, str) else value


def _type(shape: Any) -> pa.DataType:
    """The type of a column, from the annotation of a field."""
    origin, inside = get_origin(shape), get_args(shape)
    if origin is Annotated:
        # Text that holds JSON is text.
        return pa.string() if any(isinstance(each, _JSON) for each in inside[1:]) else _type(inside[0])
    if origin in (Union, UnionType):
        return _union([_type(each) for each in inside if each is not NoneType])
    if origin is Literal:
        return pa.string() if isinstance(inside[0], str) else pa.int64()
    if origin is list:
        return pa.list_(_type(inside[0]))
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        # The metadata that pydantic takes off a field are looked at too: `Json` is one.
        return pa.struct(
            [
                pa.field(field.alias or name, _type(Annotated[field.annotation, *field.metadata, None]))
                for name, field in shape.model_fields.items()
            ]
        )
    return {int: pa.int64(), bool: pa.bool_(), float: pa.float64()}.get(shape, pa.string())


def _union(types: list[pa.DataType]) -> pa.DataType:
    """One type for values of several: structs have all their fields, in the order they are met."""
    if not all(pa.types.is_struct(each) for each in types):
        return types[0]
    fields: dict[str, pa.Field] = {}
    for each in types:
        for field in each:
            known = fields.get(field.name)
            merged = field if known is None else pa.field(field.name, _union([known.type, field.type]))
            fields[field.name] = merged
    return pa.struct(list(fields.values()))
