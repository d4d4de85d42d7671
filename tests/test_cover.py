"""`cover` covers: all that is feasible, nothing else, in as few conversations as are known, alike on every machine."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import combinations, product
from math import comb, prod
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from effort import examples
from ftc.compile import Compilation, compile
from ftc.expand.covering import MAX_COMBINATIONS
from ftc.expand.covering.cover import cover
from ftc.expand.covering.orthogonal import fewest, known
from ftc.expand.space.ops import Decide, Slot
from ftc.expand.space.space import Space
from ftc.loader import Loader

Row = tuple[int, ...]


def compiled(text: str) -> Compilation:
    return compile(["t.ft"], Loader(files={"t.ft": text.encode()}), data_checks=False)


def rows(text: str) -> list[list[str]]:
    """The words of every user message."""
    compilation = compiled(text)
    assert compilation.plan is not None, compilation.diagnostics
    return [(c.messages[0].content or "").split() for c in compilation.plan.training]


def model(sizes: Sequence[int], strength: int, wheres: Sequence[str] = ()) -> str:
    names = "".join(f"let n{at} in 1..{size}\n" for at, size in enumerate(sizes))
    conditions = "".join(f"where {where}\n" for where in wheres)
    holes = " ".join(f"{{n{at}}}" for at in range(len(sizes)))
    return f"{names}{conditions}\nfact f\n  user: {holes}\n  assistant: ok\n  cover {strength}\n"


def combined(found: Sequence[Row], strength: int) -> set[tuple[Row, Row]]:
    """Every combination of columns, with the values that occur there."""
    if not found:
        return set()
    size = min(strength, len(found[0]))
    places = [*combinations(range(len(found[0])), size)]
    return {(columns, tuple(row[at] for at in columns)) for row in found for columns in places}


def conditions(random: Random, sizes: Sequence[int]) -> Iterator[str]:
    """Conditions that are the same in Python."""
    for _ in range(random.randint(1, 4)):
        a, b, c = (f"n{random.randrange(len(sizes))}" for _ in range(3))
        x, y = random.randint(1, 4), random.randint(1, 4)
        yield random.choice(
            (
                f"{a} != {b} or {a} == {x}",
                f"{a} + {b} < {x + y + 1}",
                f"not ({a} == {x} and {b} == {y})",
                f"{a} == {x} or {b} != {c} or {c} > {y}",
                f"({a} + {b} + {c}) % 2 == {x % 2}",
                f"{a} <= {x}",
            )
        )


@pytest.mark.parametrize("seed", range(200))
def test_what_is_covered_is_what_is_feasible(seed: int) -> None:
    """Random small models under conditions, against every row that Python lets through."""
    random = Random(seed)
    sizes = [random.randint(1, 4) for _ in range(random.randint(2, 6))]
    strength = random.randint(1, 4)
    wheres = [*conditions(random, sizes)]
    feasible = [
        row
        for row in product(*(range(1, size + 1) for size in sizes))
        if all(eval(where, {f"n{at}": value for at, value in enumerate(row)}) for where in wheres)
    ]
    text = model(sizes, strength, wheres)
    if not feasible:
        assert "E401" in {each.code for each in compiled(text).diagnostics}
        return
    written = [tuple(map(int, row)) for row in rows(text)]
    assert {*written} <= {*feasible}
    assert combined(written, strength) == combined(feasible, strength)
    assert written == sorted({*written})


@pytest.mark.parametrize(
    ("sizes", "strength", "most"),
    [
        ([3] * 4, 2, 9),
        ([3] * 13, 2, 15),
        ([2] * 100, 2, 10),
        ([4] * 8 + [3] * 4, 2, 26),
        ([3] * 4, 3, 27),
        ([4] * 5, 3, 64),
        ([200] * 3, 2, 40_000),
        ([7, 3, 5, 2], 4, 210),
        ([5, 3, 900], 1, 900),
    ],
)
def test_sizes(sizes: list[int], strength: int, most: int) -> None:
    """As few as are known; `benchmarks/cover.py` has the models that take seconds."""
    found = rows(model(sizes, strength))
    assert len(found) <= most
    for columns in combinations(range(len(sizes)), strength):
        assert len({tuple(row[at] for at in columns) for row in found}) == prod(sizes[at] for at in columns)


@examples(60, full=2400)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=14), st.integers(1, 4))
def test_what_is_known_by_heart_covers(sizes: list[int], strength: int) -> None:
    found = known(sizes, strength)
    if found is None or found[0] > 3000:
        return
    count, numbers = found
    every = [*numbers]
    assert len(every) == count
    for columns in combinations(range(len(sizes)), min(strength, len(sizes))):
        seen = {tuple(row[at] for at in columns) for row in every}
        assert seen >= {*product(*(range(sizes[at]) for at in columns))}


def test_fewest_for_two_values() -> None:
    """What Kleitman and Spencer prove: so many columns, and not one more."""
    assert [fewest(k) for k in (2, 3, 4, 10, 11, 35, 36, 126, 127)] == [4, 4, 5, 6, 7, 8, 9, 10, 11]


PICT = """\
format f
  let a in 0..2
    ~ -1
  let b in 0..2
    ~ -1
  let c: {x|y}
  user: {a} {b} {c}
  assistant: ok
  invalid
    assistant: {Sorry|No}: {invalid}
  cover pairs
