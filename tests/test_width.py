"""What a file may have many of, it may have very many of: no width, length or depth within the limits is a crash.

Each dimension of `wide` stands alone here, at about ten times the size that once was too much. `FTC_FULL=1` looks at
larger ones, at twice and four times those, and at every two dimensions together. How long any of it takes is measured
by `benchmarks/growth.py`.
"""

from collections.abc import Callable
from itertools import combinations, islice
from typing import TypeVar

import pytest

import wide
from effort import full_only
from ftc.compile import Compilation, compile
from ftc.emit.write import encode_lines
from ftc.loader import Loader
from ftc.targets import TARGETS

T = TypeVar("T")


# A target that takes conversations of any length.
TARGET = TARGETS["trl"]

# How many there are in a plain run, and how many at most where there is time.
SIZES: dict[str, tuple[int, int]] = {
    "names_in_a_let": (890, 3_560),
    "names_in_a_cell": (890, 3_560),
    "alternatives_in_a_let": (2_440, 9_760),
    "alternatives_in_a_message": (1_000, 9_760),
    "one_of_many": (10_000, 80_000),
    "items": (5_000, 80_000),
    "names_in_a_message": (2_000, 9_770),
    "plain_names_in_a_message": (2_000, 9_770),
    "name_a_turn": (1_000, 9_770),
    "plain_turns": (2_000, 20_000),
    "one_choice_before_turns": (2_000, 10_000),
    "varying_a_turn": (200, 800),
    "alternatives_a_turn": (480, 3_840),
    "made_of_each_other": (200, 200),
    "computed_of_each_other": (200, 200),
    "afresh_of_each_other": (200, 200),
    "misspelt": (2_000, 16_000),
    "columns": (3_230, 6_460),
    "rows": (10_000, 80_000),
    "rows_of_csv": (10_000, 1_000_000),
    "rows_of_jsonl": (10_000, 1_000_000),
    "other_keys": (1_000, 3_162),
    "deep_cell": (200, 200),
    "functions": (1_630, 2_000),
    "numbers_in_a_list": (10_000, 80_000),
    "numbers_in_braces": (10_000, 80_000),
    "comprehension": (10_000, 300_000),
    "keys": (5_000, 20_000),
    "nested_json": (60, 60),
    "conditions": (1_000, 8_000),
    "other_conditions": (1_000, 8_000),
    "own_conditions": (300, 2_400),
    "cases": (500, 4_000),
    "turns": (100, 100),
    "dialogs": (1_000, 8_000),
    "exchanges": (1_000, 16_000),
    "says": (4_000, 32_000),
    "tools": (1_000, 8_000),
    "parameters": (1_000, 8_000),
    "replaced": (4_000, 32_000),
    "styles": (300, 2_400),
    "used_files": (2_440, 9_760),
    "used_side_by_side": (300, 2_400),
}

# The errors that a dimension is about.
WRONG = {"misspelt": {"E201"}, "nested_json": {"E404"}}

# Frames that a program has open that compiles a file.
OPEN = 150


def from_deep_inside(call: Callable[[], T], frames: int = OPEN) -> T:
    """What a call gives from within so many others."""
    return from_deep_inside(call, frames - 1) if frames else call()


def compiled(*parts: wide.Part) -> Compilation:
    loader = Loader(files=wide.encoded(wide.files(*parts)))
    return from_deep_inside(lambda: compile([wide.MAIN], loader, target=TARGET))


def looked_at(result: Compilation) -> None:
    """The first conversations and the last one, by all the ways there are to one."""
    assert result.plan is not None
    training = result.plan.training
    first = list(islice(training, 3))
    assert [conversation.messages for conversation in first] == [training[at].messages for at in range(len(first))]
    assert training[training.count - 1].messages
    written = list(encode_lines(training[: min(training.count, 40)], TARGET))
    assert sum(data.count(b"\n") for data, _ in written) == min(training.count, 40)


def stands(name: str, size: int) -> None:
    result = compiled(wide.DIMENSIONS[name](size))
    codes = {found.code for found in result.diagnostics if found.code[0] == "E"}
    assert codes == WRONG.get(name, set())
    if not codes:
        from_deep_inside(lambda: looked_at(result))


def test_every_dimension_has_sizes() -> None:
    assert set(SIZES) == set(wide.DIMENSIONS)


@pytest.mark.parametrize("name", wide.DIMENSIONS)
def test_a_wide_file_compiles(name: str) -> None:
    stands(name, SIZES[name][0])


@full_only
@pytest.mark.parametrize("name", wide.DIMENSIONS)
def test_a_very_wide_file_compiles(name: str) -> None:
    size, most = SIZES[name]
    while size < most:
        size = min(2 * size, most)
        stands(name, size)


@full_only
@pytest.mark.parametrize("name", wide.DIMENSIONS)
def test_two_wide_things_compile_together(name: str) -> None:
    for one, other in combinations(wide.DIMENSIONS, 2):
        if one == name:
            sizes = [min(SIZES[each][0], 100) for each in (one, other)]
            result = compiled(*(wide.DIMENSIONS[each](size) for each, size in zip((one, other), sizes, strict=True)))
            codes = {found.code for found in result.diagnostics if found.code[0] == "E"}
            assert codes <= WRONG.get(one, set()) | WRONG.get(other, set()), (one, other)
            if not codes:
                from_deep_inside(lambda result=result: looked_at(result))  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "size", "code"),
    [
        ("deep_cell", 201, "E021"),
        ("deep_cell", 4_880, "E021"),
        ("made_of_each_other", 201, "E405"),
        ("made_of_each_other", 5_000, "E405"),
        ("computed_of_each_other", 201, "E405"),
        ("computed_of_each_other", 5_000, "E405"),
        ("afresh_of_each_other", 201, "E405"),
        ("afresh_of_each_other", 5_000, "E405"),
        ("other_keys", 8_000, "E026"),
    ],
)
def test_beyond_a_limit_there_is_a_finding(name: str, size: int, code: str) -> None:
    result = compiled(wide.DIMENSIONS[name](size))
    assert {found.code for found in result.diagnostics if found.code[0] == "E"} == {code}


def test_a_circle_of_very_many_files_is_told() -> None:
    made = {f"f{number}.ft": f'use "f{(number + 1) % 1000}.ft"\nlet n{number}: x\n' for number in range(1000)}
    result = from_deep_inside(lambda: compile(["f0.ft"], Loader(files=wide.encoded(made))))
    (found,) = [found for found in result.diagnostics if found.code == "E203"]
    assert found.span is not None
    assert found.span.source.name == "f999.ft"


def test_a_circle_of_very_many_names_is_told() -> None:
    names = "".join(f"let n{number}: {{n{(number + 1) % 1000}}}\n" for number in range(1000))
    result = compiled(wide.Part(names))
    (found,) = [found for found in result.diagnostics if found.code == "E203"]
    assert found.data["name"] == "n0"
