"""Small blocks by hand: a list of them, `itertools.product` for each, and json."""

import json
import sys
from itertools import product
from pathlib import Path
from typing import Any, BinaryIO


def load(folder: Path) -> Any:
    return json.loads((folder / "data.json").read_bytes())


def main(data: Any, out: BinaryIO) -> None:
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    for block in data:
        answer = block["answer"]
        for ask, who, end in product(block["ask"], block["who"], block["end"]):
            row = {
                "messages": [
                    {"role": "user", "content": f"{ask} {who}{end}"},
                    {"role": "assistant", "content": f"{who}: {answer}"},
                ]
            }
            out.write(encode(row).encode() + b"\n")


if __name__ == "__main__":
    with Path(sys.argv[2]).open("wb", buffering=1 << 20) as file:
        main(load(Path(sys.argv[1])), file)
