"""Advice: a third kind of finding, which never fails a run; what it is given for, and what is near that and is not."""

import io
import json
from typing import Any

import pytest

from ftc.compile import Compilation, compile
from ftc.diagnostics import Diagnostic, Severity
from ftc.loader import Loader
from ftc.report import emit
from ftc.report.text import render
from ftc.source import SourceFile, Span
from ftc.targets import TARGETS

pytest_plugins = ["test_cli_harness"]

SOURCE = SourceFile("a.ft", "fact a\n  user: x\n")
FOUND = [
    Diagnostic("A502", Span(SOURCE, 0, 6), {"block": "a", "said": "Yes", "other": "No"}),
    Diagnostic("A501", Span(SOURCE, 0, 6), {"name": "a"}),
]
WARNING = Diagnostic("W301", Span(SOURCE, 9, 13))

ONE_SIDED = "fact a\n  user: Is it {a|b|c|d|e}?\n  assistant: Yes\n"
ASKED = ONE_SIDED.replace("fact", "dialog")
SLOTS = 'format f\n  let n in 1..5\n  user: Take {n}.\n  assistant = json({"n": n})\n'


def compiled(text: str) -> Compilation:
    return compile(["main.ft"], Loader(files={"main.ft": text.encode()}), target=TARGETS["trl"])


def advice(text: str) -> list[str]:
    result = compiled(text)
    assert result.plan is not None, result.diagnostics
    return [each.code for each in result.advice]


# ── the kind ──────────────────────────────────────────────────────────────────────────────────────


def test_text_says_only_that_there_is_some() -> None:
    assert render(FOUND, color=False) == "2 pieces of advice (A501, A502): `ftc check --advice` shows them\n"
    one = render([FOUND[0], WARNING], color=False)
    assert one.endswith("\n1 warning\n1 piece of advice (A502): `ftc check --advice` shows it\n")
    assert "advice[" not in one


def test_text_shows_it_where_it_is_asked_for() -> None:
    full = render([*FOUND, WARNING], color=False, advice=True)
    assert "advice[A502]: always the same side" in full
    assert full.endswith("\n1 warning, 2 pieces of advice\n")


def test_machines_get_all_of_it() -> None:
    def report(format: Any) -> str:
        stream = io.StringIO()
        emit([*FOUND, WARNING], format, stream)
        return stream.getvalue()

    document = json.loads(report("json"))
    assert (document["errors"], document["warnings"], document["advice"]) == (0, 1, 2)
    assert {each["severity"] for each in document["diagnostics"]} == {"warning", "advice"}
    results = json.loads(report("sarif"))["runs"][0]["results"]
    assert {(each["ruleId"], each["level"]) for each in results} == {
        ("A501", "note"), ("A502", "note"), ("W301", "warning"),
    }  # fmt: skip
    assert [line.split(" ")[0] for line in report("github").splitlines()] == ["::notice", "::notice", "::warning"]


def test_no_exit_code_comes_of_it(ftc: Any, tmp_path: Any) -> None:
    (tmp_path / "a.ft").write_text(ONE_SIDED + "repeat 2\n".replace("repeat", "  repeat"))
    strict = ftc("check", "a.ft", "--to", "trl", "--strict")
    assert strict.code == 0
    assert "1 piece of advice (A502): `ftc check --advice` shows it" in strict.err
    full = ftc("check", "a.ft", "--to", "trl", "--strict", "--advice")
    assert full.code == 0
    assert "advice[A502]" in full.err


def test_it_waits_until_nothing_is_wrong() -> None:
    broken = compiled(ONE_SIDED + "fact b\n  user: Is it a?\n  assistant: No\n")
    assert [each.code for each in broken.diagnostics if each.severity is Severity.ERROR] == ["E501"]
    assert broken.advice == ()


