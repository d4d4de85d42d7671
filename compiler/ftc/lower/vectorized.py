"""Values by the column: what an expression gives for many picks of one slot, the other picks being given.

The same values as `Evaluated.value` pick by pick, several times faster: what does not vary is worked out once, and the
expression runs in one generated loop.
"""

from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Any

from ftc.expand.bind.bindings import (
    AliasBinding,
    AliasColumn,
    Cell,
    ComputedBinding,
    GivenBinding,
    GivenColumn,
    ListedBinding,
    RangingBinding,
    Row,
)
from ftc.expand.bind.frames import Column, Value
from ftc.expand.bind.texts import Chosen, Domain, Evaluated, Shown, Text, ValueChosen
from ftc.expand.space.ops import Slot
from ftc.expressions.limits import size_of


def reads(evaluated: Evaluated) -> frozenset[Slot]:
    """Every slot that the value of an expression may depend on.

    What meeting it decides is not enough: of that, what is surely met before was taken out.
    """
    return frozenset[Slot]().union(*map(_reads, evaluated.inputs))


def _reads(value: Value) -> frozenset[Slot]:
    match value:
        case ComputedBinding():
            return reads(value.evaluated)
        case AliasColumn():
            return _reads(value.cell)
        case AliasBinding() if not value.faulty:
            return _reads(value.whole)
        case RangingBinding() if not value.faulty:
            return _of_domain(value.domain, value.slot)
        case ListedBinding():
            return _of_texts(value.texts) | {value.slot}
        case Cell():
            return _of_texts(value.texts if value.table.name.data is None else ()) | {value.table.slot}
        case Row():
            return frozenset[Slot]().union(*map(_reads, value.cells.values()))
        case Column() | GivenColumn():
            return _reads(value.row)
        case GivenBinding():
            return _of_texts([value.made_of]) if isinstance(value.made_of, Text) else _reads(value.made_of)
    return value.meet.slots


def _of_texts(texts: Iterable[Text]) -> frozenset[Slot]:
    found: set[Slot] = set()
    for part in (part for text in texts for part in text.parts):
        if isinstance(part, Shown):
            found |= reads(part.evaluated)
        elif isinstance(part, Chosen):
            found |= _of_texts(part.texts) | {part.slot}
        elif isinstance(part, ValueChosen):
            found |= _of_domain(part.domain, part.slot)
    return frozenset(found)


def _of_domain(domain: Domain, slot: Slot) -> frozenset[Slot]:
    return frozenset((slot,)) if domain.constant is not None else reads(domain.evaluated) | {slot}


def size(evaluated: Evaluated) -> int | None:
    """How many values the one pick has that an expression depends on; None where that cannot be said."""
    sizes = {_size(value) for value in evaluated.inputs}
    return sizes.pop() if len(sizes) == 1 else None


def _size(value: Value) -> int | None:
    match value:
        case AliasColumn():
            return _size(value.cell)
        case AliasBinding() if not value.faulty:
            return _size(value.whole)
        case ComputedBinding():
            return size(value.evaluated)
        case RangingBinding() if not value.faulty:
            return None if value.domain.constant is None else size_of(value.domain.constant)
        case ListedBinding():
            return len(value.texts)
        case Cell():
            return len(value.table.name.rows if value.table.name.data is None else value.table.name.data)
    return None


class Columns:
    """An expression that is asked for many picks of a slot at once."""

    def __init__(self, evaluated: Evaluated) -> None:
        self._evaluated = evaluated
        self._inputs = [(value, _reads(value), _inner(value)) for value in evaluated.inputs]

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
    while isinstance(value, AliasColumn | AliasBinding) and not (isinstance(value, AliasBinding) and value.faulty):
        value = value.cell if isinstance(value, AliasColumn) else value.whole
    return Columns(value.evaluated) if isinstance(value, ComputedBinding) else None


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
