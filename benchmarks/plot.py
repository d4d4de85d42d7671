"""The plot of the README: rows a second of whole commands, a panel for each job, a bar for each rival."""

import math
from pathlib import Path
from statistics import median
from typing import Any

OURS, OTHERS, PLAIN = "#c2410c", "#8b95a5", "#d4d9e0"
TITLES = {
    "product": "pure product",
    "computed": "computed answers",
    "constrained": "under conditions",
    "multiturn": "one to three turns",
    "table": "table of 10,000 rows",
    "blocks": "many small blocks",
    "facts": "10,000 plain facts",
}
NAMES = {"write": "plain write", "jinja": "Jinja2", "chatito": "Chatito"}


def draw(results: dict[str, Any], path: Path) -> None:
    """An SVG that is the same for the same results."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams |= {"svg.hashsalt": "ftc", "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 9}
    from matplotlib import pyplot

    jobs = {name: found for name in TITLES if (found := _largest(results["jobs"], name))}
    if not jobs:
        return
    rates = {name: _rates(found) for name, found in jobs.items()}
    rows = math.ceil(len(jobs) / 2)
    figure, panels = pyplot.subplots(rows, 2, figsize=(9, 1.9 * rows + 0.4), sharex=True, squeeze=False)
    low = min(min(each.values()) for each in rates.values()) / 1.5
    high = max(max(each.values()) for each in rates.values())
    slots = max(map(len, rates.values()))
    for panel in panels.flat[len(jobs) :]:
        panel.axis("off")
    for panel, (name, each) in zip(panels.flat, rates.items(), strict=False):
        shown = sorted(each, key=each.__getitem__)
        colors = [OURS if rival == "ftc" else PLAIN if rival == "write" else OTHERS for rival in shown]
        bars = panel.barh([NAMES.get(rival, rival) for rival in shown], [each[rival] for rival in shown], color=colors)
        panel.bar_label(bars, [_short(each[rival]) for rival in shown], padding=3, fontsize=8)
        panel.set_title(f"{TITLES[name]}, {jobs[name]['rows']:,} rows", loc="left", fontsize=9.5)
        panel.set_xscale("log")
        panel.set_xlim(low, high * 4)
        panel.set_ylim(len(shown) - slots - 0.5, len(shown) - 0.5)
        panel.tick_params(length=0)
        panel.tick_params(axis="x", labelbottom=False)
        panel.minorticks_off()
        panel.spines[["top", "right", "bottom", "left"]].set_visible(False)
    figure.suptitle("Rows a second, whole command, logarithmic", x=0.01, ha="left", fontsize=11)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)


def _largest(jobs: dict[str, Any], name: str) -> Any:
    """The normal size, or what there is."""
    return next((jobs[key] for size in ("normal", "large", "tiny") if (key := f"{name}/{size}") in jobs), None)


def _rates(found: Any) -> dict[str, float]:
    return {rival: found["rows"] / median(each["seconds"]) for rival, each in found["whole"].items()}


def _short(rate: float) -> str:
    return f"{rate / 1e6:.2g} M" if rate >= 1e6 else f"{rate / 1e3:.3g} k"
