"""W401: a value, row or case that no conversation picks, because a `where` removes it everywhere."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from ftc.diagnostics import Diagnostic
from ftc.expand.plan.plan import BlockPlan
from ftc.expand.space.graph import Component
from ftc.expand.space.nodes import END, Node
from ftc.expand.space.ops import Slot
from ftc.quality.context import Context


def check(context: Context) -> Iterator[Diagnostic]:
    for block in context.plan.blocks:
        yield from _block(block)


def _block(block: BlockPlan) -> Iterator[Diagnostic]:
    picked: dict[str, set[int]] = defaultdict(set)
    slots: dict[str, tuple[Slot, int]] = {}
    for program in block.programs:
        if program.fault is not None:
            continue
        for component in program.space.components:
            # Only a condition can leave a value without a conversation.
            if component.conditions and component.root is not None:
                _collect(component, picked, slots)
    for key, (slot, size) in slots.items():
        unused = [value for value in range(size) if value not in picked[key]]
        for value in unused[:3]:
            try:
                text, span = slot.describe(value, {slot: value})
            except (KeyError, IndexError):
                continue  # its text depends on picks that it never has
            yield Diagnostic("W401", span, {"name": slot.name, "value": text, "block": block.name})


def _collect(component: Component, picked: dict[str, set[int]], slots: dict[str, tuple[Slot, int]]) -> None:
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
            if slot.listed and not slot.hidden and slot.key in component.sizes:
                slots.setdefault(slot.key, (slot, component.sizes[slot.key]))
                picked[slot.key].update(*[range(first, first + length) for first, length in runs])
