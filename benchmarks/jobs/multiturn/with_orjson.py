"""Turns by hand: the messages of every turn are made once, then `itertools.product` of turns and orjson."""

import json
import sys
from itertools import chain, product
from pathlib import Path
from typing import Any, BinaryIO

import orjson


def load(folder: Path) -> Any:
    return json.loads((folder / "data.json").read_bytes())


def turn(user: str, assistant: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": user}, {"role": "assistant", "content": assistant}]


def main(data: Any, out: BinaryIO) -> None:
    turns = [turn(f"{ask} {name}?", f"{price} ₽") for ask in ("Почём", "Сколько стоит") for name, price in data]
    turns += [turn(thanks, "Заходите ещё!") for thanks in ("Спасибо!", "Thanks 🙏")]
    system = {"role": "system", "content": "Ты продавец."}
    for length in (1, 2, 3):
        for said in product(turns, repeat=length):
            row = {"messages": [system, *chain.from_iterable(said)]}
            out.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))


if __name__ == "__main__":
    with Path(sys.argv[2]).open("wb", buffering=1 << 20) as file:
        main(load(Path(sys.argv[1])), file)
