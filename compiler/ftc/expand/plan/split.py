"""`validation`: what is held out. The hash of a group's text decides, so that adding one moves no other.

Both parts are programs again, with conditions of their own, so they are counted and reached into like any other; only
what was thinned to a list is gone through row by row.
"""

from array import array
from collections.abc import Callable

from ftc.check import model
from ftc.expand.plan.groups import Group, WordingGroup, by_wording, sizable
from ftc.expand.plan.program import Program
from ftc.expand.plan.sequences import Concatenation, Product, Selection, Source
from ftc.expand.space.budget import MAX_GROUP, GroupTooLarge
from ftc.expand.space.ops import Picks


class TooManyToSplit(Exception):
    """There are more groups than can be gone through: `what` they are, and `by` which name there would be fewer."""

    def __init__(self, program: Program) -> None:
        super().__init__("too many to split")
        split = program.block.split
        name = split.by if split else None
        kind = "wordings" if by_wording(program.block) else "combinations of names"
        self.what = f"values of `{name.name}`" if name else kind
        self.by = "" if name else sizable(program.frames, MAX_GROUP)


def split(source: Source, block: model.Block) -> tuple[Source, Source]:
    """(training, validation) of a block's conversations, each in order.

    Where a name is picked afresh each turn, the held out come by the first turn that holds one of its held-out values.
    """
    assert block.split is not None
    share = block.split.percent / 100
    if share == 1:
        return Concatenation([]), source
    match source:
        case Concatenation():
            parts = [split(part, block) for part in source.parts]
            kept, held_out = [part for part, _ in parts], [part for _, part in parts]
            return Concatenation(kept), Concatenation(held_out)
        case Product():
            parted = _wordings if by_wording(block) else _groups
            try:
                training, validation = parted(source.program, share)
                return _concatenated(training), _concatenated(validation)
            except GroupTooLarge:
                raise TooManyToSplit(source.program) from None
        case _:
            return _rows(source, block, share)


def _concatenated(programs: list[Program]) -> Source:
    return Concatenation([Product(program) for program in programs if program.space.count])


def _groups(program: Program, share: float) -> tuple[list[Program], list[Program]]:
    """A conversation is held out if any of its groups is: a part for each group that may be the first of them."""
    kept = [group.kept(share) for group in program.groups]
    validation = [
        program.restricted([*kept[:at], group.out(share)], group.tokens) for at, group in enumerate(program.groups)
    ]
    return [program.restricted(kept)], validation


def _wordings(program: Program, share: float) -> tuple[list[Program], list[Program]]:
    """An exchange all of whose wordings would be held out keeps one: that of the largest hash."""
    (group,) = program.groups
    assert isinstance(group, WordingGroup)
    if not group.slots:
        return [program], []  # the only wording
    if group.least > MAX_GROUP:
        raise TooManyToSplit(program)
    training, validation = program.restricted([group.kept(share)]), program.restricted([group.out(share)])
    if training.space.count or not validation.space.count:
        return [training], [validation]
    ranked: set[tuple[float, str]] = set()
    program.restricted([group.where(_noting(group, ranked))]).space.count  # noqa: B018
    for _, wording in sorted(ranked, reverse=True):
        # A wording that the conditions leave: it may have been seen on the way to nothing.
        training = program.restricted([group.where(_is(group, wording))])
        if training.space.count:
            validation = program.restricted([group.where(_is_not(group, wording))])
            break
    return [training], [validation]


def _noting(group: Group, ranked: set[tuple[float, str]]) -> Callable[[Picks], bool]:
    def holds(picks: Picks) -> bool:
        ranked.add((group.fraction(picks), group.text(picks)))
        return True

    return holds


def _is(group: Group, text: str) -> Callable[[Picks], bool]:
    return lambda picks: group.text(picks) == text


def _is_not(group: Group, text: str) -> Callable[[Picks], bool]:
    return lambda picks: group.text(picks) != text


# ── row by row ────────────────────────────────────────────────────────────────────────────────────


def _rows(source: Source, block: model.Block, share: float) -> tuple[Source, Source]:
    """The parts of what was thinned: it is as long as what is written of it."""
    training, validation = array("q"), array("q")
    stays = _staying(source) if by_wording(block) else {}
    for index, (program, picks) in enumerate(source):
        out = any(_is_out(group, picks, share) for group in program.groups)
        if out and program in stays:
            out = stays[program] != _ranked(program, picks)
        (validation if out else training).append(index)
    return Selection(source, training), Selection(source, validation)


def _is_out(group: Group, picks: Picks, share: float) -> bool:
    try:
        return group.fraction(picks) < share
    except KeyError:
        return False  # a name that the conversation does not meet


def _staying(source: Source) -> dict[Program, tuple[float, str]]:
    """The wording of each exchange that stays if all would go."""
    best: dict[Program, tuple[float, str]] = {}
    for program, picks in source:
        best[program] = max(best.get(program, (-1.0, "")), _ranked(program, picks))
    return best


def _ranked(program: Program, picks: Picks) -> tuple[float, str]:
    (group,) = program.groups
    return group.fraction(picks), group.text(picks)
