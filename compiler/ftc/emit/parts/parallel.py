"""Writing with several processes into the same files that one process would write, byte for byte."""

import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ftc.emit.file import PARQUET, ROW_LINES, FileSink
from ftc.emit.parts import pool
from ftc.emit.parts.recipe import Recipe, Remake, Split
from ftc.emit.parts.shards import fail
from ftc.emit.write import Progress, Sink, WriteResult

if TYPE_CHECKING:
    from ftc.expand.plan.plan import Plan

ROWS = 250_000
"""Conversations in a part, at most: some dozen megabytes that wait on the disk."""


def part_count(rows: int, jobs: int) -> int:
    """The number of parts of a job: enough that no process is idle for long at the end."""
    return max(1, min(rows, jobs * 4), -(-rows // ROWS))


def write_parallel(
    recipe: Recipe,
    plan: "Plan",
    remake: Remake,
    sinks: Mapping[Split, tuple[Sink, str]],
    *,
    jobs: int,
    aside: Path,
    progress: Progress,
) -> list[WriteResult]:
    """Write each split into its sink, as a file of its suffix; `aside` is a temporary folder."""
    rows = sum(stretch.conversations.count for stretch in recipe.stretches(plan))
    recipe = replace(recipe, parts=part_count(rows, jobs), suffix=part_suffix(sinks))
    files = {split: FileSink(sink, recipe.target_format, suffix) for split, (sink, suffix) in sinks.items()}
    totals = dict.fromkeys(files, (0, 0))
    numbers = list(range(recipe.parts))
    if aside.is_symlink():
        aside.unlink()
    try:
        for part, record in pool.run(numbers, recipe, remake, str(aside), jobs=jobs, progress=progress, ahead=3 * jobs):
            if record is None:
                fail(recipe, plan, part)
            for output in record.outputs:
                _move(aside / output.file, files[output.split])
                lines, skipped = totals[output.split]
                totals[output.split] = lines + output.lines, skipped + output.skipped
    finally:
        with suppress(FileNotFoundError):
            shutil.rmtree(aside)
    return [file.close(*totals[split]) for split, file in files.items()]


def part_suffix(sinks: Mapping[Split, tuple[Sink, str]]) -> str:
    """The kind of lines in the parts: those of tables are put together before they become rows."""
    return ROW_LINES if any(suffix == PARQUET for _, suffix in sinks.values()) else ".jsonl"


def _move(part: Path, into: FileSink) -> None:
    # The system could copy the file, but the digest of the whole needs every byte.
    with part.open("rb") as file:
        while chunk := file.read(1 << 20):
            into.write(chunk)
    part.unlink()
