"""Questions that are nearly the same: the normal form, what is proved of it, and what is found."""

import re
import unicodedata
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from effort import examples
from ftc.compile import compile
from ftc.diagnostics import Diagnostic
from ftc.expand.space.ops import Slot
from ftc.loader import Loader
from ftc.lower.messages import MessagePiece
from ftc.lower.pieces import EMPTY, Computed, Constant, Piece, Row, branch, made, sequence
from ftc.quality import near as searched
from ftc.quality.normal_form import differences, normal_rows
from ftc.quality.proofs import near, repetition
from ftc.source import SourceFile, Span

SPAN = Span(SourceFile("t.ft", ""), 0, 0)


def normal(text: str) -> str:
    """The normal form of one text, in its own words."""
    text = unicodedata.normalize("NFC", text)
    text = "".join(c for c in text if c not in "\u00ad\u200b\u200c\u200d\u2060\ufeff")
    text = unicodedata.normalize("NFC", text.casefold())
    text = re.sub(r"[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+", " ", text).lstrip(" ")
    while text and text[-1] in " .?!…。？！":
        text = text[:-1]
    return text


# ── the normal form ───────────────────────────────────────────────────────────────────────────────

SAME = [
    ("Where is Rome?", "where is rome"),
    ("Is it?!", "IS IT ..."),
    ("a  b", " a b "),
    ("a\u00a0b", "a b"),
    ("caf\u00e9", "cafe\u0301"),
    ("zero\u200bwidth", "zerowidth"),
    ("Stra\u00dfe", "STRASSE"),
    ("Wo\uff1f", "wo"),
    ("\u041a\u0442\u043e \u0442\u0430\u043a\u043e\u0439?", "\u043a\u0442\u043e \u0442\u0430\u043a\u043e\u0439"),
]
OTHER = [
    ("1 12", "11 2"),
    ("1.5", "15"),
    ("cafe", "caf\u00e9"),
    ("a, b", "a b"),
    ("a\nb", "a b"),
    ("Is it? No", "Is it No"),
    ("say \\\"hi.\\\" now", "say \\\"hi\\\" now"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "two"), SAME)
def test_nearly_the_same(one: str, two: str) -> None:
    rows = normal_rows([f'user"{text}"'.encode() for text in (one, two)])
    assert rows[0] == rows[1] == f'user"{normal(one)}"'.encode()


@pytest.mark.parametrize(("one", "two"), OTHER)
def test_not_nearly_the_same(one: str, two: str) -> None:
    one, two = (text.replace("\n", "\\n") for text in (one, two))
    rows = normal_rows([f'user"{text}"'.encode() for text in (one, two)])
    assert rows[0] != rows[1]


@pytest.mark.parametrize(
    ("one", "two", "words"),
    [
        ("Rome?", "rome?", "capitals"),
        ("Rome?", "rome", "capitals and the punctuation at the end"),
        ("a  b", "a b", "blanks"),
        ("caf\u00e9", "cafe\u0301", "how accents are coded"),
        ("a\u200bb", "ab", "characters that are not seen"),
        ("A  b!", "a b", "capitals, blanks and the punctuation at the end"),
    ],
)
def test_differences_in_words(one: str, two: str, words: str) -> None:
    assert differences(one, two) == words


# ── part by part ──────────────────────────────────────────────────────────────────────────────────

PARTS = (
    "",
    "a",
    "A",
    " a",
    "a ",
    " ",
    "a  A",
    ".",
    "?",
    "a.",
    ". ",
    "1",
    "\u00e9",
    "e\u0301",
    "\u0301",
    "\u200b",
    "\u00df",
)


@st.composite
def pieces(draw: st.DrawFn, slots: list[Slot], depth: int = 0) -> Piece:
    """A text over some slots of three values each."""
    kind = draw(st.sampled_from(["constant", "constant", "axis", "branch", "row", "row", "number"]))
    if kind == "axis":
        values = draw(st.lists(st.sampled_from(PARTS), min_size=3, max_size=3))
        return branch(draw(st.sampled_from(slots)), [Constant(value.encode()) for value in values])
    if kind == "number":
        slot = draw(st.sampled_from(slots))
        several = frozenset((slot,))
        return Computed(
            several, lambda picks: b"%d" % picks[slot], lambda rows, picks: [b"%d" % p for p in rows.picks(slot)],
            number=True,
        )  # fmt: skip
    if kind == "constant" or depth > 2:
        return Constant(draw(st.sampled_from(PARTS)).encode())
    parts = [draw(pieces(slots, depth + 1)) for _ in range(3)]
    return branch(draw(st.sampled_from(slots)), parts) if kind == "branch" else sequence(parts)


