"""Arithmetic by hand: what a divisor and a number say is put together once, the sums behind them in one call."""

import json
import sys
from pathlib import Path
from typing import Any, BinaryIO


def load(folder: Path) -> Any:
    return json.loads((folder / "data.json").read_bytes())


def main(data: Any, out: BinaryIO) -> None:
    added = range(1, data["added"] + 1)
    before = '{"messages":[{"role":"system","content":"You are a calculator."},{"role":"user","content":"'
    middle, end = '"},{"role":"assistant","content":"', '."}]}\n'
    for ask in data["ask"]:
        head, tail = ask.split("{x}")
        for y in range(1, data["largest"] + 1):
            for d in range(2, data["divisor"] + 1):
                if y % d:
                    continue
                z = y // d
                start = f"{before}{head.format(y=y, d=d)}"
                between = f"{tail}{middle}{y} / {d} = {z}, and {z} + "
                rows = [f"{start}{x}{between}{x} = {z + x}. The answer is {z + x}{end}" for x in added]
                out.write("".join(rows).encode())


if __name__ == "__main__":
    with Path(sys.argv[2]).open("wb", buffering=1 << 20) as file:
        main(load(Path(sys.argv[1])), file)
