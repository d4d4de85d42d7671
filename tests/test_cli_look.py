"""How the command line looks: help in plain words, colors, how much is told, and completion in a shell."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ftc.cli import COMMANDS
from processes import run
from test_cli_harness import HELD_OUT, SMOKING

pytest_plugins = ["test_cli_harness"]

PAIRS = """\
let n in 1..5
dialog a
  user: x {n}
  assistant: y
  rejected: {no|never}

dialog b
  user: z
  assistant: w
"""


@pytest.fixture(autouse=True)
def no_colors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever --color sets is as it was after the test."""
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.setenv(name, "")


# ── help ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_speaks_of_no_types(ftc: Callable[..., Any], command: str) -> None:
    shown = ftc(*([command] if command else []), "--help").out
    for value in ("--grep TEXT", "--system TEXT", "/system TEXT"):
        shown = shown.replace(value, "")
    assert not re.search(r"TEXT|INTEGER|FLOAT|RANGE|<\w|x[<>]=|\blist\[|\bstr\b", shown)
    assert "required" not in shown and "None" not in shown
    assert max(map(len, shown.splitlines())) <= 80
    assert "-q, --quiet" in shown and "--color auto|always|never" in shown


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_in_both_ways(ftc: Callable[..., Any], command: str) -> None:
    assert ftc("help", command).out == ftc(command, "--help").out


def test_help_of_all_and_of_none(ftc: Callable[..., Any]) -> None:
    assert ftc("help").out.splitlines()[:3] == ftc("--help").out.splitlines()[:3]
    assert "Did you mean 'check'?" in ftc("help", "chek").err and ftc("help", "chek").code == 2


