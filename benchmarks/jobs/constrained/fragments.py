"""Constraints by hand, with every piece escaped once.

The days stand in the row in three places, cities around them: what ends a row is made once for each way, and `join`
puts the start of the row before each end in one call.
"""

import json
import sys
from itertools import combinations, permutations
from pathlib import Path
from typing import Any, BinaryIO


def load(folder: Path) -> Any:
    return json.loads((folder / "data.json").read_bytes())


def escaped(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def main(data: Any, out: BinaryIO) -> None:
    people = [(adults, children) for adults in range(1, 5) for children in range(5) if adults + children <= 6]
    days = list(combinations(range(1, data["days"] + 1), 2))
    for city, goal in permutations(map(escaped, data["cities"]), 2):
        asks = (
            '{"messages":[{"role":"system","content":"Ты кассир 🚂"},{"role":"user","content":"'
            f"Из города {city} в {goal}, взрослых "
        )
        ends = [
            (
                f'{day} мая, назад {back} мая."}},{{"role":"assistant","content":"'
                f'{city} → {goal}, {day}.05, и {goal} → {city}, {back}.05: билеты ваши 🎫"}}]}}\n'
            ).encode()
            for day, back in days
        ]
        for adults, children in people:
            start = f"{asks}{adults}, детей {children}, ".encode()
            out.write(start + start.join(ends))


if __name__ == "__main__":
    with Path(sys.argv[2]).open("wb", buffering=1 << 20) as file:
        main(load(Path(sys.argv[1])), file)
