"""How far the decisions of a program have got: states, and what of a line each of them can still change.

Equal futures are one node of the space, so they are one state here, and one block of bytes (`blocks`). A program may
have ten thousand decisions in a row: a state keeps what sets it apart, and works the rest out where it is asked for.
"""

import math
from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate
from operator import itemgetter

from ftc.expand.space.nodes import END, Node
from ftc.expand.space.ops import Picks, Slot
from ftc.expand.space.space import Space
from ftc.lower.pieces import Branch, Piece, Row

Slots = frozenset[Slot]
Key = tuple[object, ...]
Known = dict[Slot, Sequence[int] | None]

Stretch = tuple[int, int, Node]
"""The first of some values in a row, how many they are, and what follows each."""

# Where fewer rows than these are alike under a value, its values are made column by column.
FEW_ALIKE = 128

Begun = tuple[tuple[int, Node], ...]
"""The components that are begun and not done, by number, each with the node it is at."""

# States that are remembered; one that is not is found anew.
MAX_STATES = 20_000


class State:
    """What is still to be decided: the place in the order of the space, and the node each component is at.

    `node` is the next decision, `rows` how many rows follow, `height` how many decisions at most.
    """

    def __init__(self, states: "States", top: int, begun: Begun, rows: int) -> None:
        self._states = states
        self.top, self.at, self.node, self.begun = states.next(top, begun)
        self.rows = rows

    def child(self, node: Node) -> "State":
        """The state after a decision that leads to `node`."""
        rows = self.rows // self.node.count * node.count
        top = self.top if node.top == self.top else self.top + 1
        return self._states.at(top, after(self.begun, self.at, node), rows)

    def is_uneven(self, stretches: Sequence[Stretch]) -> bool:
        """Whether few rows under some values of the decision are alike: they are made faster column by column."""
        _, _, node = stretches[0]
        rows = sum([length * node.count for _, length, node in stretches]) * (self.rows // self.node.count)
        kinds = sum([length for _, length, _ in stretches])
        if rows >= kinds * FEW_ALIKE:
            return False
        return self.node.slot in self.child(node).known or rows < len(stretches) * FEW_ALIKE

    @property
    def order(self) -> Sequence[int]:
        """The component of each decision, in order."""
        return self._states.order

    def root(self, component: int) -> Node:
        """Where a component begins."""
        return self._states.roots[component]

    @cached_property
    def height(self) -> int:
        """How many decisions may follow, this one included."""
        return self._states.height(self.top, self.begun)

    @cached_property
    def below(self) -> Slots:
        """The slots that may still be decided."""
        return self._states.below(self.top, self.begun)

    @cached_property
    def known(self) -> Known:
        """The earlier slots on which a text depends that depends on what is below: the block of the state is made for
        their picks; where only the kind of a choice matters, with the kind of each value."""
        return self._states.known(self.below)

    @cached_property
    def settled(self) -> Slots:
        """What is below or known."""
        return self._states.one(self.below.union(self.known))

    def key(self, picks: Picks) -> Key:
        """What its block depends on of the picks made before."""
        return tuple([picks.get(s) if k is None or s not in picks else k[picks[s]] for s, k in self.known.items()])


def after(begun: Begun, number: int, node: Node) -> Begun:
    """What is begun after a decision of a component."""
    others = [each for each in begun if each[0] != number]
    if node is not END:
        others.append((number, node))
        others.sort(key=itemgetter(0))
    return tuple(others)


class States:
    """The states of one program whose lines say `piece`."""

    def __init__(self, space: Space, piece: Piece) -> None:
        self.order = space.component_of
        self._piece = piece
        self.roots = [component.root or END for component in space.components]
        self._ahead = sorted([(root.top, number) for number, root in enumerate(self.roots) if root is not END])
        """The components by their first decisions: those from a place on are not begun there."""
        self._found: dict[tuple[int, Begun], State] = {}
        self._below: dict[Node, Slots] = {END: frozenset()}
        self._known: dict[Slots, Known] = {}
        self._interned: dict[Slots, Slots] = {}

    @cached_property
    def root(self) -> State:
        """Where nothing is decided."""
        return self.at(0, (), math.prod([root.count for root in self.roots]))

    def at(self, top: int, begun: Begun, rows: int) -> State:
        key = (top, begun)
        if key not in self._found:
            if len(self._found) == MAX_STATES:
                self._found.clear()
            self._found[key] = State(self, top, begun, rows)
        return self._found[key]

    def next(self, top: int, begun: Begun) -> tuple[int, int, Node, Begun]:
        """The next decision: its place, its component, and what is begun when it is made."""
        while top < len(self.order):
            number = self.order[top]
            node = next((node for at, node in begun if at == number), self.roots[number])
            if node.top == top:
                if not self._moot(node):
                    return top, number, node, begun
                node = node.runs[0][2]
                begun = after(begun, number, node)
                if node.top == top:
                    continue
            top += 1
        return top, -1, END, begun

    def _moot(self, node: Node) -> bool:
        """Whether there is nothing to decide, and nothing that asks what was: a name of one text, say."""
        return len(node.runs) == 1 and node.runs[0][1] == 1 and node.slot not in self._piece.slots

    def _left(self, top: int, begun: Begun) -> list[Node]:
        """The nodes of the components in which something is left to decide."""
        ahead = self._ahead[bisect_left(self._ahead, (top, -1)) :]
        started = {number for number, _ in begun}
        return [node for _, node in begun] + [self.roots[number] for _, number in ahead if number not in started]

    def height(self, top: int, begun: Begun) -> int:
        """How many decisions may follow, at most."""
        ahead = bisect_left(self._ahead, (top, -1))
        known = self._heights[ahead] + sum([len(self._under(node)) for _, node in begun])
        # What begins here, and is begun, is ahead no more.
        return known - sum([len(self._under(self.roots[n])) for n, _ in begun if self.roots[n].top >= top])

    @cached_property
    def _heights(self) -> list[int]:
        """How many decisions may be made in the components from one on, at most."""
        heights = [len(self._under(self.roots[number])) for _, number in reversed(self._ahead)]
        return list(accumulate(heights, initial=0))[::-1]

    def below(self, top: int, begun: Begun) -> Slots:
        """Every slot that may still be decided."""
        return self.one(frozenset().union(*[self._under(node) for node in self._left(top, begun)]))

    def _under(self, root: Node) -> Slots:
        if root.slots_ahead is not None:
            return self.one(frozenset(root.slots_ahead))
        stack = [root]
        while stack:
            node = stack[-1]
            if node in self._below:
                stack.pop()
                continue
            children = {child for _, _, child in node.runs}
            missing = [child for child in children if child not in self._below]
            if missing:
                stack += missing
                continue
            self._below[node] = self.one(frozenset((node.slot,)).union(*{self._below[child] for child in children}))
        return self._below[root]

    def one(self, slots: Slots) -> Slots:
        """The same set, as one object."""
        return self._interned.setdefault(slots, slots)

    def known(self, below: Slots) -> Known:
        """The earlier slots on which a text depends that depends on what is below."""
        if below not in self._known:
            found: Known = {}
            _mixed(self._piece, below, found)
            self._known[below] = found
        return self._known[below]


def _mixed(piece: Piece, below: Slots, found: Known) -> None:
    if piece.slots.isdisjoint(below) or (piece.slots <= below):
        return
    if isinstance(piece, Row):
        for part in piece.parts:
            _mixed(part, below, found)
    elif isinstance(piece, Branch):
        if piece.slot not in below:
            _note(piece.slot, piece.kinds, found)
        for option in {id(option): option for option in piece.options}.values():
            _mixed(option, below, found)
    else:
        for slot in piece.slots - below:
            _note(slot, None, found)


def _note(slot: Slot, kinds: Sequence[int] | None, found: Known) -> None:
    found[slot] = kinds if slot not in found or found[slot] is kinds else None
