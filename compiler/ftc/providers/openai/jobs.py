"""Training at a service: upload files, create a job once, and poll it until it has ended."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, NoReturn

from ftc.providers.openai.connection import Connection
from ftc.providers.openai.errors import Operation, presentable
from ftc.providers.openai.retries import TransientError
from ftc.providers.provider import LOST, Event, JobState, Phase, ProviderError, Training

if TYPE_CHECKING:
    import openai

log = logging.getLogger("ftc.providers.openai")

KIND = "text/jsonl"
PART = 64 * 2**20
"""A larger file is uploaded in parts of this many bytes."""

PAGE = 100
DIGEST, DATASET = "ftc_job", "ftc_dataset"
"""The keys of a job's metadata: the digest by which it is found again, and the data it is trained on."""
LONGEST = 512
"""The most characters of a metadata value, and of a name that the service gives."""
ENTRIES = 100_000
"""The most entries of a list: a longer one is taken for endless."""

PHASES: dict[str, Phase] = {
    "validating_files": "waiting",
    "queued": "waiting",
    "pending": "waiting",
    "notRunning": "waiting",
    "succeeded": "succeeded",
    "failed": "failed",
    "cancelled": "cancelled",
    "canceled": "cancelled",
}
"""The phase of each known status, some of them Azure's. A job with any other (`running`, `paused`, a new one) runs."""

HYPERPARAMETERS = {
    "epochs": "n_epochs",
    "batch_size": "batch_size",
    "learning_rate_multiplier": "learning_rate_multiplier",
}


