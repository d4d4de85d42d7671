"""What is known of the models of services: what training costs, and the days on which they are switched off."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from ftc.diagnostics import Diagnostic

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
PER = 1_000_000
"""Tokens that a price is for."""


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model of a service: `price` in US dollars a million trained tokens, `off` the day on which it is switched off,
    `instead` a model to train in its place."""

    price: float | None = None
    off: date | None = None
    instead: str | None = None


@dataclass(frozen=True, slots=True)
class _KnownService:
    models: dict[str, KnownModel]
    no_new_users: date
    no_new_jobs: date


def today() -> date:
    """The day, the same everywhere."""
    return datetime.now(UTC).date()


def price(provider: str, model: str, day: date) -> float | None:
    """US dollars a million trained tokens; None where it is unknown, or nobody can buy it any more.

    A model with a date, `gpt-4.1-mini-2025-04-14`, costs what the one without costs; a tuned one, `ft:gpt-4.1-mini:…`,
    what its base costs.
    """
    known = _known(provider, model)
    return None if known is None or (known.off is not None and known.off <= day) else known.price


def check_dates(provider: str, model: str, day: date, files: list[str], *, started: bool) -> Iterator[Diagnostic]:
    """Whether a service still trains a model, and until when it keeps it. A job that was `started` goes on."""
    service, known = _services().get(provider), _known(provider, model)
    if service is None:
        return
    off = None if known is None else known.off
    if known is not None and off is not None and off <= day:
        instead = known.instead if day < service.no_new_jobs else None
        data = {"model": model, "provider": provider, "off": _written(off), "instead": instead, "files": files}
        yield Diagnostic("E953", None, data)
    elif day >= service.no_new_jobs and not started:
        since = _written(service.no_new_jobs)
        yield Diagnostic("E954", None, {"provider": provider, "since": since, "files": files})
    elif off is not None:
        since, users = _written(service.no_new_jobs), _written(service.no_new_users)
        data = {"model": model, "off": _written(off), "since": since, "users": users}
        yield Diagnostic("W943", None, {**data, "provider": provider, "files": files})


def _written(day: date) -> str:
    """`6 January 2027`, whatever the language of the machine."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _known(provider: str, model: str) -> KnownModel | None:
    service = _services().get(provider)
    if service is None:
        return None
    base = model.split(":")[1] if model.startswith("ft:") and ":" in model[3:] else model
    return service.models.get(base, service.models.get(re.sub(r"-\d{4}-\d{2}-\d{2}$|-\d{4}$", "", base)))


@cache
def _services() -> dict[str, _KnownService]:
    text = (Path(__file__).parent / "known_models.toml").read_text(encoding="utf-8")
    return {
        name: _KnownService(**{**service, "models": {each: KnownModel(**of) for each, of in service["models"].items()}})
        for name, service in tomllib.loads(text).items()
    }
