"""A table by hand: `csv.DictReader`, two loops and json."""

import csv
import json
import sys
from itertools import product
from pathlib import Path
from typing import Any, BinaryIO


def load(folder: Path) -> Any:
    with (folder / "cities.csv").open(encoding="utf-8", newline="") as file:
        return (folder / "ways.txt").read_text(encoding="utf-8").splitlines(), list(csv.DictReader(file))


def main(data: Any, out: BinaryIO) -> None:
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    for way, place in product(*data):
        answer = f"{place['city']}: {place['country']}, жителей {place['people']}, телефон {place['phone']}."
        row = {
            "messages": [
                {"role": "user", "content": f"{way} {place['city']}?"},
                {"role": "assistant", "content": answer},
            ]
        }
        out.write(encode(row).encode() + b"\n")


if __name__ == "__main__":
    with Path(sys.argv[2]).open("wb", buffering=1 << 20) as file:
        main(load(Path(sys.argv[1])), file)
