"""The expansion is right: what the plan holds is what `oracle` finds by playing every conversation.

`FTC_FULL=1` looks at many more random files.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product, zip_longest
from pathlib import Path
from random import Random
from textwrap import dedent

import pytest
from hypothesis import currently_in_test_context, given, note
from hypothesis import strategies as st

from effort import examples
from ftc.check import check
from ftc.check.model import Model
from ftc.diagnostics import Diagnostic, has_errors
from ftc.expand.bind.evaluated import Evaluated
from ftc.expand.conversation import Conversation
from ftc.expand.expand import expand
from ftc.expand.plan.plan import BlockPlan, Conversations, Plan
from ftc.expand.space.ops import Condition, Meet, Ops, Token, slots_of
from ftc.expand.space.reach import everything
from ftc.expand.space.space import Space, space_of
from ftc.loader import Loader
from ftc.quality import merged
from ftc.report.text import render
from ftc.slotted import replaced
from ftc.syntax import parse
from ftc.targets import TARGETS
from oracle import Oracle, Played, conversations
from strategies import Source, sources

CONFORMANCE = Path(__file__).parent / "conformance" / "expand"


# ── the two answers ───────────────────────────────────────────────────────────────────────────────


def checked(text: str, files: "dict[str, bytes] | None" = None) -> Model:
    loader = Loader(files={"t.ft": text.encode(), **(files or {})})
    source = loader.source("t.ft")
    assert not isinstance(source, Diagnostic)
    tree, found = parse(source)
    model, more = check([tree], loader)
    assert not has_errors([*found, *more]), render([*found, *more], color=False)
    return model


def planned(text: str, *, pairs: bool = False) -> tuple[Plan, list[str]]:
    """The plan, and the codes of the errors it was made with."""
    plan, found = expand(checked(text), merged, pairs=pairs)
    return plan, [d.code for d in found if has_errors([d])]


def whole(text: str) -> Plan:
    plan, codes = planned(text)
    assert not codes
    return plan


def shown(conversation: Conversation) -> tuple[object, ...]:
    """A conversation as the oracle gives it."""
    messages = tuple(
        (m.role, m.content, tuple((c.id, c.name, tuple(c.arguments.items())) for c in m.calls), m.call_id, m.trained)
        for m in conversation.messages
    )
    names = tuple(p.name if p.named else None for p in conversation.origin.picks)
    return messages, conversation.rejected, conversation.says, conversation.case, conversation.fault, names


def meant(played: Played) -> tuple[object, ...]:
    names = tuple(d.named for d in played.decisions)
    return played.messages, played.rejected, played.says, played.case, played.fault, names


def key(conversation: Conversation) -> tuple[object, ...]:
    """What tells a conversation from every other of its block; a line more in the file changes nothing of it."""
    picks = tuple((p.path, p.value, p.span.start) for p in conversation.origin.picks)
    return conversation.origin.span.start, repr(conversation.messages), picks


@dataclass
class Both:
    """A file, as the compiler and as the oracle understand it."""

    text: str
    pairs: bool = False

    @cached_property
    def model(self) -> Model:
        return checked(self.text)

    @cached_property
    def oracles(self) -> list[Oracle]:
        return [Oracle(self.model, block, pairs=self.pairs) for block in self.model.blocks]

    @cached_property
    def meant(self) -> list[list[Played]]:
        return [oracle.conversations() for oracle in self.oracles]

    @cached_property
    def expanded(self) -> tuple[Plan, list[str]]:
        plan, found = expand(checked(self.text), merged, pairs=self.pairs)
        return plan, [d.code for d in found if has_errors([d])]

    @property
    def never(self) -> bool:
        """Whether a `where` never applies."""
        model = self.model
        wheres = {*model.wheres, *(w for b in model.blocks for w in b.wheres)}
        wheres |= {w for b in model.blocks for t in b.turns for w in t.wheres}
        return bool(wheres - {w for oracle in self.oracles for w in oracle.asked})

    def agree(self) -> Plan:
        """The plan, once it is known to be right."""
        if currently_in_test_context():
            note(self.text)
        plan, codes = self.expanded
        empty = not all(self.meant)
        assert empty == bool({"E401", "E409"} & set(codes)), f"something is empty: {empty}, errors {codes}"
        if not empty:
            assert self.never or "E402" not in codes, codes
            # One about a rejected answer may wait for a target of pairs; and names without a value, or with an invalid
            # one in every conversation, are no reason to blame a condition on them.
            sure = not ("rejected" in self.text or "~" in self.text or any(oracle.empty for oracle in self.oracles))
            assert "E402" in codes or not (sure and self.never), "a `where` never applies"
        assert len(plan.blocks) == len(self.meant)
        for block, played in zip(plan.blocks, self.meant, strict=True):
            for at, (one, other) in enumerate(zip_longest(map(shown, block.training), map(meant, played))):
                assert one == other, f"{block.name} {at}:\ncompiler {one}\noracle   {other}"
        return plan

    @property
    def good(self) -> bool:
        return not self.expanded[1]


def accessible(sequence: Conversations, random: Random) -> None:
    """Counting, iteration and indexing tell of one sequence."""
    everything = list(sequence)
    count = len(everything)
    assert sequence.count == len(sequence) == count
    assert bool(sequence) == (count > 0)
    some = range(count) if count <= 40 else random.sample(range(count), 40)
    for i in some:
        assert sequence[i] == everything[i]
        assert sequence[i - count] == everything[i]
        assert (sequence[i].index, everything[i].index) == (i, i)
    for i in (count, -count - 1):
        with pytest.raises(IndexError):
            sequence[i]
    for _ in range(4):
        low, high = (random.choice([None, random.randint(-count - 2, count + 2)]) for _ in range(2))
        part = slice(low, high, random.choice([None, 1, 2, 3, -1, -2]))
        wanted = everything[part]
        cut = sequence[part]
        assert (cut.count, list(cut)) == (len(wanted), wanted)
        assert [cut[i] for i in range(-len(wanted), len(wanted))] == wanted * 2
        assert list(cut[1:]) == wanted[1:]


def value_of(formula: str) -> int:
    """The number that a formula stands for."""
    powers = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
    python = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda found: f"**{found[0].translate(powers)}", formula.replace(",", ""))
    assert re.fullmatch(r"[0-9 ()+*×]+", python), formula
    return int(eval(python.replace("×", "*"), {"__builtins__": {}}))


# ── random files ──────────────────────────────────────────────────────────────────────────────────


@examples(50, full=8000)
@given(sources())
def test_the_plan_is_what_the_oracle_plays(source: Source) -> None:
    Both(source.text).agree()


@examples(25, full=4800)
@given(sources(kinds=("format",), most=1))
def test_formats(source: Source) -> None:
    Both(source.text).agree()


@examples(25, full=3200)
@given(sources(budget=40))
def test_pairs(source: Source) -> None:
    Both(source.text, pairs=True).agree()


@examples(20, full=2000)
@given(sources(), st.randoms(use_true_random=False))
def test_every_way_to_read_it(source: Source, random: Random) -> None:
    note(source.text)
    plan, _ = planned(source.text)
    accessible(plan.training, random)
    for block in plan.blocks:
        accessible(block.training, random)
        if "…" not in block.formula:
            assert value_of(block.formula) == block.training.count


@examples(20, full=2000)
@given(sources())
def test_ids(source: Source) -> None:
    """They tell the conversations of a block apart, and do not change with what stands elsewhere."""
    note(source.text)
    plan, _ = planned(source.text)
    before = Source((*source.top, "fact other\n  user: {Hi|Hello}\n  assistant: Hi\n"), source.blocks)
    for block, again in zip(plan.blocks, planned(before.text)[0].blocks[1:], strict=True):
        ids = [c.id for c in block.training]
        assert len(ids) == len({*ids})
        assert ids == [c.id for c in again.training]
        assert all(each.startswith(f"{block.name}-") for each in ids)


# ── fewer and more ────────────────────────────────────────────────────────────────────────────────


def thinned(source: Source, line: str, block: int) -> BlockPlan:
    note(source.with_line(line, block).text)
    plan, codes = planned(source.with_line(line, block).text)
    assert not codes
    return plan.blocks[block]


def one_block(source: Source, data: st.DataObject) -> tuple[int, list[Conversation]]:
    """A block with conversations, and all of them."""
    plan, codes = planned(source.text)
    if codes:
        return 0, []
    at = data.draw(st.integers(0, len(plan.blocks) - 1))
    return at, list(plan.blocks[at].training)


@examples(20, full=1600)
@given(sources(), st.data())
def test_sample(source: Source, data: st.DataObject) -> None:
    at, everything = one_block(source, data)
    if not everything:
        return
    count = data.draw(st.integers(1, len(everything)))
    seed = data.draw(st.integers(0, 99))
    sample = thinned(source, f"sample {count} seed {seed}", at)
    drawn = [*map(key, sample.training)]
    keys = [*map(key, everything)]
    assert len(drawn) == len({*drawn}) == count
    assert [k for k in keys if k in {*drawn}] == drawn
    assert drawn == [*map(key, thinned(source, f"sample {count} seed {seed}", at).training)]
    accessible(sample.training, Random(seed))
    _, codes = planned(source.with_line(f"sample {len(everything) + 1} seed 1", at).text)
    assert codes == ["E408"]


def test_sample_is_uniform_and_the_seed_matters() -> None:
    text = "let n in 1..20\nfact a\n  user: {n}\n  assistant: ok\n  sample 5 seed "
    drawn = [[c.messages[0].content for c in whole(f"{text}{seed}\n").training] for seed in range(200)]
    times = [sum(str(n) in d for d in drawn) for n in range(1, 21)]
    assert len({*map(tuple, drawn)}) > 190
    assert sum(times) == 1000 and all(25 <= t <= 75 for t in times)  # 50 each, four deviations either way


@examples(10, full=800)
@given(sources(), st.data())
def test_repeat(source: Source, data: st.DataObject) -> None:
    at, everything = one_block(source, data)
    if not everything:
        return
    block = thinned(source, "repeat 3", at)
    assert [*map(key, block.training)] == [*map(key, everything)] * 3
    assert [*map(key, block.once)] == [*map(key, everything)]
    accessible(block.training, Random(0))


@examples(20, full=1600)
@given(sources(), st.data())
def test_validation(source: Source, data: st.DataObject) -> None:
    at, everything = one_block(source, data)
    if not everything:
        return
    percent = data.draw(st.sampled_from((1, 10, 50, 90)))
    block = thinned(source, f"validation {percent}%", at)
    training, validation = [*map(key, block.training)], [*map(key, block.validation)]
    keys = [*map(key, everything)]
    assert [k for k in keys if k in {*training}] == training
    assert [k for k in keys if k in {*validation}] == validation
    assert {*training}.isdisjoint(validation) and len(training) + len(validation) == len(keys)
    accessible(block.training, Random(percent))
    accessible(block.validation, Random(percent))
    again = thinned(source, f"validation {percent}%", at)
    assert [c.id for c in again.validation] == [c.id for c in block.validation]
    if block.kind == "fact":
        assert {k[0] for k in keys} == {k[0] for k in training}  # each exchange keeps a wording
        wordings = [{(k[0], head(c)) for k, c in zip(map(key, half), half, strict=True)}
                    for half in (block.training, block.validation)]  # fmt: skip
        assert wordings[0].isdisjoint(wordings[1])
        return
    sides: dict[object, set[bool]] = defaultdict(set)
    for conversation, played in zip(everything, Both(source.text).meant[at], strict=True):
        named = tuple((d.path, repr(d.value)) for d in played.decisions if d.named)
        sides[named].add(key(conversation) in {*training})
    assert all(len(side) == 1 for side in sides.values())


def head(conversation: Conversation) -> str:
    return "\n".join(m.content or "" for m in conversation.messages if m.role == "user")


@pytest.mark.parametrize("by", ["n", "t", "other", "a"])
def test_validation_by(by: str) -> None:
    """The values of a name are held out whole, and roughly as many of them as were asked for."""
    text = f"""\
