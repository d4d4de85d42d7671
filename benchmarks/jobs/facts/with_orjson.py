"""Plain facts by hand: YAML read by libyaml, lines by orjson."""

import sys
from pathlib import Path
from typing import Any, BinaryIO

import orjson
import yaml


def load(folder: Path) -> Any:
    return yaml.load((folder / "data.yaml").read_bytes(), Loader=yaml.CSafeLoader)


def main(data: Any, out: BinaryIO) -> None:
    for fact in data:
        row = {
            "messages": [
                {"role": "user", "content": fact["user"]},
                {"role": "assistant", "content": fact["assistant"]},
            ]
        }
        out.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))


if __name__ == "__main__":
    with Path(sys.argv[2]).open("wb", buffering=1 << 20) as file:
        main(load(Path(sys.argv[1])), file)
