"""When an answer is right, which answers are accepted, and how sure a figure is."""

import json
import sys
import unicodedata
from dataclasses import replace
from pathlib import Path
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, bootstrap

from effort import examples
from ftc.compile import compile
from ftc.expand.plan.plan import Plan
from ftc.loader import Loader
from ftc.loop.evaluate.figures import rows
from ftc.loop.evaluate.intervals import interval, mcnemar, wilson
from ftc.loop.evaluate.judge import verdict
from ftc.loop.evaluate.questions import EvaluationQuestion, draw_questions, enough_tokens
from ftc.loop.evaluate.report import QuestionResult, ScoredAnswer
from ftc.loop.evaluate.scoring import Expected, contains_all, is_exact, is_right, normal, same_json
from ftc.providers.provider import Call, Question, Reply
from ftc.targets import chat

ROOT = Path(__file__).parent.parent

TEXT = st.text()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
ARGUMENTS = st.dictionaries(st.text(), JSON, max_size=3)
SAYS = st.lists(st.lists(TEXT, min_size=1, max_size=3).map(tuple), max_size=3).map(tuple)
CALLS = st.lists(st.tuples(st.text(), ARGUMENTS), min_size=1, max_size=3).map(tuple)
EXPECTED = st.builds(Expected, text=TEXT | JSON.map(json.dumps), says=SAYS) | st.builds(
    Expected, text=st.none(), calls=CALLS
)


def replied(text: str, *calls: tuple[str, object]) -> Reply:
    return Reply(text, "m", tuple(Call(name, json.dumps(given)) for name, given in calls))


# ── scoring ───────────────────────────────────────────────────────────────────────────────────────


@given(EXPECTED, st.lists(EXPECTED, max_size=2))
def test_the_expected_answer_is_right_whatever_it_is(expected: Expected, others: list[Expected]) -> None:
    reply = replied(expected.text or "", *expected.calls)
    assert is_right(reply, [*others, expected])
    assert is_exact(reply, [*others, expected])


@given(TEXT, st.sampled_from(["NFD", "NFC"]), st.sampled_from(["\n", " ", "\t\n ", "\u00a0"]))
def test_blanks_and_composition_say_nothing(text: str, form: str, blank: str) -> None:
    other = blank + blank.join(unicodedata.normalize(form, text).split()) + blank  # type: ignore[arg-type]
    assert is_right(replied(other), [Expected(text)])


@given(JSON.filter(lambda value: isinstance(value, dict | list)))
def test_json_is_compared_as_a_value(value: object) -> None:
    expected = Expected(json.dumps(value, separators=(",", ":")))
    assert expected.method == "json"
    assert is_right(replied(json.dumps(value, indent=4, ensure_ascii=False)), [expected])
    assert not is_right(replied(json.dumps([value])), [expected])


@given(st.text(), st.lists(st.tuples(TEXT, TEXT, TEXT), min_size=1))
def test_says_is_in_the_answer_wherever_it_stands(before: str, wanted: list[tuple[str, str, str]]) -> None:
    text = before + " ".join(f" {part} " for part, *_ in wanted)
    assert contains_all(text.upper() if text.upper().casefold() == text.casefold() else text, wanted)


@pytest.mark.parametrize(
    ("got", "expected", "right"),
    [
        ("yes", Expected("Yes"), False),
        ("Yes.", Expected("Yes"), False),
        ("", Expected("Yes"), False),
        ("Yes", Expected(""), False),
        ('{"a": 1.0, "b": [1]}', Expected('{"b":[1],"a":1}'), True),
        ('{"a": true}', Expected('{"a":1}'), False),
        ('{"a": 1', Expected('{"a":1}'), False),
        ('```json\n{"a": 1}\n```', Expected('{"a":1}'), False),
        ("007", Expected("7"), False),
        ("glue the PAPER", Expected("x", says=(("paper",), ("glue", "stick"))), True),
        ("stick the paper", Expected("x", says=(("paper",), ("glue", "stick"))), True),
        ("the paper", Expected("x", says=(("paper",), ("glue", "stick"))), False),
        ("red\n  sheets", Expected("x", says=(("red sheets",),)), True),
        ("STRASSE", Expected("x", says=(("straße",),)), True),
        ("[" * 100_000, Expected("[[1]]"), False),
        ("1" * 10_000, Expected("[1]"), False),
    ],
)
def test_right_and_wrong(got: str, expected: Expected, right: bool) -> None:
    assert is_right(replied(got), [expected]) is right