let n in 1..60
let other in n
table t
  | x | y |
{"".join(f"  | x{i} | y{i} |" + chr(10) for i in range(60))}
let a:
{"".join(f"  | a{i} {{quick|slow}}" + chr(10) for i in range(60))}
format f
  user: {{{"t.x" if by == "t" else by}}} {{please|now}}
  assistant: ok
  validation 30% by {by}
"""
    plan = whole(text)
    halves = [{(c.messages[0].content or "").split()[0] for c in half} for half in (plan.training, plan.validation)]
    assert halves[0].isdisjoint(halves[1])
    assert len(halves[0] | halves[1]) == 60
    assert 5 <= len(halves[1]) <= 35


@examples(40, full=4000)
@given(sources(budget=60), st.data())
def test_cover(source: Source, data: st.DataObject) -> None:
    """Every combination of picks that some conversation has is covered, and no other is written."""
    at, everything = one_block(source, data)
    if not everything:
        return
    strength = data.draw(st.integers(1, 4))
    played = Both(source.text).meant[at]
    word = ("", "each", "pairs", "triples", "4")[strength]
    line = data.draw(st.sampled_from((f"cover {strength}", f"cover {word}")))
    block = thinned(source, line, at)
    number = {key(c): i for i, c in enumerate(everything)}
    rows = [number[key(c)] for c in block.training]
    assert len(rows) == len({*rows}) and rows == sorted(rows)
    # What stands in valid conversations is theirs to cover.
    valid = {(d.path, repr(d.value)) for p in played if p.fault is None for d in p.decisions}
    wanted = {c for p in played for c in together(p, strength) if p.fault is None or not c <= valid}
    covered = set().union(*(together(played[i], strength) for i in rows))
    assert wanted <= covered
    accessible(block.training, Random(strength))


def together(played: Played, strength: int) -> set[frozenset[object]]:
    items = [(d.path, repr(d.value)) for d in played.decisions]
    return {*map(frozenset, combinations(items, min(strength, len(items))))}


def test_cover_is_small() -> None:
    """Ten names of three values: 3^10 conversations, of which pairs need some twenty, not hundreds."""
    names = "".join(f"let n{i} in 1..3\n" for i in range(10))
    holes = " ".join(f"{{n{i}}}" for i in range(10))
    sizes = [whole(f"{names}fact a\n  user: {holes}\n  assistant: ok\n  cover {t}\n").training.count for t in (1, 2, 3)]
    assert sizes[0] == 3
    assert 9 <= sizes[1] <= 25
    assert 27 <= sizes[2] <= 110


def test_faults_are_thinned_alone() -> None:
    text = """\
