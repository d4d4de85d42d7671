"""Values by the column: what an expression gives for many picks of some slots, the other picks being given.

The same values as `Evaluated.value` pick by pick, several times faster: what does not vary is worked out once, and the
expression runs in one generated loop.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import repeat
from typing import Any

from ftc.expand.bind.evaluated import Evaluated
from ftc.expand.bind.values import Value
from ftc.expand.space.ops import Picks, Slot
from ftc.expressions.nodes import Constant, Node, Read, Reference, parts
from ftc.lower.columns import gather
from ftc.lower.extents import extent_of
from ftc.lower.pieces import MAX_TABLE, PickRows, each_pick


class RowEvaluator:
    """An expression evaluated for many picks at once."""

    def __init__(self, evaluated: Evaluated) -> None:
        self._evaluated = evaluated
        self._inputs = dict(zip(evaluated.expr.reads, map(_Input, evaluated.inputs), strict=True))
        self._proved = extent_of(evaluated) is not None
        self._parts: dict[Node, RowEvaluator] = {}

    @property
    def slots(self) -> frozenset[Slot]:
        """What its value depends on."""
        return self._evaluated.dependencies

    def over(self, rows: PickRows, picks: Picks) -> Iterable[Any]:
        """The value for each of some rows, the other picks being given."""
        evaluated = self._evaluated
        if evaluated.forked:
            return [evaluated.value(each) for each in each_pick(rows, self.slots, picks)]
        if self.slots.isdisjoint(rows.slots):
            return repeat(evaluated.value(picks), rows.count)
        if evaluated.expr.bare:
            return _over_fewer(next(iter(self._inputs.values())), rows, picks)
        if not self._proved:
            return evaluated.expr.run_rows(
                zip(*[_over_fewer(each, rows, picks) for each in self._inputs.values()], strict=False)
            )
        # A part that depends on fewer picks is computed for fewer rows.
        given: dict[Node, Iterable[Any]] = {}
        reads: dict[Read, Iterable[Any]] = {}
        self._split(evaluated.expr.node, rows, picks, given, reads)
        run = evaluated.expr.run_proved_rows(tuple(reads), tuple(given))
        return run(zip(*reads.values(), *given.values(), strict=False))

    def _split(
        self,
        node: Node,
        rows: PickRows,
        picks: Picks,
        given: dict[Node, Iterable[Any]],
        reads: dict[Read, Iterable[Any]],
    ) -> None:
        """Evaluate what a tree takes from names, and the parts of it for which there are fewer rows."""
        if isinstance(node, Constant):
            return
        if isinstance(node, Reference):
            if node.read not in reads:
                reads[node.read] = _over_fewer(self._inputs[node.read], rows, picks)
            return
        if node is not self._evaluated.expr.node:
            if node not in self._parts:
                self._parts[node] = RowEvaluator(self._evaluated.part(node))
            part = self._parts[node]
            if part.slots.isdisjoint(rows.slots) or rows.fewer(part.slots) is not None:
                given[node] = _over_fewer(part, rows, picks)
                return
        for inner in parts(node):
            self._split(inner, rows, picks, given, reads)


class _Input:
    """A value that an expression reads, for many picks at once."""

    def __init__(self, value: Value) -> None:
        self._value = value
        self._definition = RowEvaluator(value.definition) if isinstance(value.definition, Evaluated) else None
        self.slots = value.dependencies

    def over(self, rows: PickRows, picks: Picks) -> Iterable[Any]:
        """The value for each of some rows: made once for those that are the same."""
        value = self._value
        inside = [slot for slot in self.slots if slot in rows.slots]
        if not inside:
            return repeat(value.value(picks), rows.count)
        if self._definition is not None:
            return self._definition.over(rows, picks)
        if len(inside) == 1:
            (slot,) = inside
            table = value.over(slot, picks)
            if isinstance(table, range):
                if len(table) > MAX_TABLE:
                    first, step = table.start, table.step
                    return [pick * step + first for pick in rows.picks(slot)]
                table = _listed(table)
            if isinstance(table, Sequence):
                return gather(table, rows.picks(slot))
        keys = list(zip(*map(rows.picks, inside), strict=True))
        different = dict.fromkeys(keys)
        once = PickRows(dict(zip(inside, zip(*different, strict=True), strict=True)))
        known = dict(zip(different, [value.value(each) for each in each_pick(once, self.slots, picks)], strict=True))
        return [known[key] for key in keys]


@lru_cache(maxsize=16)
def _listed(numbers: range) -> list[int]:
    """The numbers of a range, which are looked up faster than they are computed."""
    return list(numbers)


def _over_fewer(what: "RowEvaluator | _Input", rows: PickRows, picks: Picks) -> Iterable[Any]:
    """The value for each of some rows, from fewer rows where there are such."""
    fewer = rows.fewer(what.slots)
    if fewer is None:
        return what.over(rows, picks)
    those, spread = fewer
    return spread(list(what.over(those, picks)))
