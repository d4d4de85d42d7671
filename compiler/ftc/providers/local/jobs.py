"""Training on this machine: jobs that outlive the command that starts them, each in a process and a folder of its own.

Nothing is uploaded, so a file is named by its path, and a job by its folder.
"""

import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from ftc.providers.local.examples import read_lines
from ftc.providers.local.job_folder import SUFFIX, JobFolder, State
from ftc.providers.local.library import require
from ftc.providers.local.processes import command, send_signal
from ftc.providers.local.resolve import TUNED, resolve
from ftc.providers.provider import LOST, Event, JobState, ProviderError, Training

STARTS_WITHIN = 60.0
"""Seconds that a worker gets to report that it started, which it does before it imports large libraries."""
ENDS_WITHIN = 10.0
"""Seconds that a worker gets to end after a signal."""


class LocalTrainer:
    """Trains models on this machine; ProviderError where a library for it is missing."""

    def __init__(self) -> None:
        require("trl", "datasets")

    def upload(self, path: Path) -> str:
        return str(path)

    def create(self, training: Training) -> JobState:
        resolve(training.model)
        for file in (training.training_file, training.validation_file):
            if file is not None:
                for _ in read_lines(Path(file), training.method):
                    pass
        job = _place(training)
        job.write(training)
        self._start(job)
        return self.state(str(job.path))

    def find(self, training: Training) -> JobState | None:
        """The newest job with this digest, beside the place of this one, that has not failed and was not cancelled."""
        found: list[tuple[float, JobState]] = []
        for folder in training.place.parent.glob(f"*{SUFFIX}"):
            job = JobFolder(folder)
            try:
                if job.training().digest != training.digest:
                    continue
                state = self.state(str(folder))
            except ProviderError:
                continue
            if state.phase not in LOST:
                found.append(((folder / "job.json").stat().st_mtime, state))
        return max(found, key=lambda each: (each[0], each[1].id))[1] if found else None

    def state(self, job: str) -> JobState:
        """The state of a job. One that claims to run while nobody holds its lock has died."""
        folder = JobFolder(Path(job))
        folder.training()
        state = folder.read_state() or State()
        if state.phase in ("waiting", "running"):
            with folder.lock(0) as alone:
                if alone:
                    # It may have ended in the meantime.
                    state = folder.read_state() or State()
                    if state.phase in ("waiting", "running"):
                        state = _died(folder, state)
        return JobState(
            id=job,
            status=state.phase,
            phase=state.phase,
            model=job if state.phase == "succeeded" else None,
            error=state.error,
            done=state.done,
            total=state.total,
            trained_tokens=state.trained_tokens,
        )

    def events(self, job: str, seen: frozenset[str]) -> Sequence[Event]:
        return [Event(id, message) for id, message in JobFolder(Path(job)).events() if id not in seen]

    def cancel(self, job: str) -> JobState:
        """End the worker of a job. A job that has ended stays as it is."""
        folder = JobFolder(Path(job))
        folder.training()
        for each in (signal.SIGTERM, getattr(signal, "SIGKILL", signal.SIGTERM)):
            with folder.lock(0) as alone:
                if alone:
                    break
            state = folder.read_state()
            if state is not None and state.pid is not None and state.started is not None:
                send_signal(state.pid, state.started, folder.path, each)
            with folder.lock(ENDS_WITHIN) as alone:
                if alone:
                    break
        with folder.lock(0) as alone:
            state = folder.read_state() or State()
            if alone and state.phase in ("waiting", "running"):
                folder.add_event("cancelled")
                folder.write_state(State(phase="cancelled", done=state.done, total=state.total, loss=state.loss))
        return self.state(job)

    def delete_file(self, file: str) -> bool:
        """Nothing was uploaded: the files are the user's."""
        return False

    def _start(self, job: JobFolder) -> None:
        """Start the worker, and wait until it has reported: from then on its lock shows whether it is alive."""
        with job.log() as log:
            worker = subprocess.Popen(
                command(job.path),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        until = time.monotonic() + STARTS_WITHIN
        while job.read_state() is None:
            if worker.poll() is not None or time.monotonic() > until:
                raise ProviderError("E832", reason=job.log_tail() or "its process ended at once")
            time.sleep(0.02)
        # The worker outlives this process, so nothing waits for it.
        worker.returncode = 0


def _place(training: Training) -> JobFolder:
    """A new folder for a job: `smoking.model`, `smoking-2.model`, …, whichever is free. A folder in which the same job
    failed is used again; any other is left as it is."""
    for number in range(1, 10_000):
        base = training.place if number == 1 else training.place.with_name(f"{training.place.name}-{number}")
        path = base.with_name(base.name + SUFFIX)
        job = JobFolder(path)
        try:
            path.mkdir(parents=True)
            return job
        except FileExistsError:
            if _may_be_used_again(job, training):
                return job
        except OSError as error:
            raise ProviderError("E832", reason=f"{path} cannot be made: {error.strerror}") from error
    raise ProviderError("E832", reason=f"there are too many folders called {training.place.name}-…{SUFFIX}")


def _may_be_used_again(job: JobFolder, training: Training) -> bool:
    try:
        if job.training().digest != training.digest or (job.path / TUNED).exists():
            return False
        if not job.is_ours_alone():
            return False
        with job.lock(0) as alone:
            state = job.read_state()
            if not alone or state is None or state.phase == "succeeded":
                return False
            for name in ("state.json", "events.jsonl"):
                (job.path / name).unlink(missing_ok=True)
            return True
    except ProviderError:
        return False


def _died(folder: JobFolder, state: State) -> State:
    why = folder.log_tail()
    error = "its process ended without a word" + (f"; the last in {folder.path / 'worker.log'}: {why}" if why else "")
    return State(phase="failed", done=state.done, total=state.total, loss=state.loss, error=error)
