"""Lines as the rows of a parquet file: the keys of a line are its columns, and what a line leaves out is null.

The columns come from the model of the target's lines, so every file of a target has the same ones, whatever it holds.
An object whose keys depend on the data (the parameters of a tool, the arguments of a call where a target writes them as
an object) is a column of JSON text: no table has a type for it. Rows are written in groups as they come, so memory
holds one group; a group ends at a fixed number of bytes, so the same lines give the same file.
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
    from ftc.emit.file import DigestingFile

GROUP = 32 << 20
"""Bytes of lines after which a group of rows ends, with the line that reaches them."""


class ParquetSink:
    """A sink for lines, which writes them as the rows of a parquet file."""

    def __init__(self, file: "DigestingFile", target: Target) -> None:
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
    return pa.schema(list(_column_type(target.model())))


def rows(lines: bytes, columns: pa.Schema) -> pa.Table:
    """A table with a row for each line."""
    read = reader.ReadOptions(use_threads=False, block_size=len(lines) + 1)
    parse = reader.ParseOptions(explicit_schema=columns, unexpected_field_behavior="error")
    try:
        return reader.read_json(pa.BufferReader(lines), read, parse).select(columns.names)
    except pa.ArrowInvalid:
        # An object stands where the column has text.
        values = [_convert(json.loads(line), pa.struct(list(columns))) for line in lines.split(b"\n")[:-1]]
        return pa.Table.from_pylist(values, columns)


def _convert(value: Any, column: pa.DataType) -> Any:
    """A value of a line, converted to the type of its column."""
    if pa.types.is_struct(column):
        return {key: _convert(inner, column.field(key).type) for key, inner in value.items()}
    if pa.types.is_list(column):
        return [_convert(inner, column.value_type) for inner in value]
    return dump(value) if pa.types.is_string(column) and not isinstance(value, str) else value


def _column_type(shape: Any) -> pa.DataType:
    """The type of a column, from the annotation of a field."""
    origin, inside = get_origin(shape), get_args(shape)
    if origin is Annotated:
        # Text that holds JSON is text.
        return pa.string() if any(isinstance(each, _JSON) for each in inside[1:]) else _column_type(inside[0])
    if origin in (Union, UnionType):
        return _union([_column_type(each) for each in inside if each is not NoneType])
    if origin is Literal:
        return pa.string() if isinstance(inside[0], str) else pa.int64()
    if origin is list:
        return pa.list_(_column_type(inside[0]))
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        # The metadata that pydantic takes off a field are looked at too: `Json` is one.
        return pa.struct(
            [
                pa.field(field.alias or name, _column_type(Annotated[field.annotation, *field.metadata, None]))
                for name, field in shape.model_fields.items()
            ]
        )
    return {int: pa.int64(), bool: pa.bool_(), float: pa.float64()}.get(shape, pa.string())


def _union(types: list[pa.DataType]) -> pa.DataType:
    """One type for values of several types: a struct has the fields of all, in order of appearance."""
    if not all(pa.types.is_struct(each) for each in types):
        return types[0]
    fields: dict[str, pa.Field] = {}
    for each in types:
        for field in each:
            known = fields.get(field.name)
            merged = field if known is None else pa.field(field.name, _union([known.type, field.type]))
            fields[field.name] = merged
    return pa.struct(list(fields.values()))
