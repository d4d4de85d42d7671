"""A small service that speaks OpenAI's API, for tests: it answers, takes files, trains nothing, and fails when told to.

    with Service() as service:
        service.fails("POST /chat/completions", Fault(429, retry_after="0.1"))
        model = openai(service).model("any")

It counts what it is asked and remembers it (`service.asked`). Its answers are in the shape of the official OpenAPI
document, which `test_contract.py` holds it to.
"""

import json
import re
import socket
import threading
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY = "sk-MARKED-0123456789abcdefghij"
"""A key that is easily found where it should not be."""

CREATED = 1_700_000_000


@dataclass(frozen=True)
class Fault:
    """How a request fails. `status` with a message; or `cut`: the connection is closed in the middle of the request; or
    `silent`: no answer ever comes. `done` says that the service does what was asked before it fails."""

    status: int = 500
    message: str = "The server had an error"
    code: str | None = None
    param: str | None = None
    retry_after: str | None = None
    cut: bool = False
    silent: bool = False
    done: bool = False


@dataclass(frozen=True)
class Request:
    """What was asked. `body` is the JSON, or the fields of a form."""

    route: str
    path: str
    query: Mapping[str, list[str]]
    body: Mapping[str, Any]
    headers: Mapping[str, str]


class Refusal(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, message: str, code: str | None = None, param: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.error = {"message": message, "type": "invalid_request_error", "param": param, "code": code}


def echo(body: Mapping[str, Any]) -> str:
    """What the models answer, unless they are told otherwise."""
    return f"You said: {body['messages'][-1]['content']}"


@dataclass
class Service:
    """`answer` says what a model answers: a text, or a whole message of the API. `statuses` are those of a job, one for
    each time that it is asked for, the last one for ever. `bad_file` is why a file is no good. A route is named as in
    `POST /fine_tuning/jobs/{id}/cancel`."""

    answer: Callable[[Mapping[str, Any]], "str | Mapping[str, Any]"] = echo
    key: str | None = KEY
    models: tuple[str, ...] | None = None
    statuses: tuple[str, ...] = ("validating_files", "queued", "running", "succeeded")
    bad_file: str | None = None
    job_error: str | None = None
    page: int = 100
    absent: tuple[str, ...] = ()
    asked: list[Request] = field(default_factory=list)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    uploads: dict[str, dict[str, Any]] = field(default_factory=dict)
    most_at_once: int = 0

    def __post_init__(self) -> None:
        self._faults: defaultdict[str, deque[Fault | None]] = defaultdict(deque)
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._now = 0
        self._polled: Counter[str] = Counter()
        service = self

        class Handler(_Handler):
            pass

        Handler.service = service
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def __enter__(self) -> "Service":
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()

    def fails(self, route: str, *faults: Fault | None) -> None:
        """The next requests of a route fail so, one after the other; None lets one pass."""
        self._faults[route].extend(faults)

    def count(self, route: str) -> int:
        return sum(each.route == route for each in self.asked)

    # ── what it does ──────────────────────────────────────────────────────────────────────────────

    def post_chat_completions(self, request: Request) -> Any:
        body = request.body
        self._known(body["model"])
        said = self.answer(body)
        message = {"role": "assistant", "content": said, "refusal": None} if isinstance(said, str) else dict(said)
        finish = "tool_calls" if message.get("tool_calls") else "stop"
        limit = body.get("max_tokens") or body.get("max_completion_tokens")
        if limit is not None and isinstance(message["content"], str):
            # A word is a token here.
            words = re.findall(r"\s*\S+", message["content"])
            if len(words) > limit:
                message["content"], finish = "".join(words[:limit]), "length"
        head = {"id": self._id("chatcmpl"), "created": CREATED, "model": body["model"]}
        if body.get("stream"):
            return self._chunks(head, message["content"] or "", finish)
        choice = {"index": 0, "message": message, "finish_reason": finish, "logprobs": None}
        return {**head, "object": "chat.completion", "choices": [choice]}

    def get_models(self, request: Request) -> Any:
        models = [
            {"id": each, "object": "model", "created": CREATED, "owned_by": "tests"} for each in self.models or ()
        ]
        return {"object": "list", "data": models}

    def _chunks(self, head: dict[str, Any], text: str, finish: str) -> Iterator[dict[str, Any]]:
        for piece in [*re.findall(r"\s*\S+", text), None]:
            delta = {} if piece is None else {"content": piece}
            choice = {"index": 0, "delta": delta, "finish_reason": finish if piece is None else None}
            yield {**head, "object": "chat.completion.chunk", "choices": [choice]}

    def _known(self, model: str) -> None:
        if self.models is not None and model not in self.models:
            raise Refusal(
                404, f"The model `{model}` does not exist or you do not have access to it.", "model_not_found"
            )

    def _id(self, kind: str) -> str:
        with self._lock:
            self._now += 1
            return f"{kind}-{self._now}"


class _Handler(BaseHTTPRequestHandler):
    service: Service
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def _serve(self) -> None:
        service = self.service
        url = urlsplit(self.path)
        path = url.path.removeprefix("/v1")
        name, ids = _named(path)
        route = f"{self.command} {name}"
        with service._lock:
            waiting = service._faults[route]
            fault = waiting.popleft() if waiting else None
        if fault is not None and fault.cut and not fault.done:
            # Half of the body is read, and the rest lost.
            self.rfile.read(int(self.headers.get("content-length") or 0) // 2)
            service.asked.append(Request(route, path, {}, {}, dict(self.headers)))
            return self._cut()
        request = Request(route, path, parse_qs(url.query), self._body(), dict(self.headers))
        with service._lock:
            service.asked.append(request)
        status, answer = self._answered(request, ids, fault)
        if fault is not None and fault.silent:
            service._closing.wait(30)
            return self._cut()
        if fault is not None and fault.cut:
            return self._cut()
        if isinstance(answer, dict):
            return self._send(status, answer, fault)
        return self._stream(answer)

    def _answered(self, request: Request, ids: list[str], fault: Fault | None) -> tuple[int, Any]:
        service = self.service
        try:
            self._check_key()
            if fault is None or fault.done:
                if request.route in service.absent or any(request.path.startswith(each) for each in service.absent):
                    raise Refusal(404, "Not Found")
                does = getattr(service, _method(request.route), None)
                if does is None:
                    raise Refusal(404, f"Unknown request URL: {request.route}")
                answer = does(request, *ids)
                if fault is None:
                    return 200, answer
            raise Refusal(fault.status, fault.message, fault.code, fault.param)
        except Refusal as refusal:
            return refusal.status, {"error": refusal.error}

    def _check_key(self) -> None:
        wanted = self.service.key
        given = self.headers.get("api-key") or (self.headers.get("authorization") or "").removeprefix("Bearer ")
        if wanted is not None and given != wanted:
            # It shows the key, as some services do.
            raise Refusal(401, f"Incorrect API key provided: {given}.", "invalid_api_key")

    def _body(self) -> Mapping[str, Any]:
        if self.headers.get("transfer-encoding", "").lower() == "chunked":
            raw = b"".join(self._pieces())
        else:
            raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        kind = self.headers.get("content-type") or ""
        if kind.startswith("multipart/form-data"):
            form = BytesParser(policy=HTTP).parsebytes(b"content-type: " + kind.encode() + b"\r\n\r\n" + raw)
            return {part.get_param("name", header="content-disposition"): part for part in form.iter_parts()}  # type: ignore[attr-defined]
        return json.loads(raw) if raw else {}

    def _pieces(self) -> Iterator[bytes]:
        while size := int(self.rfile.readline().split(b";")[0], 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def _send(self, status: int, answer: Mapping[str, Any], fault: Fault | None) -> None:
        raw = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(raw)))
        if fault is not None and fault.retry_after is not None:
            self.send_header("retry-after", fault.retry_after)
        self.end_headers()
        self.wfile.write(raw)

    def _stream(self, chunks: Iterator[dict[str, Any]]) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        for chunk in chunks:
            self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
        self.wfile.write(b"data: [DONE]\n\n")
        self.close_connection = True

    def _cut(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: object) -> None:
        pass


def _named(path: str) -> tuple[str, list[str]]:
    """The path with its identifiers taken out: `/files/file-1` is `/files/{id}`."""
    ids = re.findall(r"(?<=/)(?:file|upload|ftjob)-\w+", path)
    return re.sub(r"(?<=/)(?:file|upload|ftjob)-\w+", "{id}", path), ids


def _method(route: str) -> str:
    return re.sub(r"\W+", "_", route.lower()).strip("_")
