"""Constraints as conditions of the loops of a Jinja2 template."""

import json
import sys
from pathlib import Path
from typing import Any, BinaryIO

from jinja2 import Environment

TEMPLATE = r"""
{%- for city in cities %}{% for goal in cities if goal != city %}
{%- for adults in range(1, 5) %}{% for children in range(5) if adults + children <= 6 %}
{%- for day in range(1, days + 1) %}{% for back in range(day + 1, days + 1) -%}
{"messages":[{"role":"system","content":"Ты кассир 🚂"},
{#- #}{"role":"user","content":"Из города {{ city }} в {{ goal }}, взрослых {{ adults }}, детей {{ children }}
{#- #}, {{ day }} мая, назад {{ back }} мая."},
{#- #}{"role":"assistant","content":"{{ city }} → {{ goal }}, {{ day }}.05, и {{ goal }} → {{ city }}
{#- #}, {{ back }}.05: билеты ваши 🎫"}]}
{% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}"""


def load(folder: Path) -> Any:
    return json.loads((folder / "data.json").read_bytes())


def escaped(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def main(data: Any, out: BinaryIO) -> None:
    template = Environment().from_string(TEMPLATE)
    stream = template.stream(cities=[escaped(city) for city in data["cities"]], days=data["days"])
    stream.enable_buffering(1000)
    stream.dump(out, encoding="utf-8")


if __name__ == "__main__":
    with Path(sys.argv[2]).open("wb", buffering=1 << 20) as file:
        main(load(Path(sys.argv[1])), file)
