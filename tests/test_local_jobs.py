"""Training on this machine: a job outlives who started it, is told truly, and leaves a model that learned."""

import json
import os
import signal
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from xxhash import xxh3_128_hexdigest

from ftc.providers import provider
from ftc.providers.local import worker
from ftc.providers.local.job_folder import SUFFIX, JobFolder
from ftc.providers.local.jobs import LocalTrainer
from ftc.providers.local.resolve import resolve
from ftc.providers.provider import Decoding, JobState, Method, ProviderError, Question, Reply, Training
from local_model import needs_local, small_model
from processes import PATIENCE, wait_for

pytestmark = [
    needs_local,
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kills processes as POSIX does"),
]


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine is slow, and a worker imports a lot."""
    monkeypatch.setattr("ftc.providers.local.jobs.STARTS_WITHIN", PATIENCE)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_model(tmp_path_factory.mktemp("base") / "base")


def lines(path: Path, count: int = 8) -> Path:
    said = [
        {"role": "user", "content": "What is it?"},
        {"role": "assistant", "content": "Nothing of it", "weight": 0},
        {"role": "user", "content": "Sure?"},
        {"role": "assistant", "content": "a pig"},
    ]
    path.write_text("".join(json.dumps({"messages": said}) + "\n" for _ in range(count)), encoding="utf-8")
    return path


def training(base: Path, place: Path, digest: str = "d1", method: Method = "supervised", **settings: Any) -> Training:
    file = place.parent / "lines.jsonl"
    return Training(
        model=str(base),
        method=method,
        settings={"epochs": 1, **settings},
        training_file=str(file if file.exists() else lines(file)),
        validation_file=None,
        digest=digest,
        dataset="dataset",
        place=place,
    )


def until(trainer: LocalTrainer, job: str, there: Callable[[JobState], bool]) -> JobState:
    return cast(JobState, wait_for(lambda: state if there(state := trainer.state(job)) else None))


def over(state: JobState) -> bool:
    return state.over


def started(trainer: LocalTrainer, asked: Training) -> tuple[JobState, int]:
    """A job that has begun, and the process that does it."""
    state = trainer.create(asked)
    reported = JobFolder(Path(state.id)).read_state()
    assert reported is not None
    assert reported.pid is not None
    return state, reported.pid


def worked_here(asked: Training) -> JobState:
    """What a job comes to, done in this process: it has imported already what a worker has to."""
    folder = asked.place.with_name(asked.place.name + SUFFIX)
    folder.mkdir()
    JobFolder(folder).write(asked)
    worker.main(str(folder))
    return LocalTrainer().state(str(folder))


def answer(name: str) -> str:
    messages = tuple(
        {"role": role, "content": text}
        for role, text in (("user", "What is it?"), ("assistant", "Nothing of it"), ("user", "Sure?"))
    )
    ((_, reply),) = provider("local").model(name).answer([Question(messages)], Decoding(max_tokens=12))
    assert isinstance(reply, Reply), reply
    return reply.text


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The test fails if a process begun here calls somebody over the network: its proxy is here, and listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = "http://127.0.0.1:{1}".format(*listener.getsockname())
        for name in ("http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, address)
            monkeypatch.setenv(name.upper(), address)
        for name in ("no_proxy", "NO_PROXY", "HF_HUB_DISABLE_TELEMETRY", "HF_HUB_OFFLINE", "DO_NOT_TRACK"):
            monkeypatch.delenv(name, raising=False)
        listener.settimeout(0.2)
        yield
        with pytest.raises(TimeoutError):
            listener.accept()


@pytest.mark.usefixtures("no_network")
def test_a_job_leaves_a_model_that_learned(base: Path, tmp_path: Path) -> None:
    trainer = LocalTrainer()
    asked = training(base, tmp_path / "pig", epochs=60, learning_rate=0.02, lora_rank=8)
    asked = replace(asked, validation_file=asked.training_file)
    assert trainer.find(asked) is None
    first = trainer.create(asked)
    assert first.id == str(tmp_path / "pig.model")
    assert not first.over
    # Who watches may be another than who started it.
    state = until(LocalTrainer(), first.id, over)
    assert state.phase == "succeeded", (state, (tmp_path / "pig.model" / "worker.log").read_text())
    assert (state.done, state.total, state.model) == (60, 60, first.id)
    assert state.trained_tokens
    events = trainer.events(first.id, frozenset())
    assert sum(event.message.startswith("epoch ") for event in events) == 60
    assert any(event.message.startswith("loss on the validation file") for event in events)
    assert trainer.events(first.id, frozenset(event.id for event in events[:-1])) == events[-1:]
    assert trainer.find(asked) == state
    # It is over, so nothing ends it any more.
    assert trainer.cancel(first.id) == state
    assert answer(str(base)) != "a pig"
    assert answer(first.id) == "a pig"
    # The record names the base, and another base under that name is noticed.
    said = json.loads((tmp_path / "pig.model" / "ftc.json").read_text())
    assert said["base"] == str(base)
    moved = tmp_path / "other"
    small_model(moved, seed=1)
    said["base"] = str(moved)
    (tmp_path / "pig.model" / "ftc.json").write_text(json.dumps(said))
    with pytest.raises(ProviderError) as raised:
        answer(first.id)
    assert raised.value.diagnostics[0].code == "E827"


def test_the_same_job_gives_the_same_weights_and_another_seed_others(base: Path, tmp_path: Path) -> None:
    weights = []
    for number, seed in enumerate((3, 3, 4)):
        state = worked_here(training(base, tmp_path / f"job{number}", f"d{number}", epochs=2, seed=seed))
        assert state.phase == "succeeded", state
        weights.append(Path(state.id) / "adapter_model.safetensors")
    first, again, other = (path.read_bytes() for path in weights)
    assert first == again
    assert first != other


def test_a_model_records_what_it_was_trained_on(base: Path, tmp_path: Path) -> None:
    digest = "0" * 32
    state = worked_here(replace(training(base, tmp_path / "pig"), dataset=f"other:{digest}"))
    local = provider("local")
    found = local.trained_data(state.id)
    assert found is not None and found.questions is not None and found.digest == "" and found.method == "supervised"
    said = json.loads((tmp_path / "lines.jsonl").read_text().splitlines()[0])["messages"]
    assert found.questions.holds(said[:3]) and not found.questions.holds(said[:1])
    assert local.trained_data(str(base)) is local.trained_data("nobody/knows") is None
    for text in ("{", '{"whole": true, "digests": "!"}', '{"whole": true, "digests": "AAAA"}'):
        (Path(state.id) / "questions.json").write_text(text)
        with pytest.raises(ProviderError) as raised:
            local.trained_data(state.id)
        assert raised.value.diagnostics[0].code == "E824"
    # A model of before has none.
    (Path(state.id) / "questions.json").unlink()
    found = local.trained_data(state.id)
    assert found is not None and found.questions is None


def test_pairs_are_preferred(base: Path, tmp_path: Path) -> None:
    line = {
        "input": {"messages": [{"role": "user", "content": "What is it?"}]},
        "preferred_output": [{"role": "assistant", "content": "a pig"}],
        "non_preferred_output": [{"role": "assistant", "content": "a cow"}],
    }
    (tmp_path / "lines.jsonl").write_text((json.dumps(line) + "\n") * 8)
    state = worked_here(training(base, tmp_path / "pair", method="dpo", epochs=2, beta=0.2))
    assert state.phase == "succeeded", state
    assert isinstance(answer(state.id), str)


def test_a_worker_that_is_killed_is_told_as_failed(base: Path, tmp_path: Path) -> None:
    trainer = LocalTrainer()
    asked = training(base, tmp_path / "pig", epochs=10_000)
    state, pid = started(trainer, asked)
    assert state.phase in ("waiting", "running")
    with pytest.raises(ProviderError) as raised:
        resolve(state.id)
    assert raised.value.diagnostics[0].code == "E825"
    os.kill(pid, signal.SIGKILL)
    state = until(trainer, state.id, over)
    assert state.phase == "failed"
    assert state.error is not None
    assert "ended without a word" in state.error
    assert trainer.find(asked) is None
    # The same job begins anew in its folder.
    again, pid = started(trainer, asked)
    assert again.id == state.id
    assert not again.over
    assert trainer.cancel(again.id).phase == "cancelled"


def test_a_job_is_cancelled(base: Path, tmp_path: Path) -> None:
    trainer = LocalTrainer()
    asked = training(base, tmp_path / "pig", epochs=10_000)
    state, _ = started(trainer, asked)
    assert trainer.find(asked) is not None
    assert LocalTrainer().cancel(state.id).phase == "cancelled"
    with JobFolder(Path(state.id)).lock(0) as alone:
        assert alone
    assert trainer.state(state.id).phase == "cancelled"
    assert trainer.find(asked) is None


def test_a_job_that_cannot_be_done_says_why(base: Path, tmp_path: Path) -> None:
    said = {"messages": [{"role": "user", "content": "Hi " * 600}, {"role": "assistant", "content": "Ho"}]}
    (tmp_path / "lines.jsonl").write_text(json.dumps(said) + "\n")
    state = worked_here(training(base, tmp_path / "pig"))
    assert state.phase == "failed"
    assert state.error is not None
    assert state.error.startswith("E833: Line 1 of")


def test_a_job_trains_on_what_it_was_planned_for_or_not_at_all(base: Path, tmp_path: Path) -> None:
    """Between the plan and the training another compilation may have replaced a file."""
    asked = training(base, tmp_path / "pig")
    planned = xxh3_128_hexdigest(Path(asked.training_file).read_bytes())
    both = replace(asked, validation_file=asked.training_file, dataset=f"xxh3_128:{planned}+{planned}")
    assert worked_here(both).phase == "succeeded"
    for number, digests in enumerate((f"{planned[::-1]}+{planned}", f"{planned}+{planned[::-1]}")):
        wrong = replace(both, dataset=f"xxh3_128:{digests}", place=tmp_path / f"other{number}")
        state = worked_here(wrong)
        assert state.phase == "failed"
        assert state.error is not None
        assert state.error.startswith("E836")


def test_what_is_not_ours_is_left_alone(base: Path, tmp_path: Path) -> None:
    (tmp_path / "pig.model").mkdir()
    (tmp_path / "pig.model" / "mine.txt").write_text("mine")
    trainer = LocalTrainer()
    first = trainer.create(training(base, tmp_path / "pig", epochs=10_000))
    second = trainer.create(training(base, tmp_path / "pig", "d2", epochs=10_000))
    assert (first.id, second.id) == (str(tmp_path / "pig-2.model"), str(tmp_path / "pig-3.model"))
    for each in (first, second):
        trainer.cancel(each.id)
    # Another job came to nothing there: it is not this one's place.
    third = trainer.create(training(base, tmp_path / "pig", "d3", epochs=10_000))
    assert third.id == str(tmp_path / "pig-4.model")
    trainer.cancel(third.id)
    assert [each.name for each in (tmp_path / "pig.model").iterdir()] == ["mine.txt"]
    for ask in (trainer.state, trainer.cancel):
        with pytest.raises(ProviderError) as raised:
            ask(str(tmp_path / "pig.model"))
        assert raised.value.diagnostics[0].code == "E834"


def test_nothing_begins_where_it_could_not_end(base: Path, tmp_path: Path) -> None:
    trainer = LocalTrainer()
    tools = {"messages": [{"role": "user", "content": "Hi"}, {"role": "tool", "content": "7"}]}
    (tmp_path / "lines.jsonl").write_text(json.dumps(tools) + "\n")
    for asked in (training(base, tmp_path / "pig"), training(tmp_path / "nothing", tmp_path / "pig")):
        with pytest.raises(ProviderError):
            trainer.create(asked)
    assert not (tmp_path / "pig.model").exists()


def test_files_stay_where_they_are(tmp_path: Path) -> None:
    file = lines(tmp_path / "lines.jsonl")
    trainer = LocalTrainer()
    assert trainer.upload(file) == str(file)
    trainer.delete_file(str(file))
    assert file.exists()
