"""Conditions, conditionals and what a conversation meets: the compiler against `naive`, which shares nothing with it,
and against values worked out by hand.

`FTC_FULL=1` looks at many more random files.
"""

from dataclasses import dataclass, field, replace
from itertools import count, permutations, product
from typing import TypeVar

import pytest
from hypothesis import assume, currently_in_test_context, given, note
from hypothesis import strategies as st

import naive
from effort import examples
from ftc.check import check
from ftc.diagnostics import Diagnostic, has_errors
from ftc.expand.expand import expand
from ftc.expand.plan.plan import Conversations, Plan
from ftc.loader import Loader
from ftc.quality import merged
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


# ── the compiler's answer ─────────────────────────────────────────────────────────────────────────


def planned(text: str) -> tuple[Plan, set[str]]:
    """The plan, and the codes of the errors it was made with."""
    loader = Loader(files={"t.ft": text.encode()})
    source = loader.source("t.ft")
    assert not isinstance(source, Diagnostic)
    tree, found = parse(source)
    model, more = check([tree], loader)
    assert not has_errors([*found, *more]), render([*found, *more], color=False)
    plan, diagnostics = expand(model, merged)
    return plan, {d.code for d in diagnostics if has_errors([d])}


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
            domains: list[Expr] = [Range(Const(low), Const(high)), Items((Const(high), Const(low)))]
            made, known = LetIn(name, self.one(domains)), Known(name, "int", high - low + 1)
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
        # A range without names that is empty is an error of its own.
        kind = self.one(("to", "from", "two", "those")) if any(True for _ in naive.refs(value)) else "from"
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
    if empty:
        # A `where` that never applies as another one leaves nothing may be told of in place of that.
        assert codes & {"E401", "E402", "E409"}, "something is empty"
        return
    assert not codes - {"E402"}, f"nothing is empty, errors {sorted(codes)}"
    everywhere = {*spec.level.wheres}
    for block in spec.blocks:
        everywhere |= {*block.level.wheres, *(w for turn in block.turns for w in turn.level.wheres)}
    never = everywhere - reading.applied
    # One that applies only in conversations that another one removes may be told of or not.
    assert everywhere - reading.kept or "E402" not in codes, f"every `where` applies, errors {sorted(codes)}"
    assert reading.empty or not never or "E402" in codes, "a `where` never applies"
    for made, each in zip(plan.blocks, wanted, strict=True):
        assert written(made.training) == each, made.name


@examples(100, full=6000)
@given(specs(old=True))
def test_conditions_on_what_is_shown(spec: Spec) -> None:
    agree(spec)


@examples(100, full=6000)
@given(specs())
def test_conditions_on_anything(spec: Spec) -> None:
    agree(spec)


@st.composite
def hidden(draw: st.DrawFn) -> tuple[Spec, Spec]:
    """A dialog under conditions on cells of rows that it shows one cell of; and one that shows all of them behind."""
    hand = Hand(draw, old=True)
    names = [hand.declare(6, "n") for _ in range(hand.some(1, 3))]
    for _ in range(hand.some(1, 2)):
        made, known = hand.table(f"t{hand.fresh()}", 6)
        names.append(made)
        hand.names.append(known)
    if hand.chance(2):
        names.append(LetTwin("twin", hand.names[-1].name))
        hand.names.append(replace(hand.names[-1], name="twin"))
    tables = [k for k in hand.names if k.type == "row"]
    others = [k for k in hand.names if k.type != "row" and hand.chance(3)]
    shows: Text = tuple(Show(hand.cell(k)[0]) for k in draw(st.permutations([*tables, *others])))
    asked = [*tables, *others]
    if hand.twins or names[-1].name == "twin":
        # In the set of a `let x in NAME` a cell that is shown may pick another name of the condition.
        asked = [k for k in tables if k.table == tables[-1].table]
    asking = Hand(draw, False, [replace(k, table=k.name) for k in asked])
    wheres = [asking.where() for _ in range(hand.some(1, 2))]
    level = Level(tuple(names), tuple(w for w in wheres if w))
    cells: Text = tuple(Show(Ref(k.name, column)) for k in tables for column in k.columns)
    user: Text = tuple(x for show in shows for x in (show, "."))
    return tuple(  # type: ignore[return-value]
        Spec((Block("dialog", "d", (Turn((user, answer)),)),), level) for answer in (("ok",), cells)
    )


