"""What names that constrain each other come to: each space is what trying every pick finds, in the same order."""

import operator
from collections.abc import Callable, Sequence
from itertools import pairwise, product
from random import Random
from typing import Any

import pytest

from ftc.expand.covering import TooManyCombinations
from ftc.expand.covering.cover import cover
from ftc.expand.space.all_different import AllDifferentNode
from ftc.expand.space.budget import GroupTooLarge
from ftc.expand.space.nodes import END, Node
from ftc.expand.space.ops import (
    Condition,
    Decide,
    Done,
    Meet,
    Operand,
    Ops,
    Relation,
    Settle,
    Slot,
    Token,
    slots_of,
)
from ftc.expand.space.space import Space
from ftc.source import SourceFile, Span

NOWHERE = Span(SourceFile("t.ft", ""), 0, 0)
COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "multiple of": lambda left, right: bool(right) and left % right == 0,
}  # fmt: skip


class Name:
    """A name with a value for each pick, as the bindings make one."""

    def __init__(self, name: str, values: Sequence[Any], branches: tuple[Ops, ...] | None = None) -> None:
        self.values = values
        self.slot = Slot(name, name, name, True, lambda pick, _: (str(values[pick]), NOWHERE))
        self.meet = Meet((Decide(self.slot, len(values), branches),))

    def key(self, values: "Sequence[Any] | None" = None) -> Operand:
        return Operand(self.slot, lambda: self.values if values is None else values)


def no_over(slot: Slot, picks: object) -> None:
    return None


def alone(name: Name, holds: Callable[[Any], bool]) -> Condition:
    """A condition on one name."""
    return Condition(
        frozenset((name.meet.token,)),
        frozenset((name.slot,)),
        lambda picks: holds(name.values[picks[name.slot]]),
        SOURCE,
        no_over,
    )


def compared(left: Name, sign: Any, right: Name, *tokens: Token, looked_up: bool = True) -> Condition:
    """A comparison of two names, as a relation or to be asked of every pair."""
    return Condition(
        frozenset((left.meet.token, right.meet.token, *tokens)),
        frozenset((left.slot, right.slot)),
        lambda picks: COMPARED[sign](left.values[picks[left.slot]], right.values[picks[right.slot]]),
        SOURCE,
        no_over,
        relation=Relation(sign, left.key(), right.key()) if looked_up else None,
    )


SOURCE: Any = object()


