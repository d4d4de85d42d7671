"""The folder of a training job: its description, its state, and whether a process is working on it.

    job.json      the description of the job; a folder without it is not ours
    state.json    the present state, replaced as a whole
    events.jsonl  the messages of the worker, a line each
    worker.log    the output of its libraries
    lock          held by the worker as long as it lives; the system releases it however the worker ends
    ftc.json      beside the adapter, once that is complete: the folder is a model now

The worker writes, and any process reads.
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
"""Bytes at the end of a log that are searched for its last line."""


class State(Record):
    """The state of a job. `pid` is the worker that wrote it and `started` when that process began, in seconds since
    1970 as the system reports it; `state` is the version of the format."""

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


class _JobSpec(Record):
    """The description of a job, as it is written down: a Training. `job` is the version of the format."""

    job: Literal[1] = 1
    model: str
    method: Method
    settings: dict[str, int | float | str]
    training_file: str
    validation_file: str | None
    digest: str
    dataset: str
    place: Path


class _EventLine(Record):
    """A line of `events.jsonl`."""

    message: str


@dataclass(frozen=True, slots=True)
class JobFolder:
    """A job, by its folder."""

    path: Path

    # ── the description ──

    def write(self, training: Training) -> None:
        spec = _JobSpec(**{**asdict(training), "settings": dict(training.settings)})
        _replace(self.path / "job.json", spec)

    def training(self) -> Training:
        """The description of the job; ProviderError where the folder has none."""
        spec = self._read("job.json", _JobSpec)
        if spec is None:
            raise ProviderError("E834", job=str(self.path), reason="it has no job.json")
        return Training(**{name: getattr(spec, name) for name in Training.__slots__})

    # ── the state ──

    def write_state(self, state: State) -> None:
        _replace(self.path / "state.json", state)

    def read_state(self) -> State | None:
        return self._read("state.json", State)

    def _read(self, name: str, model: type[RecordType]) -> RecordType | None:
        """A file of the folder; None where it does not exist."""
        try:
            return read_record(self.path / name, model, SMALL)
        except FileNotFoundError:
            return None
        except BadRecord as bad:
            raise ProviderError("E834", job=str(self.path), reason=f"{name} in it cannot be read: {bad}") from None

    def add_event(self, message: str) -> None:
        with self._open("events.jsonl", os.O_APPEND) as file:
            file.write(json.dumps({"message": message}, ensure_ascii=False).encode("utf-8", "replace") + b"\n")

    def log(self) -> BinaryIO:
        """The file for the output of the worker's libraries, emptied."""
        (self.path / "worker.log").unlink(missing_ok=True)
        return self._open("worker.log", os.O_EXCL)

    def _open(self, name: str, flag: int) -> BinaryIO:
        """Open a file of the folder to write to; a link is not followed."""
        flags = os.O_WRONLY | os.O_CREAT | flag | getattr(os, "O_BINARY", 0)
        flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        return os.fdopen(os.open(self.path / name, flags, 0o666), "wb")

    def events(self) -> Iterator[tuple[str, str]]:
        """The events, each with its id. A line that is still being written is left out."""
        try:
            text = read_plain(self.path / "events.jsonl", LIMIT)
            for number, line in enumerate(text.split(b"\n")[:-1], 1):
                yield str(number), parse_record(line, _EventLine).message
        except FileNotFoundError:
            return
        except (OSError, BadRecord) as error:
            raise ProviderError(
                "E834", job=str(self.path), reason=f"events.jsonl in it cannot be read: {error}"
            ) from None

    def log_tail(self) -> str:
        """The last line in the output of the worker's libraries, except for the metrics that a trainer prints."""
        try:
            with open_plain(self.path / "worker.log") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - LOG_END))
                lines = file.read(LOG_END).decode(errors="replace").splitlines()
        except OSError:
            return ""
        return next((line.strip() for line in reversed(lines) if line.strip() and line[0] != "{"), "")

    def is_ours_alone(self) -> bool:
        """Whether the folder and everything in it are plain: no link leads out of it."""
        return not self.path.is_symlink() and all(map(is_plain, self.path.iterdir()))

    # ── the lock ──

    @contextmanager
    def lock(self, seconds: float) -> Iterator[bool]:
        """Take the lock, if it is free within that time; yields whether it was."""
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
