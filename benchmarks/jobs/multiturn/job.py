"""Multi-turn: conversations of one to three turns, each turn any of two cases with names picked afresh."""

import json
from pathlib import Path

SIZES = {"tiny": (2,), "normal": (47,), "large": (106,)}

THINGS = ["чай ☕", "торт 🎂", "сыр 🧀", "мёд 🍯", "хлеб 🍞", "лук 🧅", "рис 🍚", "мяч ⚽", "ключ 🔑", "диск 💿"]


def make(folder: Path, sizes: tuple[int, ...]) -> None:
    (things,) = sizes
    rows = [(f"{THINGS[at % 10]} №{at // 10 + 1}", str(30 + 7 * at)) for at in range(things)]
    (folder / "data.json").write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    table = "table item\n  | name | price |\n" + "".join(f"  | {name} | {price} |\n" for name, price in rows)
    (folder / "job.ft").write_text(table + BLOCK, encoding="utf-8")


BLOCK = """\

format shop
  system: Ты продавец.

  case price
    user: {Почём|Сколько стоит} {item.name}?
    assistant: {item.price} ₽

  case thanks
    user:
      | Спасибо!
      | Thanks 🙏
    assistant: Заходите ещё!

  turns 1..3
"""
