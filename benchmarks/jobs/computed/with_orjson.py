"""Computed answers by hand: `itertools.product` and orjson, for the answer and for the line."""

import json
import sys
from itertools import product
from pathlib import Path
from typing import Any, BinaryIO

import orjson


def load(folder: Path) -> Any:
    return json.loads((folder / "data.json").read_bytes())


def main(data: Any, out: BinaryIO) -> None:
    for customer, count, item, price in product(*data.values()):
        total = count * price
        answer = {"who": customer.upper(), "item": item, "total": total, "vat": round(total / 6, 2)}
        row = {
            "messages": [
                {"role": "system", "content": "Счёт пиши в JSON."},
                {"role": "user", "content": f"{customer.title()} берёт {count} × {item} по {price} ₽"},
                {"role": "assistant", "content": orjson.dumps(answer).decode()},
            ]
        }
        out.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))


if __name__ == "__main__":
    with Path(sys.argv[2]).open("wb", buffering=1 << 20) as file:
        main(load(Path(sys.argv[1])), file)