@examples(40, full=4000)
@given(hidden())
def test_to_show_a_cell_removes_no_more_than_to_pick_its_row(specs: tuple[Spec, Spec]) -> None:
    """What the user can say is the same, whether the answer shows what the conditions ask for or not."""
    readings = [Naive(spec, limit=50_000) for spec in specs]
    try:
        wanted = [{c.messages[0] for c in reading.conversations()[0]} for reading in readings]
    except TooMany:
        assume(False)
    # A cell that has nothing to say ends a conversation that shows it, whether a condition asks for it or not.
    assume(not any(reading.corners or reading.empty for reading in readings))
    if currently_in_test_context():
        note(printed(specs[1]))
    assert wanted[0] == wanted[1]
    said = []
    for spec in specs:
        plan, codes = planned(printed(spec))
        assert not codes or not wanted[0], sorted(codes)
        said.append({c.messages[0] for c in written(plan.training)} if not codes else set())
    assert said[1] == wanted[1], "what shows the cells"
    assert said[0] == wanted[0], "what does not"


# ── a condition on a cell that is not shown ───────────────────────────────────────────────────────

LEMMA = "let lemma:\n  | cat\n  | dog\n"
NOUN = f"""{LEMMA}
table noun
  | word     | lemma   |
  | {{lemma}}  | {{lemma}} |
  | {{lemma}}s | {{lemma}} |
where noun.lemma != "cat"
"""
SHOWING = "\ndialog x\n  user: Say {noun.word}.\n  assistant: {noun.lemma}\n"
HIDING = "\ndialog y\n  user: The {noun.word}.\n  assistant: No.\n"


@pytest.mark.parametrize("blocks", [HIDING + SHOWING, SHOWING + HIDING, HIDING, SHOWING], ids=["yx", "xy", "y", "x"])
def test_a_cell_need_not_be_shown(blocks: str) -> None:
    """The row is picked in both, and its word says which lemma it is of."""
    wanted = {HIDING: ["The dog. | No.", "The dogs. | No."], SHOWING: ["Say dog. | dog", "Say dogs. | dog"]}
    parts = sorted(wanted, key=blocks.find)
    assert texts(NOUN + blocks) == [line for part in parts if part in blocks for line in wanted[part]]


def rows(*cells: str, name: str = "noun") -> str:
    """A table of the words `a`, `b` and so on, with these lemmas."""
    lines = "".join(f"  | {word} | {cell} |\n" for word, cell in zip("abcdef", cells, strict=False))
    return f"table {name}\n  | word | lemma |\n{lines}"


def said(user: str, more: str = "") -> str:
    return f"dialog d\n{more}  user: {user}\n  assistant: ok\n"


def users(text: str) -> list[str]:
    """What the user says in each conversation, turn by turn."""
    return [" ".join(line.split(" | ")[0::2]) for line in texts(text)]


