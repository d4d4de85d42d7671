"""The report of an evaluation as data: the models, the settings, every question with its answers, and the scores.

It holds no time and no path, so that the same answers give the same bytes.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from ftc.loop.evaluate.scoring import Method

QuestionSplit = Literal["held out", "trained on", "all"]
"""The part of a block that a question is from: `all` where nothing is held out and everything is asked."""

DataMatch = Literal["the same", "other", "unknown"]
"""Whether a model was trained on the data of the files."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ModelIdentity(_Model):
    """A model that was asked. `answered_as` are the names that its replies carry."""

    provider: str
    model: str
    answered_as: list[str] = []


class EvaluationSettings(_Model):
    """`split` is None where `--split` was not given."""

    split: Literal["held-out", "training", "all"] | None
    limit: int
    repeats: int
    seed: int
    temperature: float
    max_tokens: int
    confidence: float = 0.95
    judge: ModelIdentity | None = None


class Sample(_Model):
    """How many questions were drawn from the conversations of a block; `whole` says that there are no others."""

    block: str
    split: QuestionSplit
    conversations: int
    questions: int
    whole: bool


class VerdictCount(_Model):
    """The verdicts of the judge on the answers: `unclear` is neither yes nor no."""

    n: int
    right: int
    unclear: int


class Score(_Model):
    """The score of a model. The unit is the question: `right` counts those right at each repeat, `share` is the mean of
    the questions' shares with the interval from `low` to `high`, `exact` the share of answers right to the letter.
    `errors` are questions without an answer, in none of the other figures; `cut` are answers that were too long; `kept`
    is the mean share of the words of the recorded base answers that the answers keep."""

    n: int
    right: int
    share: float | None
    low: float
    high: float
    exact: float | None
    errors: int
    cut: int
    kept: float | None = None
    judged: VerdictCount | None = None


class Difference(_Model):
    """`model` against `base` on the `n` questions that both answered: how many went better and worse, the difference of
    the shares, and how likely so uneven a split is by chance."""

    n: int
    better: int
    worse: int
    difference: float
    p: float


class ResultRow(_Model):
    """The scores of some questions: all of a block in a split, or those of one `case`, with one kind of `fault` (the
    name whose value is invalid), those that expect `calls` of tools separately."""

    split: QuestionSplit
    block: str
    case: str | None = None
    fault: str | None = None
    calls: bool = False
    whole: bool
    model: Score
    base: Score | None = None
    difference: Difference | None = None


class ScoredAnswer(_Model):
    """An answer with its score, or the error in its place. The arguments of calls are the JSON text as it came."""

    text: str | None = None
    calls: list[dict[str, str]] = []
    cut: bool = False
    right: bool | None = None
    exact: bool | None = None
    kept: float | None = None
    judged: Literal["yes", "no", "unclear"] | None = None
    error: str | None = None
    code: str | None = None


class QuestionResult(_Model):
    """A question with its answers, one a repeat. `expected` are the answers that are accepted, `says` what the first
    of them must contain."""

    id: str
    block: str
    split: QuestionSplit
    case: str | None
    fault: str | None
    method: Method
    messages: list[dict[str, object]]
    expected: list[str]
    says: list[list[str]] = []
    model: list[ScoredAnswer]
    base: list[ScoredAnswer] | None = None

    @property
    def prompt(self) -> str:
        """The last message of the user."""
        return _prompt(self.messages)


def _prompt(messages: list[dict[str, object]]) -> str:
    users = [message for message in messages if message["role"] == "user"]
    return str((users or messages)[-1].get("content") or "")


class LeftOutQuestion(_Model):
    """A question that was to be new, and that the model was trained on: it was not asked, and is in no figure."""

    id: str
    block: str
    split: QuestionSplit
    messages: list[dict[str, object]]

    @property
    def prompt(self) -> str:
        """The last message of the user."""
        return _prompt(self.messages)


class Report(_Model):
    """The whole report. `base` is the model that `model` is compared with. `data` says whether `model` was trained on
    the data of these files; None where it is not tuned."""

    version: Literal[2] = 2
    settings: EvaluationSettings
    model: ModelIdentity
    base: ModelIdentity | None
    parts: list[Sample]
    rows: list[ResultRow]
    questions: list[QuestionResult]
    data: DataMatch | None = None
    left_out: list[LeftOutQuestion] = []

    @property
    def errors(self) -> int:
        """The number of answers that failed."""
        every = (answer for each in self.questions for answer in (*each.model, *(each.base or ())))
        return sum(answer.error is not None for answer in every)

    def below(self, least: float) -> list[ResultRow]:
        """The rows of whole blocks whose share is less than that."""
        return [row for row in self.rows if row.whole and (row.model.share or 0) < least]

    def json_text(self) -> str:
        """The report for programs."""
        return self.model_dump_json(indent=2, exclude_none=False) + "\n"
