"""Each code that the reference names is the one that comes, and each limit that it tells is the one that holds."""

import importlib
import io
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ftc import loader
from ftc.check import blocks, declarations, expressions, inference, templates
from ftc.check.settings import SETTINGS, UNBOUNDED, SettingSpec
from ftc.cli import output
from ftc.compile import compile
from ftc.expand import covering
from ftc.expand.bind import messages
from ftc.expand.space import budget
from ftc.expressions import limits
from ftc.expressions.types import FLOAT, INT, TEXT
from ftc.loader import Loader
from ftc.quality import merging, near, recorded
from ftc.quality.context import MAX_FINDINGS
from ftc.quality.examination import MAX_LOOKED_AT, MAX_SEARCHED
from ftc.readers import fault, jsonl, parquet, separated
from ftc.report.text import render
from ftc.syntax import expression, tokens
from ftc.targets import TARGETS
from reference_codes import CODES, PARQUET, Case
from test_reference import REFERENCE, SMALL

pytest_plugins = ["test_cli_harness"]

# A sample shows in an answer what it is about, and asks nothing.
OF_SAMPLES = SMALL | {"W510", "E503"}

LIMITS = {
    "a source file; a table file": f"{loader.SOURCE_LIMIT >> 20} MB; {loader.TABLE_LIMIT >> 30} GB",
    "cells of a table, rows × columns; what is inside lists and objects counts too": f"{fault.CELLS:,}",
    "what a parquet file unpacks to": f"{fault.UNPACKED >> 30} GB",
    "pages of a parquet file; its end, which describes it": f"{parquet.PAGES:,}; {parquet.FOOTER >> 20} MB",
    "characters in a cell of csv or tsv": f"{separated.CELL_LIMIT:,}",
    "lists and objects inside each other, in a line of jsonl": f"{jsonl.DEPTH}",
    # Of a list, each item counts for eight bytes.
    "a text; a list that an operator or a method makes": (
        f"{limits.MAX_VALUE // 1_000_000} MB; {limits.MAX_VALUE // 8:,} items"
    ),
    "steps of an expression": f"{limits.MAX_STEPS:,}",
    "a whole number; one that is written out": f"{limits.MAX_BITS} bits; {expression._MAX_DIGITS:,} digits",
    "a number with a fraction": f"about {sys.float_info.max:.1e}".replace("+", ""),
    "braces, brackets or blocks inside each other": f"{tokens.MAX_NESTING}",
    "operators that hang on one another": f"{tokens.MAX_OPERATORS}",
    "parts of an expression inside each other": f"{inference.MAX_DEPTH}",
    "`for` parts of a list": f"{inference.MAX_CLAUSES}",
    "names made of each other, in a chain": f"{declarations.MAX_CHAIN}",
    "names made of each other and the braces around them, inside each other": f"{declarations.MAX_INSIDE:,}",
    "functions that call each other, in a chain": f"{expressions.MAX_CALLS:,}",
    "a format spec": f"{templates.MAX_WIDTH:,} characters wide",
    "combinations of names tied by `where`": f"{budget.MAX_GROUP:,}",
    "combinations to cover": f"{covering.MAX_COMBINATIONS:,}",
    "values or wordings of which some are held out": f"{budget.MAX_GROUP:,}",
    "conversations of a block that `unique` compares": f"{merging.MAX_COMPARED:,}",
    "conversations to be searched for the problems of the next section": f"{MAX_SEARCHED:,}",
    "conversations to be searched for questions that are nearly the same": f"{near.MAX_SEARCHED:,}",
    "conversations to be examined one by one for them": f"{MAX_LOOKED_AT:,}",
    "wordings of an item of `says`: further ones do not count": f"{messages.MAX_READINGS}",
    (
        "conversations of a style that are searched for prompts without an answer; a later one is a pick that fails"
    ): f"{recorded.MAX_CONVERSATIONS:,}",
}
"""What the rows of the table of limits say, by what they are about, as the compiler has it."""

_HIDDEN = re.compile(r"^```.*?^```$|<!--.*?-->", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"\b[EWA]\d{3}\b")
_RANGE = re.compile(r"`([EW])(\d{3})` to `[EW](\d{3})`")


def _prose() -> str:
    """The reference without its examples, each run of blanks being one."""
    return " ".join(_HIDDEN.sub("", REFERENCE.read_text(encoding="utf-8")).split())


def _named(says: str) -> set[str]:
    """The codes that a piece of prose names."""
    found = set(_CODE.findall(says))
    for letter, first, last in _RANGE.findall(says):
        found |= {f"{letter}{number:03}" for number in range(int(first), int(last) + 1)}
    return found


def _cases() -> list[Any]:
    found = []
    for says, codes in CODES.items():
        for code, cases in codes.items():
            for number, case in enumerate(cases):
                made = case if isinstance(case, Case) else Case(case)
                found.append(pytest.param(code, made, id=f"{code or 'nothing'} {says[:40]} {number}"))
    return found


