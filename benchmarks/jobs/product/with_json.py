"""The product by hand: `itertools.product` and json."""

import json
import sys
from itertools import product
from pathlib import Path
from typing import Any, BinaryIO


def load(folder: Path) -> Any:
    return json.loads((folder / "data.json").read_bytes())


def main(data: Any, out: BinaryIO) -> None:
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    for tone, greeting, city, nights, wish in product(*data.values()):
        row = {
            "messages": [
                {"role": "system", "content": f"Ты {tone} портье 🏨"},
                {"role": "user", "content": f"{greeting}! {city}, ночей: {nights}. {wish}"},
                {"role": "assistant", "content": f"Готово ✅\n{city}, {nights}"},
            ]
        }
        out.write(encode(row).encode() + b"\n")


if __name__ == "__main__":
    with Path(sys.argv[2]).open("wb", buffering=1 << 20) as file:
        main(load(Path(sys.argv[1])), file)
