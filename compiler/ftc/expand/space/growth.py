"""Building the graph of a component: decision by decision, each continuation once.

Open decisions are kept on an explicit stack, not in recursive calls, so a file may be of any width.
"""

from collections.abc import Iterator, Sequence

from ftc.expand.space.budget import Budget
from ftc.expand.space.continuations import Continuation, Continuations, UntilDecision
from ftc.expand.space.domains import Domains, passing
from ftc.expand.space.intervals import NONE, Intervals, all_of, of_values, where_true
from ftc.expand.space.nodes import END, Node, merged
from ftc.expand.space.open_decision import OpenDecision, Place, State, Successor
from ftc.expand.space.ops import Condition, Decide, Done, Dynamic, Meet, Op, Ops, Settle, Slot, Switch, Tally, Token
from ftc.expand.space.relations import Relations
from ftc.expressions.limits import size_of

# How deep looking ahead to the next decision may nest.
MAX_AHEAD = 20


class Growth:
    """Builds the nodes of a component. With `first`, only as far as one path to the end, to see whether one exists."""

    def __init__(
        self, conditions: list[Condition], required: frozenset[Token], domains: Domains, relations: Relations,
        budget: Budget, applied: set[Condition], *, first: bool = False,
    ) -> None:  # fmt: skip
        self._conditions = conditions
        self._required = required
        self._domains = domains
        self._relations = relations
        self._budget = budget
        self._applied = applied
        self._first = first
        self._tally: Tally | None = None if first else next((c.tally for c in conditions if c.tally), None)
        self._settled: Growth | None = None
        unary = {condition for conditions in domains.unary.values() for condition in conditions}
        self._continuations = Continuations([c for c in conditions if c not in unary], required, relations)
        self._inside: dict[Meet, Ops] = {}
        self._alike: dict[object, Node | None] = {}
        self._looking_ahead = 0

    def root(self, ops: list[tuple[int, Op]], done: frozenset[Token]) -> Node | None:
        """The node of the first decision in some ops; None if nothing is possible."""
        cont: Continuation | None = None
        for top, op in reversed(ops):
            cont = self._continuations.before(op, top, cont)
        return self._grown((cont, done, {}))

    def _grown(self, state: State) -> Node | None:
        """The node of a state; None is a dead end."""
        stack: list[OpenDecision] = []
        while True:
            found = self._advance(state, reduced=bool(stack) and stack[-1].reduced)
            if isinstance(found, OpenDecision):
                stack.append(found)
            elif stack:
                self._resolve(stack[-1], found)
            else:
                return found
            while (way := next(stack[-1].ways, None)) is None:
                last = stack.pop()
                node = last.node()
                for memo, key in last.places:
                    memo[key] = node
                if not stack:
                    return node
                self._resolve(stack[-1], node)
            stack[-1].way, state = way

    def _resolve(self, opened: OpenDecision, node: Node | None) -> None:
        opened.found[opened.way] = node
        if self._first and node is not None:
            opened.ways = iter(())

    def _advance(self, state: State, *, reduced: bool) -> "OpenDecision | Node | None":
        """Advance to the next decision, or to a state whose node is already known."""
        cont, done, picks = state
        places: list[Place] = []
        node: Node | None = None
        while True:
            if cont is None:
                node = END if self._required <= done else None
                break
            if reduced:
                reduced = False
            else:
                done, picks = self._continuations.relevant(cont, done, picks)
            key: object
            if len(picks) == 1:
                ((slot, pick),) = picks.items()
                key = (done, slot, pick)
            else:
                key = (done, frozenset(picks.items()))
            if key in cont.memo:
                node = cont.memo[key]
                break
            places.append((cont.memo, key))
            op = cont.op
            match op:
                case Meet():
                    cont = cont.rest if op.token in done else self._met(op, cont)
                    continue
                case Done():
                    due = self._due(op.token, done)
                    done |= {op.token}
                    cont = cont.rest
                    if all(condition.holds(picks) for condition in due):
                        continue
                case Settle():
                    cont = cont.rest
                    if self._settles(op, done, picks):
                        continue
                case _:
                    opened = self._open(op, cont, done, picks)
                    if isinstance(opened, OpenDecision):
                        opened.places = places
                        return opened
                    node = opened
            break
        for memo, key in places:
            memo[key] = node
        return node

    def _met(self, meet: Meet, cont: Continuation) -> Continuation | None:
        if meet not in self._inside:
            self._inside[meet] = (*meet.ops, Done(meet.token))
        return self._continuations.push(self._inside[meet], cont.top, cont.rest)

    def _due(self, token: Token, done: frozenset[Token]) -> list[Condition]:
        """The conditions that can be checked once a token is done."""
        if token in done:
            return []
        now = done | {token}
        due = [condition for condition in self._continuations.waiting.get(token, ()) if condition.tokens <= now]
        self._applied.update(due)
        return due

    def _settles(self, op: Settle, done: frozenset[Token], picks: dict[Slot, int]) -> bool:
        """Whether the goals can be reached."""
        ops = [each for guard, wanted in op.goals if guard <= done for each in wanted]
        if self._settled is None:
            self._settled = Growth(
                self._conditions, frozenset(), self._domains, self._relations, self._budget, self._applied, first=True
            )
        return self._settled._grown((self._settled._continuations.push(tuple(ops), 0, None), done, picks)) is not None

    # ── one decision ──────────────────────────────────────────────────────────────────────────────

    def _open(
        self, op: Decide | Dynamic | Switch, cont: Continuation, done: frozenset[Token], picks: dict[Slot, int]
    ) -> "OpenDecision | Node | None":
        """The decision with its ways to go on; its finished node if nothing else is left to decide, None if nothing is
        possible."""
        match op:
            case Switch():
                branch = op.branch(done, picks)
                rest = self._continuations.push(op.branches[branch], cont.top, cont.rest)
                ways = iter([(0, (rest, done, {**picks, op.slot: branch}))])
                return OpenDecision(cont.top, op.slot, ways, [(branch, 1, 0)])
            case Dynamic():
                items = op.items(picks)
                size = size_of(items)
                opened = self._choose(op.slot, size, all_of(size), cont, done, picks)
                if opened:
                    opened.items = items
                return opened
            case Decide():
                allowed = self._domains.allowed(op.slot, op.size)
                self._applied.update(self._domains.unary.get(op.slot, ()))
                if op.branches is not None:
                    return self._branch(op.slot, op.size, allowed, op.branches, cont, done, picks)
                return self._choose(op.slot, op.size, allowed, cont, done, picks)

    def _branch(
        self, slot: Slot, size: int, allowed: Intervals, branches: tuple[Ops, ...], cont: Continuation,
        done: frozenset[Token], picks: dict[Slot, int],
    ) -> OpenDecision:  # fmt: skip
        """A decision each of whose values leads to ops of its own."""
        self._budget.spend(size)
        tally = self._tally if self._tally and slot in self._tally.counted else None
        totals = tally.totals(slot, size, picks) if tally else []

        def ways() -> Iterator[Successor]:
            for value in allowed:
                now = {**picks, slot: value}
                if tally:
                    now[tally.total] = totals[value]
                yield value, (self._continuations.push(branches[value], cont.top, cont.rest), done, now)

        return OpenDecision(cont.top, slot, ways(), [(value, 1, value) for value in allowed])

    def _choose(
        self,
        slot: Slot,
        size: int,
        allowed: Intervals,
        cont: Continuation,
        done: frozenset[Token],
        picks: dict[Slot, int],
    ) -> "OpenDecision | Node | None":  # fmt: skip
        """A decision after which the same ops follow for every value. Conditions that are due at once are checked here,
        and values that no longer make a difference lead to one state."""
        rest, now, due = self._until_decision(cont, done)
        left, walked = self._passing(slot, size, allowed, picks, due)
        if not left.size:
            return None
        if self._tally is None:
            walked = self._budget.up_to(walked, len(left.runs))
        if rest is None:
            return Node(cont.top, slot, [(*run, END) for run in left.runs]) if self._required <= now else None
        tally = self._tally if self._tally and slot in self._tally.counted else None
        matters, firsts = self._continuations.matters(slot, rest, now)
        if tally and not self._continuations.matters(tally.total, rest, now)[0]:
            tally = None
        if not matters and tally is None:
            return OpenDecision(
                cont.top, slot, iter([(0, (rest, now, picks))]), [(first, length, 0) for first, length in left.runs]
            )
        self._budget.up_to(walked, left.size)
        # What else matters is the same for each of the ways.
        known, others = self._continuations.relevant(rest, now, picks)
        ways: Iterator[Successor]
        taken: Sequence[object]
        values = [firsts[value] for value in left] if firsts else list(left)
        if tally is None:
            if (following := self._next_nodes(slot, rest, known, others, values)) is not None:
                runs = merged((value, 1, following[way]) for value, way in zip(left, values, strict=True))
                return Node(cont.top, slot, runs) if runs else None
            taken = values
            ways = ((value, (rest, known, {**others, slot: value})) for value in dict.fromkeys(values))
        else:
            total = tally.total
            totals = tally.totals(slot, size, picks)
            if left.size < size:
                totals = [totals[value] for value in left]
            if not matters:
                taken = totals
                ways = ((each, (rest, known, {**others, total: each})) for each in sorted(set(totals)))
            else:
                taken = both = list(zip(values, totals, strict=True))
                ways = (
                    ((value, each), (rest, known, {**others, slot: value, total: each}))
                    for value, each in dict.fromkeys(both)
                )
        opened = OpenDecision(cont.top, slot, ways, [(v, 1, way) for v, way in zip(left, taken, strict=True)])
        opened.reduced = True
        return opened

    def _next_nodes(
        self, slot: Slot, cont: Continuation, done: frozenset[Token], others: dict[Slot, int], values: list[int]
    ) -> dict[int, Node | None] | None:
        """The nodes after the values of a slot, if the next decision is a plain one that depends on no other pick, and
        what follows depends on neither; otherwise None. There may be many values with few ways each: no decision is
        opened for any of them."""
        while isinstance(cont.op, Meet) and cont.op.token not in done:
            inside = self._met(cont.op, cont)
            assert inside is not None
            cont = inside
        op = cont.op
        if self._first or not isinstance(op, Decide) or op.branches is not None:
            return None
        kept_done, kept = self._continuations.relevant(cont, done, {**others, slot: values[0]})
        if kept.keys() != {slot}:
            return None
        rest, now, due = self._until_decision(cont, kept_done)
        end: Node | None = END if self._required <= now else None
        if rest is not None:
            now, left_over = self._continuations.relevant(rest, now, {**kept, op.slot: 0})
            if left_over or self._looking_ahead == MAX_AHEAD:
                return None
            self._looking_ahead += 1
            end = self._grown((rest, now, {}))
            self._looking_ahead -= 1
        allowed = self._domains.allowed(op.slot, op.size)
        self._applied.update(self._domains.unary.get(op.slot, ()))
        nodes: dict[int, Node | None] = {}
        for value in dict.fromkeys(values):
            key = (kept_done, slot, value)
            if key not in cont.memo:
                left, walked = self._passing(op.slot, op.size, allowed, {slot: value}, due)
                self._budget.up_to(walked, len(left.runs))
                cont.memo[key] = self._leading_to(cont.top, op.slot, left, end)
            nodes[value] = cont.memo[key]
        return nodes

    def _leading_to(self, top: int, slot: Slot, left: Intervals, end: Node | None) -> Node | None:
        """A decision all of whose values lead to one node; decisions with the same values left are one object."""
        key = (top, slot, tuple(left.runs), end)
        if key not in self._alike:
            self._alike[key] = Node(top, slot, [(*run, end) for run in left.runs]) if left.size and end else None
        return self._alike[key]

    def _until_decision(self, cont: Continuation, done: frozenset[Token]) -> UntilDecision:
        """What follows a decision up to the next one, and the conditions that are checked on the way."""
        if done not in cont.until_decision:
            cont.until_decision[done] = self._up_to_decision(cont.rest, done)
        return cont.until_decision[done]

    def _up_to_decision(self, cont: Continuation | None, done: frozenset[Token]) -> UntilDecision:
        due: list[Condition] = []
        while cont is not None:
            if isinstance(cont.op, Done):
                due += self._due(cont.op.token, done)
                done |= {cont.op.token}
            elif not (isinstance(cont.op, Meet) and cont.op.token in done):
                break
            cont = cont.rest
        return cont, done, due

    def _passing(
        self, slot: Slot, size: int, allowed: Intervals, picks: dict[Slot, int], due: list[Condition]
    ) -> tuple[Intervals, int]:
        """The values that meet the conditions that are due, and how many were visited. A later condition is
        checked only for values that met the earlier ones."""
        left, walked = allowed, 0
        others: list[Condition] = []
        for condition in due:
            pair = self._relations.pair(condition)
            if pair is not None and slot in pair.slots:
                found = pair.matching(slot, picks)
                left = found if left is allowed else left.intersection(found)
            else:
                others.append(condition)
        for condition in others:
            if not left.size:
                return NONE, walked
            if condition.tally and slot in condition.tally.counted:
                walked = self._budget.up_to(walked, size)
                totals = condition.tally.totals(slot, size, picks)
                holds = {total: condition.holds({condition.tally.total: total}) for total in set(totals)}
                answers = [holds[total] for total in totals]
                left = where_true(answers) if left.size == size else of_values([v for v in left if answers[v]])
            elif slot in condition.slots:
                walked = self._budget.up_to(walked, left.size)
                left = passing(condition, slot, size, left, picks)
            elif not condition.holds(picks):
                return NONE, walked
        return left, walked
