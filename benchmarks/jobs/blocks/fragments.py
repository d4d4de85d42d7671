"""Small blocks by hand: what ends a row is made once for each name in a block."""

import json
import sys
from pathlib import Path
from typing import Any, BinaryIO

# `json.dumps` with an option makes an encoder a call.
ENCODE = json.JSONEncoder(ensure_ascii=False).encode


def load(folder: Path) -> Any:
    return json.loads((folder / "data.json").read_bytes())


def escaped(text: str) -> str:
    return ENCODE(text)[1:-1]


def main(data: Any, out: BinaryIO) -> None:
    for block in data:
        answer, asks = escaped(block["answer"]), [escaped(ask) for ask in block["ask"]]
        whos, marks = [escaped(who) for who in block["who"]], [escaped(mark) for mark in block["end"]]
        ends = [
            f' {who}{mark}"}},{{"role":"assistant","content":"{who}: {answer}"}}]}}\n' for who in whos for mark in marks
        ]
        starts = [f'{{"messages":[{{"role":"user","content":"{ask}' for ask in asks]
        out.write("".join([start + end for start in starts for end in ends]).encode())


if __name__ == "__main__":
    with Path(sys.argv[2]).open("wb", buffering=1 << 20) as file:
        main(load(Path(sys.argv[1])), file)
