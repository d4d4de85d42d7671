"""From a line of an output to its manifest; the caller compiles the sources in it again to find what made the line."""

from dataclasses import dataclass
from pathlib import Path

from ftc.diagnostics import Diagnostic
from ftc.disk import open_plain
from ftc.emit.file import PARQUET
from ftc.emit.manifest import Manifest, OutputEntry, companions, manifest_path, read_manifest
from ftc.emit.staged import TornFiles, finish_moves
from ftc.records import BadRecord

LONGEST = 64 << 20
"""The most bytes of a line that are read."""


@dataclass(frozen=True, slots=True)
class TracedLine:
    """A line of an output. `unchanged` says whether the file is still as it was written; `line` is without its line
    end, and None where it is the row of a table, which is not read."""

    manifest: Manifest
    output: OutputEntry
    number: int
    line: bytes | None
    unchanged: bool


def locate(path: Path, number: int) -> TracedLine | Diagnostic:
    """Line `number` (from 1) of an output that has a manifest beside it. OSError where the file cannot be read."""
    record = manifest_path(path)
    try:
        finish_moves(record, companions(record))
    except TornFiles as torn:
        return Diagnostic("E727", None, {"path": str(torn.path), "reason": torn.why})
    lines, line, digest = _scan(path, number)
    try:
        manifest = read_manifest(record)
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
    return TracedLine(manifest, output, number, line, digest == output.xxh3_128)


def _scan(path: Path, number: int) -> tuple[int, bytes | None, str]:
    """The number of lines of a file, one of them (cut where it is too long to be ours), and the digest of the file. It
    is read once and in pieces, however long its lines are."""
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
