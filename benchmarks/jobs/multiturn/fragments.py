"""Turns by hand, each written as bytes once: the start of a row goes before every last turn in one call of `join`."""

import json
import sys
from itertools import product
from pathlib import Path
from typing import Any, BinaryIO


def load(folder: Path) -> Any:
    return json.loads((folder / "data.json").read_bytes())


def turn(user: str, assistant: str) -> bytes:
    said = [{"role": "user", "content": user}, {"role": "assistant", "content": assistant}]
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))[1:-1].encode()


def main(data: Any, out: BinaryIO) -> None:
    turns = [turn(f"{ask} {name}?", f"{price} ₽") for ask in ("Почём", "Сколько стоит") for name, price in data]
    turns += [turn(thanks, "Заходите ещё!") for thanks in ("Спасибо!", "Thanks 🙏")]
    ends = [each + b"]}\n" for each in turns]
    system = '{"messages":[{"role":"system","content":"Ты продавец."},'.encode()
    for length in (1, 2, 3):
        for said in product(turns, repeat=length - 1):
            start = system + b"".join([each + b"," for each in said])
            out.write(start + start.join(ends))


if __name__ == "__main__":
    with Path(sys.argv[2]).open("wb", buffering=1 << 20) as file:
        main(load(Path(sys.argv[1])), file)
