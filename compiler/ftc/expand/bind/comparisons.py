"""Conditions that compare a function of one pick with a function of another, as relations: the matching picks are
looked up in an index."""

from collections.abc import Sequence

from ftc.expand.bind.evaluated import Evaluated
from ftc.expand.bind.frames import PickFailure
from ftc.expand.space.ops import Operand, Operator, Relation, Slot
from ftc.expressions.limits import FAILURES
from ftc.expressions.nodes import Compare
from ftc.expressions.types import TEXT, ListOf, RowOf, Type, compares_like_python, number

_OPERATORS: dict[str, Operator] = {"==": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


def relation(condition: Evaluated) -> Relation | None:
    """The condition as a relation; None where it is none."""
    node = condition.expr.node
    if not isinstance(node, Compare) or len(node.operators) != 1 or node.operators[0] not in _OPERATORS:
        return None
    operator = _OPERATORS[node.operators[0]]
    types = [each.type for each in node.operands]
    if operator in ("==", "!="):
        if not all(map(_hashed, types)):
            return None
    elif not (all(map(number, types)) or types == [TEXT, TEXT]):
        return None
    left, right = (_key(condition.part(each)) for each in node.operands)
    return Relation(operator, left, right) if left and right and left.slot is not right.slot else None


def _hashed(type_: Type) -> bool:
    """Whether Python's sets tell values of the type apart as the language does, once rows are tuples."""
    if isinstance(type_, RowOf):
        return all(compares_like_python(each) and not isinstance(each, ListOf) for _, each in type_.columns)
    return compares_like_python(type_) and not isinstance(type_, ListOf)


def _key(side: Evaluated) -> Operand | None:
    """What one side is, where it depends on one pick."""
    slots = frozenset[Slot]().union(*(value.meet.slots for value in side.inputs))
    if len(slots) != 1:
        return None
    (slot,) = slots

    def values() -> Sequence[object] | None:
        try:
            found = side.over(slot, {})
            listed = None if found is None else list(found)
        except (PickFailure, KeyError, *FAILURES):
            return None
        if listed is not None and isinstance(side.expr.type, RowOf):
            return [tuple(row.items()) for row in listed]
        return listed

    return Operand(slot, values)
