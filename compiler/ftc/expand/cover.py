"""`cover`: few conversations in which every feasible combination of t picks occurs.

A factor is a decision of the program. What is feasible is read off the decision graphs, so a `where` removes
combinations and never hides one. Rows are built greedily: each starts from a combination that is not covered yet.
"""

from itertools import combinations

from ftc.expand.graph import END, Node
from ftc.expand.ops import Slot
from ftc.expand.space import Space

Item = tuple[Slot, object]
"""A decision and what is picked; values of lists that depend on earlier picks are told apart by what they are."""
Combination = frozenset[Item]

# Each is kept in memory and looked at again for every row.
MAX_COMBINATIONS = 500_000


class TooMany(Exception):
    """More combinations than can be kept in memory."""


def cover(space: Space, strength: int) -> list[dict[Slot, int]]:
    """Picks that cover every feasible combination of `strength` decisions (of all, where there are fewer), in
    order of the plan."""
    if not space.count:
        return []
    roots = [c.root for c in space.components if c.root is not None and c.root is not END]
    parts = [(root, _slots(root)) for root in roots]
    uncovered = dict.fromkeys(_combinations(roots, strength))
    rows = []
    while uncovered:
        row, items = _row(parts, next(iter(uncovered)), uncovered, strength)
        shown = [item for item in items if not item[0].hidden]
        for combination in combinations(shown, min(strength, len(shown))):
            uncovered.pop(frozenset(combination), None)
        rows.append(row)
    rows = [_in_order(space, row) for row in rows] or [space.at(0)]
    return sorted(rows, key=lambda row: list(row.values()))


def _in_order(space: Space, row: dict[Slot, int]) -> dict[Slot, int]:
    """The same picks, in the order in which they are met."""
    picks: dict[Slot, int] = {}
    state = [c.root or END for c in space.components]
    for top, index in enumerate(space.component_of):
        node = state[index]
        while node.top == top:
            picks[node.slot] = row[node.slot]
            node = _child(node, row[node.slot])
        state[index] = node
    return picks


def _child(node: Node, value: int) -> Node:
    return next(child for first, length, child in node.runs if first <= value < first + length)


def _combinations(roots: list[Node], strength: int) -> list[Combination]:
    """Every feasible combination of `strength` items; where a conversation has fewer items, all of them."""
    _refuse_many(roots, strength)
    total: list[set[Combination]] = [{frozenset()}, *(set[Combination]() for _ in range(strength))]
    complete = {frozenset[Item]()}
    for root in roots:
        parts, ends = _partials(root, strength, {})
        new: list[set[Combination]] = [set() for _ in range(strength + 1)]
        for have, left in enumerate(total):
            for more in range(strength + 1 - have):
                new[have + more] |= {a | b for a in left for b in parts[more]}
                if sum(map(len, new)) > MAX_COMBINATIONS:
                    raise TooMany
        complete = {a | b for a in complete for b in ends if len(a) + len(b) < strength}
        total = new
    return sorted(total[strength] | complete, key=lambda c: sorted((s.path, repr(v)) for s, v in c))


def _refuse_many(roots: list[Node], strength: int) -> None:
    """Count before anything is written down: the free decisions alone may be too many."""
    ways = [1] + [0] * strength
    for root in roots:
        if len(root.runs) == 1 and root.runs[0][2] is END:
            for size in range(strength, 0, -1):
                ways[size] += ways[size - 1] * root.count
    if ways[strength] > MAX_COMBINATIONS:
        raise TooMany


def _partials(
    node: Node, strength: int, memo: dict[Node, tuple[list[set[Combination]], set[Combination]]]
) -> tuple[list[set[Combination]], set[Combination]]:
    """The combinations of 0 to `strength` items that some way through the graph makes, and the short ways, whole."""
    if node is END:
        return [{frozenset()}, *(set[Combination]() for _ in range(strength))], {frozenset()}
    if node not in memo:
        found: list[set[Combination]] = [set() for _ in range(strength + 1)]
        ends: set[Combination] = set()
        for first, length, child in node.runs:
            parts, short = _partials(child, strength, memo)
            for size, part in enumerate(parts):
                found[size] |= part
            for value in range(first, first + length):
                item = frozenset(() if node.slot.hidden else ((node.slot, node.identity(value)),))
                for size, part in enumerate(parts):
                    if size + len(item) <= strength:
                        found[size + len(item)] |= {p | item for p in part}
                ends |= {s | item for s in short if len(s) + len(item) < strength}
                if sum(map(len, found)) > MAX_COMBINATIONS:
                    raise TooMany
        memo[node] = found, ends
    return memo[node]


def _row(
    parts: list[tuple[Node, frozenset[Slot]]], start: Combination, uncovered: dict[Combination, None], strength: int
) -> tuple[dict[Slot, int], set[Item]]:
    """A conversation that holds the combination, and as many uncovered ones besides as each decision in turn
    can add."""
    fixed = dict(start)
    row: dict[Slot, int] = {}
    chosen: set[Item] = set(start)
    wanted = frozenset(fixed)
    for root, slots in parts:
        node = root
        here = wanted & slots
        while node is not END:
            best, best_gain = None, -1
            beside = [frozenset(others) for others in combinations(chosen, strength - 1)]
            for first, length, child in node.runs:
                for value in range(first, first + length):
                    item = (node.slot, node.identity(value))
                    if node.slot in fixed and item not in start:
                        continue
                    left = here - {node.slot}
                    if left and not _fits(child, fixed, left, {}):
                        continue
                    gain = 0 if item in start else sum(others | {item} in uncovered for others in beside)
                    if gain > best_gain:
                        best, best_gain = (value, child, left), gain
            assert best is not None
            value, child, here = best
            row[node.slot] = value
            chosen.add((node.slot, node.identity(value)))
            node = child
    return row, chosen


def _slots(node: Node) -> frozenset[Slot]:
    """Every slot below a node."""
    seen: set[Node] = set()
    found: set[Slot] = set()
    stack = [node]
    while stack:
        at = stack.pop()
        if at is END or at in seen:
            continue
        seen.add(at)
        found.add(at.slot)
        stack += [child for _, _, child in at.runs]
    return frozenset(found)


def _fits(node: Node, fixed: dict[Slot, object], left: frozenset[Slot], memo: dict[object, bool]) -> bool:
    """Whether some way from here makes the fixed picks that are left."""
    if not left or node is END:
        return not left
    key = (node, left)
    if key not in memo:
        memo[key] = any(
            _fits(child, fixed, left - {node.slot}, memo)
            for first, length, child in node.runs
            if node.slot not in left or any(node.identity(v) == fixed[node.slot] for v in range(first, first + length))
        )
    return memo[key]
