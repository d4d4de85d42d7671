"""How a command is measured: its wall time, its processor time and its peak memory, seen from outside."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

# A process starts with the peak memory of what started it, so it is started by something smaller than any Python
# script: a Python without `site`. Its own start is outside the clock.
STARTER = """
import os, sys, time
out, command = sys.argv[1], sys.argv[2:]
actions = [(os.POSIX_SPAWN_OPEN, 1, out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)]
start = time.perf_counter()
child = os.posix_spawn(command[0], command, os.environ, file_actions=actions)
_, status, usage = os.wait4(child, 0)
seconds = time.perf_counter() - start
print(os.waitstatus_to_exitcode(status), seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
"""
UNIT = 1 if sys.platform == "darwin" else 1024

# A rival that is this slow is run once: noise matters less than the time of who waits.
SLOW = 20.0


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of a command took: seconds of wall and of processor time, and bytes of memory at its peak."""

    seconds: float
    processor: float
    memory: int


class Failed(Exception):
    """A command that did not end well; the text is what it wrote on its standard error."""


def environment(folder: Path) -> dict[str, str]:
    """The environment of every command: compiled modules are kept, as they are where a package is installed."""
    known = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return known | {"PYTHONPYCACHEPREFIX": str(folder / "pycache")}


def run(command: Iterable[str | Path], env: Mapping[str, str], cwd: Path, out: Path = Path(os.devnull)) -> Run:
    """Run a command and wait for it; `out` takes its standard output."""
    starter = [sys.executable, "-I", "-S", "-c", STARTER, str(out), *map(str, command)]
    done = subprocess.run(starter, env=env, cwd=cwd, capture_output=True, text=True, check=False)
    code, *figures = done.stdout.split() or ["no exit code"]
    if code != "0":
        raise Failed(f"{' '.join(starter[6:])}: {code}\n{done.stderr[-2000:]}")
    seconds, processor, memory = map(float, figures)
    return Run(seconds, processor, int(memory) * UNIT)


def interleaved(things: Mapping[str, Callable[[], Run]], rounds: int) -> dict[str, list[Run]]:
    """Every thing once a round, in turn, so that a machine that changes its speed changes all of them."""
    found: dict[str, list[Run]] = {name: [] for name in things}
    for _ in range(rounds):
        for name, thing in things.items():
            if not any(each.seconds > SLOW for each in found[name][:1]) or name == "ftc":
                found[name].append(thing())
    return found


def ratio(slower: list[float], faster: list[float]) -> float:
    """How many times as long the first takes: the median over the rounds that both were in."""
    return median(a / b for a, b in zip(slower, faster, strict=False))
