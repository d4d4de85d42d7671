"""Fewer conversations, and in another order: a sample is uniform and without repeats, a shuffle is a permutation."""

import json
import tracemalloc
from collections import Counter
from collections.abc import Callable
from itertools import islice, pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from effort import examples
from ftc.emit.manifest import Manifest
from ftc.expand.random import Permutation, Stream, distinct
from strategies import Source, sources
from test_cli_harness import lines
from test_expand import accessible, key, planned, users, whole

pytest_plugins = ["test_cli_harness"]

CONSTRAINED = """\
let a in 1..100
let b in 1..1000
where (a * b) % 7 == 0
let c in 1..46
let d in 1..46
let e in 1..46
where (c * d + e) % 5 == 0
let f in 1..300
let g in 1..300
where f < g
let h in 1..50
fact sums
  user: {a} {b} {c} {d} {e} {f} {g} {h}
  assistant: ok
"""


# ── sample ────────────────────────────────────────────────────────────────────────────────────────


def test_a_sample_of_a_constrained_quadrillion() -> None:
    """A quadrillion under three conditions: nothing is made to be dropped."""
    everything = whole(CONSTRAINED).training
    sample = whole(f"{CONSTRAINED}  sample 2000 seed 7\n").training
    assert everything.count > 10**15
    drawn = [tuple(map(int, said.split())) for said in users(sample)]
    assert len({*drawn}) == len(drawn) == 2000
    for a, b, c, d, e, f, g, _ in drawn:
        assert a * b % 7 == 0 and (c * d + e) % 5 == 0 and f < g
    assert drawn == sorted(drawn)  # the order of the plan
    for at in (0, 2, 4):
        values = [row[at] for row in drawn]
        low, high = min(values), max(values)
        assert high - low > 0.9 * ({0: 100, 2: 46, 4: 46}[at] - 1)
    assert drawn != [tuple(map(int, u.split())) for u in users(whole(f"{CONSTRAINED}  sample 2000 seed 8\n").training)]


def test_every_set_is_drawn_as_often() -> None:
    """All pairs of seven: each 1000 times, five deviations either way."""
    drawn = Counter(tuple(distinct(Stream(seed, "x"), 2, 7)) for seed in range(21_000))
    assert len(drawn) == 21 and all(850 < times < 1150 for times in drawn.values())


def test_a_constrained_sample_is_uniform() -> None:
    """What a condition leaves is drawn as often, whether its first name has many partners or one."""
    text = "let a in 1..6\nlet b in 1..6\nwhere a < b\nfact f\n  user: {a}{b}\n  assistant: ok\n  sample 3 seed "
    drawn = Counter(said for seed in range(1500) for said in users(whole(f"{text}{seed}\n").training))
    assert len(drawn) == 15 and all(210 < times < 390 for times in drawn.values())  # 300 each


def test_a_sample_keeps_no_more_than_it_draws() -> None:
    names = "".join(f"let n{i} in 1..1000000\n" for i in range(6))
    text = f"{names}fact f\n  user: {' '.join(f'{{n{i}}}' for i in range(6))}\n  assistant: ok\n  sample 1000 seed 1\n"
    whole(text)
    tracemalloc.start()
    plan = whole(text)
    assert plan.training.count == 1000 and plan.training[999].messages
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3_000_000


# ── shuffle ───────────────────────────────────────────────────────────────────────────────────────


@examples(200, full=8000)
@given(st.integers(0, 2000), st.integers(0, 2**70))
def test_a_permutation(size: int, seed: int) -> None:
    order = Permutation(seed, "x", size)
    assert sorted(order.at(i) for i in range(size)) == [*range(size)]


