"""From a line of an output back to the manifest that knows it; the caller compiles anew what made the line."""

from dataclasses import dataclass
from pathlib import Path

from ftc.diagnostics import Diagnostic
from ftc.disk import open_plain
from ftc.emit.file import PARQUET
from ftc.emit.manifest import Manifest, Output, beside, known, together
from ftc.emit.staged import Torn, settle
from ftc.records import BadRecord

LONGEST = 64 << 20
"""Bytes of a line that are looked at."""


@dataclass(frozen=True, slots=True)
class Located:
    """A line of an output. `unchanged` says whether the file still is what was written; `line` has no
    end, and is None where it is the row of a table, which is not read."""

    manifest: Manifest
    output: Output
    number: int
    line: bytes | None
    unchanged: bool


def locate(path: Path, number: int) -> Located | Diagnostic:
    """Line `number` (from 1) of an output that has a manifest beside it. OSError where the file cannot be read."""
    record = beside(path)
    try:
        settle(record, together(record))
    except Torn as torn:
        return Diagnostic("E727", None, {"path": str(torn.path), "reason": torn.why})
    lines, line, digest = _looked(path, number)
    try:
        manifest = known(record)
    except FileNotFoundError:
        return Diagnostic("E704", None, {"path": str(path), "manifest": record.name})
    except BadRecord as bad:
        return Diagnostic("E705", None, {"manifest": str(record), "reason": str(bad)})
    output = next((each for each in manifest.outputs if each.file == path.name), None)
    if output is None:
        return Diagnostic("E706", None, {"path": path.name, "manifest": str(record)})
    if path.suffix == PARQUET:
        line, lines = None, output.lines
    if (line is None and path.suffix != PARQUET) or number > output.lines:
        return Diagnostic("E707", None, {"path": str(path), "line": number, "lines": min(lines, output.lines)})
    return Located(manifest, output, number, line, digest == output.xxh3_128)


def _looked(path: Path, number: int) -> tuple[int, bytes | None, str]:
    """How many lines a file has, one of them (the beginning of one that is too long to be ours), and its digest. It is
    read once and in pieces, however long its lines are."""
    from xxhash import xxh3_128

    digest, before, line = xxh3_128(), 0, b""
    with open_plain(path) as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
            ends = chunk.count(b"\n")
            if before < number <= before + ends + 1 and len(line) < LONGEST:
                # Behind the last end in it stands the beginning of the next line.
                line += chunk.split(b"\n", number - before)[number - before - 1]
            before += ends
    return before, line if line or number <= before else None, digest.hexdigest()
