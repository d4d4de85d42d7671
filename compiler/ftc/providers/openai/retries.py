"""When to ask again and after how long: what passes by itself is asked again, later each time, and all wait together.

The waits are drawn with some chance in them, so that many who were sent away do not come back at one moment. It is the
one place where chance is not seeded, and no result depends on it.
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
class Patience:
    """How long is waited for what, in seconds.

    `timeout` is how long a service may be silent while it answers, `short` while it does what takes no work; a question
    is put `tries` times, after `first` seconds, then twice as long each time up to `most`. A service that asks for a
    pause of more than `longest` is not waited for. `look` is between two looks at a file that is being taken in, which
    may take `ready`.
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
    def wanted(cls) -> "Patience":
        """As `FTC_TIMEOUT` and `FTC_TRIES` of the environment have it: slow machines need another than fast ones."""
        usual = cls()
        timeout = _number("FTC_TIMEOUT", usual.timeout)
        return cls(timeout=timeout, short=min(timeout, usual.short), tries=int(_number("FTC_TRIES", usual.tries)))


class Passing(Exception):
    """What may be over a moment later. `wait` is what the service asks for, `all` says that it concerns every question,
    `unreached` that nothing was sent; `error` is what it amounts to if it does not pass."""

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
    """Holds back everyone while a service asks for a pause."""

    def __init__(self) -> None:
        self._until = 0.0
        self._lock = Lock()

    def shut(self, seconds: float) -> None:
        with self._lock:
            self._until = max(self._until, monotonic() + seconds)

    def enter(self) -> None:
        while (left := self._until - monotonic()) > 0:
            sleep(left)


def patiently(
    ask: Callable[[], Answer], name: str, patience: Patience, gate: Gate, known: Callable[[], bool]
) -> Answer:
    """What `ask` gives, asked again while it raises Passing. `known` says whether the service was ever reached: one
    that never was may not be there at all, and is tried twice."""
    from tenacity import Retrying, retry_if_exception_type

    def tries(error: Passing) -> int:
        if error.wait is not None and error.wait > patience.longest:
            return 1
        return min(patience.tries, 2) if error.unreached and not known() else patience.tries

    def enough(state: "RetryCallState") -> bool:
        return state.attempt_number >= tries(_passing(state))

    def wait(state: "RetryCallState") -> float:
        error = _passing(state)
        asked = (
            min(patience.most, patience.first * 2 ** (state.attempt_number - 1)) if error.wait is None else error.wait
        )
        seconds = asked + random.uniform(0, min(patience.first, asked))
        if error.all:
            gate.shut(seconds)
        return seconds

    def tell(state: "RetryCallState") -> None:
        error = _passing(state)
        again = f"again in {state.upcoming_sleep:.1f} s, try {state.attempt_number + 1} of {tries(error)}"
        log.info("%s: %s; %s", name, error.reason, again)

    def attempt() -> Answer:
        gate.enter()
        return ask()

    retrying = Retrying(
        retry=retry_if_exception_type(Passing), stop=enough, wait=wait, before_sleep=tell, sleep=sleep, reraise=True
    )
    try:
        return retrying(attempt)
    except Passing as error:
        raise error.error from None


def pause_asked(headers: "Mapping[str, str]") -> float | None:
    """The seconds that a service asks to wait: a number, or a date."""
    for header, unit in (("retry-after-ms", 1000), ("retry-after", 1)):
        if (said := headers.get(header)) is None:
            continue
        try:
            seconds = float(said) / unit
        except ValueError:
            try:
                at = parsedate_to_datetime(said)
            except ValueError:
                continue
            seconds = (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
        if isfinite(seconds):
            return max(0.0, seconds)
    return None


def _passing(state: "RetryCallState") -> Passing:
    assert state.outcome is not None
    error = state.outcome.exception()
    assert isinstance(error, Passing)
    return error


def _number(variable: str, usual: float) -> float:
    said = os.environ.get(variable)
    if not said:
        return usual
    try:
        number = float(said)
    except ValueError:
        number = 0.0
    if not (isfinite(number) and number > 0):
        raise ProviderError("E817", what=variable, reason=f"`{said}` is no number above zero")
    return max(number, 1.0) if isinstance(usual, int) else number