format f
  let a in 1..4
    ~ x
    ~ y
    ~ z
  let b in 1..5
  user: {a} {b}
  assistant: ok
  invalid
    assistant: no {invalid}
    LINE
"""
    plain = [*map(key, whole(text.replace("    LINE\n", "")).training)]
    assert len(plain) == 4 * 5 + 3 * 5
    sampled = [*map(key, whole(text.replace("LINE", "sample 4 seed 1")).training)]
    assert sampled[:20] == plain[:20] and len(sampled) == 24 and {*sampled} <= {*plain}
    covered = whole(text.replace("LINE", "cover each")).training
    assert [*map(key, covered)][:20] == plain[:20]
    assert 3 <= covered.count - 20 <= 5
    faults = [(c.messages[0].content or "").split() for c in covered[20:]]
    assert {a for a, _ in faults} == {"x", "y", "z"} and {b for _, b in faults} == set("12345")


# ── size ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_quadrillion_at_once() -> None:
    names = "".join(f"let n{i:02d} in 0..9\n" for i in range(15))
    holes = "".join(f"{{n{i:02d}}}" for i in range(15))
    training = whole(f"{names}fact a\n  user: {holes}\n  assistant: {{n00}}\n").training
    assert training.count == len(training) == 10**15
    random = Random(0)
    for _ in range(200):
        i = random.randrange(10**15)
        assert training[i].messages[0].content == f"{i:015d}"
        assert training[i - 10**15].messages[1].content == f"{i:015d}"[0]
    middle = training[5 * 10**14 :: 10**14]
    assert [c.messages[0].content for c in middle] == [f"{i}00000000000000" for i in range(5, 10)]
    large = whole(f"{names}fact a\n  user: {holes}\n  assistant: {holes.replace('n', 'm')}\n".replace(
        "fact", "".join(f"let m{i:02d} in 0..9\n" for i in range(15)) + "fact")).training  # fmt: skip
    assert large.count == 10**30
    with pytest.raises(OverflowError):
        len(large)
    assert large[10**30 - 2].messages[1].content == "9" * 14 + "8"
    assert large[-1] == large[10**30 - 1]


def test_long_formats_are_counted() -> None:
    """(2 + 3)^40 conversations of forty turns; the digits of a number in base five are the turns it is made of."""
    cases = "\n  case a\n    user: {x|y}\n    assistant: A\n\n  case b\n    user: {p|q|r}\n    assistant: B\n"
    training = whole(f"format f\n{cases}  turns 40\n").training
    assert training.count == 5**40
    for i in (0, 1, 5**40 - 1, 123456789012345678901234567 % 5**40):
        digits = [i // 5 ** (39 - turn) % 5 for turn in range(40)]
        users = [m.content for m in training[i].messages if m.role == "user"]
        assert users == ["xypqr"[d] for d in digits]


@pytest.mark.parametrize(
    "text",
    [
        "let a in 1..4000\nlet b in 1..4000 where a * b > 9\nfact f\n  user: {a} {b}\n  assistant: ok\n",
        "let a in 1..300\nlet b in 1..300\nlet c in 1..300\nwhere a + b != 7\nwhere b + c != 7\n"
        "fact f\n  user: {a} {b} {c}\n  assistant: ok\n",
    ],
)
def test_too_many_under_a_condition(text: str) -> None:
    assert planned(text)[1] == ["E403"]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        # The pairs of 4,000 in order; of 300, any first, and then any but the one before, twice.
        ("let a in 1..4000\nlet b in 1..4000 where a < b\nfact f\n  user: {a} {b}\n  assistant: ok\n", 7_998_000),
        (
            "let a in 1..300\nlet b in 1..300\nlet c in 1..300\nwhere a != b\nwhere b != c\n"
            "fact f\n  user: {a} {b} {c}\n  assistant: ok\n",
            300 * 299 * 299,
        ),
    ],
)
def test_comparisons_are_looked_up(text: str, count: int) -> None:
    plan, codes = planned(text)
    assert not codes
    assert plan.training.count == count


def test_conditions_between_few_are_no_matter_how_many_else() -> None:
    """Names that no condition ties keep the plan a product."""
    names = "".join(f"let n{i} in 1..100\n" for i in range(10))
    holes = " ".join(f"{{n{i}}}" for i in range(10))
    plan = whole(f"{names}where n0 < n9\nfact f\n  user: {holes}\n  assistant: ok\n")
    assert plan.training.count == 100 * 99 // 2 * 100**8
    first, last = plan.training[0], plan.training[-1]
    assert first.messages[0].content == "1 1 1 1 1 1 1 1 1 2"
    assert last.messages[0].content == "99 100 100 100 100 100 100 100 100 100"


# ── one thing at a time ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "names",
    [
        "  let a in 1..9\n  let b in 1..9\n  where (a + b) % 7 != 3",
        "  let a in 1..9\n  let b in 1..9\n  where sum([x for x in [a, b]]) % 7 != 3",
        "  let a:\n    | x\n    | y\n  let b:\n    | y\n    | z\n    | {x|y}\n  where a != b",
        "  let c:\n    | x\n    | y\n  let a in c\n  let b in c\n  where a != b",
        "  table t\n    | l | r |\n    | x | y |\n    | y | y |\n  let a = t.l\n  let b in 1..2\n  where a < t.r",
        '  table t from "t.jsonl"\n  let a = t.x\n  let b in 1..3\n  where a if b == 2 else t.y',
        '  table t from "t.jsonl"\n  let c in t\n  let a = str(c.x)\n  let b in 1..3\n  where len(a) == b',
        "  let a in 1..5\n  let b in 1..5\n  let c = a * b\n  where c < 9 and c != b",
        "  let a in 1..5\n  let b in 1..5\n  where 6 // (a - b) > 1",
    ],
)
def test_a_condition_says_of_many_values_what_it_says_of_each(names: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"format f\n{names}\n  user: {{a}} {{b}}\n  assistant: yes\n"
    files = {"t.jsonl": b'{"x": 1, "y": 0}\n{"x": "", "y": "z"}\n{"x": "word", "y": true}\n'}

    def found() -> tuple[list[str], list[str]]:
        plan, diagnostics = expand(checked(text, files), merged)
        return [d.code for d in diagnostics], users(plan.training)

    many = found()
    monkeypatch.setattr(Evaluated, "over", lambda *_: None)
    assert many == found()


def users(conversations: Conversations) -> list[str]:
    """What the user says in each, the turns between bars."""
    return [" | ".join(m.content or "" for m in c.messages if m.role == "user") for c in conversations]


def test_faults_come_in_the_order_of_first_meeting() -> None:
    """`a` is met before the `b` that one of its texts is made of, though `b` is declared first."""
    text = """\
