"""`validation`: what is held out. A group is held out or not by the hash of its text, so that adding one moves
no other.

In a fact (and a style) a group is a wording of the user's; a wording that is the only one left of its exchange
stays. `by
NAME` makes a group of each value of the name. Elsewhere conversations that differ only in unnamed alternatives
are a group.
"""

from array import array

from ftc.check import model
from ftc.expand.ops import Picks, Slot
from ftc.expand.program import Program
from ftc.expand.random import fraction
from ftc.expand.sources import Chosen, Source

# Holding out looks at every conversation of the block; beyond this it would take minutes.
MAX_SPLIT = 5_000_000


class TooManyToSplit(Exception):
    """The block has more conversations than can be looked at one by one."""


def split(source: Source, block: model.Block) -> tuple[Source, Source]:
    """(training, validation) of a block's conversations, each in order."""
    assert block.split is not None
    if source.count > MAX_SPLIT:
        raise TooManyToSplit
    share = block.split.percent / 100
    training, validation = array("q"), array("q")
    kept = _kept_wordings(source, share) if _by_wording(block) else {}
    for index, (program, picks) in enumerate(source):
        if _by_wording(block):
            wording = _wording(program, picks)
            out = fraction("wording", wording) < share and kept[id(program)] != wording
        elif block.split.by is not None:
            values = (binding.written(picks) for binding in program.bound(block.split.by))
            out = any(fraction("by", value) < share for value in values if value is not None)
        else:
            named = [(slot.path, _written(slot, pick, picks)) for slot, pick in picks.items() if slot.named]
            out = fraction("named", named) < share
        (validation if out else training).append(index)
    return Chosen(source, training), Chosen(source, validation)


def _by_wording(block: model.Block) -> bool:
    return block.split is not None and block.split.by is None and block.kind in ("fact", "style")


def _wording(program: Program, picks: Picks) -> str:
    head = program.chosen(picks)[0].head
    return "\n".join(line.text.render(picks) for line in head if line.text)


def _kept_wordings(source: Source, share: float) -> dict[int, str | None]:
    """For each exchange all of whose wordings would be held out, the one that stays: that of the largest hash."""
    best: dict[int, tuple[float, str]] = {}
    for program, picks in source:
        wording = _wording(program, picks)
        best[id(program)] = max(best.get(id(program), (-1.0, "")), (fraction("wording", wording), wording))
    return {key: wording if hashed < share else None for key, (hashed, wording) in best.items()}


def _written(slot: Slot, pick: int, picks: Picks) -> str:
    """A pick as the source writes it: unnamed alternatives in it make no difference."""
    text, span = slot.describe(pick, picks)
    return span.text if slot.listed else text
