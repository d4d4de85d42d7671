"""`unique` keeps the first of equal conversations: what a set of Python keeps of the same file without the line."""

import json
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from effort import examples
from ftc.compile import Compilation, compile
from ftc.diagnostics import FtcError
from ftc.emit.parts.recipe import Recipe
from ftc.emit.write import encode_lines
from ftc.expand.conversation import Conversation
from ftc.expand.plan.plan import BlockPlan, Conversations, Plan
from ftc.expand.plan.sequences import Unique
from ftc.expand.random import Stream, distinct
from ftc.loader import Loader
from ftc.quality import merging
from ftc.recompile import plan_from_recipe
from ftc.targets import TARGETS
from test_data_checks import files
from test_data_checks import planned as planned_for
from test_expand import accessible, key, planned, users, whole

pytest_plugins = ["test_cli_harness", "test_data_checks"]

SHAPING = ("  unique", "  sample", "  cover", "  validation", "  repeat")


def held(conversation: Conversation) -> object:
    """What a line holds, whatever its target."""
    said = [
        (m.role, m.content, m.trained, [(c.name, json.dumps(c.arguments)) for c in m.calls])
        for m in conversation.messages
    ]
    return repr((said, conversation.rejected))


def first_of_each(conversations: Iterable[Conversation]) -> list[tuple[object, ...]]:
    """The slow way: every conversation is made, and a set remembers it."""
    met: set[object] = set()
    left = []
    for each in conversations:
        if held(each) not in met:
            met.add(held(each))
            left.append((held(each), key(each)))
    return left


def told(conversations: Iterable[Conversation]) -> list[tuple[object, ...]]:
    return [(held(each), key(each)) for each in conversations]


def bare(text: str) -> str:
    return "".join(f"{line}\n" for line in text.splitlines() if not line.startswith(SHAPING))


def with_lines(text: str, *lines: str) -> str:
    """The text with some lines below the header of each block."""
    blocks = ("fact ", "dialog ", "format ")
    return "".join(
        f"{line}\n" + "".join(f"  {more}\n" for more in lines * line.startswith(blocks)) for line in text.splitlines()
    )


def comment(line: str) -> str:
    """A comment that takes the place of a line, so that all others are where they were."""
    return "#" + line[1:]


def plans(text: str, target: str, *lines: str) -> tuple[Plan, Plan] | None:
    """The plans with and without `unique`, each with the other lines, if all of it can be made."""
    both = [planned_for(with_lines(text, more, *lines), TARGETS[target]) for more in ("unique", comment("unique"))]
    try:
        for each in both:
            list(each.training if each else ())
    except FtcError:
        return None  # a pick that fails
    return (both[0], both[1]) if both[0] and both[1] else None


