"""Small blocks as loops of a Jinja2 template over pieces escaped once."""

import json
import sys
from pathlib import Path
from typing import Any, BinaryIO

from jinja2 import Environment

TEMPLATE = """
{%- for block in blocks %}{% for ask in block.ask %}{% for who in block.who %}{% for end in block.end -%}
{"messages":[{"role":"user","content":"{{ ask }} {{ who }}{{ end }}"},
{#- #}{"role":"assistant","content":"{{ who }}: {{ block.answer }}"}]}
{% endfor %}{% endfor %}{% endfor %}{% endfor %}"""

# `json.dumps` with an option makes an encoder a call.
ENCODE = json.JSONEncoder(ensure_ascii=False).encode


def load(folder: Path) -> Any:
    return json.loads((folder / "data.json").read_bytes())


def escaped(text: Any) -> Any:
    return [*map(escaped, text)] if isinstance(text, list) else ENCODE(text)[1:-1]


def main(data: Any, out: BinaryIO) -> None:
    blocks = [{key: escaped(text) for key, text in block.items()} for block in data]
    stream = Environment().from_string(TEMPLATE).stream(blocks=blocks)
    stream.enable_buffering(1000)
    stream.dump(out, encoding="utf-8")


if __name__ == "__main__":
    with Path(sys.argv[2]).open("wb", buffering=1 << 20) as file:
        main(load(Path(sys.argv[1])), file)