format f
  let b:
    | b1
    ~ b0
  let a:
    | {b} a1
    ~ a0
  user: {a}
  assistant: ok
  invalid
    assistant: no {invalid.name}
  turns 2
"""
    plan = Both(text).agree()
    assert users(plan.training) == [
        "b1 a1 | b1 a1", "a0 | b1 a1", "b0 a1 | b1 a1", "b1 a1 | a0", "b1 a1 | b0 a1",
    ]  # fmt: skip
    assert [c.fault for c in plan.training] == [None, "a", "b", "a", "b"]


def test_an_invalid_row_is_shown_for_its_columns() -> None:
    text = """\
table t
  | c | d |
  | p | q |
format f
  let x in t
    ~ bad
  user: {x.c} {x.d}
  assistant: ok
  invalid
    assistant: {invalid.name} {invalid}
"""
    plan = Both(text).agree()
    assert users(plan.training) == ["p q", "bad bad"]
    assert plan.training[1].messages[1].content == "x bad"


def test_a_fault_leaves_the_conditions_of_other_names() -> None:
    text = """\
format f
  let b:
    | b1
    ~ b0
  let a:
    | {b} x
    | y
  where a != "y"
  user: {a} {b}
  assistant: ok
  invalid
    assistant: no {invalid}
"""
    assert users(Both(text).agree().training) == ["b1 x b1", "b0 x b0"]


@pytest.mark.parametrize(
    "text",
    [
        "fact a\n  user:\n    Hello.\n  assistant: x\n\n  user:\n    Bye.\n  assistant: y\n",
        "fact a\n  user:\n    | {Hi|Ho}\n  assistant: x\n\n  user:\n    | {Hi|Ho}!\n  assistant: y\n",
        "format a\n  user: Hello.\n  assistant: x\n  turns 1..3\n",
        "format a\n  case b\n    user: Hi\n    assistant: x\n  case c\n    user: Hi\n    assistant: x\n  turns 1..2\n",
        'let b:\n  | x\nlet c:\n  | x\nfact a\n  user: {{b}|{c}|{["x"]}}\n  assistant: x\n',
    ],
)
def test_ids_tell_apart_what_looks_alike(text: str) -> None:
    ids = [c.id for c in whole(text).training]
    assert len(ids) == len({*ids}) > 1


def test_says_takes_every_reading() -> None:
    text = """\
