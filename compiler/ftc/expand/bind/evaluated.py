"""Expressions in a frame: what meeting them decides, and their values for given picks."""

from collections.abc import Iterable
from functools import cached_property
from itertools import repeat
from typing import Any

from ftc.check import model
from ftc.expand.bind.frames import Frame, PickFailure
from ftc.expand.bind.values import Value
from ftc.expand.space.ops import Ops, Picks, Slot, Switch, slots_of
from ftc.expressions import conditionals
from ftc.expressions.limits import FAILURES, reset_steps
from ftc.expressions.nodes import Node
from ftc.expressions.operations import json_value


class Evaluated:
    """An expression in a frame: `inputs` are the values of what it reads.

    A conditional in it (`ftc.expressions.conditionals`) decides what it meets, where the side that is not taken would
    pick something that nothing else in the expression does. With `whole`, both sides are met.
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
        """The values and conditionals that it meets, in order."""
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
                # Whichever side is taken, the same is picked.
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
        """Every slot that meeting it may decide."""
        return slots_of(self.ops)

    @cached_property
    def dependencies(self) -> frozenset[Slot]:
        """Every slot that its value may depend on: no hidden ones, which follow from others."""
        return frozenset[Slot]().union(*[value.dependencies for value in self.inputs])

    @property
    def size(self) -> int | None:
        """How many values it has, if it depends on one pick; None where that is unknown."""
        sizes = {value.size for value in self.inputs}
        return sizes.pop() if len(sizes) == 1 else None

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
        """The values of the inputs that are met for the picks; None for the others, which are not computed."""
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
    """A conditional in a frame: what is met if `test` is false, and if it is true."""

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
        """The side that the picks take."""
        return self._ways[int(bool(self.test.value(picks)))]


def _fresh(met: "tuple[Value | Forked, ...]", decided: set[Slot]) -> frozenset[Slot] | None:
    """The slots that meeting all that decides and that were not decided before; None where a conditional is among
    it."""
    values = [step for step in met if not isinstance(step, Forked)]
    return frozenset[Slot]().union(*(v.meet.slots for v in values)) - decided if len(values) == len(met) else None


def _ops_of(met: "tuple[Value | Forked, ...]") -> Ops:
    return tuple([step.op if isinstance(step, Forked) else step.meet for step in met])