NOT_CAT = 'where noun.lemma != "cat"\n'


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # `lemma` is picked: only `dog` makes the cell something else than `cat`.
        (LEMMA + rows("{lemma}", "{lemma}") + NOT_CAT + said("{lemma}: {noun.word}"), ["dog: a", "dog: b"]),
        (LEMMA + rows("{lemma}", "{lemma}") + NOT_CAT + said("{noun.word}: {lemma}"), ["a: dog", "b: dog"]),
        (LEMMA + rows("{lemma}", "cat", "dog") + NOT_CAT + said("{lemma}: {noun.word}"),
         ["cat: c", "dog: a", "dog: c"]),
        # `lemma` is not picked: it can be thought of as `dog`, and that varies nothing.
        (LEMMA + rows("{lemma}", "cat", "dog") + NOT_CAT + said("{noun.word}"), ["a", "c"]),
        # In one alternative it is picked, in the other it is not.
        (LEMMA + rows("{lemma}", "cat", "dog") + NOT_CAT + said("{noun.word}{|: {lemma}}"),
         ["a", "a: dog", "c", "c: cat", "c: dog"]),
        # `a` can be `dog`, and can be nothing that neither condition removes.
        (rows("{cat|dog}", "cat", "dog", "{cat|cat}") + NOT_CAT + said("{noun.word}"), ["a", "c"]),
        (rows("{cat|dog}", "fox") + NOT_CAT + 'where noun.lemma != "dog"\n' + said("{noun.word}"), ["b"]),
        (rows('{["cat", "dog"]}', "fox") + 'where noun.lemma not in ["cat", "dog"]\n' + said("{noun.word}"), ["b"]),
        # Another cell of the row is shown, and what it shows is the same pick.
        (LEMMA + "table noun\n  | word | lemma |\n  | {lemma}! | {lemma} |\n  | x | {lemma}{s|} |\n" + NOT_CAT
         + said("{noun.word}"), ["dog!", "x"]),
        # A cell through a cell, and through a name.
        (LEMMA + rows("{lemma}", "dog", name="inner") + rows("{inner.lemma}", "cat") + NOT_CAT
         + said("{noun.word} {lemma} {inner.word}"), ["a cat b", "a dog a", "a dog b"]),
        (LEMMA + "let loud = lemma.upper()\n" + rows("{loud}", "DOG") + 'where noun.lemma != "CAT"\n'
         + said("{lemma} {noun.word}"), ["cat b", "dog a", "dog b"]),
        # A dependent range in it: with `n` at 1 there is but the 1.
        ("let n in 1..2\n" + rows("{1..n}", "1") + 'where noun.lemma != "1"\n' + said("{n} {noun.word}"), ["2 a"]),
        # Through a computed name: it is there as soon as the row is.
        (rows("{cat|dog}", "cat", "dog") + 'let loud = noun.lemma.upper()\nwhere loud != "CAT"\n'
         + said("{noun.word}"), ["a", "c"]),
        (LEMMA + rows("{lemma}", "cat", "dog") + 'let loud = noun.lemma.upper()\nwhere loud != "CAT"\n'
         + said("{lemma} {noun.word}"), ["cat c", "dog a", "dog c"]),
        # In the set of a `let x in NAME` the picks are its own: `lemma` outside says nothing of it.
        (LEMMA + rows("{lemma}", "cat", "dog") + "let other in noun\n" + NOT_CAT + said("{lemma}: {other.word}"),
         ["cat: a", "cat: c", "dog: a", "dog: c"]),
        (LEMMA + rows("{lemma}", "cat", "dog") + 'let other in noun where other.lemma != "cat"\n'
         + said("{lemma}: {other.word}"), ["cat: a", "cat: c", "dog: a", "dog: c"]),
        (LEMMA + "table noun\n  | word | lemma |\n  | {lemma}! | {lemma} |\n  | x | cat |\nlet other in noun\n"
         + NOT_CAT + said("{lemma}: {other.word}"), ["cat: dog!", "dog: dog!"]),
        # Across two sets: `b` and `c` are cats, `a` may differ from all, itself included.
        (rows("{cat|dog}", "cat", "cat") + "let first in noun\nlet second in noun\nwhere first.lemma != second.lemma\n"
         + said("{first.word}{second.word}"), ["aa", "ab", "ac", "ba", "ca"]),
        # One thought for all conditions: equal, not `x` and not `y` at once there is none of.
        (rows("{x|y}", "z", name="t") + rows("{x|y}", "z", name="u")
         + 'where t.lemma == u.lemma\nwhere t.lemma != "x"\nwhere u.lemma != "y"\n' + said("{t.word}{u.word}"), ["bb"]),
    ],
    ids=count(),
)  # fmt: skip
def test_what_a_cell_needs_is_filled_in_thought(text: str, wanted: list[str]) -> None:
    assert users(text) == wanted


LINES = rows("{cat|dog}", "cat", "dog")


@pytest.mark.parametrize(
    ("block", "wanted"),
    [
        # Below the second `user:` line, it is for the second exchange.
        ("fact f\n  user: {noun.word}\n  assistant: ok\n  user: {noun.word}!\n  " + NOT_CAT + "  assistant: ok\n",
         ["a", "b", "c", "a!", "c!"]),
        ("fact f\n  " + NOT_CAT + "  user: {noun.word}\n  assistant: ok\n  user: {noun.word}!\n  assistant: ok\n",
         ["a", "c", "a!", "c!"]),
        (said("{noun.word}", f"  {NOT_CAT}"), ["a", "c"]),
        # A row is picked afresh each turn, and each turn by itself has none of the cats.
        ("format f\n  " + NOT_CAT + "  user: {noun.word}\n  assistant: ok\n  turns 2\n",
         ["a a", "a c", "c a", "c c"]),
        # The condition is for the turns of one case.
        ("format f\n  case k\n    " + NOT_CAT + "    user: {noun.word}\n    assistant: ok\n"
         "  case m\n    user: {noun.word}!\n    assistant: ok\n", ["a", "c", "a!", "b!", "c!"]),
    ],
    ids=count(),
)  # fmt: skip
def test_a_cell_that_is_not_shown_in_every_block(block: str, wanted: list[str]) -> None:
    assert users(LINES + block) == wanted


