"""Values by the column: what an expression gives for many picks of one slot, the other picks being given.

The same values as `Evaluated.value` pick by pick, several times faster: what does not vary is worked out once, and the
expression runs in one generated loop.
"""

from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Any

from ftc.expand.bind.evaluated import Evaluated
from ftc.expand.bind.values import Value
from ftc.expand.space.ops import Slot


class Columns:
    """An expression that is asked for many picks of a slot at once."""

    def __init__(self, evaluated: Evaluated) -> None:
        self._evaluated = evaluated
        self._inputs = [(value, value.dependencies, _inner(value)) for value in evaluated.inputs]

    def over(self, slot: Slot, picks: dict[Slot, int], values: Sequence[int]) -> Iterable[Any]:
        """The value for some picks of a slot, in their order. `picks` is left with any of them."""
        if self._evaluated.forked:
            found = []
            for picks[slot] in values:
                found.append(self._evaluated.value(picks))
            return found
        columns = [
            _over(value, inner, slot, picks, values) if slot in slots else repeat(value.value(picks))
            for value, slots, inner in self._inputs
        ]
        if self._evaluated.expr.bare:
            return columns[0]
        if all(isinstance(column, repeat) for column in columns):
            return repeat(self._evaluated.value(picks), len(values))
        return self._evaluated.expr.run_rows(zip(*columns, strict=False))


def _inner(value: Value) -> Columns | None:
    """A computed name has an expression of its own."""
    return Columns(value.definition) if isinstance(value.definition, Evaluated) else None


def _over(
    value: Value, inner: Columns | None, slot: Slot, picks: dict[Slot, int], values: Sequence[int]
) -> Iterable[Any]:
    if inner is not None:
        return inner.over(slot, picks, values)
    column = value.over(slot, picks)
    if isinstance(column, Sequence):
        return [column[pick] for pick in values]
    found = []
    for picks[slot] in values:
        found.append(value.value(picks))
    return found