def _parquet() -> bytes:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    file = io.BytesIO()
    pq.write_table(pa.table({"a": ["1"]}), file)
    return file.getvalue()


def _files(case: Case) -> dict[str, bytes]:
    files = {"main.ft": case.text, **case.files}
    made = {name: data.encode() if isinstance(data, str) else data for name, data in files.items()}
    return {name: _parquet() if data == PARQUET else data for name, data in made.items()}


@pytest.mark.parametrize(("code", "case"), _cases())
def test_the_code_that_the_reference_names_is_the_one_that_comes(
    code: str, case: Case, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    for name, value in case.patch.items():
        module, _, last = name.rpartition(".")
        monkeypatch.setattr(importlib.import_module(module), last, value)
    wanted = {code} - {""} | case.also
    if case.command:
        run: Callable[..., Any] = request.getfixturevalue("ftc")
        for name, data in _files(case).items():
            Path(name).parent.mkdir(exist_ok=True)
            Path(name).write_bytes(data)
        for name in case.pipes:
            os.mkfifo(name)
        shown = run(*case.command).err
        found = set(re.findall(r"^(?:error|warning)\[(\w+)\]", shown, re.MULTILINE))
    else:
        loader = Loader(files=_files(case))
        result = compile(["main.ft"], loader, target=TARGETS[case.target])
        told = result.diagnostics + (result.advice if code.startswith("A") else ())
        shown = render(list(told), color=False)
        found = {each.code for each in told}
    assert found - (OF_SAMPLES - wanted) == wanted, shown


def test_every_code_in_the_prose_is_tried() -> None:
    prose = _prose()
    tried: set[tuple[int, str]] = set()
    for says, codes in CODES.items():
        assert prose.count(says) == 1, f"not once in the reference: {says}"
        assert set(codes) - {""} <= _named(says), f"it does not name them all: {says}"
        tried |= {(prose.index(says) + found.start(), found[0]) for found in _CODE.finditer(says) if found[0] in codes}
    missing = [
        f"{found[0]}: …{prose[max(0, found.start() - 80) : found.end() + 20]}"
        for found in _CODE.finditer(prose)
        if (found.start(), found[0]) not in tried
    ]
    assert not missing, "\n".join(missing)


def test_the_limits_are_those_of_the_compiler() -> None:
    section = REFERENCE.read_text(encoding="utf-8").partition("\n## Limits\n")[2].partition("\n## ")[0]
    head, *rows = re.findall(r"^\| (.+?) \| (.+?) \|", section, re.MULTILINE)
    assert head == ("what", "at most")
    told = dict(rows)
    assert len(told) == len(rows)
    assert told == LIMITS


def test_of_many_findings_as_many_are_told_as_the_reference_says() -> None:
    prose = _prose()
    assert MAX_FINDINGS == 10
    assert "the first ten findings of a kind are shown; of the values of a name that are never picked, three" in prose
    dialogs = "".join(f"dialog d{i}\n  user: {i}\n  assistant: y\n  says: z\n" for i in range(12))
    assert _told(dialogs) == ["W506"] * 10
    names = "let a:\n" + "".join(f"  | {i}\n" for i in range(9)) + 'where a == "8"\n'
    assert _told(names + "dialog d\n  user: {a}\n  assistant: y\n") == ["W401"] * 3


def _told(text: str) -> list[str]:
    found = compile(["main.ft"], Loader(files={"main.ft": text.encode()}), target=TARGETS["trl"]).diagnostics
    return [each.code for each in found]


def test_the_limits_told_elsewhere_are_those_of_the_compiler() -> None:
    prose = _prose()
    assert f"no more than {output.MAX_LINES:,} lines" in prose
    assert f"More than {covering.MAX_COMBINATIONS:,} combinations to cover" in prose
    assert f"up to `cover {blocks.MAX_STRENGTH}`" in prose
    assert f"conditions may have up to {budget.MAX_GROUP:,} combinations" in prose
    assert f"there may be {budget.MAX_GROUP:,} of them" in prose


def test_the_ranges_of_settings_are_those_of_the_compiler() -> None:
    rows = re.findall(r"^\| `(\w+)` \| ([a-z ]+) \| (.*?) ?\| ", REFERENCE.read_text(encoding="utf-8"), re.MULTILINE)
    told = {name: (kind, said.removesuffix(" characters")) for name, kind, said in rows if name in SETTINGS}
    assert told == {name: _ranged(setting) for name, setting in SETTINGS.items()}


def _ranged(setting: SettingSpec) -> tuple[str, str]:
    kind = {TEXT: "text", INT: "whole number", FLOAT: "number"}[setting.type]
    if setting.high != UNBOUNDED:
        return kind, f"{setting.low} to {setting.high}"
    # That a text is not empty goes without saying.
    return kind, "" if setting.type == TEXT else "0 to 2⁶³" if setting.type == INT else "from 0"


def test_the_reserved_words_are_told() -> None:
    said = re.search(r"Reserved are `([^`]*)`", _prose())
    assert said and set(said[1].split()) == tokens.RESERVED
