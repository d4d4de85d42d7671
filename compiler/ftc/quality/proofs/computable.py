"""Computed texts are tried: whether each can be computed for all values, and how long it gets at most."""

from collections.abc import Iterator
from itertools import product
from math import prod

from ftc.expand.bind.frames import PickFailure
from ftc.expand.plan.program import Program
from ftc.expand.space.ops import Slot
from ftc.lower.pieces import Axis, Branch, Computed, Piece, Row

# More combinations of what a text is computed from are not tried.
MAX_TRIED = 300_000

STEP = 10_000


def all_computed(piece: Piece, program: Program) -> bool:
    """Whether everything in it can be computed for all values of all names, those too that conditions exclude. The
    longest value is noted in each text that is tried."""
    texts = list(dict.fromkeys(_computed_parts(piece)))
    texts = [text for text in texts if not (text.sure and text.longest is not None)]
    sizes = value_counts(program) if any(isinstance(text, Computed) for text in texts) else {}
    return all(_computes_listed(text) if isinstance(text, Axis) else _computes(text, sizes) for text in texts)


def _computed_parts(piece: Piece) -> Iterator[Axis | Computed]:
    match piece:
        case Axis() | Computed():
            yield piece
        case Row():
            for part in piece.parts:
                yield from _computed_parts(part)
        case Branch():
            for option in piece.options:
                yield from _computed_parts(option)


def _computes_listed(text: Axis) -> bool:
    if text.table is not None or text.size > MAX_TRIED:
        return text.table is not None
    try:
        text.longest = max(
            max(map(len, text.stretch(at, min(STEP, text.size - at)))) for at in range(0, text.size, STEP)
        )
    except PickFailure:
        return False
    return True


def _computes(text: Computed, sizes: dict[Slot, int | None]) -> bool:
    known = {slot: sizes.get(slot) for slot in text.slots}
    counts = [size for size in known.values() if size is not None]
    if not known or len(counts) < len(known) or prod(counts) > MAX_TRIED:
        return False
    *outer, inner = sorted(known, key=lambda slot: (sizes[slot] or 0, slot.path))
    longest = 0
    try:
        for values in product(*[range(sizes[slot] or 0) for slot in outer]):
            picks = dict(zip(outer, values, strict=True))
            longest = max(longest, *map(len, text.column(inner, picks, range(sizes[inner] or 0))))
    except (PickFailure, KeyError):
        return False
    text.longest = longest
    return True


def value_counts(program: Program) -> dict[Slot, int | None]:
    """Every slot that may be decided, with the number of its values; None where earlier picks say which there are."""
    found: dict[Slot, int | None] = {}
    seen: set[object] = set()
    stack = [component.root for component in program.space.components]
    while stack:
        node = stack.pop()
        if node is not None and node.ahead is not None:
            for slot, runs, _ in node.ahead:
                before = found.get(slot, 0)
                found[slot] = None if before is None else max(before, sum(runs[-1]))
        elif node is not None and node not in seen and node.runs:
            seen.add(node)
            last = max(first + length for first, length, _ in node.runs)
            before = found.get(node.slot, 0)
            found[node.slot] = None if node.items is not None or before is None else max(before, last)
            stack += [child for _, _, child in node.runs]
    return found
