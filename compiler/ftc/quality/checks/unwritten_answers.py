"""W604: answers not to give, for a target that has no place for them."""

from collections.abc import Iterator, Mapping
from typing import Any

from ftc.check.model import Template
from ftc.diagnostics import Diagnostic
from ftc.expand.bind.messages import Turn
from ftc.expand.plan.plan import Plan
from ftc.expand.plan.program import Program
from ftc.expand.space.ops import Slot
from ftc.lower.pieces import Constant, Piece, branch
from ftc.quality.context import Context
from ftc.quality.units import Unit, units
from ftc.targets import Target

MAX_COUNTED = 1_000_000
"""Conversations that are looked at one by one, to count those that have such an answer."""

_PAIR, _SINGLE = Constant(b"+\n"), Constant(b"\n")


def check(context: Context) -> Iterator[Diagnostic]:
    """One finding for all of them, at the first. The plan for such a target has no answers not to give: they are found
    in the declarations."""
    if context.target.pairs or not context.inspects_conversations or context.examined.failing_picks:
        return
    if any(_written(context.plan)):
        count, all_counted = _count(context.units)
        how_many = f"{count:,}" if all_counted else f"more than {count:,}"
        # Those that would have one may be held back by conditions.
        yield from _found(context.plan, context.units, how_many if count else "", context.target, context.model.train)


def by_structure(plan: Plan, target: Target, train: Mapping[str, Any]) -> Iterator[Diagnostic]:
    """The same, without looking at any conversation: of those that may have such an answer, the number is an upper
    bound."""
    if target.pairs or not any(_written(plan)):
        return
    every = list(units(plan))
    kinds = [(unit.source.count, _kinds_of(unit)) for unit in every]
    count = sum(number for number, found in kinds if _PAIR in found)
    exact = all(len(found) == 1 for _, found in kinds if _PAIR in found)
    yield from _found(plan, every, f"{'' if exact else 'up to '}{count:,}" if count else "", target, train)


def _found(plan: Plan, every: list[Unit], count: str, target: Target, train: Mapping[str, Any]) -> Iterator[Diagnostic]:
    method = train.get("method")
    if count:
        data = {
            "target": target.name,
            "count": count,
            "total": f"{sum(unit.source.count for unit in every):,}",
            "pairs": 'the pairs that `method = "dpo"` trains on' if method == "dpo" else "the pairs",
            "setting": 'method = "dpo"' if train and method != "dpo" else None,
        }
        yield Diagnostic("W604", next(_written(plan)).span, data)


def _written(plan: Plan) -> Iterator[Template]:
    """The answers not to give, in the order of the source."""
    for block in plan.blocks:
        for turn in block.declaration.turns:
            for each in (turn, turn.invalid):
                if each is not None and each.rejected is not None:
                    yield each.rejected


def _count(every: list[Unit]) -> tuple[int, bool]:
    """How many conversations have such an answer, and whether these are all."""
    count, looked_at = 0, 0
    for unit in every:
        kinds = _kinds_of(unit)
        if kinds == {_PAIR}:
            count += unit.source.count
        elif _PAIR in kinds:
            for rows in unit.rows(_marked):
                count += rows.count(b"+")
                looked_at += len(rows)
                if looked_at > MAX_COUNTED:
                    return count, False
    return count, True


def _kinds_of(unit: Unit) -> set[Constant]:
    """The rows that its conversations can have."""
    return {kind for program in unit.programs for turn in program.turns[-1][1] for kind in _kinds(program, turn)}


def _marked(program: Program) -> Piece:
    """A row for each conversation, marked where it has such an answer."""
    slot, turns = program.turns[-1]
    cases = []
    for turn in turns:
        kinds = _kinds(program, turn)
        cases.append(branch(turn.fault, kinds) if isinstance(turn.fault, Slot) else kinds[0])
    return cases[0] if slot is None else branch(slot, cases)


def _kinds(program: Program, turn: Turn) -> list[Constant]:
    """The row of a turn at the end, for each way it can go."""
    valid, invalid = turn.model.rejected, turn.model.invalid.rejected if turn.model.invalid else None
    ways = (False, True) if isinstance(turn.fault, Slot) else (turn.fault,)
    return [_PAIR if (invalid if way and program.fault else valid) is not None else _SINGLE for way in ways]
