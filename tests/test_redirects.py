"""Where a key goes and what may come back: a service that sends on to a stranger, and one whose replies have no end.

A small server writes down what it gets. Nothing here is sent to another machine.
"""

import gzip
import json
import threading
import zlib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from ftc.providers import provider
from ftc.providers.openai import OpenAI
from ftc.providers.openai.connection import Connection
from ftc.providers.provider import Decoding, ProviderError, Reply
from ftc.providers.services import SERVICES
from service import KEY, Service
from test_contract import QUICK, code, questions

pytest_plugins = ["test_cli_harness"]

Run = Callable[..., Any]
STATUSES = [301, 302, 303, 307, 308]
SECRET = "only for the one that is asked"
"""What stands in every question and file."""
JOB = {"id": "ftjob-1", "object": "fine_tuning.job", "status": "running", "error": None, "trained_tokens": None}
ANSWER = {"model": "m", "choices": [{"index": 0, "message": {"content": "Hello"}, "finish_reason": "stop"}]}


class Place(ThreadingHTTPServer):
    """A server that writes down every connection and every request, and answers as `answers` says."""

    daemon_threads = True

    def __init__(self, answers: "Callable[[_Handler], None]") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers = answers
        self.connections = 0
        self.requests: list[tuple[str, str, dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connections += 1
        super().process_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever has read enough goes away."""

    def __enter__(self) -> "Place":
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Place

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.requests.append((self.command, self.path, headers, body))
        self.server.answers(self)

    def do_POST(self) -> None:
        self.do_GET()

    def reply(self, body: bytes, status: int = 200, **headers: str) -> None:
        """An answer; its length is told, unless it is endless."""
        self.send_response(status)
        for name, value in ({"content_type": "application/json"} | headers).items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A key for every service, and nothing else of whoever runs the tests."""
    for name in ("OPENAI_BASE_URL", "OPENAI_CUSTOM_HEADERS", "FTC_TRIES", "FTC_TIMEOUT"):
        monkeypatch.delenv(name, raising=False)
    for service in SERVICES.values():
        if service.key:
            monkeypatch.setenv(service.key, KEY)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def stranger() -> Iterator[Place]:
    with Place(lambda handler: handler.reply(b"{}")) as place:
        yield place


def elsewhere(way: str, asked: Place, stranger: Place) -> str:
    """Another origin that differs from the one asked in one thing alone. Whoever went there would be written down."""
    return {
        "host": f"http://localhost:{asked.server_port}",
        "port": stranger.url,
        "scheme": f"https://127.0.0.1:{asked.server_port}",
    }[way]


def sends_on(status: int, to: Callable[[Place], str]) -> "Callable[[_Handler], None]":
    return lambda handler: handler.reply(b"", status, location=to(handler.server))


def of(name: str, address: str) -> OpenAI:
    return OpenAI(SERVICES[name], address + "/v1", policy=QUICK)


# ── redirects ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["openai", "azure", "together", "vllm"])
@pytest.mark.parametrize("way", ["host", "port", "scheme"])
@pytest.mark.parametrize("status", STATUSES)
def test_no_key_and_no_question_is_sent_on_to_another_origin(stranger: Place, name: str, way: str, status: int) -> None:
    with Place(sends_on(status, lambda asked: elsewhere(way, asked, stranger) + "/v1/chat/completions")) as asked:
        ((_, error),) = of(name, asked.url).model("m").answer(questions(1), Decoding())
    assert code(error) == "E841"
    assert not error.transient  # type: ignore[union-attr]
    # One request, and the one who got it is the one who was asked: nothing was asked again, there or elsewhere.
    assert [path for _, path, _, _ in asked.requests] == ["/v1/chat/completions"]
    assert (asked.connections, stranger.connections) == (1, 0)


@pytest.mark.parametrize("name", ["openai", "azure"])
@pytest.mark.parametrize("status", STATUSES)
def test_no_file_and_no_job_is_sent_on_to_another_origin(
    stranger: Place, tmp_path: Path, name: str, status: int
) -> None:
    (tmp_path / "lines.jsonl").write_text(SECRET * 1000)
    with Place(sends_on(status, lambda _: stranger.url + "/v1/files")) as asked:
        trainer = of(name, asked.url).trainer()
        asks: list[Callable[[], object]] = [
            lambda: trainer.upload(tmp_path / "lines.jsonl"),
            lambda: trainer.state("ftjob-1"),
            lambda: trainer.events("ftjob-1", frozenset()),
            lambda: trainer.cancel("ftjob-1"),
        ]
        for ask in asks:
            with pytest.raises(ProviderError) as caught:
                ask()
            assert code(caught.value) == "E841"
            assert caught.value.__context__ is None
    assert asked.connections == len(asks)
    assert stranger.connections == 0


def test_a_stream_is_not_sent_on_to_another_origin(stranger: Place) -> None:
    with Place(sends_on(307, lambda _: stranger.url)) as asked, pytest.raises(ProviderError) as caught:
        list(of("azure", asked.url).model("m").stream(questions(1)[0], Decoding()))
    assert code(caught.value) == "E841"
    assert stranger.connections == 0


def test_where_one_question_is_sent_on_the_others_are_not_asked(stranger: Place) -> None:
    with Place(sends_on(308, lambda _: stranger.url)) as asked:
        answers = list(of("openai", asked.url).model("m", parallel=2).answer(questions(20), Decoding()))
    assert [code(error) for _, error in answers] == ["E841"] * 20
    assert asked.connections <= 2


def test_the_second_of_two_redirects_is_looked_at_as_the_first(stranger: Place) -> None:
    def answers(handler: _Handler) -> None:
        there = f"{stranger.url}/v1/x" if handler.path.startswith("/second") else "/second"
        handler.reply(b"", 307, location=there)

    with Place(answers) as asked:
        ((_, error),) = of("azure", asked.url).model("m").answer(questions(1), Decoding())
    assert code(error) == "E841"
    assert [path for _, path, _, _ in asked.requests] == ["/v1/chat/completions", "/second"]
    assert stranger.connections == 0


@pytest.mark.parametrize("whole", [True, False], ids=["absolute", "relative"])
@pytest.mark.parametrize("status", STATUSES)
def test_a_redirect_within_the_origin_is_followed(status: int, whole: bool) -> None:
    def answers(handler: _Handler) -> None:
        if handler.path.startswith("/moved"):
            handler.reply(json.dumps(ANSWER if handler.command == "POST" else JOB).encode())
        else:
            handler.reply(b"", status, location=f"{handler.server.url if whole else ''}/moved{handler.path}")

    with Place(answers) as asked:
        there = of("azure", asked.url)
        assert there.trainer().state("ftjob-1").id == "ftjob-1"
        if status in (307, 308):
            # The others make a GET of it, as the library and browsers do.
            ((_, reply),) = there.model("m").answer(questions(1), Decoding())
            assert reply == Reply("Hello", "m")
            assert b"Number 0?" in asked.requests[-1][3]
    assert {headers["api-key"] for _, _, headers, _ in asked.requests} == {KEY}


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("https://me:secret@example.com/v1?token=secret#secret", "https://example.com/v1,"),
        ("https://example.com:8443/v1/chat", "https://example.com:8443/v1/chat,"),
        ("https://[2001:db8::1]/v1", "https://[2001:db8::1]/v1,"),
        ("https://example.com/$(reboot)", "https://example.com,"),
        ("https://example.com/" + "a" * 9000, "https://example.com,"),
        ("https://`reboot`/v1", "another place,"),
        ("file:///etc/passwd", "another place,"),
    ],
)
def test_of_a_stranger_s_address_no_more_is_shown_than_can_be_read(location: str, shown: str) -> None:
    with Place(sends_on(302, lambda _: location)) as asked:
        ((_, error),) = of("openai", asked.url).model("m").answer(questions(1), Decoding())
    assert code(error) == "E841"
    assert f"redirects to {shown}" in str(error)
    assert "secret" not in str(error)
    ways = str(error).partition("redirects to")[2].partition("\n")[2]
    assert "example.com" not in ways


