"""The command line, end to end: what is written, what is said, and the code it ends with."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ftc.cli import main
from ftc.emit.manifest import Manifest
from ftc.targets import TARGETS
from processes import run
from test_cli_harness import SMOKING, lines, names

pytest_plugins = ["test_cli_harness"]

UNTRAINED = "dialog a\n  user: x\n  assistant untrained: y\n  user: z\n  assistant: w\n"
PAIRS = "dialog a\n  user: x\n  assistant: y\n  rejected: n\n\ndialog b\n  user: z\n  assistant: w\n"


# ── compile ───────────────────────────────────────────────────────────────────────────────────────


def test_compile_writes_beside_the_source(ftc: Callable[..., Any]) -> None:
    result = ftc("compile", "k.ft")
    assert result.code == 0
    assert result.out == "k.ft → k.jsonl  7 conversations (openai)\n"
    assert "W601" not in result.err  # Nothing says that it goes to OpenAI, which wants ten.
    first, *_ = written = lines("k.jsonl")
    assert len(written) == 7
    assert first["messages"][0] == {"role": "user", "content": "What is smoking?"}
    manifest = Manifest.model_validate_json(Path("k.manifest.json").read_bytes())
    assert manifest.outputs[0].lines == 7
    assert manifest.sources[0].data() == Path("k.ft").read_bytes()


def test_a_file_may_be_named_in_any_way(ftc: Callable[..., Any], here: Path) -> None:
    assert ftc("compile", "./k.ft", here / "k.ft", "-o", "x.jsonl").code == 0
    assert len(lines("x.jsonl")) == 7
    assert ftc("trace", "./x.jsonl:1").code == 0


def test_the_same_source_gives_the_same_bytes(ftc: Callable[..., Any]) -> None:
    ftc("compile", "held.ft")
    kept = {name: Path(name).read_bytes() for name in names()}
    ftc("compile", "held.ft")
    assert {name: Path(name).read_bytes() for name in names()} == kept


def test_held_out_conversations_have_a_file_of_their_own(ftc: Callable[..., Any]) -> None:
    result = ftc("compile", "held.ft")
    training, validation = lines("held.jsonl"), lines("held.validation.jsonl")
    assert len(training) + len(validation) == 20 and validation
    assert f"{len(validation)} conversation" in result.out and "held.validation.jsonl" in result.out


def test_held_out_conversations_do_not_fit_one_stream(ftc: Callable[..., Any]) -> None:
    assert ftc("compile", "held.ft", "-o", "-").code == 2


def test_errors_write_nothing_and_leave_what_was_there(ftc: Callable[..., Any]) -> None:
    Path("bad.jsonl").write_text("old")
    result = ftc("compile", "bad.ft")
    assert result.code == 1
    assert " --> bad.ft:2:17" in result.err and "1 error" in result.err
    assert Path("bad.jsonl").read_text() == "old"
    assert names() == {"k.ft", "bad.ft", "held.ft", "bad.jsonl"}


def test_warnings_fail_only_when_asked(ftc: Callable[..., Any]) -> None:
    Path("w.ft").write_text(f"let unused:\n  | a\n\n{SMOKING}")
    assert ftc("compile", "w.ft", "--strict").code == 1
    assert "w.jsonl" not in names()
    assert ftc("compile", "w.ft").code == 0


def test_standard_input_and_output(here: Path) -> None:
    result = run("compile", "-", input=SMOKING)
    assert result.returncode == 0
    assert len(result.stdout.splitlines()) == 7
    assert names() == {"k.ft", "bad.ft", "held.ft"}


def test_limit_and_dry_run(ftc: Callable[..., Any]) -> None:
    assert "nothing written" in ftc("compile", "k.ft", "--dry-run").out
    assert "k.jsonl" not in names()
    ftc("compile", "k.ft", "--limit", 3, "-o", "three.jsonl")
    assert len(lines("three.jsonl")) == 3


@pytest.mark.parametrize("name", [name for name in TARGETS if name not in ("openai-dpo",)])
def test_every_target_writes(ftc: Callable[..., Any], name: str) -> None:
    assert ftc("compile", "k.ft", "--to", name).code == 0
    assert len(lines("k.jsonl")) == 7
    assert ("dataset_info.json" in names()) == (name in ("sharegpt", "alpaca"))


@pytest.mark.parametrize("checks", [[], ["--no-data-checks"]])
def test_what_a_target_cannot_express_is_an_error_with_or_without_checks(
    ftc: Callable[..., Any], checks: list[str]
) -> None:
    Path("u.ft").write_text(UNTRAINED)
    result = ftc("compile", "u.ft", "--to", "gemini", *checks)
    assert result.code == 1
    assert "error[E602]" in result.err and " --> u.ft:3" in result.err
    assert "u.jsonl" not in names()


def test_pairs(ftc: Callable[..., Any]) -> None:
    Path("p.ft").write_text(PAIRS)
    result = ftc("compile", "p.ft", "--to", "openai-dpo")
    assert result.code == 0
    assert "1 pair (openai-dpo); 1 conversation without `rejected` left out" in result.out
    assert lines("p.jsonl")[0]["non_preferred_output"] == [{"role": "assistant", "content": "n"}]
    assert ftc("trace", "p.jsonl:1").code == 0
    assert ftc("compile", "k.ft", "--to", "openai-dpo").code == 1


@pytest.mark.parametrize("name", [name for name in TARGETS if name != "openai-dpo"])
def test_every_other_target_says_how_many_rejected_answers_it_leaves_out(ftc: Callable[..., Any], name: str) -> None:
    Path("p.ft").write_text(PAIRS)
    for result in (ftc("compile", "p.ft", "-o", "p.jsonl", "--to", name), ftc("check", "p.ft", "--to", name)):
        assert "warning[W604]" in result.err and " --> p.ft:4:13" in result.err
        told = f"In 1 of 2 conversations, the `rejected:` answer is left out: a line of {name} has no place for it."
        assert told in result.err.replace("\n", " ")
        assert "help: Write the pairs: --to openai-dpo" in result.err
    assert "W604" not in ftc("check", "p.ft", "--to", "openai-dpo").err


def test_without_a_target_the_method_of_the_file_decides(ftc: Callable[..., Any]) -> None:
    Path("p.ft").write_text(PAIRS + '\ntrain\n  method = "dpo"\n')
    result = ftc("compile", "p.ft")
    assert "1 pair (openai-dpo); 1 conversation without" in result.out and "W604" not in result.err
    assert set(lines("p.jsonl")[0]) == {"input", "preferred_output", "non_preferred_output"}
    assert "W604" not in ftc("check", "p.ft").err
    named = ftc("compile", "p.ft", "--to", "trl").err
    assert 'help: Write the pairs that `method = "dpo"` trains on: --to openai-dpo' in named
    Path("p.ft").write_text(PAIRS + "\ntrain\n  epochs = 2\n")
    result = ftc("compile", "p.ft")
    assert "(openai)" in result.out and 'help: Train on the pairs, by a line in `train`: method = "dpo"' in result.err


def test_rejected_answers_are_counted_where_only_some_endings_have_one(ftc: Callable[..., Any]) -> None:
    """Worked out by hand: 3 valid sizes, with or without a please, have a pair; the invalid one (twice) has none in
    `x`, and in `y` it is the only one that has."""
    fault = "  let size:\n    | s\n    | m\n    | l\n    ~ enormous\n"
    answer = "  user: {x} {{size}}{{|, please}}\n  assistant: ok\n"
    x = "format x\n" + fault + answer.format(x="x") + "  rejected: no\n  invalid\n    assistant: sorry\n"
    y = "format y\n" + fault + answer.format(x="y") + "  invalid\n    assistant: sorry\n    rejected: no\n"
    Path("p.ft").write_text(x)
    assert "In 6 of 8 conversations" in ftc("check", "p.ft").err
    Path("p.ft").write_text(y)
    assert "In 2 of 8 conversations" in ftc("check", "p.ft").err
    Path("p.ft").write_text(x + y + "  sample 3 seed 1\n")
    assert " of 11 conversations" in ftc("check", "p.ft").err


# ── what people do wrong ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["compile", "k.ft", "--to", "opena"], 2, "Did you mean --to openai?"),
        (["compile", "none.ft"], 3, "no file none.ft"),
        (["compile", "."], 3, "is a folder"),
        (["compile", "k.ft", "-o", "k.ft"], 2, "cannot be the output too"),
        (["compile", "k.ft", "-o", "no/such/k.jsonl"], 3, "no/such/k.jsonl cannot be written: no such file"),
        (["compile", "k.ft", "-o", "."], 3, "Write elsewhere: -o k.jsonl"),
        (["compile"], 2, "Missing argument"),
        (["compil", "k.ft"], 2, "Did you mean 'compile'?"),
        (["compile", "k.ft", "--limit", "0"], 2, "--limit"),
        (["compile", "k.ft", "--format", "xml"], 2, "--format"),
        (["compile", "-", "--watch"], 2, "cannot be watched"),
        (["show", "k.ft", "--block", "smokin"], 2, "Did you mean --block smoking?"),
        (["show", "k.ft", "--at", "8"], 2, "The last one: --at 7"),
        (["show", "k.ft", "--at", "0"], 2, "counted from 1"),
        (["trace", "k.jsonl"], 2, "which file and which line"),
        (["trace", "k.jsonl:0"], 2, "which file and which line"),
        (["trace", "none.jsonl:1"], 3, "none.jsonl: no such file"),
        (["explain", "E99"], 2, "no code `E99`"),
        (["init", "k"], 2, "was not changed"),
        (["init", "no/such/k"], 3, "cannot be written"),
    ],
)
def test_mistakes_are_told_and_have_their_code(
    ftc: Callable[..., Any], arguments: list[str], code: int, said: str
) -> None:
    result = ftc(*arguments)
    assert (result.code, said in result.err) == (code, True), result.err


def test_a_foreign_dataset_info_is_left_alone(ftc: Callable[..., Any]) -> None:
    Path("dataset_info.json").write_text("[1]")
    assert ftc("compile", "k.ft", "--to", "sharegpt").code == 2
    assert Path("dataset_info.json").read_text() == "[1]" and "k.jsonl" not in names()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")  # noqa: PTH110
def test_a_full_disk(ftc: Callable[..., Any]) -> None:
    result = ftc("compile", "k.ft", "-o", "/dev/full")
    assert result.code == 3 and "no space left" in result.err


def test_a_device_is_written_to_and_never_replaced(ftc: Callable[..., Any]) -> None:
    assert ftc("compile", "k.ft", "-o", os.devnull).code == 0
    assert not Path(os.devnull).is_file()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder(ftc: Callable[..., Any], here: Path) -> None:
    here.chmod(0o555)
    try:
        result = ftc("compile", "k.ft")
    finally:
        here.chmod(0o755)
    assert result.code == 3 and "k.jsonl cannot be written: permission denied" in result.err


def test_a_reader_that_goes_away_is_no_error(here: Path) -> None:
    Path("many.ft").write_text("let n in 1..20000\ndialog a\n  user: {n}\n  assistant: {n}\n")
    script = "from ftc.cli import main; main()"
    command = f'"{sys.executable}" -c "{script}" compile many.ft -o - --no-data-checks | head -n 1'
    result = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True)
    assert (result.stdout.count("\n"), result.stderr) == (1, "")


def test_a_mistake_in_ftc_is_one_line_and_a_traceback_only_when_asked(
    here: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a\nb")

    monkeypatch.setattr("ftc.compile.compile", broken)
    monkeypatch.delenv("FTC_DEBUG", raising=False)
    with pytest.raises(SystemExit) as ended:
        main(["check", "k.ft"])
    assert ended.value.code == 3
    (line,) = capfd.readouterr().err.splitlines()
    assert "report" in line and "FTC_DEBUG=1" in line
    monkeypatch.setenv("FTC_DEBUG", "1")
    with pytest.raises(RuntimeError):
        main(["check", "k.ft"])
