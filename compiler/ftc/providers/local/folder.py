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
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from ftc.emit.staged import Staged
from ftc.providers.provider import Phase, ProviderError, Training

SUFFIX = ".model"


@dataclass(frozen=True, slots=True)
class State:
    """What became of a job; `pid` is that of the worker that wrote it."""

    phase: Phase = "waiting"
    done: int = 0
    total: int = 0
    loss: float | None = None
    trained_tokens: int | None = None
    seconds: float = 0.0
    error: str | None = None
    pid: int | None = None


@dataclass(frozen=True, slots=True)
class JobFolder:
    """A job by its folder."""

    path: Path

    # ── what is to be done ──

    def write(self, training: Training) -> None:
        said = {**asdict(training), "settings": dict(training.settings), "place": str(training.place)}
        _replace(self.path / "job.json", said)

    def training(self) -> Training:
        """What the job is to do; ProviderError where the folder holds none."""
        try:
            said = json.loads((self.path / "job.json").read_text(encoding="utf-8"))
            return Training(**{**said, "place": Path(said["place"])})
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ProviderError("E834", job=str(self.path)) from error

    # ── what became of it ──

    def report(self, state: State) -> None:
        _replace(self.path / "state.json", asdict(state))

    def reported(self) -> State | None:
        try:
            said = json.loads((self.path / "state.json").read_text(encoding="utf-8"))
            return State(**{field.name: said[field.name] for field in fields(State) if field.name in said})
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError) as error:
            raise ProviderError("E834", job=str(self.path)) from error

    def say(self, message: str) -> None:
        with (self.path / "events.jsonl").open("a", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps({"message": message}, ensure_ascii=False) + "\n")

    def said(self) -> Iterator[tuple[str, str]]:
        """The events, each with its id. A line that is still being written is not there yet."""
        try:
            text = (self.path / "events.jsonl").read_text(encoding="utf-8")
        except FileNotFoundError:
            return
        for number, line in enumerate(text.split("\n")[:-1], 1):
            yield str(number), json.loads(line)["message"]

    def log_tail(self) -> str:
        """The last line of what the worker's libraries said, the figures aside that a trainer prints."""
        try:
            lines = (self.path / "worker.log").read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return ""
        return next((line.strip() for line in reversed(lines) if line.strip() and line[0] != "{"), "")

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
        try:
            yield True
        finally:
            lock.release()


def _replace(path: Path, said: Mapping[str, Any]) -> None:
    with Staged() as staged:
        staged.open(path).write((json.dumps(said, ensure_ascii=False, indent=2) + "\n").encode())
