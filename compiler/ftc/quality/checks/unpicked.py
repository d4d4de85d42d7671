"""W401: a value, row or case that no conversation picks, because a `where` removes it everywhere.

What matters is where a value is written, not under which name it is met: `let x in NAME`, and another block, pick from
the same list.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from ftc.diagnostics import Diagnostic
from ftc.expand.plan.plan import Plan
from ftc.expand.space.graph import Component
from ftc.expand.space.nodes import END, Node
from ftc.expand.space.ops import Decide, Slot
from ftc.expand.space.reach import everything
from ftc.quality.context import Context
from ftc.source import Span

Lists = dict[Span, tuple[Slot, int]]
"""Lists of values by the place of the first: a slot that picks from each, and how many values there are."""

# Of the values of a name, so many are reported.
MAX_VALUES = 3


def check(context: Context) -> Iterator[Diagnostic]:
    lists: Lists = {}
    picked: dict[Span, set[int]] = defaultdict(set)
    free: list[Component] = []
    for component, is_fault in _components(context.plan):
        # Only a condition can leave a value without a conversation.
        if component.conditions:
            _collect(component, picked, {} if is_fault else lists)
        else:
            free.append(component)
    wanting = {first for first, (_, size) in lists.items() if len(picked[first]) < size}
    if not wanting:
        return
    wanting -= _all_of(free)
    for first in (each for each in lists if each in wanting):
        slot, size = lists[first]
        assert slot.places is not None
        unused = [value for value in range(size) if value not in picked[first]]
        yield from islice(context.model.allowances.told(_unpicked(slot, slot.places, unused)), MAX_VALUES)


def _unpicked(slot: Slot, places: Callable[[int], Span], unused: Iterable[int]) -> Iterator[Diagnostic]:
    for value in unused:
        span = places(value)
        text = slot.written(value) if slot.written else span.text
        yield Diagnostic("W401", span, {"name": slot.key.rpartition("/")[2], "value": text})


def _components(plan: Plan) -> Iterator[tuple[Component, bool]]:
    """The components of each program that makes conversations, and whether those are invalid ones."""
    for block in plan.blocks:
        for program in block.programs:
            if program.space.count:
                yield from ((component, program.fault is not None) for component in program.space.components)


def _collect(component: Component, picked: dict[Span, set[int]], lists: Lists) -> None:
    """What is picked in a component with conditions."""
    seen: set[Node] = set()
    stack = [component.root] if component.root else []
    while stack:
        node = stack.pop()
        if node is END or node in seen:
            continue
        seen.add(node)
        found: list[tuple[Slot, Iterable[tuple[int, int]]]]
        if node.ahead is not None:
            found = [(slot, runs) for slot, runs, _ in node.ahead]
        else:
            found = [(node.slot, [(first, length) for first, length, _ in node.runs])]
            stack += [child for _, _, child in node.runs]
        for slot, runs in found:
            if slot.places and not slot.hidden and slot.key in component.sizes:
                place = slot.places(0)
                lists.setdefault(place, (slot, component.sizes[slot.key]))
                picked[place].update(*[range(first, first + length) for first, length in runs])


def _all_of(components: list[Component]) -> set[Span]:
    """The lists of which every value is picked, as no condition is about them."""
    decisions = (op for component in components for _, top in component.ops for op in everything((top,)))
    return {op.slot.places(0) for op in decisions if isinstance(op, Decide) and op.slot.places and op.size}
