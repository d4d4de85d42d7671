"""`# allow CODE: reason`: what it silences and what not, where it holds, and what is said of it."""

import re
from pathlib import Path
from typing import Any

import pytest

from ftc.compile import Compilation, compile
from ftc.loader import Loader
from ftc.source import SourceFile
from ftc.syntax import parse
from ftc.syntax.comments import attached
from ftc.syntax.printer import format as laid_out
from ftc.targets import TARGETS

ROOT = Path(__file__).parent.parent
UNUSED = "let {name}:\n  | x\n"
DIALOG = "dialog d\n  user: x\n  assistant: y\n"


def compiled(text: str, files: dict[str, str] | None = None, **options: Any) -> Compilation:
    held = {name: data.encode() for name, data in {"main.ft": text, **(files or {})}.items()}
    return compile(["main.ft"], Loader(files=held), **({"target": TARGETS["trl"]} | options))


def found(text: str, files: dict[str, str] | None = None, **options: Any) -> list[tuple[str, int]]:
    """The codes, each with its line."""
    result = compiled(text, files, **options)
    told = [(each.code, each.span.line if each.span else 0) for each in (*result.diagnostics, *result.advice)]
    return sorted(told, key=lambda each: each[1])


TWO = UNUSED.format(name="a") + UNUSED.format(name="b") + DIALOG


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (TWO, [("W201", 1), ("W201", 3)]),
        # Above a line: for it alone; further comments and blank lines may stand between.
        ("# allow W201: meant\n" + TWO, [("W201", 4)]),
        ("# allow W201: meant\n# and more\n" + TWO, [("W201", 5)]),
        (DIALOG + "# allow W201: meant\n\n" + TWO.replace(" d", " e").replace("user: x", "user: z"), [("W201", 8)]),
        # At the top: for all of the file.
        ("# allow W201: meant\n\n" + TWO, []),
        ("# The file.\n# allow W201: meant\n#\n\n# a\n" + TWO, []),
        # Any other form is a comment.
        ("# Allow W201: meant\n\n" + TWO, [("W201", 3), ("W201", 5)]),
        ("#allow W201: meant\n\n" + TWO, [("W201", 3), ("W201", 5)]),
        ("# we allow W201: meant\n\n" + TWO, [("W201", 3), ("W201", 5)]),
        ("# allow people in\n\n" + TWO, [("W201", 3), ("W201", 5)]),
        # Another code, and a comment below.
        ("# allow W302: meant\n" + TWO, [("W303", 1), ("W201", 2), ("W201", 4)]),
        (TWO + "# allow W201: meant\n", [("W201", 1), ("W201", 3), ("W303", 8)]),
    ],
)  # fmt: skip
def test_where_it_holds(text: str, left: list[tuple[str, int]]) -> None:
    assert found(text) == left


def test_it_holds_for_the_block_below_and_not_for_the_next() -> None:
    inner = "  let {name}:\n    | x\n    | x\n"
    blocks = "".join(f"dialog d{i}\n{inner.format(name=f'n{i}')}  user: {i}\n  assistant: y\n" for i in range(2))
    both = [("W201", 2), ("W302", 4), ("W201", 8), ("W302", 10)]
    assert found(blocks) == both
    assert found("# allow W201: meant\n" + blocks) == [("W302", 5), ("W201", 9), ("W302", 11)]
    # Above an item, and above a statement within the block.
    lines = blocks.split("\n")
    assert found("\n".join([*lines[:3], "    # allow W302: weight", *lines[3:]])) == [
        ("W201", 2), ("W201", 9), ("W302", 11),
    ]  # fmt: skip
    assert found("\n".join([*lines[:1], "# allow W201: deeper than this", *lines[1:]])) == [
        ("W302", 5), ("W201", 9), ("W302", 11),
    ]  # fmt: skip


def test_in_text_it_is_text() -> None:
    text = UNUSED.format(name="a") + "dialog d\n  user: x\n  assistant:\n    # allow W201: meant\n    y\n"
    assert found(text) == [("W201", 1)]


