"""Projects of several files: files that are named are one data set, and in a folder each is one by itself."""

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

pytest_plugins = ["test_cli_harness"]

ROOT = Path(__file__).parent.parent

TRAIN = "\ntrain\n  epochs = 3\n"
GOOD = "let n in 1..12\n\nfact {name}\n  user: {name} {{n}}?\n  assistant: {{n}} it is\n"
NAMES = "let thing: {paper|glue}\n"
USES = 'use "names.ft"\n\nlet n in 1..9\n\nfact uses\n  user: {thing} {n}?\n  assistant: {thing} it is\n'
ANSWERS = "answers piglet\n  user: Why?\n  base: Because.\n"


@pytest.fixture
def project(here: Path) -> Path:
    """Two data sets that go with each other no better than the examples, and a file of names."""
    for path in here.glob("*.ft"):
        path.unlink()
    (here / "in").mkdir()
    (here / "in" / "a.ft").write_text(GOOD.format(name="a") + TRAIN)
    (here / "in" / "b.ft").write_text(GOOD.format(name="b") + TRAIN)
    (here / "in" / "names.ft").write_text(NAMES)
    (here / "in" / "uses.ft").write_text(USES)
    (here / "in" / "s.answers.ft").write_text(ANSWERS)
    return here


# ── what is looked at ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("named", [[], ["."], ["in"], ["--each", "in/a.ft", "in/b.ft", "in/names.ft", "in/uses.ft"]])
def test_each_file_of_a_folder_is_checked_alone(ftc: Callable[..., Any], project: Path, named: list[str]) -> None:
    result = ftc("check", *named)
    assert result.code == 0, result.err
    # 12 + 12, and two things in 9 numbers.
    assert "files: no errors, 42 conversations" in result.out and "only hold what others use" in result.out


def test_named_files_are_one_data_set(ftc: Callable[..., Any], project: Path) -> None:
    assert "E303" in ftc("check", "in/a.ft", "in/b.ft").err


@pytest.mark.parametrize("count", [1, 2, 3])
def test_check_passes_exactly_when_compile_does(ftc: Callable[..., Any], project: Path, count: int) -> None:
    (project / "in" / "bad.ft").write_text("fact x\n  user: {nmae}\n  assistant: y\n")
    (project / "in" / "empty.ft").write_text("")
    (project / "in" / "huge.ft").write_text("let n in 1..2_000_000_000\nfact huge\n  user: {n}\n  assistant: {n}\n")
    files = sorted(path.as_posix() for path in Path("in").glob("*.ft"))
    for chosen in itertools.combinations(files, count):
        checked, compiled = ftc("check", *chosen), ftc("compile", *chosen, "--dry-run")
        assert checked.code == compiled.code, (chosen, checked.err, compiled.err)


def test_what_is_found_once_a_report_is_in_it(ftc: Callable[..., Any], project: Path) -> None:
    """The document of a check that fails says why it fails."""
    report = json.loads(ftc("check", "in/names.ft", "--format", "json").out)
    assert [one["code"] for one in report["diagnostics"]] == ["E713"]


def test_a_mistake_in_a_file_that_several_use_is_told_once(ftc: Callable[..., Any], project: Path) -> None:
    (project / "in" / "names.ft").write_text("let thing: {paper|glue}\nlet other: {nmae}\n")
    (project / "in" / "more.ft").write_text(USES.replace("fact uses", "fact more"))
    result = ftc("check", "in")
    assert result.code == 1 and result.err.count("error[E201]") == 1
    assert "6 files, 3 of them failing" in result.err


