"""A part whose decisions depend on each other: items can stand together if they lie on one path through the graph."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import cast

from ftc.expand.covering import MAX_COMBINATIONS, TooManyCombinations
from ftc.expand.covering.parts import Choice, ItemName, Scores, Sets, any_of, items_of
from ftc.expand.random import Stream
from ftc.expand.space.all_different import AllDifferentNode
from ftc.expand.space.budget import MAX_GROUP
from ftc.expand.space.nodes import END, Node
from ftc.expand.space.ops import Slot

# The items of each way are bits; this is the most for all of them together, 200 MB.
MAX_BITS = 1_600_000_000


class _Step:
    """A node in terms of items: `ways` are (the items of a run, the run, what follows)."""

    __slots__ = ("below", "fewest", "most", "node", "own", "ways")

    def __init__(self, node: Node, ways: "list[_Edge]") -> None:
        self.node = node
        self.ways = ways
        self.own = self.below = 0
        """The items of this decision, and of every choice from here on."""
        for items, _, child in ways:
            self.own |= items
            self.below |= items | child.below
        shown = 0 if node is END or node.slot.hidden else 1
        self.most: int = shown + max((child.most for _, _, child in ways), default=0)
        self.fewest: int = shown + min((child.fewest for _, _, child in ways), default=0)


_Edge = tuple[int, range, _Step]


def _start(way: _Edge) -> int:
    return way[1].start


_LAST = _Step(END, [])


class TiedPart:
    """Decisions that depend on each other: a choice is a path through their graph."""

    def __init__(self, base: int, root: Node) -> None:
        self.base = base
        self._number: dict[tuple[Slot, object], int] = {}
        self._identity: list[object] = []
        self._visited = self._ways = 0
        self.distinct = True
        self._memo: dict[tuple[_Step, int], bool] = {}
        self._root = self._steps(root)
        self.size = len(self._number)
        self.mask = self._root.below
        self.most = self._root.most
        self.fewest = self._root.fewest

    def names(self) -> Iterator[ItemName]:
        return ((slot.path, identity) for slot, identity in self._number)

    def slots(self) -> list[int]:
        masks: dict[Slot, int] = {}
        for (slot, _), item in self._number.items():
            masks[slot] = masks.get(slot, 0) | 1 << item
        return list(masks.values())

    def _steps(self, root: Node) -> _Step:
        """The graph below a node, children first. Not recursive, so the graph may be of any depth."""
        if isinstance(root, AllDifferentNode) and root.below > MAX_COMBINATIONS:
            raise TooManyCombinations
        done: dict[Node, _Step] = {END: _LAST}
        stack = [root]
        while stack:
            node = stack[-1]
            if node in done:
                stack.pop()
                continue
            runs = node.runs
            waiting = [child for _, _, child in reversed(runs) if child not in done]
            if waiting:
                stack += waiting
            else:
                stack.pop()
                done[node] = self._step(node, runs, done)
        return done[root]

    def _step(self, node: Node, runs: Sequence[tuple[int, int, Node]], done: dict[Node, _Step]) -> _Step:
        ways = []
        self._visited += sum([length for _, length, _ in runs])
        self._ways += len(runs)
        if self._visited > MAX_GROUP or self._ways * len(self._number) > MAX_BITS:
            raise TooManyCombinations
        for first, length, child in runs:
            run = range(first, first + length)
            self.distinct &= node.items is None
            items = 0
            if not node.slot.hidden:
                numbers = [self._item(node.slot, node.identity(value)) for value in run]
                if numbers == list(range(numbers[0], numbers[0] + length)):
                    items = (1 << length) - 1 << numbers[0]
                else:
                    for number in numbers:
                        items |= 1 << number
            ways.append((items, run, done[child]))
        return _Step(node, ways)

    def _item(self, slot: Slot, identity: object) -> int:
        item = self._number.setdefault((slot, identity), self.base + len(self._identity))
        if item == self.base + len(self._identity):
            self._identity.append(identity)
        return item

    def fill(self, need: int, scores: Scores) -> Choice:
        def best(options: int) -> int:
            item = scores.best(options)
            scores.push(item)
            return item

        found = self._walk(need, best)
        assert found is not None
        return found

    def near(self, choice: Choice, item: int, stream: Stream) -> Choice | None:
        return self._walk(1 << item, lambda options: any_of(options & choice.mask or options, stream))

    def _walk(self, need: int, best: Callable[[int], int]) -> Choice | None:
        """The way that holds the items of `need`, by the best item at each step."""
        step, mask = self._root, 0
        items: list[int] = []
        path: list[int] = []
        while step is not _LAST:
            if step.node.slot.hidden:
                way = next((way for way in step.ways if self._fits(way[2], need)), None)
                value = way[1][0] if way else -1
            else:
                options = self._options(step, need)
                if not options:
                    return None
                item = best(options)
                mask |= 1 << item
                need &= ~(1 << item)
                items.append(item)
                way = self._way(step, item, need)
                value = self._value(step.node, item, way[1]) if way else -1
            if way is None:
                return None
            path.append(value)
            step = way[2]
        return Choice(mask, tuple(items), tuple(path)) if not need else None

    def _options(self, step: _Step, need: int) -> int:
        """The items from which some way holds all that is needed."""
        if not need or need & step.own:
            return need & step.own or step.own
        options = 0
        for items, _, child in step.ways:
            if self._fits(child, need):
                options |= items
        return options

    def _way(self, step: _Step, item: int, need: int) -> "_Edge | None":
        """The way that an item takes, if some way from there holds what is still needed."""
        identity = self._identity[item - self.base]
        if step.node.items is None:
            found = [step.ways[bisect_right(step.ways, cast(int, identity), key=_start) - 1]]
        else:
            found = [way for way in step.ways if way[0] >> item & 1]
        return next((way for way in found if self._fits(way[2], need)), None)

    def _value(self, node: Node, item: int, run: range) -> int:
        identity = self._identity[item - self.base]
        return next(v for v in run if node.items[v] == identity) if node.items is not None else cast(int, identity)

    def _fits(self, step: _Step, need: int) -> bool:
        """Whether some way from here holds all the items."""
        known = self._known(step, need)
        if known is not None:
            return known
        # An explicit stack, as a graph may be deep.
        tried = [(step, need, iter(step.ways))]
        while tried:
            step, need, ways = tried[-1]
            found: bool | None = False
            for ours, _, child in ways:
                if (need & ours).bit_count() < 2:
                    left = need & ~ours
                    found = self._known(child, left)
                    if found is None:
                        tried.append((child, left, iter(child.ways)))
                    if found is not False:
                        break
            if found:
                for step, need, _ in tried:
                    self._memo[step, need] = True
                return True
            if found is False:
                self._memo[step, need] = False
                tried.pop()
        return False

    def _known(self, step: _Step, need: int) -> bool | None:
        """The same, if it is known without a search."""
        if need & ~step.below:
            return False
        if not need & (need - 1):
            return True
        if len(self._memo) > 100_000:
            self._memo.clear()
        return self._memo.get((step, need))

    def sets(self, most: int, limit: int) -> list[Sets]:
        found: list[Sets] = [{(): self.mask}, *({} for _ in range(most))]
        if most:
            found[1] = {(item,): 0 for item in items_of(self.mask)}
            self._grow({self._root}, (), most, found, [limit])
        return found

    def _grow(
        self, starts: set[_Step], before: tuple[int, ...], most: int, found: list[Sets], limit: list[int]
    ) -> None:
        """Find the sets that hold `before`, which is met in this order and then one of the starts."""
        follow: dict[int, set[_Step]] = {}
        seen = set(starts)
        stack = list(starts)
        while stack:
            step = stack.pop()
            for items, _, child in step.ways:
                if child.below:
                    for item in items_of(items):
                        follow.setdefault(item, set()).add(child)
                    if child not in seen:
                        seen.add(child)
                        stack.append(child)
        size = len(before) + 1
        for item in sorted(follow):
            below = 0
            for child in follow[item]:
                below |= child.below
            together = (*before, item)
            limit[0] -= below.bit_count()
            if limit[0] < 0:
                raise TooManyCombinations
            self._note(together, below, found, len(found) - 1)
            if size < most:
                self._grow(follow[item], together, most, found, limit)

    @staticmethod
    def _note(together: tuple[int, ...], below: int, found: list[Sets], most: int) -> None:
        """These items can stand together, and with any one of those below."""
        size = len(together)
        key = tuple(sorted(together))
        found[size][key] = found[size].get(key, 0) | below
        if size == 1 == most:
            for last in items_of(below):
                found[1][last,] |= 1 << together[0]
            return
        for last in items_of(below):
            for left_out in range(size):
                other = tuple(sorted((*together[:left_out], *together[left_out + 1 :], last)))
                found[size][other] = found[size].get(other, 0) | 1 << together[left_out]
            if size < most:
                found[size + 1].setdefault(tuple(sorted((*together, last))), 0)

    def short(self, most: int) -> Iterator[Choice]:
        return self._short(self._root, most, 0, (), ())

    def _short(
        self, step: _Step, most: int, mask: int, items: tuple[int, ...], path: tuple[int, ...]
    ) -> Iterator[Choice]:
        if step is _LAST:
            yield Choice(mask, items, path)
        for _, run, child in step.ways:
            shown = not step.node.slot.hidden
            for value in run if child.fewest + shown <= most else ():
                if shown:
                    item = self._number[step.node.slot, step.node.identity(value)]
                    yield from self._short(child, most - 1, mask | 1 << item, (*items, item), (*path, value))
                else:
                    yield from self._short(child, most, mask, items, (*path, value))
