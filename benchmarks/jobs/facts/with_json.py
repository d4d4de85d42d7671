"""Plain facts by hand: YAML read by libyaml, lines by json."""

import json
import sys
from pathlib import Path
from typing import Any, BinaryIO

import yaml


def load(folder: Path) -> Any:
    return yaml.load((folder / "data.yaml").read_bytes(), Loader=yaml.CSafeLoader)


def main(data: Any, out: BinaryIO) -> None:
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    for fact in data:
        row = {
            "messages": [
                {"role": "user", "content": fact["user"]},
                {"role": "assistant", "content": fact["assistant"]},
            ]
        }
        out.write(encode(row).encode() + b"\n")


if __name__ == "__main__":
    with Path(sys.argv[2]).open("wb", buffering=1 << 20) as file:
        main(load(Path(sys.argv[1])), file)
