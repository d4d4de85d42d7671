"""The shapes that the conversations of a program can have, and which picks lead to which.

Most programs have one: all their conversations have the same roles in the same order, and make the same calls.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from ftc.expand.bind.messages import Line, Turn
from ftc.expand.bind.texts import Text
from ftc.expand.plan.program import Program
from ftc.expand.space.ops import Slot
from ftc.lower.pieces import EMPTY, Piece, branch
from ftc.slotted import slotted


@dataclass(frozen=True, slots=True)
class Shape:
    """What the frame of a line depends on: for each message its role, whether it is trained and the tools it calls; and
    whether there is an answer not to give."""

    messages: tuple[tuple[str, bool, tuple[str, ...]], ...]
    rejected: bool


@slotted
class Variant:
    """A way a turn can go: its lines, and the answer not to give after them."""

    lines: list[Line]
    rejected: Text | None

    @property
    def shape(self) -> Shape:
        said = ((m.role, m.trained, tuple(c.tool.name for c in m.calls)) for m in (line.message for line in self.lines))
        return Shape(tuple(said), self.rejected is not None)


@slotted
class Fork:
    """The variants of a turn that have one shape, by its case and by whether it is faulty."""

    slot: Slot | None
    turns: list[Turn]
    variants: dict[tuple[int, int], Variant]

    @property
    def shape(self) -> Shape:
        return next(iter(self.variants.values())).shape

    def choose(self, pieces: "Mapping[tuple[int, int], Piece]") -> Piece:
        """The piece of the variant that is picked."""
        cases = []
        for case, turn in enumerate(self.turns):
            ways = [pieces.get((case, way), EMPTY) for way in range(2)]
            if isinstance(turn.fault, Slot):
                cases.append(ways[0] if ways[0] is ways[1] else branch(turn.fault, ways))
            else:
                cases.append(ways[int(turn.fault)])
        if self.slot is None or all(case is cases[0] for case in cases):
            return cases[0]
        return branch(self.slot, cases)


_forks: WeakKeyDictionary[Program, dict[int, list[Fork]]] = WeakKeyDictionary()


def forks(program: Program, number: int) -> list[Fork]:
    """The variants of a turn of the program, by shape; found once."""
    known = _forks.setdefault(program, {})
    if number not in known:
        known[number] = _new_forks(program, number)
    return known[number]


def _new_forks(program: Program, number: int) -> list[Fork]:
    slot, turns = program.turns[number]
    found: dict[Shape, Fork] = {}
    for case, turn in enumerate(turns):
        for way in (0, 1) if isinstance(turn.fault, Slot) else (int(turn.fault),):
            ending = turn.other_ending if way and program.fault else turn.ending
            last = number == len(program.turns) - 1
            variant = Variant(turn.head + (turn.other if way else turn.tail), ending.rejected if last else None)
            found.setdefault(variant.shape, Fork(slot, turns, {})).variants[case, way] = variant
    return list(found.values())


def by_shape(program: Program, make: Callable[[list[Fork]], Piece], before: tuple[Fork, ...] = ()) -> Piece:
    """What `make` makes of each shape that the program's conversations have, by the picks that lead to it."""
    if len(before) == len(program.turns):
        return make(list(before))
    found = forks(program, len(before))
    pieces: dict[tuple[int, int], Piece] = {}
    for fork in found:
        pieces |= dict.fromkeys(fork.variants, by_shape(program, make, (*before, fork)))
    return found[0].choose(pieces)
