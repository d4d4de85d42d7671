"""The names of a plan that an answer shows and nothing before it told, each with two answers that prove it."""

from collections.abc import Iterator
from itertools import islice

from ftc.expand.plan.plan import BlockPlan, Plan
from ftc.quality.untold.names import UntoldName, untold_names
from ftc.quality.untold.witness import TwoAnswers, two_answers

# Of a sample, so many conversations are looked at for whether the name has several values in it.
MAX_DRAWN = 10_000


def untold_in(plan: Plan) -> Iterator[tuple[UntoldName, TwoAnswers]]:
    """Block by block, in the order of the answers."""
    for block in plan.blocks:
        for untold in untold_names(block.programs):
            found = two_answers(untold)
            if found is not None and _varies(block, untold):
                yield untold, found


def _varies(block: BlockPlan, untold: UntoldName) -> bool:
    """Whether the name has several values in what is drawn of the block."""
    thinning = block.declaration.thinning
    if thinning is None or thinning.count is None:
        return True
    keys = {slot.key for slot in untold.slots}
    picked = (picks for part in (block.once, block.validation) for _, picks in part.all_picked())
    values: dict[str, int] = {}
    for picks in islice(picked, MAX_DRAWN):
        for slot, pick in picks.items():
            if slot.key in keys and values.setdefault(slot.key, pick) != pick:
                return True
    return False
