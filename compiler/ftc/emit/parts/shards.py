"""A job with many files in a folder. Each part is a pure function of the recipe and its number: whichever process
writes it, and however many times, it is the same file, and it appears complete or not at all.

Beside the parts, in `_ftc`, there is a record of each finished one. A run that is started again keeps the parts with a
record of the same job and makes the rest again. At the end the manifest is written and the records are removed.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

from pydantic import FailFast

from ftc.emit.file import write_file
from ftc.emit.manifest import PART, PARTS, SUFFIX, Manifest, OutputEntry, build_manifest, parse_manifest
from ftc.emit.parts.folder import ASIDE, OWN_FILES, Folder
from ftc.emit.parts.recipe import Recipe, Split
from ftc.emit.write import Discard, Progress, write
from ftc.records import BadRecord, Record, parse_record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftc.expand.plan.plan import Plan

MANIFEST = PARTS + SUFFIX
MARK = f"{ASIDE}/about.txt"
OURS = re.compile(r"part-\d{1,9}-of-\d{1,9}(\.validation)?\.(jsonl|parquet)|" + re.escape(MANIFEST))


class PartRecord(Record):
    """A finished part: its files, and the job that it belongs to."""

    job: str
    part: int
    outputs: Annotated[tuple[OutputEntry, ...], FailFast()]


Engine = Callable[[list[int]], Iterator[tuple[int, PartRecord | None]]]
"""Makes the parts with these numbers, in any order; None in place of a record where a conversation failed."""


def part_name(part: int, of: int, split: Split, suffix: str) -> str:
    return f"part-{part:05}-of-{of:05}{'.validation' if split == 'validation' else ''}{suffix}"


def write_part(folder: Folder, recipe: Recipe, plan: "Plan", part: int, progress: Progress) -> PartRecord:
    """Write a part and its record. FtcError where a conversation cannot be expressed; then nothing of it remains."""
    # A record must never exist beside a file that it does not describe.
    folder.remove(_record_name(part))
    outputs = []
    for stretch in recipe.stretches(plan):
        split, first, conversations = stretch.cut(part, recipe.parts)
        name = part_name(part, recipe.parts, split, recipe.suffix)
        with folder.open(name) as file:
            written = write_file(conversations, recipe.target_format, file, suffix=recipe.suffix, progress=progress)
        outputs.append(OutputEntry.of(Path(name), split, written, first))
    record = PartRecord(job=recipe.fingerprint, part=part, outputs=tuple(outputs))
    _save(folder, record)
    return record


class ForeignFolder(Exception):
    """The folder holds files named like parts that ftc did not put there; the message is the name of one."""


def write_all(
    folder: Folder, recipe: Recipe, plan: "Plan", engine: Engine, read: "Mapping[str, bytes]", files: Iterable[str],
    progress: Progress,
) -> Manifest:  # fmt: skip
    """Write the missing parts of a job. ForeignFolder where the folder belongs to something else."""
    known = _finished(folder, recipe, plan)
    for record in known.values():
        progress(sum(output.lines + output.skipped for output in record.outputs))
    missing = [part for part in range(recipe.parts) if part not in known]
    for part, made in engine(missing):
        known[part] = made or fail(recipe, plan, part)
    ordered = [known[part] for part in range(recipe.parts)]
    manifest = build_manifest(
        plan, [output for record in ordered for output in record.outputs], target=recipe.target, limit=recipe.limit,
        shuffle=recipe.shuffle, job=recipe.fingerprint, files=files, read=read,
    )  # fmt: skip
    if missing or MANIFEST not in folder.sizes():
        with folder.open(MANIFEST) as file:
            file.write(manifest.json_bytes())
    folder.tidy()
    return manifest


def fail(recipe: Recipe, plan: "Plan", part: int) -> NoReturn:
    """Raise the error of a worker again in this process: a diagnostic points into sources, and those are here."""
    for stretch in recipe.stretches(plan):
        write(stretch.cut(part, recipe.parts).conversations, recipe.target_format, Discard())
    raise RuntimeError(f"part {part} failed in a worker, and does not fail here")


def _finished(folder: Folder, recipe: Recipe, plan: "Plan") -> dict[int, PartRecord]:
    """The finished parts. Other files of ftc are removed from the folder: parts of another job, temporary files."""
    sizes = folder.sizes()
    ours = {name for name in sizes if OURS.fullmatch(name)}
    held = {name for name in sizes if OWN_FILES.fullmatch(name)}
    if ours and MANIFEST not in ours and MARK not in held:
        raise ForeignFolder(min(ours))
    if MANIFEST in ours and (before := _manifest(folder.read(MANIFEST))) is None:
        raise ForeignFolder(MANIFEST)
    if MANIFEST not in ours:
        before = None
    if not held:
        with folder.open(MARK) as file:
            file.write(b"ftc is writing the files of the folder above, or was interrupted: start it again.\n")
    found = _records(folder, held) if before is None or before.job != recipe.fingerprint else _records_of(before)
    known = {
        each.part: each
        for each in found
        if each.job == recipe.fingerprint and _fits(each, recipe, plan) and _is_present(each, sizes)
    }
    kept = {output.file for record in known.values() for output in record.outputs} | {MARK}
    kept |= {_record_name(part) for part in known}
    if len(known) == recipe.parts and before is not None:
        kept.add(MANIFEST)
    elif before is not None:
        # The manifest lists more than there is, so it is removed, once the records of the other parts are written.
        for record in known.values():
            _save(folder, record)
    for name in sorted((ours | held) - kept):
        folder.remove(name)
    return known


def _fits(record: PartRecord, recipe: Recipe, plan: "Plan") -> bool:
    """Whether a record has all files of this part of the job: anyone may have written it."""
    if not 0 <= record.part < recipe.parts:
        return False
    expected = [stretch.cut(record.part, recipe.parts) for stretch in recipe.stretches(plan)]
    return [(each.file, each.split, each.first, each.lines + each.skipped) for each in record.outputs] == [
        (part_name(record.part, recipe.parts, split, recipe.suffix), split, first, conversations.count)
        for split, first, conversations in expected
    ]


def _is_present(record: PartRecord, sizes: dict[str, int]) -> bool:
    return all(sizes.get(output.file) == output.bytes for output in record.outputs)


def _records(folder: Folder, held: set[str]) -> Iterator[PartRecord]:
    for name in sorted(held):
        if name.endswith(".json"):
            try:
                yield parse_record(folder.read(name), PartRecord)
            except (BadRecord, FileNotFoundError):
                continue


def _records_of(manifest: Manifest) -> Iterator[PartRecord]:
    """The records that a manifest was made from."""
    by_part: dict[int, list[OutputEntry]] = {}
    for output in manifest.outputs:
        # A name of any other form is not that of a part.
        if PART.match(output.file):
            by_part.setdefault(int(output.file.split("-")[1]), []).append(output)
    return (PartRecord(job=manifest.job or "", part=part, outputs=tuple(them)) for part, them in by_part.items())


def _manifest(data: bytes) -> Manifest | None:
    try:
        return parse_manifest(data)
    except BadRecord:
        return None


def _save(folder: Folder, record: PartRecord) -> None:
    with folder.open(_record_name(record.part)) as file:
        file.write(record.model_dump_json(exclude_none=True).encode())


def _record_name(part: int) -> str:
    return f"{ASIDE}/part-{part:05}.json"
