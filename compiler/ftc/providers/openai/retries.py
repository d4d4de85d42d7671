"""Retries: which requests are sent again, and after how long. The waits grow, and all requests wait together.

The waits have some jitter, so that many rejected requests do not come back at the same moment. It is the one place
where randomness is not seeded, and no result depends on it.
"""

import logging
import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite
from threading import Lock
from time import monotonic, sleep
from typing import TYPE_CHECKING, TypeVar

from ftc.providers.provider import ProviderError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenacity import RetryCallState

Answer = TypeVar("Answer")

log = logging.getLogger("ftc.providers.openai")


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Timeouts and waits, in seconds.

    `timeout` is how long a service may be silent while it answers, `short` the same for requests that take no work; a
    request is tried `tries` times, after `first` seconds, then twice as long each time up to `most`. A service that
    asks for a pause of more than `longest` is not retried. `look` is the time between two polls of an uploaded file,
    which must be processed within `ready`.
    """

    timeout: float = 600.0
    short: float = 60.0
    connect: float = 10.0
    tries: int = 8
    first: float = 1.0
    most: float = 60.0
    longest: float = 600.0
    look: float = 2.0
    ready: float = 300.0

    @classmethod
    def from_environment(cls) -> "RetryPolicy":
        """The policy with `FTC_TIMEOUT` and `FTC_TRIES` of the environment: slow machines need other values."""
        default = cls()
        timeout = _number("FTC_TIMEOUT", default.timeout)
        return cls(timeout=timeout, short=min(timeout, default.short), tries=int(_number("FTC_TRIES", default.tries)))


class TransientError(Exception):
    """A failure that may pass. `wait` is the pause that the service asks for, `all` says that it concerns every
    request, `unreached` that nothing was sent; `error` is raised if it does not pass."""

    def __init__(
        self,
        reason: str,
        error: ProviderError,
        *,
        wait: float | None = None,
        all: bool = False,
        unreached: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason, self.error = reason, error
        self.wait, self.all, self.unreached = wait, all, unreached


class Gate:
    """Holds back all requests while a service asks for a pause."""

    def __init__(self) -> None:
        self._until = 0.0
        self._lock = Lock()

    def shut(self, seconds: float) -> None:
        with self._lock:
            self._until = max(self._until, monotonic() + seconds)

    def enter(self) -> None:
        while (left := self._until - monotonic()) > 0:
            sleep(left)


def with_retries(
    ask: Callable[[], Answer], name: str, policy: RetryPolicy, gate: Gate, was_reached: Callable[[], bool]
) -> Answer:
    """The result of `ask`, called again while it raises TransientError. `was_reached` says whether the service was ever
    reached: one that never was may not exist at all, and is tried twice."""
    from tenacity import Retrying, retry_if_exception_type

    def tries(error: TransientError) -> int:
        if error.wait is not None and error.wait > policy.longest:
            return 1
        return min(policy.tries, 2) if error.unreached and not was_reached() else policy.tries

    def enough(state: "RetryCallState") -> bool:
        return state.attempt_number >= tries(_error_of(state))

    def wait(state: "RetryCallState") -> float:
        error = _error_of(state)
        base = min(policy.most, policy.first * 2 ** (state.attempt_number - 1)) if error.wait is None else error.wait
        seconds = base + random.uniform(0, min(policy.first, base))
        if error.all:
            gate.shut(seconds)
        return seconds

    def log_retry(state: "RetryCallState") -> None:
        error = _error_of(state)
        again = f"again in {state.upcoming_sleep:.1f} s, try {state.attempt_number + 1} of {tries(error)}"
        log.info("%s: %s; %s", name, error.reason, again)

    def attempt() -> Answer:
        gate.enter()
        return ask()

    retrying = Retrying(
        retry=retry_if_exception_type(TransientError),
        stop=enough,
        wait=wait,
        before_sleep=log_retry,
        sleep=sleep,
        reraise=True,
    )
    try:
        return retrying(attempt)
    except TransientError as error:
        raise error.error from None


def retry_after(headers: "Mapping[str, str]") -> float | None:
    """The seconds that a service asks to wait, given as a number or a date."""
    for header, unit in (("retry-after-ms", 1000), ("retry-after", 1)):
        if (value := headers.get(header)) is None:
            continue
        try:
            seconds = float(value) / unit
        except ValueError:
            try:
                at = parsedate_to_datetime(value)
            except ValueError:
                continue
            seconds = (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
        if isfinite(seconds):
            return max(0.0, seconds)
    return None


def _error_of(state: "RetryCallState") -> TransientError:
    assert state.outcome is not None
    error = state.outcome.exception()
    assert isinstance(error, TransientError)
    return error


def _number(variable: str, default: float) -> float:
    value = os.environ.get(variable)
    if not value:
        return default
    try:
        number = float(value)
    except ValueError:
        number = 0.0
    if not (isfinite(number) and number > 0):
        raise ProviderError("E817", what=variable, reason=f"`{value}` is no number above zero")
    return max(number, 1.0) if isinstance(default, int) else number
