"""The printer: goldens, and that formatting changes no meaning and nothing twice."""

import os
import random
from pathlib import Path

import pytest

from ftc.diagnostics import has_errors
from ftc.source import SourceFile
from ftc.syntax import ast, parse
from ftc.syntax.dump import dump
from ftc.syntax.printer import format

CONFORMANCE = Path(__file__).parent / "conformance"
INPUTS = sorted((CONFORMANCE / "format").glob("*.ft"))
SAMPLES = [path for folder in ("format", "syntax") for path in sorted((CONFORMANCE / folder).glob("*.ft"))]
TEXTS = [path.read_text(encoding="utf-8") for path in SAMPLES]

PIECES = [
    *"{}|~\\:=# \t", "\n", "\n\n", "\n  ", "\n# c\n", "\n  # c\n", "\n    # d\n", "..", "(1)", "\r\n", "🔥", "{x}",
    "{a|b}", '{" "}', "\\|", "\\{", "not ", "x if y else z", "\n    | a\n", "{x:>3}", "\n      more text",
]  # fmt: skip


def tree(text: str) -> ast.File:
    file, found = parse(SourceFile("test.ft", text))
    assert not has_errors(found), found
    return file


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.stem)
def test_conformance(path: Path) -> None:
    formatted = format(tree(path.read_text(encoding="utf-8")))
    golden = path.with_suffix(".formatted")
    if os.environ.get("UPDATE_GOLDENS"):
        golden.write_text(formatted, encoding="utf-8")
    assert formatted == golden.read_text(encoding="utf-8")


def check(text: str) -> bool:
    file, found = parse(SourceFile("test.ft", text))
    if has_errors(found):
        return False
    formatted = format(file)
    assert dump(tree(formatted)) == dump(file)
    assert format(tree(formatted)) == formatted
    return True


def test_files_that_are_right() -> None:
    assert sum(map(check, TEXTS)) > len(TEXTS) / 2


@pytest.mark.parametrize("seed", range(20))
def test_mutated_files(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(40):
        text = chance.choice(TEXTS)
        for _ in range(chance.choice([1, 1, 2])):
            at = chance.randrange(len(text) + 1)
            text = text[:at] + chance.choice(PIECES) + text[at + chance.choice([0, 0, 0, 1, 4]) :]
        check(text)


def test_a_change_of_meaning_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ftc.syntax.printer.string", lambda value: '"other"')
    with pytest.raises(RuntimeError, match=r"test\.ft"):
        format(tree('use "lexicon.ft"\n'))


def test_a_file_with_errors_is_refused() -> None:
    file, _ = parse(SourceFile("test.ft", "foo bar\n"))
    with pytest.raises(TypeError):
        format(file)
