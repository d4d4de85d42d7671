"""Computed answers as a Jinja2 template that does the arithmetic."""

import json
import sys
from pathlib import Path
from typing import Any, BinaryIO

from jinja2 import Environment

# Jinja's own `tojson` is for HTML and escapes more than JSON asks.
TEMPLATE = r"""
{%- for customer in data.customer %}{% for count in data.count %}{% for item in data.item %}
{%- set who = customer.upper() | json | inner %}{% set thing = item | json | inner %}
{%- set shown = item | inner %}{% set name = customer.title() | inner %}
{%- for price in data.price %}{% set total = count * price -%}
{"messages":[{"role":"system","content":"Счёт пиши в JSON."},
{#- #}{"role":"user","content":"{{ name }} берёт {{ count }} × {{ shown }} по {{ price }} ₽"},
{#- #}{"role":"assistant","content":"{\"who\":{{ who }},\"item\":{{ thing }},
{#- #}\"total\":{{ total }},\"vat\":{{ (total / 6) | round(2) }}}"}]}
{% endfor %}{% endfor %}{% endfor %}{% endfor %}"""


def load(folder: Path) -> Any:
    return json.loads((folder / "data.json").read_bytes())


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def main(data: Any, out: BinaryIO) -> None:
    environment = Environment()
    environment.filters |= {"json": quoted, "inner": lambda text: quoted(text)[1:-1]}
    stream = environment.from_string(TEMPLATE).stream(data=data)
    stream.enable_buffering(1000)
    stream.dump(out, encoding="utf-8")


if __name__ == "__main__":
    with Path(sys.argv[2]).open("wb", buffering=1 << 20) as file:
        main(load(Path(sys.argv[1])), file)