@examples(300, full=20_000)
@given(data=st.data())
def test_forms_that_are_made_part_by_part(data: st.DataObject) -> None:
    """The strict form is the normal form, and no two texts of one normal form have different coarse forms."""
    slots = [Slot(f"s{at}", f"s{at}", f"s{at}", True, lambda pick, picks: ("", SPAN)) for at in range(3)]
    text = data.draw(pieces(slots))
    answer = MessagePiece("assistant", True, EMPTY, EMPTY)
    question = MessagePiece("user", True, text, EMPTY)
    every = [dict(zip(slots, (a, b, c), strict=True)) for a in range(3) for b in range(3) for c in range(3)]
    forms: dict[str, Piece] = {}
    for name, form in (("strict", near.strict), ("coarse", near.coarse)):
        try:
            forms[name] = form([question, answer])[0].text
        except near.NotInPartsError:
            continue
    coarse: dict[str, bytes] = {}
    for picks in every:
        wanted = normal(text.value(picks).decode())
        if "strict" in forms:
            assert forms["strict"].value(picks).decode() == wanted
        if "coarse" in forms:
            assert coarse.setdefault(wanted, forms["coarse"].value(picks)) == forms["coarse"].value(picks)


def test_most_texts_have_a_strict_form() -> None:
    """Without it, next to nothing would be proved: numbers between words, and a question mark at the end."""
    slot = Slot("s", "s", "s", True, lambda pick, picks: ("", SPAN))
    name = branch(slot, [Constant(b"Anna"), Constant(b"Bob")])
    text = sequence([name, Constant(b" has "), made(frozenset((slot,)), lambda picks: b"1"), Constant(b"?")])
    assert isinstance(text, Row)
    with pytest.raises(near.NotInPartsError):
        near.strict([MessagePiece("user", True, text, EMPTY), MessagePiece("assistant", True, EMPTY, EMPTY)])
    plain = sequence([name, Constant(b" has two?")])
    (form, _) = near.strict([MessagePiece("user", True, plain, EMPTY), MessagePiece("assistant", True, EMPTY, EMPTY)])
    assert [form.text.value({slot: pick}) for pick in (0, 1)] == [b"anna has two", b"bob has two"]


# ── what is found ─────────────────────────────────────────────────────────────────────────────────


def found(text: str) -> list[Diagnostic]:
    result = compile(["t.ft"], Loader(files={"t.ft": text.encode()}))
    assert result.plan is not None, result.diagnostics
    return [each for each in result.diagnostics if each.code in ("W520", "W521", "W522")]


@pytest.fixture(params=[200, 0])
def few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Units are searched at once, or proved first."""
    monkeypatch.setattr(repetition, "FEW", request.param)


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize(("one", "two"), SAME)
def test_opposite_answers(one: str, two: str) -> None:
    text = f"dialog a\n  user: {one}\n  assistant: Yes.\n\ndialog b\n  user: {two}\n  assistant: No.\n"
    (only,) = found(text)
    assert only.code == "W520" and only.span is not None
    assert only.span.start == text.rindex("assistant") and only.labels[0].span.start == text.index("assistant")


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize(("one", "two"), [(one, two) for one, two in OTHER if "\\" not in one and "\n" not in one])
def test_questions_that_differ(one: str, two: str) -> None:
    assert not found(f"dialog a\n  user: {one}\n  assistant: Yes.\n\ndialog b\n  user: {two}\n  assistant: No.\n")


@pytest.mark.usefixtures("few")
def test_the_same_answer_is_no_finding() -> None:
    assert not found("dialog a\n  user: Open?\n  assistant: Yes.\n\ndialog b\n  user: open\n  assistant: yes\n")
    # Wordings of one message are one question.
    assert not found("dialog a\n  user:\n    | Open?\n    | open\n  assistant:\n    | Yes.\n    | Sure.\n")


@pytest.mark.usefixtures("few")
def test_to_the_letter_it_is_another_finding() -> None:
    text = "dialog a\n  user: Open?\n  assistant: Yes.\n\ndialog b\n  user: Open?\n  assistant: No.\n"
    codes = [each.code for each in compile(["t.ft"], Loader(files={"t.ft": text.encode()})).diagnostics]
    assert "E501" in codes and "W520" not in codes


@pytest.mark.usefixtures("few")
def test_with_other_tools_it_is_another_question() -> None:
    files = {
        "a.ft": b"dialog a\n  user: Light on!\n  assistant: I have no hands.\n",
        "b.ft": b"tool light(on: bool): The light.\n\ndialog b\n  user: light on\n"
        b"  assistant calls light(on=true)\n  tool: ok\n  assistant: It is on.\n",
    }
    codes = [each.code for each in compile([*files], Loader(files=files)).diagnostics]
    assert codes == []


TABLE = """\
table word
  | word  | kind |
  | Polish | people |
  | polish | verb |
  | rice | noun |

