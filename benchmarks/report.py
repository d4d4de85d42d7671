"""The results as Markdown, and the README and the plot made of them.

python benchmarks/report.py [RESULTS]
"""

import json
import sys
from pathlib import Path
from statistics import median
from typing import Any

from measure import ratio
from rivals import JOBS

Figures = dict[str, Any]
BEGIN, END = "<!-- results: written by report.py -->\n", "<!-- end of results -->\n"
HEAD = """\
| | whole command | rows/s | MB/s | as long as ftc | peak memory | first byte to last | rows/s | as long as ftc |
|---|--:|--:|--:|--:|--:|--:|--:|--:|
"""


def section(key: str, results: Figures) -> str:
    """What was found for a job or another measurement, under its name."""
    name, size = key.split("/")
    if key in results["jobs"]:
        return _job(name, size, results["jobs"][key])
    return EXTRA[name](size, results["extra"][key])


def _job(name: str, size: str, found: Figures) -> str:
    rows, size_in_bytes = found["rows"], found["bytes"]
    whole, inside = found["whole"], found.get("inside", {})
    rounds = max(len(each["seconds"]) for each in whole.values())
    text = f"### {name}, {size}: {rows:,} rows, {size_in_bytes / 1e6:,.1f} MB, rounds: {rounds}\n\n{HEAD}"
    for rival in whole:
        cells = [rival, *_rate(rows, whole, rival)]
        cells.insert(3, _mb(size_in_bytes, rival, whole))
        cells.insert(5, f"{max(whole[rival]['memory']) / 1e6:.0f} MB" if rival != "write" else "")
        cells += _rate(rows, inside, rival) if rival in inside else ["", "", ""]
        text += f"| {' | '.join(cells)} |\n"
    return text


def _mb(size: int, rival: str, whole: Figures) -> str:
    """Chatito writes other lines, so its megabytes are not these."""
    return "" if rival == "chatito" else f"{size / 1e6 / median(whole[rival]['seconds']):,.0f}"


def _rate(rows: int, found: Figures, rival: str) -> list[str]:
    seconds = found[rival]["seconds"]
    times = ratio(seconds, found["ftc"]["seconds"]) if "ftc" in found else None
    return [_time(median(seconds)), _short(rows / median(seconds)), "" if times is None else f"{times:.2f}"]


def _time(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.3g} ms"


def _short(number: float) -> str:
    """A number in three digits: 12.9 M."""
    for unit, name in ((1e6, " M"), (1e3, " k")):
        if number >= unit:
            return f"{number / unit:.3g}{name}"
    return f"{number:.3g}"


def _linear(size: str, found: Figures) -> str:
    few, many = sorted(found, key=int)
    rates = {rows: int(rows) / median(found[rows]["seconds"]) for rows in (few, many)}
    pairs = zip(found[few]["seconds"], found[many]["seconds"], strict=True)
    share = median(int(many) / long / (int(few) / short) for short, long in pairs)
    told = ", ".join(f"{_short(rates[rows])} rows/s at {int(rows):,} rows" for rows in (few, many))
    return f"### Linear cost, {size}\n\nProduct, inside a process: {told}: {share:.2f} of the rate.\n"


def _memory(size: str, found: Figures) -> str:
    rows = [(f"`ftc compile`, {int(name):,} rows", each) for name, each in found.items() if name != "count"]
    text = f"### Flat memory, {size}\n\n| | peak memory | over `ftc count` |\n|---|--:|--:|\n"
    base = found["count"]["memory"]
    for name, each in (("`ftc count`", found["count"]), *rows):
        text += f"| {name} | {each['memory'] / 1e6:.1f} MB | {(each['memory'] - base) / 1e6:.1f} MB |\n"
    return text


def _at(size: str, found: Figures) -> str:
    return (
        f"### One conversation of many\n\n`ds[i]` at random places of {int(found['count']):,} conversations, warm: "
        f"{found['microseconds']:.0f} µs (median; the slowest {found['worst']:,.0f} µs).\n"
    )


def _sample(size: str, found: Figures) -> str:
    pairs = zip(found["sample"]["seconds"], found["start"]["seconds"], strict=True)
    over = median(sample - start for sample, start in pairs)
    return (
        f"### A sample under conditions, {size}\n\nWhole command {_time(median(found['sample']['seconds']))}, of which "
        f"the compilation of one fact takes {_time(median(found['start']['seconds']))}: {_time(over)} over start-up.\n"
    )


def _phases(size: str, found: Figures) -> str:
    total = sum(found.values())
    lines = "".join(f"| {phase} | {_time(each)} | {each / total:.0%} |\n" for phase, each in found.items())
    head = f"### Plain facts, phase by phase, {size}\n\n| phase | time | share |\n|---|--:|--:|\n"
    return f"{head}{lines}| whole command | {_time(total)} | |\n"


EXTRA = {"linear": _linear, "memory": _memory, "at": _at, "sample": _sample, "phases": _phases}


def _place(key: str) -> tuple[int, int]:
    name, size = key.split("/")
    return (*JOBS, *EXTRA).index(name), ("tiny", "normal", "large").index(size)


def write(results: Figures, folder: Path) -> None:
    """The README's part between the marks, and the plot beside it."""
    from plot import draw

    lines = "".join(f"| {name} | {value} |\n" for name, value in results["machine"].items())
    parts = [
        f"| | |\n|---|---|\n{lines}",
        *(section(key, results) for key in sorted((*results["jobs"], *results["extra"]), key=_place)),
    ]
    readme = folder / "README.md"
    before, _, rest = readme.read_text(encoding="utf-8").partition(BEGIN)
    readme.write_text(before + BEGIN + "\n" + "\n".join(parts) + "\n" + END + rest.partition(END)[2], encoding="utf-8")
    draw(results, folder / "plot.svg")


if __name__ == "__main__":
    here = Path(__file__).parent
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else here / "results.json"
    write(json.loads(path.read_bytes()), here)
