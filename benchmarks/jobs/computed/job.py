"""Computed answers: arithmetic, a method of text and `json(...)`, all of them new in every row."""

import json
from pathlib import Path

SIZES = {"tiny": (2, 3, 4, 10), "normal": (10, 50, 20, 100), "large": (20, 50, 40, 250)}

NAMES = ["анна", "борис", "вера", "глеб", "дина", "егор", "жанна", "захар", "инна", "клим"]
THINGS = ["чай ☕", "торт 🎂", "сыр 🧀", 'диск "Эхо"', "мёд 🍯", "хлеб 🍞", "лук 🧅", "рис 🍚", "мяч ⚽", "ключ 🔑"]


def make(folder: Path, sizes: tuple[int, ...]) -> None:
    people, counts, items, prices = sizes
    data = {
        "customer": [name + "-" * at for at in range(2) for name in NAMES][:people],
        "count": list(range(1, counts + 1)),
        "item": [f"{thing}{kind}" for kind in ("", " (А)", " (Б)", " (В)") for thing in THINGS][:items],
        "price": list(range(5, 5 + prices)),
    }
    (folder / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    lists = [f"let {name}:\n" + "".join(f"  | {value}\n" for value in data[name]) for name in ("customer", "item")]
    ranges = f"let count in 1..{counts}\nlet price in 5..{4 + prices}\n"
    (folder / "job.ft").write_text("\n".join([*lists, ranges, BLOCK]), encoding="utf-8")


BLOCK = """\
let total = count * price

dialog invoice
  system: Счёт пиши в JSON.
  user: {customer.title()} берёт {count} × {item} по {price} ₽
  assistant = json({"who": customer.upper(), "item": item, "total": total, "vat": round(total / 6, 2)})
"""
