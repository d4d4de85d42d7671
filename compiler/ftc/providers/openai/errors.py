"""What went wrong between us and a service, as a diagnostic, in the service's own words and without the key."""

import json
import re
from dataclasses import dataclass
from traceback import walk_tb
from typing import TYPE_CHECKING, Any, Literal

from ftc.providers.openai.retries import Passing, pause_asked
from ftc.providers.provider import Ability, ProviderError
from ftc.providers.services import SAID

if TYPE_CHECKING:
    from ftc.providers.openai.connection import Connection

LONGEST = 400
"""Characters of a service's words that are shown."""
READ = 10 * LONGEST
"""Characters of them that are looked at: what hides a key in them takes its time on a text of megabytes."""

AGAIN = frozenset({408, 409, 429})
NO_MONEY = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"})


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked, in words that follow `cannot` (`answer`, `take the file`), and what it takes to do it."""

    what: str
    ability: Ability
    model: str | None = None
    job: str | None = None


class Refused(Exception):
    """A request or a reply that our client does not let pass. `detail` is the address that a redirect leads to (E841),
    or what is wrong with the reply (E816)."""

    def __init__(self, code: Literal["E816", "E841"], detail: str) -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


def said_of(error: Exception, asked: Asked, connection: "Connection") -> ProviderError | Passing | None:
    """What an error of the library amounts to; None where it is none of the library's."""
    import openai

    if isinstance(error, openai.APIStatusError):
        return _status(error, asked, connection)
    name, base_url, what = connection.name, connection.address, asked.what
    # Some versions of the library take whatever fails on the way for a connection that does.
    refused = error.__cause__ if isinstance(error, openai.APIConnectionError) else error
    if isinstance(refused, Refused):
        if refused.code == "E841":
            return ProviderError("E841", name=name, base_url=base_url, to=connection.hidden(refused.detail))
        return ProviderError("E816", name=name, base_url=base_url, what=what, reason=connection.hidden(refused.detail))
    if isinstance(error, openai.APIConnectionError) or _of_transport(error):
        cause = error.__cause__ or error
        silent = isinstance(error, openai.APITimeoutError)
        unreached = type(cause).__name__ in ("ConnectError", "ConnectTimeout")
        reason = "no answer in time" if silent else words(str(cause), connection) or "the connection was cut"
        if unreached:
            final = ProviderError("E808", passing=True, name=name, base_url=base_url, reason=reason)
            return Passing(f"not reached ({reason})", final, unreached=True)
        return Passing(reason, ProviderError("E810", passing=True, name=name, what=what, reason=reason))
    if isinstance(error, RecursionError):
        return ProviderError("E816", name=name, base_url=base_url, what=what, reason="it is nested too deeply")
    if isinstance(error, (openai.APIResponseValidationError, UnicodeDecodeError)) or _of_json(error):
        return ProviderError("E816", name=name, base_url=base_url, what=what, reason="it is no JSON")
    if isinstance(error, openai.APIError):
        # In the middle of a stream.
        reason = words(error.message, connection)
        return Passing(reason, ProviderError("E810", passing=True, name=name, what=what, reason=reason))
    return None


def _status(error: Any, asked: Asked, connection: "Connection") -> ProviderError | Passing:
    status: int = error.status_code
    code, param = (each if isinstance(each, str) else None for each in (error.code, error.param))
    reason = words(_message(error), connection) or f"status {status}"
    name, what = connection.name, asked.what
    if status == 402 or code in NO_MONEY:
        return ProviderError("E811", name=name, reason=reason)
    if status in AGAIN or (status >= 500 and status != 501):
        told = f"too many requests ({reason})" if status == 429 else f"status {status} ({reason})"
        final = ProviderError("E810", passing=True, name=name, what=what, reason=reason)
        return Passing(told, final, wait=pause_asked(error.response.headers), all=status == 429)
    if status in (401, 403):
        return ProviderError("E806", name=name, what=what, reason=reason, variable=connection.variable)
    if status in (404, 405, 501):
        if asked.job is not None and status == 404:
            return ProviderError("E819", name=name, job=asked.job, reason=reason)
        if asked.model is not None and (code == "model_not_found" or asked.model in reason):
            return ProviderError("E807", name=name, model=asked.model, what=what, reason=reason)
        ability = SAID[asked.ability]
        return ProviderError("E812", name=name, base_url=connection.address, ability=ability, reason=reason)
    return ProviderError("E809", param=param, name=name, what=what, reason=reason)


def words(text: str, connection: "Connection") -> str:
    """A text of a service as it may be shown: on one line, not endless, without its full stop and the key."""
    said = connection.hidden(text[:READ])
    shown = " ".join("".join(each if each.isprintable() else " " for each in said).split())
    shown = shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…"
    return shown.rstrip(".")


def _message(error: Any) -> str:
    """The services differ in where they say why."""
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
    """Whether it comes from reading JSON: that a number has too many digits, for one, is no JSONDecodeError."""
    frames = walk_tb(error.__traceback__)
    return isinstance(error, ValueError) and any(at.f_code.co_filename == json.decoder.__file__ for at, _ in frames)


def _of_transport(error: Exception) -> bool:
    """Whether it comes from below the library: it lets some through, and which HTTP library it uses differs."""
    return type(error).__module__.partition(".")[0].startswith(("httpx", "httpcore"))