def test_calls() -> None:
    wanted = Expected(None, (("add", {"a": 1, "b": [2]}), ("add", {"a": 2})))
    one, other = ("add", {"b": [2], "a": 1.0}), ("add", {"a": 2})
    assert is_right(replied("Let me see.", other, one), [wanted])
    assert not is_right(replied("", one), [wanted])
    assert not is_right(replied("", one, one), [wanted])
    assert not is_right(replied("", one, other, other), [wanted])
    assert not is_right(replied("", ("sub", one[1]), other), [wanted])
    assert not is_right(replied('add({"a": 2})'), [wanted])
    assert not is_right(replied("Sunny", one), [Expected("Sunny")]), "a call where a text is expected"
    assert not is_right(Reply("", "m", (Call("add", '{"a": 2'),)), [Expected(None, (("add", {"a": 2}),))])
    assert is_right(Reply("", "m", (Call("now", ""),)), [Expected(None, (("now", {}),))])


def test_exact_is_less_than_right() -> None:
    assert is_right(replied("a  b"), [Expected("a b")]) and not is_exact(replied("a  b"), [Expected("a b")])


@given(JSON, JSON)
def test_same_is_an_equality(one: object, other: object) -> None:
    assert same_json(one, one)
    assert same_json(one, other) == same_json(other, one)
    assert not same_json(True, 1) and not same_json(0, False) and same_json(1, 1.0) and not same_json(None, False)


def test_normal_is_idempotent() -> None:
    assert normal(normal(" a\u0301\u2003\r\nb ")) == "á b"


@pytest.mark.parametrize(
    ("text", "said"), [("Yes.", "yes"), (" **no**, because", "no"), ("yesterday", "unclear"), ("", "unclear")]
)
def test_verdicts(text: str, said: str) -> None:
    assert verdict(text) == said


# ── questions ─────────────────────────────────────────────────────────────────────────────────────


def plan_of(text: str, folder: Path) -> Plan:
    (folder / "a.ft").write_text(text, encoding="utf-8")
    found = compile([str(folder / "a.ft")], Loader(folder), data_checks=False).plan
    assert found is not None
    return found


def accepted(one: EvaluationQuestion) -> list[str]:
    return sorted(each.text or "" for each in one.accepted)


SUM = """\
let opener:
  | Sure
  | Well
let n in 1..30
format sum
  system: {Add|Count}.
  user: {n} {+|and} 1?
  assistant: {opener}, {it is|that makes} {n + 1}{.|!}
  validation 20%
"""


def test_alternatives_of_an_answer_are_one_question(tmp_path: Path) -> None:
    """Also where `opener` is what parts the held-out conversations from the others."""
    plan = plan_of(SUM, tmp_path)
    asked, (drawn,) = draw_questions(plan, "held-out", 10_000, 0)
    contexts = [json.dumps(one.question.messages) for one in asked]
    assert len(set(contexts)) == len(contexts) == drawn.questions
    assert drawn.whole and drawn.conversations == plan.validation.count > drawn.questions
    in_order = dict.fromkeys(each.messages[:-1] for each in plan.validation)
    assert [[said.content for said in context] for context in in_order] == [
        [said["content"] for said in one.question.messages] for one in asked
    ]
    for one in asked:
        n = int(str(one.question.messages[1]["content"]).split()[0])
        texts = [f"{o}, {i} {n + 1}{e}" for o in ("Sure", "Well") for i in ("it is", "that makes") for e in ".!"]
        assert accepted(one) == sorted(texts)


