"""The report as people see it. Expected drawings are made by hand: a caret under each column that it speaks of."""

from textwrap import dedent

import pytest

from ftc.diagnostics import Diagnostic, Label
from ftc.report.source_line import width
from ftc.report.text import render
from ftc.source import SourceFile, Span
from ftc.wording import MODULES, Wording, module, worded, wording

WORDS = {
    "E299": Wording("unknown name", "There is no name `{name}` here.", ("Did you mean `{near}`?", "Declare {name}.")),
    "E298": Wording("declared twice", "The name is taken."),
    "W299": Wording("unused name", "Nothing reads it."),
}


@pytest.fixture(autouse=True)
def words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Codes of the tests' own, so that a change of words changes no drawing here."""
    monkeypatch.setattr("ftc.wording.wording", WORDS.__getitem__)


def span(source: SourceFile, text: str, after: int = 0) -> Span:
    start = source.text.index(text, after)
    return Span(source, start, start + len(text))


def drawn(*diagnostics: Diagnostic, color: bool = False) -> str:
    return "\n" + render(diagnostics, color=color)


def test_a_span_in_one_line() -> None:
    source = SourceFile("a.ft", "fact x\n  user: Hi {nmae}!\n")
    found = Diagnostic("E299", span(source, "nmae"), {"name": "nmae", "near": "name"})
    assert drawn(found) == dedent("""
        error[E299]: unknown name
         --> a.ft:2:13
          |
        2 |   user: Hi {nmae}!
          |             ^^^^
          |
        There is no name `nmae` here.
        help: Did you mean `name`?
        help: Declare nmae.

        1 error
        """)


def test_wide_characters_take_two_columns_and_joined_emoji_do_too() -> None:
    # 你好 is four columns, the family (three people and two joiners) two, the sun with its selector two.
    source = SourceFile("宽.ft", "user: 你好 👨‍👩‍👧 ☀️ {名}\n")
    assert drawn(Diagnostic("E298", span(source, "名"))) == dedent("""
        error[E298]: declared twice
         --> 宽.ft:1:20
          |
        1 | user: 你好 👨‍👩‍👧 ☀️ {名}
          |                   ^^
          |
        The name is taken.

        1 error
        """)


def test_tabs_reach_the_next_column_of_four() -> None:
    # `ab` ends in column 2, so the first tab is two blanks wide, and the second, from column 4, four.
    source = SourceFile("t.ft", "ab\t\tc\n")
    assert "1 | ab      c\n  |         ^\n" in drawn(Diagnostic("E298", span(source, "c")))


def test_control_and_direction_characters_are_shown_and_never_sent() -> None:
    source = SourceFile("e\x1b[31m.ft", "a\x1b[2Jb\u202ec\u200bd\n")
    out = drawn(Diagnostic("E299", span(source, "d"), {"name": "x\u202ey"}))
    assert "1 | a␛[2Jb<U+202E>c<U+200B>d\n" in out
    assert "\n  | " + " " * len("a␛[2Jb<U+202E>c<U+200B>") + "^\n" in out
    assert " --> e␛[31m.ft:1:10\n" in out
    assert "`x<U+202E>y`" in out
    assert not {"\x1b", "\u202e", "\u200b"} & set(out)


def test_a_span_of_several_lines_is_drawn_with_a_bar() -> None:
    source = SourceFile("m.ft", "fact x\n  user: a\n  assistant: b\nfact y\n")
    found = Diagnostic("E298", Span(source, source.text.index("user"), source.text.index("fact y") - 1))
    assert drawn(found) == dedent("""
        error[E298]: declared twice
         --> m.ft:2:3
          |
        2 | /   user: a
        3 | |   assistant: b
          | |______________^
          |
        The name is taken.

        1 error
        """)


def test_a_long_span_shows_its_first_lines_and_its_last() -> None:
    source = SourceFile("m.ft", "".join(f"line {i}\n" for i in range(1, 13)))
    out = drawn(Diagnostic("E298", Span(source, 0, len(source.text))))
    assert (
        dedent("""
         1 | / line 1
         2 | | line 2
         3 | | line 3
        ...
        12 | | line 12
           | |_______^
        """)
        in out
    )


def test_other_places_are_underlined_with_their_words() -> None:
    source = SourceFile("l.ft", "let a: 1\nlet b: 2\n\n\nlet a: 3\n")
    other = SourceFile("lexicon.ft", "let a: 0\n")
    second = Span(source, source.text.rindex("a:"), source.text.rindex("a:") + 1)
    labels = (Label(span(source, "a"), "first declared here"), Label(span(other, "a"), "and here"))
    assert drawn(Diagnostic("E298", second, labels=labels)) == dedent("""
        error[E298]: declared twice
         --> l.ft:5:5
          |
        1 | let a: 1
          |     - first declared here
        ...
        5 | let a: 3
          |     ^
         ::: lexicon.ft:1:5
          |
        1 | let a: 0
          |     - and here
          |
        The name is taken.

        1 error
        """)


def test_an_empty_span_at_the_end_of_a_file_still_has_a_caret() -> None:
    source = SourceFile("e.ft", "user:")
    assert "1 | user:\n  |      ^\n" in drawn(Diagnostic("E298", Span(source, 5, 5)))
    empty = SourceFile("e.ft", "")
    assert "1 |\n  | ^\n" in drawn(Diagnostic("E298", Span(empty, 0, 0)))


