"""What the settings of a model may not say: names of programs, of weights elsewhere, and numbers beyond all models.

The libraries follow many of them; what is refused here is never put to them.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ftc.providers.local.view import settings
from ftc.providers.provider import ProviderError

CONFIG, TOKENIZER = "config.json", "tokenizer_config.json"
LAYERS = 1024
"""Layers of a model at most: the largest have some hundred. Each is built before its weights are looked for."""
PARTS = 100_000
"""What else is made so many times as a setting says: experts, heads, labels."""
NO_PARTS = ("position", "ctx", "token", "embd", "param")
"""Numbers that only count what is read or held, and build nothing."""


def guard(view: Path, folder: Path, name: str) -> None:
    """E835 where a model would need a program, E824 where its settings say what no model of numbers says."""
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING

    config, tokenizer = settings(view, CONFIG, folder), settings(view, TOKENIZER, folder)
    kind = config.get("model_type")
    if config.get("auto_map") and (not isinstance(kind, str) or kind not in CONFIG_MAPPING):
        raise ProviderError("E835", name=name)
    for said, value in _all(config):
        if said == "transformers_weights":
            raise _odd(folder, f"its {CONFIG} names weights elsewhere")
        if said.endswith("attn_implementation") and "/" in str(value):
            raise ProviderError("E835", name=name)
        if isinstance(value, int) and value > _most(said):
            raise _odd(folder, f"its {CONFIG} asks for {said} = {value:,}, and {_most(said):,} are the most")
    for file, said_by in ((CONFIG, config), (TOKENIZER, tokenizer)):
        if "tokenizer_class" in said_by and said_by["tokenizer_class"] is not None:
            _guard_tokenizer(said_by["tokenizer_class"], file, folder, name, program="auto_map" in tokenizer)


def _guard_tokenizer(kind: object, file: str, folder: Path, name: str, *, program: bool) -> None:
    """The library takes whatever of its own classes is named, a model or a whole pipeline, and loads that."""
    import transformers
    from transformers import PreTrainedTokenizerBase

    if not isinstance(kind, str) or not kind.isidentifier():
        raise _odd(folder, f"the tokenizer_class in its {file} is no name")
    try:
        found = getattr(transformers, kind, None)
    except Exception:  # it imports what it finds, which may want other libraries
        found = ()
    if found is None:
        if program:
            raise ProviderError("E835", name=name)
        return
    if not (isinstance(found, type) and issubclass(found, PreTrainedTokenizerBase)):
        raise _odd(folder, f"the tokenizer_class in its {file} is no tokenizer")


def _all(said: Any) -> Iterator[tuple[str, Any]]:
    """All settings, those inside of others too."""
    waiting = [said]
    while waiting:
        for name, value in waiting.pop().items():
            yield name, value
            values = value if isinstance(value, list) else [value]
            waiting += [each for each in values if isinstance(each, dict)]


def _most(name: str) -> float:
    if "layer" in name:
        return LAYERS
    counts = name.startswith(("num_", "n_")) and not any(each in name for each in NO_PARTS)
    return PARTS if counts else float("inf")


def _odd(folder: Path, reason: str) -> ProviderError:
    return ProviderError("E824", path=str(folder), reason=reason)
