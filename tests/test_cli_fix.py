"""`ftc check --fix`: which edits are made, in which files, and what is said of it. The edits are in `test_edits.py`."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest_plugins = ["test_cli_harness"]

WRONG = "dialog d:\n  user What is it?\n  assistant weight=0: A hat.\n  user: Sure?\n  assistant: Yes.\n"
RIGHT = "dialog d\n  user: What is it?\n  assistant untrained: A hat.\n  user: Sure?\n  assistant: Yes.\n"
MEANT = "# allow W511: it may be silent\n\n"


def test_what_leaves_no_doubt_is_written_and_the_rest_is_told(ftc: Callable[..., Any]) -> None:
    Path("a.ft").write_text(WRONG.replace("Yes.", "{nmae}"))
    result = ftc("check", "--fix", "a.ft")
    assert Path("a.ft").read_text() == RIGHT.replace("Yes.", "{nmae}")
    assert result.code == 1 and "E201" in result.err and "3 fixed, 1 remaining" in result.err
    Path("a.ft").write_text(WRONG)
    result = ftc("check", "--fix", "a.ft")
    assert result.code == 0 and "3 fixed, 0 remaining" in result.err and "a.ft: no errors" in result.out
    # A second time there is nothing to do, and the file is not touched.
    before = Path("a.ft").stat()
    assert "0 fixed, 0 remaining" in ftc("check", "--fix", "a.ft").err
    assert Path("a.ft").stat().st_ino == before.st_ino


def test_without_fix_nothing_is_written_and_the_command_to_copy_is_said(ftc: Callable[..., Any]) -> None:
    Path("a b.ft").write_text(WRONG)
    result = ftc("check", "a b.ft")
    # Below a header that cannot be read, nothing is.
    assert result.code == 1 and "1 fixable: ftc check --fix 'a b.ft'" in result.err
    assert Path("a b.ft").read_text() == WRONG
    assert "fixable" not in ftc("check", "-q", "a b.ft").err + ftc("check", "bad.ft").err


def test_a_file_that_compiles_gives_the_same_lines_behind_it(ftc: Callable[..., Any]) -> None:
    Path("m.ft").write_text(MEANT + Path("held.ft").read_text())
    before = ftc("compile", "m.ft", "-o", "before.jsonl")
    assert "W303" in before.err
    assert ftc("check", "--fix", "m.ft").code == 0
    assert Path("m.ft").read_text() == "\n" + Path("held.ft").read_text()
    assert "W303" not in ftc("compile", "m.ft", "-o", "behind.jsonl").err
    for part in ("", ".validation"):
        assert Path(f"before{part}.jsonl").read_bytes() == Path(f"behind{part}.jsonl").read_bytes()


def test_a_guess_and_what_changes_the_data_is_only_made_on_request(ftc: Callable[..., Any]) -> None:
    text = "let city: Paris\n\ndialog d\n  user: {please|} go to {ctiy}\n  assistant: Yes\n"
    Path("a.ft").write_text(text)
    assert ftc("check", "--fix", "a.ft").code == 1
    assert Path("a.ft").read_text() == text
    assert "--fix --unsafe-fixes a.ft" in ftc("check", "--unsafe-fixes", "a.ft").err
    result = ftc("check", "--fix", "--unsafe-fixes", "a.ft")
    assert Path("a.ft").read_text() == text.replace("ctiy", "city").replace("{please|} ", "{please |}")
    assert result.code == 0 and "2 fixed" in result.err


def test_many_of_one_kind_are_mended_in_rounds(ftc: Callable[..., Any]) -> None:
    """Of an expression the first sign that begins nothing is told; behind its edit, the next."""
    where = "  where n > 1 && n < 9 && n ≠ 4 && n ≤ 7\n"
    Path("a.ft").write_text(f"let n in 1..9\ndialog d\n  user: {{n}}\n  assistant: {{n}}\n{where}")
    assert ftc("check", "--fix", "a.ft").code == 0
    assert Path("a.ft").read_text().endswith("  where n > 1 and n < 9 and n != 4 and n <= 7\n")


@pytest.mark.parametrize("head", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_ends_and_a_mark_at_the_start_stay(ftc: Callable[..., Any], head: bytes, end: str) -> None:
    text = "let n in 1..2  # two\n" + WRONG.replace("hat", "hat {n}")
    Path("a.ft").write_bytes(head + text.replace("\n", end).encode())
    ftc("check", "--fix", "a.ft")
    expected = "# two\nlet n in 1..2\n" + RIGHT.replace("hat", "hat {n}")
    assert Path("a.ft").read_bytes() == head + expected.replace("\n", end).encode()


def test_the_standard_input_goes_fixed_to_the_standard_output(
    ftc: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for text, code in ((WRONG, 0), (WRONG + "  nonsense\n", 1), (RIGHT, 0)):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        result = ftc("check", "--fix", "-")
        assert result.out == text.replace(WRONG, RIGHT) and result.code == code


def test_diff_shows_what_would_change_and_writes_nothing(ftc: Callable[..., Any]) -> None:
    Path("a.ft").write_text(WRONG)
    result = ftc("check", "--diff", "a.ft")
    assert result.code == 1 and Path("a.ft").read_text() == WRONG
    assert "-dialog d:\n" in result.out and "+dialog d\n" in result.out and "+++ a.ft (fixed)" in result.out
    assert "3 would be fixed, 0 remaining" in result.err
    Path("a.ft").write_text(RIGHT)
    result = ftc("check", "--diff", "a.ft")
    assert (result.code, result.out) == (0, "")


def test_a_file_that_is_only_used_is_left_alone(ftc: Callable[..., Any]) -> None:
    names, uses = "let thing = 'hat'\n", 'use "names.ft"\n\ndialog d:\n  user: What?\n  assistant: {thing}\n'
    Path("names.ft").write_text(names)
    Path("uses.ft").write_text(uses)
    result = ftc("check", "--fix", "uses.ft")
    assert result.code == 1 and "1 fixed, 1 remaining" in result.err
    assert Path("names.ft").read_text() == names
    assert Path("uses.ft").read_text() == uses.replace("d:", "d")
    assert ftc("check", "--fix", "uses.ft", "names.ft").code == 0
    assert Path("names.ft").read_text() == names.replace("'", '"')


def test_in_a_folder_each_file_is_fixed_once(ftc: Callable[..., Any], here: Path) -> None:
    for path in here.glob("*.ft"):
        path.unlink()
    (here / "in").mkdir()
    Path("in/names.ft").write_text("let thing = 'hat'\n")
    for name in ("a", "b", "z"):
        Path(f"in/{name}.ft").write_text(f'use "names.ft"\n\ndialog {name}:\n  user: What?\n  assistant: {{thing}}\n')
    assert "4 would be fixed, 0 remaining" in ftc("check", "--diff", "in").err
    result = ftc("check", "--fix", "in")
    assert result.code == 0 and "4 fixed, 0 remaining" in result.err
    assert Path("in/names.ft").read_text() == 'let thing = "hat"\n'
    assert "0 fixed" in ftc("check", "--fix").err


def test_a_link_stays_one_and_a_report_for_programs_stays_whole(ftc: Callable[..., Any], here: Path) -> None:
    Path("real.ft").write_text(WRONG)
    Path("a.ft").symlink_to("real.ft")
    result = ftc("check", "--fix", "--format", "json", "a.ft")
    assert json.loads(result.out)["errors"] == 0 and result.err == ""
    assert Path("a.ft").is_symlink() and Path("real.ft").read_text() == RIGHT


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root writes everywhere")
def test_a_file_that_cannot_be_written_is_an_error_and_stays(ftc: Callable[..., Any], here: Path) -> None:
    Path("a.ft").write_text(WRONG)
    here.chmod(0o555)
    try:
        result = ftc("check", "--fix", "a.ft")
    finally:
        here.chmod(0o755)
    assert result.code == 3 and "E702" in result.err and Path("a.ft").read_text() == WRONG


def test_nothing_else_is_left_in_the_folder(ftc: Callable[..., Any], here: Path) -> None:
    Path("a.ft").write_text(WRONG)
    before = sorted(path.name for path in here.iterdir())
    subprocess.run([sys.executable, "-m", "ftc", "check", "--fix", "a.ft"], check=True, capture_output=True)
    assert sorted(path.name for path in here.iterdir()) == before
