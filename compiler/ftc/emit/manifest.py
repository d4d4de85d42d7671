"""The manifest beside an output: what was written, from which sources, by which ftc; enough to trace a line back.

It contains the sources themselves, so that a line can be traced after they changed. It holds no time and no absolute
path: the same sources give the same bytes on any machine.
"""

import posixpath
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import FailFast, Field

from ftc.emit import dataset_info, version
from ftc.emit.parts.recipe import Split
from ftc.emit.write import WriteResult
from ftc.records import RATIO, SPARE, BadRecord, Record, compress, decompress, parse_record, read_record
from ftc.targets import TARGETS

if TYPE_CHECKING:
    from ftc.expand.plan.plan import Plan

__all__ = ["Manifest", "OutputEntry", "Split", "build_manifest", "manifest_path", "portable_names"]

SUFFIX = ".manifest.json"
PARTS = "part"
"""The parts of a job share one manifest, `part.manifest.json`."""
PART = re.compile(r"part-\d{1,9}-of-\d{1,9}")

DRIVE = re.compile(r"^([A-Za-z]):/")
"""The beginning of an absolute path on Windows."""

LIMIT = 256 << 20
"""The most bytes of a manifest: it contains the sources."""

Count = Annotated[int, Field(ge=0)]


class OutputEntry(Record):
    """A file that was written; `file` is its name beside the manifest. Where it is a part, `first` is the index in its
    split of the conversation that its first line could be of."""

    file: str
    split: Split
    first: Count | None = None
    lines: Count
    skipped: Count
    bytes: Count
    xxh3_128: str

    @classmethod
    def of(cls, path: Path, split: Split, written: WriteResult, first: int | None = None) -> "OutputEntry":
        return cls(
            file=path.name,
            split=split,
            first=first,
            lines=written.lines,
            skipped=written.skipped,
            bytes=written.bytes,
            xxh3_128=written.xxh3_128,
        )


class BlockEntry(Record):
    """A block of the plan, with the number of its conversations."""

    name: str
    kind: str
    source: str
    training: Count
    validation: Count
    formula: str


class SourceEntry(Record):
    """A file that was read: its text, or its bytes, compressed, where they are not UTF-8."""

    name: str
    xxh3_128: str
    text: str | None = None
    zlib_base64: str | None = None

    def data(self, most: int | None = None) -> bytes:
        """Its bytes, where they are not more than `most`; BadRecord where they are not what the digest says."""
        from xxhash import xxh3_128_hexdigest

        try:
            data = self.text.encode() if self.text is not None else decompress(b64decode(self.zlib_base64 or ""), most)
        except ValueError:
            raise BadRecord("what it holds packed is broken") from None
        if xxh3_128_hexdigest(data) != self.xxh3_128:
            raise BadRecord(f"{self.name} in it is not what its digest says")
        return data


class Manifest(Record):
    """`files` are the sources that were named, in order; `manifest` is the version of the format; `shuffle` is the seed
    of the order of the training lines, where that is not the order of the plan. `shard` is the number of this part
    (`3/10`), `job` the fingerprint of a job with many files."""

    manifest: Literal[1] = 1
    ftc: str
    target: str
    limit: Count | None = None
    shuffle: Count | None = None
    shard: str | None = None
    job: str | None = None
    files: Annotated[tuple[str, ...], FailFast()]
    outputs: Annotated[tuple[OutputEntry, ...], FailFast()]
    blocks: Annotated[tuple[BlockEntry, ...], FailFast()]
    sources: Annotated[tuple[SourceEntry, ...], FailFast()]

    @property
    def source_bytes(self) -> dict[str, bytes]:
        """The bytes of every source, by its name. BadRecord where they are incomplete."""
        left = SPARE + RATIO * sum(len(source.zlib_base64 or "") for source in self.sources)
        read: dict[str, bytes] = {}
        for source in self.sources:
            read[source.name] = source.data(left)
            left -= 0 if source.text is not None else len(read[source.name])
        if not self.files or not read.keys() >= set(self.files) or "-" in read:
            raise BadRecord("it names files that it does not hold")
        return read

    def json_bytes(self) -> bytes:
        return (self.model_dump_json(indent=2, exclude_none=True) + "\n").encode()


