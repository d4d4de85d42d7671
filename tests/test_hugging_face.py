"""`to_hf` and parquet, read by `datasets`: each row is what its line says, to the last key, type and digit."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

import ftc
from ftc.cli import main
from ftc.emit.hugging_face import LARGEST, to_dataset
from ftc.targets import TARGETS

datasets = pytest.importorskip("datasets")

TEXTS = 'fact a\n  user: {x|"y"|1|null|\\{"a": 1\\}}\n  assistant: {true|{"\u2028"}|}\n'
TOOLS = """\
tool now(): The time.
tool weather(city: text, days: int = 3): The weather.
tool many(xs: list of text, f: float, b: bool): Many.
"""
WITHOUT_CALLS = "fact greeting\n  user: Hi\n  assistant: Hello\n"
CALLS = """\
dialog one
  user: Rain?
  assistant calls weather(city="Köln", days=2)
  tool: "no"
  assistant: No.
dialog two
  user: The time?
  assistant calls now()
  tool raw: {"t": 12.50}
  assistant: Noon.
dialog three
  user: Many?
  assistant calls many(xs=[], f=0.1 + 0.2, b=true)
  tool: 7
  assistant: Yes.
"""
PARALLEL = (
    TOOLS
    + """\
dialog both
  system: S
  user: Rain, and the time?
  assistant calls weather(city="a")
  assistant calls now()
  assistant calls many(xs=["1", "x"], f=2.0, b=false)
  tool: r
  tool: 1
  tool: ok
  assistant: z
"""
)
WEIGHTS = "dialog a\n  user: x\n  assistant untrained: y\n  user: z\n  assistant: w\n" + WITHOUT_CALLS
PAIRS = "dialog a\n  user: x\n  assistant: y\n  rejected: {n|m}\n" + PARALLEL.replace(
    "assistant: z", "assistant: z\n  rejected: no"
)
TWO_TYPES = """\
tool a(x: text): A.
tool b(x: int): B.
tool c(x: list of float): C.
"""
for name, value in [("a", '"1"'), ("b", "1"), ("c", "[1, 2.5]")]:
    TWO_TYPES += f"dialog {name}\n  user: {name}\n  assistant calls {name}(x={value})\n  tool: r\n  assistant: q\n"

SHAPES = {
    "texts": TEXTS,
    "tools with parameters": TOOLS + CALLS,
    "tools that no call needs": TOOLS.splitlines()[0]
    + "\n"
    + CALLS.split("dialog three")[0].split("dialog two")[1].join(["dialog two", ""]),
    "tools in some lines alone": WITHOUT_CALLS + TOOLS + CALLS,
    "parallel calls": PARALLEL,
    "weights": WEIGHTS,
    "pairs": PAIRS,
    "one parameter name and two types": TWO_TYPES,
    "a system text in some lines alone": WITHOUT_CALLS + "dialog d\n  system: S\n  user: x\n  assistant: y\n",
}


def row(value: Any) -> str:
    """A row as text, without the columns that its line lacks; columns have no order."""
    return json.dumps({name: value[name] for name in sorted(value) if value[name] is not None}, ensure_ascii=False)


def rows(values: Iterable[Any]) -> list[str]:
    return list(map(row, values))


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("shape", SHAPES)
def test_every_row_is_its_line(shape: str, target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.ft").write_text(SHAPES[shape], encoding="utf-8")
    try:
        ds = ftc.load("a.ft", target=target)
    except ftc.FtcError as error:
        # What a target has no place for, which others tell; the shapes that it must take are counted below.
        assert {each.code for each in error.diagnostics} & {"E601", "E602", "E604", "E605", "E607"}
        return
    lines = rows(map(json.loads, ds.lines()))
    assert lines and rows(ds.to_hf()) == lines
    with pytest.raises(SystemExit) as ended:
        main(["compile", "a.ft", "-o", "a.parquet", "--to", target])
    assert ended.value.code == 0
    table = datasets.load_dataset("parquet", data_files="a.parquet", cache_dir=str(tmp_path / "cache"), split="train")
    assert rows(table) == lines


@pytest.mark.parametrize(("target", "shapes"), [("openai", 9), ("trl", 8), ("openai-dpo", 1), ("gemini", 8)])
def test_the_shapes_that_a_target_takes(target: str, shapes: int, tmp_path: Path) -> None:
    taken = 0
    for at, text in enumerate(SHAPES.values()):
        path = tmp_path / f"{at}.ft"
        path.write_text(text, encoding="utf-8")
        try:
            taken += len(ftc.load(path, target=target)) > 0
        except ftc.FtcError:
            continue
    assert taken == shapes


def test_splits_have_the_same_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.ft"
    path.write_text(WITHOUT_CALLS + TOOLS + CALLS.replace("dialog one\n", "dialog one\n  validation 100%\n"))
    ds = ftc.load(path, target="trl")
    parts = ds.to_hf(splits=True)
    assert set(parts) == {"train", "validation"}
    assert rows(parts["train"]) == rows(map(json.loads, ds.lines())) == rows(ds.to_hf())
    assert (len(parts["train"]), len(parts["validation"])) == (3, 1)
    assert parts["validation"][0]["messages"][1]["tool_calls"][0]["function"]["arguments"] == {
        "city": "Köln",
        "days": 2,
    }
    assert parts["train"].features == parts["validation"].features == ds.to_hf().features
    assert len(datasets.concatenate_datasets(list(parts.values()))) == 4
    path.write_text(WITHOUT_CALLS)
    assert set(ftc.load(path).to_hf(splits=True)) == {"train"}


@pytest.mark.parametrize(
    "values",
    [
        [{"a": 1}, {"a": 1.5}],
        [{"a": 1, "b": 2}, {"b": 1, "a": 2}],
        [{"a": "7"}, {"a": 7}, {"a": "null"}, {"a": None}],
        [{}, {"a": {}}],
        [{"a": []}, {"a": [1]}, {"a": ["1"]}],
        [{"a": True}, {"a": 1}],
        [{"a": 0.1 + 0.2, "b": 1}, {"a": 1e300}],
        [{"a": LARGEST}, {"a": -LARGEST, "b": None}],
    ],
    ids=str,
)
def test_values_keep_their_types(values: list[dict[str, Any]]) -> None:
    lines = [json.dumps({"m": [{"args": value}]}) for value in values]
    assert rows(to_dataset(lines)) == rows(map(json.loads, lines))
    assert rows(to_dataset(lines[1:], lines)) == rows(map(json.loads, lines[1:]))


def test_a_number_that_no_dataset_holds_is_told() -> None:
    lines = [json.dumps({"m": [{"args": {"a": 2**63}}, {"args": {}}]})]
    with pytest.raises(OverflowError, match="9223372036854775808"):
        to_dataset(lines)


def test_texts_are_columns_of_their_own(tmp_path: Path) -> None:
    """Where nothing varies but text, no JSON hides it from other readers."""
    path = tmp_path / "a.ft"
    path.write_text(WITHOUT_CALLS)
    (features,) = ftc.load(path).to_hf().features.values()
    assert features.feature == {"role": datasets.Value("string"), "content": datasets.Value("string")}