dialog kind
  user: What kind of word is {word.word}?
  assistant: A {word.kind}.
"""


@pytest.mark.usefixtures("few")
def test_rows_of_a_table() -> None:
    (only,) = found(TABLE)
    assert only.code == "W520" and only.data["differences"] == "capitals"


@pytest.mark.usefixtures("few")
def test_a_later_answer() -> None:
    """What stands before it is all that was said before, and one near-equal opening leaks nothing."""
    turns = "dialog {}\n  user: {}\n  assistant: Hello.\n  user: {}\n  assistant: {}\n\n"
    text = turns.format("a", "Hi!", "Who are you?", "Ann") + turns.format("b", "hi", "who are you", "Bob")
    assert [each.code for each in found(text)] == ["W520"]
    text = turns.format("a", "Hi!", "Who are you?", "Ann") + turns.format("b", "hi", "Where are you?", "Here")
    assert not found(text.replace("assistant: Here", "assistant: Here\n  validation 100%"))


LEAK = """\
let n in 1..{size}

dialog trained
  user: What is {n} + 1?
  assistant: {n + 1}

dialog held
  user: what is {n} + 1
  assistant: {n + 1}
  validation 100%
"""


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("size", [3, 500])
def test_held_out_in_nearly_the_same_words(size: int) -> None:
    (only,) = found(LEAK.replace("{size}", str(size)))
    assert only.code == "W521" and only.data["count"] == size and only.data["block"] == "held"
    # To the letter, it is a leak of another kind.
    assert not found(LEAK.replace("{size}", str(size)).replace("what is {n} + 1", "How much is {n} + 1?"))


@pytest.mark.usefixtures("few")
def test_wordings_on_both_sides() -> None:
    """Names that differ in capitals alone stand on both sides when values are held out."""
    names = [f"Name{at}" for at in range(40)] + [f"name{at}" for at in range(40)]
    rows = "\n".join(f"    | {name}" for name in names)
    text = f"dialog who\n  let name:\n{rows}\n  user: Who is {{name}}?\n  assistant: A friend.\n  validation 50%\n"
    result = compile(["t.ft"], Loader(files={"t.ft": text.encode()}))
    assert result.plan is not None
    sides: dict[str, set[bool]] = defaultdict(set)
    for held_out, conversations in ((False, result.plan.training), (True, result.plan.validation)):
        for each in conversations:
            sides[normal(each.messages[0].content or "")].add(held_out)
    both = sum(len(each) == 2 for each in sides.values())
    assert both > 5  # else the test shows nothing
    (only,) = [each for each in result.diagnostics if each.code == "W521"]
    assert only.data["count"] == both


def test_off() -> None:
    result = compile(["t.ft"], Loader(files={"t.ft": TABLE.encode()}), near=False)
    assert not [each for each in result.diagnostics if each.code in ("W520", "W521", "W522")]


def test_what_is_proved_is_not_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    """A product of any size is proved; what is not proved and too large is left out, and that is said."""
    monkeypatch.setattr(searched, "MAX_SEARCHED", 1000)
    proved = "let a in 1..100\nlet b in 1..100\n\ndialog d\n  user: What is {a} {b}?\n  assistant: {a + b}\n"
    assert not found(proved)
    monkeypatch.setattr(near, "MAX_VALUES", 50)
    (only,) = found(proved)
    assert only.code == "W522" and only.data["count"] == 10_000
