"""`validation`: what is held out. Each group has a number, by a hash of its text alone, and those below a cut are held
out: so the groups stay in one order whatever is added, and the cut is where the share comes nearest to what was asked.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache, cached_property
from typing import TypeVar

from ftc.check import model
from ftc.expand.plan.groups import NAMED, NOT_NAMED, CombinationGroup, ValueGroup, by_wording
from ftc.expand.plan.pieces import END, GroupPiece, Piece, TooManyToSplit, in_order, pieces_of
from ftc.expand.plan.program import Program
from ftc.expand.plan.sequences import Concatenation, Source
from ftc.expand.space.budget import MAX_GROUP, GroupTooLarge
from ftc.expand.space.ops import Picks
from ftc.slotted import slotted

T = TypeVar("T")

# With more groups than this, a share within half a group of so many is near enough.
MANY = 1_000
# Of so few groups it is said how many there are and which shares they make.
FEW = 64


@slotted
class Undivided:
    """The conversations of a block that some line holds a part out of, and the programs that they come from."""

    block: model.Block
    source: Source
    programs: Sequence[Program]

    @property
    def meets(self) -> bool:
        """Whether any conversation has a group to be held out by."""
        return any(program.groups for program in self.programs)


class Division:
    """What one `validation` line does, to one block or to all blocks of a file that meet its name."""

    def __init__(self, split: model.Split, undivided: Sequence[Undivided]) -> None:
        self.split = split
        self.undivided = [each for each in undivided if each.meets or split.whole]
        self._pieces = [pieces_of(each.source, each.block) for each in self.undivided]
        self.pieces = [piece for pieces in self._pieces for piece in pieces]

    @cached_property
    def count(self) -> int:
        return sum(piece.count for piece in self.pieces)

    @cached_property
    def cut(self) -> float:
        """Groups whose number is below are held out."""
        if self.split.whole:
            return END
        if self.split.percent is None:
            return (NAMED + NOT_NAMED) / 2
        return self._cut_at(self._nearest(Fraction(str(self.split.percent)) / 100 * self.count))

    @cached_property
    def held_out(self) -> int:
        """How many conversations are held out."""
        return self.count if self.split.whole else self._below(self.cut)

    @cached_property
    def takes_all(self) -> bool:
        """Whether no conversation that could be held out is left to train on."""
        return 0 < self.held_out == self._below(END)

    def parts(self) -> list[tuple[Undivided, Source, Source]]:
        """Of each block (training, validation), each in order.

        Where a name is picked afresh each turn, the held out come by the first turn that holds one of its held-out
        values.
        """
        found: list[tuple[Undivided, Source, Source]] = []
        for each, pieces in zip(self.undivided, self._pieces, strict=True):
            if self.split.whole:
                found.append((each, Concatenation([]), each.source))
                continue
            parts = [_ask(piece, lambda piece: piece.parts(self.cut)) for piece in pieces]
            training, validation = [kept for kept, _ in parts], [out for _, out in parts]
            if len(parts) == 1:
                found.append((each, training[0], validation[0]))
            else:
                found.append((each, Concatenation(training), Concatenation(validation)))
        return found

    # ── the share ─────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def numbers(self) -> Sequence[float]:
        """The numbers of all groups, in order; some may be of groups without conversations."""
        found = [_ask(piece, lambda piece: piece.fractions) for piece in self.pieces]
        return found[0] if len(found) == 1 else in_order({number for numbers in found for number in numbers})

    def _cut_at(self, groups: int) -> float:
        return self.numbers[groups] if groups < len(self.numbers) else END

    def _below(self, cut: float) -> int:
        return sum(_ask(piece, lambda piece: piece.held_out(cut)) for piece in self.pieces)

    @cached_property
    def _held(self) -> Callable[[int], int]:
        """How many conversations the first groups hold."""
        return cache(lambda groups: self._below(self._cut_at(groups)) if groups else 0)

    @cached_property
    def _most(self) -> int:
        """How many conversations may be held out: where no wording stays by itself, some group has to."""
        return self.count if all(by_wording(each.block) for each in self.undivided) else self._below(END) - 1

    def _nearest(self, wanted: Fraction) -> int:
        """How many groups make the share that is nearest to what is wanted: at least one, and never all."""
        held, most = self._held, len(self.numbers)
        if not most or not self.count:
            return 0
        guess = min(max(round(wanted / self.count * most), 1), most)
        off = abs(held(guess) - wanted)
        if guess < most and (off == 0 or (most > MANY and off * 2 * MANY <= self.count)):
            return guess
        within = max(Fraction(1), min(wanted, Fraction(self._most)))
        high = _first(lambda groups: held(groups) >= within, guess, most)
        low = high - 1
        if high > most or held(high) > self._most:
            return low if held(low) else 0
        return low if held(low) and wanted - held(low) <= held(high) - wanted else high

    # ── what is told of it ────────────────────────────────────────────────────────────────────────

    @cached_property
    def groups(self) -> int | None:
        """How many groups there are; None where they are not gone through one by one."""
        groups = [group for each in self.undivided for program in each.programs for group in program.groups]
        if any(isinstance(group, CombinationGroup) and not group.few for group in groups):
            return None
        if len(self.numbers) > FEW or by_wording(self.undivided[0].block):
            return len(self.numbers)
        return len({self._held(groups) for groups in range(1, len(self.numbers) + 1)} - {0})

    @cached_property
    def nearest(self) -> list[Fraction]:
        """The shares that can be had around the one that was asked, in order."""
        here = bisect_left(self.numbers, self.cut)
        reach = range(max(1, here - FEW), min(len(self.numbers), here + FEW) + 1)
        shares = sorted({self._held(groups) for groups in reach})
        possible = [held for held in shares if 0 < held <= self._most]
        at = possible.index(self.held_out) if self.held_out in possible else 0
        return [Fraction(held, self.count) for held in possible[max(0, at - 1) : at + 2]]

    @cached_property
    def unknown(self) -> dict[str, list[str]]:
        """The listed values that the name does not have, each with those that it has."""
        values, known = self.split.values, set[str]()
        if values is None or not self.undivided:
            return {}
        for program in (program for each in self.undivided for program in each.programs):
            for group in program.groups:
                if isinstance(group, ValueGroup) and group.size > MAX_GROUP:
                    return {}
                if isinstance(group, ValueGroup):
                    known.update(group.texts)
                    continue

                def noted(picks: Picks, text: Callable[[Picks], str] = group.text) -> bool:
                    known.add(text(picks))
                    return True

                try:
                    program.restricted([group.where(noted)]).space.count  # noqa: B018
                except GroupTooLarge:
                    return {}
        return {value: sorted(known) for value in values if value not in known}


def _first(holds: Callable[[int], bool], guess: int, most: int) -> int:
    """The first number from 1 to `most` from which on it holds, else `most` + 1: looked for around a guess."""
    low, high, step = 0, most + 1, 1
    at = guess
    while low < at < high:
        if holds(at):
            high, at = at, at - step
        else:
            low, at = at, at + step
        step *= 2
        if (at <= low) or (at >= high):
            at = (low + high) // 2
    return high


def _ask(piece: Piece, question: Callable[[Piece], T]) -> T:
    try:
        return question(piece)
    except GroupTooLarge:
        assert isinstance(piece, GroupPiece)
        raise TooManyToSplit(piece.program) from None
