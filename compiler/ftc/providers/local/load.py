"""A model of this machine in memory: weights, tokenizer and chat template, an adapter of ours merged into its base."""

import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ftc.providers.local import adapter
from ftc.providers.local.guard import guard
from ftc.providers.local.library import line, no_input, no_panic, quiet
from ftc.providers.local.resolve import Found, fingerprint, resolve
from ftc.providers.local.view import data_of
from ftc.providers.provider import ProviderError

log = logging.getLogger("ftc.providers.local")


@dataclass(frozen=True, slots=True)
class Loaded:
    """`folder` is where it came from, `window` how many tokens it can read. (`Any`: the types of transformers are there
    only with the extra.)"""

    name: str
    folder: Path
    model: Any
    tokenizer: Any
    window: int


DEEPEST = 8
"""Tuned models that stand on one another."""


def load(name: str) -> Loaded:
    """The model of a name, on the graphics card if there is one; ProviderError where it cannot be had."""
    with no_input():
        return _load(name, ())


def _load(name: str, above: tuple[str, ...]) -> Loaded:
    """`above` are the folders of the tuned models that stand on this one."""
    found = resolve(name)
    quiet()
    loaded = _merged(found, above) if found.tuned else _plain(found)
    if not getattr(loaded.tokenizer, "chat_template", None):
        raise ProviderError("E826", name=name)
    return loaded


def device() -> str:
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def halve(model: Any) -> None:
    """Keep the weights of a model in half precision, where the processor multiplies such numbers faster. What is no
    weight (the angles of positions) stays whole."""
    import torch

    known: dict[str, object] = getattr(torch.cpu, "get_capabilities", dict)()
    if device() != "cpu" or not (known.get("avx512_bf16") or known.get("amx_bf16")):
        return
    for weight in model.parameters():
        weight.data = weight.data.to(torch.bfloat16)


def _plain(found: Found) -> Loaded:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    folder = found.fetch()
    # Half precision is slow on most processors; a graphics card takes the weights as they are kept.
    kept = "auto" if device() == "cuda" else torch.float32
    with data_of(folder) as view:
        guard(view, folder, found.name)
        try:
            with no_panic():
                tokenizer = AutoTokenizer.from_pretrained(view, trust_remote_code=False)
                model = AutoModelForCausalLM.from_pretrained(
                    view, dtype=kept, use_safetensors=True, trust_remote_code=False
                ).to(device())
                if tokenizer.pad_token is None:
                    tokenizer.pad_token = tokenizer.eos_token
                tokenizer("?", add_special_tokens=False)
            window = int(getattr(model.config.get_text_config(), "max_position_embeddings", None) or 2**31)
        except Exception as error:  # transformers raises what it likes at a folder that is broken
            raise _unread(error, view, folder, found.name) from error
    _place(folder, model, tokenizer)
    return Loaded(found.name, folder, model.eval(), tokenizer, window)


def _merged(found: Found, above: tuple[str, ...]) -> Loaded:
    from peft import PeftModel
    from transformers import AutoTokenizer

    assert found.tuned is not None
    folder = found.fetch()
    real = os.path.realpath(folder)
    try:
        if real in above or len(above) == DEEPEST:
            why = "it is its own base" if real in above else f"more than {DEEPEST} models stand on one another"
            raise ProviderError("E824", path=str(folder), reason=why)
        base = _load(found.tuned.base, (*above, real))
    except ProviderError as error:
        raise ProviderError("E827", name=found.name, base=found.tuned.base, why=_said(error)) from error
    if fingerprint(base.folder) != found.tuned.base_fingerprint:
        raise ProviderError("E827", name=found.name, base=found.tuned.base, why="its weights are others by now")
    config = adapter.config(folder)
    with data_of(folder, adapter=True) as view:
        guard(view, folder, found.name)
        try:
            with no_panic():
                # The settings are ours, so none that the folder has are read.
                model = PeftModel.from_pretrained(base.model, str(view), config=config).merge_and_unload()
                tokenizer = AutoTokenizer.from_pretrained(view, trust_remote_code=False)
                tokenizer("?", add_special_tokens=False)
        except Exception as error:  # and so does peft
            raise _unread(error, view, folder, found.name) from error
    _place(folder, model, tokenizer)
    return Loaded(found.name, folder, model.eval(), tokenizer, base.window)


def _unread(error: Exception, view: Path, folder: Path, name: str) -> ProviderError:
    """Why a model could not be loaded."""
    if "trust_remote_code" in str(error):
        return ProviderError("E835", name=name)
    return ProviderError("E824", path=str(folder), reason=line(error).replace(str(view), str(folder)))


def _place(folder: Path, model: Any, tokenizer: Any) -> None:
    """Where they came from, and not the view of it that is gone by now."""
    model.name_or_path = model.config._name_or_path = tokenizer.name_or_path = str(folder)


def _said(error: ProviderError) -> str:
    from ftc.wording import worded

    return worded(error.diagnostics[0]).message.rstrip(".")
