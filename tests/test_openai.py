"""The provider `openai` beside the wire: keys, addresses, patience, how much is under way, and what is shown.

What goes over the wire, and every fault of a service, is in `test_contract.py`.
"""

import io
import logging
import os
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from fork_server import ForkServer
from ftc.cli.log import show_log
from ftc.providers import is_loopback, provider
from ftc.providers.openai import OpenAI, RetryPolicy, errors, keys
from ftc.providers.openai.connection import Connection
from ftc.providers.openai.retries import Gate, TransientError, retry_after, with_retries
from ftc.providers.provider import Decoding, ProviderError, Question, Reply
from ftc.providers.services import SERVICES
from processes import PATIENCE
from service import KEY, Fault, Service
from test_contract import CHAT, QUICK, SILENCE, code, questions

VARIABLE = "OPENAI_API_KEY"


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No key and no address of whoever runs the tests."""
    for name in (
        "OPENAI_BASE_URL",
        "OPENAI_ORG_ID",
        "FTC_TRIES",
        "FTC_TIMEOUT",
        *(s.key for s in SERVICES.values() if s.key),
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.setenv(VARIABLE, KEY)
    with Service() as running:
        yield running


# ── keys ──────────────────────────────────────────────────────────────────────────────────────────


def test_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text(f"{VARIABLE}=of-the-file\n")
    assert keys.key("openai", VARIABLE).get_secret_value() == "of-the-file"
    assert VARIABLE not in os.environ
    monkeypatch.setenv(VARIABLE, " of-the-environment\n")
    assert keys.key("openai", VARIABLE).get_secret_value() == "of-the-environment"


def test_the_nearest_file_up_to_the_root_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"{VARIABLE}=outside\n")
    (tmp_path / "project" / "data" / "deep").mkdir(parents=True)
    (tmp_path / "project" / ".git").mkdir()
    monkeypatch.chdir(tmp_path / "project" / "data" / "deep")
    with pytest.raises(ProviderError) as caught:
        keys.key("openai", VARIABLE)
    assert code(caught.value) == "E805"
    assert f"export {VARIABLE}" in str(caught.value)
    (tmp_path / "project" / ".env").write_text(f"export {VARIABLE}='of the root'\n")
    with pytest.raises(ProviderError):
        keys.key("openai", VARIABLE)
    (tmp_path / "project" / ".env").write_text(f"export {VARIABLE}='of-the-root'\n")
    (tmp_path / "project" / "data" / ".env").write_text("")
    with pytest.raises(ProviderError):
        keys.key("openai", VARIABLE)
    (tmp_path / "project" / "data" / ".env").unlink()
    assert keys.key("openai", VARIABLE).get_secret_value() == "of-the-root"


@pytest.mark.parametrize("value", ["“sk-quoted”", "sk two", "sk\x07bell"])
def test_what_is_no_key_is_not_sent_nor_shown(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(VARIABLE, value)
    with pytest.raises(ProviderError) as caught:
        provider("openai").model("m")
    assert code(caught.value) == "E817"
    assert value not in str(caught.value)


def test_a_file_that_is_no_text_is_an_error() -> None:
    Path(".env").write_bytes(b"OPENAI_API_KEY=\xff\n")
    with pytest.raises(ProviderError) as caught:
        provider("openai").trainer()
    assert code(caught.value) == "E817"


def test_a_file_beyond_all_measure_is_not_read() -> None:
    Path(".env").write_bytes(b"#" * 2**20 + f"\n{VARIABLE}=beyond\n".encode())
    with pytest.raises(ProviderError) as caught:
        keys.key("openai", VARIABLE)
    assert code(caught.value) == "E817"


def test_a_file_makes_no_key_of_other_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANOTHER_SECRET", "secret-of-another")
    names = "".join(f"B{at}=${{B{at - 1}}}${{B{at - 1}}}\n" for at in range(1, 40))
    for text in ("${ANOTHER_SECRET}", "sk-${ANOTHER_SECRET:-x}", "${B39}"):
        Path(".env").write_text(f"B0=aaaaaaaaaa\n{names}{VARIABLE}={text}\n")
        with pytest.raises(ProviderError) as caught:
            keys.key("openai", VARIABLE)
        assert code(caught.value) == "E817"
        assert "secret-of-another" not in str(caught.value)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in the file system")
def test_a_pipe_in_the_place_of_the_file_is_not_waited_for(tmp_path: Path) -> None:
    """It may take the place of a file after that was looked at."""
    os.mkfifo(".env")
    script = (
        "from pathlib import Path; from ftc.providers.openai import keys; Path.is_file = lambda _: True\n"
        "try: keys.key('openai', 'OPENAI_API_KEY')\n"
        "except Exception as error: print(error.diagnostics[0].code)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.stdout == "E817\n", done.stderr


@given(st.text(), st.text("abcdefghijklmnopqrstuvwxyzABC0123456789-_", min_size=9, max_size=60), st.text())
def test_a_key_is_in_nothing_that_a_service_says(before: str, key: str, after: str) -> None:
    parts = [f"{key[:10]}...", f"{key[:3]}****{key[-4:]}"] if len(key) >= 16 else []
    for said in (key, f"'{key}'", *parts):
        left = keys.redact(f"{before} {said} {after}", SecretStr(key))
        assert key not in left
        assert said not in left or said in before + after


def test_a_service_that_asks_for_no_key_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, KEY)
    with Service(key=None) as service:
        ((_, reply),) = provider("ollama", service.url).model("smollm2").answer(questions(1), Decoding())
    assert isinstance(reply, Reply)
    assert KEY not in str(service.asked[0].headers)


# ── addresses ─────────────────────────────────────────────────────────────────────────────────────


def test_which_address_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    assert provider("openai").base_url == "https://api.openai.com/v1"
    monkeypatch.setenv("OPENAI_BASE_URL", "https://example.com/v1")
    assert provider("openai").base_url == "https://example.com/v1"
    assert provider("openai", "https://example.org/v1").base_url == "https://example.org/v1"
    assert provider("together").base_url == "https://api.together.xyz/v1"


def test_azure_has_no_usual_address_and_a_header_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", KEY)
    with pytest.raises(ProviderError) as caught:
        provider("azure").model("m")
    assert code(caught.value) == "E815"
    with Service() as service:
        ((_, reply),) = provider("azure", f"{service.url}").model("m").answer(questions(1), Decoding())
    assert isinstance(reply, Reply)
    assert service.asked[0].headers["api-key"] == KEY


@pytest.mark.parametrize(
    "address",
    [
        "localhost:8000",
        "ftp://example.com",
        "https://me:secret@example.com/v1",
        "https://me:secret@",
        "https://",
        "https:///v1",
        "https://example.com:99999/v1",
        "https://example.com:0",
        "https://example.com:x",
        "https://127.300.1.1/v1",
        "https://1.2.3.04/v1",
        "https://[::1/v1",
        "https://[::g]/v1",
        "https://[::1%251]/v1",
        "https://exa mple.com/v1",
        "https://example.com/v1\n",
        "https://example.com\\@127.0.0.1/v1",
        "https://exämple.com/v1",
        "https://example／com/v1",
        "https://ex%61mple.com/v1",
        "https://a..b/v1",
        f"https://{'a' * 64}.com/v1",
        f"https://example.com/{'a' * 3000}",
    ],
)
def test_an_address_that_cannot_be_asked_or_kept_is_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv(VARIABLE, KEY)
    with pytest.raises(ProviderError) as caught:
        provider("openai", address).model("m")
    assert code(caught.value) == "E817"
    assert "secret" not in str(caught.value)


HOSTS = st.one_of(
    st.sampled_from(["localhost", "127.0.0.1", "example.com", "[::1]", "xn--exmple-cua.com", "EXAMPLE.com", "a_b.c."]),
    st.text("al1.:@[]%-_\\/?#", max_size=20),
    st.ip_addresses().map(lambda each: f"[{each}]" if each.version == 6 else str(each)),
)


@given(
    st.sampled_from(["http", "https", "HTTPS"]), HOSTS, st.sampled_from(["", ":80", ":8000", ":443/v1", "/v1", "?a@b"])
)
def test_every_parser_sees_the_host_that_is_looked_at(scheme: str, host: str, rest: str) -> None:
    """Else a key could be held to be for one host, and be sent to another."""
    import httpx2

    address = f"{scheme}://{host}{rest}"
    try:
        Connection(SERVICES["vllm"], address, QUICK)
    except ProviderError:
        return
    url, parts = httpx2.URL(address), urlsplit(address)
    usual = {"http": 80, "https": 443}[url.scheme]
    assert url.raw_host.decode().lower() == parts.hostname
    assert (url.scheme, url.userinfo, url.port or usual) == (parts.scheme, b"", parts.port or usual)


@pytest.mark.parametrize(
    ("address", "here"),
    [
        ("http://localhost:8000/v1", True),
        ("http://LOCALHOST/v1", True),
        ("https://127.0.0.1", True),
        ("http://127.255.255.254:1/v1", True),
        ("http://[::1]:8000/v1", True),
        ("http://[0:0:0:0:0:0:0:1]/v1", True),
        ("http://127.300.1.1/v1", False),
        ("http://127.0.0.1.evil.com/v1", False),
        ("http://localhost.evil.com/v1", False),
        ("http://localhost@evil.com/v1", False),
        ("http://evil.com#localhost", False),
        ("http://0.0.0.0/v1", False),
        ("http://127.1/v1", False),
        ("http://[::1/v1", False),
        ("http://[::ffff:7f00:1]/v1", False),
        ("http://[fe80::1]/v1", False),
        ("localhost", False),
        ("", False),
    ],
)
def test_what_is_this_machine(address: str, here: bool) -> None:
    assert is_loopback(address) is here


def test_the_organisation_is_openai_s_own_business(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-mine")
    list(provider("openai", service.url).model("m").answer(questions(1), Decoding()))
    assert "org-mine" not in str(service.asked[0].headers)


def test_nobody_there_is_soon_said_and_not_asked_by_each_question(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "ftc")
    monkeypatch.setenv(VARIABLE, KEY)
    with Service() as gone:
        pass
    model = OpenAI(SERVICES["openai"], gone.url, policy=QUICK).model("m", parallel=1)
    errors = [code(reply) for _, reply in model.answer(questions(5), Decoding())]
    assert errors == ["E808"] * 5
    assert [each.getMessage().count("try 2 of 2") for each in caplog.records] == [1]


def test_where_one_question_is_hopeless_the_others_are_not_asked(service: Service) -> None:
    service.key = "another"
    model = OpenAI(SERVICES["openai"], service.url, policy=QUICK).model("m", parallel=2)
    assert [code(reply) for _, reply in model.answer(questions(50), Decoding())] == ["E806"] * 50
    assert service.count(CHAT) <= 2


NOT_THE_API = ["<html>Welcome</html>", "{", "[]", "{}", '{"choices": []}', '{"choices": [{"message": 5}]}', "null"]


@pytest.mark.parametrize("answer", NOT_THE_API)
def test_what_is_not_the_api_is_told(service: Service, monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    from service_http import _Handler

    def send(self: Any, status: int, _: Any, fault: Any) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html" if answer[0] == "<" else "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer.encode())

    monkeypatch.setattr(_Handler, "_send", send)
    there = OpenAI(SERVICES["openai"], service.url, policy=QUICK)
    ((_, reply),) = there.model("m").answer(questions(1), Decoding())
    assert code(reply) == "E816"
    with pytest.raises(ProviderError) as caught:
        there.trainer().state("ftjob-1")
    assert code(caught.value) == "E816"


def test_an_error_nested_beyond_all_measure_is_no_crash() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert errors._message(SimpleNamespace(body={"message": deep})) == ""


# ── how many are under way ────────────────────────────────────────────────────────────────────────


def test_no_more_are_under_way_or_not_taken_than_allowed(service: Service) -> None:
    model = OpenAI(SERVICES["openai"], service.url, policy=QUICK).model("m", parallel=3)
    taken = 0
    for _ in model.answer(questions(12), Decoding()):
        # This one is not dealt with yet.
        deadline = time.monotonic() + 0.02
        while time.monotonic() < deadline:
            assert service.count(CHAT) <= taken + 3
            time.sleep(0.005)
        taken += 1
    assert service.count(CHAT) == taken == 12


def test_they_are_under_way_at_once(service: Service) -> None:
    together = threading.Barrier(4, timeout=PATIENCE)

    def wait(_: object) -> str:
        together.wait()
        return "here"

    service.answer = wait
    model = OpenAI(SERVICES["openai"], service.url, policy=QUICK).model("m", parallel=4)
    assert all(isinstance(reply, Reply) for _, reply in model.answer(questions(8), Decoding()))


def test_who_has_enough_does_not_wait_for_the_others(service: Service) -> None:
    service.fails(CHAT, None, Fault(silent=True))
    answers = OpenAI(SERVICES["openai"], service.url).model("m", parallel=2).answer(questions(5), Decoding())
    next(answers)
    answers.close()  # type: ignore[attr-defined]
    assert service.count(CHAT) <= 3


def test_a_mistake_of_ours_is_no_answer(service: Service) -> None:
    bad = Question(({"role": "user", "content": object()},))
    with pytest.raises(TypeError):
        list(OpenAI(SERVICES["openai"], service.url).model("m").answer([bad], Decoding()))


# ── patience ──────────────────────────────────────────────────────────────────────────────────────


def test_one_that_is_told_to_wait_holds_all_back() -> None:
    gate = Gate()
    asked: list[float] = []
    error = ProviderError("E810", transient=True, name="x", what="answer", reason="y")

    def ask() -> float:
        asked.append(time.monotonic())
        if len(asked) == 1:
            raise TransientError("too many", error, wait=0.2, all=True)
        return asked[-1]

    done: list[float] = []
    with_retries(lambda: None, "x", QUICK, gate, lambda: True)
    first = threading.Thread(target=lambda: done.append(with_retries(ask, "x", QUICK, gate, lambda: True)))
    first.start()
    while first.is_alive() and gate._until == 0:
        time.sleep(0.001)
    assert gate._until >= asked[0] + 0.2
    second = with_retries(time.monotonic, "x", QUICK, gate, lambda: True)
    first.join()
    assert min(second, done[0]) - asked[0] >= 0.2


def test_a_service_that_asks_for_too_long_a_pause_is_not_waited_for() -> None:
    asked = 0

    def ask() -> None:
        nonlocal asked
        asked += 1
        raise TransientError(
            "too many", ProviderError("E810", transient=True, name="x", what="answer", reason="y"), wait=3600
        )

    with pytest.raises(ProviderError):
        with_retries(ask, "x", RetryPolicy(), Gate(), lambda: True)
    assert asked == 1


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "2.5"}, 2.5),
        ({"retry-after": "-3"}, 0),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after-ms": "1500", "retry-after": "2"}, 1.5),
        ({"retry-after": "Mon, 01 Jan 2024 00:00:00 GMT"}, 0),
    ],
)
def test_the_pause_that_a_service_asks_for(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds


def test_a_pause_may_be_a_date() -> None:
    at = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)
    pause = retry_after({"retry-after": at})
    assert pause is not None
    assert 90 < pause <= 100


def test_patience_is_the_user_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FTC_TIMEOUT", "7.5")
    monkeypatch.setenv("FTC_TRIES", "3")
    wanted = RetryPolicy.from_environment()
    assert (wanted.timeout, wanted.short, wanted.tries) == (7.5, 7.5, 3)
    for said in ("often", "0", "-1", "inf"):
        monkeypatch.setenv("FTC_TRIES", said)
        with pytest.raises(ProviderError) as caught:
            RetryPolicy.from_environment()
        assert code(caught.value) == "E817"


# ── what is shown ─────────────────────────────────────────────────────────────────────────────────


def test_a_line_is_told_once_and_above_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    from rich.console import Console
    from rich.progress import Progress

    screen = io.StringIO()
    monkeypatch.setattr(sys, "stderr", screen)
    log = logging.getLogger("ftc.providers.openai")
    log.info("before")
    with show_log():
        log.info("a\nline \x1b[2J")
        log.debug("detail")
        with Progress(console=Console(file=screen, force_terminal=True, width=60), transient=True) as bar:
            bar.add_task("asking", total=3)
            log.info("above the bar")
    log.info("after")
    lines = screen.getvalue()
    assert lines.startswith("ftc: a line ␛[2J\n")
    assert lines.count("ftc: above the bar\n") == 1
    assert not any(word in lines for word in ("before", "after", "detail"))


def test_an_error_holds_on_to_nothing_that_was_sent(service: Service) -> None:
    service.fails("GET /fine_tuning/jobs/{id}", Fault(401, f"Incorrect API key provided: {KEY}."))
    with pytest.raises(ProviderError) as caught:
        provider("openai", service.url).trainer().state("ftjob-1")
    assert caught.value.__context__ is None
    assert KEY not in "".join(traceback.format_exception(caught.value))


STYLE = 'style pig\n  answers from "pig.answers.ft"\n  user: {Who|What} are you?\n'
LINES = "let n in 1..12\ndialog sum\n  user: What is {n} + 1?\n  assistant: {n + 1}\n  validation 10% by n\n"
FAULTS = [
    [Fault(401, f"Incorrect API key provided: {KEY}.")],
    [Fault(400, f"`{KEY}` is no good.")],
    [Fault(500, f"It failed for {KEY}."), Fault(cut=True)],
]


IMPATIENT = """
from ftc.loop import train
from ftc.providers.openai.retries import RetryPolicy

