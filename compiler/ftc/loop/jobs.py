"""The job file beside the manifest: the training jobs that were started on an output, and how far each has come.

It is written after every step that cannot be undone, so that `ftc train` resumes where it stopped.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir
from typing import Annotated, Any, Literal

from pydantic import FailFast

from ftc.diagnostics import Diagnostic, FtcError
from ftc.emit.staged import Staged, real_path
from ftc.loop.endpoint import Endpoint
from ftc.loop.training_plan import TrainingPlan
from ftc.providers.local.job_folder import SUFFIX as FOLDER
from ftc.providers.provider import LOST, OVER, JobState, Method, Phase
from ftc.quality.trained_questions import TrainedQuestions
from ftc.records import BadRecord, Record, read_record

SUFFIX = ".job.json"


class TrainingFile(Record):
    """A file of a job; `id` is the provider's name for it, once it has been uploaded."""

    file: str
    xxh3_128: str
    id: str | None = None


class JobRecord(Record):
    """A job, as far as it is known here. `questions` are those of the training lines, where a service trains and the
    model cannot say. `job` is the provider's name for it: None until it has been created."""

    digest: str
    provider: str
    base_url: str | None = None
    model: str
    method: Method
    settings: dict[str, Any]
    training: TrainingFile
    validation: TrainingFile | None = None
    questions: TrainedQuestions | None = None
    job: str | None = None
    status: str = "not created"
    phase: Phase = "waiting"
    tuned: str | None = None
    error: str | None = None

    @property
    def over(self) -> bool:
        return self.phase in OVER

    @property
    def files(self) -> tuple[TrainingFile, ...]:
        return (self.training,) if self.validation is None else (self.training, self.validation)

    def with_state(self, state: JobState) -> "JobRecord":
        """The same job with the state that its provider reports."""
        fields = {"job": state.id, "status": state.status, "phase": state.phase}
        return self.model_copy(update={**fields, "tuned": state.model, "error": state.error})


class _Contents(Record):
    """`job_file` is the version of the format; the jobs are in the order in which they were started."""

    job_file: Literal[1] = 1
    jobs: Annotated[tuple[JobRecord, ...], FailFast()] = ()


class JobFile:
    """The jobs of an output, in the file beside it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def beside(cls, output: Path) -> "JobFile":
        """`knowledge.jsonl` has `knowledge.job.json`."""
        return cls(output.with_name(output.stem + SUFFIX))

    def all(self) -> tuple[JobRecord, ...]:
        """All jobs, the oldest first. FtcError where the file is not a job file."""
        try:
            jobs = read_record(self.path, _Contents).jobs
            for each in jobs:
                self._guard(each)
            return jobs
        except FileNotFoundError:
            return ()
        except BadRecord as bad:
            raise FtcError((Diagnostic("E946", None, {"path": str(self.path), "reason": str(bad)}),)) from None

    def _guard(self, job: JobRecord) -> None:
        """BadRecord where a job of this machine is not a folder beside the job file. The file may come from anyone, and
        such a folder is read and written, and its process ended."""
        for place in (job.job, job.tuned) if job.provider == "local" else ():
            if place is None:
                continue
            path = Path(place)
            beside = os.path.abspath(path.parent) == os.path.abspath(self.path.parent)  # noqa: PTH100
            if not beside or path.suffix != FOLDER or "\0" in place or path.is_symlink():
                raise BadRecord("a job in it is no folder beside it")

    def last(self, digest: str) -> JobRecord | None:
        """The newest job of this digest."""
        return next((job for job in reversed(self.all()) if job.digest == digest), None)

    def running(self) -> JobRecord | None:
        """The newest job that is still running."""
        return next((job for job in reversed(self.all()) if job.job is not None and not job.over), None)

    def succeeded(self) -> JobRecord | None:
        """The newest job that produced a model."""
        return next((job for job in reversed(self.all()) if job.tuned is not None), None)

    def save(self, job: JobRecord) -> JobRecord:
        """Write the job into the file: in place of the newest of its digest, unless that one ended without a model."""
        jobs = list(self.all())
        at = next((i for i in reversed(range(len(jobs))) if jobs[i].digest == job.digest), None)
        if at is None or (jobs[at].phase in LOST and jobs[at].job != job.job):
            jobs.append(job)
        else:
            jobs[at] = job
        text = _Contents(jobs=tuple(jobs)).model_dump_json(indent=2, exclude_none=True) + "\n"
        with Staged() as staged:
            staged.open(self.path, links=False).write(text.encode())
        return job

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Only one process at a time starts jobs on an output."""
        from filelock import FileLock
        from xxhash import xxh3_64_hexdigest

        name = f"ftc-{xxh3_64_hexdigest(os.fsencode(real_path(self.path)))}.lock"
        with FileLock(Path(gettempdir()) / name):
            yield


def new_record(plan: TrainingPlan, questions: TrainedQuestions | None = None) -> JobRecord:
    """The record of a job that is about to be created."""
    files = [
        TrainingFile(file=output.file, xxh3_128=output.xxh3_128) if output is not None else None
        for output in (plan.training, plan.validation)
    ]
    assert files[0] is not None
    return JobRecord(
        digest=plan.digest,
        provider=plan.endpoint.provider,
        base_url=plan.endpoint.base_url,
        model=plan.model,
        method=plan.method,
        settings=dict(plan.settings),
        training=files[0],
        validation=files[1],
        questions=questions,
    )


def last_model(files: Sequence[str]) -> tuple[Endpoint, Endpoint] | None:
    """The model that `ftc train` produced last from these files, and the one it was trained from; None without one."""
    jobs = JobFile.beside(Path(files[0]).with_suffix(".jsonl"))
    job = jobs.succeeded()
    if job is None:
        return None
    trusted = job.base_url is None
    return Endpoint(job.provider, job.base_url, job.tuned, trusted), Endpoint(
        job.provider, job.base_url, job.model, trusted
    )
