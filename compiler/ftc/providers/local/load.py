"""Loads a model into memory: weights, tokenizer and chat template, with an adapter of ours merged into its base."""

import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ftc.providers.local import adapter
from ftc.providers.local.data_view import data_view
from ftc.providers.local.library import line, no_input, no_panic, quiet
from ftc.providers.local.resolve import ResolvedModel, fingerprint, resolve
from ftc.providers.local.settings_check import check_settings
from ftc.providers.provider import ProviderError

log = logging.getLogger("ftc.providers.local")


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model in memory. `folder` is where it came from, `window` the number of tokens that it can read. (`Any`: the
    types of transformers exist only with the extra.)"""

    name: str
    folder: Path
    model: Any
    tokenizer: Any
    window: int


DEEPEST = 8
"""The longest chain of tuned models, each the base of the next."""


def load(name: str) -> LoadedModel:
    """The model of a name, on the graphics card if there is one; ProviderError where it cannot be loaded."""
    with no_input():
        return _load(name, ())


def _load(name: str, stacked: tuple[str, ...]) -> LoadedModel:
    """`stacked` are the folders of the tuned models that have this one as their base."""
    found = resolve(name)
    quiet()
    loaded = _merged(found, stacked) if found.tuned else _plain(found)
    if not getattr(loaded.tokenizer, "chat_template", None):
        raise ProviderError("E826", name=name)
    return loaded


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
    from transformers import AutoModelForCausalLM, AutoTokenizer

    folder = found.fetch()
    # Half precision is slow on most processors; on a graphics card the weights keep their own.
    dtype = "auto" if device() == "cuda" else torch.float32
    with data_view(folder) as view:
        check_settings(view, folder, found.name)
        try:
            with no_panic():
                tokenizer = AutoTokenizer.from_pretrained(view, trust_remote_code=False)
                if not getattr(tokenizer, "chat_template", None):
                    raise ProviderError("E826", name=found.name)
                model = AutoModelForCausalLM.from_pretrained(
                    view, dtype=dtype, use_safetensors=True, trust_remote_code=False
                ).to(device())
                if tokenizer.pad_token is None:
                    tokenizer.pad_token = tokenizer.eos_token
                tokenizer("?", add_special_tokens=False)
            window = int(getattr(model.config.get_text_config(), "max_position_embeddings", None) or 2**31)
        except ProviderError:
            raise
        except Exception as error:  # transformers raises many kinds of exceptions for a broken folder
            raise _load_error(error, view, folder, found.name) from error
    _set_origin(folder, model, tokenizer)
    return LoadedModel(found.name, folder, model.eval(), tokenizer, window)


def _merged(found: ResolvedModel, stacked: tuple[str, ...]) -> LoadedModel:
    from peft import PeftModel
    from transformers import AutoTokenizer

    assert found.tuned is not None
    folder = found.fetch()
    real = os.path.realpath(folder)
    try:
        if real in stacked or len(stacked) == DEEPEST:
            why = "it is its own base" if real in stacked else f"more than {DEEPEST} models stand on one another"
            raise ProviderError("E824", path=str(folder), reason=why)
        base = _load(found.tuned.base, (*stacked, real))
    except ProviderError as error:
        raise ProviderError("E827", name=found.name, base=found.tuned.base, why=_message(error)) from error
    if fingerprint(base.folder) != found.tuned.base_fingerprint:
        raise ProviderError("E827", name=found.name, base=found.tuned.base, why="its weights are others by now")
    config = adapter.config(folder)
    with data_view(folder, adapter=True) as view:
        check_settings(view, folder, found.name)
        try:
            with no_panic():
                # With our own settings, none of the folder are read.
                model = PeftModel.from_pretrained(base.model, str(view), config=config).merge_and_unload()
                tokenizer = AutoTokenizer.from_pretrained(view, trust_remote_code=False)
                tokenizer("?", add_special_tokens=False)
        except Exception as error:  # and so does peft
            raise _load_error(error, view, folder, found.name) from error
    _set_origin(folder, model, tokenizer)
    return LoadedModel(found.name, folder, model.eval(), tokenizer, base.window)


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
