"""How long a short run takes: `ftc compile` of a ten-line file against an empty typer app that imports lark.

    python benchmarks/start.py [RUNS]

The two run in turn, so that a machine that changes its speed changes both. Printed: the median of each in milliseconds
of wall time, and the median of the ratios of the pairs.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

TEN_LINES = """\
let city:
  | Paris
  | Tokyo
let nights in 1..14

fact hotel
  user:
    | A hotel in {city} for {nights} nights?
    | {nights} nights in {city}, please.
  assistant: {nights} nights in {city}: with pleasure.
"""

EMPTY_APP = "import typer, lark\napp = typer.Typer()\n@app.command()\ndef main() -> None: ...\napp()\n"


def timed(command: list[str]) -> float:
    """Wall time of a command, in milliseconds."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return (time.perf_counter() - start) * 1000


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "ten.ft"
        source.write_text(TEN_LINES)
        ours = [sys.executable, "-m", "ftc", "compile", str(source)]
        base = [sys.executable, "-c", EMPTY_APP]
        timed(ours), timed(base)  # the first run may compile modules
        pairs = [(timed(ours), timed(base)) for _ in range(runs)]
    compiling, empty = (median(each) for each in zip(*pairs, strict=True))
    ratio = median(a / b for a, b in pairs)
    sys.stdout.write(f"ftc compile {compiling:.0f} ms, empty app {empty:.0f} ms, ratio {ratio:.2f} ({runs} pairs)\n")


if __name__ == "__main__":
    main()
