"""The endpoint that a command talks to: provider, address and model, from the command line or the `train` block."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ftc.providers import capabilities, default_base_url, is_loopback, provider, takes_key
from ftc.providers.provider import Ability, Provider, ProviderError


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`model` is None where nothing names one and the provider has no default. `trusted` says that whoever runs the
    command gave the address, and not a file that anyone may have written; `insecure` that a key may go over http."""

    provider: str
    base_url: str | None
    model: str | None
    trusted: bool = True
    insecure: bool = False

    def reach(self, ability: Ability) -> Provider:
        """The provider, which must have the ability. A file alone never decides where a key is sent (E840)."""
        own = provider(self.provider, ability=ability).base_url  # the environment may say the same
        if not self.trusted and self.base_url not in (None, own) and takes_key(self.provider) and not self._here:
            raise ProviderError("E840", base_url=self.base_url, name=self.provider)
        return provider(self.provider, self.base_url, ability=ability, insecure=self.insecure)

    @property
    def _here(self) -> bool:
        return self.base_url is not None and is_loopback(self.base_url)

    def at_address(self, reached: Provider) -> "Endpoint":
        """The same endpoint with the address of the provider, where that is not the default."""
        return replace(self, base_url=None if reached.base_url == default_base_url(self.provider) else reached.base_url)

    def require_model(self) -> str:
        """The name of the model; ProviderError where there is none."""
        if self.model is None:
            raise ProviderError("E804", name=self.provider)
        return self.model


def resolve_endpoint(
    train: Mapping[str, Any],
    *,
    provider: str | None = None,
    base_url: str | None = None,
    model: str | None = None,
    insecure: bool = False,
) -> Endpoint:
    """The endpoint of the command line, else of `train`, else this machine and its default model.

    Where the command line names another provider than `train`, the address and model in `train` do not apply.
    """
    written = train.get("provider", "local")
    name = provider or written
    own = train if name == written else {}
    return Endpoint(
        name,
        base_url or own.get("base_url"),
        model or own.get("model") or capabilities(name).default_model,
        trusted=base_url is not None or own.get("base_url") is None,
        insecure=insecure,
    )
