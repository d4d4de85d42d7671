"""`where` at work: each constraint in each frame where all its names are picked, as a question about picks."""

from collections.abc import Callable, Iterable

from ftc.check import model
from ftc.expand.frames import Binding, Frame, PickFailure
from ftc.expand.ops import Condition, Picks, Slot, Token
from ftc.expand.script import Line
from ftc.expand.texts import Evaluated
from ftc.expressions.types import BOOL

Armed = tuple[model.Constraint, Token | None, Frame]
"""A constraint, the token after which it applies (None: always), and the frame in which, and inside which, it does."""


def conditions(constraints: Iterable[Armed], culprit: Binding | None = None) -> list[Condition]:
    """The conditions that the constraints make. What would read the invalid pick of `culprit` holds."""
    found: dict[tuple[object, ...], Condition] = {}
    for where, arm, outermost in constraints:
        for frame in outermost.root.frames:
            if not frame.inside(outermost):
                continue
            values = [frame.find(read) for read in where.condition.reads]
            there = [v for v in values if v is not None]
            if len(there) < len(values):
                continue
            tokens = frozenset[Token]((arm,) if arm else ()).union(*(v.tokens for v in there))
            slots = frozenset[Slot]().union(*(v.meet.slots for v in there))
            condition = Evaluated.of(where.condition, frame)
            plain = culprit is None or culprit.slot not in condition.slots
            over = _over(condition) if plain else lambda slot, picks: None
            holds = _holds(condition, None if plain else culprit)
            found.setdefault((id(where), tokens), Condition(tokens, slots, holds, where, over))
    return list(found.values())


def _holds(condition: Evaluated, culprit: Binding | None) -> Callable[[Picks], bool]:
    if culprit is None:
        return lambda picks: bool(condition.value(picks))

    def holds(picks: Picks) -> bool:
        watched = Watched(picks)
        try:
            held = bool(condition.value(watched))
        except PickFailure:
            held = False
        return held or culprit.slot in watched.asked

    return holds


def _over(condition: Evaluated) -> Callable[[Slot, Picks], Iterable[bool] | None]:
    if condition.expr.type == BOOL:
        return condition.over

    def over(slot: Slot, picks: Picks) -> Iterable[bool] | None:
        answers = condition.over(slot, picks)
        return None if answers is None else map(bool, answers)

    return over


class Watched(dict[Slot, int]):
    """Picks that remember which of them were asked for, in order."""

    def __init__(self, picks: Picks) -> None:
        super().__init__(picks)
        self.asked: dict[Slot, None] = {}

    def __getitem__(self, slot: Slot) -> int:
        self.asked.setdefault(slot)
        return super().__getitem__(slot)


def shows(lines: list[Line], culprit: Binding, picks: Picks) -> bool:
    """Whether the lines show the culprit: whether writing them asks for its pick."""
    watched = Watched(picks)
    for line in lines:
        try:
            if line.text:
                line.text.render(watched)
            for _, arguments in line.calls:
                for _, value in arguments:
                    value.value(watched)
        except PickFailure:
            pass  # computed with the culprit: that it was asked for is what counts
    return culprit.slot in watched.asked
