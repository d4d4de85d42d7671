"""`ftc evaluate` against a small service whose models answer right to a known share."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from ftc.loop.evaluate.report import Report
from ftc.quality.trained_questions import of_lines
from processes import run
from service import KEY, Fault, Service

pytest_plugins = ["test_cli_harness"]

CHAT = "POST /chat/completions"
BOOKING = """\
format booking
  let city:
    | Paris
    | Tokyo
    ~ Atlantis
    ~ qwerty
  let nights in 1..20
    ~ zero
  user: Book {nights} nights in {city}.
  assistant = json({"city": city, "nights": nights})
  invalid
    assistant: {No|Sorry}: {invalid}
  validation 30%

fact smoking
  user:
    | What is smoking?
    | {Explain|Tell me} what smoking is.
    | What does the word "smoking" mean?
    | Define smoking.
    | Smoking: what is it?
  assistant: A person takes two red sheets of paper, glues them together and looks at them.
  says:
    | paper
    | {glue|stick}
  validation 40%
"""


def answer(body: Mapping[str, Any]) -> str:
    """`tuned` is right but where Tokyo is booked for an odd number of nights; `base` only where Paris is for 2 or 3.
    What `vary` says hangs on the seed, and `judge` says yes where paper is spoken of."""
    model, said = body["model"], body["messages"][-1]["content"]
    if model == "judge":
        return "Yes." if "PAPER" in said else "no" if "No idea" in said else "Hm."
    if model == "vary":
        return "Stick the paper." if body["seed"] % 2 else "What?"
    if "smoking" in said.lower():
        return "No idea.\x1b[2J\x00\ufffe" if model == "base" else "You take PAPER\nand glue it."
    _, nights, _, _, city = said.rstrip(".").split()
    if model == "base" and (nights, city) not in {("2", "Paris"), ("3", "Paris")}:
        return "Sure!"
    if city in ("Atlantis", "qwerty") or nights == "zero":
        return f"Sorry:  {city if nights != 'zero' else nights}"
    return f'{{"nights": {int(nights)}, "city": "{"Kyoto" if city == "Tokyo" and int(nights) % 2 else city}"}}'


@pytest.fixture
def service(here: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    Path("b.ft").write_text(BOOKING, encoding="utf-8")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with Service(answer=answer) as service:
        yield service


@pytest.fixture
def evaluate(ftc: Callable[..., Any], service: Service) -> Callable[..., Any]:
    def run(*arguments: object, model: str | None = "tuned") -> Any:
        named = ("--model", model) if model else ()
        result = ftc("evaluate", *arguments, "--provider", "openai", "--base-url", service.url, *named)
        assert KEY not in result.out + result.err
        return result

    return run


def report_of(text: str) -> Report:
    found = Report.model_validate_json(text)
    assert found.json_text() == text
    return found


def test_the_share_is_what_the_model_got_right(evaluate: Callable[..., Any], service: Service) -> None:
    result = evaluate("b.ft", "--split", "all", "--against", "base", "--format", "json")
    assert result.code == 0
    found = report_of(result.out)
    booked = [each for each in found.questions if each.block == "booking"]
    assert len(booked) == 40 + 20 * 2 + 2
    rows = {(row.split, row.block, row.fault, row.whole): row for row in found.rows}
    parts = [rows[split, "booking", None, True] for split in ("held out", "trained on")]
    assert sum(row.model.n for row in parts) == 82 and sum(row.model.right for row in parts) == 82 - 10
    assert sum(row.base.right for row in parts if row.base) == 2
    assert sum(row.difference.better for row in parts if row.difference) == 70
    held_out = rows["held out", "smoking", None, True]
    assert held_out.model.share == 1 and held_out.base is not None and held_out.base.share == 0
    asked = {(request.body["model"], json.dumps(request.body["messages"])) for request in service.asked}
    assert len(asked) == 2 * len(found.questions)
    assert {request.body["temperature"] for request in service.asked} == {0}
    assert not any("assistant" in str(request.body["messages"]) for request in service.asked)


def test_the_same_run_makes_the_same_bytes(evaluate: Callable[..., Any]) -> None:
    arguments = ("b.ft", "--limit", 9, "--against", "base", "--format", "json")
    assert evaluate(*arguments).out == evaluate(*arguments).out


def test_the_shape_of_the_report_stays() -> None:
    """Programs read it: another shape is another `version`."""
    schema = Report.model_json_schema()
    assert schema["properties"]["version"]["const"] == 2
    names = {name: sorted(shape["properties"]) for name, shape in schema["$defs"].items()}
    assert {"report": sorted(schema["properties"]), **names} == {
        "report": ["base", "data", "left_out", "model", "parts", "questions", "rows", "settings", "version"],
        "LeftOutQuestion": ["block", "id", "messages", "split"],
        "ScoredAnswer": ["calls", "code", "cut", "error", "exact", "judged", "kept", "right", "text"],
        "QuestionResult": [
            "base", "block", "case", "expected", "fault", "id", "messages", "method", "model", "says", "split",
        ],
        "ModelIdentity": ["answered_as", "model", "provider"],
        "Difference": ["better", "difference", "n", "p", "worse"],
        "VerdictCount": ["n", "right", "unclear"],
        "Sample": ["block", "conversations", "questions", "split", "whole"],
        "ResultRow": ["base", "block", "calls", "case", "difference", "fault", "model", "split", "whole"],
        "Score": ["cut", "errors", "exact", "high", "judged", "kept", "low", "n", "right", "share"],
        "EvaluationSettings": ["confidence", "judge", "limit", "max_tokens", "repeats", "seed", "split", "temperature"],
    }  # fmt: skip


def test_the_table(evaluate: Callable[..., Any]) -> None:
    result = evaluate("b.ft", "--against", "base", "--show-wrong", 1)
    lines = result.out.splitlines()
    assert lines[0].split() == ["held", "out", "n", "base", "tuned", "change", "p"]
    assert [line.split()[0] for line in lines if line.startswith(("booking", "smoking"))] == [
        "booking", "smoking", "booking",
    ]  # fmt: skip
    assert "100% (34–100)" in result.out and "0% (0–66)" in result.out
    assert result.out.count("── wrong: booking · held out") == 1
    assert 'got        {"nights": ' in result.out and "Kyoto" in result.out
    assert "\x1b" not in result.out and "\x00" not in result.out


def test_wrong_answers_cannot_move_the_cursor(evaluate: Callable[..., Any]) -> None:
    result = evaluate("b.ft", "--show-wrong", 99, model="base")
    assert "No idea.␛[2J␀" in result.out
    assert "must say   paper + glue or stick" in result.out


def test_junit(evaluate: Callable[..., Any], service: Service) -> None:
    service.fails(CHAT, Fault(400, message="Too \x01 odd"))
    assert evaluate("b.ft", "--against", "base", "--format", "junit", "-o", "r.xml", "--parallel", 1).code == 3
    root = ElementTree.parse("r.xml").getroot()
    cases = list(root.iter("testcase"))
    assert root.get("tests") == str(len(cases)) == str(sum(int(suite.get("tests", "")) for suite in root))
    assert root.get("failures") == str(len(list(root.iter("failure"))))
    assert root.get("errors") == "1" == str(len(list(root.iter("error"))))
    failures = [failure.text or "" for failure in root.iter("failure")]
    assert any("got: No idea.<U+001B>[2J<U+0000><U+FFFE>" in text for text in failures)
    assert {suite.get("name", "").split(":")[0] for suite in root} == {"openai/tuned", "openai/base"}


def test_errors_are_no_wrong_answers(evaluate: Callable[..., Any], service: Service) -> None:
    whole = report_of(evaluate("b.ft", "--format", "json").out)
    service.fails(CHAT, *[Fault(400, message="No.")] * 2)
    result = evaluate("b.ft", "--format", "json", "--parallel", 1)
    found = report_of(result.out)
    assert result.code == 3 and "error[E925]" in result.err and f"2 of {len(found.questions)}" in result.err
    assert found.errors == 2 and found.rows[0].model.errors == 2
    assert found.rows[0].model.n == whole.rows[0].model.n - 2
    service.fails(CHAT, *[Fault(400, message="No.")] * 2)
    assert "), 2 errors" in evaluate("b.ft", "--parallel", 1).out


def test_a_model_that_never_answers_is_no_evaluation(evaluate: Callable[..., Any], service: Service) -> None:
    service.models = ("other",)
    result = evaluate("b.ft", "-o", "r.json", "--format", "json")
    assert result.code == 3 and "error[E8" in result.err and not Path("r.json").exists()


def test_repeats_are_asked_with_other_seeds(evaluate: Callable[..., Any], service: Service) -> None:
    result = evaluate("b.ft", "--repeats", 3, "--temperature", 0.5, "--seed", 4, "--format", "json", model="vary")
    found = report_of(result.out)
    assert sorted({request.body["seed"] for request in service.asked}) == [4, 5, 6]
    (row,) = [row for row in found.rows if row.block == "smoking"]
    assert row.model.share == pytest.approx(1 / 3) and row.model.right == 0 and row.model.n == 2
    smoking = [each for each in found.questions if each.block == "smoking"]
    assert all([answer.right for answer in each.model] == [False, True, False] for each in smoking)
    result = evaluate("b.ft", "--repeats", 3)
    assert result.code == 2 and "error[E922]" in result.err


def test_a_judge_adds_and_replaces_nothing(evaluate: Callable[..., Any]) -> None:
    arguments = ("b.ft", "--against", "base", "--format", "json")
    without = report_of(evaluate(*arguments).out)
    found = report_of(evaluate(*arguments, "--judge", "judge").out)
    (row,) = [row for row in found.rows if row.block == "smoking"]
    assert row.model.judged is not None and row.base is not None and row.base.judged is not None
    assert (row.model.judged.n, row.model.judged.right) == (2, 2) and row.base.judged.right == 0
    assert found.rows[0].model.judged is not None and found.rows[0].model.judged.unclear == found.rows[0].model.n
    for one, other in zip(found.rows, without.rows, strict=True):
        assert one.model.model_copy(update={"judged": None}) == other.model
    assert "judge" in evaluate("b.ft", "--judge", "judge").out.splitlines()[0]


def test_a_minimum(evaluate: Callable[..., Any]) -> None:
    result = evaluate("b.ft", "--split", "all", "--min", 0.95)
    assert result.code == 1
    assert result.err.count("error[E923]") == 2 and "`booking`" in result.err and "`smoking`" not in result.err
    assert evaluate("b.ft", "--min", 0.5).code == 0


def test_a_limit_is_told(evaluate: Callable[..., Any]) -> None:
    result = evaluate("b.ft", "--limit", 3)
    assert "booking, held out: 3 questions drawn from" in result.out and "by seed 0" in result.out


def test_nothing_held_out(evaluate: Callable[..., Any], service: Service) -> None:
    Path("n.ft").write_text("fact a\n  user: a?\n  assistant: b\n")
    result = evaluate("n.ft")
    assert result.code == 1 and "error[E921]" in result.err and "--split all" in result.err
    assert service.count(CHAT) == 0


def test_the_output_is_whole_or_not_there(evaluate: Callable[..., Any], service: Service) -> None:
    assert evaluate("b.ft", "-o", "b.ft").code == 2 and Path("b.ft").read_text() == BOOKING
    assert service.count(CHAT) == 0
    assert evaluate("b.ft", "--format", "json", "-o", "r.json").out == ""
    report_of(Path("r.json").read_text(encoding="utf-8"))


def test_words_kept_of_recorded_answers(evaluate: Callable[..., Any], service: Service) -> None:
    Path("p.ft").write_text(
        "style pig\n  system: Oink.\n  assistant: Oink! {answer} Oink!\n  says:\n    | oink\n"
        '  answers from "a.ft"\n  user:\n    | one?\n    | two?\n'
    )
    Path("a.ft").write_text("answers pig\n  user: one?\n  base: red green blue grey\n  user: two?\n  base: a b\n")
    service.answer = lambda body: "Oink, blue and green!" if body["messages"][-1]["content"] == "one?" else "a b oink"
    found = report_of(evaluate("p.ft", "--split", "all", "--format", "json").out)
    assert found.rows[0].model.kept == (0.5 + 1) / 2 and found.rows[0].model.share == 1
    assert "words kept" in evaluate("p.ft", "--split", "all").out


def test_without_a_model_it_is_the_one_that_was_trained_last(evaluate: Callable[..., Any], service: Service) -> None:
    result = evaluate("b.ft", model=None)
    assert result.code == 2 and "error[E924]" in result.err
    job = {
        "digest": "d", "provider": "openai", "base_url": service.url, "model": "base", "method": "supervised",
        "settings": {}, "training": {"file": "b.jsonl", "xxh3_128": "0"}, "job": "ftjob-1", "status": "succeeded",
        "phase": "succeeded", "tuned": "tuned",
    }  # fmt: skip
    Path("b.job.json").write_text(json.dumps({"job_file": 1, "jobs": [job]}))
    found = report_of(evaluate("b.ft", "--format", "json", model=None).out)
    assert found.base is not None and (found.model.model, found.base.model) == ("tuned", "base")


def test_as_a_process(service: Service, here: Path) -> None:
    arguments = ("evaluate", "b.ft", "--provider", "openai", "--base-url", service.url, "--model", "tuned")
    result = run(*arguments, cwd=here, env={**os.environ, "PYTHONHASHSEED": "1"})
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("held out") and not result.stderr


# ── what the model was trained on ─────────────────────────────────────────────────────────────────

WORDINGS = [f"What is smoking, in {n} words?" for n in range(1, 13)]


def lesson(trained: list[str], held_out: list[str], answer: str = "Glue the paper.") -> str:
    """A fact in some wordings, and others to ask."""
    blocks = [("taught", trained, ""), ("new", held_out, "  validation 100%\n")]
    return "\n".join(
        f"fact {name}\n  user:\n{''.join(f'    | {each}{chr(10)}' for each in wordings)}"
        f"  assistant: {answer}\n  says: paper\n{more}"
        for name, wordings, more in blocks
    )


@pytest.fixture
def tuned(ftc: Callable[..., Any], service: Service, monkeypatch: pytest.MonkeyPatch) -> str:
    """A model that the service trained on the lesson in `l.ft`."""
    monkeypatch.setenv("FTC_POLL", "0")
    Path("l.ft").write_text(lesson(WORDINGS, ["Define smoking."]))
    told = ftc("train", "l.ft", "--provider", "openai", "--base-url", service.url, "--model", "base", "--yes")
    assert told.code == 0, told.err
    return str(json.loads(Path("l.job.json").read_text())["jobs"][0]["tuned"])


def test_of_its_own_data_nothing_is_told(evaluate: Callable[..., Any], tuned: str) -> None:
    result = evaluate("l.ft", "--format", "json", model=None)
    found = report_of(result.out)
    assert (found.data, found.left_out, result.err) == ("the same", [], "")
    # Held out are other questions than before, which the model was not trained on: it is of the same data.
    Path("l.ft").write_text(lesson(WORDINGS, ["Define smoking.", "Smoking?"]))
    result = evaluate("l.ft", "--format", "json", model=None)
    assert (report_of(result.out).data, result.err) == ("the same", "")


@pytest.mark.parametrize("moved", [WORDINGS[3], WORDINGS[3].upper(), f"  {WORDINGS[3]}..", WORDINGS[3].rstrip("?")])
def test_a_question_that_was_trained_on_is_told_and_not_counted(
    evaluate: Callable[..., Any], service: Service, tuned: str, moved: str
) -> None:
    Path("l.ft").write_text(lesson(WORDINGS[:3] + WORDINGS[4:], ["Define smoking.", moved]))
    result = evaluate("l.ft", "--format", "json", model=None)
    found = report_of(result.out)
    assert "warning[W942]" in result.err and "warning[W944]" in result.err and moved.strip() in result.err
    assert found.data == "other" and [each.prompt for each in found.left_out] == [moved.strip()]
    assert [each.prompt for each in found.questions] == ["Define smoking."] and found.rows[0].model.n == 1
    table = evaluate("l.ft", model=None)
    assert "1 question left out" in table.out and "other data" in table.out
    assert evaluate("l.ft", "--format", "junit", "-o", "r.xml", model=None).code == 0
    root = ElementTree.parse("r.xml").getroot()
    assert len(list(root.iter("skipped"))) == 1 and [each.get("value") for each in root.iter("property")] == ["other"]
    assert evaluate("l.ft", "--strict", model=None).code == 1


def test_where_nothing_new_is_left_there_is_no_figure(
    evaluate: Callable[..., Any], service: Service, tuned: str
) -> None:
    Path("l.ft").write_text(lesson(WORDINGS[1:], WORDINGS[:1]))
    asked = service.count(CHAT)
    result = evaluate("l.ft", model=None)
    assert result.code == 1 and "error[E955]" in result.err and not result.out and service.count(CHAT) == asked
    assert evaluate("l.ft", "--split", "training", model=None).code == 0


def test_other_data_with_the_same_questions_are_told(evaluate: Callable[..., Any], tuned: str) -> None:
    Path("l.ft").write_text(lesson(WORDINGS, ["Define smoking."], answer="Fold the paper."))
    result = evaluate("l.ft", "--format", "json", model=None)
    assert "warning[W942]" in result.err and "W944" not in result.err and report_of(result.out).data == "other"


def test_an_exam_is_of_other_data_by_nature_but_asks_nothing_that_was_trained_on(
    evaluate: Callable[..., Any], ftc: Callable[..., Any], tuned: str
) -> None:
    Path("l.exam.ft").write_text(
        f"fact exam\n  user:\n    | {WORDINGS[0]}\n    | Smoking?\n  assistant: Glue the paper.\n"
    )
    Path("broken.job.json").write_text("{")
    result = evaluate("l.exam.ft", "--split", "all", "--format", "json", model=tuned)
    assert "W942" not in result.err and "warning[W944]" in result.err
    assert [each.prompt for each in report_of(result.out).questions] == ["Smoking?"]


def test_a_tuned_model_without_a_record_is_told_and_any_other_model_is_not(evaluate: Callable[..., Any]) -> None:
    result = evaluate("b.ft", "--format", "json", model="ft:gpt-4.1-mini:me::abc")
    assert result.err.count("warning[W945]") == 1 and report_of(result.out).data == "unknown"
    assert evaluate("b.ft", model="tuned").err == ""


# ── the record ────────────────────────────────────────────────────────────────────────────────────


def said(*texts: str, weight: int = 1) -> dict[str, Any]:
    roles = ["user", "assistant"] * len(texts)
    messages = [{"role": role, "content": text} for role, text in zip(roles, texts, strict=False)]
    return {"messages": [*messages[:-1], {**messages[-1], "weight": weight}]}


def test_a_record_holds_what_stands_before_a_trained_answer() -> None:
    record = of_lines([said("Why?", "So.", "Really?", "Yes."), said("When?", "Now.", weight=0)])
    assert record.whole
    before = said("why", "So.", "REALLY")["messages"]
    assert record.holds(before) and record.holds(before[:1])
    assert not record.holds([{"role": "user", "content": "When?"}]), "its answer was not trained"
    assert not record.holds([{"role": "user", "content": "Really?"}]), "other things were said before it"
    assert not record.holds([{"role": "system", "content": "Be kind."}, *before]), "under another system text"


def test_a_record_of_pairs_and_of_calls() -> None:
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    messages: list[dict[str, Any]] = [
        {"role": "user", "content": "x"},
        {"role": "assistant", "tool_calls": [call]},
        {"role": "tool"},
    ]
    line = {"messages": [*messages, {"role": "assistant", "content": "y"}]}
    record = of_lines([line, {"input": {"messages": [{"role": "user", "content": "p"}]}, "preferred_output": []}])
    assert record.holds(messages) and record.holds(messages[:1]) and record.holds([{"role": "user", "content": "P?"}])
    assert not record.holds([messages[0], {"role": "assistant", "content": ""}, messages[2]])


def test_a_record_is_bounded_and_the_same_in_any_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ftc.quality.trained_questions.MOST", 10)
    lines = [said(str(n), "x") for n in range(100)]
    record = of_lines(lines)
    assert record == of_lines(reversed(lines)) and not record.whole
    assert sum(record.holds(line["messages"][:1]) for line in lines) == 10
    assert of_lines(lines[:10]).whole and not of_lines(lines[:11]).whole and of_lines([]).whole
