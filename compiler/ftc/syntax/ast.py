"""The syntax tree: the text as nodes, before any name is looked up.

Nodes are never changed and carry the span of their text. A tree exists for every input: a line that could not be
understood is reported and is `Bad` here.
"""

from typing import Literal as OneOf

from ftc.slotted import slotted
from ftc.source import SourceFile, Span


@slotted
class Ident:
    """A name as written."""

    text: str
    span: Span


# ── text ──────────────────────────────────────────────────────────────────────────────────────────


@slotted
class Literal:
    """Characters that stand for themselves; backslash escapes are already undone, lines are joined by "\\n"."""

    text: str
    span: Span


@slotted
class Hole:
    """`{expr}` or `{expr:spec}`. A range or list written as the whole expression is a choice of values."""

    expr: "Expr"
    spec: str | None
    span: Span


@slotted
class Choice:
    """`{a|b}`: alternatives without a name; each is text again."""

    alternatives: "tuple[Text, ...]"
    span: Span


Part = Literal | Hole | Choice


@slotted
class Text:
    """A text: adjacent literals are one part; no parts is the empty text. `raw` says it was written after `raw`."""

    parts: tuple[Part, ...]
    span: Span
    raw: bool = False


@slotted
class Item:
    """One line of a list: `| text`, or `~ text` for an invalid value. `span` includes the mark."""

    text: Text
    invalid: bool
    span: Span


@slotted
class Items:
    """A list of alternatives."""

    items: tuple[Item, ...]
    span: Span


Body = Text | Items


# ── expressions ───────────────────────────────────────────────────────────────────────────────────


@slotted
class Number:
    value: int | float
    span: Span


@slotted
class String:
    value: str
    span: Span


@slotted
class Constant:
    """`true`, `false`, `none`."""

    value: bool | None
    span: Span


@slotted
class Name:
    id: str
    span: Span


@slotted
class Attribute:
    """`value.name` that is not called: a field of a row."""

    value: "Expr"
    name: Ident
    span: Span


@slotted
class Subscript:
    value: "Expr"
    index: "Expr"
    span: Span


@slotted
class Slice:
    """`value[low:high:step]`; each of the three may be absent."""

    value: "Expr"
    low: "Expr | None"
    high: "Expr | None"
    step: "Expr | None"
    span: Span


@slotted
class Call:
    """`function(arguments)`."""

    function: Ident
    arguments: "tuple[Expr, ...]"
    span: Span


@slotted
class MethodCall:
    """`value.method(arguments)`."""

    value: "Expr"
    method: Ident
    arguments: "tuple[Expr, ...]"
    span: Span


@slotted
class Unary:
    """`-x`, `+x`, `not x`."""

    operator: OneOf["-", "+", "not"]
    operand: "Expr"
    span: Span


@slotted
class Binary:
    """`+ - * / // % **`."""

    operator: str
    left: "Expr"
    right: "Expr"
    span: Span


@slotted
class Compare:
    """`a < b <= c`: `operators[i]` stands between operand i and operand i + 1. `== != < <= > >= in`, `not in`."""

    operands: "tuple[Expr, ...]"
    operators: tuple[str, ...]
    span: Span


@slotted
class Logic:
    """`a and b and c`, `a or b`."""

    operator: OneOf["and", "or"]
    operands: "tuple[Expr, ...]"
    span: Span


@slotted
class Conditional:
    """`then if test else otherwise`."""

    test: "Expr"
    then: "Expr"
    otherwise: "Expr"
    span: Span


@slotted
class Range:
    """`low..high`, both ends included."""

    low: "Expr"
    high: "Expr"
    span: Span


@slotted
class List:
    items: "tuple[Expr, ...]"
    span: Span


@slotted
class Dict:
    items: "tuple[tuple[Expr, Expr], ...]"
    span: Span


@slotted
class Clause:
    """`for names in iterable if condition …` of a comprehension."""

    names: tuple[Ident, ...]
    iterable: "Expr"
    conditions: "tuple[Expr, ...]"


@slotted
class Comprehension:
    """`[element for … in … if …]`."""

    element: "Expr"
    clauses: tuple[Clause, ...]
    span: Span


@slotted
class BadExpr:
    """An expression that was reported; nothing more is reported about it."""

    span: Span


Expr = (
    Number | String | Constant | Name | Attribute | Subscript | Slice | Call | MethodCall | Unary | Binary | Compare
    | Logic | Conditional | Range | List | Dict | Comprehension | BadExpr
)  # fmt: skip


# ── statements ────────────────────────────────────────────────────────────────────────────────────
# `span` of a statement is its header line, from the first word to the last character that is no blank;
# the statements of a block are its `body`. The parser takes any statement in any block: `check` says what fits where.


