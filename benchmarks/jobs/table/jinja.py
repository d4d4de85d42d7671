"""A table as two loops of a Jinja2 template over cells escaped once."""

import csv
import json
import sys
from pathlib import Path
from typing import Any, BinaryIO

from jinja2 import Environment

TEMPLATE = """
{%- for way in ways %}{% for city, country, people, phone in places -%}
{"messages":[{"role":"user","content":"{{ way }} {{ city }}?"},
{#- #}{"role":"assistant","content":"{{ city }}: {{ country }}, жителей {{ people }}, телефон {{ phone }}."}]}
{% endfor %}{% endfor %}"""

# `json.dumps` with an option makes an encoder a call.
ENCODE = json.JSONEncoder(ensure_ascii=False).encode


def load(folder: Path) -> Any:
    with (folder / "cities.csv").open(encoding="utf-8", newline="") as file:
        return (folder / "ways.txt").read_text(encoding="utf-8").splitlines(), list(csv.reader(file))[1:]


def escaped(text: str) -> str:
    return ENCODE(text)[1:-1]


def main(data: Any, out: BinaryIO) -> None:
    ways, places = data
    cells = [[escaped(cell) for cell in place] for place in places]
    stream = Environment().from_string(TEMPLATE).stream(ways=[escaped(way) for way in ways], places=cells)
    stream.enable_buffering(1000)
    stream.dump(out, encoding="utf-8")


if __name__ == "__main__":
    with Path(sys.argv[2]).open("wb", buffering=1 << 20) as file:
        main(load(Path(sys.argv[1])), file)
