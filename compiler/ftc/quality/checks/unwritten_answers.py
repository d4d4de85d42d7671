"""W604: answers not to give, for a target that has no place for them."""

from collections.abc import Iterator

from ftc.check.model import Template
from ftc.diagnostics import Diagnostic
from ftc.expand.bind.messages import Turn
from ftc.expand.plan.plan import Plan
from ftc.expand.plan.program import Program
from ftc.expand.space.ops import Slot
from ftc.lower.pieces import Constant, Piece, branch
from ftc.quality.context import Context
from ftc.quality.units import Unit

MAX_COUNTED = 1_000_000
"""Conversations that are looked at one by one, to count those that have such an answer."""

_PAIR, _SINGLE = Constant(b"+\n"), Constant(b"\n")


def check(context: Context) -> Iterator[Diagnostic]:
    """One finding for all of them, at the first. The plan for such a target has no answers not to give: they are found
    in the declarations."""
    if context.target.pairs or not context.inspects_conversations or context.examined.failing_picks:
        return
    first = next(_written(context.plan), None)
    if first is None:
        return
    count, all_counted = _count(context.units)
    if not count:
        return  # the conversations that would have one are held back by conditions
    method = context.model.train.get("method")
    yield Diagnostic(
        "W604",
        first.span,
        {
            "target": context.target.name,
            "count": f"{count:,}" if all_counted else f"more than {count:,}",
            "total": f"{sum(unit.source.count for unit in context.units):,}",
            "pairs": 'the pairs that `method = "dpo"` trains on' if method == "dpo" else "the pairs",
            "setting": 'method = "dpo"' if context.model.train and method != "dpo" else None,
        },
    )


def _written(plan: Plan) -> Iterator[Template]:
    """The answers not to give, in the order of the source."""
    for block in plan.blocks:
        for turn in block.declaration.turns:
            for each in (turn, turn.invalid):
                if each is not None and each.rejected is not None:
                    yield each.rejected


def _count(units: list[Unit]) -> tuple[int, bool]:
    """How many conversations have such an answer, and whether these are all."""
    count, looked_at = 0, 0
    for unit in units:
        kinds = {kind for program in unit.programs for turn in program.turns[-1][1] for kind in _kinds(program, turn)}
        if kinds == {_PAIR}:
            count += unit.source.count
        elif _PAIR in kinds:
            for rows in unit.rows(_marked):
                count += rows.count(b"+")
                looked_at += len(rows)
                if looked_at > MAX_COUNTED:
                    return count, False
    return count, True


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