class OpenAITrainer:
    """The files and jobs of a service."""

    def __init__(self, connection: Connection, limit: int | None, part: int = PART) -> None:
        self._connection = connection
        self._limit, self._part = limit, part
        self._steps: dict[str, tuple[int, int]] = {}

    # ── files ─────────────────────────────────────────────────────────────────────────────────────

    def upload(self, path: Path) -> str:
        """Upload a file, and wait until the service has processed it. An interrupted upload starts again from the
        beginning."""
        size = path.stat().st_size
        if self._limit is not None and size > self._limit:
            lines = _lines_within(path, self._limit)
            raise ProviderError(
                "E814", file=path.name, size=size, name=self._connection.name, limit=self._limit, lines=lines or None
            )
        id = self._in_parts(path) if size > self._part else self._whole(path)
        self._wait_until_processed(path, id)
        return id

    def delete_file(self, file: str) -> bool:
        """Delete an uploaded file. Whether it still existed."""
        try:
            self._ask("delete a file", "files", lambda client: client.files.delete(file, timeout=self._short), job=file)
        except ProviderError as error:
            if _code(error) != "E819":
                raise
            return False
        return True

    def _whole(self, path: Path) -> str:
        def send(client: "openai.OpenAI") -> Any:
            with path.open("rb") as lines:
                return client.files.create(file=(path.name, lines, KIND), purpose="fine-tune")

        what = "take the file"
        return self._name(getattr(self._ask(what, "files", send), "id", None), what)

    def _in_parts(self, path: Path) -> str:
        what = "take the file in parts"

        def send(client: "openai.OpenAI") -> Any:
            try:
                return client.uploads.upload_file_chunked(
                    file=path, mime_type=KIND, purpose="fine-tune", part_size=self._part
                )
            except (AttributeError, ValueError):
                self._malformed(what, "it names no file")

        try:
            upload = self._ask(what, "files", send)
        except ProviderError as error:
            if _code(error) != "E812":
                raise
            # The service takes files, but not in parts.
            return self._whole(path)
        return self._name(getattr(getattr(upload, "file", None), "id", None), what)

    def _wait_until_processed(self, path: Path, id: str) -> None:
        """Wait until the file may be used. Not for ever: some services never say so, and the job checks it again."""
        until = monotonic() + self._connection.policy.ready
        pause = self._connection.policy.look / 8
        while True:
            try:
                file = self._ask(
                    "look at the file", "files", lambda client: client.files.retrieve(id, timeout=self._short)
                )
            except ProviderError as error:
                if _code(error) == "E812":
                    return
                raise
            status = str(getattr(file, "status", None))
            if status == "processed":
                return
            if status in ("error", "failed"):
                reason = self._presentable(file.status_details or "no reason was given")
                raise ProviderError("E813", name=self._connection.name, file=path.name, id=id, reason=reason)
            if monotonic() > until:
                shown = self._presentable(status)
                log.info("%s: %s is still %s; going on all the same", self._connection.name, id, shown)
                return
            sleep(pause)
            pause = min(2 * pause, self._connection.policy.look)

    # ── jobs ──────────────────────────────────────────────────────────────────────────────────────

    def create(self, training: Training) -> JobState:
        """Create a job, once. E818, which is transient, where no answer came: `find` can tell whether the job exists.

        A request that certainly created no job is retried: the service was not reached, or had too many requests.
        """

        def once(client: "openai.OpenAI") -> Any:
            return client.fine_tuning.jobs.create(**_request(training), timeout=self._short)

        operation = Operation("create a job", "jobs", model=training.model)

        def ask(client: "openai.OpenAI") -> Any:
            try:
                return self._connection.once(operation, once)
            except TransientError as error:
                if error.all or error.unreached:
                    raise
                raise ProviderError(
                    "E818", transient=True, name=self._connection.name, what=operation.what, reason=error.reason
                ) from None

        job = self._checked_job(self._connection.ask(operation, ask), operation.what)
        if _digest(job) != training.digest:
            log.info(
                "%s keeps no metadata: should the job file be lost, the job is not found again", self._connection.name
            )
        return self._state(job)

    def find(self, training: Training) -> JobState | None:
        """The newest job with the digest of this one that did not fail and was not cancelled."""
        what = "list its jobs"
        ours = {DIGEST: training.digest}

        def some(client: "openai.OpenAI", **filter: Any) -> list[Any]:
            return list(
                self._entries(what, lambda: client.fine_tuning.jobs.list(limit=PAGE, timeout=self._short, **filter))
            )

        try:
            jobs = self._ask(what, "jobs", lambda client: some(client, metadata=ours))
        except ProviderError as error:
            if _code(error) != "E809":
                raise
            jobs = self._ask(what, "jobs", some)
        # Filtered here too: some services ignore the filter.
        found = [self._checked_job(job, what) for job in jobs if _digest(job) == training.digest]
        alive = [job for job in found if PHASES.get(str(job.status)) not in LOST]
        newest = max(alive, key=_created, default=None)
        return None if newest is None else self._state(newest)

    def state(self, job: str) -> JobState:
        what = "look at a job"
        found = self._ask(
            what, "jobs", lambda client: client.fine_tuning.jobs.retrieve(job, timeout=self._short), job=job
        )
        return self._state(self._checked_job(found, what))

    def events(self, job: str, seen: frozenset[str]) -> Sequence[Event]:
        """The events of the job that are not in `seen`, the oldest first."""
        what = "list its events"

        def unseen(client: "openai.OpenAI") -> list[Any]:
            fresh = []
            list_events = client.fine_tuning.jobs.list_events
            for event in self._entries(what, lambda: list_events(job, limit=PAGE, timeout=self._short)):
                if event.id in seen:
                    # The newest come first, so the rest has been seen.
                    break
                fresh.append(event)
            return fresh

        fresh = self._ask(what, "jobs", unseen, job=job)[::-1]
        fresh.sort(key=_created)
        for event in fresh:
            data = event.data if isinstance(getattr(event, "data", None), dict) else {}
            done, total = data.get("step"), data.get("total_steps")
            if isinstance(done, int) and isinstance(total, int):
                self._steps[job] = (done, total)
        return [Event(event.id, self._presentable(getattr(event, "message", None) or "")) for event in fresh]

    def cancel(self, job: str) -> JobState:
        """Cancel a job; one that has ended stays as it is."""
        what = "cancel a job"
        try:
            found = self._ask(
                what, "jobs", lambda client: client.fine_tuning.jobs.cancel(job, timeout=self._short), job=job
            )
        except ProviderError as error:
            if _code(error) == "E809" and (state := self.state(job)).over:
                return state
            raise
        return self._state(self._checked_job(found, what))

    # ── requests ──────────────────────────────────────────────────────────────────────────────────

    @property
    def _short(self) -> float:
        return self._connection.policy.short

    def _ask(self, what: str, ability: Any, question: Any, job: str | None = None) -> Any:
        answer = self._connection.ask(Operation(what, ability, job=job), question)
        if isinstance(answer, str):
            self._malformed(what, "it is no JSON")
        return answer

    def _state(self, job: Any) -> JobState:
        what = "look at a job"
        done, total = self._steps.get(self._name(job.id, what), (0, 0))
        reason, model = getattr(job.error, "message", None), getattr(job, "fine_tuned_model", None)
        return JobState(
            id=self._name(job.id, what),
            status=self._presentable(job.status),
            phase=PHASES.get(str(job.status), "running"),
            model=self._name(model, what) if model else None,
            error=self._presentable(reason) if reason else None,
            done=done,
            total=total,
            trained_tokens=tokens if isinstance(tokens := job.trained_tokens, int) else None,
        )

    def _checked_job(self, job: Any, what: str) -> Any:
        if not getattr(job, "id", None) or not isinstance(job.status, str):
            self._malformed(what, "it is no job")
        return job

    def _name(self, name: object, what: str) -> str:
        """A name that the service gives. It is sent back later, so it is used unchanged or not at all."""
        if not isinstance(name, str) or not 0 < len(name) <= LONGEST or not name.isprintable():
            self._malformed(what, "a name in it is none")
        return self._connection.redact(name)

    def _presentable(self, text: object) -> str:
        return presentable(str(text), self._connection)

    def _entries(self, what: str, page: Callable[[], Iterable[Any]]) -> Iterator[Any]:
        """The entries of all pages, each once: a service without pages sends the same one for ever."""
        ids: set[str] = set()
        try:
            for each in page():
                if each.id in ids:
                    return
                ids.add(self._name(each.id, what))
                if len(ids) > ENTRIES:
                    self._malformed(what, "it has no end")
                yield each
        except (AttributeError, TypeError):
            self._malformed(what, "it is no list")

    def _malformed(self, what: str, reason: str) -> NoReturn:
        raise ProviderError(
            "E816", name=self._connection.name, base_url=self._connection.address, what=what, reason=reason
        ) from None