@slotted
class Domain:
    """What stands after `in`: the values a name ranges over; `invalid` are its `~` lines in a block below."""

    expr: Expr
    invalid: tuple[Item, ...] = ()


@slotted
class Let:
    """`let NAME: text`, `let NAME in domain`, `let NAME = expr`; the last two may end in `where condition`."""

    name: Ident
    value: Body | Domain | Expr
    where: Expr | None
    span: Span


@slotted
class Row:
    cells: tuple[Text, ...]
    span: Span


@slotted
class Table:
    """`table NAME` with rows below (the first names the columns), or `table NAME from "path"`."""

    name: Ident
    columns: tuple[Ident, ...]
    rows: tuple[Row, ...]
    path: String | None
    span: Span


@slotted
class Def:
    name: Ident
    parameters: tuple[Ident, ...]
    body: Expr
    span: Span


@slotted
class Where:
    condition: Expr
    span: Span


@slotted
class Message:
    """`user:`, `assistant:`, `tool:`, `system:`, `rejected:`, `base:` with a text, or with `=` and an expression.

    `trained` is False after `untrained`.
    """

    role: OneOf["system", "user", "assistant", "tool", "rejected", "base"]
    content: Body | Expr
    trained: bool
    span: Span


@slotted
class Calls:
    """`assistant calls NAME(argument=expr, …)`."""

    tool: Ident
    arguments: tuple[tuple[Ident, Expr], ...]
    trained: bool
    span: Span


@slotted
class NoSystem:
    span: Span


@slotted
class Says:
    body: Body
    span: Span


@slotted
class Parameter:
    """`name: type` or `name: type = default`; `type` is `text`, `int`, `float`, `bool`, or `list of` one of them."""

    name: Ident
    type: Ident
    default: Expr | None
    span: Span


@slotted
class Tool:
    """`tool NAME(parameters): description`."""

    name: Ident
    parameters: tuple[Parameter, ...]
    description: Text
    span: Span


@slotted
class Turns:
    """`turns 2` (low is high) or `turns 1..3`."""

    low: int
    high: int
    span: Span


@slotted
class Unique:
    """`unique`: of equal conversations, one."""

    span: Span


@slotted
class Cover:
    """`cover each` is 1, `pairs` 2, `triples` 3, `cover N` is N."""

    strength: int
    span: Span


@slotted
class Sample:
    count: int
    seed: int
    span: Span


@slotted
class Validation:
    """`validation 10%`, `validation 10% by NAME`, `validation by NAME in values`."""

    percent: float | None
    by: Ident | None
    values: "Expr | None"
    span: Span


@slotted
class Repeat:
    times: int
    span: Span


@slotted
class Replace:
    """`replace` with rows below: plain text, styled text."""

    columns: tuple[Ident, ...]
    rows: tuple[Row, ...]
    span: Span


@slotted
class Keep:
    percent: float
    span: Span


@slotted
class AnswersFrom:
    path: String
    span: Span


@slotted
class Rewrite:
    text: Text
    span: Span


@slotted
class Recorded:
    """`recorded: text` in `answers`: which model gave the answer below it, when and how."""

    text: Text
    span: Span


@slotted
class StyleLine:
    """`style NAME` without a block: in a fact, the style it is written in."""

    name: Ident
    span: Span


@slotted
class Use:
    path: String
    span: Span


@slotted
class Setting:
    """`name = expr` in `train`."""

    name: Ident
    value: Expr
    span: Span


@slotted
class Expect:
    condition: Expr
    span: Span


@slotted
class Block:
    """`fact`, `dialog`, `format`, `style`, `answers` with a name; `case` with a name; `invalid` and `train` without."""

    kind: OneOf["fact", "dialog", "format", "style", "answers", "case", "invalid", "train"]
    name: Ident | None
    body: "tuple[Statement, ...]"
    span: Span


@slotted
class Bad:
    """A statement that was reported; what stood below it is skipped."""

    span: Span


Statement = (
    Let | Table | Def | Where | Message | Calls | NoSystem | Says | Tool | Turns | Unique | Cover | Sample | Validation
    | Repeat | Replace | Keep | AnswersFrom | Rewrite | Recorded | StyleLine | Use | Setting | Expect | Block | Bad
)  # fmt: skip


@slotted
class Comment:
    """A `#` line where a statement or a list item could start; `text` includes the `#`."""

    text: str
    span: Span


@slotted
class File:
    source: SourceFile
    statements: tuple[Statement, ...]
    comments: tuple[Comment, ...]
