"""From a line of an output back to the manifest that knows it; the caller compiles anew what made the line."""

from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ftc.diagnostics import Diagnostic
from ftc.emit.file import PARQUET
from ftc.emit.manifest import Manifest, Output, beside


@dataclass(frozen=True, slots=True)
class Located:
    """A line of an output. `unchanged` says whether the file still is what was written; `line` is None where it is the
    row of a table, which is not read."""

    manifest: Manifest
    output: Output
    number: int
    line: bytes | None
    unchanged: bool


def locate(path: Path, number: int) -> Located | Diagnostic:
    """Line `number` (from 1) of an output that has a manifest beside it. OSError where the file cannot be read."""
    from pydantic import ValidationError
    from xxhash import xxh3_128

    with path.open("rb") as file:
        line = next(islice(file, number - 1, None), None)
        file.seek(0)
        digest, lines = xxh3_128(), 0
        while chunk := file.read(1 << 20):
            digest.update(chunk)
            lines += chunk.count(b"\n")
    record = beside(path)
    if not record.is_file():
        return Diagnostic("E704", None, {"path": str(path), "manifest": record.name})
    try:
        manifest = Manifest.model_validate_json(record.read_bytes())
    except ValidationError:
        return Diagnostic("E705", None, {"manifest": str(record)})
    output = next((each for each in manifest.outputs if each.file == path.name), None)
    if output is None:
        return Diagnostic("E706", None, {"path": path.name, "manifest": str(record)})
    if path.suffix == PARQUET:
        line, lines = None, output.lines
    if (line is None and path.suffix != PARQUET) or number > output.lines:
        return Diagnostic("E707", None, {"path": str(path), "line": number, "lines": min(lines, output.lines)})
    return Located(manifest, output, number, line, digest.hexdigest() == output.xxh3_128)