def test_alternatives_are_found_where_a_plan_is_too_large_to_go_through(tmp_path: Path) -> None:
    names = [f"n{i}" for i in range(10)]
    text = SUM.replace("let n in 1..30\n", "".join(f"let {name} in 1..100\n" for name in names))
    text = text.replace("{n}", "".join(f"{{{name}}}" for name in names)).replace("{n + 1}", "more")
    plan = plan_of(text, tmp_path)
    assert plan.validation.count > sys.maxsize
    asked, (drawn,) = draw_questions(plan, "held-out", 5, 0)
    assert len(asked) == drawn.questions == 5 and not drawn.whole
    assert all(len(one.accepted) == 8 for one in asked)


def test_a_condition_takes_alternatives_away(tmp_path: Path) -> None:
    text = """\
fact a
  let word: {Yes|No}
  let n in 1..9
  user: Is {n} small?
  assistant: {word}, {n}
  where n < 5 or word == "No"
"""
    asked, _ = draw_questions(plan_of(text, tmp_path), "all", 100, 0)
    assert [accepted(one) for one in asked] == [
        [f"No, {n}", f"Yes, {n}"] if n < 5 else [f"No, {n}"] for n in range(1, 10)
    ]


@pytest.mark.parametrize("thin", ["sample 9 seed 3", "cover each"])
def test_alternatives_that_were_thinned_away_are_accepted(thin: str, tmp_path: Path) -> None:
    text = f"fact a\n  let n in 1..9\n  user: {{n}}?\n  assistant: {{a|b|c}} {{n}}\n  {thin}\n"
    asked, _ = draw_questions(plan_of(text, tmp_path), "training", 100, 0)
    assert asked and all(len(one.accepted) == 3 for one in asked)


BOOKING = """\
format booking
  let city:
    | Paris
    | Tokyo
    ~ Atlantis
    ~ qwerty
  let nights in 1..14
    ~ zero
  user: Book {nights} nights in {city}.
  assistant = json({"city": city, "nights": nights})
  invalid
    assistant: {No|Sorry}: {invalid}
"""


def test_what_is_asked_by_default(tmp_path: Path) -> None:
    """The held-out conversations, and the invalid inputs that are trained on."""
    plan = plan_of(BOOKING + "  validation 30%\n", tmp_path)
    asked, _ = draw_questions(plan, None, 1_000, 0)
    splits = {(one.split, one.fault is not None) for one in asked}
    assert splits == {("held out", False), ("held out", True), ("trained on", True)}
    assert sum(one.fault is not None for one in asked) == 14 * 2 + 2
    assert {one.fault for one in asked} == {None, "city", "nights"}
    assert all(len(one.accepted) == (2 if one.fault else 1) for one in asked)
    everything, _ = draw_questions(plan, "all", 1_000, 0)
    assert len(everything) == 2 * 14 + 14 * 2 + 2


def test_an_evaluation_file_holds_nothing_out(tmp_path: Path) -> None:
    asked, _ = draw_questions(plan_of(BOOKING, tmp_path), "all", 1_000, 0)
    assert {one.split for one in asked} == {"all"}


@pytest.mark.parametrize("thin", ["", "  sample 30 seed 1\n", "  cover pairs\n", "  repeat 3\n"])
def test_a_limit_is_shared_by_valid_and_invalid(thin: str, tmp_path: Path) -> None:
    asked, (drawn,) = draw_questions(plan_of(BOOKING + thin, tmp_path), "training", 10, 0)
    assert len(asked) == 10 == drawn.questions and not drawn.whole
    assert sum(one.fault is None for one in asked) == 5