def test_the_first_place_of_a_finding_counts() -> None:
    twice = DIALOG + DIALOG.replace("dialog d", "dialog e")
    assert found(twice) == [("W502", 5)]
    assert found(DIALOG + "# allow W502: said twice\n" + DIALOG.replace("dialog d", "dialog e")) == []
    # The other place is only a label.
    assert found("# allow W502: said twice\n" + twice) == [("W303", 1), ("W502", 6)]


def test_what_is_allowed_does_not_use_up_what_is_shown() -> None:
    def dialog(i: int, allow: str = "") -> str:
        return f"dialog d{i}\n  user: {i}\n{allow}  assistant: y\n  says: z\n"

    meant = "  # allow W506: not yet\n"
    text = "".join(dialog(i, meant if i < 15 else "") for i in range(17))
    assert [code for code, _ in found(text)] == ["W506", "W506"]
    # Values that are never picked: three of a name are shown.
    items = "".join(("  # allow W401: kept for later\n" if i < 4 else "") + f"  | {i}\n" for i in range(7))
    names = "let a:\n  | x\n" + items + 'where a == "x"\n'
    assert [code for code, _ in found(names + "dialog d\n  user: {a}\n  assistant: y\n")] == ["W401"] * 3
    # Copies of one block are one finding: of those that are left.
    copies = "fact f\n" + "".join(f"  user: {{{x}|{x}}}\n  assistant: {x}\n\n" for x in "abcdef")
    (finding,) = [each for each in compiled(copies).diagnostics if each.code == "W502"]
    assert finding.data["count"] == 6
    allowed = copies.replace("  user: {a", "  # allow W502: weight\n  user: {a")
    (finding,) = [each for each in compiled(allowed).diagnostics if each.code == "W502"]
    assert (finding.data["count"], finding.data["user"]) == (5, "b")


def test_in_a_file_that_is_used() -> None:
    files = {"words.ft": "# allow W302: weight\nlet a:\n  | x\n  | x\n# allow W201: for others\nlet b:\n  | x\n"}
    use = 'use "words.ft"\ndialog d\n  user: {a}\n  assistant: y\n'
    shown = {"words.ft": files["words.ft"].replace("# allow W302: weight\n", "")}
    assert found(use, shown) == found(use.replace("x", "x"), shown)
    assert not [code for code, _ in found(use, files) if code in ("W302", "W303")]


def test_what_has_no_place_is_allowed_at_the_top(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ftc.quality.examination.MAX_SEARCHED", 999)
    product = "let a in 1..100\nlet b in 1..100\ndialog d\n  user: {a} {b}\n  assistant: {b} {b}{a}{a}\n"
    large = product.replace("{a} {b}\n", "{a}{b}\n")
    assert found(large) == [("W507", 0)]
    assert found("# allow W507: it takes long\n\n" + large) == []
    assert found("# allow W507: it takes long\n" + large) == [("W507", 0)]


def test_advice_is_allowed_like_warnings() -> None:
    fact = "fact f\n  user: Is it {a|b|c|d|e}?\n  assistant: Yes\n"
    assert found(fact) == [("A502", 3)]
    assert found("# allow A502: the other side is in another file\n" + fact) == []
    assert found("# allow A501: there is no format\n" + fact) == [("W303", 1), ("A502", 4)]


# ── where nothing was silenced ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("code", "options", "told"),
    [
        ("W506", {}, True),
        ("W506", {"data_checks": False}, False),
        ("A503", {"data_checks": False}, False),
        ("W201", {"data_checks": False}, True),
        ("W520", {}, True),
        ("W520", {"near": False}, False),
        ("W503", {}, False),
        ("W601", {}, False),
        ("W603", {}, False),
        ("W941", {}, False),
        ("W508", {}, False),
    ],
)
def test_it_is_only_told_where_it_was_looked_for(code: str, options: dict[str, Any], told: bool) -> None:
    codes = [each for each, _ in found(f"# allow {code}: meant\n" + DIALOG, **options)]
    assert codes == (["W303"] if told else [])


def test_it_is_not_told_behind_an_error() -> None:
    text = "# allow W201: meant\n" + DIALOG + "dialog e\n  user: {nothing}\n  assistant: y\n"
    assert [code for code, _ in found(text)] == ["E201"]


