"""The report of an evaluation as data: what was asked, of whom and how, every answer, and the figures made of them.

No clock and no place is in it, so that the same answers make the same bytes.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from ftc.loop.evaluate.questions import Split
from ftc.loop.evaluate.scoring import Method


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Asked(_Record):
    """A model that was asked. `answered_as` are the names that it gave itself."""

    provider: str
    model: str
    answered_as: list[str] = []


class Settings(_Record):
    """`split` is None where nothing in particular was asked for."""

    split: Literal["held-out", "training", "all"] | None
    limit: int
    repeats: int
    seed: int
    temperature: float
    max_tokens: int
    confidence: float = 0.95
    judge: Asked | None = None


class Part(_Record):
    """How many questions were asked of a part of a block; `whole` says that there are no others."""

    block: str
    split: Split
    conversations: int
    questions: int
    whole: bool


class Judged(_Record):
    """What the judge said of the answers: `unclear` is neither yes nor no."""

    n: int
    right: int
    unclear: int


class Score(_Record):
    """How a model did. The unit is the question: `right` counts those right at each repeat, `share` is the mean of the
    questions' shares with the interval from `low` to `high`, `exact` the share of answers right to the letter. `errors`
    are questions without an answer, in none of the other figures; `cut` are answers that were too long; `kept` the mean
    share of the words of the recorded base answers that the answers keep."""

    n: int
    right: int
    share: float | None
    low: float
    high: float
    exact: float | None
    errors: int
    cut: int
    kept: float | None = None
    judged: Judged | None = None


class Difference(_Record):
    """`model` against `base` on the `n` questions that both answered: how many went better and worse, the difference of
    the shares, and how likely so uneven a split is by chance."""

    n: int
    better: int
    worse: int
    difference: float
    p: float


class Row(_Record):
    """The figures of some questions: all of a block's in a split, or those of one `case`, with one kind of `fault` (the
    name whose value is invalid), those that want `calls` of tools apart."""

    split: Split
    block: str
    case: str | None = None
    fault: str | None = None
    calls: bool = False
    whole: bool
    model: Score
    base: Score | None = None
    difference: Difference | None = None


class Answer(_Record):
    """An answer, or the error there was in its place. Arguments of calls are JSON as it came."""

    text: str | None = None
    calls: list[dict[str, str]] = []
    cut: bool = False
    right: bool | None = None
    exact: bool | None = None
    kept: float | None = None
    judged: Literal["yes", "no", "unclear"] | None = None
    error: str | None = None
    code: str | None = None


class Answered(_Record):
    """A question with its answers, one a repeat. `expected` are the answers that are accepted, `says` what the first
    of them must contain."""

    id: str
    block: str
    split: Split
    case: str | None
    fault: str | None
    method: Method
    messages: list[dict[str, object]]
    expected: list[str]
    says: list[list[str]] = []
    model: list[Answer]
    base: list[Answer] | None = None

    @property
    def asked(self) -> str:
        """What the user said last."""
        users = [said for said in self.messages if said["role"] == "user"]
        return str((users or self.messages)[-1].get("content") or "")


class Report(_Record):
    """All of it. `base` is the model that `model` is held against."""

    version: Literal[1] = 1
    settings: Settings
    model: Asked
    base: Asked | None
    parts: list[Part]
    rows: list[Row]
    questions: list[Answered]

    @property
    def errors(self) -> int:
        """Answers that could not be had."""
        every = (answer for each in self.questions for answer in (*each.model, *(each.base or ())))
        return sum(answer.error is not None for answer in every)

    def below(self, least: float) -> list[Row]:
        """The blocks whose share is less than that."""
        return [row for row in self.rows if row.whole and (row.model.share or 0) < least]

    def json_text(self) -> str:
        """The report for programs."""
        return self.model_dump_json(indent=2, exclude_none=False) + "\n"
