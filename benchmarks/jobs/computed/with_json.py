"""Computed answers by hand: `itertools.product` and json, for the answer and for the line."""

import json
import sys
from itertools import product
from pathlib import Path
from typing import Any, BinaryIO


def load(folder: Path) -> Any:
    return json.loads((folder / "data.json").read_bytes())


def main(data: Any, out: BinaryIO) -> None:
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    for customer, count, item, price in product(*data.values()):
        total = count * price
        answer = {"who": customer.upper(), "item": item, "total": total, "vat": round(total / 6, 2)}
        row = {
            "messages": [
                {"role": "system", "content": "Счёт пиши в JSON."},
                {"role": "user", "content": f"{customer.title()} берёт {count} × {item} по {price} ₽"},
                {"role": "assistant", "content": encode(answer)},
            ]
        }
        out.write(encode(row).encode() + b"\n")


if __name__ == "__main__":
    with Path(sys.argv[2]).open("wb", buffering=1 << 20) as file:
        main(load(Path(sys.argv[1])), file)