def test_a_cell_with_a_name_that_is_picked_once_a_conversation() -> None:
    """The system's `lemma` is the cell's too: under `cat` only `c` is no cat."""
    block = "format f\n  system: {lemma}\n  user: {noun.word}\n  assistant: ok\n"
    assert texts(LEMMA + rows("{lemma}", "cat", "dog") + NOT_CAT + block) == [
        "cat | c | ok", "dog | a | ok", "dog | c | ok",
    ]  # fmt: skip


def test_one_thought_for_all_turns() -> None:
    """`lemma` is picked once a conversation, though in thought alone: it cannot be `dog` for `a` and `cat` for `b`."""
    lemma = LEMMA.replace("let", "  let").replace("  |", "    |")
    cases = "".join(
        f"  case {case}\n    table {table}\n      | word | lemma |\n      | {word} | {{lemma}} |\n"
        f'    where {table}.lemma != "{out}"\n    user: {{{table}.word}}\n    assistant: ok\n'
        for case, table, word, out in (("k", "t", "a", "cat"), ("m", "u", "b", "dog"))
    )
    assert users(f"format f\n{lemma}{cases}  turns 2\n") == ["a a", "b b"]


@pytest.mark.parametrize(
    "line", ["sample 2 seed 1", "cover each", "validation 50%", "validation 50% by noun", "repeat 1"]
)
@pytest.mark.parametrize("kind", ["dialog", "format"])
def test_a_cell_that_is_not_shown_where_there_are_fewer(kind: str, line: str) -> None:
    """Two conversations remain, whatever is done with them."""
    plan, codes = planned(f"{LINES}{NOT_CAT}{kind} f\n  user: {{noun.word}}\n  assistant: ok\n  {line}\n")
    assert not codes
    kept = [*written(plan.training), *written(plan.validation)]
    assert sorted(c.messages[0][1] for c in kept) == ["a", "c"]


def test_a_cell_that_can_be_nothing_right_leaves_nothing() -> None:
    assert planned(rows("{cat|cat}", "cat") + NOT_CAT + said("{noun.word}"))[1] == {"E401"}


# ── rows, compared whole ──────────────────────────────────────────────────────────────────────────

PLACE = """\
table place
  | name | note  |
  | Oslo | {x\\|y} |
  | Oslo | {x\\|y} |
  | Rome | z     |
let other in place where other != place
""".replace("\\|", "|")


def test_a_cell_not_met_is_no_difference_and_no_likeness() -> None:
    """Each row differs from the two others, those of one name too, and not from itself: 3 × 3 - 3."""
    pairs = ["Oslo Oslo", "Oslo Rome"] * 2 + ["Rome Oslo"] * 2
    assert users(PLACE + said("{place.name} {other.name}")) == pairs


def test_cells_met_are_compared_by_what_they_say() -> None:
    says = ["Oslo x", "Oslo y", "Oslo x", "Oslo y", "Rome z"]
    wanted = [f"{a} {b}" for a, b in product(says, repeat=2) if a != b]
    assert users(PLACE + said("{place.name} {place.note} {other.name} {other.note}")) == wanted


def test_a_cell_met_in_one_of_two_rows_is_not_compared() -> None:
    """So it is the row alone that counts: (2 + 2 + 1) × 3 less each with its own row."""
    one = [(0, "Oslo x"), (0, "Oslo y"), (1, "Oslo x"), (1, "Oslo y"), (2, "Rome z")]
    wanted = [f"{a} {b}" for i, a in one for k, b in enumerate(("Oslo", "Oslo", "Rome")) if i != k]
    assert users(PLACE + said("{place.name} {place.note} {other.name}")) == wanted


@pytest.mark.parametrize(
    "conditions",
    [
        ('not ("p" in other.note)', "pair != other"),
        ("pair != other", 'not ("p" in other.note)'),
        ('pair != other and not ("p" in other.note)',),
        ('not ("p" in other.note) and not (pair == other)',),
    ],
)
def test_rows_are_compared_by_what_was_met_not_by_what_another_condition_needs(conditions: tuple[str, ...]) -> None:
    """The note of `other` is picked in thought alone, where `step` leads to it: its row is compared without it. Each of
    the three texts of `pair` goes with the first step, where there is no `other`, and with the other row in the second:
    the second row as `other` can have a note without a p."""
    text = (
        "table pair\n  | name | note |\n  | a | r |\n  | b | {r|p} |\nlet other in pair\n"
        "table step\n  | text |\n  | - |\n  | {other.name} |\n"
    )
    dialog = said("{pair.note} {step.text}") + "".join(f"  where {each}\n" for each in conditions)
    assert users(text + dialog) == ["r -", "r b", "r -", "r a", "p -", "p a"]


