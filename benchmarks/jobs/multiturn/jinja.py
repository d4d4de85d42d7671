"""Turns as a Jinja2 template: a loop for each length over turns escaped once."""

import json
import sys
from pathlib import Path
from typing import Any, BinaryIO

from jinja2 import Environment

TEMPLATE = """
{%- set start = '{"messages":[{"role":"system","content":"Ты продавец."}' %}
{%- macro said(turn) -%}
,{"role":"user","content":"{{ turn[0] }}"},{"role":"assistant","content":"{{ turn[1] }}"}
{%- endmacro %}
{%- for a in turns -%}
{{ start }}{{ said(a) }}]}
{% endfor %}
{%- for a in turns %}{% set one = start ~ said(a) %}{% for b in turns -%}
{{ one }}{{ said(b) }}]}
{% endfor %}{% endfor %}
{%- for a in turns %}{% set one = start ~ said(a) %}
{%- for b in turns %}{% set two = one ~ said(b) %}{% for c in turns -%}
{{ two }}{{ said(c) }}]}
{% endfor %}{% endfor %}{% endfor %}"""


def load(folder: Path) -> Any:
    return json.loads((folder / "data.json").read_bytes())


def escaped(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def main(data: Any, out: BinaryIO) -> None:
    turns = [(f"{ask} {name}?", f"{price} ₽") for ask in ("Почём", "Сколько стоит") for name, price in data]
    turns += [(thanks, "Заходите ещё!") for thanks in ("Спасибо!", "Thanks 🙏")]
    stream = Environment().from_string(TEMPLATE).stream(turns=[tuple(map(escaped, turn)) for turn in turns])
    stream.enable_buffering(1000)
    stream.dump(out, encoding="utf-8")


if __name__ == "__main__":
    with Path(sys.argv[2]).open("wb", buffering=1 << 20) as file:
        main(load(Path(sys.argv[1])), file)
