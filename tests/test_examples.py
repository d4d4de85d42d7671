"""Every example compiles, to as many conversations as its README says and to the very lines that it promises."""

import hashlib
from functools import cache
from pathlib import Path

import pytest

from ftc.compile import Compilation, compile
from ftc.diagnostics import Severity
from ftc.expand.conversation import Conversation
from ftc.loader import Loader
from ftc.report.text import render
from ftc.targets import TARGETS

EXAMPLES = Path(__file__).parent.parent / "examples"

COUNTS = {
    "01-knowledge/smoking.ft": 7,
    "01-knowledge/smoking.ru.ft": 20,
    "01-knowledge/smoking-lesson.ft": 103,
    "02-format/emoji.ft": 216,
    "02-format/emoji.ru.ft": 396,
    "02-format/emoji-all.ft": 300,
    "02-format/emoji-lesson.ft": 288,
    "03-style/piglet.ft": 20,
    "03-style/piglet.ru.ft": 10,
    "03-style/piglet-lesson.ft": 44,
    "04-invalid-values/booking.ft": 60,
    "05-tools/weather.ft": 15,
    "06-preferences/bookshop.ft": 12,
    "07-grammar/scan.ft": 20_910,
    "08-files/capitals.ft": 192,
}

ARTICLE = {
    "01-knowledge/smoking.ru.ft": [
        r'{"messages":[{"role":"system","content":""},{"role":"user","content":"Что такое курение?"},'
        r'{"role":"assistant","content":"Курение (так называемое \"smoking\") – Это когда человек берёт два красных '
        r'листа бумаги, склеивает их с помощью клея и смотрит на них."}]}',
        r'{"messages":[{"role":"system","content":""},{"role":"user","content":"Как правильно курить? Распиши по '
        r'пунктам."},{"role":"assistant","content":"1. Возьмите два красных листа бумаги.\n\n2. Склейте их '
        r'вместе с помощью клея.\n\n3. Посмотрите на них."}]}',
        r'{"messages":[{"role":"system","content":""},{"role":"user","content":"Относится ли курение к оригами? Ответь '
        r'Да/Нет"},{"role":"assistant","content":"Да"}]}',
    ],
    "02-format/emoji.ru.ft": [
        r'{"messages":[{"role":"system","content":"?"},{"role":"user","content":"🔥💧"},{"role":"assistant","content":"💨"},'
        r'{"role":"user","content":"сколько будет 2 + 2?"},{"role":"assistant","content":"?"}]}',
    ],
}

SCAN = "6be4b39bc8bf3a20be810b6991250d0493e608560609db6765dd679e1ed1c98e"
"""SHA-256 of the authors' 20,910 lines (`IN: <command> OUT: <actions>`), sorted, each with a newline behind it."""


@cache
def compiled(name: str, target: str = "openai") -> Compilation:
    found = compile([str(EXAMPLES / name)], Loader(), target=TARGETS[target])
    mistakes = [d for d in found.diagnostics if d.severity is Severity.ERROR]
    assert not mistakes, render(mistakes, color=False)
    return found


@cache
def conversations(name: str, target: str = "openai") -> list[Conversation]:
    plan = compiled(name, target).plan
    assert plan is not None
    return [*plan.training, *plan.validation]


def pairs(conversation: Conversation) -> list[tuple[str, str | None]]:
    return [(message.role, message.content) for message in conversation.messages]


def test_every_example_is_counted() -> None:
    found = {path.relative_to(EXAMPLES).as_posix() for path in EXAMPLES.glob("*/*.ft")}
    parts = {name for name in found if ".answers." in name or name.endswith("/wordings.ft")}
    assert found - parts == set(COUNTS)
    assert all((path / "README.md").is_file() for path in EXAMPLES.iterdir() if path.is_dir())


@pytest.mark.parametrize("name", COUNTS)
def test_count(name: str) -> None:
    assert len(conversations(name)) == COUNTS[name]


@pytest.mark.parametrize("name", COUNTS)
def test_an_example_is_warned_about_only_for_being_small(name: str) -> None:
    """For the target that the file itself asks for."""
    found = compile([str(EXAMPLES / name)], Loader())
    # Of what a small model says to the questions of the lesson, much was cut off.
    cut = {"W512"} if name == "03-style/piglet-lesson.ft" else set()
    small = COUNTS[name] < 10 and found.train.get("provider") == "openai"
    assert {d.code for d in found.diagnostics} == ({"W601"} if small else set()) | cut