def test_a_draw_depends_on_the_seed_alone(tmp_path: Path) -> None:
    plan = plan_of(BOOKING, tmp_path)
    first, again, other = (draw_questions(plan, "all", 10, seed) for seed in (1, 1, 2))
    assert first == again != other


def test_in_longer_conversations_the_last_turn_is_asked(tmp_path: Path) -> None:
    """A fault before it is history, and no invalid input of the question."""
    plan = plan_of(BOOKING + "  turns 1..2\n", tmp_path)
    asked, _ = draw_questions(plan, None, 1_000_000, 0)
    assert all(one.fault for one in asked)
    whole, _ = draw_questions(plan, "all", 10_000, 0)
    assert {(one.fault is None, "json" if one.fault is None else "text") for one in whole} == {
        (one.fault is None, one.accepted[0].method) for one in whole
    }
    assert max(len(one.question.messages) for one in whole) == 3


def test_calls_are_questions_of_their_own(tmp_path: Path) -> None:
    text = """\
dialog weather
  let city:
    | Rome
    | Oslo
  let days in [1, 2]
  tool get_weather(city: text, days: int): Current weather.
  user: {Weather|Sky} in {city}?
  assistant calls get_weather(city=city, days=days)
  tool: {sunny|cold} {1..30}
  assistant: It is {fine|nice}.
"""
    asked, _ = draw_questions(plan_of(text, tmp_path), "all", 1_000, 0)
    calls = [one for one in asked if one.accepted[0].method == "calls"]
    assert len(asked) == 4 + 4 * 2 * 60 and len(calls) == 4
    for one in calls:
        city = str(one.question.messages[-1]["content"]).split()[-1][:-1]
        wanted = [("get_weather", {"city": city, "days": days}) for days in (1, 2)]
        assert sorted(map(repr, (each.calls[0] for each in one.accepted))) == sorted(map(repr, wanted))
        assert one.question.tools[0]["function"]["name"] == "get_weather"  # type: ignore[index]
    for one in asked:
        if one not in calls:
            assert accepted(one) == ["It is fine.", "It is nice."]
            assert [said["role"] for said in one.question.messages] == ["user", "assistant", "tool"]


SAMPLES = [*sorted((ROOT / "tests" / "conformance" / "expand").glob("*.ft")), *sorted(ROOT.glob("examples/*/*.ft"))]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_the_accepted_answers_are_all_there_are(path: Path) -> None:
    """Against every conversation of the block: what is thinned away may be accepted besides."""
    plan = compile([str(path)], Loader(path.parent), data_checks=False).plan
    if plan is None:
        pytest.skip("a sample of an error")
    for block in plan.blocks:
        if block.once.count + block.validation.count > 1_000:
            continue
        answers: dict[str, set[str]] = {}
        for each in (*block.once, *block.validation):
            context = json.dumps([chat.message_dict(message, weight=False) for message in each.messages[:-1]])
            answers.setdefault(context, set()).add(repr(each.messages[-1].content))
        asked, _ = draw_questions(replace(plan, blocks=(block,)), "all", 10_000, 0)
        for one in asked:
            if one.accepted[0].method != "calls":
                found = {repr(each.text) for each in one.accepted}
                wanted = answers[json.dumps(one.question.messages)]
                assert found >= wanted if block.declaration.thinning else found == wanted, one.question


# ── figures ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    [
        # R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_intervals_against_published_values(right: int, n: int, low: float, high: float) -> None:
    assert wilson(right, n) == pytest.approx((low, high), abs=5e-5)
    assert interval([1.0] * right + [0.0] * (n - right)) == wilson(right, n)


