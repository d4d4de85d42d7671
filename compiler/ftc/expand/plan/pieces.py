"""The conversations of a block in the pieces that `validation` divides: those of one program, or those of a list."""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Protocol

from ftc.check import model
from ftc.expand.plan.groups import CombinationGroup, Group, ValueGroup, WordingGroup, by_wording, sizable
from ftc.expand.plan.program import Program
from ftc.expand.plan.sequences import Concatenation, Product, Selection, Source, Unique
from ftc.expand.space.budget import MAX_GROUP
from ftc.expand.space.ops import Picks

# Above the number of every group.
END = 2.0


class TooManyToSplit(Exception):
    """There are more groups than can be gone through: `what` they are, and `by` which name there would be fewer."""

    def __init__(self, program: Program) -> None:
        super().__init__("too many to split")
        self.program = program
        split = program.block.split
        name = split.by if split else None
        kind = "wordings" if by_wording(program.block) else "combinations of names"
        self.what = f"values of `{name.name}`" if name else kind
        self.by = "" if name else sizable(program.frames, MAX_GROUP)


class Piece(Protocol):
    """A conversation is held out if the number of one of its groups is below a cut."""

    @property
    def count(self) -> int: ...
    @property
    def fractions(self) -> "array[float]":
        """The numbers of its groups, in order, each once; some may be of groups without conversations."""
        ...

    def held_out(self, cut: float) -> int:
        """How many conversations are held out."""
        ...

    def parts(self, cut: float) -> tuple[Source, Source]:
        """(training, validation), each in order."""
        ...


def pieces_of(source: Source, block: model.Block) -> list[Piece]:
    """What a block's conversations are made of, in order."""
    match source:
        case Concatenation():
            return [piece for part in source.parts for piece in pieces_of(part, block)]
        case Product() if not source.program.groups:
            return [WholePiece(source)]
        case Product():
            return [WordingPiece(source.program) if by_wording(block) else GroupPiece(source.program)]
        case _:
            return [ListPiece(source, keeps_wordings=by_wording(block))]


def in_order(fractions: Iterable[float]) -> "array[float]":
    """Numbers in order, each once."""
    found, last = array("d"), -1.0
    for number in sorted(fractions):
        if number != last:
            found.append(number)
        last = number
    return found


class WholePiece:
    """Conversations that meet nothing that is held out."""

    fractions: "array[float]" = array("d")

    def __init__(self, source: Source) -> None:
        self.source = source

    @property
    def count(self) -> int:
        return self.source.count

    def held_out(self, cut: float) -> int:
        return 0

    def parts(self, cut: float) -> tuple[Source, Source]:
        return self.source, Concatenation([])


