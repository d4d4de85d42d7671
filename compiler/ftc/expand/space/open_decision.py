"""Open decisions of a graph under construction: some of their ways are not known yet."""

from collections.abc import Iterator, Sequence

from ftc.expand.space.continuations import Continuation
from ftc.expand.space.nodes import Node, merged
from ftc.expand.space.ops import Slot, Token

State = tuple[Continuation | None, frozenset[Token], dict[Slot, int]]
"""What is still to be done, what is done, and what is picked."""

Successor = tuple[object, State]
"""A way to go on from a decision: what tells it from the others, and the state that it leads to."""

Place = tuple[dict[object, Node | None], object]
"""Where the node of a state is kept."""


class OpenDecision:
    """A decision some of whose successors are not known yet. `intervals` are its values, and the way that each takes.
    If it is `reduced`, the states that it leads to hold only what still matters."""

    __slots__ = ("found", "intervals", "items", "places", "reduced", "slot", "top", "way", "ways")

    def __init__(
        self, top: int, slot: Slot, ways: Iterator[Successor], stretches: Sequence[tuple[int, int, object]]
    ) -> None:
        self.top = top
        self.slot = slot
        self.ways = ways
        self.intervals = stretches
        self.reduced = False
        self.items: Sequence[object] | None = None
        self.places: list[Place] = []
        self.found: dict[object, Node | None] = {}
        self.way: object = None

    def node(self) -> Node | None:
        """The finished decision, once all of its ways are known."""
        found = self.found
        runs = merged((first, length, found.get(way)) for first, length, way in self.intervals)
        if not runs:
            return None
        node = Node(self.top, self.slot, runs)
        node.items = self.items
        return node
