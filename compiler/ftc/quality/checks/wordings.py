"""W504: a fact in too few wordings to be learned."""

from collections.abc import Iterable, Iterator

from ftc.diagnostics import Diagnostic
from ftc.expand.bind.frames import PickFailure
from ftc.expand.plan.program import Program
from ftc.lower.messages import messages_of
from ftc.lower.pieces import Constant, Piece, escaped, sequence
from ftc.lower.shapes import Fork, by_shape
from ftc.quality.context import Context
from ftc.quality.units import Unit

MIN_WORDINGS = 5

# Behind so many conversations in a few wordings no other is looked for, and nothing is said of the fact.
MAX_SEARCHED = 1_000_000


def check(context: Context) -> Iterator[Diagnostic]:
    """Wordings are counted over the whole fact: its exchanges, and what is held out of them. A fact that is held out
    whole is not to be learned."""
    if context.examined.failing_picks:
        return  # some wordings cannot be made
    facts: dict[str, set[bytes]] = {}
    unknown: set[str] = set()
    for unit in context.units:
        name = unit.block.name
        if unit.block.kind == "fact" and name not in unknown:
            known = facts.setdefault(name, set())
            if len(known) < MIN_WORDINGS:
                wordings = _wordings(unit)
                if wordings is None:
                    unknown.add(name)
                else:
                    known.update(wordings)
    for block in context.plan.blocks:
        found = len(facts.get(block.name, ()))
        if 0 < found < MIN_WORDINGS and block.training.count and block.name not in unknown:
            yield Diagnostic("W504", block.span, {"name": block.name, "count": found})


def _wordings(unit: Unit) -> Iterable[bytes] | None:
    """Some of the unit's wordings; all, where there are fewer than needed; None where they are not known."""
    if unit.fixed:
        return (escaped(unit.fixed.user),)
    found: set[bytes] = set()
    searched = 0
    try:
        if unit.program is not None and not (piece := _user(unit.program)).slots:
            return (piece.value({}),)
        for rows in unit.rows(_user):
            found.update(rows)
            searched += len(rows)
            if len(found) >= MIN_WORDINGS:
                break
            if searched >= MAX_SEARCHED:
                return None
    except PickFailure:
        pass  # reported before
    return found


def _user(program: Program) -> Piece:
    """What the user says first."""

    def first(shape: list[Fork]) -> Piece:
        messages, _ = messages_of(program, shape)
        return sequence([next(m.text for m in messages if m.role == "user"), Constant(b"\n")])

    return by_shape(program, first)
