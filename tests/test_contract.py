"""The provider `openai` and a service that fails: every fault is survived, and nothing is asked for twice that costs.

Each test runs twice: against the small service of `service.py`, and with the official OpenAPI document between the two,
served by Prism, so that neither what we ask nor what the small service answers is of our own invention. For that,
FTC_OPENAPI is the path of the document, and FTC_PRISM that of Prism's command, if it is not on the path:

    npm install --prefix FOLDER @stoplight/prism-cli@5.14
    FTC_OPENAPI=openai.openapi.json FTC_PRISM=FOLDER/node_modules/.bin/prism pytest tests/test_contract.py
"""

import json
import logging
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ftc.providers.openai import OpenAI, RetryPolicy
from ftc.providers.openai.connection import Connection
from ftc.providers.openai.jobs import OpenAITrainer
from ftc.providers.provider import Decoding, ProviderError, Question, Reply, Training
from ftc.providers.services import SERVICES
from processes import PATIENCE
from service import KEY, Fault, Service

# What answers at all answers sooner than this, and a silent service is waited for so long.
SILENCE = 5.0
QUICK = RetryPolicy(
    timeout=PATIENCE, short=PATIENCE, connect=PATIENCE, first=0.01, most=0.05, look=0.02, ready=PATIENCE
)
CHAT = "POST /chat/completions"
CREATE = "POST /fine_tuning/jobs"
TOOL = {"type": "function", "function": {"name": "add", "parameters": {"type": "object", "properties": {}}}}