patient = RetryPolicy.__init__
RetryPolicy.__init__ = lambda self, **given: patient(self, **{"first": 0.01, "most": 0.05, "look": 0.02, **given})
train.SEARCH_DELAYS = [delay / 100 for delay in train.SEARCH_DELAYS]
"""
"""What makes a process pause as shortly as the tests in this one do."""

COMMANDS = [["chat"], ["record", "style.ft"], ["train", "sum.ft", "-y"], ["evaluate", "sum.ft"]]


@pytest.fixture(scope="module")
def talkative() -> Iterator[ForkServer]:
    """Processes in which `openai`, which reads that when it is imported, logs all that it can."""
    with ForkServer(environment={"OPENAI_LOG": "debug"}) as server:
        yield server


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks processes")
@pytest.mark.parametrize("faults", FAULTS, ids=["401", "400", "500-cut"])
def test_the_key_is_nowhere(talkative: ForkServer, tmp_path: Path, faults: list[Fault]) -> None:
    """In no output, no file and no traceback of any command that has one, however much it is asked to tell."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "style.ft").write_text(STYLE)
    (tmp_path / "sum.ft").write_text(LINES)
    telling = {"OPENAI_API_KEY": KEY, "FTC_DEBUG": "1", "OPENAI_LOG": "debug", "FTC_TRIES": "3", "FTC_POLL": "0.05"}
    for command in COMMANDS:
        with Service() as service:
            for route in (CHAT, "POST /files", "POST /fine_tuning/jobs"):
                service.fails(route, *faults)
            there = ["--provider", "openai", "--base-url", service.url, "--model", "m"]
            done = talkative.run(*command, *there, cwd=tmp_path, env=telling, stdin=b"Hello\n", before=IMPATIENT)
        said = (done.stdout + done.stderr).decode()
        assert service.asked, said
        assert KEY[3:] not in said
        assert "Traceback" not in said
        assert (done.returncode == 0) == (faults[0].status == 500), said
    assert [path for path in tmp_path.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()] == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks processes")
