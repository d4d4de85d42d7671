"""The syntax tree: what the text says, name by name and line by line, before any name is looked up.

Nodes are frozen and carry the span of their text. A tree exists for every input: a line that could not be
understood is reported and is `Bad` here.
"""

from dataclasses import dataclass
from typing import Literal as OneOf

from ftc.source import SourceFile, Span


@dataclass(frozen=True, slots=True)
class Ident:
    """A name as written."""

    text: str
    span: Span


# ── text ──────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Literal:
    """Characters that stand for themselves; backslash escapes are already undone, lines are joined by "\\n"."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Hole:
    """`{expr}` or `{expr:spec}`. A range or list written as the whole expression is a choice of values."""

    expr: "Expr"
    spec: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Choice:
    """`{a|b}`: alternatives without a name; each is text again."""

    alternatives: "tuple[Text, ...]"
    span: Span


Part = Literal | Hole | Choice


@dataclass(frozen=True, slots=True)
class Text:
    """A text: adjacent literals are one part; no parts is the empty text. `raw` says it was written after `raw`."""

    parts: tuple[Part, ...]
    span: Span
    raw: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a list: `| text`, or `~ text` for an invalid value. `span` includes the mark."""

    text: Text
    invalid: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Items:
    """A list of alternatives."""

    items: tuple[Item, ...]
    span: Span


Body = Text | Items


# ── expressions ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Number:
    value: int | float
    span: Span


@dataclass(frozen=True, slots=True)
class String:
    value: str
    span: Span


@dataclass(frozen=True, slots=True)
class Constant:
    """`true`, `false`, `none`."""

    value: bool | None
    span: Span


@dataclass(frozen=True, slots=True)
class Name:
    id: str
    span: Span


@dataclass(frozen=True, slots=True)
class Attribute:
    """`value.name` that is not called: a field of a row."""

    value: "Expr"
    name: Ident
    span: Span


@dataclass(frozen=True, slots=True)
class Subscript:
    value: "Expr"
    index: "Expr"
    span: Span


@dataclass(frozen=True, slots=True)
class Slice:
    """`value[low:high:step]`; each of the three may be absent."""

    value: "Expr"
    low: "Expr | None"
    high: "Expr | None"
    step: "Expr | None"
    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    """`function(arguments)`."""

    function: Ident
    arguments: "tuple[Expr, ...]"
    span: Span


@dataclass(frozen=True, slots=True)
class MethodCall:
    """`value.method(arguments)`."""

    value: "Expr"
    method: Ident
    arguments: "tuple[Expr, ...]"
    span: Span


@dataclass(frozen=True, slots=True)
class Unary:
    """`-x`, `+x`, `not x`."""

    operator: OneOf["-", "+", "not"]
    operand: "Expr"
    span: Span


@dataclass(frozen=True, slots=True)
class Binary:
    """`+ - * / // % **`."""

    operator: str
    left: "Expr"
    right: "Expr"
    span: Span


@dataclass(frozen=True, slots=True)
class Compare:
    """`a < b <= c`: `operators[i]` stands between operand i and operand i + 1. `== != < <= > >= in`, `not in`."""

    operands: "tuple[Expr, ...]"
    operators: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Logic:
    """`a and b and c`, `a or b`."""

    operator: OneOf["and", "or"]
    operands: "tuple[Expr, ...]"
    span: Span


@dataclass(frozen=True, slots=True)
class Conditional:
    """`then if test else otherwise`."""

    test: "Expr"
    then: "Expr"
    otherwise: "Expr"
    span: Span


@dataclass(frozen=True, slots=True)
class Range:
    """`low..high`, both ends included."""

    low: "Expr"
    high: "Expr"
    span: Span


@dataclass(frozen=True, slots=True)
class List:
    items: "tuple[Expr, ...]"
    span: Span


@dataclass(frozen=True, slots=True)
class Dict:
    items: "tuple[tuple[Expr, Expr], ...]"
    span: Span


@dataclass(frozen=True, slots=True)
class Clause:
    """`for names in iterable if condition …` of a comprehension."""

    names: tuple[Ident, ...]
    iterable: "Expr"
    conditions: "tuple[Expr, ...]"


