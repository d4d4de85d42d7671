"""The commands that write no lines, end to end."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ftc.cli import COMMANDS
from test_cli_harness import names

pytest_plugins = ["test_cli_harness"]


def test_check(ftc: Callable[..., Any]) -> None:
    assert ftc("check", "k.ft").out == "k.ft: no errors, 7 conversations\n"
    found = json.loads(ftc("check", "bad.ft", "--format", "json").out)
    assert (found["errors"], found["diagnostics"][0]["location"]["line"]) == (1, 2)
    assert ftc("check", "bad.ft", "--format", "github").out.startswith("::error file=bad.ft,line=2,")
    assert json.loads(ftc("check", "k.ft", "--format", "sarif").out)["version"] == "2.1.0"
    assert names() == {"k.ft", "bad.ft", "held.ft"}


def test_count(ftc: Callable[..., Any]) -> None:
    assert ftc("count", "k.ft").out == "fact smoking  7  = 4 + 1 + 2\ntotal         7\n"
    found = json.loads(ftc("count", "held.ft", "--format", "json").out)
    assert found["training"] + found["validation"] == 20


def test_a_count_of_any_size_is_told_at_once(ftc: Callable[..., Any]) -> None:
    lets = "".join(f"  let n{i} in 1..1000\n" for i in range(5))
    text = "".join(f"{{n{i}}}" for i in range(5))
    Path("big.ft").write_text(f"dialog a\n{lets}  user: {text}\n  assistant: b\n")
    assert "1,000,000,000,000,000" in ftc("count", "big.ft").out


def test_show(ftc: Callable[..., Any]) -> None:
    assert ftc("show", "k.ft", "--at", 1).out == (
        "── smoking 1 of 7 ── k.ft:3\n"
        "user       What is smoking?\n"
        "assistant  Smoking is when a person takes two red sheets of paper and glues them together.\n"
        "\n"
    )
    assert ftc("show", "k.ft", "-n", 2, "--block", "smoking").out.count("── smoking") == 2
    assert "of 7" in ftc("show", "k.ft").out


def test_trace_tells_the_source_even_after_it_changed(ftc: Callable[..., Any]) -> None:
    ftc("compile", "k.ft")
    Path("k.ft").write_text("fact other\n  user: a\n  assistant: b\n")
    result = ftc("trace", "k.jsonl:3")
    assert result.code == 0 and not result.err
    assert "user       Tell me what smoking is." in result.out
    assert "k.ft:5 | | {Explain|Tell me} what smoking is." in result.out
    assert "Tell me" in result.out.split("picks:")[1]


def test_trace_warns_of_an_output_that_was_edited(ftc: Callable[..., Any]) -> None:
    ftc("compile", "held.ft")
    path = Path("held.validation.jsonl")
    assert not ftc("trace", f"{path}:1").err
    path.write_text(path.read_text().replace("follows", "comes after"))
    result = ftc("trace", f"{path}:1")
    assert result.code == 0 and "warning[W701]" in result.err


def test_trace_of_an_output_in_another_folder(ftc: Callable[..., Any], here: Path) -> None:
    (here / "out").mkdir()
    (here / "elsewhere").mkdir()
    os.chdir(here / "elsewhere")
    assert ftc("compile", here / "k.ft", "-o", here / "out" / "x.jsonl").code == 0
    assert str(here) not in (here / "out" / "x.manifest.json").read_text()
    assert "What is smoking?" in ftc("trace", f"{here / 'out' / 'x.jsonl'}:1").out


def test_trace_of_tables_beside_and_above(ftc: Callable[..., Any], here: Path) -> None:
    """The names in a manifest lead from one file to the other, wherever ftc ran."""
    (here / "ftc.toml").touch()
    (here / "data").mkdir()
    (here / "data" / "city.csv").write_text("name\nParis\nOslo\n")
    (here / "a").mkdir()
    (here / "a" / "k.ft").write_text(
        'table city from "../data/city.csv"\ndialog x\n  user: {city.name}\n  assistant: yes\n'
    )
    os.chdir(here / "a")
    assert ftc("compile", "k.ft").code == 0
    (here / "data" / "city.csv").unlink()
    traced = ftc("trace", "k.jsonl:2").out
    assert "user       Oslo" in traced and "a/k.ft:3 | user: {city.name}" in traced


def test_explain(ftc: Callable[..., Any]) -> None:
    assert "E701  unknown target" in ftc("explain").out
    assert ftc("explain", "e701").out.startswith("# E701")
    # By its number: an error before a warning before advice, where several have it.
    assert ftc("explain", "502").out.startswith("# E502")
    assert ftc("explain", "504").out.startswith("# A504")
    assert ftc("explain", "w504").out.startswith("W504 is A504 now.\n\n# A504: ")


def test_what_init_writes_compiles_without_a_word(ftc: Callable[..., Any]) -> None:
    assert ftc("init", "mine").code == 0
    result = ftc("check", "mine.ft", "--strict")
    assert (result.code, result.err) == (0, "")
    assert ftc("format", "mine.ft", "--check").code == 0


def test_format(ftc: Callable[..., Any]) -> None:
    Path("f.ft").write_text("fact a\n  user:    x\n\n\n\n\n  assistant: y\n")
    assert ftc("format", "f.ft", "--check").code == 1
    assert "-  user:    x" in ftc("format", "f.ft", "--diff").out
    assert ftc("format", "f.ft").code == 0
    assert "  user: x\n" in Path("f.ft").read_text()
    assert ftc("format", "f.ft", "--check", "k.ft").code == 0
    Path("broken.ft").write_text("fact a\n  user: {\n")
    assert ftc("format", "broken.ft").code == 1
    assert Path("broken.ft").read_text() == "fact a\n  user: {\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_the_exit_codes(ftc: Callable[..., Any], command: str) -> None:
    result = ftc(command, "--help")
    assert result.code == 0 and "Exit codes:" in result.out


def test_version_and_no_arguments(ftc: Callable[..., Any]) -> None:
    assert ftc("--version").out.startswith("ftc ")
    result = ftc()
    assert "compile" in result.out + result.err and result.code == 2
