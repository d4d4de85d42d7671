"""The product as a Jinja2 template that loops over pieces escaped once."""

import json
import sys
from pathlib import Path
from typing import Any, BinaryIO

from jinja2 import Environment

TEMPLATE = r"""
{%- for tone in data.tone %}{% for greeting in data.greeting %}{% for city in data.city %}
{%- for nights in data.nights %}{% for wish in data.wish -%}
{"messages":[{"role":"system","content":"Ты {{ tone }} портье 🏨"},
{#- #}{"role":"user","content":"{{ greeting }}! {{ city }}, ночей: {{ nights }}. {{ wish }}"},
{#- #}{"role":"assistant","content":"Готово ✅\n{{ city }}, {{ nights }}"}]}
{% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}"""


def load(folder: Path) -> Any:
    return json.loads((folder / "data.json").read_bytes())


def escaped(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def main(data: Any, out: BinaryIO) -> None:
    template = Environment().from_string(TEMPLATE)
    stream = template.stream(data={name: [escaped(value) for value in axis] for name, axis in data.items()})
    stream.enable_buffering(1000)
    stream.dump(out, encoding="utf-8")


if __name__ == "__main__":
    with Path(sys.argv[2]).open("wb", buffering=1 << 20) as file:
        main(load(Path(sys.argv[1])), file)
