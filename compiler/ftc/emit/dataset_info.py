"""`dataset_info.json`, the file by which LLaMA-Factory knows the data sets of a folder."""

import json
from collections.abc import Iterable
from pathlib import Path

from pydantic_core import from_json

from ftc.targets.target import Target

NAME = "dataset_info.json"


def merged(existing: bytes | None, outputs: Iterable[Path], target: Target) -> bytes | None:
    """The file with the outputs in it and everything else as it was; None where what stands there is something else."""
    try:
        known = from_json(existing) if existing is not None else {}
    except ValueError:
        return None
    if not isinstance(known, dict):
        return None
    for path in outputs:
        known[path.stem] = {"file_name": path.name, **(target.dataset_info or {})}
    return (json.dumps(known, ensure_ascii=False, indent=2) + "\n").encode()
