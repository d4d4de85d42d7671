"""One job as many files in a folder. Each part is a pure function of the recipe and its number: whoever writes it, and
however often, it is the same file, and it appears whole.

Beside the parts, in `_ftc`, stands a record of each that is finished. A run that starts again keeps what has a record
of this very job and makes the rest anew. When all are there the manifest is written and the records go.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

from pydantic import FailFast

from ftc import records
from ftc.emit.file import write_file
from ftc.emit.manifest import PART, PARTS, SUFFIX, Manifest, Output, made, of_bytes
from ftc.emit.parts.folder import ASIDE, HELD, Folder
from ftc.emit.parts.recipe import Recipe, Split
from ftc.emit.write import Progress, write
from ftc.records import BadRecord, parse_record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftc.expand.plan.plan import Plan

MANIFEST = PARTS + SUFFIX
MARK = f"{ASIDE}/about.txt"
OURS = re.compile(r"part-\d{1,9}-of-\d{1,9}(\.validation)?\.(jsonl|parquet)|" + re.escape(MANIFEST))


class Record(records.Record):
    """A finished part: what was written, and for which job."""

    job: str
    part: int
    outputs: Annotated[tuple[Output, ...], FailFast()]


Engine = Callable[[list[int]], Iterator[tuple[int, Record | None]]]
"""Makes the parts of these numbers, in any order; no record of one means that a conversation in it failed."""


def named(part: int, of: int, split: Split, suffix: str) -> str:
    return f"part-{part:05}-of-{of:05}{'.validation' if split == 'validation' else ''}{suffix}"


def write_part(folder: Folder, recipe: Recipe, plan: "Plan", part: int, progress: Progress) -> Record:
    """Write a part and its record. FtcError where a conversation cannot be expressed; then nothing is left of it."""
    # A record must never stand beside what it does not describe.
    folder.remove(_record_name(part))
    outputs = []
    for stretch in recipe.stretches(plan):
        split, first, conversations = stretch.cut(part, recipe.parts)
        name = named(part, recipe.parts, split, recipe.suffix)
        with folder.open(name) as file:
            written = write_file(conversations, recipe.to, file, suffix=recipe.suffix, progress=progress)
        outputs.append(Output.of(Path(name), split, written, first))
    record = Record(job=recipe.fingerprint, part=part, outputs=tuple(outputs))
    _keep(folder, record)
    return record


class ForeignFolder(Exception):
    """The folder holds files named like parts that ftc did not put there; the message is the name of one."""


def write_all(
    folder: Folder, recipe: Recipe, plan: "Plan", engine: Engine, read: "Mapping[str, bytes]", files: Iterable[str],
    progress: Progress,
) -> Manifest:  # fmt: skip
    """Write what is missing of a job. ForeignFolder where the folder is not for ftc to write in."""
    known = _found(folder, recipe, plan)
    for record in known.values():
        progress(sum(output.lines + output.skipped for output in record.outputs))
    missing = [part for part in range(recipe.parts) if part not in known]
    for part, made_part in engine(missing):
        known[part] = made_part or fail(recipe, plan, part)
    ordered = [known[part] for part in range(recipe.parts)]
    manifest = made(
        plan, [output for record in ordered for output in record.outputs], target=recipe.target, limit=recipe.limit,
        shuffle=recipe.shuffle, job=recipe.fingerprint, files=files, read=read,
    )  # fmt: skip
    if missing or MANIFEST not in folder.sizes():
        with folder.open(MANIFEST) as file:
            file.write(manifest.json_bytes())
    folder.tidy()
    return manifest


def fail(recipe: Recipe, plan: "Plan", part: int) -> NoReturn:
    """Fail here as the worker did there: a diagnostic points into sources, and those are here."""
    for stretch in recipe.stretches(plan):
        write(stretch.cut(part, recipe.parts).conversations, recipe.to, _Nowhere())
    raise RuntimeError(f"part {part} failed in a worker, and does not fail here")


class _Nowhere:
    def write(self, data: bytes, /) -> None:
        pass


def _found(folder: Folder, recipe: Recipe, plan: "Plan") -> dict[int, Record]:
    """The parts that are finished. Whatever else of ours is in the folder goes: parts of another job, files aside."""
    sizes = folder.sizes()
    ours = {name for name in sizes if OURS.fullmatch(name)}
    held = {name for name in sizes if HELD.fullmatch(name)}
    if ours and MANIFEST not in ours and MARK not in held:
        raise ForeignFolder(min(ours))
    if MANIFEST in ours and (before := _manifest(folder.read(MANIFEST))) is None:
        raise ForeignFolder(MANIFEST)
    if MANIFEST not in ours:
        before = None
    if not held:
        with folder.open(MARK) as file:
            file.write(b"ftc is writing the files of the folder above, or was interrupted: start it again.\n")
    records = _records(folder, held) if before is None or before.job != recipe.fingerprint else _from(before)
    known = {
        each.part: each
        for each in records
        if each.job == recipe.fingerprint and _fits(each, recipe, plan) and _there(each, sizes)
    }
    kept = {output.file for record in known.values() for output in record.outputs} | {MARK}
    kept |= {_record_name(part) for part in known}
    if len(known) == recipe.parts and before is not None:
        kept.add(MANIFEST)
    elif before is not None:
        # The manifest speaks of more than there is, so it goes, and what it says of the others is written down first.
        for record in known.values():
            _keep(folder, record)
    for name in sorted((ours | held) - kept):
        folder.remove(name)
    return known


def _fits(record: Record, recipe: Recipe, plan: "Plan") -> bool:
    """Whether a record is of all that this part of the job has: anyone may have written it."""
    if not 0 <= record.part < recipe.parts:
        return False
    wanted = [stretch.cut(record.part, recipe.parts) for stretch in recipe.stretches(plan)]
    return [(each.file, each.split, each.first, each.lines + each.skipped) for each in record.outputs] == [
        (named(record.part, recipe.parts, split, recipe.suffix), split, first, conversations.count)
        for split, first, conversations in wanted
    ]


def _there(record: Record, sizes: dict[str, int]) -> bool:
    return all(sizes.get(output.file) == output.bytes for output in record.outputs)


def _records(folder: Folder, held: set[str]) -> Iterator[Record]:
    for name in sorted(held):
        if name.endswith(".json"):
            try:
                yield parse_record(folder.read(name), Record)
            except (BadRecord, FileNotFoundError):
                continue


def _from(manifest: Manifest) -> Iterator[Record]:
    """The records that a manifest was made of."""
    by_part: dict[int, list[Output]] = {}
    for output in manifest.outputs:
        # One that names other files is of nobody's parts.
        if PART.match(output.file):
            by_part.setdefault(int(output.file.split("-")[1]), []).append(output)
    return (Record(job=manifest.job or "", part=part, outputs=tuple(them)) for part, them in by_part.items())


def _manifest(data: bytes) -> Manifest | None:
    try:
        return of_bytes(data)
    except BadRecord:
        return None


def _keep(folder: Folder, record: Record) -> None:
    with folder.open(_record_name(record.part)) as file:
        file.write(record.model_dump_json(exclude_none=True).encode())


def _record_name(part: int) -> str:
    return f"{ASIDE}/part-{part:05}.json"