class Place:
    """Where the service is: `address` is what the client is given, `start` starts a service there."""

    def __init__(self, address: str | None, port: int) -> None:
        self.address, self._port = address, port
        self.checked = address is not None

    def start(self, **settings: Any) -> Service:
        return Service(port=self._port, keep_alive=self.address is None, **settings)

    def provider(self, service: Service, policy: RetryPolicy = QUICK) -> OpenAI:
        return OpenAI(SERVICES["openai"], self.address or service.url, policy=policy)

    def jobs(self, service: Service, *, policy: RetryPolicy = QUICK, part: int = 2**20) -> OpenAITrainer:
        address = self.address or service.url
        return OpenAITrainer(
            Connection(SERVICES["openai"], address, policy), SERVICES["openai"].capabilities.max_file_bytes, part
        )


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def prism(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    document = os.environ.get("FTC_OPENAPI")
    if not document:
        pytest.skip("FTC_OPENAPI names no OpenAPI document")
    command = os.environ.get("FTC_PRISM") or shutil.which("prism")
    if command is None:
        pytest.skip("Prism is not installed: npm install @stoplight/prism-cli, and FTC_PRISM names its command")
    said = tmp_path_factory.mktemp("prism") / "said"
    port, upstream = free_port(), free_port()
    line = [command, "proxy", "-h", "127.0.0.1", "-p", str(port), "--errors", document, f"http://127.0.0.1:{upstream}"]
    with said.open("wb") as output:
        process = subprocess.Popen(line, stdout=output, stderr=subprocess.STDOUT)
    try:
        for _ in range(600):
            assert process.poll() is None, said.read_text()
            with socket.socket() as reaching:
                if reaching.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield Place(f"http://127.0.0.1:{port}", upstream)
    finally:
        process.kill()
        process.wait()


@pytest.fixture(params=["direct", "prism"])
def place(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Place:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.chdir(tmp_path)
    found: Place = request.getfixturevalue("prism") if request.param == "prism" else Place(None, 0)
    return found


@pytest.fixture(autouse=True)
def told(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """The lines for the user."""
    caplog.set_level(logging.INFO, "ftc")
    return lambda: [each.getMessage() for each in caplog.records if each.name.startswith("ftc")]


@pytest.fixture(autouse=True)
def no_key(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, tmp_path: Path) -> Iterator[None]:
    """Whatever a test does, the key is nowhere."""
    caplog.set_level(logging.DEBUG, "openai")
    yield
    out = capfd.readouterr()
    assert KEY not in out.out + out.err + caplog.text
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]


def questions(count: int) -> list[Question]:
    return [Question(({"role": "user", "content": f"Number {at}?"},)) for at in range(count)]


def code(error: object) -> str:
    assert isinstance(error, ProviderError), error
    return error.diagnostics[0].code


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    path = tmp_path / "smoking.jsonl"
    chat = [{"role": "user", "content": "What is smoking?"}, {"role": "assistant", "content": "Origami. 🚬"}]
    path.write_text("".join(json.dumps({"messages": chat, "n": at}) + "\n" for at in range(12)), encoding="utf-8")
    return path


def training(file: str, **changed: Any) -> Training:
    usual: dict[str, Any] = {
        "model": "gpt-4.1-mini",
        "method": "supervised",
        "settings": {"epochs": 3, "batch_size": 2, "learning_rate_multiplier": 0.5, "seed": 7, "suffix": "smoking"},
        "training_file": file,
        "validation_file": None,
        "digest": "d1",
        "dataset": "xxh3:1",
        "place": Path("smoking"),
    }
    return Training(**usual | changed)


# ── answering ─────────────────────────────────────────────────────────────────────────────────────


def test_questions_are_answered(place: Place) -> None:
    with place.start() as service:
        model = place.provider(service).model("gpt-4.1-mini", parallel=3)
        answers = dict(model.answer(questions(10), Decoding(seed=5, max_tokens=4)))
    assert answers == {at: Reply(f"You said: Number {at}?", "gpt-4.1-mini") for at in range(10)}
    assert {key: value for key, value in service.asked[0].body.items() if key != "messages"} == {
        "model": "gpt-4.1-mini",
        "temperature": 0.0,
        "max_tokens": 4,
        "seed": 5,
    }


def test_an_answer_that_reached_its_limit_is_cut(place: Place) -> None:
    with place.start() as service:
        ((_, reply),) = place.provider(service).model("m").answer(questions(1), Decoding(max_tokens=3))
    assert reply == Reply("You said: Number", "m", cut=True)


def test_tools_are_handed_over_and_calls_come_back(place: Place) -> None:
    call = {"id": "call-1", "type": "function", "function": {"name": "add", "arguments": '{"a": 1'}}
    with place.start(
        answer=lambda _: {"role": "assistant", "content": None, "refusal": None, "tool_calls": [call]}
    ) as service:
        asked = Question(({"role": "user", "content": "1 + 2?"},), (TOOL,))
        ((_, reply),) = place.provider(service).model("m").answer([asked], Decoding())
    assert isinstance(reply, Reply)
    assert (reply.text, [(each.name, each.arguments) for each in reply.calls]) == ("", [("add", '{"a": 1')])
    assert service.asked[0].body["tools"] == [TOOL]


def test_an_answer_comes_in_pieces(place: Place, told: Callable[[], list[str]]) -> None:
    if place.checked:
        pytest.skip("Prism holds a stream of events to the shape of one, and lets none through")
    with place.start() as service:
        service.fails(CHAT, Fault(503))
        pieces = list(place.provider(service).model("m").stream(questions(1)[0], Decoding()))
    assert pieces == ["You", " said:", " Number", " 0?"]
    assert len(told()) == 1


def test_the_newer_name_of_the_limit_is_used_where_it_is_asked_for(place: Place) -> None:
    said = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
    with place.start() as service:
        service.fails(CHAT, Fault(400, said, "unsupported_parameter", "max_tokens"))
        answers = list(place.provider(service).model("o4", parallel=1).answer(questions(3), Decoding(max_tokens=9)))
    assert all(isinstance(reply, Reply) for _, reply in answers)
    assert [each.body.get("max_completion_tokens") for each in service.asked] == [None, 9, 9, 9]


@pytest.mark.parametrize(
    "fault",
    [
        Fault(429, "Rate limit reached", retry_after="0.05"),
        Fault(429, "Rate limit reached", retry_after="Mon, 01 Jan 2024 00:00:00 GMT"),
        Fault(500),
        Fault(503),
        Fault(408),
        Fault(409),
        Fault(cut=True),
        Fault(cut=True, done=True),
    ],
    ids=lambda fault: "cut" if fault.cut else str(fault.status),
)
def test_what_passes_is_asked_again(place: Place, told: Callable[[], list[str]], fault: Fault) -> None:
    with place.start() as service:
        service.fails(CHAT, fault, None, fault, fault)
        answers = dict(place.provider(service).model("m", parallel=4).answer(questions(9), Decoding()))
    assert answers == {at: Reply(f"You said: Number {at}?", "m") for at in range(9)}
    assert service.count(CHAT) == 12
    assert len(told()) == 3
    assert all(re.fullmatch(r"openai: .+; again in \d+\.\d s, try \d of 8", line) for line in told()), told()


def test_a_silent_service_is_asked_again(place: Place, told: Callable[[], list[str]]) -> None:
    policy = RetryPolicy(timeout=SILENCE, first=0.01, most=0.02)
    with place.start() as service:
        service.fails(CHAT, Fault(silent=True))
        ((_, reply),) = place.provider(service, policy).model("m").answer(questions(1), Decoding())
    assert reply == Reply("You said: Number 0?", "m")
    assert len(told()) == service.count(CHAT) - 1 >= 1


def test_giving_up_is_an_error_of_the_one_question(place: Place, told: Callable[[], list[str]]) -> None:
    policy = RetryPolicy(tries=3, first=0.01, most=0.02)
    with place.start() as service:
        service.fails(CHAT, *[Fault(500, "Overloaded.")] * 3)
        answers = dict(place.provider(service, policy).model("m", parallel=1).answer(questions(2), Decoding()))
    assert code(answers[0]) == "E810"
    assert answers[0].transient  # type: ignore[union-attr]
    assert answers[1] == Reply("You said: Number 1?", "m")
    assert len(told()) == 2


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault(400, "The temperature is too high.", param="temperature"), "E809"),
        (Fault(401, f"Incorrect API key provided: {KEY}."), "E806"),
        (Fault(401, f"Incorrect API key provided: {KEY[:9]}******{KEY[-4:]}."), "E806"),
        (Fault(403, "You are not allowed to sample from this model."), "E806"),
        (Fault(404, "The model `m` does not exist.", "model_not_found"), "E807"),
        (Fault(404, "Not Found"), "E812"),
        (Fault(422, "Unprocessable."), "E809"),
        (Fault(429, "You exceeded your current quota.", "insufficient_quota"), "E811"),
        (Fault(402, "Payment required."), "E811"),
    ],
    ids=lambda each: each if isinstance(each, str) else str(each.status),
)
def test_what_does_not_pass_is_asked_once(
    place: Place, told: Callable[[], list[str]], fault: Fault, expected: str
) -> None:
    with place.start() as service:
        service.fails(CHAT, fault)
        ((_, error),) = place.provider(service).model("m").answer(questions(1), Decoding())
    assert code(error) == expected
    assert service.count(CHAT) == 1
    assert not told()
    shown = str(error)
    assert KEY not in shown
    assert KEY[-4:] not in shown
    assert not error.transient  # type: ignore[union-attr]


