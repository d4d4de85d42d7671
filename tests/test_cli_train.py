"""`ftc plan` and `ftc train` against a small service: from a file to the name of the tuned model."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from service import KEY, Fault, Service

TWELVE = """\
let n in 1..12
dialog count_up
  user: What follows {n}?
  assistant: {n + 1}

train
  provider = "openai"
  model = "gpt-4.1-mini"
  epochs = 2
  seed = 7
  suffix = "counting"
"""
pytest_plugins = ["test_cli_harness"]

Run = Callable[..., Any]


@pytest.fixture
def service(here: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """A service that answers at once, and is looked at without pause."""
    Path("n.ft").write_text(TWELVE)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("FTC_POLL", "0")
    with Service() as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.url)
        yield running


def job_file() -> list[dict[str, Any]]:
    jobs: list[dict[str, Any]] = json.loads(Path("n.job.json").read_text())["jobs"]
    return jobs


def test_a_plan_says_everything_and_does_nothing(ftc: Run, service: Service) -> None:
    told = ftc("plan", "n.ft", "--price", "5")
    assert told.code == 0
    assert "12 lines" in told.out
    assert "2: as the file or the command says" in told.out
    assert "about $" in told.out
    assert not service.asked
    assert not list(Path().glob("n.*json*"))


def on(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    """It is this day."""
    monkeypatch.setattr("ftc.loop.known_models.today", lambda: day)


@pytest.mark.parametrize("command", [("plan",), ("train", "--yes")])
def test_a_model_is_told_to_go_before_money_is_spent_on_it(
    ftc: Run, service: Service, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    own = ("--base-url", "https://api.openai.com/v1")
    on(monkeypatch, date(2027, 1, 6))
    told = ftc(*command, "n.ft", *own)
    assert told.code == 1 and "error[E954]" in told.err and "--provider local" in told.err
    on(monkeypatch, date(2026, 12, 1))
    told = ftc(*command, "n.ft", *own, "--model", "gpt-3.5-turbo")
    assert told.code == 1 and "error[E953]" in told.err and "--model gpt-4o-mini" in told.err
    told = ftc("plan", "n.ft", *own)
    assert told.code == 0 and "warning[W943]" in told.err
    assert "14 January 2027" in told.err and "6 January 2027" in told.err and "7 May 2026" in told.err
    # It may be meant, or fail the project.
    Path("m.ft").write_text("# allow W943: the last one\n\n" + Path("n.ft").read_text())
    Path("ftc.toml").write_text("strict = true\n")
    assert ftc("plan", "n.ft", *own).code == 1
    meant = ftc("plan", "m.ft", *own)
    assert meant.code == 0 and "W943" not in meant.err
    Path("ftc.toml").write_text("strict = true\n[ignore]\nW943 = 'n*'\n")
    assert ftc("plan", "n.ft", *own).code == 0
    Path("ftc.toml").unlink()
    # What holds at an address of somebody's own is not known.
    on(monkeypatch, date(2027, 2, 1))
    assert ftc("plan", "n.ft").err == ""
    assert not service.asked


def test_a_job_that_was_started_in_time_is_followed(
    ftc: Run, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.statuses = ["queued"] * 3 + ["succeeded"]
    monkeypatch.delenv("OPENAI_BASE_URL")
    monkeypatch.setattr("ftc.providers.openai.OpenAI._connection", connection_to(service))
    on(monkeypatch, date(2027, 1, 5))
    assert ftc("train", "n.ft", "--yes", "--no-wait").code == 0
    on(monkeypatch, date(2027, 1, 7))
    told = ftc("train", "n.ft", "--yes")
    assert told.code == 0 and "E954" not in told.err, told.err
    assert service.count("POST /fine_tuning/jobs") == 1
    assert "E954" in ftc("train", "n.ft", "--yes", "--set", "epochs=3").err


def connection_to(service: Service) -> Callable[[Any], Any]:
    from ftc.providers.openai.connection import Connection
    from ftc.providers.openai.retries import RetryPolicy

    return lambda self: Connection(self._service, service.url, RetryPolicy.from_environment(), insecure=False)


@pytest.mark.parametrize("command", [("plan",), ("train", "--yes")])
@pytest.mark.parametrize("address", [(), ("--set", "epochs=3")])
def test_an_address_that_is_missing_is_told(
    ftc: Run, service: Service, command: tuple[str, ...], address: tuple[str, ...]
) -> None:
    told = ftc(*command, "n.ft", "--provider", "azure", "--model", "m", *address)
    assert told.code == 1 and "error[E815]" in told.err and "--base-url https://" in told.err
    Path("n.ft").write_text(TWELVE.replace('"openai"', '"azure"'))
    assert "error[E815]" in ftc(*command, "n.ft").err
    assert ftc("plan", "n.ft", "--base-url", "https://x.openai.azure.com/openai/v1").code == 0
    assert not list(Path().glob("n.*json*"))


def test_a_plan_knows_the_price_of_the_service_itself_alone(
    ftc: Run, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = json.loads(ftc("plan", "n.ft", "--format", "json").out)
    assert elsewhere["usd_per_million_tokens"] is elsewhere["usd"] is None
    on(monkeypatch, date(2026, 12, 1))
    own = json.loads(ftc("plan", "n.ft", "--format", "json", "--base-url", "https://api.openai.com/v1").out)
    assert own["usd_per_million_tokens"] == 5
    assert own["usd"] == pytest.approx(own["tokens"] * 2 * 5 / 1_000_000, abs=1e-4)


def test_training_ends_with_the_model(ftc: Run, service: Service) -> None:
    told = ftc("train", "n.ft", "--yes")
    assert told.code == 0, told.err
    (job,) = job_file()
    assert job["tuned"] == f"ft:gpt-4.1-mini:tests:counting:{job['job']}"
    assert job["tuned"] in told.out
    (asked,) = [each.body for each in service.asked if each.route == "POST /fine_tuning/jobs"]
    assert asked["method"] == {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 2}}}
    assert (asked["seed"], asked["suffix"]) == (7, "counting")
    manifest = json.loads(Path("n.manifest.json").read_text())
    assert asked["metadata"]["ftc_dataset"] == f"xxh3_128:{manifest['outputs'][0]['xxh3_128']}"
    assert Path("n.jsonl").read_bytes() == service.contents[asked["training_file"]]


def test_training_again_starts_nothing_and_other_settings_start_another(ftc: Run, service: Service) -> None:
    for _ in range(2):
        assert ftc("train", "n.ft", "--yes").code == 0
    assert service.count("POST /fine_tuning/jobs") == service.count("POST /files") == 1
    assert ftc("train", "n.ft", "--yes", "--set", "epochs=3").code == 0
    assert service.count("POST /fine_tuning/jobs") == 2
    assert len(job_file()) == 2


def test_a_job_that_is_not_waited_for_is_followed_later_and_can_be_ended(ftc: Run, service: Service) -> None:
    service.statuses = ["queued"] * 50 + ["succeeded"]
    assert ftc("train", "n.ft", "--yes", "--no-wait").code == 0
    assert job_file()[0]["phase"] == "waiting"
    assert ftc("train", "n.ft", "--cancel").out == f"{job_file()[0]['job']}: cancelled\n"
    again = ftc("train", "n.ft", "--cancel")
    assert again.code == 1
    assert "E951" in again.err


def test_a_failed_job_is_told_with_the_reason(ftc: Run, service: Service) -> None:
    service.statuses, service.job_error = ["validating_files", "failed"], "The 3rd line is odd"
    told = ftc("train", "n.ft", "--yes")
    assert told.code == 1
    assert "E950" in told.err
    assert "The 3rd line is odd" in told.err


def test_files_are_deleted_where_that_is_asked(ftc: Run, service: Service) -> None:
    told = ftc("train", "n.ft", "--yes", "--delete-files")
    assert told.code == 0, told.err
    assert not service.files
    assert "id" not in job_file()[0]["training"]


def test_money_is_not_spent_unasked(ftc: Run, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    with open("/dev/null") as nothing:  # noqa: PTH123
        monkeypatch.setattr("sys.stdin", nothing)
        told = ftc("train", "n.ft")
    assert told.code == 2
    assert "E949" in told.err
    unknown = ftc("train", "n.ft", "--yes", "--max-cost", "1")
    assert "E947" in unknown.err
    dear = ftc("train", "n.ft", "--yes", "--max-cost", "0.001", "--price", "25")
    assert "E948" in dear.err
    assert not service.asked
    assert ftc("train", "n.ft", "--yes", "--max-cost", "0.1", "--price", "25").code == 0


def test_held_out_conversations_are_handed_over_too(ftc: Run, service: Service) -> None:
    assert ftc("train", "held.ft", "--provider", "openai", "--model", "m", "--yes").code == 0
    (asked,) = [each.body for each in service.asked if each.route == "POST /fine_tuning/jobs"]
    assert service.contents[asked["validation_file"]] == Path("held.validation.jsonl").read_bytes()


def test_pairs_are_trained_by_preference(ftc: Run, service: Service) -> None:
    pairs = TWELVE.replace("{n + 1}\n", "{n + 1}\n  rejected: I cannot count.\n")
    Path("n.ft").write_text(pairs)
    assert ftc("train", "n.ft", "--yes", "--set", "method=dpo", "--set", "beta=0.2").code == 0
    (asked,) = [each.body for each in service.asked if each.route == "POST /fine_tuning/jobs"]
    assert asked["method"] == {"type": "dpo", "dpo": {"hyperparameters": {"n_epochs": 2, "beta": 0.2}}}
    assert set(json.loads(Path("n.jsonl").read_text().splitlines()[0])) == {
        "input", "preferred_output", "non_preferred_output",
    }  # fmt: skip


def test_an_answer_that_never_came_makes_no_second_job(
    ftc: Run, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ftc.loop.train.SEARCH_DELAYS", (0.0,))
    service.fails("POST /fine_tuning/jobs", Fault(500, done=True))
    told = ftc("train", "n.ft", "--yes")
    assert told.code == 0, told.err
    assert "looking for it by its digest" in told.err
    assert len(service.jobs) == 1


def test_no_key_shows_anywhere(ftc: Run, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FTC_DEBUG", "1")
    service.fails("POST /files", Fault(401, message=f"Incorrect API key provided: {KEY}", code="invalid_api_key"))
    told = ftc("train", "n.ft", "--yes")
    assert told.code
    assert ftc("train", "n.ft", "--yes").code == 0
    written = [path.read_text() for path in Path().rglob("*") if path.is_file()]
    assert all(KEY not in text for text in [told.out, told.err, *written])


@pytest.mark.parametrize("output", ["-", "/dev/null", "n.parquet"])
def test_a_job_needs_files_that_stay(ftc: Run, service: Service, output: str) -> None:
    told = ftc("train", "n.ft", "--yes", "-o", output)
    assert told.code == 2
    assert "E952" in told.err
    assert not service.asked


def test_answers_of_another_model_than_the_one_trained_are_told(ftc: Run, service: Service) -> None:
    Path("s.ft").write_text(
        'style s\n  assistant: Oink: {answer}\n  answers from "s.answers.ft"\n  user: Why?\n\n'
        'train\n  provider = "openai"\n  model = "gpt-4.1-mini"\n'
    )
    Path("s.answers.ft").write_text(
        "answers s\n  user: Why?\n  recorded: gpt-4.1-mini-2025-04-14 (openai), 2026-11-23, temperature 0\n"
        "  base: Because.\n"
    )
    assert "W509" not in ftc("plan", "s.ft").err
    told = ftc("plan", "s.ft", "--provider", "local", "--model", "smollm2-135m-instruct")
    assert told.err.count("W509") == 1


def test_a_finding_is_told_once(ftc: Run, service: Service) -> None:
    Path("n.ft").write_text("let nobody:\n  | a\n  | b\n" + TWELVE)
    assert ftc("plan", "n.ft").err.count("warning[") == 1


def test_a_provider_that_is_named_is_not_passed_over(ftc: Run, service: Service) -> None:
    assert ftc("train", "n.ft", "--yes").code == 0
    told = ftc("evaluate", "n.ft", "--provider", "together")
    assert told.code
    assert "E924" in told.err


def test_tokens_of_a_local_model_that_is_not_here_are_a_lower_bound(
    ftc: Run, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("quicktok")
    monkeypatch.setenv("FTC_CACHE", str(Path("cache").resolve()))
    assert "at least " in ftc("plan", "held.ft").out
    assert "at least " not in ftc("plan", "n.ft").out.partition("limits")[0]
