"""Continuations: what is still to be done in a graph of decisions, and what of the past can still matter to it."""

from collections.abc import Iterator

from ftc.expand.space.nodes import Node
from ftc.expand.space.ops import Condition, Op, Ops, Reach, Slot, Token
from ftc.expand.space.reach import reach_op
from ftc.expand.space.relations import Relations, Side

# For each slot: whether its pick can still matter; and if only its keys matter, the pick that represents each.
Relevance = dict[Slot, "tuple[bool, list[int] | None]"]

UntilDecision = tuple["Continuation | None", frozenset[Token], list[Condition]]
"""What follows up to the next decision: the rest, what is done then, and the conditions that are checked on the way."""


class Continuation:
    """What is still to be done: an op, then the rest. Equal ones are one object.

    What all of it may come to is kept for segments of the list: that of `_reached` goes up to `_jump`, and segments
    double in length, so that neither a question nor one more op takes longer for longer lists (a skip list).
    """

    __slots__ = ("_jump", "_length", "_reached", "memo", "op", "relevant", "rest", "top", "until_decision")

    def __init__(self, op: Op, top: int, rest: "Continuation | None", reached: Reach) -> None:
        self.op = op
        self.top = top
        self.rest = rest
        self.memo: dict[object, Node | None] = {}
        self.relevant: dict[frozenset[Token], tuple[frozenset[Token], Relevance]] = {}
        self.until_decision: dict[frozenset[Token], UntilDecision] = {}
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

    def _segments(self) -> Iterator[Reach]:
        cont: Continuation | None = self
        while cont:
            yield cont._reached
            cont = cont._jump

    def may_do(self, tokens: frozenset[Token]) -> bool:
        """Whether it may do all of the tokens."""
        return all(any(token in future for future, _ in self._segments()) for token in tokens)

    def reads(self) -> Iterator[frozenset[object]]:
        """The slots and tokens that it may read, in several sets."""
        return (reads for _, reads in self._segments())

    def may_read(self, thing: object) -> bool:
        """Whether it may read a slot or a token."""
        return any(thing in reads for _, reads in self._segments())


class Continuations:
    """The continuations of a graph, and what of a state matters to each of them."""

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
        self._found: dict[tuple[int, int, int], Continuation] = {}
        self._reached: dict[int, Reach] = {}

    def push(self, ops: Ops, top: int, rest: Continuation | None) -> Continuation | None:
        """The ops, then the rest."""
        for op in reversed(ops):
            rest = self.before(op, top, rest)
        return rest

    def before(self, op: Op, top: int, rest: Continuation | None) -> Continuation:
        """The op, then the rest."""
        key = (id(op), top, id(rest))
        found = self._found.get(key)
        if found is None:
            if id(op) not in self._reached:
                self._reached[id(op)] = reach_op(op)
            found = self._found[key] = Continuation(op, top, rest, self._reached[id(op)])
        return found

    def relevant(
        self, cont: Continuation, done: frozenset[Token], picks: dict[Slot, int]
    ) -> tuple[frozenset[Token], dict[Slot, int]]:
        """The part of a state that can still matter: the less there is, the fewer the nodes. A pick of which only the
        comparison keys matter is replaced by the first with the same keys."""
        known, matter = self._matter(cont, done)
        kept: dict[Slot, int] = {}
        for slot, pick in picks.items():
            if slot not in matter:
                matter[slot] = self._weigh(slot, cont, done)
            matters, firsts = matter[slot]
            if matters:
                kept[slot] = firsts[pick] if firsts else pick
        return known, kept

    def matters(self, slot: Slot, cont: Continuation, done: frozenset[Token]) -> "tuple[bool, list[int] | None]":
        """Whether the pick of a slot can still matter, and if only by its keys, the pick that represents each."""
        _, matter = self._matter(cont, done)
        if slot not in matter:
            matter[slot] = self._weigh(slot, cont, done)
        return matter[slot]

    def _matter(self, cont: Continuation, done: frozenset[Token]) -> tuple[frozenset[Token], Relevance]:
        found = cont.relevant.get(done)
        if found is None:
            known = (done & self._required).union(*[done & reads for reads in cont.reads()])
            unsure = (done - known) & self._awaited
            kept = [token for token in unsure if any(_is_open(each, cont, done) for each in self.waiting[token])]
            found = cont.relevant[done] = known.union(kept), {}
        return found

    def _weigh(self, slot: Slot, cont: Continuation, done: frozenset[Token]) -> "tuple[bool, list[int] | None]":
        read = cont.may_read(slot)
        sides: dict[Side, None] = {}
        for condition in self._about.get(slot, ()):
            if not _is_open(condition, cont, done):
                continue
            pair = self._relations.pair(condition)
            if pair is None:
                read = True
            elif slot in pair.slots:
                sides[pair.side(slot)] = None
        if read or not sides:
            return read, None
        return True, self._relations.firsts(tuple(sides))


def _is_open(condition: Condition, cont: Continuation, done: frozenset[Token]) -> bool:
    """Whether a condition may still be checked."""
    missing = condition.tokens - done
    return bool(missing) and cont.may_do(missing)
