"""What is still to be done in a graph of decisions, and how much of what was done and picked can still matter to it."""

from collections.abc import Iterator

from ftc.expand.space.nodes import Node
from ftc.expand.space.ops import Condition, Op, Ops, Reach, Slot, Token
from ftc.expand.space.reach import reach_op
from ftc.expand.space.relations import Relations, Side

# Of each slot: whether its pick can still matter; and where it matters by its keys alone, the pick that stands for it.
Matter = dict[Slot, "tuple[bool, list[int] | None]"]

Ahead = tuple["Cont | None", frozenset[Token], list[Condition]]
"""What follows all that is done at once: the rest, what is done then, and the conditions that are asked by that."""


class Cont:
    """What is still to be done: an op, then the rest. Equal ones are one object.

    What all of it may come to is known in stretches: that of `reached` goes up to `jump`, the stretches double in
    length, so that neither asking nor adding an op takes longer for longer lists.
    """

    __slots__ = ("_jump", "_length", "_reached", "ahead", "memo", "op", "relevant", "rest", "top")

    def __init__(self, op: Op, top: int, rest: "Cont | None", reached: Reach) -> None:
        self.op = op
        self.top = top
        self.rest = rest
        self.memo: dict[object, Node | None] = {}
        self.relevant: dict[frozenset[Token], tuple[frozenset[Token], Matter]] = {}
        self.ahead: dict[frozenset[Token], Ahead] = {}
        self._length: int = 1 + rest._length if rest else 1
        self._jump, self._reached = rest, reached
        if rest and (behind := rest._jump) is not None:
            further = behind._jump
            if rest._length - behind._length == behind._length - (further._length if further else 0):
                self._jump = further
                parts = (reached, rest._reached, behind._reached)
                self._reached = (
                    frozenset().union(*[future for future, _ in parts]),
                    frozenset().union(*[reads for _, reads in parts]),
                )

    def _stretches(self) -> Iterator[Reach]:
        cont: Cont | None = self
        while cont:
            yield cont._reached
            cont = cont._jump

    def may_do(self, tokens: frozenset[Token]) -> bool:
        """Whether it may do all of the tokens."""
        return all(any(token in future for future, _ in self._stretches()) for token in tokens)

    def asked(self) -> Iterator[frozenset[object]]:
        """What it may ask for, in several sets."""
        return (reads for _, reads in self._stretches())

    def asks(self, thing: object) -> bool:
        """Whether it may ask for a slot or a token."""
        return any(thing in reads for _, reads in self._stretches())


class Conts:
    """The conts of a graph, and what of a state matters to each of them."""

    def __init__(self, conditions: list[Condition], required: frozenset[Token], relations: Relations) -> None:
        self._required = required
        self._relations = relations
        self.waiting: dict[Token, list[Condition]] = {}
        """The conditions by their tokens."""
        self._about: dict[Slot, list[Condition]] = {}
        for condition in conditions:
            for token in condition.tokens:
                self.waiting.setdefault(token, []).append(condition)
            for slot in condition.slots:
                self._about.setdefault(slot, []).append(condition)
        self._awaited = frozenset(self.waiting)
        self._found: dict[tuple[int, int, int], Cont] = {}
        self._reached: dict[int, Reach] = {}

    def push(self, ops: Ops, top: int, rest: Cont | None) -> Cont | None:
        """The ops, then the rest."""
        for op in reversed(ops):
            rest = self.before(op, top, rest)
        return rest

    def before(self, op: Op, top: int, rest: Cont | None) -> Cont:
        """The op, then the rest."""
        key = (id(op), top, id(rest))
        found = self._found.get(key)
        if found is None:
            if id(op) not in self._reached:
                self._reached[id(op)] = reach_op(op)
            found = self._found[key] = Cont(op, top, rest, self._reached[id(op)])
        return found

    def relevant(
        self, cont: Cont, done: frozenset[Token], picks: dict[Slot, int]
    ) -> tuple[frozenset[Token], dict[Slot, int]]:
        """The part of a state that can still matter: less of it means fewer nodes. A pick that matters only by what it
        is compared as gives way to the first that is the same."""
        known, matter = self._matter(cont, done)
        kept: dict[Slot, int] = {}
        for slot, pick in picks.items():
            if slot not in matter:
                matter[slot] = self._weigh(slot, cont, done)
            matters, firsts = matter[slot]
            if matters:
                kept[slot] = firsts[pick] if firsts else pick
        return known, kept

    def matters(self, slot: Slot, cont: Cont, done: frozenset[Token]) -> "tuple[bool, list[int] | None]":
        """Whether the pick of a slot can still matter, and where it does by its keys alone, what stands for each."""
        _, matter = self._matter(cont, done)
        if slot not in matter:
            matter[slot] = self._weigh(slot, cont, done)
        return matter[slot]

    def _matter(self, cont: Cont, done: frozenset[Token]) -> tuple[frozenset[Token], Matter]:
        found = cont.relevant.get(done)
        if found is None:
            known = (done & self._required).union(*[done & reads for reads in cont.asked()])
            unsure = (done - known) & self._awaited
            kept = [token for token in unsure if any(_is_open(each, cont, done) for each in self.waiting[token])]
            found = cont.relevant[done] = known.union(kept), {}
        return found

    def _weigh(self, slot: Slot, cont: Cont, done: frozenset[Token]) -> "tuple[bool, list[int] | None]":
        asked = cont.asks(slot)
        sides: dict[Side, None] = {}
        for condition in self._about.get(slot, ()):
            if not _is_open(condition, cont, done):
                continue
            pair = self._relations.pair(condition)
            if pair is None:
                asked = True
            elif slot in pair.slots:
                sides[pair.side(slot)] = None
        if asked or not sides:
            return asked, None
        return True, self._relations.firsts(tuple(sides))


def _is_open(condition: Condition, cont: Cont, done: frozenset[Token]) -> bool:
    """Whether a condition may still come to be asked."""
    missing = condition.tokens - done
    return bool(missing) and cont.may_do(missing)
