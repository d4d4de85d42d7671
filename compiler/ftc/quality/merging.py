"""`unique`: of the conversations of a block that are equal, the first in the order of the plan is kept.

Equal is what lines hold: every message, the tools, which answers are trained, and the answer not to give. The
expansion, which knows no rows, is handed `merged` for it. What the structure proves to differ is not compared.
"""

from array import array
from collections.abc import Iterator

from xxhash import xxh3_128_digest

from ftc.expand.bind.frames import PickFailure
from ftc.expand.expand import TooManyToCompare, thinnings
from ftc.expand.plan.plan import BlockPlan
from ftc.expand.plan.sequences import Concatenation, Product, Selection, Source, Unique, programs_of
from ftc.lower.fixed import fixed
from ftc.lower.rows import rows_of
from ftc.quality import proofs, rows
from ftc.quality.partitions import FirstTimes

MAX_COMPARED = 10_000_000
"""Of so many conversations the equal ones are looked for."""

MAX_TRIED = 100_000
"""Of so many it is tried what would be left."""


def merged(source: Source) -> Source:
    """What is left of some conversations of a block, in order."""
    parts = list(_parts(source))
    clear = proofs.different([program for part in parts for program in programs_of(part)])
    compared = [part for part in parts if not clear.issuperset(programs_of(part))]
    if sum(part.count for part in compared) > MAX_COMPARED:
        raise TooManyToCompare
    left: dict[Source, Source] = {}
    with FirstTimes() as keys:
        met = [_note(part, keys) for part in compared]
        is_first = keys.in_order()
        for part, count in zip(compared, met, strict=True):
            kept = array("q", (at for at in range(part.count) if at >= count or next(is_first)))
            left[part] = part if len(kept) == part.count else _chosen(part, kept)
    if all(part is those for part, those in left.items()):
        return source
    return Concatenation([those for part in parts if (those := left.get(part, part)).count])


def mergeable(block: BlockPlan) -> bool:
    """Whether `unique` may be written in a block that has none: there are few enough conversations, and a sample still
    has enough to be drawn from."""
    if block.declaration.unique:
        return False
    for programs, thinning in thinnings(block.declaration, block.programs):
        whole = Concatenation([Product(program) for program in programs])
        if thinning is not None and thinning.count is not None:
            if whole.count > MAX_TRIED or merged(whole).count < thinning.count:
                return False
        elif thinning is None and whole.count > MAX_COMPARED:
            return False
    return True


def _parts(source: Source) -> Iterator[Source]:
    if isinstance(source, Concatenation):
        for part in source.parts:
            yield from _parts(part)
    else:
        yield source


def _chosen(part: Source, kept: "array[int]") -> Source:
    if isinstance(part, Unique):
        return part.chosen(kept)
    return Unique(part, kept) if isinstance(part, Product) else Selection(part, kept)


def _note(part: Source, keys: FirstTimes) -> int:
    """Note what the conversations hold, as hashes that no two texts share by chance. How many they were: one that
    cannot be made is equal to none, and reported elsewhere; nor are those behind it compared."""
    if isinstance(part, Product) and (one := fixed(part.program)):
        keys.add([xxh3_128_digest(rows.fixed_line(one))])
        return 1
    count = 0
    try:
        for found in rows_of(part, rows.line):
            keys.add(map(xxh3_128_digest, found))
            count += len(found)
    except PickFailure:
        pass
    return count
