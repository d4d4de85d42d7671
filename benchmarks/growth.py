"""How the time of a check grows with a file: each thing that a file may have many of, doubled three times.

    python benchmarks/growth.py [NAME ...] [--runs N]

The files are those of `tests/wide.py`, and some of this page's own. Printed is the processor time of `ftc check` over
that of the same file with one of the thing, the least of a few runs, and how many times as long each doubling takes.
What is linear takes twice as long; `most` is what should not be exceeded. Several names may be given together, as
`rows+cases`: they stand in one file then.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import wide

MOST = 2.3
DOUBLINGS = 3

# Less than this is told apart from the start of a process by chance.
SMALL = 0.05

# What was slower than linear once, and the size from which it is doubled.
SIZES = {
    "numbers_in_a_list": 40_000,
    "other_keys": 1_000_000,
    "alternatives_a_turn": 480,
    "conditions": 1_000,
    "other_conditions": 1_000,
    "misspelt": 2_000,
    "used_files": 600,
    "name_a_turn": 250,
    "varying_a_turn": 100,
    "one_choice_before_turns": 1_000,
    "names_in_a_message": 250,
    "names_in_a_let": 100,
    "columns": 400,
    "functions": 400,
    "exchanges": 2_000,
    "dialogs": 1_000,
    "covered": 250_000,
    "held_out": 250_000,
}


def covered(n: int) -> wide.Part:
    """A cover of the values of one name."""
    return wide.Part(f"let of_cover in 1..{n}\n", blocks=_fact("of_cover", "  cover each\n"))


def held_out(n: int) -> wide.Part:
    """A sample of the values of a name of which some are held out."""
    return wide.Part(
        f"let of_sample in 1..{n}\n", blocks=_fact("of_sample", "  sample 2 seed 1\n  validation 10% by of_sample\n")
    )


def _fact(name: str, thin: str) -> str:
    return f"fact thin\n  user: Say {{{name}}}\n  assistant: Said.\n{thin}"


def keys_by_cells(n: int) -> wide.Part:
    """As many rows, each with a key of its own, as make so many cells."""
    return wide.other_keys(round(n**0.5))


MAKERS: dict[str, wide.Dimension] = {
    **wide.DIMENSIONS, "other_keys": keys_by_cells, "covered": covered, "held_out": held_out
}  # fmt: skip


def made(names: str, size: int) -> Mapping[str, str]:
    return wide.files(*[MAKERS[name](size) for name in names.split("+")])


def seconds(files: Mapping[str, str], runs: int) -> float:
    """The least processor time that a check of the files takes."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        return min(_once(folder) for _ in range(runs))


def _once(folder: str) -> float:
    # A target that counts no tokens. Findings are no failure here, and nobody reads them.
    command = [sys.executable, "-m", "ftc", "check", "--to", "trl", wide.MAIN]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=folder, **quiet) as child:
        _, _, usage = os.wait4(child.pid, 0)
        child.returncode = 0
    return usage.ru_utime + usage.ru_stime


def told(names: str, size: int, runs: int) -> str:
    """One line of the table."""
    start = seconds(made(names, 1), runs)
    took = [seconds(made(names, size << times), runs) - start for times in range(DOUBLINGS + 1)]
    ratios = [more / max(less, SMALL) for less, more in pairwise(took)]
    mark = "" if max(ratios) <= MOST else f"  over {MOST}"
    shown = "".join(f"{ratio:>7.2f}" for ratio in ratios)
    return f"{names:<28}{size:>9,} → {size << DOUBLINGS:<10,}{took[-1]:>8.2f} s{shown}{mark}\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=list(SIZES))
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    sys.stdout.write(f"{'thing':<28}{'size':>9}   {'to':<10}{'last':>8}    each doubling\n")
    for names in given.names:
        size = min(SIZES.get(name, 100) for name in names.split("+"))
        sys.stdout.write(told(names, size, given.runs))
        sys.stdout.flush()


if __name__ == "__main__":
    main()