@dataclass(frozen=True, slots=True)
class Comprehension:
    """`[element for … in … if …]`."""

    element: "Expr"
    clauses: tuple[Clause, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class BadExpr:
    """An expression that was reported; nothing more is said of it."""

    span: Span


Expr = (
    Number | String | Constant | Name | Attribute | Subscript | Slice | Call | MethodCall | Unary | Binary | Compare
    | Logic | Conditional | Range | List | Dict | Comprehension | BadExpr
)  # fmt: skip


# ── statements ────────────────────────────────────────────────────────────────────────────────────
# `span` of a statement is its header line, from the first word to the last character that is no blank;
# the statements of a block are its `body`. The parser takes any statement in any block: `check` says what fits where.


@dataclass(frozen=True, slots=True)
class Domain:
    """What stands after `in`: the values a name ranges over; `invalid` are its `~` lines in a block below."""

    expr: Expr
    invalid: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Let:
    """`let NAME: text`, `let NAME in domain`, `let NAME = expr`; the last two may end in `where condition`."""

    name: Ident
    value: Body | Domain | Expr
    where: Expr | None
    span: Span


@dataclass(frozen=True, slots=True)
class Row:
    cells: tuple[Text, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Table:
    """`table NAME` with rows below (the first names the columns), or `table NAME from "path"`."""

    name: Ident
    columns: tuple[Ident, ...]
    rows: tuple[Row, ...]
    path: String | None
    span: Span


@dataclass(frozen=True, slots=True)
class Def:
    name: Ident
    parameters: tuple[Ident, ...]
    body: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class Where:
    condition: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class Message:
    """`user:`, `assistant:`, `tool:`, `system:`, `rejected:`, `base:` with a text, or with `=` and an expression.

    `trained` is False after `untrained`.
    """

    role: OneOf["system", "user", "assistant", "tool", "rejected", "base"]
    content: Body | Expr
    trained: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Calls:
    """`assistant calls NAME(argument=expr, …)`."""

    tool: Ident
    arguments: tuple[tuple[Ident, Expr], ...]
    trained: bool
    span: Span


@dataclass(frozen=True, slots=True)
class NoSystem:
    span: Span


@dataclass(frozen=True, slots=True)
class Says:
    body: Body
    span: Span


@dataclass(frozen=True, slots=True)
class Parameter:
    """`name: type` or `name: type = default`; `type` is `text`, `int`, `float`, `bool`, or `list of` one of them."""

    name: Ident
    type: Ident
    default: Expr | None
    span: Span


@dataclass(frozen=True, slots=True)
class Tool:
    """`tool NAME(parameters): description`."""

    name: Ident
    parameters: tuple[Parameter, ...]
    description: Text
    span: Span


@dataclass(frozen=True, slots=True)
class Turns:
    """`turns 2` (low is high) or `turns 1..3`."""

    low: int
    high: int
    span: Span


@dataclass(frozen=True, slots=True)
class Cover:
    """`cover each` is 1, `pairs` 2, `triples` 3, `cover N` is N."""

    strength: int
    span: Span


@dataclass(frozen=True, slots=True)
class Sample:
    count: int
    seed: int
    span: Span


@dataclass(frozen=True, slots=True)
class Validation:
    """`validation 10%`, `validation 10% by NAME`."""

    percent: float
    by: Ident | None
    span: Span


@dataclass(frozen=True, slots=True)
class Repeat:
    times: int
    span: Span


@dataclass(frozen=True, slots=True)
class Replace:
    """`replace` with rows below: plain text, styled text."""

    columns: tuple[Ident, ...]
    rows: tuple[Row, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Keep:
    percent: float
    span: Span


@dataclass(frozen=True, slots=True)
class AnswersFrom:
    path: String
    span: Span


@dataclass(frozen=True, slots=True)
class Rewrite:
    text: Text
    span: Span


@dataclass(frozen=True, slots=True)
class StyleLine:
    """`style NAME` without a block: in a fact, the style it is written in."""

    name: Ident
    span: Span


@dataclass(frozen=True, slots=True)
class Use:
    path: String
    span: Span


@dataclass(frozen=True, slots=True)
class Setting:
    """`name = expr` in `train`."""

    name: Ident
    value: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class Expect:
    condition: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class Block:
    """`fact`, `dialog`, `format`, `style`, `answers` with a name; `case` with a name; `invalid` and `train` without."""

    kind: OneOf["fact", "dialog", "format", "style", "answers", "case", "invalid", "train"]
    name: Ident | None
    body: "tuple[Statement, ...]"
    span: Span


@dataclass(frozen=True, slots=True)
class Bad:
    """A statement that was reported; what stood below it is skipped."""

    span: Span


Statement = (
    Let | Table | Def | Where | Message | Calls | NoSystem | Says | Tool | Turns | Cover | Sample | Validation | Repeat
    | Replace | Keep | AnswersFrom | Rewrite | StyleLine | Use | Setting | Expect | Block | Bad
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Comment:
    """A `#` line where a statement or a list item could start; `text` includes the `#`."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class File:
    source: SourceFile
    statements: tuple[Statement, ...]
    comments: tuple[Comment, ...]