let a:
  | p {q|r}
  | s
fact f
  user: {a}
  assistant: ok
  says:
    | {a {b|c}|d}
    | {a}!
    | {other}
let other in 1..2
"""
    plan = Both(text).agree()
    assert [c.says for c in plan.training] == [(("a b", "a c", "d"), (f"{a}!",)) for a in ("p q", "p r", "s")]


def test_cover_means_values_not_places() -> None:
    """`n` depends on `m`: its values are 1 to 4, whichever place each has in its range."""
    text = "let m in 1..3\nlet n in m..m + 1\nfact f\n  user: {m} {n}\n  assistant: ok\n  cover each\n"
    assert {u.split()[1] for u in users(whole(text).training)} == {"1", "2", "3", "4"}


def contents(ops: Ops) -> list[tuple[object, ...]]:
    """Every op that the ops may come to, each with what it holds: ops are compared by identity."""
    return [
        (op, getattr(op, "ops", None), getattr(op, "branches", None), getattr(op, "goals", None))
        for op in everything(ops)
    ]


def test_a_space_leaves_its_ops_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where it leaves something out: `a` is met before what is made of it. The spaces are of the whole block, of
    both parts of it, and of what the search for the share tries."""
    text = """
        let a in ["x", "y"]
        let b = a + "!"
        let c:
          | one {b} {a}
          | two
        where b != "y!" or c != "two"
        fact f
          validation 50% by a
          user: {a} {one {b}|two {c}}
          assistant: Yes.
        """
    seen = 0

    def watched(ops: Ops, conditions: list[Condition], required: frozenset[Token]) -> Space:
        nonlocal seen
        before = contents(ops)
        meets = [op for op, *_ in before if isinstance(op, Meet)]
        slots = [meet.slots for meet in meets]
        space = space_of(ops, conditions, required)
        _ = space.count
        assert contents(ops) == before
        assert [slots_of(meet.ops) for meet in meets] == slots
        seen += 1
        return space

    monkeypatch.setattr("ftc.expand.plan.program.space_of", watched)
    whole(dedent(text))
    assert seen >= 3


