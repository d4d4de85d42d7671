"""What is known of the data that a model was trained on, and the questions that an evaluation must not count."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ftc.diagnostics import Diagnostic, FtcError
from ftc.loop.endpoint import Endpoint
from ftc.loop.evaluate.questions import EvaluationQuestion
from ftc.loop.evaluate.report import DataMatch, LeftOutQuestion
from ftc.loop.jobs import SUFFIX, JobFile
from ftc.providers.provider import TrainedData

SERVICES_OWN = "ft:"
"""How the names of tuned models begin at OpenAI."""


@dataclass(frozen=True, slots=True)
class TrainingRecord:
    """`data` is what is recorded of the training of a tuned model; None where nothing is."""

    endpoint: Endpoint
    data: TrainedData | None


def record_of(endpoint: Endpoint, files: Sequence[str]) -> TrainingRecord | None:
    """The record of a tuned model, beside the files or with the model itself; None for a model that is not tuned."""
    model = endpoint.require_model()
    data = _of_job(endpoint, model, files)
    own = endpoint.reach("chat").trained_data(model)
    if own is not None:
        data = own
    return None if data is None and not model.startswith(SERVICES_OWN) else TrainingRecord(endpoint, data)


def _of_job(endpoint: Endpoint, model: str, files: Sequence[str]) -> TrainedData | None:
    """From the job file of these files, else from another one beside it: an exam has none of its own."""
    own = JobFile.beside(Path(files[0]).with_suffix(".jsonl"))
    beside = sorted(own.path.parent.glob(f"*{SUFFIX}"))
    # One that is not there is not opened: its name may be longer than a name can be.
    jobs = list(own.all())[::-1] if own.path in beside else []
    for path in beside:
        with suppress(FtcError):
            jobs += JobFile(path).all()[::-1]
    for job in jobs:
        if job.tuned == model and job.provider == endpoint.provider:
            return TrainedData(job.method, job.training.xxh3_128, job.questions)
    return None


def check_data(record: TrainingRecord, data: DataMatch, files: list[str], *, exam: bool) -> Iterator[Diagnostic]:
    """What speaks against figures of this model: it was trained on other data, or nobody knows on what.

    Files that only ask (an `exam`) are of other data by nature.
    """
    model = record.endpoint.require_model()
    if data == "other" and not exam:
        yield Diagnostic("W942", None, {"model": model, "files": files})
    if record.data is None or record.data.questions is None:
        yield Diagnostic("W945", None, {"model": model, "files": files})


def leave_out(
    questions: Iterable[EvaluationQuestion], records: Iterable[TrainingRecord], *, others: bool
) -> tuple[list[EvaluationQuestion], list[LeftOutQuestion]]:
    """The questions to ask, and those that a model was trained on although they are to be new to it: the held-out ones,
    and with `others`, where the model is of other data, those of a file that holds nothing out."""
    asked, left_out = [], []
    known = [record.data.questions for record in records if record.data is not None and record.data.questions]
    for one in questions:
        new = one.split == "held out" or (others and one.split == "all")
        if new and any(each.holds(one.question.messages) for each in known):
            messages = [dict(message) for message in one.question.messages]
            left_out.append(LeftOutQuestion(id=one.id, block=one.block, split=one.split, messages=messages))
        else:
            asked.append(one)
    return asked, left_out


def check_questions(left_out: Sequence[LeftOutQuestion], asked: int, model: str) -> Iterator[Diagnostic]:
    """The questions that were left out, and that no other is left."""
    if left_out:
        blocks = list(dict.fromkeys(each.block for each in left_out))
        first = left_out[0].prompt
        data = {"count": len(left_out), "of": asked + len(left_out), "model": model, "blocks": blocks, "first": first}
        yield Diagnostic("W944", None, data)
        if not asked:
            yield Diagnostic("E955", None, {"model": model})
