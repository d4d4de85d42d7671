"""The job file beside the manifest: which jobs were started on an output, and how far each has come.

It is written after every step that cannot be taken back, so whoever runs `ftc train` again goes on where it stopped.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir
from typing import Annotated, Any, Literal

from pydantic import FailFast

from ftc.diagnostics import Diagnostic, FtcError
from ftc.emit.staged import Staged, settled
from ftc.loop.endpoint import Whom
from ftc.loop.training_plan import Planned
from ftc.providers.local.folder import SUFFIX as FOLDER
from ftc.providers.provider import LOST, OVER, JobState, Method, Phase
from ftc.records import BadRecord, Record, read_record

SUFFIX = ".job.json"


class File(Record):
    """A file of a job; `id` is the provider's name for it, once it was handed over."""

    file: str
    xxh3_128: str
    id: str | None = None


class Job(Record):
    """A job as far as it is known here. `job` is the provider's name for it: None until one is created."""

    digest: str
    provider: str
    base_url: str | None = None
    model: str
    method: Method
    settings: dict[str, Any]
    training: File
    validation: File | None = None
    job: str | None = None
    status: str = "not created"
    phase: Phase = "waiting"
    tuned: str | None = None
    error: str | None = None

    @property
    def over(self) -> bool:
        return self.phase in OVER

    @property
    def files(self) -> tuple[File, ...]:
        return (self.training,) if self.validation is None else (self.training, self.validation)

    def now(self, state: JobState) -> "Job":
        """The same job as its provider tells it."""
        told = {"job": state.id, "status": state.status, "phase": state.phase}
        return self.model_copy(update={**told, "tuned": state.model, "error": state.error})


class _JobFile(Record):
    """`job_file` is the version of this shape; the jobs are in the order in which they were started."""

    job_file: Literal[1] = 1
    jobs: Annotated[tuple[Job, ...], FailFast()] = ()


class Jobs:
    """The jobs of an output, as the file beside it holds them."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def beside(cls, output: Path) -> "Jobs":
        """`knowledge.jsonl` has `knowledge.job.json`."""
        return cls(output.with_name(output.stem + SUFFIX))

    def all(self) -> tuple[Job, ...]:
        """FtcError where the file is none."""
        try:
            jobs = read_record(self.path, _JobFile).jobs
            for each in jobs:
                self._guard(each)
            return jobs
        except FileNotFoundError:
            return ()
        except BadRecord as bad:
            raise FtcError((Diagnostic("E946", None, {"path": str(self.path), "reason": str(bad)}),)) from None

    def _guard(self, job: Job) -> None:
        """BadRecord where a job of this machine is another folder than one beside the job file, which may be anyone's:
        what is in it is read and written, and a process ended."""
        for place in (job.job, job.tuned) if job.provider == "local" else ():
            if place is None:
                continue
            path = Path(place)
            beside = os.path.abspath(path.parent) == os.path.abspath(self.path.parent)  # noqa: PTH100
            if not beside or path.suffix != FOLDER or "\0" in place or path.is_symlink():
                raise BadRecord("a job in it is no folder beside it")

    def last(self, digest: str) -> Job | None:
        """The newest job of this digest."""
        return next((job for job in reversed(self.all()) if job.digest == digest), None)

    def running(self) -> Job | None:
        """The newest job that is under way."""
        return next((job for job in reversed(self.all()) if job.job is not None and not job.over), None)

    def succeeded(self) -> Job | None:
        """The newest job that made a model."""
        return next((job for job in reversed(self.all()) if job.tuned is not None), None)

    def keep(self, job: Job) -> Job:
        """Write it down: in the place of the newest of its digest, unless that one has ended without a model."""
        jobs = list(self.all())
        at = next((i for i in reversed(range(len(jobs))) if jobs[i].digest == job.digest), None)
        if at is None or (jobs[at].phase in LOST and jobs[at].job != job.job):
            jobs.append(job)
        else:
            jobs[at] = job
        text = _JobFile(jobs=tuple(jobs)).model_dump_json(indent=2, exclude_none=True) + "\n"
        with Staged() as staged:
            staged.open(self.path, links=False).write(text.encode())
        return job

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Only one process at a time starts jobs on an output."""
        from filelock import FileLock
        from xxhash import xxh3_64_hexdigest

        name = f"ftc-{xxh3_64_hexdigest(os.fsencode(settled(self.path)))}.lock"
        with FileLock(Path(gettempdir()) / name):
            yield


def new(planned: Planned) -> Job:
    """The record of a job that is about to be created."""
    files = [
        File(file=output.file, xxh3_128=output.xxh3_128) if output is not None else None
        for output in (planned.training, planned.validation)
    ]
    assert files[0] is not None
    return Job(
        digest=planned.digest,
        provider=planned.whom.provider,
        base_url=planned.whom.base_url,
        model=planned.model,
        method=planned.method,
        settings=dict(planned.settings),
        training=files[0],
        validation=files[1],
    )


def last_model(files: Sequence[str], output: str | None = None) -> tuple[Whom, Whom] | None:
    """The model that `ftc train` made last of these files, and the one it was made from; None where there is none.

    `output` is what `-o` named then, if it did.
    """
    jobs = Jobs.beside(Path(output) if output else Path(files[0]).with_suffix(".jsonl"))
    job = jobs.succeeded()
    if job is None:
        return None
    told = job.base_url is None
    return Whom(job.provider, job.base_url, job.tuned, told), Whom(job.provider, job.base_url, job.model, told)