def test_what_is_sent_to_this_machine_goes_through_no_proxy(stranger: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("no_proxy", "NO_PROXY", "REQUEST_METHOD"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, stranger.url)
    with Place(lambda handler: handler.reply(json.dumps(ANSWER).encode())) as asked:
        ((_, reply),) = of("openai", asked.url).model("m").answer(questions(1), Decoding())
    assert reply == Reply("Hello", "m")
    assert stranger.connections == 0


def test_headers_that_are_meant_for_openai_go_to_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Gateway: mine\nAuthorization: Bearer mine")
    with Place(lambda handler: handler.reply(json.dumps(ANSWER).encode())) as asked:
        for name in ("together", "azure", "ollama"):
            ((_, reply),) = of(name, asked.url).model("m").answer(questions(1), Decoding())
            assert reply == Reply("Hello", "m")
    assert not any("mine" in value for _, _, headers, _ in asked.requests for value in headers.values())
    assert [headers["authorization"] for _, _, headers, _ in asked.requests] == [
        f"Bearer {KEY}",
        f"Bearer {KEY}",
        "Bearer none",
    ]


# ── http ──────────────────────────────────────────────────────────────────────────────────────────

OPEN = [
    "http://192.0.2.1/v1",
    "HTTP://192.0.2.1/v1",
    "http://gateway:8000/v1",
    "http://localhost.example.com/v1",
    "http://127.0.0.1.example.com/v1",
    "http://[2001:db8::1]/v1",
    "http://0.0.0.0:8000/v1",
]


@pytest.mark.parametrize("address", OPEN)
@pytest.mark.parametrize("name", ["openai", "azure", "together"])
def test_a_key_goes_over_http_to_no_other_machine(name: str, address: str) -> None:
    for ask in (lambda there: there.model("m"), lambda there: there.trainer()):
        with pytest.raises(ProviderError) as caught:
            ask(OpenAI(SERVICES[name], address))
        assert code(caught.value) == "E842"
        assert "--insecure" in str(caught.value)
    with pytest.raises(ProviderError) as caught:
        Connection(SERVICES[name], address, QUICK)
    assert code(caught.value) == "E842"


@pytest.mark.parametrize("address", OPEN)
def test_who_says_insecure_or_has_no_key_may_use_http(address: str) -> None:
    Connection(SERVICES["openai"], address, QUICK, insecure=True)
    provider("openai", address, insecure=True).model("m")
    provider("vllm", address).model("m")


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1/v1", "http://127.9.9.9/v1", "http://[::1]:1", "http://localhost"]
)
def test_a_key_goes_over_http_to_this_machine(address: str) -> None:
    Connection(SERVICES["openai"], address, QUICK)


