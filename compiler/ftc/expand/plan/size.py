"""Why a plan is large: the picks of its largest block, and how many values each has."""

from ftc.diagnostics import Diagnostic
from ftc.expand.plan.plan import BlockPlan, Plan
from ftc.expand.space.nodes import END, Node
from ftc.expand.space.ops import Slot
from ftc.expand.space.space import Space

# So many axes are shown.
MAX_SHOWN = 6


def too_many(plan: Plan, limit: int) -> list[Diagnostic]:
    """E720 for the largest block of a plan, with its largest axes and the lines that would thin it."""
    block = max(plan.blocks, key=_count)
    ways = [] if block.declaration.thinning and block.declaration.thinning.count is None else ["sample 10000 seed 1"]
    if block.declaration.thinning is None:
        ways.append("cover pairs")
    data = {
        "block": block.name,
        "count": _count(block),
        "limit": limit,
        "axes": _shown(block),
        "ways": " or ".join(ways),
    }
    return [Diagnostic("E720", block.span, data)]


def _count(block: BlockPlan) -> int:
    return block.training.count + block.validation.count


def _shown(block: BlockPlan) -> str:
    """The largest axes, in the order in which they are met: `city` (1,000) × `nights` (365)."""
    space = max((program.space for program in block.programs), key=lambda space: space.count)
    turns: dict[str, list[tuple[Slot, int]]] = {}
    for slot, size in _sizes(space).items():
        if size > 1 and not slot.hidden:
            turns.setdefault(slot.key, []).append((slot, size))
    axes = [(slots[0][0].name, max(size for _, size in slots), len(slots)) for slots in turns.values()]
    largest = sorted(axes, key=lambda axis: axis[1] ** axis[2], reverse=True)[:MAX_SHOWN]
    shown = [
        f"`{name}` ({size:,}{f' in each of {times} turns' if times > 1 else ''})"
        for name, size, times in axes
        if (name, size, times) in largest
    ][:MAX_SHOWN]
    return " × ".join([*shown, *["…"] * (len(axes) > len(shown))])


def _sizes(space: Space) -> dict[Slot, int]:
    """The most values that any conversation leaves each pick, in the order of the ops."""
    sizes: dict[Slot, int] = {}
    seen: set[Node] = {END}
    stack = [component.root for component in reversed(space.components) if component.root is not None]
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        if node.ahead is not None:
            for slot, _, most in node.ahead:
                sizes[slot] = max(most, sizes.get(slot, 0))
            continue
        values = sum(length for _, length, _ in node.runs)
        sizes[node.slot] = max(values, sizes.get(node.slot, 0))
        stack += [child for _, _, child in reversed(node.runs)]
    return sizes
