"""A table of 10,000 rows from a file, asked for in several wordings."""

import csv
from pathlib import Path

SIZES = {"tiny": (50, 1), "normal": (10_000, 20), "large": (10_000, 100)}

FIRST = ["Верх", "Нижн", "Нов", "Стар", "Мал", "Бел", "Красн", "Дальн", "Южн", "Тих"]
LAST = ["одольск", "оборск", "оярск", "олужск", "оплёсск", "омысск", "обродск", "опортск", "охолмск", "олесск"]
LANDS = ["Россия 🇷🇺", "Сербия 🇷🇸", "Чехия 🇨🇿", "Польша 🇵🇱", "Болгария 🇧🇬", "Хорватия 🇭🇷", "Словакия 🇸🇰"]


def make(folder: Path, sizes: tuple[int, ...]) -> None:
    rows, ways = sizes
    with (folder / "cities.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("city", "country", "people", "phone"))
        for at in range(rows):
            name = f"{FIRST[at % 10]}{LAST[at // 10 % 10]}-{at // 100 + 1}"
            writer.writerow((name, LANDS[at % 7], 1000 + 37 * at, f"+7 {at:06}"))
    (folder / "ways.txt").write_text("\n".join(wordings(ways)), encoding="utf-8")
    (folder / "job.ft").write_text(
        BLOCK + "".join(f"    | {way} {{place.city}}?\n" for way in wordings(ways)) + ANSWER, encoding="utf-8"
    )


def wordings(ways: int) -> list[str]:
    return [f"{where} {stands}".strip() for stands in STANDS for where in WHERE][:ways]


WHERE = ["Где", "В какой стране", "Скажи, где", "А где", "Знаешь, где"]
STANDS = ["", "теперь", "нынче", "всё-таки", "вообще", "точно", "же", "на карте", "на деле", "по-твоему"]
STANDS += [f"{each} город".strip() for each in STANDS]


BLOCK = """\
table place from "cities.csv"

fact places
  user:
"""
ANSWER = """\
  assistant: {place.city}: {place.country}, жителей {place.people}, телефон {place.phone}.
"""
