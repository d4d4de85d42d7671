"""The tables of VERSIONS.md against the code: a number, a key or an exit code changes in both or in neither."""

import contextlib
import importlib
import json
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Literal, get_origin

import pytest
from pydantic import BaseModel
from typer.testing import CliRunner

import ftc
from ftc.cli import app
from ftc.cli import command_error as codes
from ftc.loop.evaluate.report import Report
from ftc.loop.jobs import SUFFIX
from ftc.records import BadRecord, parse_record
from ftc.report import FORMATS
from ftc.wording import MODULES, module

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "VERSIONS.md").read_text(encoding="utf-8")
SAMPLE = "let city:\n  | Lima\n  | Oslo\n\ndialog d\n  user: {city}? {cty}\n  assistant: Hi\n"


def table(*header: str) -> list[list[str]]:
    """The rows of the table with this header, without the marks of code."""
    _, _, rest = PAGE.partition(f"| {' | '.join(header)} |\n")
    rows = rest.split("\n\n")[0].splitlines()[1:]
    assert rows, header
    return [[cell.strip().strip("`") for cell in row.strip("|").split("|")] for row in rows]


def keys(output: str) -> list[str]:
    (row,) = [row for row in table("output", "keys") if row[0].replace("`", "") == output]
    return re.findall(r"\w+", row[1])


def _below(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for each in model.__subclasses__():
        yield each
        yield from _below(each)


def _number(model: type[BaseModel]) -> list[str]:
    """The field that holds the number of a shape, if the model has one."""
    return [
        name
        for name, field in model.model_fields.items()
        if get_origin(field.annotation) is Literal and type(field.default) is int
    ]


@cache
def records() -> dict[str, type[BaseModel]]:
    """The models of all records by the field of their number. Wherever one is declared, it is known once the module is
    imported: here, as to import what trains models takes seconds."""
    for each in pkgutil.walk_packages(ftc.__path__, "ftc."):
        if not each.name.endswith("__main__"):
            with contextlib.suppress(ImportError):  # an extra that is not installed
                importlib.import_module(each.name)
    ours = [model for model in _below(BaseModel) if model.__module__.startswith("ftc.")]
    return {key: model for model in ours for key in _number(model)}


def test_every_record_is_listed_with_its_number() -> None:
    listed = {key: int(number) for _, key, number, _ in table("file", "key", "number", "refused with")}
    assert listed == {key: model.model_fields[key].default for key, model in records().items()}
    assert f"*{SUFFIX}" in PAGE


@pytest.mark.parametrize(
    "key", [key for _, key, _, _ in table("file", "key", "number", "refused with") if key != "version"]
)
def test_another_number_and_an_unknown_key_are_refused(key: str) -> None:
    model = records()[key]
    for wrong in ({key: 2}, {key: 1, "a_key_of_a_later_release": 1}):
        with pytest.raises(BadRecord) as caught:
            parse_record(json.dumps(wrong).encode(), model)
        assert str(caught.value)
    # The first complaint is about the number itself.
    with pytest.raises(BadRecord, match=rf"^{key}: "):
        parse_record(json.dumps({key: 2}).encode(), model)


def test_the_codes_of_refusal_exist() -> None:
    known = {code for name in MODULES for code in module(name)}
    assert {row[3] for row in table("file", "key", "number", "refused with")} - {"never read"} <= known
    assert set(re.findall(r"`([EWA]\d{3})`", PAGE)) <= known


def test_exit_codes() -> None:
    listed = [int(row[0]) for row in table("exit code", "meaning")]
    assert listed == [
        0,
        codes.FINDINGS,
        codes.USAGE,
        codes.INTERNAL,
        codes.INTERRUPTED,
        codes.PIPE,
        128 + 15,
    ]


def test_keys_of_reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("bad.ft").write_text(SAMPLE)
    Path("good.ft").write_text(SAMPLE.replace(" {cty}", ""))
    found = json.loads(CliRunner().invoke(app, ["check", "bad.ft", "--format", "json"]).stdout)
    assert list(found) == keys("ftc check --format json")
    assert list(found["diagnostics"][0]) == keys("each of its diagnostics")
    fix = found["diagnostics"][0]["fix"]
    assert list(fix) == keys("each fix") and list(fix["edits"][0]) == keys("each of its edits")
    assert list(found["diagnostics"][0]["location"]) == keys("each location")
    counted = json.loads(CliRunner().invoke(app, ["count", "good.ft", "--format", "json"]).stdout)
    assert list(counted) == keys("ftc count --format json")
    assert list(counted["blocks"][0]) == keys("each of its blocks")
    counted = json.loads(CliRunner().invoke(app, ["count", "--each", "good.ft", "--format", "json"]).stdout)
    assert list(counted) == keys("ftc count --format json, of a folder")
    assert list(counted["files"][0]) == keys("each of its files")
    shown = json.loads(CliRunner().invoke(app, ["show", "good.ft", "--format", "json"]).stdout)
    assert list(shown) == keys("ftc show --format json")
    assert list(shown["conversations"][0]) == keys("each of its conversations")
    assert CliRunner().invoke(app, ["compile", "good.ft", "-o", "good.jsonl"]).exit_code == 0
    traced = json.loads(CliRunner().invoke(app, ["trace", "good.jsonl:1", "--format", "json"]).stdout)
    assert list(traced) == ["output", *keys("each of its conversations")]
    lesson = str(ROOT / "examples" / "01-knowledge" / "smoking-lesson.ft")
    planned = json.loads(CliRunner().invoke(app, ["plan", lesson, "--format", "json", "-o", "out.jsonl"]).stdout)
    assert list(planned) == keys("ftc plan --format json")
    assert list(Report.model_fields) == keys("ftc evaluate --format json")
    assert all(f"--format {each}" in PAGE for each in FORMATS if each != "text")


def test_names_of_the_package() -> None:
    rows = table("what", "within a minor release", "from one minor release to the next")
    (row,) = [row for row in rows if row[0] == "Python"]
    assert set(re.findall(r"ftc\.(\w+)", row[1])) == set(ftc.__all__)


def test_what_is_deprecated_is_listed() -> None:
    """A wording that says so has its line on the page."""
    deprecated = {code for name in MODULES for code, words in module(name).items() if "deprecated" in words.title}
    assert bool(deprecated) != ("Nothing is deprecated today." in PAGE)
    assert all(code in PAGE for code in deprecated)
