"""The model: the meaning of checked files. Names are resolved to objects, types are inferred, blocks have their shape.

A declaration is compared by identity. Expressions are trees (`ftc.expressions`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ftc.check.allowances import Allowances
from ftc.expressions.expression import Expr as Expr
from ftc.expressions.nodes import Read as Read
from ftc.expressions.types import INT, TEXT, Type
from ftc.slotted import slotted
from ftc.source import Span
from ftc.syntax.raw import storable

# ── expressions and text ──────────────────────────────────────────────────────────────────────────


@slotted
class Show:
    """The value of an expression as text, under a format spec if there is one."""

    expr: Expr
    spec: str | None
    span: Span


@slotted
class Choice:
    """Unnamed alternatives; each is a template."""

    alternatives: "tuple[Template, ...]"
    span: Span


@slotted
class ValueChoice:
    """A range or list written in braces: an unnamed choice of values."""

    domain: Expr
    spec: str | None
    span: Span


Part = str | Show | Choice | ValueChoice


@slotted
class Template:
    """Text with holes and alternatives; adjacent constant parts are one."""

    parts: tuple[Part, ...]
    span: Span

    @property
    def constant(self) -> str | None:
        """The text, where nothing in it varies."""
        if not self.parts:
            return ""
        return self.parts[0] if len(self.parts) == 1 and isinstance(self.parts[0], str) else None


# ── names ─────────────────────────────────────────────────────────────────────────────────────────

Level = Literal["file", "block", "case"]


@dataclass(eq=False)
class Declared:
    """What every name has. `level` is where it is declared, `depth` the length of its longest chain of dependencies,
    `nesting` the same with the braces counted that they stand in."""

    name: str
    span: Span
    level: Level
    depth: int = field(default=1, init=False)
    nesting: int = field(default=1, init=False)


@dataclass(eq=False)
class Alternatives(Declared):
    """`let NAME:` a pick is one alternative; `invalid` ones break the format."""

    valid: tuple[Template, ...] = ()
    invalid: tuple[Template, ...] = ()
    type: Type = TEXT


@dataclass(eq=False)
class Ranging(Declared):
    """`let NAME in expr`: a pick is one item of the list; `values` is the list where it is constant."""

    domain: Expr = None  # type: ignore[assignment]  # set as soon as the expression is checked
    values: "range | list[Any] | None" = None
    invalid: tuple[Template, ...] = ()
    type: Type = TEXT


@dataclass(eq=False)
class Alias(Declared):
    """`let NAME in OTHER`: a pick is any value that OTHER can take, from picks of its own."""

    target: "Name" = None  # type: ignore[assignment]
    invalid: tuple[Template, ...] = ()

    @property
    def type(self) -> Type:
        return self.target.type


@dataclass(eq=False)
class Computed(Declared):
    """`let NAME = expr`: no pick of its own."""

    expr: Expr = None  # type: ignore[assignment]

    @property
    def type(self) -> Type:
        return self.expr.type


@dataclass(eq=False)
class Table(Declared):
    """Rows picked whole. Inline cells are templates (`rows`); cells of a file are values (`data`). `place` says where a
    row stands, by its number from 0."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Template, ...], ...] = ()
    place: Callable[[int], Span] = None  # type: ignore[assignment]  # set where there are rows
    data: "list[tuple[Any, ...]] | None" = None
    type: Type = TEXT


@dataclass(eq=False)
class StyleAnswer(Declared):
    """`answer` in a style: the answer that is wrapped. What it is depends on the conversation."""

    type: Type = TEXT


@dataclass(eq=False)
class Culprit(Declared):
    """`invalid` in an `invalid` block: the invalid value (column None) or the name it was picked for (column
    `name`)."""

    type: Type = TEXT


@dataclass(eq=False)
class Measure(Declared):
    """A measure that an `expect` reads: `count("block")`, `count()` or `longest_tokens`; `block` is None for all."""

    block: str | None = None
    type: Type = INT


Name = Measure | Alternatives | Ranging | Alias | Computed | Table | StyleAnswer | Culprit


@slotted
class Constraint:
    """A `where`: removes picks wherever all the names it reads are picked."""

    condition: Expr
    span: Span


# ── blocks ────────────────────────────────────────────────────────────────────────────────────────


@slotted
class ToolCall:
    tool: "Tool"
    arguments: tuple[tuple[str, Expr], ...]
    span: Span


@slotted
class Message:
    """One message of a conversation: text, or calls of tools (then `content` is None)."""

    role: Literal["system", "user", "assistant", "tool"]
    content: Template | None
    calls: tuple[ToolCall, ...]
    trained: bool
    span: Span


