"""A table by hand: what ends a row is made once for each place, and `join` puts a wording before each in one call."""

import csv
import json
import sys
from pathlib import Path
from typing import Any, BinaryIO

# `json.dumps` with an option makes an encoder a call.
ENCODE = json.JSONEncoder(ensure_ascii=False).encode


def load(folder: Path) -> Any:
    with (folder / "cities.csv").open(encoding="utf-8", newline="") as file:
        return (folder / "ways.txt").read_text(encoding="utf-8").splitlines(), list(csv.reader(file))[1:]


def escaped(text: str) -> str:
    return ENCODE(text)[1:-1]


def main(data: Any, out: BinaryIO) -> None:
    ways, places = data
    ends = []
    for place in places:
        city, country, people, phone = map(escaped, place)
        answer = f"{city}: {country}, жителей {people}, телефон {phone}."
        ends.append(f' {city}?"}},{{"role":"assistant","content":"{answer}"}}]}}\n'.encode())
    parts = [ends[at : at + 500] for at in range(0, len(ends), 500)]
    for way in ways:
        start = f'{{"messages":[{{"role":"user","content":"{escaped(way)}'.encode()
        for part in parts:
            out.write(start + start.join(part))


if __name__ == "__main__":
    with Path(sys.argv[2]).open("wb", buffering=1 << 20) as file:
        main(load(Path(sys.argv[1])), file)
