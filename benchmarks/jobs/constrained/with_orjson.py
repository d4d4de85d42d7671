"""Constraints by hand: what each condition allows is listed once, then `itertools.product` and orjson."""

import json
import sys
from itertools import combinations, permutations, product
from pathlib import Path
from typing import Any, BinaryIO

import orjson


def load(folder: Path) -> Any:
    return json.loads((folder / "data.json").read_bytes())


def main(data: Any, out: BinaryIO) -> None:
    ways = list(permutations(data["cities"], 2))
    people = [(adults, children) for adults in range(1, 5) for children in range(5) if adults + children <= 6]
    days = list(combinations(range(1, data["days"] + 1), 2))
    for (city, goal), (adults, children), (day, back) in product(ways, people, days):
        asks = f"Из города {city} в {goal}, взрослых {adults}, детей {children}, {day} мая, назад {back} мая."
        row = {
            "messages": [
                {"role": "system", "content": "Ты кассир 🚂"},
                {"role": "user", "content": asks},
                {
                    "role": "assistant",
                    "content": f"{city} → {goal}, {day}.05, и {goal} → {city}, {back}.05: билеты ваши 🎫",
                },
            ]
        }
        out.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))


if __name__ == "__main__":
    with Path(sys.argv[2]).open("wb", buffering=1 << 20) as file:
        main(load(Path(sys.argv[1])), file)
