"""Starting and following a job: whatever goes wrong, one job is made, and the job file knows it.

The trainer here is a simulated service whose every call can fail before or after it took effect. The real ones are
tested in test_contract.py and test_local_jobs.py.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from effort import examples
from ftc.diagnostics import FtcError
from ftc.emit.manifest import OutputEntry
from ftc.loop.endpoint import Endpoint, resolve_endpoint
from ftc.loop.jobs import JobFile, last_model
from ftc.loop.known_models import check_dates, price
from ftc.loop.train import cancel_job, delete_uploads, follow_job, start_job
from ftc.loop.training_plan import TrainingPlan, check_plan
from ftc.loop.training_settings import merge_settings
from ftc.providers import capabilities
from ftc.providers.provider import Event, JobState, ProviderError, Training
from ftc.wording import worded

BEFORE = date(2026, 12, 1)
"""A day on which OpenAI still trained."""


class Killed(BaseException):
    """The process ends here and now."""


Fault = Callable[[], None]


def fine() -> None:
    pass


def no_answer() -> None:
    raise ProviderError("E801", transient=True, name="x", known=[])


def refused() -> None:
    raise ProviderError("E801", name="x", known=[])


def killed() -> None:
    raise Killed


@dataclass
class Service:
    """`faults` are what happens at each call, before (even places) and after (odd places) it takes effect."""

    faults: list[Fault] = field(default_factory=list)
    made: list[tuple[str, Training]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    statuses: list[str] = field(default_factory=lambda: ["queued", "running", "succeeded"])

    def _call(self) -> None:
        if self.faults:
            self.faults.pop(0)()

    def upload(self, path: Path) -> str:
        self._call()
        self.files.append(path.name)
        self._call()
        return f"file-{len(self.files)}"

    def create(self, training: Training) -> JobState:
        self._call()
        self.made.append((f"job-{len(self.made) + 1}", training))
        self._call()
        return JobState(self.made[-1][0], "queued", "waiting")

    def find(self, training: Training) -> JobState | None:
        self._call()
        found = next((job for job, made in reversed(self.made) if made.digest == training.digest), None)
        self._call()
        return None if found is None else JobState(found, "queued", "waiting")

    def state(self, job: str) -> JobState:
        self._call()
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        self._call()
        if status == "succeeded":
            return JobState(job, status, "succeeded", model=f"ft:{job}")
        if status in ("failed", "cancelled"):
            return JobState(job, status, "failed" if status == "failed" else "cancelled", error="no luck")
        return JobState(job, status, "running")

    def events(self, job: str, seen: frozenset[str]) -> Sequence[Event]:
        self._call()
        return [event for event in (Event("1", "step 1"), Event("2", "step 2")) if event.id not in seen]

    def cancel(self, job: str) -> JobState:
        self.statuses = ["cancelled"]
        return self.state(job)

    def delete_file(self, file: str) -> bool:
        self.files[int(file.split("-")[1]) - 1] = "deleted"
        return True


def plan_of(digest: str = "d1", *, held_out: bool = False) -> TrainingPlan:
    def output(split: str) -> OutputEntry:
        return OutputEntry(file=f"{split}.jsonl", split=split, lines=50, skipped=0, bytes=1000, xxh3_128="ab")  # type: ignore[arg-type]

    return TrainingPlan(
        endpoint=Endpoint("openai", None, "gpt-4.1-mini"),
        method="supervised",
        settings={"epochs": 3},
        ignored=(),
        epochs_reason="",
        training=output("training"),
        validation=output("validation") if held_out else None,
        tokens=None,
        usd_per_million=None,
        digest=digest,
    )


def start(service: Service, jobs: JobFile, plan: TrainingPlan) -> str:
    job = start_job(plan, service, jobs, jobs.path.parent, sleep=lambda seconds: None)
    assert job.job is not None
    return job.job


FAULTS = st.lists(st.sampled_from([fine, fine, fine, no_answer, killed]), max_size=14)


@examples(300, full=3000)
@given(runs=st.lists(FAULTS, max_size=5), held_out=st.booleans())
def test_however_often_it_is_killed_one_job_is_made(
    runs: list[list[Fault]], held_out: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    service, jobs = Service(), JobFile(tmp_path_factory.mktemp("job") / "smoking.job.json")
    plan = plan_of(held_out=held_out)
    uploads = 0
    for faults in runs:
        service.faults = list(faults)
        try:
            start(service, jobs, plan)
        except (Killed, ProviderError):
            uploads += 2
    service.faults = []
    assert start(service, jobs, plan) == "job-1"
    assert len(service.made) == 1
    # A file is handed over again only where the answer to it was lost.
    assert len(service.files) <= 1 + held_out + uploads
    *_, last = follow_job(service, jobs.all()[-1], jobs, every=0, sleep=lambda seconds: None)
    assert last.state.phase == "succeeded"
    assert [job.tuned for job in jobs.all()] == ["ft:job-1"]


def test_a_refused_job_is_told_and_not_tried_again(tmp_path: Path) -> None:
    service, jobs = Service([fine] * 4 + [refused]), JobFile(tmp_path / "smoking.job.json")
    with pytest.raises(ProviderError):
        start(service, jobs, plan_of())
    assert not service.made
    assert [job.job for job in jobs.all()] == [None]
    assert service.files == ["training.jsonl"]
    start(service, jobs, plan_of())
    assert service.files == ["training.jsonl"], "what was handed over is not handed over again"


def test_the_same_data_with_other_settings_are_another_job(tmp_path: Path) -> None:
    service, jobs = Service(), JobFile(tmp_path / "smoking.job.json")
    assert [start(service, jobs, plan_of(digest)) for digest in ("d1", "d2", "d1")] == ["job-1", "job-2", "job-1"]


def test_after_a_failed_job_there_may_be_another(tmp_path: Path) -> None:
    service, jobs = Service(), JobFile(tmp_path / "smoking.job.json")
    start(service, jobs, plan_of())
    service.statuses = ["failed"]
    *_, last = follow_job(service, jobs.all()[-1], jobs, every=0)
    assert last.state.error == "no luck"
    service.made, service.statuses = [], ["succeeded"]
    start(service, jobs, plan_of())
    assert [job.phase for job in jobs.all()] == ["failed", "waiting"]


def test_a_job_on_a_machine_that_knows_nothing_of_it_is_found(tmp_path: Path) -> None:
    service = Service()
    start(service, JobFile(tmp_path / "here.job.json"), plan_of())
    assert start(service, JobFile(tmp_path / "there.job.json"), plan_of()) == "job-1"
    assert len(service.made) == 1


def test_an_unknown_status_is_waited_out_and_events_are_told_once(tmp_path: Path) -> None:
    service, jobs = Service(statuses=["pausing", "meditating", "succeeded"]), JobFile(tmp_path / "smoking.job.json")
    start(service, jobs, plan_of())
    updates = list(follow_job(service, jobs.all()[-1], jobs, every=0, sleep=lambda seconds: None))
    assert [update.state.status for update in updates] == ["pausing", "meditating", "succeeded"]


def test_a_watch_outlives_a_service_that_is_away_for_a_while(tmp_path: Path) -> None:
    service, jobs = Service(), JobFile(tmp_path / "smoking.job.json")
    start(service, jobs, plan_of())
    service.faults = [no_answer, no_answer, fine, no_answer, no_answer]
    *_, last = follow_job(service, jobs.all()[-1], jobs, every=0, sleep=lambda seconds: None)
    assert last.state.phase == "succeeded"
    service.faults = [no_answer] * 100
    with pytest.raises(ProviderError):
        list(follow_job(service, jobs.all()[-1], jobs, every=0, sleep=lambda seconds: None))


def test_cancelling_and_deleting_are_written_down(tmp_path: Path) -> None:
    service, jobs = Service(), JobFile(tmp_path / "smoking.job.json")
    start(service, jobs, plan_of(held_out=True))
    running = jobs.running()
    assert running is not None
    job = cancel_job(service, running, jobs)
    assert (job.phase, jobs.running()) == ("cancelled", None)
    assert [file.id for file in job.files] == ["file-1", "file-2"]
    assert [file.id for file in delete_uploads(service, job, jobs).files] == [None, None]
    assert service.files == ["deleted", "deleted"]


def test_the_job_file_is_refused_where_it_is_none(tmp_path: Path) -> None:
    path = tmp_path / "smoking.job.json"
    for text in (b"", b"{}}", b'{"job_file": 2}', b'{"jobs": [{"digest": 1}]}', b"\xff"):
        path.write_bytes(text)
        with pytest.raises(FtcError) as caught:
            JobFile(path).all()
        assert caught.value.diagnostics[0].code == "E946"


def test_the_last_model_is_the_one_that_succeeded_last(tmp_path: Path) -> None:
    files = [str(tmp_path / "smoking.ft")]
    assert last_model(files) is None
    service, jobs = Service(), JobFile(tmp_path / "smoking.job.json")
    start(service, jobs, plan_of())
    assert last_model(files) is None
    list(follow_job(service, jobs.all()[-1], jobs, every=0, sleep=lambda seconds: None))
    assert last_model(files) == (Endpoint("openai", None, "ft:job-1"), Endpoint("openai", None, "gpt-4.1-mini"))


def test_the_job_file_holds_no_clock_and_no_place(tmp_path: Path) -> None:
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        start(Service(), JobFile(folder / "smoking.job.json"), plan_of())
    texts = [(tmp_path / name / "smoking.job.json").read_text() for name in "ab"]
    assert texts[0] == texts[1]
    assert json.loads(texts[0])["job_file"] == 1


# ── what is planned ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("conversations", [*range(1, 60), 1000])
def test_epochs_follow_the_cookbook(conversations: int) -> None:
    # The rule as OpenAI's cookbook has it.
    number = min(25, 100 // conversations) if conversations < 34 else 3
    assert capabilities("openai").epochs.epochs(conversations) == number


def test_prices_know_dates_and_tuned_models() -> None:
    assert price("openai", "gpt-4.1-mini", BEFORE) == price("openai", "gpt-4.1-mini-2025-04-14", BEFORE) == 5.0
    assert price("openai", "ft:gpt-4.1-mini-2025-04-14:me::abc", BEFORE) == 5.0
    assert price("openai", "gpt-4.1-micro", BEFORE) is price("azure", "gpt-4.1-mini", BEFORE) is None
    assert price("openai", "gpt-3.5-turbo", BEFORE) is price("openai", "gpt-4.1", date(2027, 1, 14)) is None


@pytest.mark.parametrize(
    ("model", "day", "started", "codes"),
    [
        # On the day itself it is gone, and on the day before not yet.
        ("gpt-4.1-mini", BEFORE, False, ["W943"]),
        ("ft:gpt-4o-2024-08-06:me::abc", BEFORE, False, ["W943"]),
        ("gpt-4.1", date(2027, 1, 5), False, ["W943"]),
        ("gpt-4.1", date(2027, 1, 6), False, ["E954"]),
        ("gpt-4.1", date(2027, 1, 6), True, ["W943"]),
        ("gpt-4.1", date(2027, 1, 13), True, ["W943"]),
        ("gpt-4.1", date(2027, 1, 14), False, ["E953"]),
        ("gpt-3.5-turbo-0125", BEFORE, False, ["E953"]),
        ("gpt-4.1-nano-2025-04-14", BEFORE, False, ["E953"]),
        ("gpt-4o-2024-05-13", BEFORE, False, ["E953"]),
        # Of a model that is not in the list nothing is said, but that no job is taken any more.
        ("gpt-6", BEFORE, False, []),
        ("gpt-6", date(2027, 1, 6), False, ["E954"]),
    ],
)
def test_a_model_that_goes_or_is_gone_is_told(model: str, day: date, started: bool, codes: list[str]) -> None:
    found = list(check_dates("openai", model, day, ["a.ft"], started=started))
    assert [each.code for each in found] == codes
    assert not list(check_dates("azure", model, day, ["a.ft"], started=started))


@pytest.mark.parametrize(
    ("model", "instead"), [("gpt-3.5-turbo", "gpt-4o-mini"), ("gpt-4.1-nano", "gpt-4.1-mini"), ("gpt-4", "gpt-4.1")]
)
def test_the_nearest_model_that_is_left_is_offered_as_long_as_it_can_be_trained(model: str, instead: str) -> None:
    (gone,) = check_dates("openai", model, BEFORE, ["a.ft"], started=False)
    assert worded(gone).help[0].endswith(f"--model {instead}")
    assert [each.code for each in check_dates("openai", instead, BEFORE, ["a.ft"], started=False)] == ["W943"]
    (gone,) = check_dates("openai", model, date(2027, 1, 6), ["a.ft"], started=False)
    assert worded(gone).help == ("Train on this machine: ftc train a.ft --provider local",)


def test_settings_of_the_command_line_come_before_those_of_the_file() -> None:
    train = {"epochs": 3, "model": "x", "lora_rank": 4}
    asked = merge_settings(train, ["epochs=7", "seed=0"], "openai", capabilities("openai"))
    assert (asked.method, dict(asked.given), asked.ignored) == ("supervised", {"epochs": 7, "seed": 0}, ("lora_rank",))


@pytest.mark.parametrize(
    ("change", "code"),
    [("epochs", "E942"), ("model=x", "E942"), ("epochs=0", "E943"), ("epochs=x", "E943"), ("beta=3", "E943"),
     ("suffix=" + "x" * 65, "E943"), ("method=reinforcement", "E941")],
)  # fmt: skip
def test_a_change_that_cannot_be_is_refused(change: str, code: str) -> None:
    with pytest.raises(FtcError) as caught:
        merge_settings({}, [change], "openai", capabilities("openai"))
    assert [each.code for each in caught.value.diagnostics] == [code]


def test_limits_of_the_provider_speak_against_a_job() -> None:
    plan = plan_of()
    large = plan.training.model_copy(update={"bytes": 600 * 2**20, "lines": 5})
    found = check_plan(TrainingPlan(**{**_fields(plan), "training": large}), capabilities("openai"))
    assert [each.code for each in found] == ["E944", "E945"]
    assert not list(check_plan(plan, capabilities("local")))


def _fields(plan: TrainingPlan) -> dict[str, object]:
    return {name: getattr(plan, name) for name in TrainingPlan.__slots__}


# ── the endpoint ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("provider", "base_url", "refused"),
    [
        ("openai", "https://example.com/v1", True),
        ("azure", "https://example.openai.azure.com/openai/v1", True),
        ("openai", "http://127.0.0.1.example.com/v1", True),
        ("openai", "http://localhost@example.com/v1", True),
        ("openai", "http://127.0.0.1:4000/v1", False),
        ("openai", "http://[::1]:4000/v1", False),
        ("vllm", "http://example.com/v1", False),
    ],
)
def test_no_file_alone_says_where_a_key_is_sent(provider: str, base_url: str, refused: bool) -> None:
    of_the_file = resolve_endpoint({"provider": provider, "base_url": base_url})
    if refused:
        with pytest.raises(ProviderError) as caught:
            of_the_file.reach("chat")
        assert caught.value.diagnostics[0].code == "E840"
    else:
        of_the_file.reach("chat")
    resolve_endpoint({"provider": provider, "base_url": base_url}, base_url=base_url).reach("chat")