def test_a_very_long_line_is_cut_around_the_span() -> None:
    source = SourceFile("long.ft", "x" * 5000 + "BAD" + "y" * 5000)
    lines = drawn(Diagnostic("E298", span(source, "BAD"))).splitlines()
    shown, under = lines[4], lines[5]
    assert len(shown) < 160
    assert shown.startswith("1 | …x") and shown.endswith("y…")
    assert shown[under.index("^") : under.rindex("^") + 1] == "BAD"


@pytest.mark.parametrize("columns", [20, 40, 79, 80, 81, 200])
@pytest.mark.parametrize(
    "line",
    [
        "x" * 300 + "BAD" + "y" * 300,
        "BAD" + "y" * 300,
        "x" * 300 + "BAD",
        "宽" * 90 + "BAD" + "窄" * 90,
        "\t" * 40 + "BAD" + "👨‍👩‍👧" * 60,
        "a\u202eb\x1b" * 40 + "BAD" + "é" * 100,
        "x" * 60 + "BAD",
    ],
)
def test_no_line_of_a_source_is_wider_than_the_screen(line: str, columns: int) -> None:
    source = SourceFile("long.ft", f"first\n{line}\n")
    lines = render([Diagnostic("E298", span(source, "BAD"))], color=False, columns=columns).splitlines()
    shown, under = lines[3], lines[4]
    assert width(shown) <= max(columns, 25) and width(under) <= max(columns, 25)
    # What stands above the caret, column for column.
    before = next(at for at in range(len(shown)) if width(shown[:at]) == under.index("^") and shown[at] == "B")
    assert shown[before : before + 3] == "BAD" and under.count("^") == 3


def test_a_line_that_fits_the_screen_is_not_cut() -> None:
    source = SourceFile("a.ft", "x" * 60 + "BAD\n")
    assert "…" not in render([Diagnostic("E298", span(source, "BAD"))], color=False, columns=80)


def test_a_span_that_reaches_past_a_cut_ends_at_the_edge() -> None:
    source = SourceFile("long.ft", "a" + "b" * 9000)
    lines = drawn(Diagnostic("E298", Span(source, 1, 9001))).splitlines()
    assert len(lines[5]) <= len(lines[4])


def test_findings_stand_in_order_and_twins_once() -> None:
    source = SourceFile("o.ft", "one two three\n")
    late, early = Diagnostic("E298", span(source, "three")), Diagnostic("W299", span(source, "one"))
    nowhere = Diagnostic("E298", None)
    out = drawn(late, early, late, nowhere, Diagnostic("E298", span(source, "three"), {"name": "other"}))
    places = [line for line in out.splitlines() if "-->" in line or "[" in line]
    assert places == [
        "error[E298]: declared twice",
        "warning[W299]: unused name",
        " --> o.ft:1:1",
        "error[E298]: declared twice",
        " --> o.ft:1:9",
    ]
    assert out.endswith("2 errors, 1 warning\n")


def test_nothing_found_is_nothing_said() -> None:
    assert render([], color=True) == ""


def test_colour_changes_no_character_of_the_text() -> None:
    import re

    source = SourceFile("a.ft", "let x\nlet y\n")
    found = Diagnostic("W299", span(source, "x\nlet"), labels=(Label(span(source, "y"), "too"),))
    assert re.sub("\x1b\\[[0-9;]*m", "", drawn(found, color=True)) == drawn(found)


def test_help_without_its_data_is_left_out() -> None:
    assert worded(Diagnostic("E299", None, {"name": "x"})).help == ("Declare x.",)
    assert worded(Diagnostic("E299", None, {"name": "x", "near": ()})).help == ("Declare x.",)
    assert worded(Diagnostic("E299", None, {"name": ("x", "y"), "near": 0})).help[0] == "Did you mean `0`?"
    assert "`x, y`" in worded(Diagnostic("E299", None, {"name": ("x", "y")})).message


@pytest.mark.parametrize("code", ["E", "Exyz", "E999", "E9", "X"])
def test_a_code_that_is_none_is_a_key_error(code: str) -> None:
    with pytest.raises(KeyError):
        wording(code)


@pytest.mark.parametrize("name", MODULES)
def test_every_code_stands_in_the_module_of_its_digit(name: str) -> None:
    assert all(code[0] in "EWA" and code[1:].isdigit() and len(code) == 4 for code in module(name))
    assert {MODULES[int(code[1])] for code in module(name)} <= {name}


def test_many_warnings_of_one_kind_are_counted() -> None:
    source = SourceFile("a.ft", "x\n" * 30)
    found = [Diagnostic("W299", Span(source, 2 * i, 2 * i + 1)) for i in range(25)]
    report = drawn(*found, Diagnostic("E298", Span(source, 50, 51)))
    # Twenty are shown, and every error whatever its number.
    assert report.count("warning[W299]") == 20
    assert "… and 5 more of W299: ftc explain W299" in report
    assert "error[E298]" in report
    assert report.endswith("1 error, 25 warnings\n")
