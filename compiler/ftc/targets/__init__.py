"""The output formats: one small file for each format of lines. `TARGETS` lists them and imports each on first use."""

from collections.abc import Iterator, Mapping
from importlib import import_module

from ftc.targets.target import Target

__all__ = ["TARGETS", "Target", "default_target"]

_NAMES = ("openai", "openai-dpo", "trl", "sharegpt", "alpaca", "gemini", "bedrock")


class _Targets(Mapping[str, Target]):
    """The targets by name."""

    def __getitem__(self, name: str) -> Target:
        if name not in _NAMES:
            raise KeyError(name)
        variable = name.replace("-", "_")
        target: Target = getattr(import_module(f"ftc.targets.{variable}"), variable)
        return target

    def __iter__(self) -> Iterator[str]:
        return iter(_NAMES)

    def __len__(self) -> int:
        return len(_NAMES)


TARGETS: Mapping[str, Target] = _Targets()


def default_target(train: Mapping[str, object]) -> Target:
    """The target of files with these settings in `train`, where none is named: that of pairs if they train on pairs."""
    return TARGETS["openai-dpo" if train.get("method") == "dpo" else "openai"]
