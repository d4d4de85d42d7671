"""What a provider is: something with models that answer, and perhaps with a place to train them.

The loop asks for no more than this file says, so it knows no service. A provider raises `ProviderError`, and nothing
else, for what goes wrong between it and its service.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from ftc.diagnostics import Diagnostic, FtcError

Ability = Literal["chat", "tools", "files", "jobs"]
"""`chat`: its models answer. `tools`: they may call tools. `files` and `jobs`: it takes files and trains on them."""

Method = Literal["supervised", "dpo"]


class ProviderError(FtcError):
    """A service, or the machine's own model, cannot do what it was asked. One diagnostic, of an E8xx code.

    `passing` says that it may well work a moment later: too many requests, a failure over there, a cut connection.
    `param` is the field of the request that the service names as the cause.
    """

    def __init__(self, code: str, *, passing: bool = False, param: str | None = None, **data: object) -> None:
        super().__init__((Diagnostic(code, None, data),))
        self.passing = passing
        self.param = param


@dataclass(frozen=True, slots=True)
class EpochRule:
    """How often training goes over the data where nothing says so: so often that about `shown` conversations are shown
    in all, but at least `low` times and at most `high` times. `source` is who found that."""

    shown: int
    low: int
    high: int
    source: str

    def epochs(self, conversations: int) -> int:
        return max(self.low, min(self.high, self.shown // max(conversations, 1)))


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a provider declares, so that what it lacks can be said before anything is asked of it.

    `settings` are the settings of `train` that it heeds; `targets` the format of lines that it trains on, by method;
    `default_model` what is trained or asked where no model is named; `max_file_bytes` and `min_lines` the limits of a
    training file; `paid` whether training costs money; `epochs` the rule for how often it goes over the data;
    `poll` the seconds between two looks at a job.
    """

    abilities: frozenset[Ability]
    settings: frozenset[str] = frozenset()
    targets: Mapping[Method, str] = field(default_factory=dict)
    default_model: str | None = None
    max_file_bytes: int | None = None
    min_lines: int = 1
    paid: bool = True
    epochs: EpochRule = EpochRule(100, 3, 25, "OpenAI cookbook, chat_finetuning_data_prep")
    poll: float = 5.0


# ── answering ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Decoding:
    """How an answer is drawn. Temperature 0 takes the likeliest token each time; `max_tokens` bounds the answer."""

    temperature: float = 0.0
    max_tokens: int = 512
    seed: int | None = None

    def __str__(self) -> str:
        drawn = f"temperature {self.temperature:g}, at most {self.max_tokens} tokens"
        return drawn if self.seed is None else f"{drawn}, seed {self.seed}"


@dataclass(frozen=True, slots=True)
class Question:
    """What a model is asked: messages (and tools) in the shape of the chat API, as `targets.chat` makes them."""

    messages: tuple[Mapping[str, object], ...]
    tools: tuple[Mapping[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a tool that a model made; `arguments` is the JSON text as it came, which may be broken."""

    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model answered. `model` is the name the service gives it; `cut` says that it reached `max_tokens`."""

    text: str
    model: str
    calls: tuple[Call, ...] = ()
    cut: bool = False


class Model(Protocol):
    """A model that answers. `parallel` is how many questions are under way at once."""

    name: str
    parallel: int

    def answer(
        self, questions: Sequence[Question], decoding: Decoding
    ) -> Iterator[tuple[int, "Reply | ProviderError"]]:
        """The index of each question with its reply, as they come; an error where one could not be had.

        At most `parallel` replies are under way or not yet taken: who takes one has dealt with those before it.
        """

    def stream(self, question: Question, decoding: Decoding) -> Iterator[str]:
        """The pieces of one reply as they come. Raises ProviderError."""


# ── training ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Training:
    """What a job is to do. `settings` are those of `train` (`epochs` is always there) that the provider heeds.

    `digest` names the job: the same data, model and settings give the same digest. `place` is where a provider that
    trains here puts the model: `smoking` becomes the folder `smoking.model`.
    """

    model: str
    method: Method
    settings: Mapping[str, int | float | str]
    training_file: str
    validation_file: str | None
    digest: str
    dataset: str
    place: Path


Phase = Literal["waiting", "running", "succeeded", "failed", "cancelled"]
LOST: tuple[Phase, ...] = ("failed", "cancelled")
"""The phases that end a job without a model."""
OVER: tuple[Phase, ...] = ("succeeded", *LOST)


@dataclass(frozen=True, slots=True)
class JobState:
    """A job as its provider tells it. `status` is the provider's own word, `phase` what it amounts to (an unknown
    word is `running`: only words that are known to be final end the watch). `model` is the tuned model, once there is
    one; `error` why it failed; `done` and `total` count steps, 0 where they are not told."""

    id: str
    status: str
    phase: Phase
    model: str | None = None
    error: str | None = None
    done: int = 0
    total: int = 0
    trained_tokens: int | None = None

    @property
    def over(self) -> bool:
        return self.phase in OVER


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a job says of itself; `id` tells it from the others of the job."""

    id: str
    message: str


class Trainer(Protocol):
    """Where models are trained."""

    def upload(self, path: Path) -> str:
        """Hand a file over; the name by which a job may use it, once it is ready to be used."""

    def create(self, training: Training) -> JobState:
        """Start a job. It asks once: whether a job exists after an error is for `find` to say."""

    def find(self, training: Training) -> JobState | None:
        """The newest job with this digest that did not fail and was not cancelled."""

    def state(self, job: str) -> JobState: ...

    def events(self, job: str, seen: frozenset[str]) -> Sequence[Event]:
        """What the job said that is not `seen`, oldest first."""

    def cancel(self, job: str) -> JobState: ...

    def delete_file(self, file: str) -> bool:
        """Remove an uploaded file. Whether there was one: one that is gone, or was never sent, is no error."""


class Provider(Protocol):
    """A service, or this machine. `name` is what `train` and `--provider` call it."""

    @property
    def name(self) -> str: ...

    @property
    def base_url(self) -> str | None: ...

    @property
    def capabilities(self) -> Capabilities: ...

    def model(self, name: str, *, parallel: int | None = None) -> Model: ...

    def trainer(self) -> Trainer: ...
