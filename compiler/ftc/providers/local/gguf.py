"""Converts a GGUF file into a model folder of transformers: weights in full precision, tokenizer and template."""

import logging
import tempfile
from pathlib import Path

from ftc.disk import open_plain
from ftc.providers.local.data_view import link
from ftc.providers.local.library import line, no_input, no_panic, quiet
from ftc.providers.provider import ProviderError

log = logging.getLogger("ftc.providers.local")

MAGIC = b"GGUF"
"""The first bytes of every GGUF file."""


def convert(path: Path, into: Path) -> None:
    """Write the model of a GGUF file into a folder; ProviderError where transformers cannot read it."""
    with open_plain(path) as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise ProviderError("E824", path=str(path), reason="it does not begin as a GGUF file does")
    log.info("converting %s (%.0f MB), once", path.name, path.stat().st_size / 1e6)
    quiet()
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    # Alone in a folder: other files beside it, such as settings that name code, would be read too.
    with no_input(), tempfile.TemporaryDirectory(prefix="ftc-model-") as alone:
        link(path, Path(alone) / "model.gguf")
        place = {"pretrained_model_name_or_path": alone, "gguf_file": "model.gguf", "trust_remote_code": False}
        try:
            with no_panic():
                tokenizer = AutoTokenizer.from_pretrained(**place)
                # Before the weights, which take minutes and a gigabyte.
                if not getattr(tokenizer, "chat_template", None):
                    raise ProviderError("E826", name=path.name)
                read = AutoModelForCausalLM.from_pretrained(**place, dtype=torch.float32)
        except ProviderError:
            raise
        except Exception as error:  # gguf and transformers raise many kinds of exceptions for a broken file
            raise ProviderError("E824", path=str(path), reason=line(error)) from error
    # The weights are no longer quantised, so the settings must not say so: they are moved to a fresh model.
    if hasattr(read.config, "quantization_config"):
        del read.config.quantization_config
    model = AutoModelForCausalLM.from_config(read.config, dtype=torch.float32, trust_remote_code=False)
    model.load_state_dict(read.state_dict())
    model.generation_config = read.generation_config
    model.save_pretrained(into)
    tokenizer.save_pretrained(into)