# ── conditions between many ───────────────────────────────────────────────────────────────────────


def test_conditions_on_one_name_come_first() -> None:
    """Six of sixteen million, as two conditions leave three of each."""
    names = "let a in 1..4000 where a <= 3\nlet b in 1..4000 where b <= 3\nwhere a != b\n"
    assert users(names + said("{a}{b}")) == ["12", "13", "21", "23", "31", "32"]


def test_all_different_of_few_of_many_rows() -> None:
    """20 of 760 rows, three times: 20 × 19 × 18."""
    table = "table t\n  | id | on |\n" + "".join(f"  | r{i} | {'y' if i % 38 == 0 else 'n'} |\n" for i in range(760))
    names = 'let a in t\nlet b in t\nlet c in t\nwhere t.on == "y"\nwhere a != b\nwhere b != c\nwhere a != c\n'
    picked = [f"r{i}" for i in range(0, 760, 38)]
    assert users(table + names + said("{a.id} {b.id} {c.id}")) == [" ".join(p) for p in permutations(picked, 3)]


def parallel(sizes: tuple[int, ...], services: int) -> tuple[str, list[list[tuple[str, int]]]]:
    """Tables of so many rows, each row of one of so many services, with the rows."""
    tables = [[(f"{name}{i}", i * 7 % services) for i in range(size)] for name, size in zip("xyz", sizes, strict=False)]
    made = "".join(
        f"table {name}\n  | id | service |\n" + "".join(f"  | {row} | s{service} |\n" for row, service in rows)
        for name, rows in zip("xyz", tables, strict=False)
    )
    return made, tables


@pytest.mark.parametrize("wheres", [("x.service == y.service", "y.service == z.service"),
                                    ("z.service == x.service", "x.service == y.service"),
                                    ("x.service == y.service and y.service == z.service",)])  # fmt: skip
def test_a_small_join(wheres: tuple[str, ...]) -> None:
    made, tables = parallel((5, 7, 6), 4)
    wanted = [f"{a} {b} {c}" for (a, i), (b, j), (c, k) in product(*tables) if i == j == k]
    lines = "".join(f"where {where}\n" for where in wheres)
    assert users(made + lines + said("{x.id} {y.id} {z.id}")) == wanted


def test_a_large_join() -> None:
    """264 × 760 × 659 rows are 132 million, of which a service joins few."""
    made, tables = parallel((264, 760, 659), 120)
    made += "where x.service == y.service\nwhere y.service == z.service\n"
    wanted = [
        f"{a} {b} {c}" for a, i in tables[0] for b, j in tables[1] if i == j for c, k in tables[2] if j == k
    ]  # fmt: skip
    plan, codes = planned(made + said("{x.id} {y.id} {z.id}"))
    assert not codes
    assert plan.training.count == len(wanted)
    for at in range(0, len(wanted), 97):
        assert plan.training[at].messages[0].content == wanted[at]


def test_all_different_with_a_value_twice() -> None:
    """Each of two equal values is a pick of its own."""
    domains = [[1, 1, 2], [2, 3, 3], [3, 1, 2]]
    names = "".join(f"let {n} in {d}\n" for n, d in zip("abc", domains, strict=True))
    wanted = [f"{a}{b}{c}" for a, b, c in product(*domains) if len({a, b, c}) == 3]
    assert users(names + "where a != b\nwhere b != c\nwhere a != c\n" + said("{a}{b}{c}")) == wanted


def test_rising_numbers() -> None:
    names = "".join(f"let {n} in 1..12\n" for n in "abc")
    wanted = [f"{a} {b} {c}" for a, b, c in product(range(1, 13), repeat=3) if a < b < c]
    assert users(names + "where a < b\nwhere b < c\n" + said("{a} {b} {c}")) == wanted
    assert users(names + "where a < b < c\n" + said("{a} {b} {c}")) == wanted


# ── a condition in a case ─────────────────────────────────────────────────────────────────────────