# ── files ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("part", [2**20, 100], ids=["whole", "in-parts"])
def test_a_file_arrives_as_it_is(place: Place, lines: Path, part: int) -> None:
    with place.start() as service:
        id = place.jobs(service, part=part).upload(lines)
    assert service.contents[id] == lines.read_bytes()
    assert service.files[id]["filename"] == lines.name
    assert service.files[id]["purpose"] == "fine-tune"
    assert service.files[id]["status"] == "processed"
    assert service.count("POST /uploads") == (part == 100)


@pytest.mark.parametrize(
    ("part", "route"), [(2**20, "POST /files"), (100, "POST /uploads/{id}/parts"), (100, "POST /uploads/{id}/complete")]
)
@pytest.mark.parametrize(
    "fault", [Fault(cut=True), Fault(500), Fault(429, retry_after="0.01")], ids=["cut", "500", "429"]
)
def test_a_file_that_is_cut_off_is_sent_again(
    place: Place, told: Callable[[], list[str]], lines: Path, part: int, route: str, fault: Fault
) -> None:
    with place.start() as service:
        service.fails(route, None, fault) if "parts" in route else service.fails(route, fault)
        id = place.jobs(service, part=part).upload(lines)
    assert service.contents[id] == lines.read_bytes()
    assert len(told()) == 1