# ── what it is given for ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (SLOTS, ["A501"]),
        # The same in a case, and in a call.
        (SLOTS.replace("  user", "  case c\n    user").replace("  assistant", "    assistant"), ["A501"]),
        (
            "tool go(n: int): Go.\n"
            + SLOTS.replace("assistant =", "assistant calls go(n=n)\n  tool: ok\n  assistant =")
            .replace('json({"n": n})', '"Gone."'),
            ["A501"],
        ),
        (SLOTS.replace("  user", "    ~ many\n  user") + "  invalid\n    assistant: No.\n", []),
        # What does not fit may be written as a case, or as a dialog.
        ("format f\n  let n in 1..5\n  case c\n    user: Take {n}.\n    assistant = json({\"n\": n})\n"
         "  case other\n    user: Hello\n    assistant: I only count.\n", []),
        (SLOTS + "dialog other\n  user: Hello\n  assistant: I only count.\n", []),
        # A dialog of the same kind shows nothing of that.
        (SLOTS + "dialog other\n  let n in 6..9\n  user: Take {n}!\n  assistant: {n}\n", ["A501"]),
        # Nothing is read out of the message.
        ("format f\n  user: {Hi|Hello}\n  assistant: Hey\n", []),
    ],
)  # fmt: skip
def test_a_format_without_invalid_input(text: str, found: list[str]) -> None:
    assert advice(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (ONE_SIDED, ["A502"]),
        (ONE_SIDED.replace("Yes", "false"), ["A502"]),
        (ONE_SIDED.replace("Yes", "Нет."), ["A502"]),
        (ONE_SIDED.replace("Yes", "Yes, it is.\n\n    Surely.").replace("assistant: ", "assistant:\n    "), ["A502"]),
        # The other exchanges of the block answer other questions.
        (ONE_SIDED + "\n  user: What is it?\n  assistant: Paper.\n", ["A502"]),
        (ONE_SIDED + "\n  user: Is it f?\n  assistant: No\n", []),
        # One of the sides may be computed, or picked, or stand among other answers.
        ("let n in 1..9\nfact a\n  user: Is {n} even?\n  assistant: {\"yes\" if n % 2 == 0 else \"no\"}\n", []),
        ("let n in 1..9\nfact a\n  user: Is {n} even?\n  assistant: {\"yes\" if n > 0 else \"no\"}\n", ["A502"]),
        ("table t\n  | q | a |\n  | x | No |\n  | y | Red |\nfact a\n  user: Is it {t.q}?\n  assistant: {t.a}\n"
         "\n  user: Is it z?\n  assistant: Yes\n", []),
        # Held out, it is not learned.
        (ONE_SIDED + "fact b\n  user: Is it f?\n  assistant: No\n  validation 100%\n", ["A502"]),
        # These are no answers to a question of yes or no.
        (ONE_SIDED.replace("Yes", "No problem"), []),
        (ONE_SIDED.replace("Yes", "Trueman"), []),
        (ONE_SIDED.replace("Is it", "Tell me").replace("?", ".").replace("Yes", "No."), []),
        (ONE_SIDED.replace("Is it", "Yes or no: is it").replace("?", "."), ["A502"]),
        # A dialog is asked in one way: the other side stands in another one.
        (f"{ASKED}\n{ASKED.replace('dialog a', 'dialog b').replace('it', 'he')}", ["A502"]),
        (f"{ASKED}\n{ASKED.replace('dialog a', 'dialog b').replace('it', 'he').replace('Yes', 'No')}", []),
    ],
)  # fmt: skip
def test_yes_or_no_asked_one_way(text: str, found: list[str]) -> None:
    assert [code for code in advice(text) if code == "A502"] == found


def test_a_refusal_in_a_format_is_no_side() -> None:
    refused = SLOTS.replace("  user", "    ~ many\n  user") + "  invalid\n    assistant: No.\n"
    assert "A502" not in advice(refused.replace("Take {n}.", "Take {n}?"))


MANY = "".join(f"  user: {{a|b|c|d|e}} {i}?\n  assistant: {i} is {word}.\n  says: {says}\n\n" for i, word, says in [
    (1, "red", "red"), (2, "red", "red"), (3, "red", "red"), (4, "blue", "blue"),
])  # fmt: skip


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("fact a\n  user: What of swimming?\n  assistant: To swim.\n  says: swim\n", 1),
        ("fact a\n  user: What of SWIMMING?\n  assistant: To swim.\n  says: {float|swim}\n", 1),
        # The other item is not met by the question.
        ("fact a\n  user: What of swimming?\n  assistant: To swim in water.\n  says:\n    | swim\n    | water\n", 0),
        ("let n in 1..9\ndialog d\n  user: Say {n}.\n  assistant: I say {n}.\n  says: {n}\n", 1),
        # Now and then a sum stands in the question; that proves nothing.
        ("let n in 0..9\ndialog d\n  user: {n} + 1\n  assistant: {n + 1}\n  says: {n + 1}\n", 0),
        # An answer that is always the same meets three of them.
        ("fact a\n" + MANY, 3),
        # Where all that is asked has one answer, no other can be meant.
        ("fact a\n  user: {What is smoking?|Define it.}\n  assistant: Paper.\n  says: paper\n", 0),
        ("let n in 1..9\nfact a\n  user: {n}?\n  assistant: It is {n * 7} now.\n  says: {n * 7}\n", 0),
        ("let n in 1..9\ndialog d\n  user: Will {n} come?\n  assistant: {n}: no promise.\n  says: no promise\n", 0),
    ],
)
def test_says_that_is_easily_met(text: str, count: int) -> None:
    assert advice(text).count("A503") == count


