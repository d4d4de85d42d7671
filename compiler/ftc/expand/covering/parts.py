"""What rows are assembled from: the independent parts of a space, as numbered items.

An item is a decision and what is picked; a set of items is one big integer, a bit an item. A part says which of its
items can stand together, and finds a choice of its own that holds given ones. It knows no coverage: whoever asks says
which item is best, by `Scores`.
"""

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from ftc.expand.random import Stream
from ftc.expand.space.nodes import Node

Sets = dict[tuple[int, ...], int]
"""Sets of items that can stand together (sorted), and for each the items of the same part that can join it."""

ItemName = tuple[str, object]
"""What an item is, in any space: the path of the decision, and what is picked."""


class Choice(NamedTuple):
    """One way to decide a part: its items, in the order they are met, and the values picked, hidden ones too."""

    mask: int
    items: tuple[int, ...]
    path: tuple[int, ...]


class Scores(Protocol):
    """What the next item is worth."""

    def best(self, options: int) -> int:
        """One of the best of the options, an item."""
        ...

    def push(self, item: int) -> None:
        """The item is taken: others are worth more now."""
        ...


class Part(Protocol):
    """Its items are the `size` from `base` on. `most` is the number of items in the longest choice, `fewest` in the
    shortest; `distinct` tells whether two choices always differ in items."""

    base: int
    size: int
    mask: int
    most: int
    fewest: int
    distinct: bool

    def names(self) -> Iterator[ItemName]:
        """What the items are, in order."""
        ...

    def slots(self) -> list[int]:
        """The items of each decision."""
        ...

    def fill(self, need: int, scores: Scores) -> Choice:
        """A choice that holds the items of `need`, and then, one after the other, the items that score best."""
        ...

    def near(self, choice: Choice, item: int, stream: Stream) -> Choice | None:
        """A choice that holds the item and differs little; None if there is none."""
        ...

    def sets(self, most: int, limit: int) -> list[Sets]:
        """The sets of 0 to `most` items that can stand together; raises `TooManyCombinations` beyond the limit."""
        ...

    def short(self, most: int) -> Iterator[Choice]:
        """The choices of at most `most` items."""
        ...


def items_of(mask: int) -> Iterator[int]:
    """The items of a set, in order."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def any_of(options: int, stream: Stream) -> int:
    """Any item of a set."""
    from_here = stream.below(options.bit_length())
    rest = options >> from_here
    return from_here + (rest & -rest).bit_length() - 1


class FreePart:
    """One decision that nothing else depends on."""

    most = fewest = 1
    distinct = True

    def __init__(self, base: int, node: Node) -> None:
        self.base = base
        self._slot = node.slot
        self.first, self.size, _ = node.runs[0]
        self.mask = ((1 << self.size) - 1) << base
        self._choices: dict[int, Choice] = {}

    def names(self) -> Iterator[ItemName]:
        return ((self._slot.path, value) for value in range(self.first, self.first + self.size))

    def slots(self) -> list[int]:
        return [self.mask]

    def choice(self, item: int) -> Choice:
        found = self._choices.get(item)
        if found is None:
            found = self._choices[item] = Choice(1 << item, (item,), (item - self.base + self.first,))
        return found

    def fill(self, need: int, scores: Scores) -> Choice:
        item = scores.best(need or self.mask)
        scores.push(item)
        return self.choice(item)

    def near(self, choice: Choice, item: int, stream: Stream) -> Choice:
        return self.choice(item)

    def sets(self, most: int, limit: int) -> list[Sets]:
        found: list[Sets] = [{(): self.mask}, *({} for _ in range(most))]
        if most:
            found[1] = {(self.base + value,): 0 for value in range(self.size)}
        return found

    def short(self, most: int) -> Iterator[Choice]:
        return map(self.choice, range(self.base, self.base + self.size)) if most else iter(())