@pytest.mark.parametrize("size", [2**16 + 1, 10**12, 2**63, 2**64 + 1, 10**30])
def test_a_permutation_of_any_size(size: int) -> None:
    order = Permutation(3, "x", size)
    found = [order.at(i) for i in (*range(3000), *range(size - 3000, size))]
    assert len({*found}) == 6000 and all(0 <= n < size for n in found)
    tenths = Counter(n * 10 // size for n in found)
    assert all(450 < tenths[tenth] < 750 for tenth in range(10))
    steps = Counter((after - before) % size * 10 // size for before, after in pairwise(found))
    assert all(450 < steps[tenth] < 750 for tenth in range(10))


def test_the_order_is_the_same_everywhere() -> None:
    """Written down, so that a change of it is seen: whoever shuffled data would get others for the same seed."""
    assert [Permutation(1, "shuffle", 10).at(i) for i in range(10)] == [2, 4, 0, 3, 1, 6, 7, 5, 8, 9]
    assert [Permutation(1, "shuffle", 10**12).at(i) for i in range(3)] == [754077741162, 824807255001, 507802293523]
    assert [Permutation(7, "shuffle", 10**24).at(i) for i in range(2)] == [
        612801408141824776832745,
        463242642705727614877510,
    ]


def test_small_orders_are_drawn_as_often() -> None:
    orders = Counter(tuple(Permutation(seed, "x", 4).at(i) for i in range(4)) for seed in range(7200))
    assert len(orders) == 24 and all(200 < times < 400 for times in orders.values())  # 300 each


@examples(30, full=2000)
@given(sources(), st.integers(0, 99))
def test_shuffled_conversations(source: Source, seed: int) -> None:
    plan, codes = planned(source.text)
    if codes:
        return
    shuffled = plan.training.shuffled(seed)
    everything = [*map(key, plan.training)]
    assert sorted(map(repr, map(key, shuffled))) == sorted(map(repr, everything))
    assert [*map(key, plan.training.shuffled(seed))] == [*map(key, shuffled)]
    accessible(shuffled, Random(seed))
    accessible(plan.training[3:40:2].shuffled(seed), Random(seed))
    again = shuffled[: len(everything) // 2].shuffled(seed + 1)
    assert {*map(repr, map(key, again))} <= {*map(repr, everything)}


def test_a_shuffled_trillion_streams() -> None:
    text = "let a in 1..1000000\nlet b in 1..1000000\nfact f\n  user: {a} {b}\n  assistant: ok\n"
    shuffled = whole(text).training.shuffled(5)
    assert shuffled.count == 10**12
    tracemalloc.start()
    said = [users([c])[0] for c in islice(shuffled, 2000)]  # type: ignore[arg-type]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len({*said}) == 2000 and peak < 2_000_000
    assert said[10:20] == users(shuffled[10:20])
    assert users(shuffled[-1:]) == users(shuffled[10**12 - 1 :])


# ── the command ───────────────────────────────────────────────────────────────────────────────────

SMALL_FILE = "let n in 1..40\ndialog d\n  user: What follows {n}?\n  assistant: {n + 1}\n  validation 20% by n\n"
LARGE_FILE = """\
let city in ["Paris", "Rome", "Oslo"]
let nights in 1..100_000
format booking
  user: {Book|Reserve} {nights} nights in {city}.
  assistant: ok
  turns 2

dialog small
  user: {city}
  assistant: ok
"""


def test_the_command_shuffles_the_training_lines(ftc: Callable[..., Any]) -> None:
    Path("s.ft").write_text(SMALL_FILE)
    ftc("compile", "s.ft")
    plain, held_out = lines("s.jsonl"), Path("s.validation.jsonl").read_bytes()
    assert ftc("compile", "s.ft", "--shuffle", 4).code == 0
    shuffled, written = lines("s.jsonl"), Path("s.jsonl").read_bytes()
    assert shuffled != plain and sorted(map(json.dumps, shuffled)) == sorted(map(json.dumps, plain))
    assert Path("s.validation.jsonl").read_bytes() == held_out
    assert Manifest.model_validate_json(Path("s.manifest.json").read_bytes()).shuffle == 4
    ftc("compile", "s.ft", "--shuffle", 4)
    assert Path("s.jsonl").read_bytes() == written
    ftc("compile", "s.ft", "--shuffle", 5)
    assert Path("s.jsonl").read_bytes() != written
    ftc("compile", "s.ft", "--shuffle", 4, "--limit", 5)
    assert lines("s.jsonl") == shuffled[:5]


def test_a_shuffled_line_is_traced(ftc: Callable[..., Any]) -> None:
    Path("s.ft").write_text(SMALL_FILE)
    ftc("compile", "s.ft", "--shuffle", 4)
    for number, line in enumerate(lines("s.jsonl")[:4], 1):
        traced = ftc("trace", f"s.jsonl:{number}")
        assert line["messages"][0]["content"] in traced.out and "W701" not in traced.err
    (first, *_) = lines("s.validation.jsonl")
    assert first["messages"][0]["content"] in ftc("trace", "s.validation.jsonl:1").out


def test_no_file_of_a_billion_lines_by_mistake(ftc: Callable[..., Any]) -> None:
    Path("large.ft").write_text(LARGE_FILE)
    before = {path.name for path in Path().iterdir()}
    refused = ftc("compile", "large.ft")
    assert refused.code == 1 and {path.name for path in Path().iterdir()} == before
    assert "error[E720]" in refused.err and " --> large.ft:3:8" in refused.err
    assert "`booking` makes 360,000,000,000 conversations" in refused.err
    assert "`{Book|Reserve}` (2 in each of 2 turns) × `nights` (100,000 in each of 2 turns) × `city`" in refused.err
    assert "sample 10000 seed 1 or cover pairs" in refused.err and "--limit" in refused.err
    assert ftc("compile", "large.ft", "--dry-run").code == 1
    assert ftc("count", "large.ft").code == 0


@pytest.mark.parametrize("way", [("--limit", 3), ("--limit", 3, "--shuffle", 1), ("-o", "/dev/null", "--limit", 2)])
def test_what_is_asked_for_is_written(ftc: Callable[..., Any], way: tuple[object, ...]) -> None:
    Path("large.ft").write_text(LARGE_FILE)
    assert ftc("compile", "large.ft", *way).code == 0


def test_a_thinned_block_is_written(ftc: Callable[..., Any]) -> None:
    Path("large.ft").write_text(LARGE_FILE.replace("  turns 2\n", "  turns 2\n  sample 20 seed 1\n"))
    assert ftc("compile", "large.ft").code == 0
    assert len(lines("large.jsonl")) == 23
