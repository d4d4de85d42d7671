"""Training, step by step: upload the files, start the job, follow it. After any interruption it can be run again."""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ftc.loop.jobs import SUFFIX, JobFile, JobRecord, TrainingFile, new_record
from ftc.loop.training_plan import TrainingPlan
from ftc.providers.provider import LOST, Event, JobState, ProviderError, Trainer, Training
from ftc.quality.trained_questions import TrainedQuestions

log = logging.getLogger("ftc.train")

SEARCH_DELAYS = (0.0, 1.0, 2.0, 4.0, 8.0)
"""Seconds before each search for a job that may have been created although no answer came."""
UNKNOWN = ("E819", "E834")
"""The codes for a job that a service, or this machine, does not know."""
CREATIONS = 3
"""How many times the creation of a job is tried."""
PATIENCE = 20
"""How many times in a row the state of a job may be unavailable before following it ends; the job itself goes on."""


def start_job(
    plan: TrainingPlan, trainer: Trainer, jobs: JobFile, folder: Path, *,
    questions: TrainedQuestions | None = None, sleep: Callable[[float], None] = time.sleep,
) -> JobRecord:  # fmt: skip
    """Start the job, unless it is running or has finished already. Its files are in `folder`, `questions` those of its
    training lines, where they are to be noted in the job file.

    ProviderError where it cannot be started; files that were uploaded by then are not uploaded again.
    """
    with jobs.lock():
        job = _refresh(jobs.last(plan.digest), trainer, jobs)
        if job is not None and job.job is not None and job.phase not in LOST:
            log.info("this job is there already: %s (%s)", job.job, job.status)
            return job
        if job is None or job.over:
            job = new_record(plan, questions)
        place = jobs.path.with_name(jobs.path.name.removesuffix(SUFFIX))
        # Another machine may have started it, or this one without hearing the answer.
        if (found := trainer.find(plan.to_training("", None, place))) is not None:
            log.info("this job is there already: %s (%s)", found.id, found.status)
            return jobs.save(job.with_state(found))
        job = jobs.save(job)
        for part in ("training", "validation"):
            file: TrainingFile | None = getattr(job, part)
            if file is not None and file.id is None:
                uploaded = file.model_copy(update={"id": trainer.upload(folder / file.file)})
                job = jobs.save(job.model_copy(update={part: uploaded}))
        assert job.training.id is not None
        training = plan.to_training(job.training.id, None if job.validation is None else job.validation.id, place)
        return jobs.save(job.with_state(_create(trainer, training, sleep)))


def _refresh(job: JobRecord | None, trainer: Trainer, jobs: JobFile) -> JobRecord | None:
    """A job that was started before, with its present state; None where its provider no longer knows it."""
    if job is None or job.job is None or job.phase in LOST:
        return job
    try:
        return jobs.save(job.with_state(trainer.state(job.job)))
    except ProviderError as error:
        if error.diagnostics[0].code not in UNKNOWN:
            raise
        log.info("%s knows %s no more", job.provider, job.job)
        return None


def _create(trainer: Trainer, training: Training, sleep: Callable[[float], None]) -> JobState:
    """Create the job once. Where no answer came it may exist all the same, so it is searched for by its digest."""
    for attempt in range(1, CREATIONS + 1):
        try:
            return trainer.create(training)
        except ProviderError as error:
            if not error.transient:
                raise
            log.info("no answer to the job's creation; looking for it by its digest")
            for pause in SEARCH_DELAYS:
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
    """The state of a job, and the events since the last update."""

    state: JobState
    events: tuple[Event, ...]


def follow_job(
    trainer: Trainer, job: JobRecord, jobs: JobFile, *, every: float, sleep: Callable[[float], None] = time.sleep
) -> Iterator[Update]:
    """Poll a job until it has ended, and save each change of its state.

    The last update is of a job that has ended. ProviderError where its state is unavailable for long.
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
            if not error.transient or missed == PATIENCE:
                raise
            sleep(every)
            continue
        missed = 0
        seen |= {event.id for event in events}
        if (state.status, state.phase) != (job.status, job.phase) or state.over:
            job = jobs.save(job.with_state(state))
        yield Update(state, events)
        if state.over:
            return
        sleep(every)


def cancel_job(trainer: Trainer, job: JobRecord, jobs: JobFile) -> JobRecord:
    """Cancel a job."""
    assert job.job is not None
    return jobs.save(job.with_state(trainer.cancel(job.job)))


def delete_uploads(trainer: Trainer, job: JobRecord, jobs: JobFile) -> JobRecord:
    """Delete the uploaded files of a job, and drop them from the job file."""
    for part in ("training", "validation"):
        file: TrainingFile | None = getattr(job, part)
        if file is not None and file.id is not None:
            if trainer.delete_file(file.id):
                log.info("deleted %s (%s)", file.id, file.file)
            job = jobs.save(job.model_copy(update={part: file.model_copy(update={"id": None})}))
    return job