def cased(place: str, more: str = "", turns: int = 1) -> str:
    """A format whose case removes `Oslo`, with `let x in city` at one of three places."""
    let = {where: "let x in city\n" if where == place else "" for where in ("top", "format", "case")}
    return (
        f"let city:\n  | Oslo\n  | Rome\n{let['top']}format f\n  {let['format'] or '# no name'}\n"
        f"  case k\n    {let['case'] or '# no name'}\n"
        f'    where city != "Oslo"\n    user: {{x}}\n    assistant: ok\n{more}  turns {turns}\n'
    )


OTHER = "  case m\n    user: see {x}\n    assistant: ok\n"
PLACES = ("top", "format", "case")


@pytest.mark.parametrize("place", PLACES)
def test_a_condition_of_a_case_is_for_every_set_of_picks(place: str) -> None:
    assert users(cased(place)) == ["Rome"]
    assert users(cased(place, turns=2)) == ["Rome Rome"]


def test_a_condition_of_a_case_is_not_for_other_turns() -> None:
    """`x` is picked afresh each turn, and may be `Oslo` in those of the other case."""
    assert users(cased("top", OTHER, 2)) == [
        "Rome Rome", "Rome see Oslo", "Rome see Rome",
        "see Oslo Rome", "see Oslo see Oslo", "see Oslo see Rome",
        "see Rome Rome", "see Rome see Oslo", "see Rome see Rome",
    ]  # fmt: skip


def test_a_condition_of_a_case_is_for_what_is_picked_once_a_conversation() -> None:
    """`x` is one pick for all turns: `Oslo` remains only where no turn is of the case with the condition."""
    assert users(cased("format", OTHER, 2)) == [
        "Rome Rome", "Rome see Rome", "see Oslo see Oslo", "see Rome Rome", "see Rome see Rome",
    ]  # fmt: skip


# ── conditionals ──────────────────────────────────────────────────────────────────────────────────

AB = "let a in 1..2\nlet b in 1..2\n"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # `b` is not met at all.
        (said("{a if a > 0 else b}"), ["1", "2"]),
        # Met under one `a` only.
        (said("{a if a > 1 else b}"), ["1", "2", "2"]),
        (said("{b if a > 1 else a}"), ["1", "1", "2"]),
        # What the test needs comes first, and so varies slowest.
        (said("{a if b > 1 else 0}"), ["0", "1", "2"]),
        (said("{a * 10 + b if b > 1 else a}"), ["1", "2", "12", "22"]),
        # A side may be met elsewhere, and is the same pick.
        (said("{b} {a if b > 1 else 0} {a}"), ["1 0 1", "1 0 2", "2 1 1", "2 2 2"]),
        # Conditionals in the test, and in the sides.
        ("let c in 1..2\n" + said("{a if a > 1 else (b if b > 1 else c)}"), ["1", "2", "2", "2"]),
        ("let c in 1..2\n" + said('{"yes" if (a if a > 1 else b) > 1 else c}'), ["1", "2", "yes", "yes"]),
        # `and`, `or` and comprehensions meet all their names.
        (said("{a > 5 and b > 0}"), ["false"] * 4),
        (said("{a > 0 or b > 0}"), ["true"] * 4),
        (said("{0 if a > 5 and b > 0 else 1}"), ["1"] * 4),
        (said("{len([i for i in 1..a if i > 5 and i > b])}"), ["0"] * 4),
        # In names, as in messages.
        ("let s = a if a > 1 else b\n" + said("{s}"), ["1", "2", "2"]),
        ("let s = a if a > 1 else b\nlet t = s + 1\n" + said("{t}"), ["2", "3", "3"]),
        ("let s = a if a > 1 else b\nlet x in s..s + 1\n" + said("{x}"), ["1", "2", "2", "3", "2", "3"]),
        ("let s = a if a > 1 else b\nlet x in s\n" + said("{x} {a}"), [f"{x} {a}" for x in (1, 2, 2) for a in (1, 2)]),
        ("let n in 1..(a if b > 1 else 1)\n" + said("{n}"), ["1", "1", "1", "2"]),
        ("let s: <{a if a > 1 else b}>\n" + said("{s}"), ["<1>", "<2>", "<2>"]),
        ("table t\n  | c | d |\n  | {a if a > 1 else b} | {b} |\n  | x | {b} |\n" + said("{t.c}"),
         ["1", "2", "2", "x"]),
        ("table t\n  | c | d |\n  | {a if a > 1 else b} | {b} |\n  | x | {b} |\n" + said("{t.d if a > 1 else t.c}"),
         ["1", "2", "x", "1", "2", "1", "2"]),
        (said("{1..(a if b > 1 else 1)}"), ["1", "1", "1", "2"]),
        (said("{(a if b > 1 else 0):02d}"), ["00", "01", "02"]),
    ],
    ids=count(),
)  # fmt: skip
def test_a_conditional_meets_its_test_and_the_side_that_is_taken(text: str, wanted: list[str]) -> None:
    assert users(AB + text) == wanted


