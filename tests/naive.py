"""A naive reading of small files, from nothing but the reference: it shares no code with the compiler.

A file is a `Spec`: plain pieces, put together by a test. `printed` writes it as `.ft`, and `Naive` plays it by brute
force: the messages are said in order, and whatever has to be picked splits the play into one for each value, so that
what is met first varies slowest. Only at the end of a conversation are the conditions asked, one by one, in each set of
picks. What a condition speaks of and the conversation did not pick (the inside of a cell that is not shown) is then
picked in thought, in every possible way, until one way pleases all conditions.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")
Value = Any

# ── what a file is made of ────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Const:
    value: Value


@dataclass(frozen=True)
class Ref:
    """A name, or with `column` a cell of the row that it is."""

    name: str
    column: "str | None" = None


@dataclass(frozen=True)
class Op:
    """An operator between two, or `len`, `upper`, `not` of one."""

    op: str
    args: "tuple[Expr, ...]"


@dataclass(frozen=True)
class If:
    test: "Expr"
    yes: "Expr"
    no: "Expr"


@dataclass(frozen=True)
class Items:
    items: "tuple[Expr, ...]"


@dataclass(frozen=True)
class Range:
    low: "Expr"
    high: "Expr"


@dataclass(frozen=True)
class Those:
    """`[i for i in source if i OP other]`"""

    source: "Expr"
    op: str
    other: "Expr"


@dataclass(frozen=True)
class Json:
    """`json({"k0": …, "k1": …})`"""

    values: "tuple[Expr, ...]"


@dataclass(frozen=True)
class SameRow:
    """Two rows, compared whole."""

    left: Ref
    right: Ref
    same: bool


Expr = Const | Ref | Op | If | Items | Range | Those | Json | SameRow


@dataclass(frozen=True)
class Show:
    expr: Expr


@dataclass(frozen=True)
class Choice:
    """`number` tells it from others that look alike: each is a choice of its own."""

    number: int
    texts: "tuple[Text, ...]"


@dataclass(frozen=True)
class Values:
    """A range or list written in braces."""

    number: int
    expr: Expr


Text = tuple[str | Show | Choice | Values, ...]


@dataclass(frozen=True)
class LetTexts:
    name: str
    texts: tuple[Text, ...]


@dataclass(frozen=True)
class LetIn:
    name: str
    domain: Expr


@dataclass(frozen=True)
class LetTwin:
    name: str
    target: str


@dataclass(frozen=True)
class LetIs:
    name: str
    expr: Expr


@dataclass(frozen=True)
class Table:
    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Text, ...], ...]


Name = LetTexts | LetIn | LetTwin | LetIs | Table


@dataclass(frozen=True, eq=False)
class Where:
    """`behind` is the `let` that it stands behind, if it stands behind one. Two that look alike are two."""

    condition: Expr
    behind: "str | None" = None


@dataclass(frozen=True)
class Level:
    """What is declared in one place: at the top, in a block, in a case."""

    names: tuple[Name, ...] = ()
    wheres: tuple[Where, ...] = ()


@dataclass(frozen=True)
class Turn:
    """The messages of a dialog, of an exchange, or of a case; a message is a text, or what an expression gives."""

    messages: tuple[Text | Expr, ...]
    level: Level = Level()


@dataclass(frozen=True)
class Block:
    """`cases` says whether the turns of a format stand in cases."""

    kind: str
    name: str
    turns: tuple[Turn, ...]
    level: Level = Level()
    system: "Text | None" = None
    cases: bool = False
    low: int = 1
    high: int = 1


@dataclass(frozen=True)
class Spec:
    blocks: tuple[Block, ...]
    level: Level = Level()


# ── as .ft ────────────────────────────────────────────────────────────────────────────────────────


def printed(spec: Spec) -> str:
    lines = [*_level(spec.level, "")]
    for block in spec.blocks:
        lines += ["", f"{block.kind} {block.name}"]
        if block.system is not None:
            lines.append(f"  system: {_text(block.system)}")
        lines += _level(block.level, "  ")
        for number, turn in enumerate(block.turns):
            indent = "  "
            if block.cases:
                lines += ["", f"  case k{number}"]
                indent = "    "
            if block.cases:
                lines += _level(turn.level, indent)
            for at, message in enumerate(turn.messages):
                role = ("user", "assistant")[at % 2]
                said = f": {_text(message)}" if isinstance(message, tuple) else f" = {_expr(message)}"
                lines.append(indent + role + said)
            if not block.cases:
                lines += _level(turn.level, indent)
        if (block.low, block.high) != (1, 1):
            lines.append(f"  turns {block.low}..{block.high}" if block.low < block.high else f"  turns {block.low}")
    return "\n".join(lines) + "\n"


def _level(level: Level, indent: str) -> Iterator[str]:
    behind = {where.behind: f" where {_expr(where.condition)}" for where in level.wheres}
    for name in level.names:
        tail = behind.get(name.name, "")
        match name:
            case LetTexts(texts=(text,)):
                yield f"{indent}let {name.name}: {_text(text)}"
            case LetTexts():
                yield f"{indent}let {name.name}:"
                yield from (f"{indent}  | {_text(text)}" for text in name.texts)
            case LetIn():
                yield f"{indent}let {name.name} in {_expr(name.domain)}{tail}"
            case LetTwin():
                yield f"{indent}let {name.name} in {name.target}{tail}"
            case LetIs():
                yield f"{indent}let {name.name} = {_expr(name.expr)}"
            case Table():
                yield f"{indent}table {name.name}"
                yield f"{indent}  | {' | '.join(name.columns)} |"
                yield from (f"{indent}  | {' | '.join(map(_text, row))} |" for row in name.rows)
    yield from (f"{indent}where {_expr(where.condition)}" for where in level.wheres if where.behind is None)


def _text(text: Text) -> str:
    made = ""
    for part in text:
        if isinstance(part, str):
            made += part
        elif isinstance(part, Choice):
            made += "{" + "|".join(map(_text, part.texts)) + "}"
        else:
            made += "{" + _expr(part.expr) + "}"
    return made


def _expr(expr: Expr) -> str:
    match expr:
        case Const():
            return json.dumps(expr.value)
        case Ref():
            return expr.name if expr.column is None else f"{expr.name}.{expr.column}"
        case Op("len", (x,)):
            return f"len({_expr(x)})"
        case Op("upper", (x,)):
            return f"{_inner(x)}.upper()"
        case Op("not", (x,)):
            return f"not {_inner(x)}"
        case Op(op, (x, y)):
            return f"{_inner(x)} {op} {_inner(y)}"
        case If():
            return f"{_inner(expr.yes)} if {_inner(expr.test)} else {_inner(expr.no)}"
        case Items():
            return f"[{', '.join(map(_expr, expr.items))}]"
        case Range():
            return f"{_inner(expr.low)}..{_inner(expr.high)}"
        case Those():
            return f"[i for i in {_inner(expr.source)} if i {expr.op} {_inner(expr.other)}]"
        case Json():
            return "json({" + ", ".join(f'"k{i}": {_expr(x)}' for i, x in enumerate(expr.values)) + "})"
        case SameRow():
            return f"{expr.left.name} {'==' if expr.same else '!='} {expr.right.name}"
    raise AssertionError(expr)


def _inner(expr: Expr) -> str:
    plain = isinstance(expr, Const | Ref | Items | Those | Json)
    return _expr(expr) if plain else f"({_expr(expr)})"


# ── what names are made of, as written ────────────────────────────────────────────────────────────


def refs(piece: Any) -> Iterator[Ref]:
    """Every name that an expression or text mentions, taken or not."""
    match piece:
        case Ref():
            yield piece
        case Op():
            yield from refs(piece.args)
        case If():
            yield from refs((piece.test, piece.yes, piece.no))
        case Items():
            yield from refs(piece.items)
        case Range():
            yield from refs((piece.low, piece.high))
        case Those():
            yield from refs((piece.source, piece.other))
        case Json():
            yield from refs(piece.values)
        case SameRow():
            yield from refs((piece.left, piece.right))
        case Show() | Values():
            yield from refs(piece.expr)
        case Choice():
            yield from refs(piece.texts)
        case LetTexts():
            yield from refs(piece.texts)
        case LetIn():
            yield from refs(piece.domain)
        case LetIs():
            yield from refs(piece.expr)
        case Table():
            yield from refs(piece.rows)
        case tuple():
            for each in piece:
                yield from refs(each)


# ── playing ───────────────────────────────────────────────────────────────────────────────────────


class Fork(Exception):
    """The play has come to a pick that its script does not tell."""

    def __init__(self, size: int) -> None:
        self.size = size


class Dead(Exception):
    """There is nothing to pick, so there is no conversation."""


class TooMany(Exception):
    """More was played than a test can wait for."""


def every(play: Callable[[tuple[int, ...]], T], limit: int) -> Iterator[T]:
    """What comes of every script, the first pick slowest."""
    scripts: list[tuple[int, ...]] = [()]
    for _ in range(limit):
        if not scripts:
            return
        script = scripts.pop()
        try:
            yield play(script)
        except Fork as fork:
            scripts += [(*script, at) for at in reversed(range(fork.size))]
        except Dead:
            pass
    raise TooMany


@dataclass(eq=False)
class Picks:
    """A set of picks: a conversation's, a turn's, or those of a `let x in NAME`.

    `once` are the names that a turn does not pick itself. `thoughts` and `imagined` are what is picked in thought, and
    forgotten behind the conversation.
    """

    turn: "int | None" = None
    whole: "Picks | None" = None
    once: frozenset[str] = frozenset()
    twin: bool = False
    real: dict[object, int] = field(default_factory=dict)
    thoughts: dict[object, int] = field(default_factory=dict)
    twins: "dict[str, Picks]" = field(default_factory=dict)
    imagined: "dict[str, Picks]" = field(default_factory=dict)
    met: set[tuple[str, str]] = field(default_factory=set)

    def of(self, name: str) -> "Picks":
        return self.whole if self.whole is not None and name in self.once else self


@dataclass(frozen=True)
class Said:
    """A conversation: the role and text of each message."""

    messages: tuple[tuple[str, str], ...]


class Naive:
    """Plays the blocks of a spec. Afterwards `applied` are the conditions that applied somewhere, `kept` those that
    applied in a conversation that stays, and `corners` what of it the reference does not settle."""

    def __init__(self, spec: Spec, limit: int = 20_000) -> None:
        self.spec = spec
        self.limit = limit
        self.applied: set[Where] = set()
        self.kept: set[Where] = set()
        self.corners: set[str] = set()
        self.empty = False
        self.names: dict[str, Name] = {n.name: n for n in spec.level.names}
        for block in spec.blocks:
            for level in (block.level, *(turn.level for turn in block.turns)):
                self.names.update({n.name: n for n in level.names})

    def conversations(self) -> list[list[Said]]:
        """Those of each block."""
        return [[*self._block(block)] for block in self.spec.blocks]

    def _block(self, block: Block) -> Iterator[Said]:
        lengths = range(block.low, block.high + 1)
        plays: list[Callable[[tuple[int, ...]], Said | None]]
        if block.kind == "format":
            plays = [lambda script, length=length: _Play(self, block, script).format(length) for length in lengths]  # type: ignore[misc]
        else:
            plays = [lambda script, turn=turn: _Play(self, block, script).single(turn) for turn in block.turns]  # type: ignore[misc]
        for play in plays:
            yield from (said for said in every(play, self.limit) if said is not None)

    def once(self, block: Block) -> frozenset[str]:
        """The names that a format picks once a conversation."""
        own = {name.name for name in block.level.names} if block.cases else set()
        outside = {ref.name for ref in refs(block.system or ())} | own
        case = {name.name for turn in block.turns for name in turn.level.names}
        while True:
            more = {ref.name for name in outside for ref in refs(self.names[name])} | outside
            if more == outside:
                return frozenset(outside - case)
            outside = more


class _Play:
    """One conversation, as far as its script goes."""

    def __init__(self, naive: Naive, block: Block, script: tuple[int, ...]) -> None:
        self.naive = naive
        self.block = block
        self.script = script
        self.at = 0
        self.thinking = False
        self.whole = Picks()
        self.sets = [self.whole]
        self.imagined: list[Picks] = []
        self.messages: list[tuple[str, str]] = []
        level = (*naive.spec.level.wheres, *block.level.wheres)
        self.wheres: list[tuple[Where, int | None]] = [(where, None) for where in level]

    # ── messages ──────────────────────────────────────────────────────────────────────────────────

    def single(self, turn: Turn) -> Said | None:
        self._system()
        self._say(turn, self.whole)
        self.wheres += [(where, None) for where in turn.level.wheres]
        return self._end()

    def format(self, length: int) -> Said | None:
        self._system()
        once = self.naive.once(self.block)
        for number in range(length):
            picks = Picks(number, self.whole, once)
            self.sets.append(picks)
            case = self.block.turns[self._pick(picks, "case", len(self.block.turns))]
            self._say(case, picks)
            self.wheres += [(where, number) for where in case.level.wheres]
        return self._end()

    def _system(self) -> None:
        if self.block.system is not None:
            self.messages.append(("system", self._text(self.block.system, self.whole)))

    def _say(self, turn: Turn, picks: Picks) -> None:
        for at, message in enumerate(turn.messages):
            said = self._text(message, picks) if isinstance(message, tuple) else _shown(self._value(message, picks))
            self.messages.append((("user", "assistant")[at % 2], said))

    # ── picks ─────────────────────────────────────────────────────────────────────────────────────

    def _pick(self, picks: Picks, key: object, size: int) -> int:
        if key in picks.real:
            return picks.real[key]
        if self.thinking and key in picks.thoughts:
            return picks.thoughts[key]
        if size == 0:
            self.naive.empty = True
            raise Dead
        if self.at == len(self.script):
            raise Fork(size)
        (picks.thoughts if self.thinking else picks.real)[key] = self.script[self.at]
        self.at += 1
        return self.script[self.at - 1]

    def _twin(self, name: str, picks: Picks) -> Picks:
        """The picks that a `let x in NAME` has of its own: they know nothing of those around them."""
        if name in picks.twins:
            return picks.twins[name]
        if not self.thinking:
            made = picks.twins[name] = Picks(picks.turn, twin=True)
            self.sets.append(made)
        elif name in picks.imagined:
            return picks.imagined[name]
        else:
            made = picks.imagined[name] = Picks(picks.turn, twin=True)
            self.imagined.append(made)
        return made

    # ── values ────────────────────────────────────────────────────────────────────────────────────

    def _text(self, text: Text, picks: Picks) -> str:
        made = ""
        for part in text:
            if isinstance(part, str):
                made += part
            elif isinstance(part, Show):
                made += _shown(self._value(part.expr, picks))
            elif isinstance(part, Choice):
                made += self._text(part.texts[self._pick(picks, part.number, len(part.texts))], picks)
            else:
                items = self._value(part.expr, picks)
                made += _shown(items[self._pick(picks, part.number, len(items))])
        return made

    def _value(self, expr: Expr, picks: Picks) -> Value:
        match expr:
            case Const():
                return expr.value
            case Ref():
                return self._name(expr, picks)
            case Op():
                # All of it is met, also behind an `and` that is false already.
                return _operated(expr.op, [self._value(x, picks) for x in expr.args])
            case If():
                return self._value(expr.yes if self._value(expr.test, picks) else expr.no, picks)
            case Items():
                return [self._value(x, picks) for x in expr.items]
            case Range():
                low = self._value(expr.low, picks)
                return [*range(low, self._value(expr.high, picks) + 1)]
            case Those():
                source = self._value(expr.source, picks)
                other = self._value(expr.other, picks)
                return [i for i in source if _operated(expr.op, [i, other])]
            case Json():
                values = {f"k{i}": self._value(x, picks) for i, x in enumerate(expr.values)}
                return json.dumps(values, separators=(",", ":"))
            case SameRow():
                return self._same(expr, picks)

    def _name(self, ref: Ref, picks: Picks) -> Value:
        name = self.naive.names[ref.name]
        picks = picks.of(name.name)
        match name:
            case LetTexts():
                return self._text(name.texts[self._pick(picks, name.name, len(name.texts))], picks)
            case LetIn():
                items = self._value(name.domain, picks)
                return items[self._pick(picks, name.name, len(items))]
            case LetIs():
                return self._value(name.expr, picks)
            case LetTwin():
                return self._name(Ref(name.target, ref.column), self._twin(name.name, picks))
            case Table():
                row = name.rows[self._pick(picks, name.name, len(name.rows))]
                assert ref.column is not None
                if not self.thinking:
                    picks.met.add((name.name, ref.column))
                return self._text(row[name.columns.index(ref.column)], picks)

    # ── rows ──────────────────────────────────────────────────────────────────────────────────────

    def _row(self, ref: Ref, picks: Picks) -> tuple[Table, Picks]:
        name = self.naive.names[ref.name]
        picks = picks.of(name.name)
        if isinstance(name, LetTwin):
            return self._row(Ref(name.target), self._twin(name.name, picks))
        assert isinstance(name, Table)
        return name, picks

    def _same(self, expr: SameRow, picks: Picks) -> bool:
        """Whether two rows say the same, as far as the conversation has met them.

        What it has not met is no difference between two picks of one row, and never makes two rows equal.
        """
        (table, one), (other_table, other) = self._row(expr.left, picks), self._row(expr.right, picks)
        assert table is other_table
        at = [self._pick(each, table.name, len(table.rows)) for each in (one, other)]
        rows = [table.rows[i] for i in at]
        same = at[0] == at[1]
        answer = True
        for number, column in enumerate(table.columns):
            cells = [row[number] for row in rows]
            met = [
                all(isinstance(p, str) for p in cell) or (table.name, column) in each.met
                for cell, each in zip(cells, (one, other), strict=True)
            ]
            if not all(met):
                answer = answer and same
                known = [
                    not any(True for p in self._open(cell, x)) for cell, x in zip(cells, (one, other), strict=True)
                ]
                if all(known):
                    self.naive.corners.add("a cell not met, all of which is picked")
                continue
            answer = answer and self._text(cells[0], one) == self._text(cells[1], other)
        return answer == expr.same

    def _open(self, text: Text, picks: Picks) -> Iterator[object]:
        """The parts of a text that the picks do not settle."""
        for part in text:
            if isinstance(part, Choice):
                if part.number not in picks.real:
                    yield part
                else:
                    yield from self._open(part.texts[picks.real[part.number]], picks)
            elif isinstance(part, Values):
                if part.number not in picks.real:
                    yield part
            elif isinstance(part, Show) and not all(self._there(ref, picks, thoughts=False) for ref in refs(part)):
                yield part

    # ── conditions ────────────────────────────────────────────────────────────────────────────────

    def _end(self) -> Said | None:
        """The conversation, if there is a way to think of it in which all conditions hold that apply to it."""
        asked = [(w, picks) for w, picks in self._asked() if self._there(w.condition, picks, thoughts=False)]
        self.naive.applied |= {where for where, _ in asked}
        for where, picks in asked:
            if not all(self._named(ref, picks, thoughts=False) for ref in refs(where.condition)):
                self.naive.corners.add("a condition that is itself a conditional, one side of which is not picked")
        self.thinking = True

        def think(script: tuple[int, ...]) -> bool:
            self.script, self.at, self.imagined = script, 0, []
            for picks in self.sets:
                picks.thoughts, picks.imagined = {}, {}
            judged = list(asked)
            for where, picks in judged:
                if not self._holds(where, picks):
                    return False
            # What was picked for these may be what another one needs.
            while True:
                more = [
                    each for each in self._asked() if each not in judged and self._there(each[0].condition, each[1])
                ]
                if not more:
                    return True
                self.naive.corners.add("a condition whose names are picked in thought alone")
                judged += more
                for where, picks in more:
                    if not self._holds(where, picks):
                        return False

        stays = any(every(think, self.naive.limit))
        if not stays:
            return None
        self.naive.kept |= {where for where, _ in asked}
        return Said(tuple(self.messages))

    def _holds(self, where: Where, picks: Picks) -> bool:
        if not self._there(where.condition, picks):
            # A thought has taken the side of a conditional that speaks of something else.
            self.naive.corners.add("a thought decides whether a condition applies")
            return True
        return bool(self._value(where.condition, picks))

    def _asked(self) -> list[tuple[Where, Picks]]:
        """Each condition with each set of picks that it may speak of."""
        return [
            (where, picks)
            for where, turn in self.wheres
            for picks in (*self.sets, *self.imagined)
            # One of a case is for its turn, and for what the conversation picks in a `let x in NAME` once and for all.
            if turn is None or picks.turn == turn or (picks.turn is None and picks.twin)
        ]

    def _there(self, expr: Expr, picks: Picks, *, thoughts: bool = True) -> bool:
        """Whether all that an expression speaks of is picked; of a table it is enough that the row is."""
        match expr:
            case Const():
                return True
            case Ref():
                return self._named(expr, picks, thoughts)
            case If():
                if not self._there(expr.test, picks, thoughts=thoughts):
                    return False
                side = expr.yes if self._known(expr.test, picks) else expr.no
                return self._there(side, picks, thoughts=thoughts)
            case Op():
                parts: tuple[Expr, ...] = expr.args
            case Items():
                parts = expr.items
            case Range():
                parts = (expr.low, expr.high)
            case Those():
                parts = (expr.source, expr.other)
            case Json():
                parts = expr.values
            case SameRow():
                parts = (expr.left, expr.right)
        return all(self._there(part, picks, thoughts=thoughts) for part in parts)

    def _named(self, ref: Ref, picks: Picks, thoughts: bool) -> bool:
        name = self.naive.names[ref.name]
        picks = picks.of(name.name)
        if isinstance(name, LetIs):
            return self._there(name.expr, picks, thoughts=thoughts)
        if isinstance(name, LetTwin):
            own = picks.twins.get(name.name) or (picks.imagined.get(name.name) if thoughts else None)
            return own is not None and self._named(Ref(name.target, ref.column), own, thoughts)
        return name.name in picks.real or (thoughts and name.name in picks.thoughts)

    def _known(self, test: Expr, picks: Picks) -> bool:
        """A test of which all is picked. Where it reads a cell that was not met, a thought would have to decide."""
        thinking, script, at = self.thinking, self.script, self.at
        if not thinking:
            self.thinking, self.script, self.at = True, (), 0
        try:
            return bool(self._value(test, picks))
        except (Fork, Dead):
            if thinking:
                raise
            self.naive.corners.add("a thought decides whether a condition applies")
            return True
        finally:
            if not thinking:
                self.thinking, self.script, self.at = thinking, script, at


def _operated(op: str, args: list[Value]) -> Value:
    match op, args:
        case "len", [x]:
            return len(x)
        case "upper", [x]:
            return x.upper()
        case "not", [x]:
            return not x
        case "+", [x, y]:
            return x + y
        case "-", [x, y]:
            return x - y
        case "*", [x, y]:
            return x * y
        case "%", [x, y]:
            return x % y
        case "==", [x, y]:
            return x == y
        case "!=", [x, y]:
            return x != y
        case "<", [x, y]:
            return x < y
        case "<=", [x, y]:
            return x <= y
        case ">", [x, y]:
            return x > y
        case "in", [x, y]:
            return x in y
        case "not in", [x, y]:
            return x not in y
        case "and", [x, y]:
            return x and y
        case "or", [x, y]:
            return x or y
    raise AssertionError(op)


def _shown(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