class GroupPiece:
    """A program. Both parts are programs again, with conditions of their own, so they are counted and reached into like
    any other. What was counted last is kept: it is what is asked for."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._kept: dict[int, Program] = {}

    @property
    def count(self) -> int:
        return self.program.space.count

    @cached_property
    def fractions(self) -> "array[float]":
        groups = self.program.groups
        return in_order(numbers_of(self.program, groups[0]) if len(groups) == 1 else _together(self.program, groups))

    def held_out(self, cut: float) -> int:
        return self.count - self._training(cut).space.count

    def parts(self, cut: float) -> tuple[Source, Source]:
        """A conversation is held out if any of its groups is: a part for each group that may be the first of them."""
        program, groups = self.program, self.program.groups
        kept = [group.kept(cut) for group in groups]
        validation = [program.restricted([*kept[:at], group.out(cut)], group.tokens) for at, group in enumerate(groups)]
        return _concatenated([self._training(cut)]), _concatenated(validation)

    def _training(self, cut: float) -> Program:
        below = bisect_left(self.fractions, cut)
        if below not in self._kept:
            if len(self._kept) > 3:
                del self._kept[next(iter(self._kept))]
            self._kept[below] = self._made(cut)
        return self._kept[below]

    def _made(self, cut: float) -> Program:
        return self.program.restricted([group.kept(cut) for group in self.program.groups])


class WordingPiece(GroupPiece):
    """An exchange. If all its wordings would be held out it keeps one: that of the largest number."""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        (group,) = program.groups
        assert isinstance(group, WordingGroup)
        self.group = group
        if group.least > MAX_GROUP:
            raise TooManyToSplit(program)

    @cached_property
    def fractions(self) -> "array[float]":
        return in_order(numbers_of(self.program, self.group)) if self.group.slots else array("d")

    def parts(self, cut: float) -> tuple[Source, Source]:
        if not self.group.slots:  # the only wording
            return Product(self.program), Concatenation([])
        training = self._training(cut)
        held_out = self.program.restricted([self.group.out(cut)])
        if held_out.space.count == self.count and self._stays is not None:
            held_out = self.program.restricted([self.group.where(_is_not(self.group, self._stays))])
        return _concatenated([training]), _concatenated([held_out])

    def _made(self, cut: float) -> Program:
        if not self.group.slots:
            return self.program
        training = super()._made(cut)
        if training.space.count or self._stays is None:
            return training
        return self.program.restricted([self.group.where(_is(self.group, self._stays))])

    @cached_property
    def _stays(self) -> str | None:
        """The wording of the largest number, of those that the conditions leave."""
        ranked: set[tuple[float, str]] = set()

        def noted(picks: Picks) -> bool:
            ranked.add((self.group.fraction(picks), self.group.text(picks)))
            return True

        self.program.restricted([self.group.where(noted)]).space.count  # noqa: B018
        # A wording may have been seen on the way to nothing.
        return next((text for _, text in sorted(ranked, reverse=True) if self._occurs(text)), None)

    def _occurs(self, text: str) -> bool:
        return self.program.restricted([self.group.where(_is(self.group, text))]).space.count > 0


class ListPiece:
    """What was thinned to a list: it is as long as what is written of it, and gone through conversation by
    conversation."""

    def __init__(self, source: Source, *, keeps_wordings: bool) -> None:
        self.source = source
        stays = _staying(source) if keeps_wordings else {}
        self.numbers = array("d")
        """The smallest number of each conversation's groups."""
        for program, picks in source:
            least = min((_number(group, picks) for group in program.groups), default=END)
            if program in stays and stays[program] == _ranked(program, picks):
                least = END
            self.numbers.append(least)
        self._sorted = array("d", sorted(self.numbers))

    @property
    def count(self) -> int:
        return self.source.count

    @cached_property
    def fractions(self) -> "array[float]":
        return in_order(number for number in self._sorted if number < END)

    def held_out(self, cut: float) -> int:
        return bisect_left(self._sorted, min(cut, END))

    def parts(self, cut: float) -> tuple[Source, Source]:
        training, validation = array("q"), array("q")
        cut = min(cut, END)
        for index, number in enumerate(self.numbers):
            (validation if number < cut else training).append(index)
        if isinstance(self.source, Unique):
            return self.source.chosen(training), self.source.chosen(validation)
        return Selection(self.source, training), Selection(self.source, validation)


def numbers_of(program: Program, group: Group) -> "array[float]":
    """The numbers of the groups that a program's conversations may be of."""
    match group:
        case ValueGroup():
            return group.fractions
        case CombinationGroup(few=False):
            return array("d", [step / group.steps for step in range(group.steps)])
    found = array("d")

    def noted(picks: Picks) -> bool:
        found.append(group.fraction(picks))
        return True

    program.restricted([group.where(noted)]).space.count  # noqa: B018
    return found


def _together(program: Program, groups: list[Group]) -> set[float]:
    return {number for group in groups for number in numbers_of(program, group)}


def _concatenated(programs: list[Program]) -> Source:
    return Concatenation([Product(program) for program in programs if program.space.count])


def _is(group: Group, text: str) -> Callable[[Picks], bool]:
    return lambda picks: group.text(picks) == text


def _is_not(group: Group, text: str) -> Callable[[Picks], bool]:
    return lambda picks: group.text(picks) != text


def _number(group: Group, picks: Picks) -> float:
    try:
        return group.fraction(picks)
    except KeyError:
        return END  # a name that the conversation does not meet


def _staying(source: Source) -> dict[Program, tuple[float, str]]:
    """The wording of each exchange that stays if all would go."""
    best: dict[Program, tuple[float, str]] = {}
    for program, picks in source:
        best[program] = max(best.get(program, (-1.0, "")), _ranked(program, picks))
    return best


def _ranked(program: Program, picks: Picks) -> tuple[float, str]:
    (group,) = program.groups
    return group.fraction(picks), group.text(picks)