@slotted
class Tool:
    name: str
    description: str
    parameters: Mapping[str, Any]
    required: frozenset[str]
    types: Mapping[str, Type]
    span: Span


@slotted
class Turn:
    """A user's side and the assistant's: an exchange of a fact, a case of a format, the whole of a dialog.

    `messages[:answer]` stand before the first assistant message: what an `invalid` block leaves as it is.
    """

    name: str | None
    messages: tuple[Message, ...]
    answer: int
    rejected: Template | None
    says: tuple[Template, ...]
    wheres: tuple[Constraint, ...]
    invalid: "Invalid | None"
    span: Span


@slotted
class Invalid:
    """The answer to a turn that reads an invalid value (`culprit` in its texts), and how such turns are thinned."""

    culprit: Culprit
    messages: tuple[Message, ...]
    rejected: Template | None
    says: tuple[Template, ...]
    thinning: "Thinning | None"
    span: Span


@slotted
class Thinning:
    """`cover` (strength) or `sample` (count and seed)."""

    strength: int | None
    count: int | None
    seed: int
    span: Span


@slotted
class Split:
    """`validation`: a share, by the values of the name `by` if there is one, or those of its `values` that are listed
    (as texts, with their places). 100 percent are the whole block. `of_file`: for all blocks of the file together."""

    percent: float | None
    by: Name | None
    values: Mapping[str, Span] | None
    of_file: bool
    span: Span

    @property
    def whole(self) -> bool:
        """Whether whole blocks are held out."""
        return self.percent == 100

    @property
    def share(self) -> str:
        """The share as it is written."""
        return "" if self.percent is None else f"{self.percent:g}%"


@slotted
class Recorder:
    """The model that a recorded answer came from, as its `recorded:` line at `span` names it."""

    model: str
    provider: str
    span: Span


@slotted
class RecordedAnswer:
    """A recorded answer of a style: `base` as the model gave it, `final` as a person or a model rewrote it.

    `recorder` is the model that gave `base`, where that is known.
    """

    base: str | None
    final: str | None
    span: Span
    recorder: Recorder | None = None
    cut: Span | None = None
    """The line that says that the answer which is written was cut off, if one does."""

    @property
    def empty(self) -> bool:
        """Whether it is the prompt alone."""
        return self.base is None and self.final is None


@slotted
class Style:
    """A way to phrase answers: `wrap` is the assistant message around `answer`, None where it stands alone."""

    wrap: Message | None
    replace: tuple[tuple[str, str], ...]
    answer: StyleAnswer
    keep: float | None
    rewrite: str | None
    answers_path: str | None
    answers: Mapping[str, RecordedAnswer]
    system: Message | None

    def recorded_answer(self, prompt: str) -> RecordedAnswer | None:
        """The answer to a prompt, found by the form in which a file of answers can hold the prompt."""
        return self.answers.get(prompt) or self.answers.get(storable(prompt))


@slotted
class Block:
    """A block that makes conversations.

    A fact's turns are conversations of their own; a dialog has one turn; a format's conversations are `turns` of its
    cases; a style's have a user message that `style` answers.
    """

    kind: Literal["fact", "dialog", "format", "style"]
    name: str
    system: Message | None
    turns: tuple[Turn, ...]
    low: int
    high: int
    tools: tuple[Tool, ...]
    style: Style | None
    names: tuple[Name, ...]
    wheres: tuple[Constraint, ...]
    thinning: Thinning | None
    split: Split | None
    repeat: int
    span: Span
    plain_case: bool = False
    """A format without `case`: its body is the only case, so its names are picked afresh each turn."""
    unique: Span | None = None
    """The line by which equal conversations are merged, if there is one."""


@slotted
class Expectation:
    """`expect`: a condition over measures of the data."""

    condition: Expr
    span: Span


@slotted
class Model:
    """One compilation: the blocks of every file given, in order. `names` are those at the top of the files given."""

    blocks: tuple[Block, ...]
    styles: tuple[Style, ...]
    names: tuple[Name, ...]
    wheres: tuple[Constraint, ...]
    splits: tuple[Split, ...]
    """The `validation` lines at the top of the files, each once that is in several."""
    train: Mapping[str, Any]
    expectations: tuple[Expectation, ...]
    used: frozenset[Name]
    """The names that something reads."""
    allowances: Allowances
    complete: bool
    """False where a mistake was reported, as something may then be missing here."""
