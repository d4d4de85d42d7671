"""What ftc wrote down to read again: manifests, job files, states, tuned models, journals. Such a file may be anyone's.

One door for all of them: a plain file of a bounded size (`disk`), JSON that is not nested without end (pydantic's own
parser stops at 200 levels), in the shape and version of its model. What it unpacks is measured while it does.
"""

import zlib
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import from_json

from ftc.disk import read_plain

LIMIT = 4 << 20
"""Bytes of a record, where nothing else is said."""
SMALL = 64 << 10
"""Bytes of one that is always small."""
SPARE, RATIO = 16 << 20, 8
"""What is packed may unpack to `RATIO` times its size, all together, and `SPARE` bytes more."""


class Record(BaseModel):
    """The base of all that is written down; a key that is not known is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class BadRecord(Exception):
    """A file is not the record that it should be; the message says why, to follow `:`."""


One = TypeVar("One", bound=BaseModel)


def read_record(path: Path, model: type[One], limit: int = LIMIT) -> One:
    """The record in a file. FileNotFoundError where there is none; BadRecord where it cannot be taken for one."""
    try:
        data = read_plain(path, limit)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise BadRecord((error.strerror or str(error)).lower()) from None
    return parsed(data, model)


def parsed(data: bytes, model: type[One]) -> One:
    """The record that some bytes hold; BadRecord where they hold none."""
    try:
        # In two steps: a mistake keeps what it is about, and so all of them keep the same.
        return model.model_validate(from_json(data))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(each) for each in first["loc"])
        raise BadRecord(f"{where}: {first['msg']}" if where else str(first["msg"])) from None
    except ValueError as error:
        raise BadRecord(f"it is no JSON: {error}") from None


def unpacked(packed: bytes, most: int | None = None) -> bytes:
    """What zlib packed, measured while it is unpacked; BadRecord where it is broken, or more than `most` bytes."""
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


def packed(data: bytes) -> bytes:
    """What `unpacked` takes: hardly anything is packed so well that it has to stay as it is."""
    small = zlib.compress(data)
    return small if len(data) <= RATIO * len(small) else zlib.compress(data, 0)