@pytest.fixture(params=[1, 16], ids=["one by one", "in blocks"])
def dense(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left is reached one by one, or all are made and some are left out."""
    monkeypatch.setattr(Unique, "DENSE", request.param)


TARGET = st.sampled_from(["openai", "openai-dpo"])


@pytest.mark.usefixtures("sizes", "dense")
@examples(15, full=2000)
@given(text=files(), target=TARGET, seed=st.integers(0, 99))
def test_the_first_of_each_is_kept(text: str, target: str, seed: int) -> None:
    found = plans(bare(text), target)
    if found is None:
        return
    note(with_lines(bare(text), "unique"))
    for merged, every in zip(*[plan.blocks for plan in found], strict=True):
        assert told(merged.training) == first_of_each(every.training)
        accessible(merged.training, Random(seed))
        assert written(merged.training, target) == b"".join(one_by_one(merged.training, target))
        copies = every.training.count - merged.training.count
        assert merged.formula == every.formula + (f" − {copies} {'copies' if copies > 1 else 'copy'}" if copies else "")


def written(conversations: Conversations, target: str) -> bytes:
    return b"".join(data for data, _ in encode_lines(conversations, TARGETS[target]))


def one_by_one(conversations: Conversations, target: str) -> Iterable[bytes]:
    return (TARGETS[target].line(each) + b"\n" for each in conversations if TARGETS[target].accepts(each))


@pytest.mark.usefixtures("sizes")
@examples(10, full=1600)
@given(text=files(), target=TARGET, seed=st.integers(0, 99), data=st.data())
def test_a_sample_is_drawn_of_what_is_left(text: str, target: str, seed: int, data: st.DataObject) -> None:
    few = plans(bare(text), target)
    if few is None:
        return
    counts = [len(first_of_each(block.training)) for block in few[1].blocks]
    wanted = data.draw(st.integers(1, min([count for count in counts if count], default=1)))
    line = f"sample {wanted} seed {seed}"
    found = plans(bare(text), target, comment(line))
    sampled = planned_for(with_lines(bare(text), "unique", line), TARGETS[target])
    assert found is not None
    assert sampled is not None
    left = {block.name: first_of_each(block.training) for block in found[1].blocks}
    for block in (block for block in sampled.blocks if left[block.name]):
        path = f"{block.name}/{'valid' if block.programs[0].fault is None else 'invalid'}"
        drawn = distinct(Stream(seed, path), wanted, len(left[block.name]))
        assert told(block.training) == [left[block.name][at] for at in drawn]


@pytest.mark.usefixtures("sizes")
@examples(10, full=1600)
@given(text=files(), target=TARGET)
def test_what_is_equal_in_a_cover_is_merged(text: str, target: str) -> None:
    found = plans(bare(text), target, "cover pairs")
    for merged, every in zip(*[plan.blocks for plan in found], strict=True) if found else ():
        assert told(merged.training) == first_of_each(every.training)


@pytest.mark.usefixtures("dense")
@examples(15, full=1600)
@given(text=files(), target=TARGET, share=st.sampled_from((10, 50)))
def test_a_share_is_held_out_of_what_is_left(text: str, target: str, share: int) -> None:
    lines = f"validation {share}%", "repeat 2"
    found = plans(bare(text), target, *map(comment, lines))
    divided = planned_for(with_lines(bare(text), "unique", *lines), TARGETS[target])
    if found is None or divided is None:
        return
    for block, every in zip(divided.blocks, found[1].blocks, strict=True):
        parts = told(block.once), told(block.validation)
        assert Counter(parts[0] + parts[1]) == Counter(first_of_each(every.training))
        assert told(block.training) == parts[0] * 2
        for half in (block.training, block.validation):
            accessible(half, Random(0))
            assert written(half, target) == b"".join(one_by_one(half, target))


# ── what is equal ─────────────────────────────────────────────────────────────────────────────────


def compiled(text: str, target: str = "trl", **options: Any) -> Compilation:
    return compile(["t.ft"], Loader(files={"t.ft": text.encode()}), target=TARGETS[target], **options)


def block_of(text: str) -> BlockPlan:
    return whole(text).blocks[0]


def test_untrained_turns_are_no_copies() -> None:
    """The texts are the same, and the lines of a target with weights are not."""
    text = """\
format f
  turns 2
  case a
    user: Hi
    assistant: Hello
  case b
    user: Hi
    assistant untrained: Hello
"""
    weights = [[m.trained for m in c.messages if m.role == "assistant"] for c in whole(f"{text}  unique\n").training]
    assert weights == [[True, True], [True, False], [False, True], [False, False]][: len(weights)]
    assert len(weights) == whole(text).training.count
    (told,) = [each for each in compiled(text).diagnostics if each.code == "W502"]
    assert told.data["unique"] == ""
    same = text.replace(" untrained", "")
    assert whole(f"{same}  unique\n").training.count == 1
    (told,) = [each for each in compiled(same).diagnostics if each.code == "W502"]
    assert told.data["unique"] == "unique"


def test_a_rejected_answer_counts_where_it_is_written() -> None:
    text = "dialog d\n  user: Hi\n  assistant: {Hello|Hello}\n  rejected: {No|Go}\n  unique\n"
    pairs, _ = planned(text, pairs=True)
    assert [each.rejected for each in pairs.training] == ["No", "Go"]
    assert whole(text).training.count == 1


def test_calls_are_compared_as_they_are_written() -> None:
    text = """\
tool look(x: text): Look.
dialog d
  user: Look
  assistant calls look(x={argument})
  tool: ok
  assistant: Done
  unique
let n in 1..4
"""
    assert whole(text.replace("{argument}", "str(n % 2)")).training.count == 2
    assert whole(text.replace("{argument}", "str(n)")).training.count == 4
    assert whole(text.replace("{argument}", '"{n}"')).training.count == 1


def test_exchanges_and_faults_are_compared_with_each_other() -> None:
    fact = "fact f\n  user: {a|b}\n  assistant: x\n\n  user: {b|c}\n  assistant: x\n  unique\n"
    assert users(whole(fact).training) == ["a", "b", "c"]
    faults = """\
format f
  let size:
    | small
    | large
    ~ {small|huge}
    ~ huge
  user: {size}
  assistant: ok
  invalid
    assistant: ok
    sample 3 seed 1
  unique
"""
    assert users(whole(faults.replace("    sample 3 seed 1\n", "")).training) == ["small", "large", "huge"]
    # Of the faults two are different; with the line of their own they are drawn of those, and compared with the others.
    assert users(whole(faults.replace("sample 3", "sample 2")).training) == ["small", "large", "huge"]
    assert planned(faults)[1] == ["E408"]


def test_two_blocks_are_not_merged() -> None:
    text = "dialog d\n  user: {a|a}\n  assistant: x\n  unique\n"
    found = compiled(text + text.replace("dialog d", "dialog e"))
    assert [each.code for each in found.diagnostics] == ["W502"]
    assert found.plan and found.plan.training.count == 2
    assert found.diagnostics[0].data["unique"] == ""


# ── the way out of W502 and E502 ──────────────────────────────────────────────────────────────────

TWICE = """\
let n in 1..9

dialog d
  user: Is {n % 3} odd?
  assistant: {"Yes" if n % 3 % 2 == 1 else "No"}
"""


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("repeat 2", "W502"),
        ("cover each", "W502"),
        ("sample 5 seed 1", None),  # there are three
        ("sample 3 seed 2", "W502"),
        ("validation 30% by n", "E502"),
    ],
)
def test_the_way_out_is_right_where_it_is_offered(line: str, code: str | None) -> None:
    text = f"{TWICE}  {line}\n"
    told = [each for each in compiled(text).diagnostics if each.code in ("W502", "E502")]
    assert told
    assert {each.data["unique"] for each in told} == ({"unique"} if code else {""})
    if code:
        assert code in {each.code for each in told}
        assert not {"W502", "E502", "E408"} & {each.code for each in compiled(f"{text}  unique\n").diagnostics}


def test_it_is_not_offered_where_there_are_too_many_to_compare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "MAX_COMPARED", 8)
    (found,) = [each for each in compiled(TWICE).diagnostics if each.code == "W502"]
    assert found.data["unique"] == ""


# ── how many ──────────────────────────────────────────────────────────────────────────────────────

LARGE = "let a in 1..10_000\nlet b in 1..10_000\ndialog d\n  user: Say {a} and {b}\n  assistant: ok\n  unique\n"


def test_what_is_proved_is_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "MAX_COMPARED", 0)
    plan = whole(LARGE)
    assert plan.training.count == 10**8
    assert plan.training[10**8 - 1].messages[0].content == "Say 10000 and 10000"
    assert whole(f"{LARGE}  sample 3 seed 1\n").training.count == 3


def test_a_part_that_is_proved_stays_a_product() -> None:
    """The other exchange is compared by itself, as none of the two is one of the other."""
    text = LARGE.replace("dialog", "fact") + "\n  user: So is {1|2|1} a number?\n  assistant: yes\n"
    plan = whole(text)
    assert plan.training.count == 10**8 + 2
    assert users(plan.training[10**8 :]) == ["So is 1 a number?", "So is 2 a number?"]
    assert plan.blocks[0].formula.endswith(" − 1 copy")


@pytest.mark.parametrize("more", ["", "  sample 10 seed 1\n", "  validation 10%\n"])
def test_too_many_are_refused_before_any_is_made(more: str) -> None:
    text = LARGE.replace("{a}", "{a % 3}")
    tracemalloc.start()
    assert planned(text + more)[1] == ["E416"]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000


def test_memory_is_bounded() -> None:
    """A few bytes for each conversation that is compared, however long its texts are."""
    text = f"let n in 0..59_999\ndialog d\n  user: {{n % 15_000}} {'x' * 1500}\n  assistant: ok\n  unique\n"
    whole(text)
    tracemalloc.start()
    assert whole(text).training.count == 15_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 40_000_000  # the texts alone are 90 MB


# ── beside the rest ───────────────────────────────────────────────────────────────────────────────

SHARED = """\
let n in 1..60
fact f
  user: Is {n % 20} {even|odd}?
  assistant: {n % 2}

  user: And {n}?
  assistant: {n}
  unique
  validation 20%
"""


@pytest.mark.parametrize("shuffle", [None, 3])
@pytest.mark.parametrize("of", [1, 2, 7, 100])
def test_shards_are_the_whole(of: int, shuffle: int | None) -> None:
    recipe = Recipe(("t.ft",), {"t.ft": SHARED.encode()}, "openai", shuffle=shuffle)
    plan = plan_from_recipe(recipe)
    expected = {each.split: written(each.conversations, "openai") for each in recipe.stretches(plan)}
    parts = dict.fromkeys(expected, b"")
    for at in range(of):
        for each in replace(recipe, shard=(at, of)).stretches(plan_from_recipe(recipe)):
            parts[each.split] += written(each.conversations, "openai")
    assert parts == expected
    assert b"".join(expected.values()).count(b"\n") == 40 + 60


def test_the_commands(ftc: Callable[..., Any]) -> None:
    Path("u.ft").write_text(SHARED)
    assert ftc("count", "u.ft").out.startswith("fact f  80  = 60 × 2 + 60 − 80 copies − 20 held out\n")
    assert ftc("compile", "u.ft", "-o", "one.jsonl").code == 0
    assert ftc("compile", "u.ft", "-o", "two.jsonl", "--jobs", "2").code == 0
    assert Path("one.jsonl").read_bytes() == Path("two.jsonl").read_bytes()
    lines = Path("one.jsonl").read_text().splitlines()
    for number in (1, 17, len(lines)):
        shown = json.loads(ftc("trace", f"one.jsonl:{number}", "--format", "json").out)
        assert json.dumps(shown).count(json.loads(lines[number - 1])["messages"][0]["content"])
    assert ftc("format", "u.ft").code == 0
    assert Path("u.ft").read_text().endswith("  unique\n  validation 20%\n")


def test_prompts_without_an_answer_are_asked_for_each_once(ftc: Callable[..., Any]) -> None:
    """What cannot be made yet is equal to nothing."""
    Path("s.ft").write_text(
        'style s\n  user: {Hi|Ho|Hi}\n  assistant: {answer}!\n  answers from "s.answers.ft"\n  unique\n'
    )
    Path("s.answers.ft").write_text("answers s\n  user: Hi\n  assistant: Hello\n")
    assert "E328" in ftc("check", "s.ft").err
    Path("s.answers.ft").write_text("answers s\n  user: Hi\n  assistant: Hello\n\n  user: Ho\n  assistant: Hello\n")
    assert ftc("count", "s.ft").out.startswith("style s  2  = 3 − 1 copy\n")


def test_a_pick_that_fails_is_reported() -> None:
    text = "let n in [3, 0, 1]\ndialog d\n  user: {12 // n} {a|a}\n  assistant: ok\n  unique\n"
    assert [each.code for each in compiled(text).diagnostics] == ["E404"]
    assert compiled(text.replace("0, ", "")).diagnostics == ()
