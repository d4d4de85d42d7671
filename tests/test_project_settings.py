"""`ftc.toml` and `[tool.ftc]`: what they say, who goes before them, where they are looked for, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

import ftc as package
from ftc.project_settings import LIMIT

pytest_plugins = ["test_cli_harness"]

FACT = "fact f\n  user: x\n  assistant: y\n"
UNUSED = "let a:\n  | x\n" + FACT


def write(**files: str) -> None:
    for name, text in files.items():
        path = Path(name.replace("__", "/").replace("_", "."))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.mark.parametrize(
    ("name", "head"), [("ftc_toml", ""), ("pyproject_toml", "[project]\nname = 'x'\n\n[tool.ftc]\n")]
)
def test_target_strictness_and_what_is_ignored(ftc: Any, name: str, head: str) -> None:
    for each in Path().glob("*.ft"):
        each.unlink()
    write(a_ft="let c:\n  | y\n  | y\n\n" + UNUSED + 'train\n  provider = "openai"\n  model = "m"\n')
    assert "W601" in ftc("check", "a.ft").err
    write(**{name: head + "target = 'trl'\nstrict = true\n"})
    strict = ftc("check", "a.ft")
    assert strict.code == 1
    assert "W601" not in strict.err
    # The command line goes before it.
    assert ftc("check", "a.ft", "--no-strict").code == 0
    assert "W601" in ftc("check", "a.ft", "--to", "openai").err
    write(**{name: head + "target = 'trl'\nstrict = true\nignore = { W201 = 'a.*', W302 = ['b.ft', 'a.ft'] }\n"})
    quiet = ftc("check", "a.ft")
    assert (quiet.code, "W201" in quiet.err, "W302" in quiet.err) == (0, False, False)
    # In a folder, and where nothing is named, too.
    assert ftc("check", ".").code == 0
    write(b_ft=UNUSED.replace("x", "z"))
    assert "W201" in ftc("check", ".").err


def test_the_target_is_in_the_manifest(ftc: Any) -> None:
    write(a_ft=FACT, ftc_toml="target = 'gemini'\n")
    assert ftc("compile", "a.ft", "--no-data-checks").code == 0
    assert json.loads(Path("a.manifest.json").read_text())["target"] == "gemini"
    assert json.loads(Path("a.jsonl").read_text()).keys() == {"contents"}


def test_the_nearest_project_alone_counts(ftc: Any) -> None:
    write(ftc_toml="target = 'nonsense'\n", inner__pyproject_toml="[tool.other]\nx = 1\n", inner__a_ft=FACT)
    assert ftc("check", "inner/a.ft").code == 0
    write(deep__folder__a_ft=FACT)
    assert "E034" in ftc("check", "deep/folder/a.ft").err
    Path("deep/.git").mkdir()
    assert ftc("check", "deep/folder/a.ft").code == 0


def test_what_is_ignored_uses_up_no_room(ftc: Any) -> None:
    def dialogs(first: int, count: int) -> str:
        return "".join(f"dialog d{i}\n  user: {i}\n  assistant: y\n  says: z\n" for i in range(first, first + count))

    write(a_ft=dialogs(0, 15), b_ft=dialogs(20, 2), ftc_toml="target = 'trl'\nignore = { W506 = 'a.ft' }\n")
    found = json.loads(ftc("check", "a.ft", "b.ft", "--format", "json").out)
    assert [each["location"]["file"] for each in found["diagnostics"] if each["code"] == "W506"] == ["b.ft", "b.ft"]


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("strict = true\ntarget = trl\n", "E031", 2, 10),
        ("strict = true\ntargt = 'trl'\n", "E033", 2, 1),
        ("# target = 'x'\n\n  target = 'x'\n", "E034", 3, 3),
        ("[ignore]\nW201 = 'x'\nE501 = 'x'\n", "E034", 3, 1),
        ("[ignore]\nW999 = 'x'\n", "E034", 2, 1),
        ("[ignore]\nW504 = 'x'\n", "E034", 2, 1),
        ("ignore = { W201 = [] }\n", "E034", 1, 12),
        ("ignore.W201 = 3\n", "E034", 1, 8),
        ("ignore = ['W201']\n", "E034", 1, 1),
        ("strict = 'yes'\n", "E034", 1, 1),
        ("strict = " + "[" * 100_000, "E031", 1, 1),
        ("strict = " + "9" * 10_000, "E031", 1, 1),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_is_wrong_has_its_place(ftc: Any, text: str, code: str, line: int, column: int) -> None:
    write(a_ft=FACT, ftc_toml=text)
    run = ftc("check", "a.ft", "--format", "json")
    assert run.code == 1
    (found,) = json.loads(run.out)["diagnostics"]
    assert (found["code"], found["location"]["line"], found["location"]["column"]) == (code, line, column)
    assert found["location"]["file"] == "ftc.toml"


def test_the_nearest_key_is_offered(ftc: Any) -> None:
    write(a_ft=FACT, pyproject_toml="[project]\nstrickt = 1\n[tool.ftc]\nstrickt = true\n")
    shown = ftc("check", "a.ft").err
    assert "pyproject.toml:4:1" in shown
    assert "Did you mean `strict`?" in shown


def test_a_folder_of_a_stranger_is_read_with_care(ftc: Any) -> None:
    write(a_ft=FACT)
    # Broken, and not about us.
    write(pyproject_toml="[project\n")
    assert ftc("check", "a.ft").code == 0
    Path("pyproject.toml").unlink()
    write(ftc_toml="#" * (LIMIT + 1))
    assert (run := ftc("check", "a.ft")).code == 3
    assert "E030" in run.err
    Path("ftc.toml").unlink()
    write(project__a_ft=FACT, outside_toml="target = 'trl'\n")
    Path("project/ftc.toml").symlink_to(Path("outside.toml").resolve())
    assert "E030" in ftc("check", "project/a.ft").err
    Path("project/ftc.toml").unlink()
    Path("project/ftc.toml").mkdir()
    assert "E030" in ftc("check", "project/a.ft").err


@pytest.mark.filterwarnings("ignore::ftc.FtcWarning")
def test_python_takes_no_settings(ftc: Any) -> None:
    write(a_ft=UNUSED, ftc_toml="target = 'gemini'\nignore = { W201 = '*' }\n")
    data = package.load("a.ft")
    assert data.target != "gemini"
    assert "W201" in [each.code for each in data.warnings]