def shown(space: Space, names: Sequence[Name]) -> list[tuple[Any, ...]]:
    """The values of every element in order; None is a name that it does not pick."""
    found = [tuple(n.values[picks[n.slot]] if n.slot in picks else None for n in names) for picks in space]
    assert len(found) == space.count
    for rank in range(0, len(found), max(1, len(found) // 50)):
        picks = space.at(rank)
        assert tuple(n.values[picks[n.slot]] if n.slot in picks else None for n in names) == found[rank]
    return found


def tried(names: Sequence[Name], holds: Callable[..., bool]) -> list[tuple[Any, ...]]:
    return [values for values in product(*(n.values for n in names)) if holds(*values)]


def numbers(name: str, size: int) -> Name:
    return Name(name, range(1, size + 1))


# ── conditions on one name ────────────────────────────────────────────────────────────────────────


def test_what_is_left_of_each_name_is_counted() -> None:
    a, b = numbers("a", 4000), numbers("b", 4000)
    few = [alone(a, lambda v: v <= 3), alone(b, lambda v: v <= 3)]
    space = Space((a.meet, b.meet), [*few, compared(a, "!=", b, looked_up=False)])
    assert shown(space, [a, b]) == [(1, 2), (1, 3), (2, 1), (2, 3), (3, 1), (3, 2)]
    assert space.applied == {*few, *space.components[0].conditions}
    c = numbers("c", 4_000_000)
    with pytest.raises(GroupTooLarge) as raised:
        _ = Space((a.meet, c.meet), [few[0], compared(a, "<", c, looked_up=False)]).count
    assert raised.value.sizes == {"a": 3, "c": 4_000_000}


def test_a_later_condition_is_asked_of_what_is_left() -> None:
    a = numbers("a", 10)
    asked: list[int] = []

    def holds(value: int) -> bool:
        asked.append(value)
        return value > 3

    assert shown(Space((a.meet,), [alone(a, lambda v: v < 6), alone(a, holds)]), [a]) == [(4,), (5,)]
    assert asked == [1, 2, 3, 4, 5]


def test_a_condition_inside_of_a_branch() -> None:
    a, b = numbers("a", 6), numbers("b", 6)
    u = Name("u", range(1, 3), ((), (b.meet,)))
    conditions = [alone(b, lambda v: v % 2 == 0), compared(a, "==", b)]
    space = Space((u.meet, a.meet), conditions)
    assert shown(space, [u, a, b]) == [(1, v, None) for v in range(1, 7)] + [(2, v, v) for v in (2, 4, 6)]
    assert space.count == 9 and space.applied == set(conditions)
    # Where the name is not met, nothing is asked.
    u = numbers("u", 2)
    assert Space((u.meet, a.meet), conditions).count == 12
    assert not Space((u.meet, a.meet), conditions).applied


def test_a_condition_that_waits_for_something_else_is_not_asked_before() -> None:
    a, arm = numbers("a", 6), Token()
    u = Name("u", range(1, 3), ((), (Done(arm),)))
    holds = alone(a, lambda v: v > 4)
    armed = Condition(holds.tokens | {arm}, holds.slots, holds.holds, SOURCE, no_over)
    assert shown(Space((u.meet, a.meet), [armed]), [u, a]) == [(1, v) for v in range(1, 7)] + [(2, 5), (2, 6)]


# ── relations ─────────────────────────────────────────────────────────────────────────────────────


def texts(random: Random, size: int) -> list[str]:
    return [random.choice("abcd") for _ in range(size)]


@pytest.mark.parametrize("seed", range(60))
def test_a_relation_is_what_asking_is(seed: int) -> None:
    random = Random(seed)
    kinds: list[Callable[[int], Sequence[Any]]] = [
        lambda size: range(1, size + 1),
        lambda size: [random.randrange(4) for _ in range(size)],
        lambda size: sorted(random.randrange(9) for _ in range(size)),
        lambda size: [random.choice((-60, -6, -2, 1, 3, 12, 700)) for _ in range(size)],
    ]
    names = [Name(f"n{i}", random.choice(kinds)(random.randrange(1, 8))) for i in range(random.randrange(2, 5))]
    names[-1].values = list(names[-1].values)
    pairs = [random.sample(names, 2) for _ in range(random.randrange(1, 6))]
    signs: list[Any] = [random.choice(list(COMPARED)) for _ in pairs]
    filters = [alone(n, lambda v: v % 3 != seed % 3) for n in names if random.random() < 0.3]
    ops: Ops = tuple(n.meet for n in names)
    if random.random() < 0.4:
        branches = (tuple(n.meet for n in random.sample(names, 2)), (names[0].meet,))
        choice = Name("choice", range(1, 3), branches)
        ops = (choice.meet, *ops[: random.randrange(len(ops) + 1)])
        names.append(choice)

    def space(looked_up: Callable[[], bool]) -> Space:
        between = [
            compared(left, sign, right, looked_up=looked_up()) for (left, right), sign in zip(pairs, signs, strict=True)
        ]
        return Space(ops, [*filters, *between])

    plain = shown(space(lambda: False), names)
    assert shown(space(lambda: True), names) == plain
    assert shown(space(lambda: random.random() < 0.5), names) == plain


def test_what_has_no_hash_or_order_is_asked() -> None:
    a, b = Name("a", [[1], [2], [1]]), Name("b", [[1], [3]])
    assert shown(Space((a.meet, b.meet), [compared(a, "==", b)]), [a, b]) == [([1], [1]), ([1], [1])]
    mixed = Name("m", [1, "x", None])
    plain = compared(a, "!=", mixed)
    assert Space((a.meet, mixed.meet), [plain]).count == 9
    left = numbers("p", 3)
    less = compared(left, "<", mixed)
    failing = Condition(less.tokens, less.slots, lambda picks: True, SOURCE, no_over, relation=less.relation)
    assert Space((left.meet, mixed.meet), [failing]).count == 9
    nothing = Relation("==", Operand(a.slot, lambda: None), b.key())
    plain = compared(a, "==", b)
    assert Space((a.meet, b.meet), [Condition(*parts(plain), relation=nothing)]).count == 2


def parts(condition: Condition) -> tuple[Any, ...]:
    return condition.tokens, condition.slots, condition.holds, condition.source, condition.over


def nodes(space: Space) -> list[Node]:
    found: dict[Node, None] = {}
    stack = [c.root for c in space.components if c.root is not None]
    while stack:
        node = stack.pop()
        if node not in found and node is not END:
            found[node] = None
            stack += [child for _, _, child in node.runs]
    return list(found)


def test_tables_are_joined_by_a_column() -> None:
    random = Random(1)
    services = [f"service {i}" for i in range(20)]
    rows = [[random.choice(services) for _ in range(size)] for size in (760, 264, 659)]
    a, b, c = (Name(f"t{i}", each) for i, each in enumerate(rows))
    space = Space((a.meet, b.meet, c.meet), [compared(a, "==", b), compared(b, "==", c)])
    assert space.count == sum(rows[0].count(s) * rows[1].count(s) * rows[2].count(s) for s in services)
    assert len(nodes(space)) <= 41


@pytest.mark.parametrize(("sign", "count"), [("<", 199_990_000), ("!=", 399_980_000), ("==", 20_000)])
def test_many_values_are_compared_at_once(sign: Any, count: int) -> None:
    a, b = numbers("a", 20_000), numbers("b", 20_000)
    space = Space((a.meet, b.meet), [compared(a, sign, b)])
    assert space.count == count
    picks = space.at(count - 1)
    assert COMPARED[sign](picks[a.slot], picks[b.slot])


# ── all different ─────────────────────────────────────────────────────────────────────────────────


def all_of(names: Sequence[Name], *, looked_up: bool = True) -> list[Condition]:
    return [compared(a, "!=", b, looked_up=looked_up) for i, a in enumerate(names) for b in names[:i]]


@pytest.mark.parametrize("seed", range(30))
def test_all_different(seed: int) -> None:
    random = Random(seed)
    values = [random.randrange(random.choice((3, 6, 20))) for _ in range(random.randrange(1, 8))]
    names = [Name(f"n{i}", values) for i in range(random.randrange(2, 5))]
    ops = tuple(n.meet for n in names)
    less = [alone(n, lambda v: (v + seed) % 3 != 0) for n in names] if seed % 3 == 0 else []
    plain = Space(ops, [*less, *all_of(names, looked_up=False)])
    found = Space(ops, [*less, *all_of(names)])
    assert shown(found, names) == shown(plain, names)
    root, other = found.components[0].root, plain.components[0].root
    assert (root is None) == (other is None)
    if root is not None and other is not None:
        assert isinstance(root, AllDifferentNode)
        _same(root, other)
        for rank, value in enumerate(v for first, length, _ in root.runs for v in range(first, first + length)):
            before, child = root.follow(value)
            assert (before, child.count) == (other.follow(value)[0], other.follow(value)[1].count), rank
        assert list(cover(found, 2)) == list(cover(plain, 2))


def _same(node: Node, other: Node) -> None:
    """The nodes are the same, and so are all below."""
    assert node.count == other.count
    ways, others = [
        [(value, child) for first, length, child in each.runs for value in range(first, first + length)]
        for each in (node, other)
    ]
    assert [value for value, _ in ways] == [value for value, _ in others]
    for (_, child), (_, second) in zip(ways, others, strict=True):
        if child is not END:
            _same(child, second)


def test_hundreds_of_millions_are_counted_and_sampled() -> None:
    names = [numbers(f"n{i}", 760) for i in range(3)]
    space = Space(tuple(n.meet for n in names), all_of(names))
    assert space.count == 760 * 759 * 758
    random = Random(0)
    seen = {tuple(space.at(random.randrange(space.count)).values()) for _ in range(10_000)}
    assert all(len(set(picks)) == 3 for picks in seen)
    first = [tuple(picks.values()) for picks, _ in zip(space, range(1000), strict=False)]
    assert first[:2] == [(0, 1, 2), (0, 1, 3)] and first[758] == (0, 2, 1)


def test_a_cover_of_too_many_is_refused() -> None:
    names = [numbers(f"n{i}", 760) for i in range(3)]
    with pytest.raises(TooManyCombinations):
        cover(Space(tuple(n.meet for n in names), all_of(names)), 2)


# ── what is only settled ──────────────────────────────────────────────────────────────────────────


def settling(guard: Token | None, *names: Name) -> tuple[frozenset[Token], Ops]:
    return frozenset((guard,) if guard else ()), tuple(n.meet for n in names)


def test_a_conversation_stays_where_what_is_wanted_can_be_met() -> None:
    a, b = numbers("a", 5), Name("b", [2, 4, 4, 6])
    for looked_up in (True, False):
        space = Space((a.meet, Settle((settling(None, b),))), [compared(a, "==", b, looked_up=looked_up)])
        assert shown(space, [a, b]) == [(2, None), (4, None)]
        assert len(space.applied) == 1
    assert Space((a.meet, Settle((settling(None, b),))), []).count == 5
    none = Name("none", [])
    assert Space((a.meet, Settle((settling(None, none),))), []).count == 0
    assert b.slot not in slots_of((a.meet, Settle((settling(None, b),))))


def test_wants_are_met_together() -> None:
    """Each of two could be met alone; together they leave less."""
    a, b, c = numbers("a", 3), numbers("b", 2), numbers("c", 2)
    wants = Settle((settling(None, b), settling(None, c)))
    conditions = [compared(a, ">=", b), compared(a, ">=", c), compared(b, "!=", c)]
    assert shown(Space((a.meet, wants), conditions), [a]) == [(2,), (3,)]
    assert shown(Space((a.meet, wants), conditions[:2]), [a]) == [(1,), (2,), (3,)]


def test_a_want_is_guarded() -> None:
    a, b, arm = numbers("a", 4), numbers("b", 2), Token()
    u = Name("u", range(1, 3), ((), (Done(arm),)))
    space = Space((u.meet, a.meet, Settle((settling(arm, b),))), [compared(a, "==", b)])
    assert shown(space, [u, a, b]) == [(1, v, None) for v in range(1, 5)] + [(2, 1, None), (2, 2, None)]


def test_what_is_met_already_is_not_met_again() -> None:
    a, b = numbers("a", 3), numbers("b", 3)
    u = Name("u", range(1, 3), ((), (b.meet,)))
    more = alone(b, lambda v: v != 2)
    space = Space((u.meet, a.meet, Settle((settling(None, b),))), [compared(a, "==", b), more])
    assert shown(space, [u, a, b]) == [(1, 1, None), (1, 3, None), (2, 1, 1), (2, 3, 3)]


def test_wants_that_share_nothing_leave_the_plan_a_product() -> None:
    names = [numbers(f"n{i}", 100) for i in range(8)]
    wanted = [numbers(f"w{i}", 100) for i in range(8)]
    wants = Settle(tuple(settling(None, w) for w in wanted))
    conditions = [compared(n, "<", w, looked_up=False) for n, w in zip(names, wanted, strict=True)]
    space = Space((*(n.meet for n in names), wants), conditions)
    assert space.count == 99**8
    assert len([c for c in space.components if c.root is not END]) == 8


@pytest.mark.parametrize("seed", range(40))
def test_settling_is_searching(seed: int) -> None:
    random = Random(seed)
    names = [numbers(f"n{i}", random.randrange(1, 5)) for i in range(random.randrange(2, 4))]
    wanted = [numbers(f"w{i}", random.randrange(1, 4)) for i in range(random.randrange(1, 4))]
    everything = [*names, *wanted]
    pairs = [random.sample(everything, 2) for _ in range(random.randrange(1, 6))]
    signs: list[Any] = [random.choice(list(COMPARED)) for _ in pairs]
    between = [compared(a, sign, b, looked_up=random.random() < 0.5) for (a, b), sign in zip(pairs, signs, strict=True)]
    tests = [
        (everything.index(a), COMPARED[sign], everything.index(b)) for (a, b), sign in zip(pairs, signs, strict=True)
    ]
    passing = tried(everything, lambda *values: all(test(values[a], values[b]) for a, test, b in tests))
    wants = Settle(tuple(settling(None, w) for w in wanted))
    space = Space((*(n.meet for n in names), wants), between)
    assert shown(space, names) == sorted({values[: len(names)] for values in passing})


# ── as wide as a file likes ───────────────────────────────────────────────────────────────────────


def nested(depth: int) -> Meet:
    """A name that is made of another and so on, each with a choice of its own."""
    inner = numbers("n0", 2).meet
    for level in range(1, depth):
        inner = Meet((inner, Decide(numbers(f"n{level}", 2).slot, 2, None)))
    return inner


def test_wide_and_deep_ops() -> None:
    wide = [numbers(f"n{i}", 2) for i in range(4000)]
    all_shown = tuple(n.meet for n in wide)
    outer = Slot("outer", "outer", "outer", True, lambda pick, _: ("", NOWHERE))
    inside = Meet((Decide(outer, 2, (all_shown, all_shown[::-1])),))
    few = all_shown[:200]
    deep = nested(1500)
    ways: list[tuple[Ops, int]] = [
        (all_shown, 2**4000),
        ((inside,), 2**4001),
        ((Meet((Decide(outer, 2, (few, few[::-1])),)), *few), 2**201),
        ((deep,), 2**1500),
        ((Meet((Decide(outer, 1, ((deep,),)),)),), 2**1500),
    ]
    for ops, count in ways:
        space = Space(ops, [])
        assert space.count == count
        assert len(space.at(count // 3)) == count.bit_length() - 1 + (outer in space.at(0) and count == 2**1500)
        assert [len(picks) for picks, _ in zip(space, range(3), strict=False)]


def test_a_long_chain_of_conditions() -> None:
    """Time grows with the length of the chain, not with its square."""
    names = [numbers(f"n{i}", 3) for i in range(2000)]
    between = [compared(a, "!=", b, looked_up=i % 2 == 0) for i, (a, b) in enumerate(pairwise(names))]
    space = Space(tuple(n.meet for n in names), between)
    assert space.count == 3 * 2**1999
