"""The parts that several processes write, put together again: byte for byte the files that one process would write."""

import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ftc.emit.file import Filed
from ftc.emit.parts import pool
from ftc.emit.parts.recipe import Recipe, Remake, Split
from ftc.emit.parts.shards import fail
from ftc.emit.write import Progress, Sink, Written

if TYPE_CHECKING:
    from ftc.expand.plan.plan import Plan

ROWS = 250_000
"""A part is of so many conversations at most: some dozen megabytes that wait on the disk."""


def parts(rows: int, jobs: int) -> int:
    """Into how many a job is cut: enough that no process is long without work at the end."""
    return max(1, min(rows, jobs * 4), -(-rows // ROWS))


def write_joined(
    recipe: Recipe,
    plan: "Plan",
    remake: Remake,
    sinks: Mapping[Split, tuple[Sink, str]],
    *,
    jobs: int,
    aside: Path,
    progress: Progress,
) -> list[Written]:
    """Write each split into its sink, as a file of its suffix; `aside` is a folder that is there only meanwhile."""
    rows = sum(stretch.conversations.count for stretch in recipe.stretches(plan))
    recipe = replace(recipe, parts=parts(rows, jobs), suffix=".jsonl")
    files = {split: Filed(sink, recipe.to, suffix) for split, (sink, suffix) in sinks.items()}
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


def _move(part: Path, into: Filed) -> None:
    # Not by the system alone: the digest of the whole wants to see every byte.
    with part.open("rb") as file:
        while chunk := file.read(1 << 20):
            into.write(chunk)
    part.unlink()
