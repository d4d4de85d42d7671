"""What is shipped: the facts in `pyproject.toml`, and (in long runs) the wheel in a clean environment."""

import os
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

from effort import full_only

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_the_project_names_what_it_ships() -> None:
    assert (ROOT / PROJECT["readme"]).is_file()
    for name in PROJECT["license-files"]:
        assert (ROOT / name).is_file()
    assert "MIT License" in (ROOT / "LICENSE").read_text()
    assert set(PROJECT["scripts"]) == {"ftc"}


def test_hooks_run_commands_that_exist() -> None:
    text = (ROOT / ".pre-commit-hooks.yaml").read_text()
    entries = [line.split("entry: ", 1)[1] for line in text.splitlines() if "entry: " in line]
    assert entries == ["ftc check --each", "ftc format"]
    for entry in entries:
        script = f"import sys; sys.argv = {[*entry.split(), '--help']}; from ftc.cli import main; main()"
        result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stderr


@full_only
def test_the_wheel_works_where_nothing_else_is(tmp_path: Path) -> None:
    def run(*command: str | Path) -> None:
        result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stdout + result.stderr

    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", tmp_path, ROOT)
    (wheel,) = tmp_path.glob("ftc-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert "ftc/grammar/ft.lark" in names
    assert any(name.endswith("/licenses/LICENSE") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "examples/"))]
    venv.create(tmp_path / "clean", with_pip=True)
    programs = tmp_path / "clean" / ("Scripts" if os.name == "nt" else "bin")
    run(programs / "python", "-m", "pip", "install", "--quiet", wheel)
    example = ROOT / "examples" / "01-knowledge" / "smoking.ft"
    run(programs / "ftc", "compile", example, "-o", tmp_path / "smoking.jsonl", "--to", "openai")
    assert len((tmp_path / "smoking.jsonl").read_bytes().splitlines()) == 7
