"""Names and texts at work in one conversation: each mention becomes a binding that knows what it decides and its value.

A frame is where picks live: the conversation's own, one for each turn of a format, and one for each `let x in NAME`,
whose picks are its own. The same declaration has one binding in each frame that holds it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ftc.check import model
from ftc.check.runtime import FAILURES, bounded, plain, show, show_as, size_of, start
from ftc.expand.ops import Decide, Dynamic, Meet, Op, Ops, Picks, Slot, Switch, Token, slots_of
from ftc.source import Span


class PickFailure(Exception):
    """An expression that fails for these picks; nothing can be written."""

    def __init__(self, span: Span, cause: BaseException, picks: Picks, slots: frozenset[Slot] | None = None) -> None:
        super().__init__(str(cause))
        self.span = span
        self.cause = cause
        self.picks = dict(picks)
        self.slots = slots
        """What the expression depends on, None where that is not known."""


class Frame:
    """A set of picks. `holds` says which names are picked here; the others are asked of `outer`."""

    def __init__(
        self, path: str, outer: "Frame | None", holds: Callable[[model.Name], bool], *, turn: str = ""
    ) -> None:
        self.path = path
        self.turn = turn
        self.outer = outer
        self.holds = holds
        self.root: Frame = outer.root if outer else self
        self.bound: dict[model.Name, Binding] = {}
        self.fault: model.Name | None = None
        self.frames: list[Frame] = outer.root.frames if outer else []
        self.frames.append(self)

    def bind(self, name: model.Name) -> "Binding":
        """The binding of a name as seen from this frame."""
        if self.outer is not None and not self.holds(name):
            return self.outer.bind(name)
        if name not in self.bound:
            self.bound[name] = _KINDS[type(name)](name, self)
        return self.bound[name]

    def find(self, read: model.Read) -> "Value | None":
        """What a read refers to if it can be picked in this frame, without picking anything for it."""
        name = read.name
        if self.outer is not None and not self.holds(name):
            return self.outer.find(read)
        if isinstance(name, model.Computed):
            # A computed name has no pick of its own: it is there as soon as what it reads is.
            if any(self.find(r) is None for r in name.expr.reads):
                return None
            return self.bind(name).at(read.column)
        return self.bound[name].at(read.column) if name in self.bound else None

    def inside(self, other: "Frame") -> bool:
        """Whether this frame is `other` or one within it."""
        return self is other or (self.outer is not None and self.outer.inside(other))

    def slot(self, name: str, path: str, named: bool, describe: Callable[[int, Picks], tuple[str, Span]]) -> Slot:
        return Slot(self.turn + path, path, name, named, describe)


class Value:
    """Something with a value in a conversation. `meet` is what meeting it decides."""

    meet: Meet

    @property
    def tokens(self) -> frozenset[Token]:
        """What is done once every pick that the value depends on is made."""
        return frozenset((self.meet,))

    def value(self, picks: Picks) -> Any:
        raise NotImplementedError

    def column_of(self, slot: Slot) -> Sequence[Any] | None:
        """The value for each pick of the slot, where that is all it depends on and no text has to be made for it."""
        return None

    def written(self, picks: Picks) -> str | None:
        """What was picked, as the source writes it: what `validation by` holds out. None where nothing was."""
        try:
            return str(self.value(picks))
        except KeyError:
            return None


class Binding(Value):
    """A declared name in a frame."""

    def __init__(self, name: Any, frame: Frame) -> None:
        self.name = name
        self.frame = frame
        self.path = f"{frame.path}{name.name}"
        self.meet = Meet()
        self.prepare()

    def prepare(self) -> None:
        """Fill `meet.ops`."""

    def at(self, column: str | None) -> Value:
        """The binding itself, or a column of its row."""
        return self if column is None else Column(self, column)

    @property
    def faulty(self) -> bool:
        return self.frame.fault is self.name

    @property
    def marks(self) -> tuple[Meet, ...]:
        """What is met where the name is mentioned."""
        return (self.meet,)

    def choose(self, templates: tuple[model.Template, ...]) -> None:
        """Ops for picking one of several texts."""
        self.texts = [Text(t, self.frame, f"{self.path}[{i}]") for i, t in enumerate(templates)]
        self.slot = self.frame.slot(self.name.name, self.path, True, self._describe_text)
        self.slot.listed = True
        self.meet.ops = (Decide(self.slot, len(self.texts), _branches([t.ops for t in self.texts])),)

    def _describe_text(self, pick: int, picks: Picks) -> tuple[str, Span]:
        text = self.texts[pick]
        return text.render(picks), text.template.span


def _branches(branches: list[Ops]) -> tuple[Ops, ...] | None:
    """The branches of a decision, or None where no value meets anything."""
    return tuple(branches) if any(branches) else None


# ── texts ─────────────────────────────────────────────────────────────────────────────────────────


class Text:
    """A template in a frame."""

    def __init__(self, template: model.Template, frame: Frame, path: str) -> None:
        self.template = template
        self.parts: list[str | Shown | Chosen | ValueChosen] = []
        ops: list[Op] = []
        count = 0
        for part in template.parts:
            if isinstance(part, str):
                self.parts.append(part)
            elif isinstance(part, model.Show):
                shown = Shown(part, frame)
                self.parts.append(shown)
                ops += shown.evaluated.ops
            else:
                count += 1
                kind = Chosen if isinstance(part, model.Choice) else ValueChosen
                chosen = kind(part, frame, f"{path}#{count}")  # type: ignore[arg-type]
                self.parts.append(chosen)
                ops += chosen.ops
        self.ops: Ops = tuple(ops)

    def render(self, picks: Picks) -> str:
        text = "".join([p if isinstance(p, str) else p.render(picks) for p in self.parts])
        if len(text) > LONG:
            _bound(text, self.template.span, picks)
        return text


# Texts shorter than this are below the limit of the language whatever their characters are.
LONG = 250_000


def _bound(text: str, span: Span, picks: Picks) -> None:
    try:
        start()
        bounded(text)
    except FAILURES as failure:
        raise PickFailure(span, failure, picks) from failure


class Evaluated:
    """An expression in a frame."""

    def __init__(self, expr: model.Expr, frame: Frame) -> None:
        self.expr = expr
        self.inputs = [frame.bind(read.name).at(read.column) for read in expr.reads]

    @property
    def ops(self) -> Ops:
        return tuple(i.meet for i in self.inputs)

    @cached_property
    def slots(self) -> frozenset[Slot]:
        return slots_of(self.ops)

    def value(self, picks: Picks) -> Any:
        inputs = [i.value(picks) for i in self.inputs]
        if self.expr.bare:
            return inputs[0]
        try:
            start()
            return self.expr.run(*inputs)
        except FAILURES as failure:
            raise PickFailure(self.expr.span, failure, picks, self.slots) from failure

    def over(self, slot: Slot, picks: Picks) -> Iterable[Any] | None:
        """The value for each pick of a slot in turn, the others given; None where the slot is read in more ways than
        one, or the expression has steps to count."""
        varying = [i for i in self.inputs if slot in i.meet.slots]
        if len(varying) != 1 or varying[0].column_of(slot) is None or "tick(" in self.expr.code:
            return None
        column = varying[0].column_of(slot)
        assert column is not None
        given = [None if i is varying[0] else i.value(picks) for i in self.inputs]
        at = self.inputs.index(varying[0])
        run, before, after = self.expr.run, given[:at], given[at + 1 :]
        return (run(*before, value, *after) for value in column)

    def plain(self, picks: Picks) -> Any:
        """The value as JSON holds it."""
        value = self.value(picks)
        try:
            start()
            return plain(value)
        except FAILURES as failure:
            raise PickFailure(self.expr.span, failure, picks, self.slots) from failure


class Shown:
    """A hole."""

    def __init__(self, part: model.Show, frame: Frame) -> None:
        self.part = part
        self.evaluated = Evaluated(part.expr, frame)
        self.faults = [i for i in self.evaluated.inputs if isinstance(i, Binding) and i.faulty]

    def render(self, picks: Picks) -> str:
        value = self.evaluated.value(picks)
        # An invalid value is shown as it is written: a format spec is for the values it stands in for.
        if self.part.spec is None or self.faults:
            return value if isinstance(value, str) else _shown(self.part.expr, value, picks)
        return _shown(self.part.expr, value, picks, self.part.spec)


def _shown(expr: model.Expr, value: Any, picks: Picks, spec: str | None = None) -> str:
    try:
        return show(value) if spec is None else show_as(value, spec)
    except FAILURES as failure:
        raise PickFailure(expr.span, failure, picks) from failure


class Chosen:
    """Unnamed alternatives."""

    def __init__(self, part: model.Choice, frame: Frame, path: str) -> None:
        self.part = part
        full = f"{frame.path}{path}"
        self.texts = [Text(t, frame, f"{path}[{i}]") for i, t in enumerate(part.alternatives)]
        name = part.span.text.split("\n", 1)[0]
        self.slot = frame.slot(name if len(name) <= 40 else f"{name[:39]}…", full, False, self._describe)
        self.ops: Ops = (Decide(self.slot, len(self.texts), _branches([t.ops for t in self.texts])),)

    def render(self, picks: Picks) -> str:
        return self.texts[picks[self.slot]].render(picks)

    def _describe(self, pick: int, picks: Picks) -> tuple[str, Span]:
        return self.texts[pick].render(picks), self.texts[pick].template.span


class ValueChosen:
    """A range or list written in braces."""

    def __init__(self, part: model.ValueChoice, frame: Frame, path: str) -> None:
        self.part = part
        self.domain = Domain(part.domain, None, frame)
        self.slot = frame.slot(part.span.text, f"{frame.path}{path}", False, self._describe)
        self.ops: Ops = self.domain.decide(self.slot)

    def render(self, picks: Picks) -> str:
        return _shown(self.part.domain, self.domain.items(picks)[picks[self.slot]], picks, self.part.spec)

    def _describe(self, pick: int, picks: Picks) -> tuple[str, Span]:
        return self.render({**picks, self.slot: pick}), self.part.span


class Domain:
    """The list that a pick ranges over: constant, or made anew for earlier picks."""

    def __init__(self, expr: model.Expr, constant: "range | list[Any] | None", frame: Frame) -> None:
        self.evaluated = Evaluated(expr, frame)
        self.constant = constant
        if constant is None and not expr.reads:
            values = self.evaluated.value({})
            self.constant = values if isinstance(values, range) else list(values)

    def items(self, picks: Picks) -> Any:
        return self.evaluated.value(picks) if self.constant is None else self.constant

    def decide(self, slot: Slot) -> Ops:
        if self.constant is not None:
            return (Decide(slot, size_of(self.constant), None),)
        return (*self.evaluated.ops, Dynamic(slot, self.items, self.evaluated.slots))


# ── names ─────────────────────────────────────────────────────────────────────────────────────────


class AlternativesBinding(Binding):
    name: model.Alternatives

    def prepare(self) -> None:
        self.choose(self.name.invalid if self.faulty else self.name.valid)

    def value(self, picks: Picks) -> Any:
        return self.texts[picks[self.slot]].render(picks)

    def written(self, picks: Picks) -> str | None:
        return self.texts[picks[self.slot]].template.span.text if self.slot in picks else None


class RangingBinding(Binding):
    name: model.Ranging

    def prepare(self) -> None:
        if self.faulty:
            self.choose(self.name.invalid)
            return
        self.domain = Domain(self.name.domain, self.name.values, self.frame)
        self.slot = self.frame.slot(self.name.name, self.path, True, self._describe)
        self.meet.ops = self.domain.decide(self.slot)

    def column_of(self, slot: Slot) -> Sequence[Any] | None:
        return self.domain.constant if not self.faulty and slot is self.slot else None

    def value(self, picks: Picks) -> Any:
        pick = picks[self.slot]
        return self.texts[pick].render(picks) if self.faulty else self.domain.items(picks)[pick]

    def _describe(self, pick: int, picks: Picks) -> tuple[str, Span]:
        value = self.domain.items(picks)[pick]
        return value if isinstance(value, str) else str(value), self.name.span


class AliasBinding(Binding):
    name: model.Alias

    def prepare(self) -> None:
        if self.faulty:
            self.choose(self.name.invalid)
            return
        own = Frame(f"{self.path}/", self.frame, lambda _: True, turn=self.frame.turn)
        self.target = own.bind(self.name.target)
        self.whole = self.target.at(None)
        self.meet.ops = (self.whole.meet,)
        self.mark = Meet()

    def at(self, column: str | None) -> Value:
        return self if column is None or self.faulty else AliasColumn(self, self.target.at(column))

    @property
    def marks(self) -> tuple[Meet, ...]:
        return (self.meet,) if self.faulty else (self.meet, self.mark)

    def written(self, picks: Picks) -> str | None:
        return self.whole.written(picks)

    @property
    def tokens(self) -> frozenset[Token]:
        return super().tokens if self.faulty else self.whole.tokens

    def value(self, picks: Picks) -> Any:
        return self.texts[picks[self.slot]].render(picks) if self.faulty else self.whole.value(picks)


class AliasColumn(Value):
    """A column of the row that a name ranges over. Meeting it leaves a mark of the name."""

    def __init__(self, alias: AliasBinding, cell: Value) -> None:
        self.cell = cell
        self.meet = Meet((alias.mark, cell.meet)) if alias.name.invalid else cell.meet

    @property
    def tokens(self) -> frozenset[Token]:
        return self.cell.tokens

    def value(self, picks: Picks) -> Any:
        return self.cell.value(picks)


class ComputedBinding(Binding):
    name: model.Computed

    def prepare(self) -> None:
        self.evaluated = Evaluated(self.name.expr, self.frame)
        self.meet.ops = self.evaluated.ops

    @property
    def tokens(self) -> frozenset[Token]:
        # Nothing of its own is picked: it is there as soon as what it reads is.
        return frozenset[Token]().union(*(i.tokens for i in self.evaluated.inputs))

    def value(self, picks: Picks) -> Any:
        return self.evaluated.value(picks)


class TableBinding(Binding):
    """A table, of which one row is picked. Its cells are met one by one (`Cell`), or all where the row is read
    (`Row`)."""

    name: model.Table

    def prepare(self) -> None:
        table = self.name
        size = len(table.rows) if table.data is None else len(table.data)
        self.slot = self.frame.slot(table.name, self.path, True, self._describe)
        self.slot.listed = table.data is None
        self.meet.ops = (Decide(self.slot, size, None),)
        self.parts: dict[str | None, Value] = {}

    def at(self, column: str | None) -> Value:
        if column not in self.parts:
            self.parts[column] = Row(self) if column is None else Cell(self, column)
        return self.parts[column]

    def written(self, picks: Picks) -> str | None:
        return self._describe(picks[self.slot], picks)[0] if self.slot in picks else None

    def _describe(self, pick: int, picks: Picks) -> tuple[str, Span]:
        table = self.name
        if table.data is not None:
            return " | ".join(str(v) for v in table.data[pick]), table.span
        span = table.row_spans[pick]
        return " | ".join(c.span.text for c in table.rows[pick]), span


class Row(Value):
    """A picked row as a value, made of all its cells."""

    def __init__(self, table: TableBinding) -> None:
        self.table = table
        self.cells = {column: table.at(column) for column in table.name.columns}
        self.meet = Meet((table.meet, *(cell.meet for cell in self.cells.values())))

    @property
    def tokens(self) -> frozenset[Token]:
        return frozenset(cell.meet for cell in self.cells.values())

    def value(self, picks: Picks) -> Any:
        return {column: cell.value(picks) for column, cell in self.cells.items()}

    def written(self, picks: Picks) -> str | None:
        return self.table.written(picks)


class Cell(Value):
    """A column of the picked row: a template where the table is in the text, a value where it is in a file."""

    def __init__(self, table: TableBinding, column: str) -> None:
        self.table = table
        self.index = table.name.columns.index(column)
        self.meet = table.meet
        if table.name.data is None:
            path = f"{table.path}.{column}"
            self.texts = [Text(r[self.index], table.frame, f"{path}[{i}]") for i, r in enumerate(table.name.rows)]
            if any(t.ops for t in self.texts):
                hidden = Slot(
                    f"{table.slot.path}.{column}", table.slot.key, table.name.name, True, table._describe, True
                )
                branches = tuple(t.ops for t in self.texts)
                reads = frozenset((table.slot,))
                row = table.slot
                switch = Switch(hidden, lambda _, picks: picks[row], reads, frozenset(), branches)
                self.meet = Meet((table.meet, switch))

    def value(self, picks: Picks) -> Any:
        row = picks[self.table.slot]
        data = self.table.name.data
        return self.texts[row].render(picks) if data is None else data[row][self.index]


class Column(Value):
    """A column of a computed row."""

    def __init__(self, row: Binding, column: str) -> None:
        self.row = row
        self.column = column
        self.meet = row.meet

    @property
    def tokens(self) -> frozenset[Token]:
        return self.row.tokens

    def value(self, picks: Picks) -> Any:
        return self.row.value(picks)[self.column]


class GivenBinding(Binding):
    """`answer` or `invalid`: its value is made by the block it stands in (`give`)."""

    def give(self, ops: Ops, value: Callable[[Picks, str | None], Any]) -> None:
        self.meet.ops = ops
        self._value = value

    def at(self, column: str | None) -> Value:
        return self if column is None else GivenColumn(self, column)

    def value(self, picks: Picks) -> Any:
        return self._value(picks, None)


@dataclass
class GivenColumn(Value):
    row: GivenBinding
    column: str

    @property
    def meet(self) -> Meet:  # type: ignore[override]
        return self.row.meet

    def value(self, picks: Picks) -> Any:
        return self.row._value(picks, self.column)


_KINDS: dict[type, Callable[[Any, Frame], Binding]] = {
    model.Alternatives: AlternativesBinding,
    model.Ranging: RangingBinding,
    model.Alias: AliasBinding,
    model.Computed: ComputedBinding,
    model.Table: TableBinding,
    model.Answer: GivenBinding,
    model.Culprit: GivenBinding,
}