def build_manifest(
    plan: "Plan",
    outputs: Iterable[OutputEntry],
    *,
    target: str,
    limit: int | None,
    shuffle: int | None = None,
    shard: str | None = None,
    job: str | None = None,
    files: Iterable[str],
    read: Mapping[str, bytes],
) -> Manifest:
    """The manifest of a compilation. `files` are names of sources, as in `read`, the bytes of every file read."""
    names = portable_names(read)
    return Manifest(
        ftc=version.running(),
        target=target,
        limit=limit,
        shuffle=shuffle,
        shard=shard,
        job=job,
        files=tuple(names[file] for file in files),
        outputs=tuple(outputs),
        blocks=tuple(
            BlockEntry(
                name=block.name,
                kind=block.kind,
                source=f"{names[block.span.source.name]}:{block.span.line}",
                training=block.training.count,
                validation=block.validation.count,
                formula=block.formula,
            )
            for block in plan.blocks
        ),
        sources=tuple(_source_entry(names[name], data) for name, data in read.items()),
    )


def _source_entry(name: str, data: bytes) -> SourceEntry:
    from xxhash import xxh3_128_hexdigest

    digest = xxh3_128_hexdigest(data)
    try:
        return SourceEntry(name=name, xxh3_128=digest, text=data.decode())
    except UnicodeDecodeError:
        return SourceEntry(name=name, xxh3_128=digest, zlib_base64=b64encode(compress(data)).decode())


def portable_names(names: Iterable[str]) -> dict[str, str]:
    """The names, made independent of this machine.

    Files outside the working directory have absolute names; then all are named from the folder that contains them all.
    """
    portable = {name: name for name in names}
    files = [name for name in portable if not name.startswith("<")]
    here = Path.cwd()
    drives = bool(here.drive)
    if any(posixpath.isabs(name) or (drives and DRIVE.match(name)) for name in files):
        # As the loader names files: the folders that lead here may have names that are no text.
        folder = here.as_posix().encode(errors="backslashreplace").decode()
        full = {name: name if drives and DRIVE.match(name) else posixpath.join(folder, name) for name in files}
        if drives:
            # A drive counts as a folder, so that files on two drives have a folder that holds both.
            full = {name: DRIVE.sub(r"/\1/", path) for name, path in full.items()}
        top = posixpath.commonpath([posixpath.dirname(path) for path in full.values()])
        portable |= {name: posixpath.relpath(path, top) for name, path in full.items()}
    return portable


def manifest_path(output: Path) -> Path:
    """The manifest of an output: `knowledge.jsonl` and `knowledge.validation.jsonl` have `knowledge.manifest.json`."""
    stem = output.stem.removesuffix(".validation")
    return output.with_name((PARTS if PART.fullmatch(stem) else stem) + SUFFIX)


def companions(manifest: Path) -> "re.Pattern[str]":
    """The names of the files that are moved into place together with a manifest."""
    stem = re.escape(manifest.name.removesuffix(SUFFIX))
    names = (rf"{stem}(\.validation)?(\.[^./\\\0]*)?", re.escape(manifest.name), re.escape(dataset_info.NAME))
    return re.compile("|".join(names))


def read_manifest(path: Path) -> Manifest:
    """The manifest in a file. FileNotFoundError where there is no file; BadRecord where it is not a manifest."""
    return _checked(read_record(path, Manifest, LIMIT))


def parse_manifest(data: bytes) -> Manifest:
    """The manifest in some bytes; BadRecord where they are not a manifest."""
    return _checked(parse_record(data, Manifest))


def _checked(manifest: Manifest) -> Manifest:
    if manifest.target not in TARGETS:
        raise BadRecord("there is no such target")
    return manifest
