"""A source of about a megabyte: 10,000 plain facts, a wording and an answer each; the rivals read them as YAML."""

from pathlib import Path

SIZES = {"tiny": (20,), "normal": (10_000,), "large": (10_000,)}

FIRST = ["красный", "синий", "белый", "серый", "рыжий", "юный", "старый", "тихий", "злой", "добрый"]
LAST = ["кот", "пёс", "лис", "волк", "ёж", "лось", "бык", "крот", "жук", "рак"]


def make(folder: Path, sizes: tuple[int, ...]) -> None:
    (count,) = sizes
    facts = [
        (
            f"Who is {FIRST[at % 10]} {LAST[at // 10 % 10]} {at}?",
            f"An animal of tale {at * 7919 % count + 1}, known as {FIRST[at % 9]}.",
        )
        for at in range(count)
    ]
    source = (f"fact f{at}\n  user: {user}\n  assistant: {said}\n" for at, (user, said) in enumerate(facts))
    (folder / "job.ft").write_text("\n".join(source), encoding="utf-8")
    (folder / "data.yaml").write_text(
        "".join(f"- user: {user}\n  assistant: {said}\n" for user, said in facts), encoding="utf-8"
    )
