"""Training, step by step: hand the files over, start the job, follow it. Whatever stops it, it can be run again."""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ftc.loop.jobs import SUFFIX, File, Job, Jobs, new
from ftc.loop.training_plan import Planned
from ftc.providers.provider import LOST, Event, JobState, ProviderError, Trainer, Training

log = logging.getLogger("ftc.train")

LOOKS = (0.0, 1.0, 2.0, 4.0, 8.0)
"""Seconds before each look for a job that may have been created although no answer came."""
UNKNOWN = ("E819", "E834")
"""What a service, and this machine, say of a job that they do not know."""
CREATIONS = 3
"""How often a job is tried to be created."""
PATIENCE = 20
"""How many times in a row a job may not be told of before the watch ends; the job itself goes on."""


def started(
    planned: Planned, trainer: Trainer, jobs: Jobs, folder: Path, *, sleep: Callable[[float], None] = time.sleep
) -> Job:
    """The job, started if it is not under way or done already. Its files lie in `folder`.

    ProviderError where it cannot be started; what was handed over until then is not handed over again.
    """
    with jobs.alone():
        job = _known(jobs.last(planned.digest), trainer, jobs)
        if job is not None and job.job is not None and job.phase not in LOST:
            log.info("this job is there already: %s (%s)", job.job, job.status)
            return job
        if job is None or job.over:
            job = new(planned)
        place = jobs.path.with_name(jobs.path.name.removesuffix(SUFFIX))
        # Another machine may have started it, or this one without hearing the answer.
        if (found := trainer.find(planned.job("", None, place))) is not None:
            log.info("this job is there already: %s (%s)", found.id, found.status)
            return jobs.keep(job.now(found))
        job = jobs.keep(job)
        for part in ("training", "validation"):
            file: File | None = getattr(job, part)
            if file is not None and file.id is None:
                handed = file.model_copy(update={"id": trainer.upload(folder / file.file)})
                job = jobs.keep(job.model_copy(update={part: handed}))
        assert job.training.id is not None
        training = planned.job(job.training.id, None if job.validation is None else job.validation.id, place)
        return jobs.keep(job.now(_created(trainer, training, sleep)))


def _known(job: Job | None, trainer: Trainer, jobs: Jobs) -> Job | None:
    """A job that was started before, as it is now; None where its provider has forgotten it."""
    if job is None or job.job is None or job.phase in LOST:
        return job
    try:
        return jobs.keep(job.now(trainer.state(job.job)))
    except ProviderError as error:
        if error.diagnostics[0].code not in UNKNOWN:
            raise
        log.info("%s knows %s no more", job.provider, job.job)
        return None


def _created(trainer: Trainer, training: Training, sleep: Callable[[float], None]) -> JobState:
    """Create the job once. Where no answer came it may be there all the same: it is looked for by its digest."""
    for attempt in range(1, CREATIONS + 1):
        try:
            return trainer.create(training)
        except ProviderError as error:
            if not error.passing:
                raise
            log.info("no answer to the job's creation; looking for it by its digest")
            for pause in LOOKS:
                sleep(pause)
                if (found := trainer.find(training)) is not None:
                    log.info("it was created: %s", found.id)
                    return found
            if attempt == CREATIONS:
                raise
            log.info("it was not created; asking again (%d of %d)", attempt + 1, CREATIONS)
    raise AssertionError


@dataclass(frozen=True, slots=True)
class Update:
    """What a look at a job told: its state, and what it said since the last look."""

    state: JobState
    events: tuple[Event, ...]


def watched(
    trainer: Trainer, job: Job, jobs: Jobs, *, every: float, sleep: Callable[[float], None] = time.sleep
) -> Iterator[Update]:
    """Look at a job again and again until it is over, and write down what became of it.

    The last update is of a job that is over. ProviderError where it cannot be told of for long.
    """
    assert job.job is not None
    seen: set[str] = set()
    missed = 0
    while True:
        try:
            state = trainer.state(job.job)
            events = tuple(trainer.events(job.job, frozenset(seen)))
        except ProviderError as error:
            missed += 1
            if not error.passing or missed == PATIENCE:
                raise
            sleep(every)
            continue
        missed = 0
        seen |= {event.id for event in events}
        if (state.status, state.phase) != (job.status, job.phase) or state.over:
            job = jobs.keep(job.now(state))
        yield Update(state, events)
        if state.over:
            return
        sleep(every)


def cancelled(trainer: Trainer, job: Job, jobs: Jobs) -> Job:
    """End a job before its time."""
    assert job.job is not None
    return jobs.keep(job.now(trainer.cancel(job.job)))


def deleted(trainer: Trainer, job: Job, jobs: Jobs) -> Job:
    """Remove the files of a job that were handed over; the job file forgets them."""
    for part in ("training", "validation"):
        file: File | None = getattr(job, part)
        if file is not None and file.id is not None:
            if trainer.delete_file(file.id):
                log.info("deleted %s (%s)", file.id, file.file)
            job = jobs.keep(job.model_copy(update={part: file.model_copy(update={"id": None})}))
    return job
