"""What training costs, where a price is known."""

import re
import tomllib
from functools import cache
from pathlib import Path

PER = 1_000_000
"""Tokens that a price is for."""


def price(provider: str, model: str) -> float | None:
    """US dollars a million trained tokens; None where it is unknown.

    A model with a date, `gpt-4.1-mini-2025-04-14`, costs what the one without costs; a tuned one, `ft:gpt-4.1-mini:…`,
    what its base costs.
    """
    known = _prices().get(provider, {})
    base = model.split(":")[1] if model.startswith("ft:") and ":" in model[3:] else model
    return known.get(base, known.get(re.sub(r"-\d{4}-\d{2}-\d{2}$|-\d{4}$", "", base)))


@cache
def _prices() -> dict[str, dict[str, float]]:
    return tomllib.loads((Path(__file__).parent / "prices.toml").read_text(encoding="utf-8"))
