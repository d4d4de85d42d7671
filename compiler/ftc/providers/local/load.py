"""Loads a model into memory: weights, tokenizer and chat template, with an adapter of ours merged into its base."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from ftc.providers.local import adapter
from ftc.providers.local.data_view import data_view
from ftc.providers.local.library import line, no_input, no_panic, quiet
from ftc.providers.local.resolve import ResolvedModel, fingerprint, resolve
from ftc.providers.local.settings_check import check_settings
from ftc.providers.provider import ProviderError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model in memory. `folder` is where it came from, `window` the number of tokens that it can read. (`Any`: the
    types of transformers exist only with the extra.)"""

    name: str
    folder: Path
    model: Any
    tokenizer: Any
    window: int


@dataclass(frozen=True, slots=True)
class LoadedTokenizer:
    """A tokenizer with its chat template, and the number of tokens that its model can read."""

    tokenizer: Any
    window: int


DEEPEST = 8
"""The longest chain of tuned models, each the base of the next."""


def load(name: str) -> LoadedModel:
    """The model of a name, on the graphics card if there is one; ProviderError where it cannot be loaded."""
    with no_input():
        return _load(name, ())


def load_tokenizer(name: str) -> LoadedTokenizer | None:
    """The tokenizer that `load` would give the model of a name, without its weights. None where the model would have to
    be fetched or converted first; ProviderError where it cannot be loaded."""
    with no_input():
        return _tokenizer_of(name, ())


def _load(name: str, stacked: tuple[str, ...]) -> LoadedModel:
    """`stacked` are the folders of the tuned models that have this one as their base."""
    found = resolve(name)
    quiet()
    return _merged(found, stacked) if found.tuned else _plain(found)


def _tokenizer_of(name: str, stacked: tuple[str, ...]) -> LoadedTokenizer | None:
    found = resolve(name)
    folder = found.here()
    if folder is None:
        return None
    quiet()
    if found.tuned is None:
        with data_view(folder) as view:
            return _read_tokenizer(view, folder, found.name)
    base = _on_base(found, folder, stacked, _tokenizer_of)
    if base is None:
        return None
    with data_view(folder, adapter=True) as view:
        check_settings(view, folder, found.name)
        return LoadedTokenizer(_own_tokenizer(view, folder, found.name), base.window)


def device() -> str:
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def halve(model: Any) -> None:
    """Convert the weights of a model to half precision, where the processor multiplies such numbers faster. Other
    numbers (the angles of positions) keep full precision."""
    import torch

    known: dict[str, object] = getattr(torch.cpu, "get_capabilities", dict)()
    if device() != "cpu" or not (known.get("avx512_bf16") or known.get("amx_bf16")):
        return
    for weight in model.parameters():
        weight.data = weight.data.to(torch.bfloat16)


def _plain(found: ResolvedModel) -> LoadedModel:
    import torch
    from transformers import AutoModelForCausalLM

    if found.settings is not None and found.here() is None:
        # Whether it can be spoken to is known before gigabytes are fetched.
        settings = found.settings()
        with data_view(settings, weights=False) as view:
            _read_tokenizer(view, settings, found.name)
    folder = found.fetch()
    # Half precision is slow on most processors; on a graphics card the weights keep their own.
    dtype = "auto" if device() == "cuda" else torch.float32
    with data_view(folder) as view:
        read = _read_tokenizer(view, folder, found.name)
        with _loading(view, folder, found.name):
            model = AutoModelForCausalLM.from_pretrained(
                view, dtype=dtype, use_safetensors=True, trust_remote_code=False
            ).to(device())
    _set_origin(folder, model, read.tokenizer)
    return LoadedModel(found.name, folder, model.eval(), read.tokenizer, read.window)


def _merged(found: ResolvedModel, stacked: tuple[str, ...]) -> LoadedModel:
    from peft import PeftModel

    assert found.tuned is not None
    folder = found.fetch()
    base = _on_base(found, folder, stacked, _load)
    if fingerprint(base.folder) != found.tuned.base_fingerprint:
        raise ProviderError("E827", name=found.name, base=found.tuned.base, why="its weights are others by now")
    config = adapter.config(folder)
    with data_view(folder, adapter=True) as view:
        check_settings(view, folder, found.name)
        with _loading(view, folder, found.name):
            # With our own settings, none of the folder are read.
            model = PeftModel.from_pretrained(base.model, str(view), config=config).merge_and_unload()
        tokenizer = _own_tokenizer(view, folder, found.name)
    _set_origin(folder, model, tokenizer)
    return LoadedModel(found.name, folder, model.eval(), tokenizer, base.window)


def _on_base(
    found: ResolvedModel, folder: Path, stacked: tuple[str, ...], read: Callable[[str, tuple[str, ...]], T]
) -> T:
    """What is read of the base that a tuned model stands on; E827 where that cannot be."""
    assert found.tuned is not None
    real = os.path.realpath(folder)
    try:
        if real in stacked or len(stacked) == DEEPEST:
            why = "it is its own base" if real in stacked else f"more than {DEEPEST} models stand on one another"
            raise ProviderError("E824", path=str(folder), reason=why)
        return read(found.tuned.base, (*stacked, real))
    except ProviderError as error:
        raise ProviderError("E827", name=found.name, base=found.tuned.base, why=_message(error)) from error


def _read_tokenizer(view: Path, folder: Path, name: str) -> LoadedTokenizer:
    """The tokenizer of a plain model, once its settings are checked."""
    from transformers import AutoConfig

    check_settings(view, folder, name)
    tokenizer = _own_tokenizer(view, folder, name)
    with _loading(view, folder, name):
        config = AutoConfig.from_pretrained(view, trust_remote_code=False)
        window = int(getattr(config.get_text_config(), "max_position_embeddings", None) or 2**31)
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return LoadedTokenizer(tokenizer, window)


def _own_tokenizer(view: Path, folder: Path, name: str) -> Any:
    """The tokenizer in a folder; E826 where it has no chat template."""
    from transformers import AutoTokenizer

    with _loading(view, folder, name):
        tokenizer = AutoTokenizer.from_pretrained(view, trust_remote_code=False)
        if not getattr(tokenizer, "chat_template", None):
            raise ProviderError("E826", name=name)
        tokenizer("?", add_special_tokens=False)
    return tokenizer


@contextmanager
def _loading(view: Path, folder: Path, name: str) -> Iterator[None]:
    """A context in which whatever a library says of a broken folder is a ProviderError."""
    try:
        with no_panic():
            yield
    except ProviderError:
        raise
    except Exception as error:  # transformers and peft raise many kinds of exceptions for a broken folder
        raise _load_error(error, view, folder, name) from error


def _load_error(error: Exception, view: Path, folder: Path, name: str) -> ProviderError:
    """The diagnostic error of a model that could not be loaded."""
    if "trust_remote_code" in str(error):
        return ProviderError("E835", name=name)
    return ProviderError("E824", path=str(folder), reason=line(error).replace(str(view), str(folder)))


def _set_origin(folder: Path, model: Any, tokenizer: Any) -> None:
    """Record the folder that they came from, not the view of it, which is temporary."""
    model.name_or_path = model.config._name_or_path = tokenizer.name_or_path = str(folder)


def _message(error: ProviderError) -> str:
    from ftc.wording import worded

    return worded(error.diagnostics[0]).message.rstrip(".")
