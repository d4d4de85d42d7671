"""The lowering is right: the blocks of bytes are, byte for byte, what the plan's conversations say one by one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


def as_it_is(patched: pytest.MonkeyPatch) -> None:
    pass


def small(patched: pytest.MonkeyPatch) -> None:
    """Small blocks, so that small files have outer and inner names, and run out of sentinels of one byte."""
    patched.setattr(states, "FEW_ALIKE", 0)
    patched.setattr(lowered, "FEW", 2)
    patched.setattr(lowered, "MAX_ROWS", 5)
    patched.setattr(blocks, "KEPT", 300)
    patched.setattr(lowered, "KEPT_IN_VIEW", 1)
    patched.setattr(blocks, "FEW_PLACES", 1)
    patched.setattr(blocks, "SINGLE", blocks.SINGLE[:2])


def columns(patched: pytest.MonkeyPatch) -> None:
    """Rows made column by column, whatever is alike in them."""
    patched.setattr(lowered, "FEW", 2)
    patched.setattr(states, "FEW_ALIKE", 1 << 60)
    patched.setattr(pieces, "TRIED", 2)
    patched.setattr(pieces, "MAX_KEPT", 5)


SIZES = (as_it_is, small, columns)
"""What every part is written with, each in turn, and must be the same."""


@contextmanager
def of_size(size: Callable[[pytest.MonkeyPatch], None]) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        size(patched)
        yield


def planned(path: str, loader: Loader, target: Target) -> Plan | None:
    return compile([path], loader, target=target, data_checks=False).plan


def one_by_one(conversations: Conversations, target: Target) -> Iterator[bytes]:
    return (target.line(each) + b"\n" for each in conversations if target.accepts(each))


def refused(conversations: Conversations, target: Target) -> bool:
    return any(found.code[0] == "E" for each in conversations for found in target.limits(each))


def written(conversations: Conversations, target: Target) -> bytes:
    return b"".join(data for data, _ in encode_lines(conversations, target))


def agree(
    plan: Callable[[], Plan | None], target: Target, most: int | None = None, most_small: int | None = None
) -> None:
    """Both parts of a plan, or the first lines of them, are written as they should in every size; each size has a plan
    of its own, as one keeps what was worked out for it."""
    first = plan()
    if first is None:
        return
    lines = [None if refused(part, target) else list(one_by_one(part, target)) for part in parts(first, most)]
    for size in SIZES:
        few = most_small if size is small else None
        with of_size(size):
            again = first if size is as_it_is else there(plan())
            for part, expected in zip(parts(again, most), lines, strict=True):
                if expected is not None:
                    assert written(part[:few], target) == b"".join(expected[:few]), size.__name__


def parts(plan: Plan, most: int | None) -> tuple[Conversations, Conversations]:
    return plan.training[:most], plan.validation[:most]


def there(plan: Plan | None) -> Plan:
    assert plan is not None
    return plan


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_files_are_written_as_their_conversations_say(path: Path, target: Target) -> None:
    most = None if FULL or target.name == "openai" else 500
    agree(lambda: planned(str(path), Loader(), target), target, most, most_small=None if FULL else 500)


@examples(40, full=3200)
@given(source=sources(), target=st.sampled_from(sorted(TARGETS)))
def test_random_files_are_written_as_their_conversations_say(source: Source, target: str) -> None:
    note(source.text)
    files = {"t.ft": source.text.encode()}
    agree(lambda: planned("t.ft", Loader(files=files), TARGETS[target]), TARGETS[target])


@examples(30, full=2400)
@given(source=sources(), data=st.data())
def test_a_part_is_written_as_it_stands_in_the_whole(source: Source, data: st.DataObject) -> None:
    note(source.text)
    target = TARGETS["openai"]
    files = {"t.ft": source.text.encode()}
    plan = planned("t.ft", Loader(files=files), target)
    if plan is None or refused(plan.training, target):
        return
    lines = list(one_by_one(plan.training, target))
    low = data.draw(st.integers(0, len(lines)))
    high = data.draw(st.integers(low, len(lines)))
    in_order = b"".join(one_by_one(plan.training.shuffled(7), target))
    for size in SIZES:
        with of_size(size):
            training = there(planned("t.ft", Loader(files=files), target)).training
            assert written(training[low:high], target) == b"".join(lines[low:high]), size.__name__
            assert written(training.shuffled(7), target) == in_order, size.__name__


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
    def plan() -> Plan | None:
        return planned("t.ft", Loader(files={"t.ft": MET_BEFORE.encode()}), TARGETS["openai"])

    assert there(plan()).training.count == 2 * 2 * 2
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
    files = {"t.ft": LONG.format(times=times).encode()}
    agree(lambda: planned("t.ft", Loader(files=files), TARGETS["trl"]), TARGETS["trl"])


@pytest.mark.parametrize("size", SIZES)
def test_a_conversation_that_is_too_long_is_refused_where_it_stands(
    size: Callable[[pytest.MonkeyPatch], None],
) -> None:
    plan = planned("t.ft", Loader(files={"t.ft": LONG.format(times=8_000).encode()}), TARGETS["openai"])
    assert plan is not None
    with of_size(size), pytest.raises(FtcError) as caught:
        list(encode_lines(plan.training, TARGETS["openai"]))
    assert [found.code for found in caught.value.diagnostics] == ["E606"]


def test_a_larger_file_with_conditions_and_computed_answers() -> None:
    target = TARGETS["openai"]

    def training() -> Conversations:
        loader = Loader(files={"t.ft": MANY.encode(), "cities.csv": CITIES.encode()})
        return there(planned("t.ft", loader, target)).training

    lines = list(one_by_one(training(), target))
    assert len(lines) > 10_000
    for size in SIZES:
        with of_size(size):
            everything = training()
            assert written(everything, target) == b"".join(lines), size.__name__
            assert written(everything[1234:5678], target) == b"".join(lines[1234:5678]), size.__name__
