"""The parts of a job as tasks of Ray: whatever is killed, the lines are those of a plain run."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ftc.emit.parts import cluster
from ftc.emit.parts.recipe import Recipe
from ftc.emit.parts.shards import part_name
from processes import finish, start, wait_for
from workers import dies, differs, refuses

pytest_plugins = ["test_cli_harness"]
pytest.importorskip("ray")
pytest.importorskip("fsspec")
pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")

MANY = """\
let a in 1..900
let b in 1..900

dialog sums
  user: What is {a} plus {b}?
  assistant: It is {a + b}.
  validation 10% by a
"""
OPTIONS = ("--no-data-checks", "--engine", "ray", "--jobs", "2")


@pytest.fixture
def many(here: Path) -> Path:
    Path("many.ft").write_text(MANY)
    return here


@pytest.fixture(scope="module")
def ray() -> Iterator[Any]:
    import ray

    # Its workers are to find the functions of these tests.
    paths = os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])
    ray.init(num_cpus=2, log_to_driver=False, include_dashboard=False, runtime_env={"env_vars": {"PYTHONPATH": paths}})
    yield ray
    ray.shutdown()


def at_work() -> list[int]:
    """The processes that are writing a part now: a file aside is named after its own."""
    return [int(path.name.split(".")[-2]) for path in Path("out/_ftc").glob("*.tmp")]


def finished() -> list[Path]:
    return sorted(Path("out/_ftc").glob("part-*.json"))


def gone(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


def lines_of(pattern: str) -> list[bytes]:
    return sorted(line for path in Path().glob(pattern) for line in path.read_bytes().splitlines())


def test_a_killed_worker_and_a_killed_driver_cost_no_line(many: Path, ftc: Callable[..., Any]) -> None:
    assert ftc("compile", "many.ft", "--no-data-checks", "-o", "one.jsonl").code == 0
    command = ("compile", "many.ft", "-o", "out", "--shards", "16", *OPTIONS)

    driver = start(*command)
    wait_for(lambda: len(finished()) >= 3)
    worker, *_ = wait_for(at_work)
    os.kill(worker, signal.SIGKILL)
    wait_for(lambda: len(finished()) >= 6 and driver.poll() is None)
    workers = wait_for(at_work)
    driver.kill()
    driver.communicate()
    wait_for(lambda: all(gone(each) for each in workers))
    before = {path: path.stat().st_mtime_ns for path in finished()}
    assert 6 <= len(before) < 16
    kept = {path: path.stat().st_mtime_ns for path in Path("out").glob("part-*") if part(path) in map(part, before)}

    driver = start(*command)
    _, err = finish(driver)
    assert driver.returncode == 0, err
    # What was finished is what it was.
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    assert lines_of("out/part-*-of-00016.jsonl") == lines_of("one.jsonl")
    assert lines_of("out/part-*.validation.jsonl") == lines_of("one.validation.jsonl")
    expected = {part_name(at, 16, split, ".jsonl") for at in range(16) for split in ("training", "validation")}
    assert {path.name for path in Path("out").rglob("*")} == expected | {"part.manifest.json"}


def part(path: Path) -> str:
    return path.name[:10]


SMALL = MANY.replace("900", "9")


def recipe(text: str = SMALL, **asked: Any) -> Recipe:
    return Recipe(("t.ft",), {"t.ft": text.encode()}, "openai", parts=4, **asked)


def test_the_command_line_writes_to_a_url(ray: Any, here: Path, ftc: Callable[..., Any]) -> None:
    Path("t.ft").write_text(SMALL)
    ftc("compile", "t.ft", "--no-data-checks", "-o", "one.jsonl")
    url = f"local://{here.as_posix()}/out"
    assert ftc("compile", "t.ft", "-o", url, "--shards", "3", *OPTIONS).code == 0
    assert lines_of("out/part-*-of-00003.jsonl") == lines_of("one.jsonl")
    assert {path.name for path in Path("out").iterdir()} == {
        *(part_name(at, 3, split, ".jsonl") for at in range(3) for split in ("training", "validation")),
        "part.manifest.json",
    }


def test_a_failure_is_told_as_by_one_process(ray: Any, here: Path, ftc: Callable[..., Any]) -> None:
    Path("f.ft").write_text("let n in 1..99\ndialog a\n  user: {n}\n  assistant: {str(2 / (50 - n))}\n")
    plain = ftc("compile", "f.ft", "--no-data-checks")
    made = ftc("compile", "f.ft", "-o", "out", *OPTIONS)
    assert plain.code == made.code == 1 and "E404" in plain.err
    assert plain.err == made.err


def test_a_cluster_that_cannot_be_joined_is_no_fault_of_the_folder(
    here: Path, ftc: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**options: Any) -> None:
        raise ConnectionError("Failed to connect to Ray cluster at there.\nMore of it.")

    monkeypatch.setattr("ray.is_initialized", lambda: False)
    monkeypatch.setattr("ray.init", refuse)
    result = ftc("compile", "k.ft", "-o", "out", *OPTIONS)
    assert result.code == 3 and "error[E724]" in result.err
    assert "Ray says: Failed to connect to Ray cluster at there." in result.err and "More of it" not in result.err


def test_what_fails_on_the_cluster_is_said(ray: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(remake: Any, made_by: Recipe) -> None:
        list(cluster.run([0, 1], made_by, remake, str(tmp_path), jobs=1, progress=lambda rows: None))

    with pytest.raises(cluster.ClusterFailed, match="no plan here"):
        run(differs, recipe(shuffle=1))
    with pytest.raises(PermissionError):
        monkeypatch.setattr(cluster, "RETRIES", 0)
        run(refuses, recipe(shuffle=2))
    with pytest.raises(cluster.ClusterFailed):
        run(dies, recipe(shuffle=3))
