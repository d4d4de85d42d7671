"""The settings of a job: those of `train`, with what the command line changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, cast

from ftc.check.settings import SETTINGS, SettingSpec
from ftc.diagnostics import Diagnostic, FtcError
from ftc.expressions.types import FLOAT, INT
from ftc.providers.provider import Capabilities, Method

WHOM = ("provider", "base_url", "model")
"""Settings that have an option of their own."""
METHOD: Method = "supervised"


@dataclass(frozen=True, slots=True)
class Settings:
    """`given` are the settings that the provider heeds; `unheeded` the names of those that it does not."""

    method: Method
    given: Mapping[str, Any]
    unheeded: tuple[str, ...]


def settings(train: Mapping[str, Any], changes: Iterable[str], provider: str, capabilities: Capabilities) -> Settings:
    """What `train` says and `--set NAME=VALUE` changes; FtcError where a change cannot be."""
    asked = {**train, **dict(map(_changed, changes))}
    method = asked.pop("method", METHOD)
    if method not in capabilities.targets:
        raise _error("E941", method=method, provider=provider, known=list(capabilities.targets))
    for name in WHOM:
        asked.pop(name, None)
    heeded = {name: value for name, value in asked.items() if name in capabilities.settings}
    return Settings(cast(Method, method), heeded, tuple(name for name in asked if name not in heeded))


def _changed(change: str) -> tuple[str, Any]:
    name, equals, text = change.partition("=")
    name = name.strip()
    known = [each for each in SETTINGS if each not in WHOM]
    if not equals or name not in known:
        nearest = next(iter(get_close_matches(name, known, 1)), "")
        raise _error("E942", change=change, known=known, nearest=nearest)
    return name, _value(name, text.strip(), SETTINGS[name])


def _value(name: str, text: str, spec: SettingSpec) -> Any:
    try:
        value: Any = int(text) if spec.type == INT else float(text) if spec.type == FLOAT else text
        fits = spec.low <= (len(value) if isinstance(value, str) else value) <= spec.high
    except ValueError:
        fits = False
    if not fits:
        kind = {INT: "a whole number", FLOAT: "a number"}.get(spec.type, "a text")
        bounds = f" from {spec.low:g} to {spec.high:g}" if spec.high < 2**63 else f" of at least {spec.low:g}"
        raise _error("E943", name=name, value=text, wanted=kind + bounds * (spec.type in (INT, FLOAT)))
    return value


def _error(code: str, **data: object) -> FtcError:
    return FtcError((Diagnostic(code, None, data),))
