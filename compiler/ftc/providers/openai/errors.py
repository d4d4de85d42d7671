"""Errors of the library and the service as diagnostics, in the words of the service and without the key."""

import json
import re
from dataclasses import dataclass
from traceback import walk_tb
from typing import TYPE_CHECKING, Any, Literal

from ftc.providers.openai.retries import TransientError, retry_after
from ftc.providers.provider import Ability, ProviderError
from ftc.providers.services import ABILITY_NAMES

if TYPE_CHECKING:
    from ftc.providers.openai.connection import Connection

LONGEST = 400
"""Characters shown of a message of a service."""
READ = 10 * LONGEST
"""Characters of a message that are read: redacting a key takes its time on a text of megabytes."""

AGAIN = frozenset({408, 409, 429})
NO_MONEY = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"})


@dataclass(frozen=True, slots=True)
class Operation:
    """What a request is for, in words that follow `cannot` (`answer`, `take the file`), and the ability that it
    needs."""

    what: str
    ability: Ability
    model: str | None = None
    job: str | None = None


class BlockedTraffic(Exception):
    """A request or a reply that our client does not let pass. `detail` is the address that a redirect leads to (E841),
    or what is wrong with the reply (E816)."""

    def __init__(self, code: Literal["E816", "E841"], detail: str) -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


def translate_error(
    error: Exception, operation: Operation, connection: "Connection"
) -> ProviderError | TransientError | None:
    """The diagnostic error for an error of the library; None where it does not come from there."""
    import openai

    if isinstance(error, openai.APIStatusError):
        return _status(error, operation, connection)
    name, base_url, what = connection.name, connection.address, operation.what
    # Some versions of the library take whatever fails on the way for a connection that does.
    refused = error.__cause__ if isinstance(error, openai.APIConnectionError) else error
    if isinstance(refused, BlockedTraffic):
        if refused.code == "E841":
            return ProviderError("E841", name=name, base_url=base_url, to=connection.redact(refused.detail))
        return ProviderError("E816", name=name, base_url=base_url, what=what, reason=connection.redact(refused.detail))
    if isinstance(error, openai.APIConnectionError) or _of_transport(error):
        cause = error.__cause__ or error
        silent = isinstance(error, openai.APITimeoutError)
        unreached = type(cause).__name__ in ("ConnectError", "ConnectTimeout")
        reason = "no answer in time" if silent else presentable(str(cause), connection) or "the connection was cut"
        if unreached:
            final = ProviderError("E808", transient=True, name=name, base_url=base_url, reason=reason)
            return TransientError(f"not reached ({reason})", final, unreached=True)
        return TransientError(reason, ProviderError("E810", transient=True, name=name, what=what, reason=reason))
    if isinstance(error, RecursionError):
        return ProviderError("E816", name=name, base_url=base_url, what=what, reason="it is nested too deeply")
    if isinstance(error, (openai.APIResponseValidationError, UnicodeDecodeError)) or _of_json(error):
        return ProviderError("E816", name=name, base_url=base_url, what=what, reason="it is no JSON")
    if isinstance(error, openai.APIError):
        # In the middle of a stream.
        reason = presentable(error.message, connection)
        return TransientError(reason, ProviderError("E810", transient=True, name=name, what=what, reason=reason))
    return None


def _status(error: Any, operation: Operation, connection: "Connection") -> ProviderError | TransientError:
    status: int = error.status_code
    code, param = (each if isinstance(each, str) else None for each in (error.code, error.param))
    reason = presentable(_message(error), connection) or f"status {status}"
    name, what = connection.name, operation.what
    if status == 402 or code in NO_MONEY:
        return ProviderError("E811", name=name, reason=reason)
    if status in AGAIN or (status >= 500 and status != 501):
        told = f"too many requests ({reason})" if status == 429 else f"status {status} ({reason})"
        final = ProviderError("E810", transient=True, name=name, what=what, reason=reason)
        return TransientError(told, final, wait=retry_after(error.response.headers), all=status == 429)
    if status in (401, 403):
        return ProviderError("E806", name=name, what=what, reason=reason, variable=connection.variable)
    if status in (404, 405, 501):
        if operation.job is not None and status == 404:
            return ProviderError("E819", name=name, job=operation.job, reason=reason)
        if operation.model is not None and (code == "model_not_found" or operation.model in reason):
            return ProviderError("E807", name=name, model=operation.model, what=what, reason=reason)
        ability = ABILITY_NAMES[operation.ability]
        return ProviderError("E812", name=name, base_url=connection.address, ability=ability, reason=reason)
    return ProviderError("E809", param=param, name=name, what=what, reason=reason)


def presentable(text: str, connection: "Connection") -> str:
    """A message of a service for display: on one line, shortened, without its full stop and the key."""
    redacted = connection.redact(text[:READ])
    shown = " ".join("".join(each if each.isprintable() else " " for each in redacted).split())
    shown = shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…"
    return shown.rstrip(".")


def _message(error: Any) -> str:
    """The message of a service, which each puts in another place."""
    body = error.body
    if isinstance(body, dict):
        body = next((body[name] for name in ("message", "detail", "error", "title") if body.get(name)), "")
    if isinstance(body, str) and not re.match(r"\s*<", body):
        return body
    # A page for people, or nothing.
    try:
        return "" if body is None or isinstance(body, str) else str(body)
    except RecursionError:
        return ""


def _of_json(error: Exception) -> bool:
    """Whether it comes from the JSON decoder: a number with too many digits, for one, raises no JSONDecodeError."""
    frames = walk_tb(error.__traceback__)
    return isinstance(error, ValueError) and any(at.f_code.co_filename == json.decoder.__file__ for at, _ in frames)


def _of_transport(error: Exception) -> bool:
    """Whether it comes from the HTTP library below, which differs between versions."""
    return type(error).__module__.partition(".")[0].startswith(("httpx", "httpcore"))
