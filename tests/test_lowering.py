"""The lowering is right: the blocks of bytes are, byte for byte, what the plan's conversations say one by one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from effort import FULL, examples
from ftc.compile import compile
from ftc.diagnostics import FtcError
from ftc.emit.write import encode_lines
from ftc.expand.plan.plan import Conversations, Plan
from ftc.loader import Loader
from ftc.lower import blocks, lowered, pieces, states
from ftc.targets import TARGETS, Target
from strategies import Source, sources

ROOT = Path(__file__).parents[1]
FILES = sorted([*ROOT.glob("tests/conformance/expand/*.ft"), *ROOT.glob("examples/*/*.ft")])


@pytest.fixture(params=["as it is", "small", "columns"], autouse=True)
def sizes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small blocks, so that small files have outer and inner names, and run out of sentinels of one byte; and rows made
    column by column, whatever is alike in them."""
    if request.param == "columns":
        monkeypatch.setattr(lowered, "FEW", 2)
        monkeypatch.setattr(states, "FEW_ALIKE", 1 << 60)
        monkeypatch.setattr(pieces, "TRIED", 2)
        monkeypatch.setattr(pieces, "MAX_KEPT", 5)
    if request.param == "small":
        monkeypatch.setattr(states, "FEW_ALIKE", 0)
        monkeypatch.setattr(lowered, "FEW", 2)
        monkeypatch.setattr(lowered, "MAX_ROWS", 5)
        monkeypatch.setattr(blocks, "KEPT", 300)
        monkeypatch.setattr(lowered, "KEPT_IN_VIEW", 1)
        monkeypatch.setattr(blocks, "FEW_PLACES", 1)
        monkeypatch.setattr(blocks, "SINGLE", blocks.SINGLE[:2])


def planned(path: str, loader: Loader, target: Target) -> Plan | None:
    return compile([path], loader, target=target, data_checks=False).plan


def one_by_one(conversations: Conversations, target: Target) -> Iterator[bytes]:
    return (target.line(each) + b"\n" for each in conversations if target.accepts(each))


def refused(conversations: Conversations, target: Target) -> bool:
    return any(found.code[0] == "E" for each in conversations for found in target.limits(each))


def agree(plan: Plan | None, target: Target, most: int | None = None) -> None:
    for part in (plan.training[:most], plan.validation[:most]) if plan else ():
        if not refused(part, target):
            assert b"".join(data for data, _ in encode_lines(part, target)) == b"".join(one_by_one(part, target))


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_files_are_written_as_their_conversations_say(path: Path, target: Target) -> None:
    most = None if FULL or (target.name == "openai" and lowered.MAX_ROWS > 5) else 500
    agree(planned(str(path), Loader(), target), target, most)


@examples(40, full=3200)
@given(source=sources(), target=st.sampled_from(sorted(TARGETS)))
def test_random_files_are_written_as_their_conversations_say(source: Source, target: str) -> None:
    note(source.text)
    agree(planned("t.ft", Loader(files={"t.ft": source.text.encode()}), TARGETS[target]), TARGETS[target])


@examples(30, full=2400)
@given(source=sources(), data=st.data())
def test_a_part_is_written_as_it_stands_in_the_whole(source: Source, data: st.DataObject) -> None:
    note(source.text)
    target = TARGETS["openai"]
    plan = planned("t.ft", Loader(files={"t.ft": source.text.encode()}), target)
    if plan is None or refused(plan.training, target):
        return
    lines = list(one_by_one(plan.training, target))
    low = data.draw(st.integers(0, len(lines)))
    high = data.draw(st.integers(low, len(lines)))
    assert b"".join(data for data, _ in encode_lines(plan.training[low:high], target)) == b"".join(lines[low:high])
    shuffled = plan.training.shuffled(7)
    assert b"".join(data for data, _ in encode_lines(shuffled, target)) == b"".join(one_by_one(shuffled, target))


MANY = """\
table city from "cities.csv"
let nights in 1..40
let guests in 1..30
let name:
  | Ann
  | Bob "the" {Builder|Bilder}
let total = nights * guests - len(city.name)

format booking
  user:
    | Book {nights} nights in {city.name} for {guests}. I am {name}.
    | {name}: {city.name}, {nights:03d} nights, {guests} of us in {city.name}.
  assistant = json({"city": city.name, "of": [nights, guests], "total": total, "by": name.lower(), "half": total / 2})
  where nights > guests or guests > 3
  where city.code != "x" or nights % 7 == guests % 5
"""
CITIES = "name,code\n" + "".join(f'"City ""{n}"" \\ {n}",{"x" if n % 3 else "y"}\n' for n in range(9))


MET_BEFORE = """\
table row
  | k   | v  |
  | a b | cd |
  | ba  | b  |

dialog d
  let first:
    | {row.v}
    | {row.k}
  user: {|x}{row.k}
  assistant: {first[0:1]}{first}|{json({"first": first})}
"""


def test_a_text_that_is_computed_from_what_was_met_before_it() -> None:
    plan = planned("t.ft", Loader(files={"t.ft": MET_BEFORE.encode()}), TARGETS["openai"])
    assert plan is not None and plan.training.count == 2 * 2 * 2
    agree(plan, TARGETS["openai"])


LONG = """\
let n in 1..12
let x in 1..9
let w = "ab " * (n * {times})

format f
  user: {{x}} {{w}} {{n}}
  assistant: ok {{x}}
"""


@pytest.mark.parametrize("times", [800, 8_000])
def test_rows_longer_than_a_block(times: int) -> None:
    plan = planned("t.ft", Loader(files={"t.ft": LONG.format(times=times).encode()}), TARGETS["trl"])
    agree(plan, TARGETS["trl"])


def test_a_conversation_that_is_too_long_is_refused_where_it_stands() -> None:
    plan = planned("t.ft", Loader(files={"t.ft": LONG.format(times=8_000).encode()}), TARGETS["openai"])
    assert plan is not None
    with pytest.raises(FtcError) as caught:
        list(encode_lines(plan.training, TARGETS["openai"]))
    assert [found.code for found in caught.value.diagnostics] == ["E606"]


def test_a_larger_file_with_conditions_and_computed_answers() -> None:
    loader = Loader(files={"t.ft": MANY.encode(), "cities.csv": CITIES.encode()})
    plan = planned("t.ft", loader, TARGETS["openai"])
    assert plan is not None
    assert plan.training.count > 10_000
    agree(plan, TARGETS["openai"])
    some = plan.training[1234:5678]
    assert b"".join(data for data, _ in encode_lines(some, TARGETS["openai"])) == b"".join(
        one_by_one(some, TARGETS["openai"])
    )