def test_of_very_many_conversations_some_are_looked_at() -> None:
    text = "let a in 1..100_000\nlet b in 1..100_000\n"
    text += "dialog d\n  user: Say {a} {b}.\n  assistant: I say {a}.\n  says: {a}\n"
    result = compile(["main.ft"], Loader(files={"main.ft": text.encode()}), target=TARGETS["trl"])
    assert "A503" in [each.code for each in result.advice]


def test_the_mark_of_a_style_is_meant_to_be_in_all_answers() -> None:
    files = {
        "main.ft": b'style s\n  answers from "a.ft"\n  assistant: {answer} oink\n  says: oink\n'
        b"  user:\n    | Why?\n    | How oink?\n",
        "a.ft": b"answers s\n  user: Why?\n  base: So.\n\n  user: How oink?\n  base: This way.\n",
    }
    result = compile(["main.ft"], Loader(files=files), target=TARGETS["trl"])
    assert (result.diagnostics, result.advice) == ((), ())


# ── wordings ──────────────────────────────────────────────────────────────────────────────────────

ROWS = "table t\n  | q | a |\n" + "".join(f"  | q{i} | a{i} |\n" for i in range(10)) + "\n"
FIVE = "{a|b|c|d|e}"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        # Answers of one, one and three wordings, and the rows of a table: each counts by itself.
        ("fact a\n  user: w\n  assistant: 1\n  user: x\n  assistant: 2\n  user: {y|z|v}\n  assistant: 3\n", "3 of 3 1"),
        (ROWS + "fact a\n  user: What of {t.q}?\n  assistant: {t.a}\n", "10 of 10 1"),
        (ROWS + f"fact a\n  user: {FIVE} {{t.q}}?\n  assistant: {{t.a}}\n", None),
        # Rows, and exchanges, with one answer add up; a question that comes twice is one.
        (ROWS + "fact a\n  user: What of {t.q}?\n  assistant: Yes\n", None),
        ("fact a\n  user: {w|x}\n  assistant: 1\n  user: {y|z|v}\n  assistant: 1\n", None),
        ("fact a\n  user: {w|x|w|x|y|z}\n  assistant: 1\n", "1 of 1 4"),
        ("let n in 1..9\nfact a\n  user: Is {n} odd?\n  assistant: {\"yes\" if n % 2 == 1 else \"no\"}\n", "1 of 2 4"),
        # What is picked for the system text or the answer alone is no wording of the question.
        (f"system: {FIVE}\nfact a\n  user: x\n  assistant: {FIVE}\n", "5 of 5 1"),
        # Of a thinned fact, what is left counts.
        (f"fact a\n  user: {FIVE} {FIVE}\n  assistant: {{y|z}}\n  sample 6 seed 1\n", "2 of 2 3"),
        # A wording that is held out counts, and an answer that is held out is none to be learned.
        (f"fact a\n  user: {FIVE}\n  assistant: y\n  validation 40%\n", None),
        ("let n in 1..9\nfact a\n  user: {n}?\n  assistant: {n + 1}.\n  validation by n in [3, 4]\n", "7 of 7 1"),
        ("fact a\n  user: x\n  assistant: y\n  validation 100%\n", None),
        # Other blocks are no facts.
        ("dialog a\n  user: x\n  assistant: y\n", None),
    ],
)  # fmt: skip
def test_few_wordings_of_an_answer(text: str, told: str | None) -> None:
    found = [each.data for each in compiled(text).advice if each.code == "A504"]
    assert [f"{d['few']} of {d['count']} {str(d['wordings']).split()[0]}" for d in found] == ([told] if told else [])


@pytest.mark.parametrize(
    ("allowed", "told"),
    [
        ("fact", []),
        ("first", ["1 of 2"]),
        ("second", ["1 of 2"]),
        ("first second", []),
        ("fact first", []),
        ("fact first second", []),
    ],
)
def test_few_wordings_may_be_meant_for_an_exchange(allowed: str, told: list[str]) -> None:
    places = {"fact": "fact a\n", "first": "  user: w\n  assistant: 1\n\n", "second": "  user: {x|y}\n  assistant: 2\n"}
    indent = {"fact": "", "first": "  ", "second": "  "}
    text = "".join(
        (f"{indent[name]}# allow A504: it is meant\n" if name in allowed.split() else "") + lines
        for name, lines in places.items()
    )
    result = compiled(text)
    assert [f"{each.data['few']} of {each.data['count']}" for each in result.advice] == told
    # One that silences nothing that another does not is told of.
    assert [each.code for each in result.diagnostics] == (["W303"] if allowed == "fact first second" else [])


@pytest.mark.parametrize("answer", ["I say {n}.", "So."])
def test_what_is_too_much_to_look_at_is_not_looked_at(answer: str) -> None:
    text = (
        f"let n in 1..300_000_000\nfact a\n  user: Say {{n}}.\n  assistant: {answer}\n\n  user: Go\n  assistant: No\n"
    )
    assert compiled(text).advice == ()
