"""Texts and expressions in a frame: what meeting them decides, and what they say for given picks."""

from collections.abc import Iterable
from functools import cached_property
from itertools import repeat
from typing import Any

from ftc.check import model
from ftc.expand.bind.frames import Binding, Frame, PickFailure, Value
from ftc.expand.space.ops import Decide, Dynamic, Op, Ops, Picks, Slot, Switch, slots_of
from ftc.expressions import conditionals
from ftc.expressions.limits import FAILURES, bounded, reset_steps, size_of
from ftc.expressions.nodes import Node
from ftc.expressions.operations import json_value, show, show_as
from ftc.source import Span


class Text:
    """A template in a frame."""

    __slots__ = ("ops", "parts", "template")

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

    def place(self, picks: Picks) -> Span:
        """Where the text was written: of a list, the item that was picked."""
        only = self.parts[0] if len(self.parts) == 1 else None
        return only.texts[picks[only.slot]].template.span if isinstance(only, Chosen) else self.template.span


# Texts shorter than this are below the limit of the language whatever their characters are.
LONG = 250_000


def _bound(text: str, span: Span, picks: Picks) -> None:
    try:
        reset_steps()
        bounded(text)
    except FAILURES as failure:
        raise PickFailure(span, failure, picks) from failure


class Evaluated:
    """An expression in a frame: `inputs` are the values of what it reads.

    What it meets is decided by its conditionals (`ftc.expressions.conditionals`), where the side that is not taken
    picks something that nothing else of it does. Of a `whole` one everything is met.
    """

    def __init__(
        self, expr: model.Expr, inputs: list[Value], frame: Frame | None = None, *, whole: bool = False
    ) -> None:
        self.expr = expr
        self.inputs = inputs
        self._frame = frame
        self._whole = whole

    @classmethod
    def of(cls, expr: model.Expr, frame: Frame) -> "Evaluated":
        """The expression with its names bound as they are seen from the frame."""
        return cls(expr, [frame.bind(read.name).at(read.column) for read in expr.reads], frame)

    def part(self, node: Node) -> "Evaluated":
        """A part of the expression by itself."""
        expr = model.Expr(node, self.expr.span)
        values = self._values
        return Evaluated(expr, [values[read] for read in expr.reads], self._frame, whole=self._whole)

    @property
    def _values(self) -> dict[model.Read, Value]:
        return dict(zip(self.expr.reads, self.inputs, strict=True))

    @cached_property
    def met(self) -> "tuple[Value | Forked, ...]":
        """What it meets, in order."""
        if self._whole or not self.expr.is_conditional:
            return tuple(self.inputs)
        return self._met(conditionals.read_order(self.expr.node), self._values, set())

    def _met(
        self, steps: conditionals.ReadOrder, values: dict[model.Read, Value], decided: set[Slot]
    ) -> "tuple[Value | Forked, ...]":
        """The steps as values. `decided` is what was met before; it grows."""
        found: list[Value | Forked] = []
        for step in steps:
            if isinstance(step, model.Read):
                found.append(values[step])
                decided |= values[step].meet.slots
                continue
            ways = [self._met(side, values, set(decided)) for side in (step.otherwise, step.then)]
            fresh = [_fresh(way, decided) for way in ways]
            if fresh[0] is not None and fresh[0] == fresh[1]:
                # Whichever is taken, the same is picked.
                found += dict.fromkeys((*ways[1], *ways[0]))
                decided |= fresh[0]
            else:
                found.append(Forked(self.part(step.test), (ways[0], ways[1]), self._frame))
        return tuple(found)

    @cached_property
    def forked(self) -> bool:
        """Whether some of its names are met for some picks alone."""
        return not self._whole and self.expr.is_conditional and any(isinstance(step, Forked) for step in self.met)

    @property
    def ops(self) -> Ops:
        return _ops_of(self.met)

    @cached_property
    def slots(self) -> frozenset[Slot]:
        return slots_of(self.ops)

    def value(self, picks: Picks) -> Any:
        inputs = self._taken(picks) if self.forked else [i.value(picks) for i in self.inputs]
        if self.expr.bare:
            return inputs[0]
        try:
            reset_steps()
            return self.expr.run(*inputs)
        except FAILURES as failure:
            span = self.expr.failed_part(failure)
            raise PickFailure(span, failure, picks, self.slots, needed=self.expr.span) from failure

    def _taken(self, picks: Picks) -> list[Any]:
        """The values of what is met for the picks; None for the others, which are not asked."""
        found: dict[Value, Any] = {}
        waiting = list(reversed(self.met))
        while waiting:
            step = waiting.pop()
            if isinstance(step, Forked):
                waiting += reversed(step.way(picks))
            elif step not in found:
                found[step] = step.value(picks)
        return [found.get(value) for value in self.inputs]

    def over(self, slot: Slot, picks: Picks) -> Iterable[Any] | None:
        """The value for each pick of a slot in turn, the others given; None where a text must be made for each."""
        if self.forked:
            return None
        columns: list[Iterable[Any]] = []
        for value in self.inputs:
            column = value.over(slot, picks) if slot in value.meet.slots else repeat(value.value(picks))
            if column is None:
                return None
            columns.append(column)
        return columns[0] if self.expr.bare else self.expr.run_rows(zip(*columns, strict=False))

    def plain(self, picks: Picks) -> Any:
        """The value as JSON holds it."""
        value = self.value(picks)
        try:
            reset_steps()
            return json_value(value)
        except FAILURES as failure:
            raise PickFailure(self.expr.span, failure, picks, self.slots) from failure


