"""Who runs a job: ftc, the scripts beside it, Chatito, and a plain write of the same bytes; each as a command."""

import filecmp
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any

from measure import Failed, Run, run

HERE = Path(__file__).parent
JOBS = ("product", "computed", "constrained", "arithmetic", "paradigm", "multiturn", "table", "blocks", "facts")
SCRIPTS = {"json": "with_json.py", "orjson": "with_orjson.py", "fragments": "fragments.py", "jinja": "jinja.py"}
RIVALS = ("ftc", *SCRIPTS, "chatito", "write")
CHATITO = "chatito@2.3.5"
Things = dict[str, Callable[[], Run]]


@dataclass(frozen=True)
class Bench:
    """A folder to work in, and the environment of the commands."""

    folder: Path
    env: Mapping[str, str]

    def job(self, name: str, size: str | tuple[int, ...]) -> Path:
        """A folder with the source of a job, and with what its rivals read."""
        module = import_module(f"jobs.{name}.job")
        sizes = module.SIZES[size] if isinstance(size, str) else size
        place = self.folder / f"{name}-{'-'.join(map(str, sizes))}"
        if not place.exists():
            place.mkdir()
            module.make(place, sizes)
        return place

    def reference(self, name: str, place: Path) -> Path:
        """What a job writes, as the script with orjson writes it."""
        path = place / "reference.jsonl"
        if not path.exists():
            run([sys.executable, HERE / "jobs" / name / SCRIPTS["orjson"], place, path], self.env, place)
            with path.open("rb") as file:
                os.fsync(file.fileno())  # or the disk would be busy with it while others are timed
        return path

    def ftc(self, place: Path, *arguments: str | Path) -> Run:
        return run([sys.executable, "-m", "ftc", *arguments], self.env, place)

    def inside(self, place: Path, *arguments: str | Path) -> tuple[Run, Any]:
        """A run of `inside.py`, its seconds those that it says, and all that it says."""
        told = place / "told.json"
        done = run([sys.executable, HERE / "inside.py", *arguments], self.env, place, told)
        said = json.loads(told.read_bytes())
        return Run(said.get("seconds", done.seconds), done.processor, done.memory), said

    def whole(self, name: str, place: Path, rivals: Collection[str]) -> Things:
        """The whole commands of a job."""
        out, reference = place / "out.jsonl", self.reference(name, place)
        found: Things = {"ftc": partial(self.ftc, place, "compile", "job.ft", "-o", out)}
        for rival, script in _scripts(name):
            found[rival] = partial(run, [sys.executable, script, place, out], self.env, place)
        found["write"] = partial(self.timed, place, "plain", reference, out)
        found = _checked(found, out, reference)
        if "chatito" in rivals and (place / "job.chatito").exists() and (tool := chatito(self.folder)):
            found["chatito"] = partial(self.chatito, tool, place, reference)
        return _chosen(found, rivals)

    def first_to_last(self, name: str, place: Path, rivals: Collection[str]) -> Things:
        """The same inside a process, from the first byte to the last."""
        out, reference = place / "out.jsonl", self.reference(name, place)
        found: Things = {"ftc": partial(self.timed, place, "ftc", place, out)}
        for rival, script in _scripts(name):
            found[rival] = partial(self.timed, place, "script", script, place, out)
        found["write"] = partial(self.timed, place, "plain", reference, out)
        return _chosen(_checked(found, out, reference), rivals)

    def timed(self, place: Path, *arguments: str | Path) -> Run:
        return self.inside(place, *arguments)[0]

    def chatito(self, tool: str, place: Path, reference: Path) -> Run:
        """Chatito writes lines of its own kind; that there are as many is all that can be checked."""
        folder = place / "chatito"
        done = run([tool, "job.chatito", f"--outputPath={folder}"], self.env, place)
        (written,) = folder.iterdir()
        rows, wanted = written.read_bytes().count(b'[{"type":'), lines(reference)
        if rows != wanted:
            raise Failed(f"chatito wrote {rows} texts instead of {wanted}")
        shutil.rmtree(folder)
        return done


def _chosen(things: Things, rivals: Collection[str]) -> Things:
    return {rival: things[rival] for rival in RIVALS if rival in things and rival in rivals}


def _checked(things: Things, out: Path, reference: Path) -> Things:
    """Holds what the first run of each wrote against the reference; leaves no output for the disk to write later."""
    compared: set[str] = set()

    def once(rival: str) -> Run:
        done = things[rival]()
        if rival not in compared and not filecmp.cmp(out, reference, shallow=False):
            raise Failed(f"what {rival} wrote is not what the script with orjson wrote")
        compared.add(rival)
        out.unlink()
        return done

    return {rival: partial(once, rival) for rival in things}


def _scripts(name: str) -> list[tuple[str, Path]]:
    paths = ((rival, HERE / "jobs" / name / file) for rival, file in SCRIPTS.items())
    return [(rival, path) for rival, path in paths if path.exists()]


def lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b""))


@cache
def chatito(folder: Path) -> str | None:
    """The command, installed in the folder where there is none; None, with a line that says so, where it cannot be."""
    if tool := shutil.which("chatito"):
        return tool
    if npm := shutil.which("npm"):
        place = folder / "npm"
        install = [npm, "install", "--silent", "--no-audit", "--prefix", str(place), CHATITO]
        if subprocess.run(install, capture_output=True, check=False).returncode == 0:
            return str(place / "node_modules" / ".bin" / "chatito")
    sys.stdout.write(f"chatito: skipped, as npm is absent or could not install {CHATITO}\n")
    return None
