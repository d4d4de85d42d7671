"""The settings of a training job: those of the `train` block, with the changes of the command line."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, cast

from ftc.check.settings import SETTINGS, SettingSpec
from ftc.diagnostics import Diagnostic, FtcError
from ftc.expressions.types import FLOAT, INT
from ftc.providers.provider import Capabilities, Method

ENDPOINT = ("provider", "base_url", "model")
"""Settings that have an option of their own."""
METHOD: Method = "supervised"


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """`given` are the settings that the provider supports; `ignored` are the names of the others."""

    method: Method
    given: Mapping[str, Any]
    ignored: tuple[str, ...]


def merge_settings(
    train: Mapping[str, Any], changes: Iterable[str], provider: str, capabilities: Capabilities
) -> TrainingSettings:
    """The settings of `train`, with the changes of `--set NAME=VALUE`; FtcError where a change is impossible."""
    merged = {**train, **dict(map(_parse_change, changes))}
    method = merged.pop("method", METHOD)
    if method not in capabilities.targets:
        raise _error("E941", method=method, provider=provider, known=list(capabilities.targets))
    for name in ENDPOINT:
        merged.pop(name, None)
    given = {name: value for name, value in merged.items() if name in capabilities.settings}
    return TrainingSettings(cast(Method, method), given, tuple(name for name in merged if name not in given))


def _parse_change(change: str) -> tuple[str, Any]:
    name, equals, text = change.partition("=")
    name = name.strip()
    known = [each for each in SETTINGS if each not in ENDPOINT]
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
