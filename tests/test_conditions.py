"""Conditions, conditionals and what a conversation meets: the compiler against `naive`, which shares nothing with it,
and against values worked out by hand.

`FTC_FULL=1` looks at many more random files.
"""

import os
from dataclasses import dataclass, field, replace
from itertools import permutations, product
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, Phase, assume, currently_in_test_context, given, note, settings
from hypothesis import strategies as st

import naive
from ftc.check import check
from ftc.diagnostics import Diagnostic, errors
from ftc.expand.plan import Conversations, Plan, expand
from ftc.loader import Loader
from ftc.report.text import render
from ftc.syntax import parse
from naive import (
    Block,
    Choice,
    Const,
    Expr,
    If,
    Items,
    Json,
    LetIn,
    LetIs,
    LetTexts,
    LetTwin,
    Level,
    Naive,
    Name,
    Op,
    Range,
    Ref,
    Said,
    SameRow,
    Show,
    Spec,
    Table,
    Text,
    Those,
    TooMany,
    Turn,
    Values,
    Where,
    printed,
)

T = TypeVar("T")
FULL = bool(os.environ.get("FTC_FULL"))


def examples(count: int) -> settings:
    return settings(
        max_examples=count * 40 if FULL else count,
        deadline=None,
        derandomize=not FULL,
        database=None,
        phases=[Phase.generate, Phase.shrink] if FULL else [Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )


# ── the compiler's answer ─────────────────────────────────────────────────────────────────────────


def planned(text: str) -> tuple[Plan, set[str]]:
    """The plan, and the codes of the errors it was made with."""
    loader = Loader(files={"t.ft": text.encode()})
    source = loader.source("t.ft")
    assert not isinstance(source, Diagnostic)
    tree, found = parse(source)
    model, more = check([tree], loader)
    assert not errors([*found, *more]), render([*found, *more], color=False)
    plan, diagnostics = expand(model)
    return plan, {d.code for d in diagnostics if errors([d])}


def written(conversations: Conversations) -> list[Said]:
    return [Said(tuple((m.role, m.content or "") for m in c.messages)) for c in conversations]


def texts(text: str) -> list[str]:
    """What a good file writes, a conversation a line: its messages between bars, calls as their arguments."""
    plan, codes = planned(text)
    assert not codes
    return [" | ".join(_line(c)) for c in plan.training]


def _line(conversation: object) -> list[str]:
    made = []
    for message in conversation.messages:  # type: ignore[attr-defined]
        calls = ["; ".join(f"{k}={v}" for k, v in call.arguments.items()) for call in message.calls]
        made.append(message.content or ", ".join(calls))
    return made


# ── random files ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Known:
    """A name that may be used: `size` bounds its readings, `constant` are the columns whose cells do not vary."""

    name: str
    type: str
    size: int
    columns: tuple[str, ...] = ()
    constant: tuple[str, ...] = ()
    table: str = ""
    plain: bool = True
    """Whether nothing that it is made of needs what the old compiler does not do in a condition."""


@dataclass
class Hand:
    """Draws the pieces of a file. With `old` it keeps to conditions on cells that do not vary, and has no conditionals
    with names on their sides."""

    draw: st.DrawFn
    old: bool
    names: list[Known] = field(default_factory=list)
    twins: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=lambda: [0])

    def inner(self) -> "Hand":
        return replace(self, names=[*self.names], twins=[*self.twins])

    def some(self, low: int, high: int) -> int:
        return self.draw(st.integers(low, high))

    def one(self, of: "list[T] | tuple[T, ...]") -> T:
        return self.draw(st.sampled_from(of))

    def chance(self, one_in: int) -> bool:
        return self.some(1, one_in) == one_in

    def fresh(self) -> int:
        self.numbers[0] += 1
        return self.numbers[0]

    # ── expressions ───────────────────────────────────────────────────────────────────────────────

    def usable(self, budget: int, *types: str) -> list[Known]:
        return [k for k in self.names if k.type in types and k.size <= budget]

    def number(self, budget: int) -> "tuple[Expr, int, bool]":
        """An expression that gives a number, a bound on its readings, and whether it is plain."""
        known = self.usable(budget, "int")
        if not known:
            return Const(self.some(0, 2)), 1, True
        k = self.one(known)
        value: Expr = Ref(k.name)
        kind = self.one(("name", "name", "sum", "if", "two"))
        if kind == "sum":
            return Op(self.one(("+", "*", "%")), (value, Const(self.some(1, 2)))), k.size, k.plain
        if kind == "two" and self.usable(budget // k.size, "int"):
            other = self.one(self.usable(budget // k.size, "int"))
            return Op(self.one(("+", "-")), (value, Ref(other.name))), k.size * other.size, k.plain and other.plain
        if kind == "if":
            test, size, plain = self.test(budget)
            sides = [self.side(max(1, budget // size), "int") for _ in range(2)]
            whole = plain and all(s[2] for s in sides)
            return If(test, sides[0][0], sides[1][0]), size * (sides[0][1] + sides[1][1]), whole
        return value, k.size, k.plain

    def side(self, budget: int, type: str) -> "tuple[Expr, int, bool]":
        constant: Expr = Const(self.some(0, 3)) if type == "int" else Const(self.one(("p", "q", "r")))
        if self.old or self.chance(4):
            return constant, 1, True
        return self.number(budget) if type == "int" else self.words(budget)

    def words(self, budget: int) -> "tuple[Expr, int, bool]":
        """An expression that gives text."""
        known = self.usable(budget, "text", "row")
        if not known:
            return Const(self.one(("p", "q"))), 1, True
        k = self.one(known)
        value, plain = self.cell(k)
        kind = self.one(("name", "name", "upper", "if", "two"))
        if kind == "upper":
            return Op("upper", (value,)), k.size, plain
        if kind == "two" and self.usable(budget // k.size, "text", "row"):
            other = self.one(self.usable(budget // k.size, "text", "row"))
            more, also = self.cell(other)
            return Op("+", (value, more)), k.size * other.size, plain and also
        if kind == "if":
            test, size, sure = self.test(budget)
            sides = [self.side(max(1, budget // size), "text") for _ in range(2)]
            whole = sure and all(s[2] for s in sides)
            return If(test, sides[0][0], sides[1][0]), size * (sides[0][1] + sides[1][1]), whole
        return value, k.size, plain

    def cell(self, k: Known) -> "tuple[Expr, bool]":
        if k.type != "row":
            return Ref(k.name), k.plain
        column = self.one(k.columns)
        return Ref(k.name, column), column in k.constant

    def test(self, budget: int) -> "tuple[Expr, int, bool]":
        """A truth value."""
        known = self.usable(budget, "int", "text", "row")
        if not known:
            return Op("<", (Const(1), Const(2))), 1, True
        k = self.one(known)
        value, plain = self.cell(k)
        if k.type == "int":
            return Op(self.one((">", "<", "==", "!=")), (value, Const(self.some(0, 2)))), k.size, plain
        return Op(self.one(("==", "!=")), (value, Const(self.one(("p", "q", "pp"))))), k.size, plain

    # ── texts ─────────────────────────────────────────────────────────────────────────────────────

    def text(self, budget: int, depth: int = 0) -> "tuple[Text, int, bool]":
        parts: list[str | Show | Choice | Values] = []
        size, plain = 1, True
        for _ in range(self.some(1, 3 if depth == 0 else 2)):
            part, times, sure = self.part(max(1, budget // size), depth)
            if parts and self.chance(2):
                parts.append("_")
            parts.append(part)
            size *= times
            plain = plain and sure
        return tuple(parts), size, plain

    def part(self, budget: int, depth: int) -> "tuple[str | Show | Choice | Values, int, bool]":
        kind = self.one(("show", "show", "show", "word", "choice", "values"))
        if kind == "show" and self.usable(budget, "int", "text", "row"):
            types = [t for t in (("int",), ("text", "row")) if self.usable(budget, *t)]
            value, size, plain = self.number(budget) if self.one(types) == ("int",) else self.words(budget)
            if any(True for _ in naive.refs(value)):
                return Show(value), size, plain
        if kind == "choice" and budget >= 2 and depth < 2:
            texts = [self.text(max(1, budget // 2), depth + 1) for _ in range(2)]
            number = self.fresh()
            return Choice(number, tuple(t[0] for t in texts)), sum(t[1] for t in texts), all(t[2] for t in texts)
        if kind == "values" and budget >= 2:
            return self.values(budget)
        return self.one(("p", "q", "r")), 1, True

    def values(self, budget: int) -> "tuple[Values, int, bool]":
        known = self.usable(budget // 2, "int")
        if known and self.chance(2):
            k = self.one(known)
            low = Ref(k.name)
            return Values(self.fresh(), Range(low, Op("+", (low, Const(1))))), 2 * k.size, k.plain
        return Values(self.fresh(), Items((Const("p"), Const("q")))), 2, True

    # ── names ─────────────────────────────────────────────────────────────────────────────────────

    def declare(self, budget: int, prefix: str) -> Name:
        name = f"{prefix}{self.fresh()}"
        kinds = ["texts", "range", "table", "table"]
        if self.usable(budget, "int"):
            kinds += ["dependent", "number"]
        if self.usable(budget, "text", "row"):
            kinds += ["words", "words"]
        if self.names:
            kinds += ["twin", "twin"]
        if self.usable(budget, "row"):
            kinds += ["twin"]
        kind = self.one(kinds)
        made: Name
        if kind == "texts":
            drawn = [self.text(max(1, budget // 2), 1) for _ in range(self.some(2, 3))]
            drawn = [*drawn, ((self.one(("p", "q")),), 1, True)]
            made = LetTexts(name, tuple(t[0] for t in drawn))
            known = Known(name, "text", sum(t[1] for t in drawn))
        elif kind == "range":
            low = self.some(0, 1)
            high = low + self.some(1, 2)
            domain = self.one((Range(Const(low), Const(high)), Items((Const(high), Const(low)))))
            made, known = LetIn(name, domain), Known(name, "int", high - low + 1)
        elif kind == "dependent":
            made, known = self.dependent(name, budget)
        elif kind == "number":
            value, size, plain = self.number(budget)
            made, known = LetIs(name, value), Known(name, "int", size, plain=plain)
        elif kind == "words":
            value, size, plain = self.words(budget)
            made, known = LetIs(name, value), Known(name, "text", size, plain=plain)
        elif kind == "table":
            made, known = self.table(name, budget)
        else:
            k = self.one(self.usable(budget, "row") or [k for k in self.names if k.size <= budget] or self.names)
            if self.chance(2):
                k = self.one([k for k in self.names if k.size <= budget] or [k])
            made, known = LetTwin(name, k.name), replace(k, name=name)
            self.twins.append(name)
        self.names.append(known)
        return made

    def dependent(self, name: str, budget: int) -> tuple[Name, Known]:
        value, size, plain = self.number(max(1, budget // 2))
        kind = self.one(("to", "from", "two", "those"))
        if kind == "to":
            domain: Expr = Range(Const(1), value)
            times = 3
        elif kind == "from":
            domain, times = Range(value, Op("+", (value, Const(1)))), 2
        elif kind == "two":
            more, other, sure = self.number(max(1, budget // size // 2))
            domain, times, plain = Items((value, more)), 2 * other, plain and sure
        else:
            domain, times = Those(Range(Const(0), Const(2)), "!=", value), 3
        return LetIn(name, domain), Known(name, "int", size * times)

    def table(self, name: str, budget: int) -> tuple[Name, Known]:
        columns = tuple(f"c{i}" for i in range(self.some(1, 3)))
        rows, size = [], 0
        constant = {*columns}
        for _ in range(self.some(2, 3)):
            cells, times = [], 1
            for column in columns:
                if self.chance(2):
                    cell: Text = (self.one(("p", "q", "r", "pp")),)
                else:
                    cell, more, _ = self.text(max(1, budget // 2 // times), 1)
                    times *= more
                if not all(isinstance(part, str) for part in cell):
                    constant -= {column}
                cells.append(cell)
            rows.append(tuple(cells))
            size += times
        known = Known(name, "row", size, columns, tuple(c for c in columns if c in constant), name)
        return Table(name, columns, tuple(rows)), known

    # ── conditions ────────────────────────────────────────────────────────────────────────────────

    def where(self, among: "list[Known] | None" = None, behind: "str | None" = None) -> "Where | None":
        names = [k for k in (self.names if among is None else among) if self.fit(k)]
        if not names:
            return None
        condition = self.condition(names, behind)
        return Where(condition, behind)

    def fit(self, k: Known) -> bool:
        if not self.old:
            return True
        return bool(k.constant) if k.type == "row" else k.plain

    def condition(self, names: list[Known], must: "str | None" = None, depth: int = 0) -> Expr:
        if depth < 2 and self.chance(3):
            parts = (self.condition(names, must, depth + 1), self.condition(names, None, depth + 1))
            return Op(self.one(("or", "or", "and")), parts)
        if depth < 2 and self.chance(8):
            return Op("not", (self.condition(names, must, depth + 1),))
        k = self.one([k for k in names if k.name == must] or names)
        whole = [n for n in names if n.type == "row" and n.table == k.table and n.name != k.name]
        if self.old:
            whole = [n for n in whole if n.columns == n.constant]
        if k.type == "row" and whole and self.chance(2):
            return SameRow(Ref(k.name), Ref(self.one(whole).name), self.chance(5))
        value = self.asked(k)
        alike = [n for n in names if (n.type == "int") == (k.type == "int") and n.name != k.name]
        if alike and not self.chance(3):
            other = self.asked(self.one(alike))
            return Op(self.one(("!=", "!=", "<=", "==")), (value, other))
        if k.type == "int":
            kind = self.one(("odd", "compare", "compare"))
            if kind == "odd":
                return Op("==", (Op("%", (value, Const(2))), Const(self.some(0, 1))))
            return Op(self.one(("!=", "!=", ">", "<")), (value, Const(self.some(0, 2))))
        kind = self.one(("is", "is", "in", "len"))
        if kind == "in":
            return Op(self.one(("in", "not in")), (Const(self.one(("p", "q", "_"))), value))
        if kind == "len":
            return Op(self.one((">", "<")), (Op("len", (value,)), Const(self.some(1, 2))))
        return Op("!=", (value, Const(self.one(("p", "q", "pp", "P")))))

    def asked(self, k: Known) -> Expr:
        if k.type == "row":
            return Ref(k.name, self.one(k.constant if self.old else k.columns))
        return Ref(k.name)

    def level(self, budget: int, most: int, prefix: str, *, wheres: int = 2, named: int = 0) -> Level:
        names = [self.declare(budget, prefix) for _ in range(self.some(named, most))]
        made: list[Where] = []
        for name in names:
            if isinstance(name, LetIn | LetTwin) and self.chance(4):
                known = [k for k in self.names if k.name == name.name or self.chance(2)]
                if self.fit(next(k for k in known if k.name == name.name)):
                    made += [w for w in [self.where(known, name.name)] if w]
        made += [w for _ in range(wheres) if self.chance(2) and (w := self.where())]
        return Level(tuple(names), tuple(made))

    # ── blocks ────────────────────────────────────────────────────────────────────────────────────

    def messages(self, budget: int, turns: int) -> "tuple[tuple[Text | Expr, ...], int]":
        made: list[Text | Expr] = []
        whole = 1
        for at in range(2 * turns):
            left = max(1, budget // whole)
            if at % 2 and self.chance(5) and self.usable(left, "int"):
                value, size, _ = self.number(left)
                more, times, _ = self.words(max(1, left // size))
                made.append(Json((value, more)))
                whole *= size * times
                continue
            text, size, _ = self.text(left)
            made.append(text)
            whole *= size
        return tuple(made), whole

    def block(self, name: str, budget: int) -> Block:
        hand = self.inner()
        kind = self.one(("fact", "dialog", "format", "format"))
        level = hand.level(8, 2, f"b{name}")
        system, size = None, 1
        if self.chance(4):
            system, size, _ = hand.text(3)
        left = max(2, budget // size)
        if kind == "format":
            return hand.format(name, level, system, left)
        turns = []
        for _ in range(self.some(1, 2) if kind == "fact" else 1):
            messages, _ = hand.messages(left, 1 if kind == "fact" else self.some(1, 2))
            where = hand.where() if kind == "fact" and self.chance(2) else None
            turns.append(Turn(messages, Level((), (where,) if where else ())))
        return Block(kind, name, tuple(turns), level, system)

    def format(self, name: str, level: Level, system: "Text | None", budget: int) -> Block:
        low, high = self.one(((1, 1), (2, 2), (1, 2)))
        cases = self.some(0, 2)
        left = max(2, int(budget ** (1 / high)) // max(1, cases))
        turns = []
        for number in range(max(1, cases)):
            inside = self.inner()
            # In the old compiler a condition of a case does not see a `let x in NAME` of the format.
            wheres = 0 if self.old and self.twins else 1
            own = inside.level(4, 1, f"k{number}{name}", wheres=wheres) if cases else Level()
            if not wheres:
                own = replace(own, wheres=())
            turns.append(Turn(inside.messages(left, 1)[0], own))
        return Block("format", name, tuple(turns), level, system, cases > 0, low, high)


@st.composite
def specs(draw: st.DrawFn, *, old: bool = False, budget: int = 100, most: int = 2) -> Spec:
    hand = Hand(draw, old)
    level = hand.level(10, 4, "n", named=1)
    return Spec(tuple(hand.block(f"x{i}", budget) for i in range(hand.some(1, most))), level)


def agree(spec: Spec) -> None:
    """The compiler writes what the naive reading says, in its order."""
    text = printed(spec)
    if currently_in_test_context():
        note(text)
    reading = Naive(spec)
    try:
        wanted = reading.conversations()
    except TooMany:
        assume(False)
    assume(not reading.corners)
    plan, codes = planned(text)
    empty = not all(wanted)
    assert empty == bool({"E401", "E409"} & codes), f"something is empty: {empty}, errors {sorted(codes)}"
    if empty:
        return
    everywhere = {*spec.level.wheres}
    for block in spec.blocks:
        everywhere |= {*block.level.wheres, *(w for turn in block.turns for w in turn.level.wheres)}
    never = everywhere - reading.applied
    assert never or "E402" not in codes, f"every `where` applies, errors {sorted(codes)}"
    assert reading.empty or not never or "E402" in codes, "a `where` never applies"
    assert codes <= {"E402"}
    for block, each in zip(plan.blocks, wanted, strict=True):
        assert written(block.training) == each, block.name


@examples(150)
@given(specs(old=True))
def test_conditions_on_what_is_shown(spec: Spec) -> None:
    agree(spec)


@examples(150)
@given(specs())
def test_conditions_on_anything(spec: Spec) -> None:
    agree(spec)
