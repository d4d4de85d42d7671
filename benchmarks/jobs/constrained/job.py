"""Constrained: six names, three conditions, each on two of them; about half of the combinations are left."""

import json
from pathlib import Path

SIZES = {"tiny": (3, 4), "normal": (24, 14), "large": (80, 14)}

FIRST = ["Верхний", "Нижний", "Новый", "Старый", "Малый", "Белый", "Красный", "Дальний"]
LAST = ["Дол", "Бор", "Яр", "Луг", "Плёс", "Мыс", "Брод", "Порт", "Холм", "Лес"]


def make(folder: Path, sizes: tuple[int, ...]) -> None:
    cities, days = sizes
    names = [f"{a} {b}" for b in LAST for a in FIRST][:cities]
    (folder / "data.json").write_text(json.dumps({"cities": names, "days": days}, ensure_ascii=False), encoding="utf-8")
    city = "let city:\n" + "".join(f"  | {name}\n" for name in names)
    (folder / "job.ft").write_text(city + BLOCK.replace("DAYS", str(days)), encoding="utf-8")


BLOCK = """\
let goal in city where goal != city
let adults in 1..4
let children in 0..4 where adults + children <= 6
let day in 1..DAYS
let back in 1..DAYS where back > day

dialog trip
  system: Ты кассир 🚂
  user: Из города {city} в {goal}, взрослых {adults}, детей {children}, {day} мая, назад {back} мая.
  assistant: {city} → {goal}, {day}.05, и {goal} → {city}, {back}.05: билеты ваши 🎫
"""
