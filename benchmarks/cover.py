"""How few conversations `cover` needs: models whose smallest known covers are published, each as an ordinary file.

    python benchmarks/cover.py [NAME ...]

Every model is a fact of as many names, compiled as a user would. What is printed of it is read off the messages that
were written, and so is whether every combination occurs in them. `most` is what must not be exceeded, `best` the
smallest cover that is published or proved, where one is known here.
"""

import sys
import time
from itertools import combinations
from math import prod

from ftc.compile import compile
from ftc.loader import Loader

# name: (values of each name, how many at a time, the most, the best known or None)
MODELS: dict[str, tuple[list[int], int, int, int | None]] = {
    "3^4": ([3] * 4, 2, 9, 9),
    "3^13": ([3] * 13, 2, 17, 15),
    "4^15 3^17 2^29": ([4] * 15 + [3] * 17 + [2] * 29, 2, 35, 29),
    "4^1 3^39 2^35": ([4] + [3] * 39 + [2] * 35, 2, 26, 21),
    "2^100": ([2] * 100, 2, 13, 10),
    "10^20": ([10] * 20, 2, 195, 180),
    "3^4 triples": ([3] * 4, 3, 31, 27),
    "3^13 triples": ([3] * 13, 3, 74, None),
    "4^10 triples": ([4] * 10, 3, 156, None),
    "10^6 triples": ([10] * 6, 3, 1620, None),
    "20^50": ([20] * 50, 2, 1042, None),
}


def source(sizes: list[int], strength: int) -> str:
    """The model as a file."""
    names = "".join(f"let n{number} in 1..{size}\n" for number, size in enumerate(sizes))
    holes = " ".join(f"{{n{number}}}" for number in range(len(sizes)))
    return f"{names}\nfact model\n  user: {holes}\n  assistant: ok\n  cover {strength}\n"


def rows(text: str) -> list[list[int]]:
    """What is in the messages of the conversations that the file implies."""
    compilation = compile(["model.ft"], Loader(files={"model.ft": text.encode()}), data_checks=False)
    if compilation.plan is None:
        raise SystemExit(f"not compiled: {[each.code for each in compilation.diagnostics]}")
    return [[int(value) for value in str(c.messages[0].content).split()] for c in compilation.plan.training]


def covered(found: list[list[int]], sizes: list[int], strength: int) -> bool:
    """Whether every combination occurs, counted without anything of the compiler."""
    for columns in combinations(range(len(sizes)), strength):
        seen = {tuple(row[column] for column in columns) for row in found}
        if len(seen) != prod(sizes[column] for column in columns):
            return False
    return True


def main() -> None:
    names = sys.argv[1:] or list(MODELS)
    failed = False
    write = sys.stdout.write
    write(f"{'model':<16}{'rows':>6}{'most':>6}{'best':>6}{'seconds':>9}\n")
    for name in names:
        sizes, strength, most, best = MODELS[name]
        start = time.perf_counter()
        found = rows(source(sizes, strength))
        seconds = time.perf_counter() - start
        whole = covered(found, sizes, strength)
        failed |= not whole or len(found) > most
        told = "" if whole else "  NOT COVERED"
        write(f"{name:<16}{len(found):>6}{most:>6}{best or '':>6}{seconds:>9.1f}{told}\n")
        sys.stdout.flush()
    sys.exit(failed)


if __name__ == "__main__":
    main()