def test_a_service_without_parts_gets_the_file_whole(place: Place, lines: Path) -> None:
    with place.start(absent=("/uploads",)) as service:
        id = place.jobs(service, part=100).upload(lines)
    assert service.contents[id] == lines.read_bytes()


def test_a_file_that_is_no_good_says_why(place: Place, lines: Path) -> None:
    said = "Line 1, message 3: two assistant messages in a row."
    with place.start(bad_file=said) as service, pytest.raises(ProviderError) as caught:
        place.jobs(service).upload(lines)
    assert code(caught.value) == "E813"
    assert "two assistant messages in a row" in str(caught.value)


def test_a_file_that_is_too_large_is_not_sent(place: Place, lines: Path) -> None:
    with place.start() as service:
        address = place.address or service.url
        with pytest.raises(ProviderError) as caught:
            OpenAITrainer(Connection(SERVICES["openai"], address, QUICK), 1000).upload(lines)
    assert code(caught.value) == "E814"
    assert not service.asked


def test_deleting_a_file_twice_is_no_error(place: Place, lines: Path) -> None:
    with place.start() as service:
        jobs = place.jobs(service)
        id = jobs.upload(lines)
        jobs.delete_file(id)
        jobs.delete_file(id)
    assert not service.files


def test_a_service_that_takes_no_files_is_told_from_one_that_does(place: Place, lines: Path) -> None:
    with place.start(absent=("/files", "/fine_tuning")) as service:
        for ask in (lambda jobs: jobs.upload(lines), lambda jobs: jobs.find(training("file-1"))):
            with pytest.raises(ProviderError) as caught:
                ask(place.jobs(service))
            assert code(caught.value) == "E812"


# ── jobs ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_job_goes_its_way(place: Place, lines: Path) -> None:
    with place.start() as service:
        jobs = place.jobs(service)
        state = jobs.create(training(jobs.upload(lines), validation_file=jobs.upload(lines)))
        seen = [state]
        said: list[str] = []
        known: set[str] = set()
        while not seen[-1].over:
            seen.append(jobs.state(state.id))
            events = jobs.events(state.id, frozenset(known))
            known |= {event.id for event in events}
            said += [event.message for event in events]
        last = jobs.state(state.id)
    assert [each.phase for each in seen] == ["waiting", "waiting", "waiting", "running", "succeeded"]
    assert seen[-1].model == f"ft:gpt-4.1-mini:tests:smoking:{state.id}"
    assert seen[-1].trained_tokens
    assert said == ["Step 1/4: validating_files", "Step 2/4: queued", "Step 3/4: running", "Step 4/4: succeeded"]
    assert (last.done, last.total) == (4, 4)
    body = next(each.body for each in service.asked if each.route == CREATE)
    assert body == {
        "model": "gpt-4.1-mini",
        "training_file": "file-1",
        "validation_file": "file-2",
        "method": {
            "type": "supervised",
            "supervised": {"hyperparameters": {"n_epochs": 3, "batch_size": 2, "learning_rate_multiplier": 0.5}},
        },
        "seed": 7,
        "suffix": "smoking",
        "metadata": {"ftc_job": "d1", "ftc_dataset": "xxh3:1"},
    }


def test_preferences_are_trained_on_with_their_own_settings(place: Place, lines: Path) -> None:
    with place.start() as service:
        jobs = place.jobs(service)
        jobs.create(training(jobs.upload(lines), method="dpo", settings={"epochs": 2, "beta": 0.2}))
    assert service.asked[-1].body["method"] == {"type": "dpo", "dpo": {"hyperparameters": {"n_epochs": 2, "beta": 0.2}}}


