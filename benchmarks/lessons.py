"""Whether the data teaches: the three lessons of `examples/`, trained and asked, once a seed, on this machine.

    python benchmarks/lessons.py OUT [--seeds 1 2 3] [LESSON …]

Needs `ftc[local]`. Each lesson is trained by `ftc train` in a folder of its own under OUT and asked by `ftc evaluate`,
for the first seed beside the model it was made from; a run that is there already is not made again. Printed: a table in
Markdown for each lesson, with minutes and sizes: what stands in the READMEs of the examples.
"""

import argparse
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).parent.parent / "examples"
LESSONS = {path.stem: path for path in sorted(EXAMPLES.glob("*/*-lesson.ft"))}


def ftc(folder: Path, *arguments: str) -> float:
    """Run a command in a folder; the minutes that it took."""
    start = time.monotonic()
    with (folder / "log").open("a") as log:
        subprocess.run([sys.executable, "-m", "ftc", *arguments], cwd=folder, check=True, stdout=log, stderr=log)
    return (time.monotonic() - start) / 60


def run(lesson: Path, seed: int, out: Path, *, before: bool) -> dict[str, Any]:
    """Train and ask, if that is not done yet; with `before`, the untrained model too, which is the same for all seeds.
    The report of the evaluation, with the minutes and what was trained."""
    folder = out / f"{lesson.stem}-{seed}"
    done = folder / "run.json"
    if not done.exists():
        folder.mkdir(parents=True, exist_ok=True)
        for source in lesson.parent.glob(f"{lesson.stem}*"):
            if source.is_file():
                shutil.copy(source, folder)
        alone = () if before else ("--model", f"{lesson.stem}.model")
        minutes = ftc(folder, "train", lesson.name, "--set", f"seed={seed}")
        asked = ftc(folder, "evaluate", lesson.name, *alone, "--format", "json", "-o", "report.json")
        job = json.loads((folder / f"{lesson.stem}.job.json").read_text())["jobs"][-1]
        manifest = json.loads((folder / f"{lesson.stem}.manifest.json").read_text())
        told = {
            "minutes": round(minutes, 1),
            "asked": round(asked, 1),
            "lines": manifest["outputs"][0]["lines"],
            "epochs": job["settings"]["epochs"],
        }
        done.write_text(json.dumps(told))
    report: dict[str, Any] = json.loads((folder / "report.json").read_text())
    return {**report, **json.loads(done.read_text())}


def said(score: dict[str, Any]) -> str:
    """`20 of 20`."""
    return f"{score['right']} of {score['n']}"


def table(name: str, runs: dict[int, dict[str, Any]]) -> str:
    """The rows of all runs, side by side."""
    first = next(iter(runs.values()))
    minutes = ", ".join(f"{run['minutes']:g}" for run in runs.values())
    lines = [
        f"`{name}.ft`: {first['lines']} conversations, {first['epochs']} epochs; training took {minutes} minutes.",
        "",
        "| held out | before | " + " | ".join(f"seed {seed}" for seed in runs) + " | share |",
        "|---|---|" + "---|" * len(runs) + "---|",
    ]
    rows = [{_key(row): row for row in run["rows"] if row["split"] == "held out"} for run in runs.values()]
    for key, row in rows[0].items():
        block, kind = key
        label = f"**{block}**" if row["whole"] else kind or "valid"
        cells = [said(each[key]["model"]) for each in rows]
        right, n = (sum(each[key]["model"][what] for each in rows) for what in ("right", "n"))
        lines.append(f"| {label} | {said(row['base'])} | {' | '.join(cells)} | {right / n:.0%} |")
    return "\n".join(lines) + "\n"


def _key(row: dict[str, Any]) -> tuple[str, str]:
    kind = [row["case"] or "", f"invalid {row['fault']}" if row["fault"] else "", "valid" * (not row["whole"])]
    return row["block"], next(filter(None, kind), "")


def main() -> None:
    parser = argparse.ArgumentParser(description="Train and ask the lessons.")
    parser.add_argument("out", type=Path)
    parser.add_argument("lessons", nargs="*", default=list(LESSONS), choices=[*LESSONS, []])
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    asked = parser.parse_args()
    for name in asked.lessons:
        runs = {
            seed: run(LESSONS[name], seed, asked.out.resolve(), before=seed == asked.seeds[0]) for seed in asked.seeds
        }
        sys.stdout.write(table(name, runs) + "\n")


if __name__ == "__main__":
    main()
