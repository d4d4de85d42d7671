"""Pure product: five axes, Cyrillic and emoji, rows of about 250 bytes; each axis varies by itself."""

import json
from pathlib import Path

SIZES = {"tiny": (3, 4, 5, 2, 2), "normal": (20, 20, 50, 10, 10), "large": (50, 40, 100, 10, 10)}

LOOKS = ["строгий", "весёлый", "сонный", "учтивый", "бодрый", "тихий", "мудрый", "добрый", "важный", "юный"]
AGES = ["", "как дед", "как друг", "как царь", "как лев", "как мим", "как бард", "как врач", "как гид", "как кот"]
HELLOS = ["Привет", "Здравствуйте", "Алло", "Добрый день", "Доброе утро", "Hi", "Hello", "Салют", "Хай", "Эй"]
WHOM = ["", '"Маяк"', "🙂", "🙏", "🌞", "друзья", "коллеги", "вы там", "господа", "👋"]
FIRST = ["Верхний", "Нижний", "Новый", "Старый", "Малый", "Белый", "Красный", "Дальний", "Южный", "Тихий"]
LAST = ["Дол", "Бор", "Яр", "Луг", "Плёс", "Мыс", "Брод", "Порт", "Холм", "Лес"]
WISHES = [
    "С котом 🐈",
    "С видом 🌊",
    "Потише 🤫",
    "С ванной 🛁",
    "С чаем 🍵",
    "С рыбой 🐟",
    "С сауной 🧖",
    "С псом 🐕",
    "У леса 🌲",
    "Свежо 🌬",
]


def axes(*sizes: int) -> dict[str, list[str]]:
    """The values of each axis, as many as asked for: a hundred at most, ten for the last two."""
    named = {"tone": (LOOKS, AGES), "greeting": (HELLOS, WHOM), "city": (FIRST, LAST)}
    found = {name: [f"{a} {b}".strip() for b in second for a in first] for name, (first, second) in named.items()}
    found |= {"nights": [str(n) for n in range(1, 11)], "wish": WISHES}
    return {name: values[:size] for (name, values), size in zip(found.items(), sizes, strict=True)}


def make(folder: Path, sizes: tuple[int, ...]) -> None:
    values = axes(*sizes)
    (folder / "data.json").write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
    lists = [
        f"let {name}:\n" + "".join(f"  | {each}\n" for each in values[name]) for name in values if name != "nights"
    ]
    (folder / "job.ft").write_text(
        "\n".join([*lists, f"let nights in 1..{len(values['nights'])}\n", BLOCK]), encoding="utf-8"
    )
    (folder / "job.chatito").write_text(chatito(values), encoding="utf-8")


BLOCK = """\
dialog hotel
  system: Ты {tone} портье 🏨
  user: {greeting}! {city}, ночей: {nights}. {wish}
  assistant:
    Готово ✅
    {city}, {nights}
"""


def chatito(values: dict[str, list[str]]) -> str:
    """What Chatito can say of it: one text a row, without the answer, as it cannot show the same pick twice."""
    count = 1
    for each in values.values():
        count *= len(each)
    text = f"%[hotel]('training': '{count}')\n    ~[tone] ~[greeting] ~[city] ~[nights] ~[wish]\n"
    for name, each in values.items():
        text += f"\n~[{name}]\n" + "".join(f"    {value}\n" for value in each)
    return text
