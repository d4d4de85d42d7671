"""The interface of a provider: it has models that answer, and perhaps it can train them.

`ftc.loop` uses only this interface, so it knows no service. A provider raises `ProviderError`, and nothing else, for
failures between it and its service.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from ftc.diagnostics import Diagnostic, FtcError

if TYPE_CHECKING:
    from ftc.quality.trained_questions import TrainedQuestions

Ability = Literal["chat", "tools", "files", "jobs"]
"""`chat`: its models answer. `tools`: they may call tools. `files` and `jobs`: it takes files and trains on them."""

Method = Literal["supervised", "dpo"]


class ProviderError(FtcError):
    """A service, or a model on this machine, cannot do what was requested. One diagnostic, with an E8xx code.

    `transient` says that it may work a moment later: too many requests, a failure of the service, a cut connection.
    `param` is the field of the request that the service names as the cause.
    """

    def __init__(self, code: str, *, transient: bool = False, param: str | None = None, **data: object) -> None:
        super().__init__((Diagnostic(code, None, data),))
        self.transient = transient
        self.param = param


@dataclass(frozen=True, slots=True)
class EpochRule:
    """The default number of epochs: as many as show about `shown` conversations in all, but at least `low` and at most
    `high`. `source` is where the rule comes from."""

    shown: int
    low: int
    high: int
    source: str

    def epochs(self, conversations: int) -> int:
        return max(self.low, min(self.high, self.shown // max(conversations, 1)))


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a provider can do, so that missing abilities can be reported before any request.

    `settings` are the settings of `train` that it supports; `targets` the format of the lines that it trains on, by
    method; `default_model` the model where none is named; `max_file_bytes` and `min_lines` the limits of a training
    file; `paid` whether training costs money; `epochs` the rule for the number of epochs; `poll` the seconds between
    two polls of a job.
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
    """How an answer is sampled. Temperature 0 takes the likeliest token each time; `max_tokens` bounds the answer."""

    temperature: float = 0.0
    max_tokens: int = 512
    seed: int | None = None

    def __str__(self) -> str:
        text = f"temperature {self.temperature:g}, at most {self.max_tokens} tokens"
        return text if self.seed is None else f"{text}, seed {self.seed}"


@dataclass(frozen=True, slots=True)
class Question:
    """A question to a model: messages (and tools) in the form of the chat API, as `targets.chat` makes them."""

    messages: tuple[Mapping[str, object], ...]
    tools: tuple[Mapping[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a tool by a model; `arguments` is the JSON text as it came, which may be invalid."""

    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer of a model. `model` is the name that the service gives it; `cut` says that it reached `max_tokens`."""

    text: str
    model: str
    calls: tuple[Call, ...] = ()
    cut: bool = False


class Model(Protocol):
    """A model that answers. `parallel` is the number of questions that are processed at once."""

    name: str
    parallel: int

    def answer(
        self, questions: Sequence[Question], decoding: Decoding
    ) -> Iterator[tuple[int, "Reply | ProviderError"]]:
        """The index of each question with its reply, as they come; an error in place of a reply that failed.

        At most `parallel` replies are pending or not yet consumed: taking one means that those before it are processed.
        """

    def stream(self, question: Question, decoding: Decoding) -> Iterator[str]:
        """The pieces of one reply as they come. Raises ProviderError."""


# ── training ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Training:
    """The description of a job. `settings` are those of `train` that the provider supports; `epochs` is always there.

    `digest` identifies the job: the same data, model and settings give the same digest. `place` is where a provider
    that trains on this machine puts the model: `smoking` becomes the folder `smoking.model`.
    """

    model: str
    method: Method
    settings: Mapping[str, int | float | str]
    training_file: str
    validation_file: str | None
    digest: str
    dataset: str
    place: Path


@dataclass(frozen=True, slots=True)
class TrainedData:
    """What is recorded of the data that a model was trained on: the method, the digest of the file of training lines,
    empty where it is not known, and the questions in it."""

    method: Method
    digest: str
    questions: "TrainedQuestions | None"


Phase = Literal["waiting", "running", "succeeded", "failed", "cancelled"]
LOST: tuple[Phase, ...] = ("failed", "cancelled")
"""The phases that end a job without a model."""
OVER: tuple[Phase, ...] = ("succeeded", *LOST)


@dataclass(frozen=True, slots=True)
class JobState:
    """A job as its provider reports it. `status` is the provider's word, `phase` its meaning (an unknown word means
    `running`, as only a final one may end the polling). `model` is the tuned model, once there is one; `error` why it
    failed; `done` and `total` count steps, and are 0 where they are unknown."""

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
    """A message of a job; `id` distinguishes it from the others of the job."""

    id: str
    message: str


class Trainer(Protocol):
    """The part of a provider that trains models."""

    def upload(self, path: Path) -> str:
        """Upload a file. Returns the name by which a job can use it, once it is ready."""

    def create(self, training: Training) -> JobState:
        """Start a job. The request is sent once: after an error `find` can tell whether the job exists."""

    def find(self, training: Training) -> JobState | None:
        """The newest job with this digest that did not fail and was not cancelled."""

    def state(self, job: str) -> JobState: ...

    def events(self, job: str, seen: frozenset[str]) -> Sequence[Event]:
        """The events of the job that are not in `seen`, the oldest first."""

    def cancel(self, job: str) -> JobState: ...

    def delete_file(self, file: str) -> bool:
        """Delete an uploaded file. Whether there was one: a file that is gone, or was never sent, is no error."""


class TokenCounter(Protocol):
    """Counts the tokens of the lines of a training file."""

    def count(self, line: bytes, number: int) -> Sequence[int]:
        """The tokens of each example that a line makes, of which there may be none. ProviderError, with the line's
        number, where it cannot be trained on."""


@dataclass(frozen=True, slots=True)
class NotAtHand:
    """The tokenizer of a model cannot be had now: `why`."""

    why: str


class Provider(Protocol):
    """A service, or this machine. `name` is what `train` and `--provider` call it."""

    @property
    def name(self) -> str: ...

    @property
    def base_url(self) -> str | None: ...

    @property
    def capabilities(self) -> Capabilities: ...

    def model(self, name: str, *, parallel: int | None = None) -> Model: ...

    def trained_data(self, name: str) -> TrainedData | None:
        """What the model itself records of its training; None where it is not tuned, or a service does not say."""

    def token_counter(self, name: str, method: Method, file: Path) -> TokenCounter | NotAtHand | None:
        """What counts the lines of a training file as its trainer will, without a network; None for a service."""

    def trainer(self) -> Trainer: ...
