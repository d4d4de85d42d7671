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
from typing import Any

from processes import wait_for
from service_http import Fault, Refusal, Request, Server

__all__ = ["KEY", "Fault", "Refusal", "Request", "Service", "echo"]

KEY = "sk-MARKED-0123456789abcdefghij"
"""A key that is easily found where it should not be."""

CREATED = 1_700_000_000


def echo(body: Mapping[str, Any]) -> str:
    """What the models answer, unless they are told otherwise."""
    return f"You said: {body['messages'][-1]['content']}"


@dataclass
class Service:
    """`answer` says what a model answers: a text, or a whole message of the API. `statuses` are those of a job, one
    for each time that it is asked for, the last one for ever. `bad_file` is why a file is no good. `models` are
    those that there are, None for any; `named` is what it says that answered; `absent` are the beginnings of paths
    that it does not have. With `filters` it heeds the filter of a list, of which it shows `page` at once. A route
    is named as in `POST /fine_tuning/jobs/{id}/cancel`."""

    answer: Callable[[Mapping[str, Any]], "str | Mapping[str, Any]"] = echo
    key: str | None = KEY
    models: tuple[str, ...] | None = None
    statuses: tuple[str, ...] = ("validating_files", "queued", "running", "succeeded")
    bad_file: str | None = None
    job_error: str | None = None
    named: str | None = None
    port: int = 0
    keep_alive: bool = True
    page: int = 100
    filters: bool = True
    absent: tuple[str, ...] = ()
    asked: list[Request] = field(default_factory=list)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    uploads: dict[str, dict[str, Any]] = field(default_factory=dict)
    suffixes: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._faults: defaultdict[str, deque[Fault | None]] = defaultdict(deque)
        self._lock = threading.Lock()
        self._now = 0
        self._looks: Counter[str] = Counter()
        self._server = Server(self, self.port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def __enter__(self) -> "Service":
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    def meets(self, route: str) -> Fault | None:
        """What the next request of a route meets."""
        with self._lock:
            waiting = self._faults[route]
            return waiting.popleft() if waiting else None

    def answered(self, request: Request, ids: list[str]) -> Any:
        """What the service answers, or Refusal; an iterator is a stream."""
        self._check_key(request)
        does = getattr(self, re.sub(r"\W+", "_", request.route.lower()).strip("_"), None)
        if does is None or request.path.startswith(self.absent):
            raise Refusal(404, f"Unknown request URL: {request.route}")
        return does(request, *ids)

    def fails(self, route: str, *faults: Fault | None) -> None:
        """The next requests of a route fail so, one after the other; None lets one pass."""
        self._faults[route].extend(faults)

    def count(self, route: str) -> int:
        return sum(each.route == route for each in self.asked)

    def settle(self) -> None:
        """Wait until all that was sent by processes which are gone has come: who asks last is heard last."""
        with socket.create_connection(self._server.server_address[:2]) as last:
            wait_for(lambda: self._server.last == last.getsockname())
        wait_for(lambda: not self._server.open)

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
        head = {"id": self._id("chatcmpl"), "created": CREATED, "model": self.named or body["model"]}
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

    # ── files ─────────────────────────────────────────────────────────────────────────────────────

    def post_files(self, request: Request) -> Any:
        file = request.body["file"]
        return self._keep(file.get_filename(), file.get_payload(decode=True), _text(request.body["purpose"]))

    def get_files_id(self, request: Request, id: str) -> Any:
        return self._file(id)

    def delete_files_id(self, request: Request, id: str) -> Any:
        self._file(id)
        del self.files[id], self.contents[id]
        return {"id": id, "object": "file", "deleted": True}

    def post_uploads(self, request: Request) -> Any:
        wanted = request.body
        id = self._id("upload")
        self.uploads[id] = {
            "id": id,
            "object": "upload",
            "bytes": wanted["bytes"],
            "created_at": CREATED,
            "expires_at": CREATED + 3600,
            "filename": wanted["filename"],
            "purpose": wanted["purpose"],
            "status": "pending",
        }
        return self.uploads[id]

    def post_uploads_id_parts(self, request: Request, id: str) -> Any:
        part = self._id("part")
        self.contents[part] = request.body["data"].get_payload(decode=True)
        return {"id": part, "object": "upload.part", "created_at": CREATED, "upload_id": id}

    def post_uploads_id_complete(self, request: Request, id: str) -> Any:
        upload = self.uploads[id]
        content = b"".join(self.contents.pop(part) for part in request.body["part_ids"])
        if len(content) != upload["bytes"]:
            raise Refusal(400, f"{len(content)} bytes came, and {upload['bytes']} were told.")
        upload |= {"status": "completed", "file": self._keep(upload["filename"], content, upload["purpose"])}
        return upload

    def _keep(self, name: str, content: bytes, purpose: str) -> dict[str, Any]:
        id = self._id("file")
        self.contents[id] = content
        self.files[id] = {
            "id": id,
            "object": "file",
            "bytes": len(content),
            "created_at": CREATED,
            "filename": name,
            "purpose": purpose,
            "status": "uploaded",
        }
        return self.files[id]

    def _file(self, id: str) -> dict[str, Any]:
        """A file as it is now: the first look at it finds it as it came, the next one taken in, or refused."""
        if id not in self.files:
            raise Refusal(404, f"No such File object: {id}", param="id")
        file = self.files[id]
        answer = dict(file)
        good = self.bad_file is None
        file |= {"status": "processed"} if good else {"status": "error", "status_details": self.bad_file}
        return answer

    # ── jobs ──────────────────────────────────────────────────────────────────────────────────────

    def post_fine_tuning_jobs(self, request: Request) -> Any:
        wanted = request.body
        self._known(wanted["model"])
        for file in filter(None, (wanted["training_file"], wanted.get("validation_file"))):
            if file not in self.files:
                raise Refusal(400, f"invalid training_file: {file}", "invalid_file", "training_file")
        lines = self.contents[wanted["training_file"]].splitlines()
        for line in lines:
            json.loads(line)
        if len(lines) < 10:
            said = f"Training file has {len(lines)} example(s), but must have at least 10 examples"
            raise Refusal(400, said, "invalid_n_examples", "training_file")
        id = self._id("ftjob")
        method = wanted.get("method") or {"type": "supervised", "supervised": {"hyperparameters": {}}}
        self.jobs[id] = {
            "id": id,
            "object": "fine_tuning.job",
            "created_at": CREATED + len(self.jobs),
            "error": None,
            "fine_tuned_model": None,
            "finished_at": None,
            "hyperparameters": method[method["type"]].get("hyperparameters", {}),
            "method": method,
            "model": wanted["model"],
            "organization_id": "org-tests",
            "result_files": [],
            "seed": wanted.get("seed") or 42,
            "status": self.statuses[0],
            "trained_tokens": None,
            "training_file": wanted["training_file"],
            "validation_file": wanted.get("validation_file"),
            "metadata": wanted.get("metadata"),
        }
        self.suffixes[id] = wanted.get("suffix") or "tests"
        return self.jobs[id]

    def get_fine_tuning_jobs(self, request: Request) -> Any:
        wanted = {key[9:-1]: value[0] for key, value in request.query.items() if key.startswith("metadata[")}
        if not self.filters:
            wanted = {}
        jobs = [
            job
            for job in reversed(self.jobs.values())
            if all((job["metadata"] or {}).get(key) == value for key, value in wanted.items())
        ]
        return self._page(jobs, request)

    def get_fine_tuning_jobs_id(self, request: Request, id: str) -> Any:
        job = self._job(id)
        if job["finished_at"] is None:
            job["status"] = self.statuses[min(self._looks[id], len(self.statuses) - 1)]
            self._looks[id] += 1
            self._finish(job)
        return job

    def get_fine_tuning_jobs_id_events(self, request: Request, id: str) -> Any:
        self._job(id)
        looks = min(self._looks[id], len(self.statuses))
        events = [
            {
                "object": "fine_tuning.job.event",
                "id": f"ftevent-{id}-{at}",
                "created_at": CREATED + at,
                "level": "info",
                "message": f"Step {at + 1}/{len(self.statuses)}: {self.statuses[at]}",
                "type": "metrics",
                "data": {"step": at + 1, "total_steps": len(self.statuses), "train_loss": 1.5},
            }
            for at in reversed(range(looks))
        ]
        return self._page(events, request)

    def post_fine_tuning_jobs_id_cancel(self, request: Request, id: str) -> Any:
        job = self._job(id)
        if job["finished_at"] is not None:
            raise Refusal(400, f"Job has already completed: {id}", "invalid_request")
        job["status"] = "cancelled"
        self._finish(job)
        return job

    def _finish(self, job: dict[str, Any]) -> None:
        if job["status"] not in ("succeeded", "failed", "cancelled"):
            return
        job["finished_at"] = CREATED + 60
        if job["status"] == "succeeded":
            job |= {
                "fine_tuned_model": f"ft:{job['model']}:tests:{self.suffixes[job['id']]}:{job['id']}",
                "trained_tokens": len(self.contents.get(job["training_file"], b"")) // 4,
            }
        if job["status"] == "failed":
            said = self.job_error or "The job failed"
            job["error"] = {"code": "invalid_training_file", "message": said, "param": "training_file"}

    def _job(self, id: str) -> dict[str, Any]:
        if id not in self.jobs:
            raise Refusal(404, f"Could not find fine tune: {id}", "fine_tune_not_found", "fine_tune_id")
        return self.jobs[id]

    def _page(self, items: list[dict[str, Any]], request: Request) -> dict[str, Any]:
        after = request.query.get("after", [""])[0]
        ids = [each["id"] for each in items]
        start = ids.index(after) + 1 if after else 0
        limit = min(int(request.query.get("limit", ["20"])[0]), self.page)
        return {"object": "list", "data": items[start : start + limit], "has_more": start + limit < len(items)}

    # ── common ────────────────────────────────────────────────────────────────────────────────────

    def _check_key(self, request: Request) -> None:
        given = request.headers.get("api-key") or request.headers.get("authorization", "").removeprefix("Bearer ")
        if self.key is not None and given != self.key:
            # It shows the key, as some services do.
            raise Refusal(401, f"Incorrect API key provided: {given}.", "invalid_api_key")

    def _known(self, model: str) -> None:
        if self.models is not None and model not in self.models:
            raise Refusal(
                404, f"The model `{model}` does not exist or you do not have access to it.", "model_not_found"
            )

    def _id(self, kind: str) -> str:
        with self._lock:
            self._now += 1
            return f"{kind}-{self._now}"


def _text(part: Any) -> str:
    return str(part.get_payload()).strip()
