"""Conditions that compare a function of one pick with a function of another, or ask whether one divides the other, as
relations: the matching picks are looked up in an index."""

from collections.abc import Sequence
from functools import cache
from typing import Literal

from ftc.expand.bind.evaluated import Evaluated
from ftc.expand.bind.frames import PickFailure
from ftc.expand.space.ops import Comparison, Operand, Relation, Slot
from ftc.expressions.limits import FAILURES
from ftc.expressions.nodes import Binary, Compare, Constant, Node
from ftc.expressions.types import INT, TEXT, ListOf, RowOf, Type, compares_like_python, number

_OPERATORS: dict[str, Comparison] = {"==": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


def relation(condition: Evaluated) -> Relation | None:
    """The condition as a relation; None where it is none."""
    node = condition.expr.node
    if not isinstance(node, Compare) or len(node.operators) != 1 or node.operators[0] not in _OPERATORS:
        return None
    if divided := _divided(node):
        return _between("multiple of", condition, divided.left, divided.right)
    operator = _OPERATORS[node.operators[0]]
    types = [each.type for each in node.operands]
    if operator in ("==", "!="):
        if not all(map(_hashed, types)):
            return None
    elif not (all(map(number, types)) or types == [TEXT, TEXT]):
        return None
    return _between(operator, condition, *node.operands)


def _divided(node: Compare) -> Binary | None:
    """`a % b` of `a % b == 0`, for whole numbers."""
    left, right = node.operands
    if isinstance(left, Constant):
        left, right = right, left
    asked = node.operators == ("==",) and isinstance(right, Constant) and right.type == INT and right.value == 0
    if asked and isinstance(left, Binary) and left.operator == "%" and left.left.type == left.right.type == INT:
        return left
    return None


def _between(operator: Comparison | Literal["multiple of"], condition: Evaluated, *sides: Node) -> Relation | None:
    """What two parts of a condition are to each other, where each depends on a pick of its own."""
    left, right = (_key(condition.part(each)) for each in sides)
    return Relation(operator, left, right) if left and right and left.slot is not right.slot else None


def fails(looked_up: Relation) -> bool:
    """Whether a value of either side cannot be computed, or is divided by zero: what stands before it in an `and` may
    keep such picks out, so it must not be checked by itself."""
    left, right = looked_up.left.values(), looked_up.right.values()
    return left is None or right is None or (looked_up.operator == "multiple of" and 0 in right)


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

    @cache
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
