"""Picks that follow from others: what a condition leaves of a name may be told by another name."""

from collections.abc import Iterator
from functools import lru_cache

from ftc.expand.plan.program import Program
from ftc.expand.space.nodes import END, Node
from ftc.expand.space.ops import Slot
from ftc.lower.pieces import Axis
from ftc.quality.proofs.unambiguous import Known

Way = dict[Slot, int]

# Components of more elements are not gone through.
MAX_WAYS = 20_000


def with_dependent(program: Program, known: Known) -> Known:
    """The slots whose picks are the same in any two conversations of the program that agree in the known ones.

    A wrong slot here would be a conversation that is taken to differ from another and does not.
    """
    found: set[Slot | Axis] = set(known)
    shown = {each.slot: each for each in known if isinstance(each, Axis)}
    for ways in _components(program):
        found |= _dependent(ways, known, shown)
    return frozenset(found)


def _dependent(ways: list[Way], known: Known, shown: dict[Slot, Axis]) -> set[Slot]:
    slots = set().union(*ways)
    inside = sorted(slots & known, key=lambda slot: slot.path)
    texts = [(slot, axis.table) for slot, axis in shown.items() if slot in slots and axis.table is not None]
    unknown = slots - known
    first: dict[object, Way] = {}
    for way in ways:
        key = [
            *[way.get(slot) for slot in inside],
            *[table[way[slot]] if slot in way else b"" for slot, table in texts],
        ]
        same = first.setdefault(tuple(key), way)
        if same is not way:
            unknown = {slot for slot in unknown if same.get(slot) == way.get(slot)}
            if not unknown:
                break
    return unknown


@lru_cache(maxsize=4)
def _components(program: Program) -> list[list[Way]]:
    """All elements of each component of which some decide others, and which is small."""
    roots = [component.root for component in program.space.components if component.conditions]
    return [list(_ways(root)) for root in roots if root is not None and root.count <= MAX_WAYS]


def _ways(root: Node) -> Iterator[Way]:
    """Every element below a node. Deep components need no room on Python's stack."""
    waiting: list[tuple[Node, tuple[tuple[Slot, int], ...]]] = [(root, ())]
    while waiting:
        node, picked = waiting.pop()
        if node is END:
            yield dict(picked)
            continue
        for first, length, child in node.runs:
            waiting += [(child, (*picked, (node.slot, value))) for value in range(first, first + length)]