@pytest.mark.parametrize("kind", ["dialog", "format"])
def test_unnamed_alternatives_stay_on_one_side(kind: str) -> None:
    """Also those that stand in the text of a name."""
    items = "".join(f"  | {{quick|slow}} a{i}\n" for i in range(40))
    plan = whole(f"let a:\n{items}{kind} f\n  user: {{a}} {{please|now}}\n  assistant: ok\n  validation 50%\n")
    halves = [{u.split()[1] for u in users(half)} for half in (plan.training, plan.validation)]
    assert halves[0] and halves[1] and halves[0].isdisjoint(halves[1])


REJECTED = """\
let a: x
let b in [0, 1]
where len(a) > 4 or b > 0
fact f
  user: hi
  assistant: ok
  rejected: no {a}
"""
ANSWERED = """\
let a in 1..3
where a > 1
format f
  let n:
    | v
    ~ bad
  user: {n}
  assistant: ok
  invalid
    assistant: no
    rejected: yes {a}
"""
BESIDE = """\
let a in 1..2
let b in 1..2
let c in 1..b
where a + b > 9
where b != a
fact f
  user:
    | {a} {c}
    | hi
  assistant: x
"""


@pytest.mark.parametrize(("text", "codes"), [(REJECTED, ["E402"]), (ANSWERED, []), (BESIDE, [])])
@pytest.mark.parametrize("pairs", [False, True])
def test_a_condition_never_applies_where_no_target_picks_its_names(text: str, codes: list[str], pairs: bool) -> None:
    assert planned(text, pairs=pairs)[1] == codes


