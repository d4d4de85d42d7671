"""ftc beside other ways to write the same lines, measured in turn on this machine.

    python benchmarks/run.py                             everything, at its normal size
    python benchmarks/run.py --jobs product --size tiny  a look
    python benchmarks/run.py --report                    … and benchmarks/README.md and its plot made anew

What is measured goes to a file of results beside what earlier runs left there; `report.py` makes the README of it.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

import report
from machine import machine
from measure import Failed, Run, environment, interleaved
from rivals import JOBS, RIVALS, Bench, lines

HERE = Path(__file__).parent
Figures = dict[str, Any]

LINEAR = {"tiny": ((10, 10, 10, 1, 1), (10, 10, 10, 10, 1)), "normal": ((20, 20, 25, 10, 10), (50, 40, 50, 10, 10))}
MEMORY = [(10, 10, 10, 10, 10), (100, 10, 10, 10, 10), (100, 100, 10, 10, 10), (100, 100, 100, 10, 10)]
MEMORY_TAKEN = {"tiny": 1, "normal": 3, "large": 4}


def job(bench: Bench, name: str, size: str, runs: int, rivals: tuple[str, ...]) -> Figures:
    """The rivals of a job: whole commands, then from the first byte to the last inside a process."""
    place = bench.job(name, size)
    reference = bench.reference(name, place)
    found: Figures = {"rows": lines(reference), "bytes": reference.stat().st_size}
    # The rivals of the facts read YAML before their first byte: only their whole commands do what ftc does.
    ways = {"whole": bench.whole} if name == "facts" else {"whole": bench.whole, "inside": bench.first_to_last}
    for way, commands in ways.items():
        for warm in commands(name, bench.job(name, "tiny"), rivals).values():
            warm()
        found[way] = _figures(interleaved(commands(name, place, rivals), runs))
    reference.unlink()
    return found


def linear(bench: Bench, size: str, runs: int) -> Figures:
    """Rows a second of a product inside a process, and of one that is ten times as long."""
    places = {
        rows: bench.job("product", sizes) for sizes in LINEAR.get(size, LINEAR["normal"]) if (rows := _rows(sizes))
    }
    things = {str(rows): _inside(bench, place) for rows, place in places.items()}
    return _figures(interleaved(things, runs))


def memory(bench: Bench, size: str, runs: int) -> Figures:
    """The peak memory of `ftc compile` to nowhere, and of `ftc count`."""
    place = bench.job("product", MEMORY[0])
    found: Figures = {"count": asdict(bench.ftc(place, "count", "job.ft"))}
    for sizes in MEMORY[: MEMORY_TAKEN[size]]:
        place = bench.job("product", sizes)
        found[str(_rows(sizes))] = asdict(bench.ftc(place, "compile", "job.ft", "-o", "-"))
    return found


def at(bench: Bench, size: str, runs: int) -> Figures:
    """`ds[i]` at random places of a large space."""
    place = bench.job("space", size)
    told = [bench.inside(place, "at", place)[1] for _ in range(runs)]
    return {name: median(each[name] for each in told) for name in told[0]}


def sample(bench: Bench, size: str, runs: int) -> Figures:
    """A sample of a large space under conditions, beside the smallest compilation there is."""
    place, least = bench.job("sample", size), bench.job("facts", (1,))
    things = {
        "sample": lambda: bench.ftc(place, "compile", "job.ft", "-o", "out.jsonl"),
        "start": lambda: bench.ftc(least, "compile", "job.ft", "-o", "out.jsonl"),
    }
    return _figures(interleaved(things, runs))


def phases(bench: Bench, size: str, runs: int) -> Figures:
    """Where the time of the plain facts goes."""
    place, told = bench.job("facts", size), []
    for _ in range(runs):
        found = bench.inside(place, "ftc", place, place / "out.jsonl")[1]["phases"]
        whole = bench.ftc(place, "compile", "job.ft", "-o", "out.jsonl").seconds
        told.append(found | {"start, findings shown, manifest": whole - sum(found.values())})
    return {phase: median(each[phase] for each in told) for phase in told[0]}


EXTRA: dict[str, Callable[[Bench, str, int], Figures]] = {
    "linear": linear,
    "memory": memory,
    "at": at,
    "sample": sample,
    "phases": phases,
}


def _inside(bench: Bench, place: Path) -> Callable[[], Run]:
    def once() -> Run:
        done, _ = bench.inside(place, "ftc", place, place / "out.jsonl")
        (place / "out.jsonl").unlink()
        return done

    return once


def _rows(sizes: tuple[int, ...]) -> int:
    rows = 1
    for each in sizes:
        rows *= each
    return rows


def _figures(found: dict[str, list[Run]]) -> Figures:
    return {
        name: {key: [getattr(each, key) for each in runs] for key in ("seconds", "processor", "memory")}
        for name, runs in found.items()
    }


def main() -> None:
    known = (*JOBS, *EXTRA)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", nargs="+", choices=known, default=known, metavar="JOB", help=", ".join(known))
    parser.add_argument("--rivals", nargs="+", choices=RIVALS, default=RIVALS, metavar="RIVAL", help=", ".join(RIVALS))
    parser.add_argument("--size", choices=("tiny", "normal", "large"), default="normal")
    parser.add_argument("--runs", type=int, default=5, help="rounds; medians are told (5)")
    parser.add_argument("--folder", type=Path, help="where to write (a temporary folder)")
    parser.add_argument(
        "--json", type=Path, default=HERE / "results.json", help="the results (benchmarks/results.json)"
    )
    parser.add_argument("--report", action="store_true", help="make the README and the plot of the results")
    options = parser.parse_args()
    results = json.loads(options.json.read_bytes()) if options.json.exists() else {"jobs": {}, "extra": {}}
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        bench = Bench(Path(name), environment(Path(name)))
        results["machine"] = machine(bench.folder)
        for each in options.jobs:
            try:
                if each in EXTRA:
                    results["extra"][f"{each}/{options.size}"] = EXTRA[each](bench, options.size, options.runs)
                else:
                    found = job(bench, each, options.size, options.runs, ("ftc", *options.rivals))
                    results["jobs"][f"{each}/{options.size}"] = found
            except Failed as failure:
                sys.exit(f"{each}: {failure}")
            options.json.write_text(json.dumps(results, indent=1) + "\n")
            sys.stdout.write(report.section(f"{each}/{options.size}", results) + "\n")
            sys.stdout.flush()
    if options.report:
        report.write(results, HERE)


if __name__ == "__main__":
    main()
