"""Records that ftc wrote to read again: manifests, job files, states, tuned models, journals. A stranger may have put
other files in their place.

All of them are read here: a plain file of a bounded size (`disk`), JSON of a bounded depth (pydantic's own parser stops
at 200 levels), in the shape and version of its model. Compressed data is measured while it is decompressed.
"""

import zlib
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import from_json

from ftc.disk import read_plain

LIMIT = 4 << 20
"""Bytes of a record, where the caller gives no limit."""
SMALL = 64 << 10
"""Bytes of one that is always small."""
SPARE, RATIO = 16 << 20, 8
"""Compressed data may decompress to `RATIO` times its size and `SPARE` bytes more."""


class Record(BaseModel):
    """The base of all records; an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class BadRecord(Exception):
    """A file is not the record that it should be; the message says why, to follow `:`."""


RecordType = TypeVar("RecordType", bound=BaseModel)


def read_record(path: Path, model: type[RecordType], limit: int = LIMIT) -> RecordType:
    """The record in a file. FileNotFoundError where there is no file; BadRecord where it holds no such record."""
    try:
        data = read_plain(path, limit)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise BadRecord((error.strerror or str(error)).lower()) from None
    return parse_record(data, model)


def parse_record(data: bytes, model: type[RecordType]) -> RecordType:
    """The record in some bytes; BadRecord where they hold none."""
    try:
        # In two steps: validation errors keep the value that they are about, and so share it.
        return model.model_validate(from_json(data))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(each) for each in first["loc"])
        raise BadRecord(f"{where}: {first['msg']}" if where else str(first["msg"])) from None
    except ValueError as error:
        raise BadRecord(f"it is no JSON: {error}") from None


def decompress(packed: bytes, most: int | None = None) -> bytes:
    """Data that zlib compressed; BadRecord where it is broken, or more than `most` bytes."""
    most = SPARE + RATIO * len(packed) if most is None else most
    stream = zlib.decompressobj()
    try:
        data = stream.decompress(packed, most + 1)
    except zlib.error:
        raise BadRecord("what it holds packed is broken") from None
    if len(data) > most:
        raise BadRecord(f"{len(packed):,} bytes in it unpack to more than {most:,}")
    if not stream.eof:
        raise BadRecord("what it holds packed is cut off")
    return data


def compress(data: bytes) -> bytes:
    """Data for `decompress`; stored as it is where that would not take the ratio."""
    small = zlib.compress(data)
    return small if len(data) <= RATIO * len(small) else zlib.compress(data, 0)