# ── two right answers in a file ───────────────────────────────────────────────────────────────────

ROWS = {"t.csv": "q,a\nHi,Hello\nHi,Hey\nBye,Ciao\n"}
TABLE = 'table t from "t.csv"\n'
SAID = "dialog d\n  user: {t.q}\n  assistant: {t.a}\n"
ALLOW = "# allow E501: both greetings are right\n"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (TABLE + SAID, ["E501"]),
        (ALLOW + TABLE + SAID, []),
        # In a block, and with picks of its own.
        (SAID.replace("  user", "  " + ALLOW + "  " + TABLE + "  user"), []),
        (ALLOW + TABLE + "let other in t\n" + SAID.replace("t.", "other."), []),
        # Not what another table, a line beside it or another name says.
        (ALLOW + TABLE + SAID + "dialog e\n  user: Hi\n  assistant: Good day\n", ["E501"]),
        (ALLOW + TABLE + TABLE.replace("table t", "table u") + SAID.replace("t.", "u.").replace("dialog d", "dialog e")
         + SAID.replace("{t.q}", "Say {t.q}"), ["E501"]),
        # Nothing there contradicts anything.
        (ALLOW + TABLE + SAID.replace("{t.q}", "{t.q} {t.a}"), ["W303"]),
        # Above other lines it is none of this.
        (TABLE + ALLOW + SAID, ["E339", "E501"]),
        (ALLOW + "\n" + TABLE + SAID, []),
    ],
)  # fmt: skip
def test_rows_of_a_file_may_give_several_answers(text: str, codes: list[str]) -> None:
    assert sorted(code for code, _ in found(text, ROWS)) == codes


def test_the_way_out_is_offered_where_it_is_one() -> None:
    def offered(text: str) -> object:
        (error,) = compiled(text, ROWS).diagnostics
        return error.data["table"]

    assert offered(TABLE + SAID) == "t"
    beside = "dialog e\n  user: Bye\n  assistant: Good day\n"
    assert offered(TABLE + SAID.replace("{t.q}", "{t.a}").replace("{t.a}\n  a", "{t.q} {t.a}\n  a") + SAID.replace(
        "dialog d", "dialog f").replace("{t.q}", "Bye").replace("{t.a}", "Ciao") + beside) == ""  # fmt: skip


# ── laid out ──────────────────────────────────────────────────────────────────────────────────────

WITH_COMMENTS = sorted(
    path
    for folder in ("examples", "tests/conformance")
    for path in (ROOT / folder).rglob("*.ft")
    if "#" in path.read_text(encoding="utf-8", errors="replace")
)


def _above(text: str) -> list[tuple[str, str]]:
    tree, _ = parse(SourceFile("x.ft", text))
    return [
        (comment.text, "" if below is None else " ".join(below.source.line(below.line).split()))
        for comment, below in attached(tree)
    ]


@pytest.mark.parametrize("path", WITH_COMMENTS, ids=lambda path: path.stem)
def test_layout_leaves_comments_above_what_they_are_about(path: Path) -> None:
    text = path.read_text(encoding="utf-8", errors="replace")
    tree, mistakes = parse(SourceFile("x.ft", text))
    if any(each.code[0] == "E" for each in mistakes):
        return
    before, after = _above(text), _above(laid_out(tree))
    assert [comment for comment, _ in before] == [comment.text for comment in tree.comments]
    # What is below may be laid out anew itself: its first word is the same.
    assert [(c, _word(below)) for c, below in before] == [(c, _word(below)) for c, below in after]


def _word(line: str) -> str:
    return "".join(re.findall(r"\w+", line)[:1])


def test_layout_changes_nothing_that_is_allowed() -> None:
    text = (
        "# allow A504: all\n\n\n# allow W302:  weight\nlet   a:\n    | x\n    | x\n\n# allow W502: meant\nfact f\n"
        "# allow W201: here\n  let b:\n      | x\n  user: {a}\n  assistant: y\n"
    )
    tree, _ = parse(SourceFile("x.ft", text))
    assert found(text) == found(laid_out(tree)) == []
