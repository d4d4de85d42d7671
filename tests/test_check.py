"""What is wrong with a file, and how it is said: each source beside the report that people see.

`UPDATE_GOLDENS=1` writes the reports anew; read every one of them before it is committed.
"""

import os
from pathlib import Path

import pytest

from ftc.compile import compile
from ftc.diagnostics import has_errors
from ftc.loader import Loader
from ftc.report.text import render
from ftc.targets import TARGETS
from ftc.wording import module

FOLDER = Path(__file__).parent / "conformance" / "check"
SOURCES = sorted(FOLDER.glob("*.ft"))
# The codes of the checker and of what is seen in the data.
CODES = sorted(code for name in ("names", "structure", "picks", "data") for code in module(name))
# A library that is missing.
NOT_SHOWN = {"W508"}
# Seen only where rejected answers are written.
OF_PAIRS = {"W503-rejected-is-the-answer", "W511-empty-answer-not-to-give"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_conformance(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    code = path.stem.split("-", 1)[0]
    # The target with the fewest demands, so that a short sample is told of its own mistakes alone.
    target = TARGETS["openai-dpo" if path.stem in OF_PAIRS else "trl"]
    compilation = compile([path.name], Loader(FOLDER), target=target)
    advice = compilation.advice if code[0] == "A" else ()
    report = render(compilation.diagnostics + advice, color=False, advice=True)
    golden = path.with_suffix(".err")
    if os.environ.get("UPDATE_GOLDENS"):
        golden.write_text(report, encoding="utf-8", newline="\n")
    assert report == golden.read_text(encoding="utf-8")
    if code in CODES:
        assert f"[{code}]" in report
    assert (compilation.plan is None) == has_errors(compilation.diagnostics)


def test_every_code_of_the_checker_is_shown() -> None:
    assert sorted({path.stem.split("-", 1)[0] for path in SOURCES} & set(CODES)) == sorted(set(CODES) - NOT_SHOWN)


def test_ten_mistakes_are_told_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    diagnostics = compile(["ten-mistakes.ft"], Loader(FOLDER)).diagnostics
    assert len([each for each in diagnostics if each.code[0] == "E"]) == 10
    assert len({each.code for each in diagnostics if each.code[0] == "E"}) == 10
