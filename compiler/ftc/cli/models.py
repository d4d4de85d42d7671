"""Which model a command asks where none is named: the one that `ftc train` made last of the files, and its base."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ftc.cli.stop import Stop
from ftc.loop.endpoint import Endpoint, resolve_endpoint
from ftc.loop.jobs import last_model


def models(
    files: Sequence[str],
    train: Mapping[str, Any],
    *,
    provider: str | None,
    base_url: str | None,
    model: str | None,
    insecure: bool = False,
) -> tuple[Endpoint, Endpoint | None]:
    """The model to ask, and the one that it was trained from where it is ours; without files, the provider's own."""
    named = resolve_endpoint(train, provider=provider, base_url=base_url, model=model, insecure=insecure)
    if model is not None or not files:
        return named, None
    made = last_model(files)
    if made is None or provider not in (None, made[0].provider):
        raise Stop("E924", files=list(files), example=named.model or "MODEL")
    ours, base = (replace(each, insecure=insecure) for each in made)
    if base_url is None:
        return ours, base
    return replace(ours, base_url=base_url, trusted=True), replace(base, base_url=base_url, trusted=True)
