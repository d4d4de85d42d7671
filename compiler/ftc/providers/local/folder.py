"""The folder of a job: what it is to do, what became of it, and whether somebody is at work in it.

    job.json      what is to be done; a folder that has none is not ours
    state.json    what became of it so far, replaced as a whole
    events.jsonl  what the worker said, line by line
    worker.log    what its libraries said
    lock          held by the worker as long as it lives: one that is killed lets go of it, whatever killed it
    ftc.json      beside the adapter, once it is whole: the folder is a model now

The worker writes, everybody reads.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from ftc.disk import is_plain, open_plain, read_plain
from ftc.emit.staged import Staged
from ftc.providers.provider import Method, Phase, ProviderError, Training
from ftc.records import LIMIT, SMALL, BadRecord, Record, RecordType, parse_record, read_record

SUFFIX = ".model"
LOG_END = 64 << 10
"""Bytes at the end of a log in which its last line is looked for."""


class State(Record):
    """What became of a job. `pid` is that of the worker that wrote it and `started` when that process began, in seconds
    since 1970 as the system tells it; `state` is the version of this shape."""

    state: Literal[1] = 1
    phase: Phase = "waiting"
    done: int = 0
    total: int = 0
    loss: float | None = None
    trained_tokens: int | None = None
    seconds: float = 0.0
    error: str | None = None
    pid: int | None = None
    started: float | None = None


class _Asked(Record):
    """What a job is to do, as it is written down: a Training. `job` is the version of this shape."""

    job: Literal[1] = 1
    model: str
    method: Method
    settings: dict[str, int | float | str]
    training_file: str
    validation_file: str | None
    digest: str
    dataset: str
    place: Path


class _Event(Record):
    """A line of what the worker said."""

    message: str


@dataclass(frozen=True, slots=True)
class JobFolder:
    """A job by its folder."""

    path: Path

    # ── what is to be done ──

    def write(self, training: Training) -> None:
        asked = _Asked(**{**asdict(training), "settings": dict(training.settings)})
        _replace(self.path / "job.json", asked)

    def training(self) -> Training:
        """What the job is to do; ProviderError where the folder holds none."""
        asked = self._read("job.json", _Asked)
        if asked is None:
            raise ProviderError("E834", job=str(self.path), reason="it has no job.json")
        return Training(**{name: getattr(asked, name) for name in Training.__slots__})

    # ── what became of it ──

    def report(self, state: State) -> None:
        _replace(self.path / "state.json", state)

    def reported(self) -> State | None:
        return self._read("state.json", State)

    def _read(self, name: str, model: type[RecordType]) -> RecordType | None:
        """A file of the folder; None where it is not there."""
        try:
            return read_record(self.path / name, model, SMALL)
        except FileNotFoundError:
            return None
        except BadRecord as bad:
            raise ProviderError("E834", job=str(self.path), reason=f"{name} in it cannot be read: {bad}") from None

    def say(self, message: str) -> None:
        with self._written("events.jsonl", os.O_APPEND) as file:
            file.write(json.dumps({"message": message}, ensure_ascii=False).encode("utf-8", "replace") + b"\n")

    def log(self) -> BinaryIO:
        """The file for what the worker's libraries say, empty."""
        (self.path / "worker.log").unlink(missing_ok=True)
        return self._written("worker.log", os.O_EXCL)

    def _written(self, name: str, how: int) -> BinaryIO:
        """A file of the folder to write to, and none that a link there points to."""
        flags = os.O_WRONLY | os.O_CREAT | how | getattr(os, "O_BINARY", 0)
        flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        return os.fdopen(os.open(self.path / name, flags, 0o666), "wb")

    def said(self) -> Iterator[tuple[str, str]]:
        """The events, each with its id. A line that is still being written is not there yet."""
        try:
            text = read_plain(self.path / "events.jsonl", LIMIT)
            for number, line in enumerate(text.split(b"\n")[:-1], 1):
                yield str(number), parse_record(line, _Event).message
        except FileNotFoundError:
            return
        except (OSError, BadRecord) as error:
            raise ProviderError(
                "E834", job=str(self.path), reason=f"events.jsonl in it cannot be read: {error}"
            ) from None

    def log_tail(self) -> str:
        """The last line of what the worker's libraries said, the figures aside that a trainer prints."""
        try:
            with open_plain(self.path / "worker.log") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - LOG_END))
                lines = file.read(LOG_END).decode(errors="replace").splitlines()
        except OSError:
            return ""
        return next((line.strip() for line in reversed(lines) if line.strip() and line[0] != "{"), "")

    def is_ours_alone(self) -> bool:
        """Whether all that is in the folder, and the folder itself, are what they seem: no link leads out of it."""
        return not self.path.is_symlink() and all(map(is_plain, self.path.iterdir()))

    # ── who is at work ──

    @contextmanager
    def held(self, seconds: float) -> Iterator[bool]:
        """Hold the lock, if nobody else does within that time; what is given says so."""
        from filelock import FileLock, Timeout

        lock = FileLock(self.path / "lock", is_singleton=False)
        try:
            lock.acquire(timeout=seconds, poll_interval=0.02)
        except Timeout:
            yield False
            return
        except OSError as error:
            raise ProviderError("E834", job=str(self.path), reason=(error.strerror or str(error)).lower()) from None
        try:
            yield True
        finally:
            lock.release()


def _replace(path: Path, record: Record) -> None:
    with Staged() as staged:
        staged.open(path, links=False).write((record.model_dump_json(indent=2) + "\n").encode())
