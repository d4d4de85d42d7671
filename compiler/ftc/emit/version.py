"""The version of the running ftc."""

from importlib.metadata import PackageNotFoundError, version


def running() -> str:
    """As `pyproject.toml` has it; `0` for a checkout that was never installed."""
    try:
        return version("ftc")
    except PackageNotFoundError:
        return "0"
