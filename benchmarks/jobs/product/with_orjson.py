"""The product by hand: `itertools.product` and orjson."""

import json
import sys
from itertools import product
from pathlib import Path
from typing import Any, BinaryIO

import orjson


def load(folder: Path) -> Any:
    return json.loads((folder / "data.json").read_bytes())


def main(data: Any, out: BinaryIO) -> None:
    for tone, greeting, city, nights, wish in product(*data.values()):
        row = {
            "messages": [
                {"role": "system", "content": f"Ты {tone} портье 🏨"},
                {"role": "user", "content": f"{greeting}! {city}, ночей: {nights}. {wish}"},
                {"role": "assistant", "content": f"Готово ✅\n{city}, {nights}"},
            ]
        }
        out.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))


if __name__ == "__main__":
    with Path(sys.argv[2]).open("wb", buffering=1 << 20) as file:
        main(load(Path(sys.argv[1])), file)
