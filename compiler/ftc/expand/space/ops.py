"""What has to be decided to make a conversation, as a small program: the ops that texts and names become.

Ops stand in the order in which a conversation is read. `space` counts and ranks the picks that they allow.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from ftc.check.model import Constraint
from ftc.slotted import slotted
from ftc.source import Span

Picks = Mapping["Slot", int]


@dataclass(eq=False, slots=True)
class Slot:
    """One decision. `path` is its stable identity; `key` is the same without the number of the turn.

    `describe(pick, picks)` gives the text and the span of a pick; a `hidden` slot is a consequence of others,
    no choice.
    """

    path: str
    key: str
    name: str
    named: bool
    describe: Callable[[int, Picks], tuple[str, Span]] = field(repr=False)
    hidden: bool = False
    places: Callable[[int], Span] | None = field(default=None, repr=False)
    """Where the source writes each value, if it lists them one by one: one that is never picked was written for
    nothing."""
    written: Callable[[int], str] | None = field(default=None, repr=False)
    """How the source writes a pick, if that differs from its text: with all its alternatives."""
    said: Callable[[int, Picks], str] | None = field(default=None, repr=False)
    """What a pick says with the picks in it made, where `describe` gives it as the source writes it: a row; a value
    that is no text as the source would write it, where `describe` gives what its identity is made of."""
    row: Callable[[int], Span] | None = field(default=None, repr=False)
    """Where each row stands, if it picks one of a table."""


class Token:
    """Something that is done or not in a conversation: a name that is met, a turn that shows a fault, a case taken."""

    __slots__ = ()


@slotted
class Decide:
    """Pick one of `size` values; `branches`, if any, are the ops that each value leads to."""

    slot: Slot
    size: int
    branches: "tuple[Ops, ...] | None"


@slotted
class Dynamic:
    """Pick one of the values that earlier picks (of `reads`) allow."""

    slot: Slot
    items: Callable[[Picks], Sequence[object]]
    reads: frozenset[Slot]


@slotted
class Switch:
    """Go on with the branch that earlier picks (of `reads`) and what is `done` lead to; the branch is kept as
    a pick of `slot`."""

    slot: Slot
    branch: Callable[[frozenset[Token], Picks], int]
    reads: frozenset[Slot]
    watches: frozenset[Token]
    branches: "tuple[Ops, ...]"


class Meet:
    """Meet something made of `ops`: they are run unless the token is done, then it is done."""

    __slots__ = ("_slots", "ops", "reach", "token")

    def __init__(self, ops: "Ops", token: Token | None = None) -> None:
        self.ops: Final = ops
        self.token: Final = Token() if token is None else token
        self.reach: Reach | None = None
        """Kept here by `reach_op`."""
        self._slots: frozenset[Slot] | None = None

    @property
    def slots(self) -> frozenset[Slot]:
        """Every slot that meeting it may decide."""
        if self._slots is None:
            for meet in inner_first((self,), lambda meet: meet._slots is not None):
                meet._slots = slots_of(meet.ops)
        assert self._slots is not None
        return self._slots


@slotted
class Done:
    """From here on the token is done. `meet` is the `Meet` it belongs to, if its ops were inlined before this one."""

    token: Token
    meet: Meet | None = None


@slotted
class Settle:
    """The conversation stays only if the ops of those `goals` whose guards are done could be run, one after the other,
    with picks that pass every condition that applies then. These picks are not kept. It is the last op."""

    goals: "tuple[tuple[frozenset[Token], Ops], ...]"


# The tokens that ops may do, and the slots and tokens that they may read.
Reach = tuple[frozenset[Token], frozenset[object]]

Op = Decide | Dynamic | Switch | Meet | Done | Settle
Ops = tuple[Op, ...]


def inside(op: Op) -> tuple[Ops, ...]:
    """The op lists of which an op runs one or all, except those of what it meets."""
    match op:
        case Decide():
            return op.branches or ()
        case Switch():
            return op.branches
        case Settle():
            return tuple([ops for _, ops in op.goals])
    return ()


def spread(ops: Ops) -> Iterator[Op]:
    """The ops and everything in their branches, in order, but not what a `Meet` is made of."""
    if not any(inside(op) for op in ops):
        yield from ops
        return
    stack: list[Op] = list(reversed(ops))
    while stack:
        op = stack.pop()
        yield op
        for branch in reversed(inside(op)):
            stack += reversed(branch)


def inner_first(ops: Ops, known: Callable[[Meet], bool]) -> Iterator[Meet]:
    """Whatever the ops may meet that is not `known`, dependencies first; each is known by the time the next is yielded.
    Not recursive, so names may be made of each other to any depth."""
    stack = [op for op in spread(ops) if isinstance(op, Meet) and not known(op)]
    opened: set[Meet] = set()
    while stack:
        meet = stack[-1]
        if known(meet):
            stack.pop()
        elif meet in opened:
            stack.pop()
            yield meet
        else:
            opened.add(meet)
            stack += [op for op in spread(meet.ops) if isinstance(op, Meet) and not known(op)]


def slots_of(ops: Ops) -> frozenset[Slot]:
    """Every slot that the ops may decide; slots of `Settle` do not count."""
    found: set[Slot] = set()
    stack: list[Op] = list(ops)
    while stack:
        op = stack.pop()
        match op:
            case Meet():
                found |= op.slots
            case Done() | Settle():
                pass
            case _:
                found.add(op.slot)
                for branch in inside(op):
                    stack += branch
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Tally:
    """A running total of picks, modulo `modulus`: for conditions on many picks in which each only adds to a sum.

    The total stands among the picks as that of `total`, a slot that nothing decides. `weights(slot, size, picks)` is
    what each of the `size` values of a slot adds, for the slots that are `counted`.
    """

    total: Slot
    modulus: int
    counted: frozenset[Slot]
    weights: Callable[[Slot, int, Picks], Sequence[int]]

    def totals(self, slot: Slot, size: int, picks: Picks) -> list[int]:
        """The total after each of the values of a slot."""
        before, modulus = picks.get(self.total, 0), self.modulus
        return [(before + weight) % modulus for weight in self.weights(slot, size, picks)]


@dataclass(frozen=True, slots=True, eq=False)
class Operand:
    """One side of a comparison: its `values` for each pick of a slot, in order; None if one of them cannot be computed,
    and then the condition is like any other."""

    slot: Slot
    values: Callable[[], Sequence[object] | None]


Comparison = Literal["==", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True, eq=False)
class Relation:
    """A condition as a comparison of two picks of different slots: what matches is looked up in an index."""

    operator: Comparison | Literal["multiple of"]
    left: Operand
    right: Operand


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """A `where` between particular picks: it is checked as soon as all its tokens are done."""

    tokens: frozenset[Token]
    slots: frozenset[Slot]
    holds: Callable[[Picks], bool]
    source: Constraint | None
    """None if no line of the file is behind it: it expresses what `validation` holds out."""
    over: "Callable[[Slot, Picks], Iterable[bool] | None]"
    """Whether it holds for each value of a slot in turn, given the other picks: as `holds` answers, but much faster.
    None if only `holds` can tell."""
    tally: Tally | None = None
    """What the condition is about, if not particular picks."""
    relation: Relation | None = None
    """The same as `holds`, if each side of it depends on one pick."""
