"""Which model a command asks if none is named: the last one that `ftc train` trained on the files, and its base."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ftc.cli.command_error import CommandError
from ftc.loop.endpoint import Endpoint, resolve_endpoint
from ftc.loop.jobs import last_model


def select_models(
    files: Sequence[str],
    train: Mapping[str, Any],
    *,
    provider: str | None,
    base_url: str | None,
    model: str | None,
    insecure: bool = False,
) -> tuple[Endpoint, Endpoint | None]:
    """The model to ask and, if we trained it, its base model. Without files, the provider's default model."""
    named = resolve_endpoint(train, provider=provider, base_url=base_url, model=model, insecure=insecure)
    if model is not None or not files:
        return named, None
    trained = last_model(files)
    if trained is None or provider not in (None, trained[0].provider):
        raise CommandError("E924", files=list(files), example=named.model or "MODEL")
    ours, base = (replace(each, insecure=insecure) for each in trained)
    if base_url is None:
        return ours, base
    return replace(ours, base_url=base_url, trusted=True), replace(base, base_url=base_url, trusted=True)
