"""`dataset_info.json`, in which LLaMA-Factory looks up the data sets of a folder."""

import json
from collections.abc import Iterable
from pathlib import Path

from pydantic_core import from_json

from ftc.targets.target import Target

NAME = "dataset_info.json"


def merged(existing: bytes | None, outputs: Iterable[Path], target: Target) -> bytes | None:
    """The file with the outputs added and everything else as it was; None where it is something else."""
    try:
        entries = from_json(existing) if existing is not None else {}
    except ValueError:
        return None
    if not isinstance(entries, dict):
        return None
    for path in outputs:
        entries[path.stem] = {"file_name": path.name, **(target.dataset_info or {})}
    return (json.dumps(entries, ensure_ascii=False, indent=2) + "\n").encode()
