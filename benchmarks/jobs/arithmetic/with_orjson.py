"""Arithmetic by hand: loops, and orjson for the line."""

import json
import sys
from pathlib import Path
from typing import Any, BinaryIO

import orjson


def load(folder: Path) -> Any:
    return json.loads((folder / "data.json").read_bytes())


def main(data: Any, out: BinaryIO) -> None:
    for ask in data["ask"]:
        for y in range(1, data["largest"] + 1):
            for d in range(2, data["divisor"] + 1):
                if y % d:
                    continue
                z = y // d
                for x in range(1, data["added"] + 1):
                    row = {
                        "messages": [
                            {"role": "system", "content": "You are a calculator."},
                            {"role": "user", "content": ask.format(y=y, d=d, x=x)},
                            {
                                "role": "assistant",
                                "content": f"{y} / {d} = {z}, and {z} + {x} = {z + x}. The answer is {z + x}.",
                            },
                        ]
                    }
                    out.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))


if __name__ == "__main__":
    with Path(sys.argv[2]).open("wb", buffering=1 << 20) as file:
        main(load(Path(sys.argv[1])), file)