def test_the_verdict_is_the_same_for_any_order_and_any_split(ftc: Callable[..., Any], project: Path) -> None:
    (project / "in" / "bad.ft").write_text("fact x\n  user: {nmae}\n  assistant: y\n")
    (project / "other").mkdir()
    (project / "other" / "ftc.toml").touch()
    # Of another project: with the others in one data set, it might reach into theirs.
    (project / "other" / "far.ft").write_text('use "../in/names.ft"\nfact f\n  user: {thing}\n  assistant: y\n')
    files = [*(path.as_posix() for path in Path("in").glob("*.ft")), "other/far.ft"]
    whole = ftc("check", "--each", *files)
    assert ftc("check", "--each", *reversed(files)).err == whole.err
    alone = {file: ftc("check", "--each", file).code for file in files}
    assert {file for file, code in alone.items() if code} == {"in/bad.ft", "other/far.ft"}
    for size in (2, 3):
        for start in range(0, len(files), size):
            part = files[start : start + size]
            assert ftc("check", "--each", *part).code == max(alone[file] for file in part)
    assert whole.code == 1


def test_a_file_is_judged_as_strictly_as_its_own_project(ftc: Callable[..., Any], project: Path) -> None:
    for folder, settings in (("lax", ""), ("strict", "strict = true\n")):
        (project / folder).mkdir()
        (project / folder / "ftc.toml").write_text(settings)
        (project / folder / "w.ft").write_text("dialog a\n  user: {a|a}\n  assistant: y\n")
    assert ftc("check", "--each", "lax/w.ft").code == 0
    assert ftc("check", "--each", "strict/w.ft").code == 1
    both = ftc("check", "--each", "lax/w.ft", "strict/w.ft")
    assert both.code == 1 and "2 files, 1 of them failing" in both.err


def test_folders_of_others_are_passed_over(ftc: Callable[..., Any], project: Path) -> None:
    broken = "fact x\n  user: {nmae}\n  assistant: y\n"
    for folder in (".git", ".venv/lib", "node_modules/x", "__pycache__", "env", "cache", "in/.drafts"):
        (project / folder).mkdir(parents=True)
        (project / folder / "x.ft").write_text(broken)
    (project / "env" / "pyvenv.cfg").touch()
    (project / "cache" / "CACHEDIR.TAG").touch()
    (project / "in" / ".#a.ft").write_text(broken)
    (project / "in" / "x.ft.orig").write_text(broken)
    assert ftc("check").code == 0
    assert ftc("check", "in/.drafts").code == 1  # named, it is looked into


def test_links_are_not_followed(
    ftc: Callable[..., Any], project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "bad.ft").write_text("fact x\n  user: {nmae}\n  assistant: y\n")
    (project / "in" / "away").symlink_to(outside)
    (project / "in" / "bad.ft").symlink_to(outside / "bad.ft")
    (project / "in" / "loop").symlink_to(project / "in")
    assert ftc("check").out.startswith("5 files: no errors")


def test_a_folder_without_files_is_an_error(ftc: Callable[..., Any], project: Path) -> None:
    (project / "none").mkdir()
    for command in ("check", "format", "count"):
        result = ftc(command, "none")
        assert result.code == 2 and "error[E730]" in result.err
    assert ftc("check", "nowhere").code == 3
    assert "error[E001]" in ftc("check", "in", "nowhere").err


def test_fifty_files_are_checked_by_one_command(ftc: Callable[..., Any], project: Path) -> None:
    for number in range(50):
        (project / "in" / f"f{number}.ft").write_text(GOOD.format(name=f"f{number}"))
    assert "55 files: no errors, 642 conversations" in ftc("check").out


# ── the other commands ────────────────────────────────────────────────────────────────────────────


def test_format_in_folders(ftc: Callable[..., Any], project: Path) -> None:
    untidy = "fact a\n  user:    x\n  assistant: y\n"
    (project / "in" / "untidy.ft").write_text(untidy)
    result = ftc("format", "--check")
    assert result.code == 1 and "in/untidy.ft would change" in result.out and "6 files, 1 would change" in result.err
    assert (project / "in" / "untidy.ft").read_text() == untidy
    assert ftc("format", "in").code == 0
    assert (project / "in" / "untidy.ft").read_text() == untidy.replace("    x", " x")
    assert "6 files, 0 formatted" in ftc("format").err


