"""How far the decisions of a program have got: states, and what of a line each of them can still change.

Equal futures are one node of the space, so they are one state here, and one block of bytes (`blocks`).
"""

from collections.abc import Sequence

from ftc.emit.lowering.pieces import Branch, Piece, Row
from ftc.expand.nodes import END, Node
from ftc.expand.ops import Picks, Slot
from ftc.expand.space import Space

Slots = frozenset[Slot]
Key = tuple[object, ...]
Known = dict[Slot, Sequence[int] | None]

# States that are remembered; one that is not is found anew.
MAX_STATES = 20_000


class State:
    """What is still to be decided: the place in the order of the space, and the node each component is at.

    `node` is the next decision, `rows` how many rows follow. `below` are the slots that may still be decided. A text
    with such a slot in it may depend on earlier picks too: they are `known`, and the block of the state is made for
    them; where only the kind of a choice matters, with the kind of each value. `settled` are both.
    """

    def __init__(self, states: "States", top: int, nodes: tuple[Node, ...]) -> None:
        order = states.space.component_of
        while top < len(order) and nodes[order[top]].top != top:
            top += 1
        self._states = states
        self._at = order[top] if top < len(order) else -1
        self._top = top
        self._nodes = nodes
        self.node = nodes[self._at] if top < len(order) else END
        self.rows = 1
        for node in nodes:
            self.rows *= node.count
        self.below = states.below(nodes)
        self.known = states.known(self.below)
        self.settled = states.one(self.below.union(self.known))

    def child(self, node: Node) -> "State":
        """The state after a decision that leads to `node`."""
        return self._states.at(self._top, (*self._nodes[: self._at], node, *self._nodes[self._at + 1 :]))

    def key(self, picks: Picks) -> Key:
        """What its block depends on of the picks made before."""
        return tuple([picks.get(s) if k is None or s not in picks else k[picks[s]] for s, k in self.known.items()])


class States:
    """The states of one program whose lines say `piece`."""

    def __init__(self, space: Space, piece: Piece) -> None:
        self.space = space
        self._piece = piece
        self._found: dict[tuple[int, tuple[Node, ...]], State] = {}
        self._below: dict[Node, Slots] = {END: frozenset()}
        self._known: dict[Slots, Known] = {}
        self._interned: dict[Slots, Slots] = {}

    @property
    def root(self) -> State:
        """Where nothing is decided."""
        return self.at(0, tuple(component.root or END for component in self.space.components))

    def at(self, top: int, nodes: tuple[Node, ...]) -> State:
        key = (top, nodes)
        if key not in self._found:
            if len(self._found) == MAX_STATES:
                self._found.clear()
            self._found[key] = State(self, top, nodes)
        return self._found[key]

    def below(self, nodes: tuple[Node, ...]) -> Slots:
        """Every slot that may still be decided."""
        return self.one(frozenset().union(*[self._under(node) for node in nodes]))

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