def _request(training: Training) -> dict[str, Any]:
    settings = training.settings
    names = HYPERPARAMETERS | ({"beta": "beta"} if training.method == "dpo" else {})
    hyperparameters = {theirs: settings[ours] for ours, theirs in names.items() if ours in settings}
    request = {
        "model": training.model,
        "training_file": training.training_file,
        "method": {"type": training.method, training.method: {"hyperparameters": hyperparameters}},
        "metadata": {DIGEST: training.digest, DATASET: training.dataset[:LONGEST]},
        **{name: settings[name] for name in ("seed", "suffix") if name in settings},
    }
    if training.validation_file is not None:
        request["validation_file"] = training.validation_file
    return request


def _digest(job: Any) -> Any:
    """The digest in the metadata of a job, if there is one."""
    data = getattr(job, "metadata", None)
    return data.get(DIGEST) if isinstance(data, dict) else None


def _created(each: Any) -> float:
    """When a job or an event was created; 0 where that is missing."""
    at = getattr(each, "created_at", None)
    return at if isinstance(at, int | float) else 0


def _lines_within(path: Path, limit: int) -> int:
    with path.open("rb") as lines:
        return lines.read(limit).count(b"\n")


def _code(error: ProviderError) -> str:
    return error.diagnostics[0].code