"""


def test_invalid_values_as_in_pict() -> None:
    """All pairs of valid values; each invalid value with each valid one of the others, and never with another invalid;
    no row for what the valid ones cover."""
    found = rows(PICT)
    valid = [row for row in found if "-1" not in row]
    pairs = {(columns, tuple(row[at] for at in columns)) for row in valid for columns in combinations(range(3), 2)}
    assert len(pairs) == 9 + 6 + 6
    assert all(row.count("-1") <= 1 for row in found)
    assert {(row[0], row[1]) for row in found if row[0] == "-1"} == {("-1", b) for b in "012"}
    assert {(row[1], row[2]) for row in found if row[1] == "-1"} == {("-1", c) for c in "xy"}
    assert len(valid) == 9
    # Three values of the other name, in two wordings of the answer each.
    assert len(found) - len(valid) == 2 * 3 * 2


def test_a_fault_alone_covers_all_of_it() -> None:
    """Where only the faults are thinned, no valid conversation stands in for them."""
    text = PICT.replace("  cover pairs\n", "    cover pairs\n")
    faults = [row for row in rows(text) if row[0] == "-1"]
    assert {(b, c) for _, b, c in faults} == {*product("012", "xy")}


def test_an_alternative_not_taken_meets_nothing() -> None:
    """Conversations of one decision, of two and of three, for pairs and for triples."""
    text = """\
let a in 1..3
let b in 1..2
fact f
  user: {none|{a}|{a} {b}}
  assistant: ok
  cover COUNT
"""
    assert [len(rows(text.replace("COUNT", str(count)))) for count in (1, 2, 3, 4)] == [4, 10, 10, 10]
    pairs = {tuple(row) for row in rows(text.replace("COUNT", "2"))}
    assert pairs == {("none",), *(tuple(a) for a in "123"), *product("123", "12")}


def test_too_many() -> None:
    over = model([1500] * 5, 4)
    assert comb(5, 4) * 1500**4 > MAX_COMBINATIONS
    assert [each.code for each in compiled(over).diagnostics] == ["E406"]
    assert [each.code for each in compiled(model([6000] * 2, 2)).diagnostics] == ["E406"]
    tied = model([6000, 6000, 2], 2, ["n0 > 0 or n1 > 0"])
    assert "E403" in {each.code for each in compiled(tied).diagnostics}


def test_tens_of_millions_of_combinations() -> None:
    """Fifty names of 101 values: 12 million pairs, known by heart and held nowhere."""
    ops = tuple(Decide(_slot(at), 101, None) for at in range(50))
    space = Space(ops, [])
    found = cover(space, 2)
    assert len(found) == 101**2
    for one, other in ((0, 1), (0, 49), (24, 25)):
        picks = map(space.at, found)
        assert len({(row[ops[one].slot], row[ops[other].slot]) for row in picks}) == 101**2


def _slot(at: int) -> Slot:
    return Slot(f"n{at}", f"n{at}", f"n{at}", True, lambda pick, picks: pytest.fail("only shown"))


def test_the_same_in_every_process() -> None:
    """Whatever the hash seed is."""
    text = model([4, 4, 3, 3, 2, 5], 2, ["n0 != n1", "n2 + n3 > 2"]) + "let m in 1..3\nlet k in m..m + 2\n"
    text = text.replace("{n0}", "{n0} {k} {a|b{c|d}}")
    script = (
        "from ftc.compile import compile; from ftc.loader import Loader; "
        f"c = compile(['t.ft'], Loader(files={{'t.ft': {text.encode()!r}}}), data_checks=False); "
        "print([x.messages[0].content for x in c.plan.training])"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", script], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    ]
    assert said[0] == said[1]
    assert len(said[0]) > 100