def test_count_in_folders(ftc: Callable[..., Any], project: Path) -> None:
    (project / "in" / "held.ft").write_text(GOOD.format(name="h") + "  validation 25% by n\n")
    counted = json.loads(ftc("count", "--format", "json").out)
    assert {one["file"]: one["training"] for one in counted["files"] if one["training"]} == {
        "in/a.ft": 12, "in/b.ft": 12, "in/held.ft": counted["training"] - 42, "in/uses.ft": 18,
    }  # fmt: skip
    assert counted["training"] + counted["validation"] == 54
    text = ftc("count", "in").out
    assert "in/a.ft     12\n" in text and "names.ft" not in text and "held out" in text
    assert ftc("count", "--each", "in/a.ft").out == "in/a.ft  12\ntotal    12\n"


def test_pairs_are_counted_as_they_are_written(ftc: Callable[..., Any], project: Path) -> None:
    """Two wordings of the answer not to give are two pairs; a block without one makes none."""
    Path("p.ft").write_text(
        "let n in 1..5\n"
        "dialog a\n  user: x {n}\n  assistant: y\n  rejected: {no|never}\n\n"
        "dialog b\n  user: z\n  assistant: w\n\n"
        "fact f\n  user: one\n  assistant: two\n  rejected: three\n\n  user: {four|five}\n  assistant: six\n"
    )
    assert json.loads(ftc("count", "p.ft", "--format", "json").out)["training"] == 5 + 1 + 3
    counted = json.loads(ftc("count", "p.ft", "--to", "openai-dpo", "--format", "json").out)
    assert [(one["name"], one["training"]) for one in counted["blocks"]] == [("a", 10), ("b", 0), ("f", 1)]
    assert ftc("compile", "p.ft", "--to", "openai-dpo", "-o", "p.jsonl").code == 0
    assert len(Path("p.jsonl").read_text().splitlines()) == counted["training"] == 11


# ── what runs it elsewhere ────────────────────────────────────────────────────────────────────────


def test_the_hook_is_green_on_our_examples(ftc: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    files = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "examples").rglob("*.ft"))
    hooks = (ROOT / ".pre-commit-hooks.yaml").read_text()
    assert "entry: ftc check --each\n" in hooks and "exclude" not in hooks
    for part in (files, files[:3], files[-1:]):
        assert ftc("check", "--each", *part).code == 0
    assert ftc("format", "--check", *files).code == 0


def test_we_run_the_hooks_that_we_ship() -> None:
    shipped = {hook["id"]: hook["entry"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    (repository,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    ours = {hook["id"]: hook["entry"] for hook in repository["hooks"]}
    assert shipped.items() <= ours.items()


def test_the_action_is_valid_and_its_commands_run(tmp_path: Path) -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    assert action["runs"]["using"] == "composite"
    assert {step["shell"] for step in action["runs"]["steps"] if "run" in step} == {"bash"}
    (tmp_path / "bad.ft").write_text("fact x\n  user: {nmae}\n  assistant: y\n")
    (tmp_path / "good file.ft").write_text(GOOD.format(name="good"))
    (check,) = [step for step in action["runs"]["steps"] if step.get("id") == "check"]
    # What the expressions of the workflow become, and `ftc` as it is here.
    assert set(check["env"]) == {"FTC_FILES", "FTC_OPTIONS"}
    script = f'ftc() {{ "{sys.executable}" -m ftc "$@"; }}\n{check["run"]}'

    def run(files: str, options: str = "") -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "FTC_FILES": files, "FTC_OPTIONS": options}
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    found = run(".")
    assert found.returncode == 1 and "::error file=bad.ft,line=2" in found.stdout
    assert run("good file.ft").returncode == 0
    assert run("good file.ft", "--strict --to openai").returncode == 0
    assert run("good file.ft\nbad.ft").returncode == 1
