"""Lines as the rows of a parquet file: the keys of a line are its columns, and what a line leaves out is null.

The columns come from the model of the target's lines, so every file of a target has the same ones, whatever it holds.
An object that may leave keys out, or whose keys depend on the data (a message, the parameters of a tool, the arguments
of a call), is of Arrow's JSON type: in any other, a message would come back with a null for all that other messages
have, which a chat template takes for something said. `datasets` reads JSON as the object that it is, other readers as
text. Rows are written in groups as they come, so memory holds one group; a group ends at a fixed number of bytes, so
the same lines give the same file.
"""

import json
from dataclasses import replace
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, cast, get_args, get_origin

import pyarrow as pa
import pyarrow.json as reader
import pyarrow.parquet as parquet
from pydantic import BaseModel, Json

from ftc.expand.conversation import Conversation
from ftc.targets.target import Target, dump, encode

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from ftc.emit.file import DigestingFile

GROUP = 32 << 20
"""Bytes of lines after which a group of rows ends, with the line that reaches them."""


class ParquetSink:
    """A sink for the lines of `as_rows`, which writes them as the rows of a parquet file."""

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
        self._writer.write_table(_table(lines, self._schema), row_group_size=lines.count(b"\n"))


# What pydantic puts beside a type where a text holds JSON.
_JSON: type = cast(type, Json)


def schema(target: Target) -> pa.Schema:
    """The columns of a target's lines."""
    fields = target.model().model_fields
    return pa.schema(
        [pa.field(field.alias or name, _column_type(_annotation(field))) for name, field in fields.items()]
    )


def as_rows(target: Target) -> Target:
    """The target with lines as `ParquetSink` reads them: JSON stands in them as text."""
    types = {column.name: column.type for column in schema(target)}

    def line(conversation: Conversation) -> bytes:
        said = json.loads(target.line(conversation))
        return encode({name: _stored(value, types[name]) for name, value in said.items()})

    return replace(target, line=line)


def _table(lines: bytes, columns: pa.Schema) -> pa.Table:
    """A table with a row for each line."""
    texts = pa.schema([column.with_type(_storage(column.type)) for column in columns])
    read = reader.ReadOptions(use_threads=False, block_size=len(lines) + 1)
    parse = reader.ParseOptions(explicit_schema=texts, unexpected_field_behavior="error")
    return reader.read_json(pa.BufferReader(lines), read, parse).select(columns.names).cast(columns)


def _storage(column: pa.DataType) -> pa.DataType:
    """The type of a column with texts in place of JSON."""
    if pa.types.is_struct(column):
        return pa.struct([field.with_type(_storage(field.type)) for field in column])
    if pa.types.is_list(column):
        return pa.list_(_storage(column.value_type))
    return column.storage_type if isinstance(column, pa.JsonType) else column


def _stored(value: Any, column: pa.DataType) -> Any:
    """A value of a line, with JSON as text where its column is of that."""
    if isinstance(column, pa.JsonType):
        return dump(value)
    if pa.types.is_list(column):
        return [_stored(each, column.value_type) for each in value]
    if pa.types.is_struct(column):
        return {key: _stored(each, column.field(key).type) for key, each in value.items()}
    return value


def _column_type(shape: Any) -> pa.DataType:
    """The type of a column, from the annotation of a field."""
    origin, inside = get_origin(shape), get_args(shape)
    if origin is Annotated:
        # Text that holds JSON is text.
        return pa.string() if any(isinstance(each, _JSON) for each in inside[1:]) else _column_type(inside[0])
    if origin in (Union, UnionType):
        kinds = {_column_type(each) for each in inside if each is not NoneType}
        return kinds.pop() if len(kinds) == 1 else pa.json_()
    if origin is Literal:
        return pa.string() if isinstance(inside[0], str) else pa.int64()
    if origin is list:
        return pa.list_(_column_type(inside[0]))
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        fields = shape.model_fields
        if not all(field.is_required() for field in fields.values()):
            return pa.json_()
        return pa.struct([pa.field(f.alias or name, _column_type(_annotation(f))) for name, f in fields.items()])
    return _PLAIN.get(shape, pa.json_())


_PLAIN = {str: pa.string(), int: pa.int64(), bool: pa.bool_(), float: pa.float64()}


def _annotation(field: "FieldInfo") -> Any:
    """The annotation of a field, with the metadata that pydantic takes off it: `Json` is one."""
    return Annotated[field.annotation, *field.metadata, None]
