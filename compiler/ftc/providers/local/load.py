"""A model of this machine in memory: weights, tokenizer and chat template, an adapter of ours merged into its base."""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ftc.providers.local.library import line, quiet
from ftc.providers.local.resolve import Found, fingerprint, resolve
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


def load(name: str) -> Loaded:
    """The model of a name, on the graphics card if there is one; ProviderError where it cannot be had."""
    found = resolve(name)
    quiet()
    loaded = _merged(found) if found.tuned else _plain(found)
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
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder)
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=kept).to(device())
    except Exception as error:  # transformers raises what it likes at a folder that is broken
        raise ProviderError("E824", path=str(folder), reason=line(error)) from error
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    window = getattr(model.config.get_text_config(), "max_position_embeddings", None) or 2**31
    return Loaded(found.name, folder, model.eval(), tokenizer, window)


def _merged(found: Found) -> Loaded:
    from peft import PeftModel
    from transformers import AutoTokenizer

    assert found.tuned is not None
    folder = found.fetch()
    try:
        base = load(found.tuned.base)
    except ProviderError as error:
        raise ProviderError("E827", name=found.name, base=found.tuned.base, why=_said(error)) from error
    if fingerprint(base.folder) != found.tuned.base_fingerprint:
        raise ProviderError("E827", name=found.name, base=found.tuned.base, why="its weights are others by now")
    try:
        model = PeftModel.from_pretrained(base.model, str(folder)).merge_and_unload()
        tokenizer = AutoTokenizer.from_pretrained(folder)
    except Exception as error:  # and so does peft
        raise ProviderError("E824", path=str(folder), reason=line(error)) from error
    return Loaded(found.name, folder, model.eval(), tokenizer, base.window)


def _said(error: ProviderError) -> str:
    from ftc.wording import worded

    return worded(error.diagnostics[0]).message.rstrip(".")