# ── files with the lines they give ────────────────────────────────────────────────────────────────


def lines(plan: Plan) -> list[str]:
    return [TARGETS["openai"].line(c).decode().rstrip("\n") for c in plan.training]


CASES = sorted(path.stem for path in CONFORMANCE.glob("*.ft"))


@pytest.mark.parametrize("name", CASES)
def test_conformance(name: str) -> None:
    """The lines are those that stand beside the file, and those that the oracle plays."""
    text = (CONFORMANCE / f"{name}.ft").read_text()
    both = Both(text)
    plan, codes = both.expanded
    assert not codes
    expected = CONFORMANCE / f"{name}.jsonl"
    wanted = expected.read_text().splitlines() if expected.exists() else [*COMPUTED[name]()]
    assert [json.loads(line) for line in lines(plan)] == [json.loads(line) for line in wanted]
    accessible(plan.training, Random(0))
    if not any(b.unique or b.thinning or b.split or b.repeat > 1 for b in both.model.blocks):
        both.agree()


EXAMPLES = Path(__file__).parent.parent / "examples"
LONG = {"emoji-all.ft", "emoji-lesson.ft", "scan.ft"}


@pytest.mark.parametrize(
    "path",
    [p for p in sorted(EXAMPLES.glob("*/*.ft")) if ".answers." not in p.name and p.name not in LONG],
    ids=lambda p: p.name,
)
@pytest.mark.parametrize("pairs", [False, True], ids=["conversations", "pairs"])
def test_examples(path: Path, pairs: bool) -> None:
    """The examples too are what the oracle plays; in them styles wrap recorded answers."""
    loader = Loader(root=EXAMPLES)
    source = loader.source(str(path))
    assert not isinstance(source, Diagnostic)
    model, found = check([parse(source)[0]], loader)
    assert not has_errors(found)
    model = replaced(
        model, blocks=tuple(replaced(b, unique=None, thinning=None, split=None, repeat=1) for b in model.blocks)
    )
    plan, found = expand(model, merged, pairs=pairs)
    assert not has_errors(found)
    assert [*map(shown, plan.training)] == [*map(meant, conversations(model, pairs=pairs))]


