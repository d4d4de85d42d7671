"""A view of a model's folder with its data only. The other files, code and pickles above all, are never reached.

The libraries are given a folder of links to those files, so that no mistake of ours or theirs leads to another. The
files themselves can still name code: `settings_check` and `load` refuse that.
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
"""The one format of weights (beside GGUF) that holds only numbers: the others are pickles, which are programs."""
ADAPTERS = "adapter_*"
"""These would make a library fetch another model; ours are read by `adapter`."""
INDEX = "model.safetensors.index.json"
LIMIT = 512 << 20
"""The most bytes of a file other than weights; the largest tokenizers have a tenth of that."""


@contextmanager
def data_view(folder: Path, *, adapter: bool = False, weights: bool = True) -> Iterator[Path]:
    """A context with a folder of the data of a model. ProviderError where a file is not plain. With `adapter` it has
    the tokenizer and the weights of an adapter; without `weights` it has none, and they may be missing."""
    with tempfile.TemporaryDirectory(prefix="ftc-model-") as place:
        view = Path(place)
        for path in sorted(folder.iterdir()):
            if path.name.endswith(".index.json") and (path.name != INDEX or not weights):
                continue
            if any(fnmatch(path.name, each) for each in (*SETTINGS, *([WEIGHTS] if weights else []))) and (
                fnmatch(path.name, ADAPTERS) == (adapter and path.suffix == ".safetensors")
            ):
                link(path, view / path.name)
        if (view / INDEX).exists():
            _check_index(folder, view)
        yield view


def read_settings(folder: Path, name: str, shown: Path | None = None) -> dict[str, object]:
    """The contents of a settings file; empty where there is none. ProviderError where it is not a JSON object; it names
    the folder `shown`, if given."""
    place = str(shown or folder)
    try:
        value = from_json(read_plain(folder / name, LIMIT))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ProviderError("E824", path=place, reason=f"its {name} cannot be read: {why}") from error
    if not isinstance(value, dict):
        raise ProviderError("E824", path=place, reason=f"its {name} is no object")
    return value


def link(path: Path, place: Path) -> None:
    """Link to a file. In a hub's cache every file is a link itself, so the file that it leads to is checked."""
    if not path.is_file():
        raise ProviderError("E824", path=str(path), reason="it is no plain file")
    if not fnmatch(path.name, WEIGHTS) and path.stat().st_size > LIMIT:
        raise ProviderError("E824", path=str(path), reason=str(TooLarge(path, LIMIT).strerror))
    real = os.path.realpath(path)
    try:
        place.symlink_to(real)
    except OSError:
        # On Windows not every user may create links.
        try:
            os.link(real, place)
        except OSError:
            shutil.copyfile(real, place)


def _check_index(folder: Path, view: Path) -> None:
    """ProviderError where the index names weights that are not files of the folder, or are pickles."""
    parts = read_settings(view, INDEX, folder).get("weight_map")
    names = set(map(str, parts.values())) if isinstance(parts, dict) else {""}
    if any(not fnmatch(name, WEIGHTS) or not (view / Path(name).name).exists() or "/" in name for name in names):
        raise ProviderError(
            "E824", path=str(folder), reason=f"its {INDEX} names weights that are not there as {WEIGHTS}"
        )
