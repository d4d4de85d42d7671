"""Every rival of a benchmark writes what ftc writes: else the figures compare nothing. No time is looked at."""

import io
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from runpy import run_path
from typing import Any

import pytest

import ftc
from ftc.compile import compile
from ftc.emit.write import write
from ftc.loader import Loader
from ftc.targets import TARGETS

JOBS = Path(__file__).parent.parent / "benchmarks" / "jobs"
SCRIPTS = sorted(path for path in JOBS.glob("*/*.py") if path.name != "job.py")


def made(job: Path, folder: Path) -> Path:
    """The files of a job at its smallest."""
    module: dict[str, Any] = run_path(str(job / "job.py"))
    module["make"](folder, module["SIZES"]["tiny"])
    return folder / "job.ft"


def test_there_are_scripts() -> None:
    assert {path.parent.name for path in SCRIPTS} == {
        "arithmetic", "blocks", "computed", "constrained", "facts", "multiturn", "paradigm", "product", "table"
    }  # fmt: skip


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_rival_writes_the_same_lines(script: Path, tmp_path: Path) -> None:
    source = made(script.parent, tmp_path)
    for package in ("orjson", "jinja2", "yaml"):
        if f"import {package}" in script.read_text() or f"from {package}" in script.read_text():
            pytest.importorskip(package)
    rival, theirs, ours = run_path(str(script)), io.BytesIO(), io.BytesIO()
    rival["main"](rival["load"](tmp_path), theirs)
    plan = compile([str(source)], Loader()).plan
    assert plan is not None
    write(plan.training, TARGETS["openai"], ours)
    ours_lines, theirs_lines = ours.getvalue().splitlines(keepends=True), theirs.getvalue().splitlines(keepends=True)
    assert len(ours_lines) >= 20
    assert Counter(ours_lines) == Counter(theirs_lines)


@pytest.mark.parametrize(("job", "count"), [("space", 10**15), ("sample", 100)])
def test_a_job_without_rivals_compiles(job: str, count: int, tmp_path: Path) -> None:
    assert ftc.load(made(JOBS / job, tmp_path)).count == count


def test_the_command_measures_and_compares(tmp_path: Path) -> None:
    pytest.importorskip("orjson")
    results = tmp_path / "results.json"
    options = ["--jobs", "product", "phases", "--rivals", "orjson", "write", "--size", "tiny", "--runs", "1"]
    command = [sys.executable, str(JOBS.parent / "run.py"), *options, "--json", str(results)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "| orjson |" in done.stdout
    found = json.loads(results.read_bytes())
    assert list(found["jobs"]["product/tiny"]["whole"]) == ["ftc", "orjson", "write"]
    assert found["jobs"]["product/tiny"]["rows"] == 240
    assert "data checks" in found["extra"]["phases/tiny"]