def chat(*messages: str, system: "str | None" = None) -> str:
    """A line of user and assistant messages in turn."""
    said = [] if system is None else [{"role": "system", "content": system}]
    for i, content in enumerate(messages):
        said.append({"role": ("user", "assistant")[i % 2], "content": content})
    return json.dumps({"messages": said})


def emoji() -> Iterator[str]:
    """3 × (8 + 8²): the shorter ones first; then the system text slowest, then turn by turn: the case, the order or the
    text, the row."""
    for length, refusal in product((1, 2), ("?", "Emoji only, please.", "Nope.")):
        turns = [("🔥💧", "💨"), ("🌧☀️", "🌈"), ("💧🔥", "💨"), ("☀️🌧", "🌈")]
        turns += [("How much is 2 + 2?", refusal), ("hello", refusal), ("🔥 fire", refusal), ("🌧 fire", refusal)]
        for chosen in product(turns, repeat=length):
            yield chat(*(text for turn in chosen for text in turn), system=refusal)


def booking() -> Iterator[str]:
    """28 valid, then a bad number of nights (met first) with good cities, then a bad city with good numbers."""
    numbers, cities = range(1, 15), ("Paris", "Tokyo")
    for nights, city in product(numbers, cities):
        yield chat(f"Book {nights} nights in {city}.", f'{{"city":"{city}","nights":{nights}}}')
    for bad, city in product(("zero", "-2"), cities):
        yield chat(f"Book {bad} nights in {city}.", f'I can\'t book that: "{bad}" is not a valid nights.')
    for nights, bad in product(numbers, ("Atlantis", "qwerty")):
        yield chat(f"Book {nights} nights in {bad}.", f'I can\'t book that: "{bad}" is not a valid city.')


def grammar() -> Iterator[str]:
    """Six phrases, and every two of them."""
    phrases = [("walk", "WALK"), ("run", "RUN"), ("walk twice", "WALK WALK"), ("run twice", "RUN RUN"),
               ("turn left", "L"), ("turn right", "R")]  # fmt: skip
    for say, do in phrases:
        yield chat(say, do)
    for (first, do), (second, done) in product(phrases, repeat=2):
        yield chat(f"{first} after {second}", f"{done} {do}")


COMPUTED = {"booking": booking, "emoji": emoji, "grammar": grammar}


def test_every_conformance_file_has_its_lines() -> None:
    beside = {path.stem for path in CONFORMANCE.glob("*.jsonl")}
    assert CASES and beside | {*COMPUTED} == {*CASES}
    assert not beside & {*COMPUTED}


def test_the_formulas_of_the_page() -> None:
    """V^k + k·I·V^(k-1), for one to four turns."""
    for turns, valid, invalid in product((1, 2, 3, 4), (1, 3), (1, 2)):
        values = "".join(f"    | v{i}\n" for i in range(valid)) + "".join(f"    ~ i{i}\n" for i in range(invalid))
        lines = "  user: {x}\n  assistant: ok\n  invalid\n    assistant: no\n"
        text = f"format f\n  let x:\n{values}{lines}  turns {turns}\n"
        plan = Both(text).agree()
        assert plan.training.count == valid**turns + turns * invalid * valid ** (turns - 1)
        assert all(sum(m.content == "no" for m in c.messages) == (c.fault is not None) for c in plan.training)
