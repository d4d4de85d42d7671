"""The wire of the small service of `service.py`: requests read, answers written, and connections that fail."""

import json
import re
import socket
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from processes import PATIENCE

if TYPE_CHECKING:
    from service import Service


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


class Server(ThreadingHTTPServer):
    """Answers for a service in threads of its own, until it is stopped."""

    daemon_threads = True

    def __init__(self, service: "Service", port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.service = service
        self.closing = threading.Event()
        self.open: set[Any] = set()
        self.last: Any = None

    def start(self) -> None:
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def process_request(self, request: Any, client_address: Any) -> None:
        self.last = client_address
        self.open.add(client_address)
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        super().process_request_thread(request, client_address)
        self.open.discard(client_address)

    def stop(self) -> None:
        self.closing.set()
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: "Server"
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def _serve(self) -> None:
        service = self.server.service
        url = urlsplit(self.path)
        path = url.path.removeprefix("/v1")
        name, ids = _named(path)
        route = f"{self.command} {name}"
        headers = {name.lower(): value for name, value in self.headers.items()}
        fault = service.meets(route)
        if fault is not None and fault.cut and not fault.done:
            # Half of what comes is read, and the rest lost.
            self.rfile.read(int(headers.get("content-length", 0)) // 2)
            service.asked.append(Request(route, path, {}, {}, headers))
            return self._cut()
        request = Request(route, path, parse_qs(url.query), self._body(), headers)
        service.asked.append(request)
        try:
            answer = service.answered(request, ids) if fault is None or fault.done else {}
            if fault is not None and not (fault.silent or fault.cut):
                raise Refusal(fault.status, fault.message, fault.code, fault.param)
        except Refusal as refusal:
            return self._send(refusal.status, {"error": refusal.error}, fault)
        if fault is not None:
            if fault.silent:
                self.server.closing.wait(PATIENCE)
            return self._cut()
        return self._send(200, answer, None) if isinstance(answer, dict) else self._stream(answer)

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
        if not self.server.service.keep_alive:
            self.send_header("connection", "close")
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
    ids = re.findall(r"(?<=/)(?:file|upload|ftjob)-[\w-]+", path)
    return re.sub(r"(?<=/)(?:file|upload|ftjob)-[\w-]+", "{id}", path), ids
