"""Each code that the reference names is the one that comes, and each limit that it tells is the one that holds."""

import importlib
import io
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ftc.compile import compile
from ftc.loader import Loader
from ftc.report.text import render
from ftc.targets import TARGETS
from reference_codes import CODES, PARQUET, Case
from test_reference import REFERENCE, SMALL

pytest_plugins = ["test_cli_harness"]

_HIDDEN = re.compile(r"^```.*?^```$|<!--.*?-->", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"\b[EW]\d{3}\b")
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
            Path(name).write_bytes(data)
        for name in case.pipes:
            os.mkfifo(name)
        shown = run(*case.command).err
        found = set(re.findall(r"^(?:error|warning)\[(\w+)\]", shown, re.MULTILINE))
    else:
        loader = Loader(files=_files(case))
        told = compile(["main.ft"], loader, target=TARGETS[case.target]).diagnostics
        shown = render(list(told), color=False)
        found = {each.code for each in told}
    assert found - (SMALL - wanted) == wanted, shown


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