def test_figures_are_those_of_scipy() -> None:
    for n in [*range(1, 40), 1000]:
        for right in {*range(min(n, 40)), n // 2, n}:
            known = binomtest(right, n)
            low, high = known.proportion_ci(0.95, method="wilson")
            assert wilson(right, n) == pytest.approx((low, high), abs=1e-12)
            assert mcnemar(right, n - right) == pytest.approx(known.pvalue, rel=1e-9)


@pytest.mark.parametrize("n", [5, 12, 200])
def test_an_interval_of_repeats_is_that_of_scipy_but_for_chance(n: int) -> None:
    shares = [at * 7 % 4 / 3 for at in range(n)]
    known = bootstrap((shares,), fmean, n_resamples=9999, method="percentile", vectorized=False).confidence_interval
    width = known.high - known.low
    assert interval(shares, 3) == pytest.approx((known.low, known.high), abs=0.1 * width)


def test_intervals_of_little() -> None:
    assert wilson(0, 0) == (0, 1)
    assert interval([]) == (0, 1)
    low, high = interval([0.5] * 10)
    assert low < 0.5 < high


@examples(25, full=1000)
@given(st.lists(st.sampled_from([0.0, 1 / 3, 2 / 3, 1.0]), min_size=2, max_size=30))
def test_an_interval_holds_its_share(shares: list[float]) -> None:
    low, high = interval(shares, 7)
    assert 0 <= low <= sum(shares) / len(shares) + 1e-9 and high <= 1 and high >= sum(shares) / len(shares) - 1e-9
    assert interval(shares, 7) == (low, high)


def test_paired_differences() -> None:
    """Exact McNemar: with 1 against 9, twice the sum of the first two of binomial(10, 1/2)."""
    assert mcnemar(9, 1) == pytest.approx(2 * (1 + 10) / 2**10)
    assert mcnemar(1, 9) == mcnemar(9, 1)
    assert mcnemar(0, 0) == mcnemar(4, 4) == 1


def answered(right: list[bool | None], base: list[bool | None] | None = None, **other: object) -> QuestionResult:
    def answers(given: list[bool | None]) -> list[ScoredAnswer]:
        return [
            ScoredAnswer(error="busy") if each is None else ScoredAnswer(text="", right=each, exact=each)
            for each in given
        ]

    told = {"id": "", "block": "b", "split": "held out", "case": None, "fault": None, "method": "text", **other}
    return QuestionResult(
        messages=[], expected=[""], model=answers(right), base=None if base is None else answers(base), **told
    )  # type: ignore[arg-type]


def test_rows() -> None:
    questions = [
        answered([True], [False], case="a"),
        answered([True], [True], case="a"),
        answered([None], [True], case="a"),
        answered([False], [None], case="b", fault="x"),
        answered([True], [False], split="trained on"),
    ]
    whole, first, second, trained = rows(questions, 0)
    assert (whole.model.n, whole.model.right, whole.model.errors) == (3, 2, 1)
    assert whole.base is not None and whole.difference is not None
    assert (whole.base.n, whole.base.right, whole.base.errors) == (3, 2, 1)
    assert (whole.difference.n, whole.difference.better, whole.difference.worse) == (2, 1, 0)
    assert (first.case, first.fault, second.case, second.fault) == ("a", None, "b", "x")
    assert trained.split == "trained on" and trained.whole


def test_with_repeats_the_unit_is_the_question() -> None:
    (row,) = rows([answered([True, False]), answered([True, True]), answered([False, None])], 0)
    assert (row.model.n, row.model.right, row.model.share, row.model.errors) == (2, 1, 0.75, 1)


@given(st.lists(st.text(max_size=2000), min_size=1, max_size=3))
def test_an_answer_as_long_as_any_that_is_expected_is_not_cut(texts: list[str]) -> None:
    """A token is a byte at least; most are longer than two, and those that are not have the fewest tokens to spare."""
    asked = [EvaluationQuestion("id", "b", None, None, "held out", Question(()), (Expected(text),)) for text in texts]
    enough = enough_tokens(asked)
    assert enough >= 128
    assert all(2 * (enough + 1) > len(text.encode()) for text in texts)
