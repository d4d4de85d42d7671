"""What is found after compiling, or without the checks of the data, heeds what is meant and how strict a project is."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ftc.targets import TARGETS

pytest_plugins = ["test_cli_harness"]

DIALOG = "dialog d\n  user: {x|y|z}\n  assistant: y\n"
PAIRS = DIALOG + "  rejected: z\n"
ALLOWED = "# allow {}: it is meant\n\n"
MAYBE = "format f\n  case a\n    user: x\n    assistant: y\n    rejected: z\n  case b\n    user: w\n    assistant: y\n"


def compiled(ftc: Any, text: str, *options: str, settings: str = "") -> Any:
    Path("a.ft").write_text(text)
    Path("ftc.toml").write_text(settings)
    return ftc("compile", "a.ft", "-o", "out.jsonl", *options)


@pytest.mark.parametrize(
    "line", ["validation 100%", "validation 100%\n\nfact g\n  user: v\n  assistant: w\n  validation 100%"]
)
def test_no_file_without_a_line_to_train_on_is_written(ftc: Any, line: str) -> None:
    run = compiled(ftc, f"{DIALOG}  {line}\n", "--no-data-checks")
    assert run.code == 1
    assert "error[E412]" in run.err
    assert not Path("out.jsonl").exists()
    assert compiled(ftc, DIALOG, "--no-data-checks").code == 0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (PAIRS, "In 3 of 3 conversations"),
        (MAYBE, "In up to 2 of 2 conversations"),
        (PAIRS + "\n" + DIALOG.replace("dialog d", "dialog e").replace("x|y|z", "v|w"), "In 3 of 5 conversations"),
        (DIALOG, None),
    ],
)
def test_answers_that_are_left_out_are_told_without_looking(ftc: Any, text: str, says: str | None) -> None:
    run = compiled(ftc, text, "--no-data-checks")
    assert run.code == 0
    assert ("W604" in run.err, says is None or says in run.err) == (says is not None, True)
    assert "W604" not in compiled(ftc, PAIRS, "--no-data-checks", "--to", "openai-dpo").err
    # Who writes nothing is told nothing.
    assert "W604" not in ftc("show", "a.ft", "--to", "openai").err


@pytest.mark.parametrize("code", ["W603", "W604"])
def test_what_is_found_late_may_be_meant(ftc: Any, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    limited = replace(TARGETS["openai"], max_bytes=10 if code == "W603" else None)
    monkeypatch.setattr("ftc.targets.openai.openai", limited)
    text = PAIRS if code == "W604" else DIALOG
    options = ("--to", "openai", *(["--no-data-checks"] if code == "W604" else []))
    told = compiled(ftc, text, *options)
    assert (told.code, code in told.err) == (0, True)
    assert compiled(ftc, text, *options, "--strict").code == 1
    assert compiled(ftc, text, *options, settings="strict = true\n").code == 1
    assert compiled(ftc, text, *options, "--no-strict", settings="strict = true\n").code == 0
    for quiet in (
        compiled(ftc, ALLOWED.format(code) + text, *options, settings="strict = true\n"),
        compiled(ftc, text, *options, settings=f"strict = true\n[ignore]\n{code} = 'a*'\n"),
    ):
        assert (quiet.code, code in quiet.err) == (0, False)
    other = compiled(ftc, ALLOWED.format("W602") + text, *options, settings=f"[ignore]\n{code} = 'b*'\n")
    assert code in other.err
