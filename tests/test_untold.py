"""E503 and W510: what an answer shows and nothing before it told, against looking at every conversation."""

import re
from collections import defaultdict
from collections.abc import Iterator

import pytest
from hypothesis import given, note

from effort import examples
from ftc.compile import Compilation, compile
from ftc.expand.bind.frames import PickFailure
from ftc.expand.plan.plan import Plan
from ftc.expand.plan.program import Program
from ftc.expand.space.ops import Picks
from ftc.loader import Loader
from ftc.quality.checks import untold
from ftc.quality.context import Context
from ftc.source import Span
from ftc.targets import TARGETS
from test_data_checks import NO_MODEL, Watching, files, planned, said, unsplit, unthinned

# Findings that are told.
MOST = 20

# Alternatives without a name that stand in the answer, or in the cell of a row: wordings.
WORDING = re.compile(r"(.*/)?((k\d\.)?(assistant|invalid)\d*#|\w+\.\w+\[)")


def compiled(text: str, target: str = "trl", **files: str) -> Compilation:
    named = {name.replace("_", "."): data.encode() for name, data in files.items()}
    return compile(["t.ft"], Loader(files={"t.ft": text.encode(), **named}), target=TARGETS[target])


def told(text: str, **files: str) -> list[tuple[str, str]]:
    """The findings, each with the text that it is about."""
    found = compiled(text, **files).diagnostics
    return [(each.code, each.span.text) for each in found if each.code in ("E503", "W510") and each.span]


# ── the slow way ──────────────────────────────────────────────────────────────────────────────────


def first_turn(program: Program, picks: Picks) -> list[Span]:
    """Where the messages up to the end of the first turn have their texts, or their calls."""
    lines = [*([program.system] if program.system else []), *program.turns_of(picks)[0].lines(picks)]
    return [each.message.content.span if each.message.content else each.message.span for each in lines]


def varying(plan: Plan) -> Iterator[tuple[Span, bool]]:
    """The answers that differ though all that was said and picked before them, and how they are worded, is the same;
    and whether both are worded by the same alternatives. Where they are not, what was picked leads to others."""
    answers: dict[object, list[tuple[Picks, object]]] = defaultdict(list)
    for program, picks in plan.training.all_picked():
        watching = Watching(picks)
        made = program.conversation(
            watching, before_message=lambda watching=watching: watching.marks.append(len(watching.log))
        )
        ends = [*watching.marks[1:], len(watching.log)]
        for at, span in enumerate(first_turn(program, picks)):
            message = made.messages[at]
            if message.role != "assistant" or not message.trained:
                continue
            wording = {
                slot: picks[slot]
                for slot in watching.log[watching.marks[at] : ends[at]]
                if not slot.named and WORDING.match(slot.path)
            }
            context = id(program), span, watching.before(at), *map(said, made.messages[:at])
            for other, answer in answers[context]:
                if answer != said(message) and all(other.get(slot, pick) == pick for slot, pick in wording.items()):
                    yield span, other == wording
            answers[context].append((wording, said(message)))


def agree(text: str) -> None:
    plan = planned(unthinned(unsplit(text)), TARGETS["trl"])
    if plan is None:
        return
    try:
        truth = set(varying(plan))
    except PickFailure:
        return  # an error by itself
    found = [each.span for each in untold.check(Context(NO_MODEL, plan, TARGETS["trl"])) if each.span]
    for span in found:
        assert any(answer.contains(span) for answer, _ in truth), "it was told"
    if len(found) < MOST:
        for answer, alike in truth:
            assert not alike or any(answer.contains(span) for span in found), f"not found: {answer.text}"


@examples(40, full=3000)
@given(text=files())
def test_what_is_found_is_what_there_is(text: str) -> None:
    note(text)
    agree(text)


# ── small files ───────────────────────────────────────────────────────────────────────────────────

WORDS = """\
table w
  | word | tone     |
  | good | positive |
  | bad  | negative |
let other in w
let room:
  | kitchen
  | attic
let n in 1..4
let m in 1..4
tool f(area: text, level: int = 1): Lights.
tool g(): Looks.
"""

