"""Lines as the rows of a parquet file: read back, they are the same JSON values, with no nulls within them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ftc.compile import compile
from ftc.emit import file, write
from ftc.emit.manifest import Manifest
from ftc.loader import Loader
from ftc.targets import TARGETS, Target

pytest_plugins = ["test_cli_harness"]
parquet = pytest.importorskip("pyarrow.parquet")
pyarrow = pytest.importorskip("pyarrow")

ROOT = Path(__file__).parents[1]
FILES = [*sorted(ROOT.glob("tests/conformance/expand/*.ft")), ROOT / "examples/06-preferences/bookshop.ft"]

# One of everything that a line can hold: tools, calls whose arguments differ, turns kept out of the loss, odd letters.
RICH = """\
tool weather(city: text, days: float): The weather.
tool stop(): Stop.

dialog rainy
  system: Be brief.
  user: {Rain|"Regen" \\{0\\}|дождь 🌧 \\n}?
  assistant calls weather(city="Rome", days=2.5)
  assistant calls stop()
  tool: yes
  tool: 2020-01-01
  assistant untrained: It rains.
  user: Sure?
  assistant: 7
  rejected: 8

dialog dry
  user: Hi
  assistant: true
  rejected: null
"""


def said(value: Any, column: Any) -> Any:
    """A value of a row, with what its JSON says, and without the columns that are null."""
    if isinstance(column, pyarrow.JsonType):
        return json.loads(value)
    if pyarrow.types.is_list(column):
        return [said(each, column.value_type) for each in value]
    if pyarrow.types.is_struct(column):
        return {field.name: said(value[field.name], field.type) for field in column}
    return value


def written(source: str | Path, target: Target, path: Path) -> tuple[bytes, Any] | None:
    """The lines of a source, and the table that is written of them; None where the target cannot express it."""
    loader = Loader() if isinstance(source, Path) else Loader(files={"t.ft": source.encode()})
    name = str(source) if isinstance(source, Path) else "t.ft"
    plan = compile([name], loader, target=target, data_checks=False).plan
    if plan is None:
        return None
    training = plan.training
    if any(found.code[0] == "E" for each in training for found in target.limits(each)):
        return None
    lines = path.with_suffix(".jsonl")
    with lines.open("wb") as sink:
        made = write.write(training, target, sink)
    with path.open("wb") as sink:
        table = file.write_file(training, target, sink, suffix=".parquet", progress=lambda rows: None)
    assert (table.lines, table.skipped) == (made.lines, made.skipped)
    assert table.bytes == path.stat().st_size
    return lines.read_bytes(), parquet.read_table(path)


def agree(result: tuple[bytes, Any] | None) -> int:
    """Hold the rows against the lines; how many there are."""
    if result is None:
        return 0
    lines, table = result
    types = {column.name: column.type for column in table.schema}
    rows = [
        {name: said(value, types[name]) for name, value in row.items() if value is not None}
        for row in table.to_pylist()
    ]
    assert rows == [json.loads(line) for line in lines.splitlines()]
    return len(rows)


@pytest.mark.parametrize("name", TARGETS)
def test_rows_are_lines(name: str, tmp_path: Path) -> None:
    target = TARGETS[name]
    rows = sum(agree(written(path, target, tmp_path / "t.parquet")) for path in FILES)
    assert rows > (0 if target.pairs else 100)


@pytest.mark.parametrize("name", ["openai", "openai-dpo", "trl", "sharegpt", "gemini"])
def test_rows_hold_whatever_a_line_can(name: str, tmp_path: Path) -> None:
    text = RICH if name.startswith("openai") else RICH.replace(" untrained", "")
    if name == "sharegpt":
        text = text.replace("  assistant calls stop()\n", "").replace("  tool: 2020-01-01\n", "")
    assert agree(written(text, TARGETS[name], tmp_path / "t.parquet")) == 4


@pytest.mark.parametrize("name", TARGETS)
def test_every_file_of_a_target_has_the_same_columns(name: str, tmp_path: Path) -> None:
    plain = "dialog a\n  user: x\n  assistant: y\n  rejected: z\n"
    first = written(plain, TARGETS[name], tmp_path / "a.parquet")
    second = written("system: s\n" + plain, TARGETS[name], tmp_path / "b.parquet")
    assert first is not None and second is not None
    assert agree(first) == agree(second) == 1
    assert first[1].schema == second[1].schema


def test_groups_end_where_the_lines_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "let n in 1..3000\ndialog a\n  user: {n}\n  assistant: {n}\n"
    monkeypatch.setattr("ftc.emit.parquet.GROUP", 10_000)
    files = []
    for at, chunk in enumerate((1 << 20, 100, 7_001)):
        # However the lines come, the file is the same.
        monkeypatch.setattr(write, "CHUNK", chunk)
        path = tmp_path / f"{at}.parquet"
        assert agree(written(text, TARGETS["openai"], path)) == 3000
        files.append(path.read_bytes())
    assert files[0] == files[1] == files[2]
    assert parquet.ParquetFile(tmp_path / "0.parquet").metadata.num_row_groups > 20


def test_no_line_is_a_table_without_rows(tmp_path: Path) -> None:
    result = written("fact a\n  user: x\n  assistant: y\n", TARGETS["openai-dpo"], tmp_path / "t.parquet")
    assert result is not None and result[1].num_rows == 0 and result[1].schema.names[0] == "input"


def test_the_command_line_writes_tables(here: Path, ftc: Callable[..., Any]) -> None:
    ftc("compile", "held.ft")
    assert ftc("compile", "held.ft", "-o", "t.parquet").code == 0
    for kind in ("", ".validation"):
        assert agree((Path(f"held{kind}.jsonl").read_bytes(), parquet.read_table(f"t{kind}.parquet")))
    manifest = Manifest.model_validate_json(Path("t.manifest.json").read_bytes())
    assert manifest.outputs[0].bytes == Path("t.parquet").stat().st_size
    told = ftc("trace", "t.parquet:3")
    assert told.code == 0 and not told.err
    assert told.out.splitlines()[1:] == ftc("trace", "held.jsonl:3").out.splitlines()[1:]
    assert "E707" in ftc("trace", "t.parquet:300").err
    before = Path("t.parquet").read_bytes()
    assert ftc("compile", "held.ft", "-o", "t.parquet", "--jobs", "2").code == 0
    assert Path("t.parquet").read_bytes() == before


def test_without_pyarrow_it_is_said_what_to_install(
    here: Path, ftc: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    result = ftc("compile", "k.ft", "-o", "k.parquet")
    assert result.code == 2 and "E722" in result.err and "pip install 'ftc[parquet]'" in result.err
    assert not Path("k.parquet").exists()
