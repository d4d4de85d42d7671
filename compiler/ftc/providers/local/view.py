"""What of a model's folder is loaded: its data. The rest of the folder, code and pickles above all, is never reached.

The libraries are given a folder that holds nothing but links to those files, so no mistake of ours or theirs leads to
another. What is in the files can still name code: `guard` and `load` say no to that.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path

from pydantic_core import from_json

from ftc.disk import TooLarge, read_plain
from ftc.providers.provider import ProviderError

SETTINGS = ("*.json", "*.jinja", "*.model", "*.txt")
"""Settings, tokenizer and template."""
WEIGHTS = "*.safetensors"
"""The one form of weights (beside GGUF) that holds nothing but numbers: the others are pickles, which are programs."""
ADAPTERS = "adapter_*"
"""They would have a library fetch another model; ours are read by `adapter`."""
INDEX = "model.safetensors.index.json"
LIMIT = 512 << 20
"""Bytes of a file that is no weights; the largest tokenizers have a tenth of that."""


@contextmanager
def data_of(folder: Path, *, adapter: bool = False) -> Iterator[Path]:
    """A folder with the data of a model, while the context lasts. ProviderError where a file is not what it seems.
    With `adapter` it is the tokenizer and the weights of an adapter that are wanted."""
    with tempfile.TemporaryDirectory(prefix="ftc-model-") as place:
        view = Path(place)
        for path in sorted(folder.iterdir()):
            if path.name.endswith(".index.json") and path.name != INDEX:
                continue
            if any(fnmatch(path.name, each) for each in (*SETTINGS, WEIGHTS)) and (
                fnmatch(path.name, ADAPTERS) == (adapter and path.suffix == ".safetensors")
            ):
                link(path, view / path.name)
        if (view / INDEX).exists():
            _check_index(folder, view)
        yield view


def settings(folder: Path, name: str, shown: Path | None = None) -> dict[str, object]:
    """What a file of settings says; nothing where there is none. ProviderError where it is no object of JSON: of the
    folder that people know, if that is `shown`."""
    place = str(shown or folder)
    try:
        said = from_json(read_plain(folder / name, LIMIT))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ProviderError("E824", path=place, reason=f"its {name} cannot be read: {why}") from error
    if not isinstance(said, dict):
        raise ProviderError("E824", path=place, reason=f"its {name} is no object")
    return said


def link(path: Path, place: Path) -> None:
    """Of a hub's cache every file is a link itself, so what it leads to is asked."""
    if not path.is_file():
        raise ProviderError("E824", path=str(path), reason="it is no plain file")
    if not fnmatch(path.name, WEIGHTS) and path.stat().st_size > LIMIT:
        raise ProviderError("E824", path=str(path), reason=str(TooLarge(path, LIMIT).strerror))
    real = os.path.realpath(path)
    try:
        place.symlink_to(real)
    except OSError:
        # Not everyone may make links on Windows.
        try:
            os.link(real, place)
        except OSError:
            shutil.copyfile(real, place)


def _check_index(folder: Path, view: Path) -> None:
    """The parts of the weights are files of the folder, and no pickles."""
    parts = settings(view, INDEX, folder).get("weight_map")
    names = set(map(str, parts.values())) if isinstance(parts, dict) else {""}
    if any(not fnmatch(name, WEIGHTS) or not (view / Path(name).name).exists() or "/" in name for name in names):
        raise ProviderError(
            "E824", path=str(folder), reason=f"its {INDEX} names weights that are not there as {WEIGHTS}"
        )
