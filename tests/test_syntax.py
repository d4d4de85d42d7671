"""The parser: goldens of trees and of errors, the grammar itself, and what must hold of any text at all."""

import os
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from effort import examples
from ftc.check.settings import SETTINGS
from ftc.diagnostics import Diagnostic
from ftc.source import SourceFile
from ftc.syntax import ast, keywords, parse, parse_table
from ftc.syntax.dump import dump
from ftc.wording import worded
from ftc.wording.syntax import WORDING

FOLDER = Path(__file__).parent / "conformance" / "syntax"
INPUTS = sorted(FOLDER.glob("*.ft"))
TEXTS = [path.read_text(encoding="utf-8") for path in INPUTS]

# What mutations put in: everything that means something somewhere.
PIECES = [
    *"{}|~\"'\\:=()[]#.%,!-é🔥\t\r\0\u2028\ud800", "\n", "\n  ", "  ", "..", "let x in 1..3\n  ~ a\n", "user:", " raw:",
    "for ", " if ", "assistant calls f(", "table t\n  | a |\n", "train\n  ", "fact a\n", "{a|b}", "where ",
]  # fmt: skip


def parsed(text: str) -> tuple[ast.File, list[Diagnostic]]:
    return parse(SourceFile("test.ft", text))


def rendered(diagnostic: Diagnostic) -> str:
    """`line:column-line:column CODE message`, columns from 1, the end excluded."""
    span = diagnostic.span
    assert span is not None
    start, end = span.source.position(span.start), span.source.position(span.end)
    return f"{start[0]}:{start[1]}-{end[0]}:{end[1]} {diagnostic.code} {worded(diagnostic).message}"


def check_golden(path: Path, text: str) -> None:
    if os.environ.get("UPDATE_GOLDENS"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.stem)
def test_conformance(path: Path) -> None:
    file, found = parsed(path.read_text(encoding="utf-8"))
    if found:
        check_golden(path.with_suffix(".err"), "".join(f"{rendered(diagnostic)}\n" for diagnostic in found))
    else:
        check_golden(path.with_suffix(".tree"), dump(file))


def test_the_grammar_is_strict_and_its_table_is_the_same_in_every_build(tmp_path: Path) -> None:
    grammar = parse_table.grammar_path().read_text(encoding="utf-8")
    parse_table.save(tmp_path / "a", grammar)
    parse_table.save(tmp_path / "b", grammar)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_stale_or_broken_table_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    grammar = parse_table.grammar_path().read_text(encoding="utf-8")
    fresh = parse_table.build(grammar)
    monkeypatch.setattr(parse_table, "SAVED", tmp_path / "ft.table")
    for written in (None, b"\x80not json", b"[]", b"{}", b'{"key":"old"}'):
        if written is not None:
            parse_table.SAVED.write_bytes(written)
        assert parse_table.load() == fresh
    parse_table.save(parse_table.SAVED, grammar)
    assert parse_table.load() == fresh


def test_ten_mistakes_are_ten_diagnostics() -> None:
    text = """\
⟦assistent⟧: hello
let⟦⟧ = 5
fact ⟦two words⟧
  user: this belongs to the mistake above
user: a ⟦{⟧b
user: {a ⟦b⟧} and {c ⟦d⟧}
table t
  | x | y |
  ⟦| 1 |⟧
use ⟦lexicon⟧
use "x"
  ⟦use "y"⟧
where n ⟦=⟧ 3
user: {n} is still known, and this is right
"""
    expected = []
    clean = ""
    for piece in text.split("⟦"):
        marked, _, rest = piece.rpartition("⟧")
        if "⟧" in piece:
            expected.append((len(clean), len(clean) + len(marked)))
        clean += marked + rest
    file, found = parsed(clean)
    spans = [(d.span.start, d.span.end) for d in found if d.span]
    assert len(expected) == 10
    assert spans == expected, [rendered(d) for d in found]
    assert isinstance(file.statements[-1], ast.Message)


def test_a_broken_let_or_table_declares_nothing_but_a_whole_name() -> None:
    for text in ("let x y: a", "let x-y: b", "let It's: b", "table my table"):
        assert isinstance(parsed(text)[0].statements[0], ast.Bad)
    for text in ("let x", "let x = (", "table x\n  a, b"):
        kept = parsed(text)[0].statements[0]
        assert isinstance(kept, ast.Let)
        assert kept.name.text == "x"