@pytest.mark.parametrize("filters", [True, False], ids=["filtered", "unfiltered"])
def test_the_newest_job_of_a_digest_is_found_among_many(place: Place, lines: Path, filters: bool) -> None:
    with place.start(page=2, filters=filters) as service:
        jobs = place.jobs(service)
        file = jobs.upload(lines)
        ids = [jobs.create(training(file, digest=digest)).id for digest in "abcadeaf"]
        jobs.cancel(ids[6])
        assert jobs.find(training("", digest="g")) is None
        found = jobs.find(training("", digest="a"))
    assert found is not None
    assert found.id == ids[3]


@pytest.mark.parametrize(
    "fault",
    [Fault(silent=True, done=True), Fault(cut=True, done=True), Fault(500, done=True), Fault(504, done=True)],
    ids=["silent", "cut", "500", "504"],
)
def test_a_job_that_was_created_without_an_answer_is_found(place: Place, lines: Path, fault: Fault) -> None:
    with place.start() as service:
        jobs = place.jobs(service)
        wanted = training(jobs.upload(lines))
        service.fails(CREATE, fault)
        with pytest.raises(ProviderError) as caught:
            place.jobs(service, policy=RetryPolicy(short=SILENCE, first=0.01)).create(wanted)
        assert code(caught.value) == "E818"
        assert caught.value.transient
        found = jobs.find(wanted)
    assert found is not None
    assert [found.id] == list(service.jobs)
    assert service.count(CREATE) == 1


@pytest.mark.parametrize("fault", [Fault(429, retry_after="0.01")], ids=["429"])
def test_a_job_that_was_surely_not_created_is_asked_for_again(
    place: Place, told: Callable[[], list[str]], lines: Path, fault: Fault
) -> None:
    with place.start() as service:
        jobs = place.jobs(service)
        service.fails(CREATE, fault)
        jobs.create(training(jobs.upload(lines)))
    assert len(service.jobs) == 1
    assert len(told()) == 1


def test_a_job_that_is_refused_says_why(place: Place, lines: Path) -> None:
    lines.write_text("{}\n" * 3)
    with place.start() as service:
        jobs = place.jobs(service)
        with pytest.raises(ProviderError) as caught:
            jobs.create(training(jobs.upload(lines)))
    assert code(caught.value) == "E809"
    assert "must have at least 10 examples" in str(caught.value)


def test_a_job_that_fails_says_why(place: Place, lines: Path) -> None:
    with place.start(statuses=("failed",), job_error=f"Line 3 has the key {KEY}") as service:
        jobs = place.jobs(service)
        state = jobs.state(jobs.create(training(jobs.upload(lines))).id)
    assert (state.phase, state.error) == ("failed", "Line 3 has the key [key]")


def test_an_unknown_status_is_a_job_on_its_way(place: Place, lines: Path) -> None:
    if place.checked:
        pytest.skip("the document knows no such status, so Prism lets none through")
    with place.start(statuses=("queued", "pausing", "paused", "dreaming", "succeeded")) as service:
        jobs = place.jobs(service)
        id = jobs.create(training(jobs.upload(lines))).id
        states = [jobs.state(id) for _ in range(5)]
    assert [each.phase for each in states] == ["waiting", "running", "running", "running", "succeeded"]
    assert [each.status for each in states][1] == "pausing"


def test_watching_survives_what_passes(place: Place, told: Callable[[], list[str]], lines: Path) -> None:
    with place.start() as service:
        jobs = place.jobs(service)
        id = jobs.create(training(jobs.upload(lines))).id
        service.fails("GET /fine_tuning/jobs/{id}", Fault(500), Fault(cut=True))
        service.fails("GET /fine_tuning/jobs/{id}/events", Fault(429, retry_after="0.01"))
        assert jobs.state(id).status == "validating_files"
        assert len(jobs.events(id, frozenset())) == 1
    assert len(told()) == 3


def test_a_job_is_cancelled_once(place: Place, lines: Path) -> None:
    with place.start() as service:
        jobs = place.jobs(service)
        id = jobs.create(training(jobs.upload(lines))).id
        assert jobs.cancel(id).phase == "cancelled"
        assert jobs.cancel(id).phase == "cancelled"
        with pytest.raises(ProviderError) as caught:
            jobs.cancel("ftjob-none")
    assert code(caught.value) == "E819"
