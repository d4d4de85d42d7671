"""How much the tests try: what a plain run has time for, or far more with `FTC_FULL=1`, which `.ci/run --full` sets."""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings

FULL = bool(os.environ.get("FTC_FULL"))

full_only = pytest.mark.skipif(not FULL, reason="takes minutes: set FTC_FULL=1")


def load_profile() -> None:
    """What all laws of random examples share. No example fails because it takes long. A plain run tries the same on
    every machine, and shows what fails as it was found: to make a whole file of sources small takes minutes."""
    phases = [Phase.explicit, Phase.generate, *([Phase.shrink] if FULL else [])]
    plain = settings(deadline=None, database=None, phases=phases, suppress_health_check=[*HealthCheck])
    settings.register_profile("tests", plain, derandomize=not FULL)
    settings.load_profile("tests")


def examples(plain: int, *, full: int) -> settings:
    """How many random examples of a law are tried."""
    return settings(max_examples=full if FULL else plain)