def test_a_conditional_in_an_expression_that_is_a_message() -> None:
    block = 'dialog d\n  user: hi\n  assistant = json({"k": a if a > 1 else b, "l": a})\n'
    assert texts(AB + block) == [
        'hi | {"k":1,"l":1}', 'hi | {"k":2,"l":1}', 'hi | {"k":2,"l":2}',
    ]  # fmt: skip


def test_a_conditional_in_a_call() -> None:
    call = "  user: hi\n  assistant calls look(x=a if a > 1 else b, y=str(a))\n  tool: ok\n"
    block = f"tool look(x: int, y: text): Look.\ndialog d\n{call}  assistant: ok\n"
    assert texts(AB + block) == [
        "hi | x=1; y=1 | ok | ok", "hi | x=2; y=1 | ok | ok", "hi | x=2; y=2 | ok | ok",
    ]  # fmt: skip


def test_a_conditional_in_a_format_and_a_fact() -> None:
    """Each turn has its own picks: three readings, and three times three of two turns."""
    turn = "  user: {a if a > 1 else b}\n  assistant: ok\n"
    assert users(f"{AB}fact f\n{turn}") == ["1", "2", "2"]
    assert users(f"{AB}format f\n{turn}  turns 2\n") == [f"{x} {y}" for x, y in product((1, 2, 2), repeat=2)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # With `a` at 2 the name is there, and 2; with `a` at 1 it needs `b`, which is not picked.
        ("let s = a if a > 1 else b\nwhere s != 2\n" + said("{a}"), ["1"]),
        ("let s = a if a > 1 else b\nwhere s != 1\n" + said("{a}"), ["1", "2"]),
        ("let s = a if a > 1 else b\nwhere s != 1\n" + said("{a}{b}"), ["12", "21", "22"]),
        # `b` is met under `a` at 1 alone, so the condition on both removes only there.
        ("where a + b > 9\n" + said("{a if a > 1 else b}"), ["2"]),
        ("where b != 2\n" + said("{a if a > 1 else b}"), ["1", "2"]),
    ],
    ids=count(),
)
def test_a_condition_on_what_a_conditional_meets(text: str, wanted: list[str]) -> None:
    assert users(AB + text) == wanted


# ── the naive reading itself ──────────────────────────────────────────────────────────────────────


def naively(block: Block, names: tuple[Name, ...], *conditions: Expr) -> list[str]:
    spec = Spec((block,), Level(names, tuple(map(Where, conditions))))
    return [" ".join(text for role, text in c.messages if role == "user") for c in Naive(spec).conversations()[0]]


def test_the_naive_reading_is_what_was_worked_out_by_hand() -> None:
    """Some of the files above, as pieces."""
    a, b = LetIn("a", Range(Const(1), Const(2))), LetIn("b", Range(Const(1), Const(2)))
    either = If(Op(">", (Ref("a"), Const(1))), Ref("a"), Ref("b"))
    asks = Block("dialog", "d", (Turn(((Show(either),), ("ok",))),))
    assert naively(asks, (a, b)) == ["1", "2", "2"]
    assert naively(asks, (a, b), Op("!=", (Ref("a"), Ref("b")))) == ["2", "2"]
    lemma = LetTexts("lemma", (("cat",), ("dog",)))
    noun = Table("noun", ("word", "lemma"), ((("a",), (Show(Ref("lemma")),)), (("b",), ("cat",)), (("c",), ("dog",))))
    condition = Op("!=", (Ref("noun", "lemma"), Const("cat")))
    hidden: Text = (Show(Ref("noun", "word")),)
    shown: Text = (Show(Ref("lemma")), *hidden)
    assert naively(Block("dialog", "d", (Turn((hidden, ("ok",))),)), (lemma, noun), condition) == ["a", "c"]
    assert naively(Block("dialog", "d", (Turn((shown, ("ok",))),)), (lemma, noun), condition) == [
        "catc",
        "doga",
        "dogc",
    ]
    other = LetTwin("other", "noun")
    pair: Text = (*hidden, Show(Ref("other", "word")))
    different = SameRow(Ref("other"), Ref("noun"), False)
    assert naively(Block("dialog", "d", (Turn((pair, ("ok",))),)), (lemma, noun, other), different) == [
        "ab", "ac", "ba", "bc", "ca", "cb",
    ]  # fmt: skip
    case = Turn(((Show(Ref("x")),), ("ok",)), Level((), (Where(Op("!=", (Ref("lemma"), Const("cat")))),)))
    free = Turn((("see ", Show(Ref("x"))), ("ok",)))
    block = Block("format", "f", (case, free), Level((LetTwin("x", "lemma"),)), cases=True, low=2, high=2)
    assert naively(block, (lemma,)) == ["dog dog", "dog see dog", "see cat see cat", "see dog dog", "see dog see dog"]