@pytest.mark.parametrize(
    ("text", "code", "way"),
    [
        ("user What is smoking?", "E152", "Write `user: What is smoking?`"),
        ("assistant It's fine", "E152", "Write `assistant: It's fine`"),
        ("assistant raw It's fine", "E114", "Write `assistant raw: It's fine`"),
        ("assistant raw \\d+", "E114", "Write `assistant raw: \\d+`"),
        ("assistant untrained 1. Fold it.", "E152", "Write `assistant untrained: 1. Fold it.`"),
        ("user\n    What is smoking?", "E152", "Write `user:`"),
        ("tool It's sunny", "E152", "Write `tool: It's sunny`"),
        ("let x What's this", "E152", "Write `let x: What's this`"),
        ("let x y: a", "E160", "Write `let x_y: a`"),
        ("let x-y in 1..3", "E160", "Write `let x_y in 1..3`"),
        ("let 1x: a", "E157", "Write `let _1x: a`"),
        ("epochs = 3", "E105", "To make it training data, indent it by two spaces below `train`"),
        ("rank = 3", "E105", "To give a value a name, write `let rank = 3`"),
    ],
)
def test_ways_out(text: str, code: str, way: str) -> None:
    found = parsed(text)[1]
    assert [diagnostic.code for diagnostic in found] == [code]
    assert worded(found[0]).help[0] == way


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("user:\n    | a\n  | b\n  | c\nuser: x", "E107"),
        ("user:\n  | a\n  b\n  c\n  | d", "E108"),
        ("table t\n| a |\n| 1 |\nuser: x", "E107"),
        ("table t\n    | a |\n  | 1 |\n  | 2 |\n", "E107"),
        ("table t\n  || a | b |\n  | 1 | 2 |\n", "E145"),
        ("table t\n  | a b |\n  | 1 | 2 |\n  | 3 | 4 |\n", "E143"),
        ("| a\n| b\nuser: x", "E115"),
    ],
)
def test_one_mistake_of_many_lines_is_one_diagnostic(text: str, code: str) -> None:
    assert [diagnostic.code for diagnostic in parsed(text)[1]] == [code]


def test_a_message_in_train_is_a_message() -> None:
    (block,) = parsed("train\n  user: a\n")[0].statements
    assert isinstance(block, ast.Block)
    assert isinstance(block.body[0], ast.Message)


def test_the_lexer_knows_the_settings_of_the_checker() -> None:
    assert set(SETTINGS) == keywords.SETTINGS


def test_every_way_out_is_written_alike() -> None:
    """A capital first; a full stop last, but none behind something to type."""
    for code, wording in WORDING.items():
        for way in wording.help:
            assert not way[0].islower(), (code, way)
            assert way[-1] in "`?.", (code, way)
            assert not way.endswith("`."), (code, way)


@pytest.mark.parametrize(
    "text",
    [
        "user: " + "{" * 5000 + "a|b" + "}" * 5000,
        "user: " + "{a|" * 5000 + "b" + "}" * 5000,
        "let x = " + "(" * 5000 + "1" + ")" * 5000,
        "let x = " + "not " * 5000 + "1",
        "let x = " + "1 + " * 5000 + "1",
        "let x = a" + ".b" * 5000,
        "let x = a" + "[0]" * 5000,
        "let x = " + "1 if 2 else " * 5000 + "3",
        "".join(f"{'  ' * depth}case x\n" for depth in range(300)),
    ],
    ids=["holes", "choices", "parentheses", "not", "sum", "fields", "indices", "conditions", "blocks"],
)
def test_deep_nesting_is_one_error(text: str) -> None:
    file, found = parsed(text)
    assert [d.code for d in found if d.code != "E123"] == ["E139"]
    dump(file)


@pytest.mark.parametrize("text", ["", "\n", "# a comment", "user: no end of line", "user: a\r\nuser: b\r\n", " \t\r\n"])
def test_edges_of_a_file(text: str) -> None:
    assert not parsed(text)[1]


def test_windows_line_ends_mean_nothing() -> None:
    for path, text in zip(INPUTS, TEXTS, strict=True):
        file, found = parsed(text)
        windows, found_windows = parsed(text.replace("\n", "\r\n"))
        assert dump(file) == dump(windows), path
        assert [d.code for d in found] == [d.code for d in found_windows]


def check_sound(text: str) -> None:
    """No traceback, every span inside the file, words for every finding."""
    file, found = parsed(text)
    dump(file)
    for diagnostic in found:
        assert diagnostic.span is not None
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)
        assert worded(diagnostic).message


@pytest.mark.parametrize("seed", range(40))
def test_mutated_files(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(40):
        text = chance.choice(TEXTS)
        for _ in range(chance.choice([1, 1, 2, 5])):
            at = chance.randrange(len(text) + 1)
            cut = chance.choice([0, 0, 1, 5])
            text = text[:at] + chance.choice([*PIECES, ""]) + text[at + cut :]
        check_sound(text)


@examples(200, full=8000)
@given(st.text(max_size=80))
def test_any_text(text: str) -> None:
    check_sound(text)


@examples(300, full=12_000)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_any_sequence_of_pieces(text: str) -> None:
    check_sound(text)