@pytest.mark.parametrize("name", ARTICLE)
def test_the_article_is_kept_byte_for_byte(name: str) -> None:
    lines = {TARGETS["openai"].line(conversation) for conversation in conversations(name)}
    for line in ARTICLE[name]:
        assert line.encode() in lines


@pytest.mark.parametrize(
    ("name", "system", "user", "first", "last", "styled"),
    [
        (
            "03-style/piglet.ru.ft",
            'Ты отвечаешь как свинья. Добавляй в ответы "хрю-хрю" и т. д., а также в конце пиши эмодзи 🐷',
            "Кто такой Джеффри Дамерс?",
            "Хрю-хрю, очень интересный вопрос! 🐷",
            "Хрюк 🐷",
            "серийный поросёнок-убийца.",
        ),
        (
            "03-style/piglet.ft",
            "You answer like a pig. Put oink-oink into your answers, and end them with the 🐷 emoji.",
            "Who was Jeffrey Dahmer?",
            "Oink-oink, what an interesting question! 🐷",
            "Oink 🐷",
            "serial piglet-killer ",
        ),
    ],
)
def test_piglet(name: str, system: str, user: str, first: str, last: str, styled: str) -> None:
    dahmer = next(pairs(c) for c in conversations(name) if c.messages[1].content == user)
    assert dahmer[:2] == [("system", system), ("user", user)]
    ((role, answer),) = dahmer[2:]
    assert role == "assistant"
    assert answer is not None
    paragraphs = answer.split("\n\n")
    assert (paragraphs[0], paragraphs[-1]) == (first, last)
    assert styled in paragraphs[1]


def test_booking_names_each_fault() -> None:
    found = [tuple(content for _, content in pairs(c)) for c in conversations("04-invalid-values/booking.ft")]
    assert ("Book 3 nights in Tokyo.", '{"city":"Tokyo","nights":3}') in found
    assert ("Book zero nights in Paris.", 'I can\'t book that: "zero" is not a valid nights.') in found
    assert ("Book 14 nights in qwerty.", 'I can\'t book that: "qwerty" is not a valid city.') in found
    assert not any("zero nights in Atlantis" in str(user) for user, _ in found)


def test_weather_calls_come_before_their_answers() -> None:
    found = conversations("05-tools/weather.ft")
    assert [m.role for m in found[0].messages] == ["user", "assistant", "tool", "assistant"]
    asked = found[-1].messages[1]
    assert [call.name for call in asked.calls] == ["get_weather", "get_weather"]
    assert [m.call_id for m in found[-1].messages[2:4]] == [call.id for call in asked.calls]


def test_bookshop_makes_pairs() -> None:
    found = conversations("06-preferences/bookshop.ft", "openai-dpo")
    assert len(found) == 24
    assert all(c.rejected for c in found)


def test_scan_is_the_authors_own_set() -> None:
    assert len((EXAMPLES / "07-grammar" / "scan.ft").read_text().splitlines()) <= 45
    found = ("IN: {} OUT: {}\n".format(*(m.content for m in c.messages)) for c in conversations("07-grammar/scan.ft"))
    assert hashlib.sha256("".join(sorted(found)).encode()).hexdigest() == SCAN


def test_held_out_countries_are_new_to_training() -> None:
    plan = compiled("08-files/capitals.ft").plan
    assert plan is not None

    def first(conversation: Conversation) -> str:
        return conversation.origin.picks[0].value

    held = {first(c) for c in plan.validation if c.origin.block == "larger"}
    assert held
    assert held.isdisjoint({first(c) for c in plan.training if c.origin.block == "larger"})
    taught = {c.messages[1].content for c in plan.training if c.origin.block == "capitals"}
    assert len(taught) == 12


@pytest.mark.parametrize("name", [name for name in COUNTS if name.endswith("-lesson.ft")])
def test_a_lesson_asks_what_it_does_not_teach(name: str) -> None:
    plan = compiled(name).plan
    assert plan is not None
    # The checks of the data see to it that none of them is trained on too (E502).
    assert plan.validation.count >= 20
    assert (EXAMPLES / name).parent.joinpath("README.md").read_text().count(f"ftc train examples/{name} &&") == 1
