"""What is timed inside a process: one thing, in a process of its own that `run.py` starts, told as JSON.

python inside.py ftc FOLDER OUT          compile FOLDER/job.ft phase by phase, and write it to OUT
python inside.py script FILE FOLDER OUT  `main` of a rival script, after its `load`
python inside.py plain FILE OUT          the bytes of a finished file, written to OUT again
python inside.py at FOLDER               conversations of FOLDER/job.ft at random places
"""

import gc
import json
import random
import sys
from collections.abc import Callable
from pathlib import Path
from runpy import run_path
from statistics import median
from time import perf_counter
from typing import Any

CHUNK = 1 << 20

# A larger file is written as this many bytes of its beginning, again and again: memory is not what is measured here.
HELD = 1 << 30


def ftc(folder: Path, out: Path) -> dict[str, Any]:
    """The pipeline of `ftc.compile`, with a clock between its phases. First byte to last: data checks and writing."""
    from ftc.check import check
    from ftc.emit.staged import BUFFER
    from ftc.emit.write import write
    from ftc.expand.expand import expand
    from ftc.loader import Loader
    from ftc.quality import data_findings, merged
    from ftc.source import SourceFile
    from ftc.syntax import parse
    from ftc.targets import TARGETS

    target, phases, before = TARGETS["openai"], {}, perf_counter()

    def done(phase: str) -> None:
        nonlocal before
        phases[phase], before = perf_counter() - before, perf_counter()

    gc.disable()  # as the command line does, until there is a plan
    loader = Loader()
    source = loader.source(str(folder / "job.ft"))
    assert isinstance(source, SourceFile), source
    done("read")
    file, found = parse(source)
    done("parse")
    model, _ = check([file], loader, found)
    done("check")
    plan, _ = expand(model, merged)
    done("expand")
    list(data_findings(model, plan, target, data_checks=True))
    done("data checks")
    gc.freeze()
    gc.enable()
    with out.open("wb", buffering=BUFFER) as sink:
        rows = write(plan.training, target, sink).lines
    done("write")
    return {"seconds": phases["data checks"] + phases["write"], "rows": rows, "phases": phases}


def script(path: Path, folder: Path, out: Path) -> dict[str, Any]:
    rival = run_path(str(path))
    data = rival["load"](folder)
    start = perf_counter()
    with out.open("wb", buffering=CHUNK) as file:
        rival["main"](data, file)
    return {"seconds": perf_counter() - start}


def plain(path: Path, out: Path) -> dict[str, Any]:
    """A megabyte a call, from memory, without a buffer in between."""
    size = path.stat().st_size
    with path.open("rb") as file:
        chunks = [file.read(CHUNK) for _ in range(0, min(size, HELD), CHUNK)]
    start = perf_counter()
    with out.open("wb", buffering=0) as sink:
        left = size
        while left > 0:
            for chunk in chunks:
                left -= sink.write(chunk[:left] if left < len(chunk) else chunk)
                if left <= 0:
                    break
    return {"seconds": perf_counter() - start}


def at(folder: Path) -> dict[str, Any]:
    """The median time of `ds[i]`, in microseconds, once a hundred others have warmed it up."""
    import ftc

    conversations = ftc.load(str(folder / "job.ft"))
    count, places, times = conversations.count, random.Random(7), []
    for _ in range(5100):
        index = places.randrange(count)
        start = perf_counter()
        conversations[index]
        times.append(perf_counter() - start)
    return {"count": count, "microseconds": median(times[100:]) * 1e6, "worst": max(times[100:]) * 1e6}


COMMANDS: dict[str, Callable[..., dict[str, Any]]] = {"ftc": ftc, "script": script, "plain": plain, "at": at}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(COMMANDS[sys.argv[1]](*map(Path, sys.argv[2:]))) + "\n")
