"""Checks the settings of a model: they must name no program and no weights elsewhere, and no absurd numbers.

The libraries would obey many of them; settings that are refused here never reach them.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ftc.providers.local.data_view import read_settings
from ftc.providers.provider import ProviderError

CONFIG, TOKENIZER = "config.json", "tokenizer_config.json"
LAYERS = 1024
"""The most layers of a model: the largest have some hundred. Each is built before its weights are looked up."""
PARTS = 100_000
"""The most of other things that are built in the number of a setting: experts, heads, labels."""
NO_PARTS = ("position", "ctx", "token", "embd", "param")
"""Parts of the names of numbers that build nothing."""


def check_settings(view: Path, folder: Path, name: str) -> None:
    """E835 where a model would need its own code, E824 where its settings are not those of plain weights."""
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING

    config, tokenizer = read_settings(view, CONFIG, folder), read_settings(view, TOKENIZER, folder)
    kind = config.get("model_type")
    if config.get("auto_map") and (not isinstance(kind, str) or kind not in CONFIG_MAPPING):
        raise ProviderError("E835", name=name)
    for setting, value in _all(config):
        if setting == "transformers_weights":
            raise _refused(folder, f"its {CONFIG} names weights elsewhere")
        if setting.endswith("attn_implementation") and "/" in str(value):
            raise ProviderError("E835", name=name)
        if isinstance(value, int) and value > _most(setting):
            raise _refused(folder, f"its {CONFIG} asks for {setting} = {value:,}, and {_most(setting):,} are the most")
    for file, contents in ((CONFIG, config), (TOKENIZER, tokenizer)):
        if "tokenizer_class" in contents and contents["tokenizer_class"] is not None:
            _check_tokenizer(contents["tokenizer_class"], file, folder, name, program="auto_map" in tokenizer)


def _check_tokenizer(kind: object, file: str, folder: Path, name: str, *, program: bool) -> None:
    """The library loads any of its own classes that is named, a model or a whole pipeline; only a tokenizer is
    allowed."""
    import transformers
    from transformers import PreTrainedTokenizerBase

    if not isinstance(kind, str) or not kind.isidentifier():
        raise _refused(folder, f"the tokenizer_class in its {file} is no name")
    try:
        found = getattr(transformers, kind, None)
    except Exception:  # the lookup imports a module, which may need other libraries
        found = ()
    if found is None:
        if program:
            raise ProviderError("E835", name=name)
        return
    if not (isinstance(found, type) and issubclass(found, PreTrainedTokenizerBase)):
        raise _refused(folder, f"the tokenizer_class in its {file} is no tokenizer")


def _all(settings: Any) -> Iterator[tuple[str, Any]]:
    """All settings, nested ones included."""
    waiting = [settings]
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


def _refused(folder: Path, reason: str) -> ProviderError:
    return ProviderError("E824", path=str(folder), reason=reason)