def test_commands_to_copy_are_never_cut(ftc: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    for columns in (30, 50, 80):
        monkeypatch.setenv("COLUMNS", str(columns))
        for command in COMMANDS:
            for line in ftc(command, "--help").out.splitlines():
                assert line.count("`") % 2 == 0 and not line.endswith("-"), line


# ── colors, and how much is told ──────────────────────────────────────────────────────────────────


def test_color(ftc: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b" not in ftc("check", "bad.ft").err
    assert "\x1b[1;31merror" in ftc("check", "bad.ft", "--color", "always").err
    assert "\x1b" not in ftc("check", "bad.ft", "--color", "never").err
    assert "\x1b[1;31merror" in ftc("--color", "always", "check", "bad.ft").err
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "")
    assert "\x1b[1;31merror" in ftc("check", "bad.ft").err
    assert "\x1b" not in ftc("check", "bad.ft", "--format", "json").out
    monkeypatch.setenv("FORCE_COLOR", "0")
    assert "\x1b" not in ftc("check", "bad.ft").err
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in ftc("check", "bad.ft").err
    assert ftc("check", "bad.ft", "--color", "sometimes").code == 2


def test_quiet_and_verbose(ftc: Callable[..., Any]) -> None:
    assert ftc("check", "held.ft", "-q").out == "" == ftc("-q", "check", "held.ft").out
    assert ftc("compile", "held.ft", "-q").out == "" and Path("held.jsonl").exists()
    assert "error[E201]" in ftc("check", "bad.ft", "-q").err
    assert ftc("count", "k.ft", "-q").out == ftc("count", "k.ft").out
    assert ftc("check", "held.ft").out  # what one command was told is not remembered
    size = len(HELD_OUT)
    assert f"read held.ft: {size} bytes\n" in ftc("check", "held.ft", "-v").err
    told = ftc("check", "--each", "k.ft", "held.ft", "--verbose").err
    assert f"read held.ft: {size} bytes\n" in told and f"read k.ft: {len(SMOKING)} bytes\n" in told


# ── completion ────────────────────────────────────────────────────────────────────────────────────


def completed(line: str) -> list[str]:
    """What bash is offered behind a line."""
    words = line.split(" ")
    asked = {"COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1), "_FTC_COMPLETE": "complete_bash"}
    return run(env={**os.environ, **asked}).stdout.split()


def test_completion(here: Path) -> None:
    (here / "deep" / "er").mkdir(parents=True)
    (here / "deep" / "er" / "x.ft").touch()
    (here / "deep" / "er" / "y.ft").touch()
    (here / "notes.txt").touch()
    assert completed("ftc che") == ["check"]
    assert completed("ftc check ") == ["bad.ft", "deep/", "held.ft", "k.ft"]
    assert completed("ftc check k.ft d") == ["deep/er/x.ft", "deep/er/y.ft"]
    assert completed("ftc compile k.ft --to op") == ["openai", "openai-dpo"]
    assert completed("ftc explain E73")[0] == "E730"
    assert completed("ftc help tr") == ["trace", "train"]
    assert "--strict" in completed("ftc check --str")
    assert "check" in completed("ftc nonsense ")  # no command yet, and no mistake in ftc either


def test_completion_is_offered(ftc: Callable[..., Any]) -> None:
    assert "--install-completion" in ftc("--help").out


# ── show and trace for review ─────────────────────────────────────────────────────────────────────


def test_show_has_rejected_answers(ftc: Callable[..., Any]) -> None:
    Path("p.ft").write_text(PAIRS)
    assert "rejected   no\n" in ftc("show", "p.ft", "--at", 1).out
    shown = ftc("show", "p.ft", "--to", "openai-dpo", "-n", 99).out
    assert shown.count("rejected ") == 10 and "a 10 of 10" in shown and "── b" not in shown
    assert "b 11 of 11" in ftc("show", "p.ft", "-n", 99).out
    assert "rejected" not in ftc("show", "p.ft", "--to", "openai", "-n", 99).out
    none = ftc("show", "p.ft", "--to", "openai-dpo", "--block", "b")
    assert none.code == 2 and "No conversation of `b` has a `rejected` answer" in none.err


def test_show_never_shows_nothing_without_a_word(ftc: Callable[..., Any]) -> None:
    Path("h.ft").write_text("let n in 1..5\ndialog a\n  user: q {n}\n  assistant: x\n  validation 100%\n")
    for more in ([], ["--block", "a"]):
        result = ftc("show", "h.ft", *more)
        assert result.code == 2 and "held out" in result.err and " --validation" in result.err
    assert ftc("show", "h.ft", "--validation", "-n", 9).out.count("── a") == 5
    assert "Nothing of k.ft is held out" in ftc("show", "k.ft", "--validation").err
    Path("names.ft").write_text("let x: {a|b}\n")
    assert ftc("show", "names.ft").code == 2


def test_show_what_contains_a_text(ftc: Callable[..., Any]) -> None:
    found = ftc("show", "k.ft", "--grep", "ORIGAMI")
    assert found.out.count("── smoking") == 2 and "smoking 6 of 7" in found.out and not found.err.count("more")
    assert ftc("show", "k.ft", "--grep", "smok", "-n", 2).err.count("… and more") == 1
    assert "smoking 7 of 7" in ftc("show", "k.ft", "--grep", "origami", "--at", 7).out
    nothing = ftc("show", "k.ft", "--grep", "cigar")
    assert nothing.code == 1 and "error[E732]" in nothing.err and nothing.out == ""


def test_picks_have_the_names_that_are_written(ftc: Callable[..., Any]) -> None:
    Path("n.ft").write_text(
        "let day:\n  | Monday\n  | {Tues|Wednes}day\n"
        "let other in day\nlet third in other\n"
        "table place\n  | name               | code    |\n  | {big|small} town   | x {day} |\n"
        "let there in place\n"
        "dialog d\n  user: {day} {other} {third} {place.name} {there.name} {there.code}\n  assistant: ok\n"
    )
    shown = ftc("show", "n.ft", "--at", 1).out
    for pick in (
        "day = Monday", "other = Monday", "third = Monday", "place = big town | x {day}", "there = big town | x Monday",
        "day in there = Monday", "{big|small} in there = big",
    ):  # fmt: skip
        assert pick in shown, pick
    ftc("compile", "n.ft", "-o", "n.jsonl")
    traced = ftc("trace", "n.jsonl:1").out
    assert "\nother = Monday\n" in traced and "\nthird = Monday\n" in traced and traced.count("\nday = ") == 1


def test_tools_and_calls_are_shown_as_they_are_written(ftc: Callable[..., Any]) -> None:
    declared = 'get(city: text, n: int = 1, tags: list of text = ["a", "b"], ok: bool = true, x: float): Gets it.'
    call = 'get(city="it\'s \\"here\\"", n=-2, tags=[], ok=false, x=0.5)'
    Path("t.ft").write_text(
        f"tool {declared}\ndialog d\n  user: go\n  assistant calls {call}\n  tool: done\n  assistant: ok\n"
    )
    shown = ftc("show", "t.ft").out
    assert f"+tool      {declared}\n" in shown and f"assistant  calls {call}\n" in shown


def test_show_and_trace_as_documents(ftc: Callable[..., Any]) -> None:
    Path("p.ft").write_text(PAIRS)
    assert ftc("compile", "p.ft", "--to", "openai-dpo", "-o", "p.jsonl").code == 0
    shown = json.loads(ftc("show", "p.ft", "--to", "openai-dpo", "--at", 4, "--format", "json").out)
    (one,) = shown["conversations"]
    assert (shown["count"], one["number"], one["block"], one["file"], one["line"]) == (10, 4, "a", "p.ft", 3)
    assert one["messages"][0] == {
        "role": "user", "content": "x 2", "calls": [], "call_id": None, "trained": True, "file": "p.ft", "line": 3,
    }  # fmt: skip
    assert one["rejected"] == {"content": "never", "file": "p.ft", "line": 5}
    assert [(pick["name"], pick["value"]) for pick in one["picks"]] == [("n", "2"), ("{no|never}", "never")]
    traced = json.loads(ftc("trace", "p.jsonl:4", "--format", "json").out)
    assert traced.pop("output") == {"file": "p.jsonl", "line": 4} and traced == one
