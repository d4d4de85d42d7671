"""Computed answers by hand, with every piece escaped once and every number computed once.

What is computed depends on count and price alone, so its text is made once for each of their pairs.
"""

import json
import sys
from pathlib import Path
from typing import Any, BinaryIO


def load(folder: Path) -> Any:
    return json.loads((folder / "data.json").read_bytes())


def escaped(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def quoted(text: str) -> str:
    """A text as it stands in an answer that is JSON itself."""
    return escaped(json.dumps(text, ensure_ascii=False))


def main(data: Any, out: BinaryIO) -> None:
    ends = {
        count: [
            (
                str(price).encode(),
                f'\\"total\\":{count * price},\\"vat\\":{round(count * price / 6, 2)}}}"}}]}}\n'.encode(),
            )
            for price in data["price"]
        ]
        for count in data["count"]
    }
    for customer in data["customer"]:
        asks = (
            '{"messages":[{"role":"system","content":"Счёт пиши в JSON."},{"role":"user","content":"'
            f"{escaped(customer.title())} берёт "
        )
        for count in data["count"]:
            for item in data["item"]:
                start = f"{asks}{count} × {escaped(item)} по ".encode()
                middle = (
                    ' ₽"},{"role":"assistant","content":"{'
                    f'\\"who\\":{quoted(customer.upper())},\\"item\\":{quoted(item)},'
                ).encode()
                out.write(b"".join([start + price + middle + end for price, end in ends[count]]))


if __name__ == "__main__":
    with Path(sys.argv[2]).open("wb", buffering=1 << 20) as file:
        main(load(Path(sys.argv[1])), file)
