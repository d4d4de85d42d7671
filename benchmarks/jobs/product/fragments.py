"""The product by hand, with every piece escaped once.

City, nights and wish stand together behind the other two names: their part of the row is made once for all, and
`join` puts the first part before each of them in one call.
"""

import json
import sys
from itertools import product
from pathlib import Path
from typing import Any, BinaryIO


def load(folder: Path) -> Any:
    return json.loads((folder / "data.json").read_bytes())


def escaped(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def main(data: Any, out: BinaryIO) -> None:
    tones, greetings, *inner = ([escaped(value) for value in axis] for axis in data.values())
    ends = [
        f'{city}, ночей: {nights}. {wish}"}},{{"role":"assistant","content":"'
        f'Готово ✅\\n{city}, {nights}"}}]}}\n'.encode()
        for city, nights, wish in product(*inner)
    ]
    # About a hundred kilobytes at a time: small enough to stay in the cache, large enough for one call.
    parts = [ends[at : at + 500] for at in range(0, len(ends), 500)]
    for tone in tones:
        system = f'{{"messages":[{{"role":"system","content":"Ты {tone} портье 🏨"}},'
        for greeting in greetings:
            start = f'{system}{{"role":"user","content":"{greeting}! '.encode()
            for part in parts:
                out.write(start + start.join(part))


if __name__ == "__main__":
    with Path(sys.argv[2]).open("wb", buffering=1 << 20) as file:
        main(load(Path(sys.argv[1])), file)