UNTOLD = {
    "a wrong name": ("user: This is {w.word}.\n  assistant: {other.tone}", [("E503", "other.tone")]),
    "no name": ("user: Label this.\n  assistant: {w.tone}", [("E503", "w.tone")]),
    "in JSON": ('user: Label this.\n  assistant = json({"t": w.tone})', [("E503", "w.tone")]),
    "a text": ("user: Where?\n  assistant: In the {room}.", [("W510", "room")]),
    "a text in another case": ("user: Where?\n  assistant: In the {room.upper()}.", [("W510", "room")]),
    "a range": ("user: How many?\n  assistant: {n}", [("W510", "n")]),
    "computed": ("user: How many?\n  assistant: {n * 2 + 1}", [("W510", "n")]),
    "in a call": ("user: Light!\n  assistant calls f(area=room)\n  tool: ok\n  assistant: ok", [("W510", "room")]),
    "a row in a call": (
        "user: Light!\n  assistant calls f(area=w.word, level=n)\n  tool: ok\n  assistant: ok",
        [("E503", "w.word"), ("W510", "n")],
    ),
    "one alternative": ("user: On{| in the {room}}.\n  assistant: {room}!", [("W510", "room")]),
    "one alternative of a row": ("user: On{|: {w.word}}.\n  assistant: {w.tone}!", [("E503", "w.tone")]),
    "one item of a list": ("user:\n    | Hi\n    | Hi {w.word}\n  assistant: {w.tone}", [("E503", "w.tone")]),
    "one side of a conditional": (
        'user: On {n if n > 2 else "x"} {"in " + room if n > 2 else ""}\n  assistant: {room}',
        [("W510", "room")],
    ),
    "in an alternative of the answer": ("user: Hi\n  assistant: {Yes|It is {w.tone}}", [("E503", "w.tone")]),
    "told in part": ("where w.word != other.word\n  user: {w.word}?\n  assistant: {m} {other.word}", [("W510", "m")]),
    "told by a condition that leaves two": ("where n < m\n  user: {n}?\n  assistant: {m}", [("W510", "m")]),
    "a later answer": (
        "user: {w.word}\n  assistant: ok\n  user: And?\n  assistant: {other.tone}",
        [("E503", "other.tone")],
    ),
    "only rejected before": ("user: x\n  assistant: {room}\n  rejected: {room}", [("W510", "room")]),
}

TOLD = {
    "in the question": "user: In the {room}?\n  assistant: {room}",
    "in the system text": "system: You are in the {room}.\n  user: Where?\n  assistant: {room}",
    "in an earlier answer": "user: {w.word}\n  assistant: {w.tone}\n  user: Again.\n  assistant: {w.tone}",
    "by an answer that is not trained": "user: x\n  assistant untrained: {w.tone}\n  user: And?\n  assistant: {w.word}",
    "by the reply of a tool": "user: x\n  assistant calls g()\n  tool: {room}\n  assistant: {room}",
    "in each alternative": "user: {The {room}|{room}}?\n  assistant: {room}",
    "another column": "user: {w.tone}\n  assistant: {w.word}",
    "computed from what was told": "user: {n} and {m}\n  assistant: {n + m}",
    "by a condition": "where other.tone == w.tone\n  user: {w.word}\n  assistant: {other.word}",
    "by a condition between numbers": "where m == n * 2\n  user: {n}\n  assistant: {m}",
    "one value is left": "where n == 2\n  user: x\n  assistant: {n}",
    "wordings": "user: x\n  assistant: {Yes|No|Perhaps {1..3}|{[1, 2]}}",
    "a list of wordings": "user: x\n  assistant:\n    | yes\n    | no",
    "the answer not to give": "user: x\n  assistant: y\n  rejected: {room}",
    "what must be said": "user: x\n  assistant: y\n  says: {y|{room}}",
    "a sample of one": "user: x\n  assistant: {room}\n  sample 1 seed 1",
    "nothing of it is left": 'user: x\n  assistant: {"few" if n < 9 else "many"}',
}


@pytest.mark.parametrize(("body", "findings"), UNTOLD.values(), ids=list(UNTOLD))
def test_what_nothing_told_is_found(body: str, findings: list[tuple[str, str]]) -> None:
    assert told(f"{WORDS}\ndialog d\n  {body}\n") == findings


@pytest.mark.parametrize("body", TOLD.values(), ids=list(TOLD))
def test_what_was_told_is_no_finding(body: str) -> None:
    assert told(f"{WORDS}\ndialog d\n  {body}\n") == []


FORMAT = """\
let room:
  | kitchen
  | attic
format f
  system: {system}
  let size in 1..3
    ~ zero
  case light
    user: Light on.
    assistant: {room}
  case size
    user: Size {{size}}.
    assistant: {{size}}
  invalid
    assistant: {{invalid}} is no {{invalid.name}}{invalid}.
  turns 1..2
"""


def test_cases_and_faults_of_a_format() -> None:
    untold = FORMAT.format(system="Hi", room="{room}", invalid=" in the {room}")
    assert told(untold) == [("W510", "room"), ("W510", "room")]
    assert told(FORMAT.format(system="The {room}", room="{room}", invalid=" in the {room}")) == []
    assert told(FORMAT.format(system="Hi", room="ok", invalid="")) == []


def test_answers_of_styles_and_exchanges_of_facts() -> None:
    text = f"""\
{WORDS}
style s
  assistant: {{Oh|Ah}}, {{answer}}
fact f
  style s
  user: {{w.word}}
  assistant: {{w.tone}}

  user: What is it?
  assistant: {{other.tone}}
"""
    assert told(text) == [("E503", "other.tone")]