def test_an_address_in_the_environment_is_held_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", OPEN[0])
    with pytest.raises(ProviderError) as caught:
        provider("openai").model("m")
    assert code(caught.value) == "E842"
    provider("openai", insecure=True).model("m")


@pytest.mark.parametrize(
    "arguments",
    [
        ("chat", "--model", "m"),
        ("record", "style.ft", "--model", "m"),
        ("evaluate", "held.ft", "--model", "m"),
        ("plan", "held.ft", "--model", "m"),
        ("train", "held.ft", "--model", "m", "--yes"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_every_command_with_an_address_refuses_http_unless_told(
    ftc: Run, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    Path("style.ft").write_text('style pig\n  answers from "pig.answers.ft"\n  user: {Who|What} are you?\n')
    there = ("--provider", "openai", "--base-url", "http://127.0.0.1.invalid:9/v1")
    ended = ftc(*arguments, *there)
    assert "E842" in ended.err
    assert ended.code
    if arguments[0] == "plan":
        assert ftc(*arguments, *there, "--insecure").code == 0
    else:
        # Nothing is sent all the same: the key is none.
        monkeypatch.setenv("OPENAI_API_KEY", "no key")
        ended = ftc(*arguments, *there, "--insecure")
        assert "E817" in ended.err
        assert "E842" not in ended.err


# ── job files ─────────────────────────────────────────────────────────────────────────────────────


def hostile(**changes: Any) -> None:
    """A job file that somebody else wrote."""
    job = {
        "digest": "0",
        "provider": "openai",
        "base_url": "https://collector.invalid/v1",
        "model": "m",
        "method": "supervised",
        "settings": {},
        "training": {"file": "held.jsonl", "xxh3_128": "0"},
        "job": "ftjob-1",
        "status": "running",
        "phase": "running",
        **changes,
    }
    Path("held.job.json").write_text(json.dumps({"job_file": 1, "jobs": [job]}))


def test_a_job_file_alone_sends_no_key_anywhere(ftc: Run) -> None:
    hostile()
    ended = ftc("train", "held.ft", "--cancel")
    assert "E840" in ended.err
    assert "collector.invalid" in ended.err
    hostile(phase="succeeded", tuned="m")
    for command in ("evaluate", "chat"):
        ended = ftc(command, "held.ft")
        assert "E840" in ended.err, ended


def test_who_cancels_says_where(ftc: Run) -> None:
    hostile()
    with Service() as service:
        service.jobs["ftjob-1"] = {**JOB, "finished_at": None, "fine_tuned_model": None}
        ended = ftc("train", "held.ft", "--cancel", "--base-url", service.url)
    assert ended.out == "ftjob-1: cancelled\n"


def test_a_cancelled_job_is_held_to_the_rule_on_http(ftc: Run) -> None:
    hostile()
    ended = ftc("train", "held.ft", "--cancel", "--base-url", "http://collector.invalid/v1")
    assert "E842" in ended.err


# ── replies ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    from ftc.providers.openai import http_client

    monkeypatch.setattr(http_client, "MOST", 2**20)


def reasons(asked: Place) -> tuple[str, str]:
    """Why the answer to a question, and the state of a job, could not be had."""
    there = of("openai", asked.url)
    ((_, error),) = there.model("m").answer(questions(1), Decoding())
    with pytest.raises(ProviderError) as caught:
        there.trainer().state("ftjob-1")
    for each in (error, caught.value):
        assert code(each) == "E816"
        assert not each.transient  # type: ignore[union-attr]
    assert asked.connections == 2
    return str(error), str(caught.value)


@pytest.mark.parametrize("coding", ["gzip", "identity, gzip", "br", "GZIP", "x-unknown"])
@pytest.mark.parametrize("status", [200, 307, 400, 500])
def test_a_packed_reply_is_not_unpacked(coding: str, status: int) -> None:
    bomb = gzip.compress(bytes(2**24))
    with Place(lambda handler: handler.reply(bomb, status, content_encoding=coding, location="/v1/x")) as asked:
        for said in reasons(asked):
            assert "it is packed" in said
    assert {headers["accept-encoding"] for _, _, headers, _ in asked.requests} == {"identity"}


@pytest.mark.parametrize("status", [200, 302, 404, 500])
def test_an_endless_reply_has_an_end(small: None, status: int) -> None:
    def answers(handler: _Handler) -> None:
        handler.reply(b"[", status, location="/v1/x")
        while True:
            handler.wfile.write(b"0," * 2**15)

    with Place(answers) as asked:
        for said in reasons(asked):
            assert "more than 1 MiB" in said


@pytest.mark.parametrize(
    "piece", [b": ping\n\n", b"data: {}\n\n", b"data: ", b"0"], ids=["pings", "events", "line", "0"]
)
def test_an_endless_stream_has_an_end(monkeypatch: pytest.MonkeyPatch, piece: bytes) -> None:
    from ftc.providers.openai import http_client

    monkeypatch.setattr(http_client, "MOST", 2**16)

    def answers(handler: _Handler) -> None:
        handler.reply(b"", content_type="text/event-stream")
        while True:
            handler.wfile.write(piece * 2**13)

    with Place(answers) as asked, pytest.raises(ProviderError) as caught:
        list(of("openai", asked.url).model("m").stream(questions(1)[0], Decoding()))
    assert code(caught.value) == "E816"
    assert asked.connections == 1


def test_a_reply_below_the_limit_is_read_whole(small: None) -> None:
    text = "x" * (2**20 - 500)
    answer = {"model": "m", "choices": [{"message": {"content": text}, "finish_reason": "stop"}]}
    with Place(lambda handler: handler.reply(json.dumps(answer).encode())) as asked:
        ((_, reply),) = of("openai", asked.url).model("m").answer(questions(1), Decoding())
    assert reply == Reply(text, "m")


DEEP = b"[" * 100_000 + b"]" * 100_000


@pytest.mark.parametrize(
    "body",
    [DEEP, b'{"choices": ' + DEEP + b"}", b'{"id": ' + b"1" * 5000 + b"}"],
    ids=["deep", "deep-inside", "digits"],
)
def test_what_json_cannot_be_read_into_is_told(body: bytes) -> None:
    with Place(lambda handler: handler.reply(body)) as asked:
        reasons(asked)

    def stream(handler: _Handler) -> None:
        handler.reply(b"data: " + body + b"\n\n", content_type="text/event-stream")

    with Place(stream) as asked, pytest.raises(ProviderError) as caught:
        list(of("openai", asked.url).model("m").stream(questions(1)[0], Decoding()))
    assert code(caught.value) == "E816"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (zlib.compress(bytes(2**24)), "text/plain; charset=zlib"),
        (b"a" * 2**21, "text/plain"),
    ],
    ids=["charset", "long"],
)
def test_an_error_of_any_shape_is_told_in_a_line(body: bytes, kind: str) -> None:
    with Place(lambda handler: handler.reply(body, 400, content_type=kind)) as asked:
        ((_, error),) = of("openai", asked.url).model("m").answer(questions(1), Decoding())
    assert code(error) == "E809"
    assert len(str(error)) < 1000


LISTS: list[Any] = [5, "x", [], [5], {"data": 5}, {"data": [5]}, {"data": [{}]}, {"data": [{"id": 5}]}]


@pytest.mark.parametrize("answer", LISTS, ids=json.dumps)
def test_a_list_of_any_shape_is_an_error_or_empty(answer: Any) -> None:
    from test_contract import training

    with Place(lambda handler: handler.reply(json.dumps(answer).encode())) as asked:
        trainer = of("openai", asked.url).trainer()
        asks: list[Callable[[], object]] = [
            lambda: trainer.find(training("file-1")),
            lambda: trainer.events("ftjob-1", frozenset()),
        ]
        for ask in asks:
            with pytest.raises(ProviderError) as caught:
                ask()
            assert code(caught.value) == "E816"


def test_a_list_without_an_end_has_one(monkeypatch: pytest.MonkeyPatch) -> None:
    from ftc.providers.openai import jobs

    monkeypatch.setattr(jobs, "ENTRIES", 50)

    def answers(handler: _Handler) -> None:
        at = len(handler.server.requests)
        handler.reply(json.dumps({"data": [{"id": f"e-{at}", "created_at": at}], "has_more": True}).encode())

    with Place(answers) as asked, pytest.raises(ProviderError) as caught:
        of("openai", asked.url).trainer().events("ftjob-1", frozenset())
    assert code(caught.value) == "E816"
    assert asked.connections == 51


@pytest.mark.parametrize("name", ["", "a\nb", "\x1b[2J", "x\u202e", "y" * 1000, 5, []])
def test_a_name_that_a_service_gives_is_one_or_none(name: Any, tmp_path: Path) -> None:
    (tmp_path / "lines.jsonl").write_text("{}\n")
    answers = [{**JOB, "id": name}, {**JOB, "fine_tuned_model": name or "\n"}]
    for answer in answers:
        with Place(lambda handler, answer=answer: handler.reply(json.dumps(answer).encode())) as asked:  # type: ignore[misc]
            with pytest.raises(ProviderError) as caught:
                of("openai", asked.url).trainer().state("ftjob-1")
            assert code(caught.value) == "E816"
    with Place(lambda handler: handler.reply(json.dumps({"id": name}).encode())) as asked:
        with pytest.raises(ProviderError) as caught:
            of("openai", asked.url).trainer().upload(tmp_path / "lines.jsonl")
        assert code(caught.value) == "E816"


def test_other_words_of_a_service_stay_on_their_line() -> None:
    job = {**JOB, "status": f"wait\n\x1b[2J{KEY}", "error": {"message": ["\x1b"]}}
    answer = {**ANSWER, "model": "m\n\x1b[2J\u202em"}
    with Place(
        lambda handler: handler.reply(json.dumps(job if handler.command == "GET" else answer).encode())
    ) as asked:
        there = of("openai", asked.url)
        state = there.trainer().state("ftjob-1")
        ((_, reply),) = there.model("m").answer(questions(1), Decoding())
    assert state.status == "wait [2J[key]"
    assert (state.error or "").isprintable()
    assert reply == Reply("Hello", "m [2J m")


ODD = [
    {"choices": [{"message": {"content": ["a"]}}]},
    {"choices": [{"message": {"content": "a", "tool_calls": [{"type": "function", "function": {"name": 5}}]}}]},
    {"choices": [{"message": {"content": "a"}}], "model": {"a": 1}},
]


@pytest.mark.parametrize("answer", ODD)
def test_an_answer_that_is_no_text_is_told(answer: Any) -> None:
    with Place(lambda handler: handler.reply(json.dumps(answer).encode())) as asked:
        ((_, error),) = of("openai", asked.url).model("m").answer(questions(1), Decoding())
    assert code(error) == "E816"


@pytest.mark.parametrize("chunk", [5, [], {"choices": 5}, {"choices": [{"delta": {"content": 5}}]}])
def test_a_piece_that_is_no_text_is_told(chunk: Any) -> None:
    def stream(handler: _Handler) -> None:
        handler.reply(f"data: {json.dumps(chunk)}\n\n".encode(), content_type="text/event-stream")

    with Place(stream) as asked, pytest.raises(ProviderError) as caught:
        list(of("openai", asked.url).model("m").stream(questions(1)[0], Decoding()))
    assert code(caught.value) == "E816"


# ── a key in what comes back ──────────────────────────────────────────────────────────────────────


def test_a_place_that_holds_the_key_is_shown_without_it(stranger: Place) -> None:
    with Place(sends_on(307, lambda _: f"{stranger.url}/{KEY}")) as asked, pytest.raises(ProviderError) as caught:
        of("openai", asked.url).trainer().state("ftjob-1")
    assert code(caught.value) == "E841"
    assert KEY not in str(caught.value)


def test_an_answer_that_holds_the_key_comes_without_it() -> None:
    def says(handler: "_Handler") -> None:
        content = f"It is {KEY}, and ***this*** stays."
        handler.reply(json.dumps({"model": "m", "choices": [{"message": {"content": content}}]}).encode())

    with Place(says) as asked:
        ((_, reply),) = of("openai", asked.url).model("m").answer(questions(1), Decoding())
    assert isinstance(reply, Reply)
    assert reply.text == "It is [key], and ***this*** stays."


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_a_streamed_key_is_hidden_however_it_is_cut(size: int) -> None:
    said = f"sk-MA {KEY}{KEY[:9]}! sk-{KEY} s"

    def says(handler: "_Handler") -> None:
        pieces = [said[at : at + size] for at in range(0, len(said), size)]
        events = [json.dumps({"choices": [{"delta": {"content": piece}}]}) for piece in pieces]
        body = "".join(f"data: {each}\n\n" for each in [*events, "[DONE]"]).encode()
        handler.reply(body, content_type="text/event-stream")

    with Place(says) as asked:
        (question,) = questions(1)
        told = "".join(of("openai", asked.url).model("m").stream(question, Decoding()))
    assert told == said.replace(KEY, "[key]")


@pytest.mark.parametrize("choices", [{"0": 1}, {"a": 1}, 3, "x", [[]], [None]])
def test_choices_of_any_shape_are_told(choices: Any) -> None:
    def says(handler: "_Handler") -> None:
        if b'"stream":true' in handler.server.requests[-1][3].replace(b" ", b""):
            return handler.reply(
                f"data: {json.dumps({'choices': choices})}\n\n".encode(), content_type="text/event-stream"
            )
        return handler.reply(json.dumps({"model": "m", "choices": choices}).encode())

    with Place(says) as asked:
        model = of("openai", asked.url).model("m")
        ((_, reply),) = model.answer(questions(1), Decoding())
        assert isinstance(reply, ProviderError) and code(reply) == "E816"
        with pytest.raises(ProviderError):
            list(model.stream(questions(1)[0], Decoding()))


@pytest.mark.parametrize("id", [["a"], {"a": 1}, 7, None])
def test_a_job_of_any_name_is_told(id: Any) -> None:
    body = json.dumps({**JOB, "id": id, "status": "queued"}).encode()
    with Place(lambda handler: handler.reply(body)) as asked, pytest.raises(ProviderError) as caught:
        of("openai", asked.url).trainer().state("ftjob-1")
    assert code(caught.value) == "E816"
