"""Conversations written as lines, with the digest of what was written taken on the way."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ftc.diagnostics import FtcError, Severity
from ftc.expand.conversation import Conversation
from ftc.targets.target import Target

if TYPE_CHECKING:
    from ftc.expand.plan import Conversations

CHUNK = 1 << 20

Progress = Callable[[int], None]
"""Told now and then how many conversations have been looked at since the last time."""


class Sink(Protocol):
    """Where bytes go."""

    def write(self, data: bytes, /) -> object: ...


@dataclass(frozen=True, slots=True)
class Written:
    """What became of some conversations: their lines, and how many became none because the target takes pairs alone."""

    lines: int
    skipped: int
    bytes: int
    xxh3_128: str


def taken(conversations: "Conversations", target: Target) -> Iterator[Conversation]:
    """The conversations that become lines, in order: line n of a file is the n-th of these."""
    return (each for each in conversations if target.takes(each))


def write(
    conversations: "Conversations",
    target: Target,
    sink: Sink,
    *,
    limit: int | None = None,
    progress: Progress = lambda looked_at: None,
) -> Written:
    """Write them, `limit` lines at most. FtcError where a conversation cannot be expressed."""
    from xxhash import xxh3_128

    digest, size, lines, looked_at, told = xxh3_128(), 0, 0, 0, 0
    buffer = bytearray()
    for conversation in conversations if limit != 0 else ():
        looked_at += 1
        if target.takes(conversation):
            buffer += _line(conversation, target)
            lines += 1
        if len(buffer) >= CHUNK:
            sink.write(bytes(buffer))
            digest.update(buffer)
            size += len(buffer)
            buffer.clear()
            progress(looked_at - told)
            told = looked_at
        if lines == limit:
            break
    sink.write(bytes(buffer))
    digest.update(buffer)
    progress(looked_at - told)
    return Written(lines, looked_at - lines, size + len(buffer), digest.hexdigest())


def _line(conversation: Conversation, target: Target) -> bytes:
    # Asked here too, and not only by the checks of the data, which may be off or look at a part of a large plan:
    # a line must never leave out what the target has no place for.
    refused = tuple(found for found in target.limits(conversation) if found.severity is Severity.ERROR)
    if refused:
        raise FtcError(refused)
    return target.line(conversation) + b"\n"
