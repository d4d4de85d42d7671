"""Whom the loop asks: the provider, its address and the model, from the command line or the `train` block."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ftc.providers import capabilities, provider, usual
from ftc.providers.provider import Ability, Provider, ProviderError


@dataclass(frozen=True, slots=True)
class Whom:
    """`model` is None where nothing names one and the provider has no default."""

    provider: str
    base_url: str | None
    model: str | None

    def reach(self, ability: Ability) -> Provider:
        """The provider, which must have the ability."""
        return provider(self.provider, self.base_url, ability=ability)

    def at(self, reached: Provider) -> "Whom":
        """The same with the address that the provider was reached at, where it is not its usual one."""
        return replace(self, base_url=None if reached.base_url == usual(self.provider) else reached.base_url)

    def named(self) -> str:
        """The model; ProviderError where there is none."""
        if self.model is None:
            raise ProviderError("E804", name=self.provider)
        return self.model


def whom(
    train: Mapping[str, Any], *, provider: str | None = None, base_url: str | None = None, model: str | None = None
) -> Whom:
    """What the command line says, else `train`, else this machine and its default model.

    Where the command line names another provider than `train`, the address and model in `train` are none of its own.
    """
    written = train.get("provider", "local")
    name = provider or written
    own = train if name == written else {}
    return Whom(name, base_url or own.get("base_url"), model or own.get("model") or capabilities(name).default_model)
