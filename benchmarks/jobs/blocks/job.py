"""Many small blocks: thousands of dialogs with names of their own, a dozen conversations each."""

import json
from pathlib import Path
from typing import Any

SIZES = {"tiny": (20,), "normal": (3000,), "large": (8000,)}

FIRST = ["красный", "синий", "белый", "серый", "рыжий", "юный", "старый", "тихий", "злой", "добрый"]
LAST = ["кот 🐈", "пёс 🐕", "лис 🦊", "волк 🐺", "ёж 🦔", "лось 🫎", "бык 🐂", "крот", "жук 🪲", "рак 🦞"]


def make(folder: Path, sizes: tuple[int, ...]) -> None:
    (count,) = sizes
    names = [f"{FIRST[at % 10]} {LAST[at // 10 % 10]} {at}" for at in range(count)]
    blocks = [
        {"name": f"b{at}", "ask": ["Кто такой", "Кто"], "who": [name, name.title()], "end": ["?", "?!", ", а?"]}
        | {"answer": f"Сказочный зверь номер {at}."}
        for at, name in enumerate(names)
    ]
    (folder / "data.json").write_text(json.dumps(blocks, ensure_ascii=False), encoding="utf-8")
    (folder / "job.ft").write_text("\n".join(map(block, blocks)), encoding="utf-8")


def block(each: dict[str, Any]) -> str:
    return BLOCK.format(
        name=each["name"],
        who="\n".join(f"    | {who}" for who in each["who"]),
        ask="|".join(each["ask"]),
        end="|".join(each["end"]),
        answer=each["answer"],
    )


BLOCK = """\
dialog {name}
  let who:
{who}
  user: {{{ask}}} {{who}}{{{end}}}
  assistant: {{who}}: {answer}
"""