def test_columns_of_a_file_are_rows() -> None:
    text = 'table t from "t.csv"\ndialog d\n  user: {}\n  assistant: {t.b}\n'
    rows = "a,b\n" + "".join(f"{i},{i % 7}\n" for i in range(1000))
    assert told(text.replace("{}", "x"), t_csv=rows) == [("E503", "t.b")]
    assert told(text.replace("{}", "{t.a}"), t_csv=rows) == []
    assert told(text.replace("{}", "x"), t_csv="a,b\n1,2\n2,2\n") == []


BIG = """\
let a in 1..1_000_000_000
let b in 1..20_000
let c in 1..20_000
table w
  | word | tone     |
  | good | positive |
  | bad  | negative |
let other in w
"""


@pytest.mark.parametrize(
    ("body", "findings"),
    [
        ("user: {a} {b} {w.word}\n  assistant: {other.tone}", [("E503", "other.tone")]),
        ("user: {a} {b} {w.word}\n  assistant: {w.tone}", []),
        ("user: {a} {b} {|{w.word}}\n  assistant: {w.tone} {c}", [("E503", "w.tone"), ("W510", "c")]),
        ("user: {a} {b}{|{|{|{|{|{|{|{|{|{|{|, {c}}}}}}}}}}}} {c}\n  assistant: {c}", []),
        ("where b == c\n  user: {a} {b}\n  assistant: {c}", []),
        ("where b != c\n  user: {a} {b}\n  assistant: {c}", [("W510", "c")]),
        ("where other.tone == w.tone\n  user: {a} {b} {w.word}\n  assistant: {other.tone}", []),
        ("user: {a} {w.word}\n  assistant: {other.tone}\n  sample 50 seed 1", [("E503", "other.tone")]),
    ],
)
def test_it_is_found_in_data_of_any_size(body: str, findings: list[tuple[str, str]]) -> None:
    assert told(f"{BIG}\ndialog d\n  {body}\n") == findings


def test_what_was_meant_is_offered() -> None:
    found = compiled(f"{WORDS}\ndialog d\n  user: {{w.word}}\n  assistant: {{other.tone}}\n").diagnostics
    assert [each.data["meant"] for each in found if each.code == "E503"] == ["w.tone"]


CITIES = """\
let country:
  | Peru
  | Norway
let city:
  | Lima
  | Oslo
"""
RIVERS = """\
let river:
  | Nile
  | Volga
  | Rhine
"""


def test_lists_that_belong_together_may_be_a_table() -> None:
    found = compiled(f"{CITIES}\ndialog d\n  user: {{country}}?\n  assistant: {{city}}\n").diagnostics
    assert [each.data["beside"] for each in found if each.code == "W510"] == ["country"]
    found = compiled(f"{CITIES}{RIVERS}\ndialog d\n  user: {{country}}?\n  assistant: {{river}}\n").diagnostics
    assert [each.data["beside"] for each in found if each.code == "W510"] == [""]


FOLLOWING = {
    "copies: two rows say the same of one": (
        "table w\n  | word | tone |\n  | good | fine |\n  | fair | fine |\n  | bad  | poor |\nlet other in w\n\n"
        "dialog d\n  user: This is {w.word}.\n  assistant: {other.tone}\n",
        {"E503"},
    ),
    "a split by what nothing told": (
        f"{CITIES}\ndialog d\n  user: {{What of|And}} {{country}}{{?|.}}\n  assistant: {{city}}\n"
        "  validation 50% by city\n",
        {"W510"},
    ),
    # What is split by a name that was told leaks by itself.
    "a split by another name": (
        "let q:\n  | one\n  | One\n  | two\n  | three\nlet city:\n  | Lima\n  | Oslo\n\n"
        "dialog d\n  user: {q}?\n  assistant: {city}\n  validation 50% by q\n",
        {"W510", "W521"},
    ),
    # What is not shown at all is a mistake of its own.
    "copies by a name that nothing shows": (
        f'{CITIES}{RIVERS}\ndialog d\n  user: {{country}}?{{"" if len(river) > 9 else ""}}\n  assistant: {{city}}\n',
        {"W510", "W502"},
    ),
    "copies in another block": (
        f"{CITIES}\ndialog d\n  user: {{country}}?\n  assistant: {{city}}\n\n"
        'dialog e\n  user: Hi.{"" if len(city) > 9 else ""}\n  assistant: Hi.\n',
        {"W510", "W502"},
    ),
}


@pytest.mark.parametrize(("text", "codes"), FOLLOWING.values(), ids=FOLLOWING)
def test_what_follows_from_it_is_not_told_on_top(text: str, codes: set[str]) -> None:
    assert {each.code for each in compiled(text).diagnostics} == codes