class Forked:
    """A conditional at work: what is met if `test` is false, and if it is true."""

    def __init__(self, test: Evaluated, ways: "tuple[tuple[Value | Forked, ...], ...]", frame: Frame | None) -> None:
        self.test = test
        self._ways = ways
        span = test.expr.node.span
        path = f"{frame.path if frame else ''}if {span.source.name}:{span.start}"
        slot = Slot(f"{frame.turn if frame else ''}{path}", path, path, False, lambda _, __: ("", span), hidden=True)
        self.op = Switch(
            slot, lambda _, picks: int(bool(test.value(picks))), test.slots, frozenset(), tuple(map(_ops_of, ways))
        )

    def way(self, picks: Picks) -> "tuple[Value | Forked, ...]":
        """What the picks lead to."""
        return self._ways[int(bool(self.test.value(picks)))]


def _fresh(met: "tuple[Value | Forked, ...]", decided: set[Slot]) -> frozenset[Slot] | None:
    """What is decided by meeting all that, and was not before; None where that depends."""
    values = [step for step in met if isinstance(step, Value)]
    return frozenset[Slot]().union(*(v.meet.slots for v in values)) - decided if len(values) == len(met) else None


def _ops_of(met: "tuple[Value | Forked, ...]") -> Ops:
    return tuple([step.op if isinstance(step, Forked) else step.meet for step in met])


class Shown:
    """A hole."""

    def __init__(self, part: model.Show, frame: Frame) -> None:
        self.part = part
        self.evaluated = Evaluated.of(part.expr, frame)
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
        # A list goes by the message that it stands in.
        first = part.span.text.split("\n", 1)[0]
        name = path.split("#")[0] if first.startswith("|") else first
        self.slot = frame.slot(name if len(name) <= 40 else f"{name[:39]}…", full, False, self._describe)
        self.ops: Ops = (Decide(self.slot, len(self.texts), branches_of([t.ops for t in self.texts])),)

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
        self.evaluated = Evaluated.of(expr, frame)
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


def constants(texts: list[Text]) -> list[str] | None:
    """What the texts say, where that depends on no pick."""
    said = [text.template.constant for text in texts]
    return None if None in said else [text.render({}) for text in texts]


def branches_of(branches: list[Ops]) -> tuple[Ops, ...] | None:
    """The branches of a decision, or None where no value meets anything."""
    return tuple(branches) if any(branches) else None