def test_the_naive_reading_thinks_of_all_conditions_at_once() -> None:
    cat_or_dog: Text = (Choice(1, (("cat",), ("dog",))),)
    noun = Table("noun", ("word", "lemma"), ((("a",), cat_or_dog), (("b",), ("cat",)), (("c",), ("cat",))))
    first, second = LetTwin("first", "noun"), LetTwin("second", "noun")
    pair: Text = (Show(Ref("first", "word")), Show(Ref("second", "word")))
    asks = Block("dialog", "d", (Turn((pair, ("ok",))),))
    different = Op("!=", (Ref("first", "lemma"), Ref("second", "lemma")))
    assert naively(asks, (noun, first, second), different) == ["aa", "ab", "ac", "ba", "ca"]
    t, u = (
        Table(name, ("word", "lemma"), ((("a",), (Choice(number, (("x",), ("y",))),)), (("b",), ("z",))))
        for name, number in (("t", 2), ("u", 3))
    )
    asks = Block("dialog", "d", (Turn(((Show(Ref("t", "word")), Show(Ref("u", "word"))), ("ok",))),))
    t_is, u_is = Ref("t", "lemma"), Ref("u", "lemma")
    same, not_x, not_y = Op("==", (t_is, u_is)), Op("!=", (t_is, Const("x"))), Op("!=", (u_is, Const("y")))
    assert naively(asks, (t, u), same, not_x, not_y) == ["bb"]
    assert naively(asks, (t, u), same, not_x) == ["aa", "bb"]
    cases = tuple(
        Turn(
            ((Show(Ref(name, "word")),), ("ok",)),
            Level(
                (Table(name, ("word", "lemma"), (((word,), (Show(Ref("lemma")),)),)),),
                (Where(Op("!=", (Ref(name, "lemma"), Const(out)))),),
            ),
        )
        for name, word, out in (("v", "a", "cat"), ("w", "b", "dog"))
    )
    lemma = LetTexts("lemma", (("cat",), ("dog",)))
    assert naively(Block("format", "f", cases, Level((lemma,)), cases=True, low=2, high=2), ()) == ["a a", "b b"]


@pytest.mark.parametrize(
    ("hole", "wanted"),
    [
        # What is never taken is never picked, also where it is all that an expression is made of.
        ('a if 1 > 2 else "x"', ["x"]),
        # Both sides may pick `a`, one of them only on a condition: what the first side does not meet is not picked.
        ('(str(a) if false else "y") if 1 < 2 else str(a)', ["y"]),
        ('(str(a) if false else "y") if 1 > 2 else str(a)', ["1", "2"]),
        # Both sides pick `a`, whichever is taken.
        ('str(a) if a > 5 else "z" + str(a)', ["z1", "z2"]),
    ],
    ids=count(),
)
def test_what_a_side_within_a_side_meets(hole: str, wanted: list[str]) -> None:
    assert users(AB + said("{" + hole + "}")) == wanted


@pytest.mark.parametrize("condition", ["other != pair", "other not in [pair]", "not (other == pair)"])
def test_rows_of_which_nothing_is_met_are_the_same_only_where_they_are_one(condition: str) -> None:
    """Two rows whose every unmet cell varies; of four pairs of rows the two with different rows are left."""
    rows = "table pair\n  | name | more |\n  | x | {a|b} |\n  | x | {c|d} |\n"
    text = (
        f"{rows}let other in pair where {condition}\ndialog d\n  user: {{pair.name}} {{other.name}}\n  assistant: ok\n"
    )
    plan, _ = planned(text)
    assert plan.training.count == 2