def test_training_survives_all_of_it_with_one_job(forks: ForkServer, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "sum.ft").write_text(LINES)
    (tmp_path / ".env").write_text(f"OPENAI_API_KEY={KEY}\n")
    with Service(statuses=("queued", "pausing", "running", "succeeded")) as service:
        service.fails("POST /files", Fault(cut=True), Fault(429, retry_after="0.1"), None, Fault(500))
        service.fails("POST /fine_tuning/jobs", Fault(429), Fault(silent=True, done=True))
        service.fails("GET /fine_tuning/jobs/{id}", None, Fault(503), Fault(cut=True))
        settings = {"OPENAI_BASE_URL": service.url, "FTC_TIMEOUT": str(SILENCE), "FTC_POLL": "0.05"}
        arguments = ("train", "sum.ft", "-y", "--provider", "openai", "--model", "m")
        done = forks.run(*arguments, cwd=tmp_path, env=settings, before=IMPATIENT)
    assert done.returncode == 0, done.stderr
    assert len(service.jobs) == 1
    assert service.count("POST /fine_tuning/jobs") == 2
    assert sorted(service.contents.values()) == sorted(path.read_bytes() for path in tmp_path.glob("*.jsonl"))
    assert done.stderr.count(b"; again in ") == 6, done.stderr
    assert b"ft:m:tests" in done.stdout
