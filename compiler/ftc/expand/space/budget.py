"""Limits on the work that conditions may cause before a file is refused."""

from collections.abc import Callable

from ftc.expand.space.ops import Condition

# Names that constrain each other may have this many combinations (grammar/README.md, Limits).
MAX_GROUP = 10_000_000
# With a running total, hardly any two neighbouring values lead to the same node: each is stored.
MAX_TALLIED = 2_500_000


class GroupTooLarge(Exception):
    """A `where` ties together more combinations than can be walked; `conditions` are those that tie them, `sizes` the
    number of values that conditions on one name leave of each."""

    def __init__(self, conditions: list[Condition], sizes: dict[str, int]) -> None:
        super().__init__("group too large")
        self.conditions = conditions
        self.sizes = sizes


class Budget:
    """The values and nodes that a component may still visit. A value of a decision counts once, however many conditions
    are checked for it, so that no more is counted than there are combinations."""

    __slots__ = ("_left", "_refusal")

    def __init__(self, most: int, refusal: Callable[[], GroupTooLarge]) -> None:
        self._left = most
        self._refusal = refusal

    def spend(self, visited: int) -> None:
        self._left -= visited
        if self._left < 0:
            raise self._refusal()

    def up_to(self, before: int, visited: int) -> int:
        """Visit values of a decision, `before` of which are already counted; returns the number counted now."""
        if visited > before:
            self.spend(visited - before)
        return max(before, visited)
