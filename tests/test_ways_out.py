"""A way out that a finding offers is right: it is typed in place of what is underlined, and the result is compiled."""

import re

import pytest

from ftc.compile import Compilation, compile
from ftc.diagnostics import Diagnostic
from ftc.loader import Loader
from ftc.targets import TARGETS
from ftc.wording import worded

SMALL = {"W201", "W510", "E503"}
TYPED = re.compile(r"`(.*)`[^`]*$")


def compiled(text: str) -> Compilation:
    return compile(["main.ft"], Loader(files={"main.ft": text.encode()}), target=TARGETS["trl"])


def told(compilation: Compilation) -> list[Diagnostic]:
    return [each for each in compilation.diagnostics if each.code not in SMALL]


def answered(text: str, *above: str) -> str:
    """A dialog in which the assistant says a text."""
    return "\n".join([*above, "dialog d", "  user: x", f"  assistant: {text}", ""])


def typed(source: str, found: Diagnostic, way: str) -> str:
    """The source with what a way out says in place of what is underlined."""
    inside = TYPED.search(way)
    assert found.span and inside, way
    return source[: found.span.start] + inside[1] + source[found.span.end :]


def answers(compilation: Compilation) -> list[str | None]:
    assert compilation.plan is not None, told(compilation)
    return [conversation.messages[-1].content for conversation in compilation.plan.training]


N = "let n in [5]"
CITY = ("let city: Paris", "let land: France")


@pytest.mark.parametrize(
    ("text", "above", "code", "way", "right"),
    [
        # Braces of other languages: what was typed is what is written.
        (r"\d{3}-\d{4}", (), "E167", 0, [r"\d{3}-\d{4}"]),
        (r"$\frac{10}{2}$, so \boxed{42}", (), "E167", 0, [r"$\frac{10}{2}$, so \boxed{42}"]),
        ('"{0} of {1}"', (), "E167", 0, ['"{0} of {1}"']),
        ("a{2,} b{1,3} x^{-1}", (), "E167", 0, ["a{2,} b{1,3} x^{-1}"]),
        ("{a{2}|b}", (), "E167", 0, ["a{2}", "b"]),
        (r"$\mathcal{O}(n)$", (), "E201", -1, [r"$\mathcal{O}(n)$"]),
        ("{ return a == b; }", (), "E134", -1, ["{ return a == b; }"]),
        ("while (x) { go(x); }", (), "E134", -1, ["while (x) { go(x); }"]),
        ("{x, y}", (), "E154", -1, ["{x, y}"]),
        (r"\boxed{n}", (N,), "W105", 0, [r"\boxed{5}"]),
        (r"\boxed{n}", (N,), "W105", 1, [r"\boxed{n}"]),
        (r"\frac{n}{n}", (N,), "W105", 0, [r"\frac{5}{5}"]),
        ("2^{n}", (N,), "W105", 0, ["2^{5}"]),
        ("x_{n}", (N,), "W105", 1, ["x_{n}"]),
        (r"\text{a|b}", (), "W105", 0, [r"\text{a}", r"\text{b}"]),
        (r"\left\{ x \right\}", (), "W106", 0, [r"\left\{ x \right\}"]),
        (r"x \in \{1, 2\}.", (), "W106", 0, [r"x \in \{1, 2\}."]),
        ("f() { return a || b; }", (), "W113", 0, ["f() { return a || b; }"]),
        # Names, filters and weights between bars.
        ("{city} {city|land}", CITY, "W107", 0, ["Paris Paris", "Paris France"]),
        ("{city} {city|town}", CITY, "W107", 1, ["Paris city", "Paris town"]),
        ("{city} {city|upper}", CITY, "W107", 0, ["Paris PARIS"]),
        ("{n} {n|.2f}", (N,), "W107", 0, ["5 5.00"]),
        ("{hi:3|hello:1}", (), "W114", 0, ["hi", "hello"]),
        ("{0.5::hi|0.5::hello}", (), "W114", 0, ["hi", "hello"]),
        # Blanks that empty alternatives leave over.
        (
            "{Please|} order a {|big} pizza",
            (),
            "W110",
            0,
            ["Please order a pizza", "Please order a big pizza", "order a pizza", "order a big pizza"],
        ),
        ("{|hey} {|please} go", (), "W110", 0, ["go", "please go", "hey go", "hey please go"]),
        ("x {|hey {|you}} go", (), "W110", 0, ["x go", "x hey go", "x hey you go"]),
        ("Go {|now}", (), "W110", 0, ["Go", "Go now"]),
        ("Hi {|Ann}, go {|now}.", (), "W110", 0, ["Hi, go.", "Hi, go now.", "Hi Ann, go.", "Hi Ann, go now."]),
        ("go {p}!", ("let p:", "  | please", "  |"), "W110", 0, ["go please!", "go!"]),
        ("Say { hi | hello } there", (), "W110", 0, ["Say hi there", "Say hello there"]),
        ("Say {| please} it", (), "W110", 0, ["Say it", "Say please it"]),
        ("{Yes, {|big} one|No}", (), "W110", 0, ["Yes, one", "Yes, big one", "No"]),
        ("\n    Go.\n    {|Bye.}", (), "W110", 0, ["Go.", "Go.\nBye."]),
        ("\n    {|Hi.}\n    Go.", (), "W110", 0, ["Go.", "Hi.\nGo."]),
        ("{p} go", ("let p:", "  | please", "  |"), "W110", 0, ["please go", "go"]),
        ("go {p}", ("let p:", "  | please", "  |"), "W110", 0, ["go please", "go"]),
        # Line breaks as in a string.
        (r"Hello.\nBye.", (), "W111", 0, ["Hello.\nBye."]),
        (r"Hello.\nBye.", (), "W111", 1, [r"Hello.\nBye."]),
        (r"1. a\n2. b\n3. c", (), "W111", 0, ["1. a\n2. b\n3. c"]),
        (r"Hi,\r\n\r\nBye", (), "W111", 0, ["Hi,\n\nBye"]),
    ],
)
def test_a_way_out_in_a_text(text: str, above: tuple[str, ...], code: str, way: int, right: list[str]) -> None:
    source = answered(text, *above)
    found = next(each for each in told(compiled(source)) if each.code == code)
    assert found.span is not None
    if found.braces:
        # The braces around what is underlined.
        start, end = source.rindex("{", 0, found.span.start + 1), source.index("}", found.span.end - 1) + 1
        assert f"`{found.braces}`" in worded(found).help[way]
        mended = source[:start] + found.braces + source[end:]
    else:
        mended = typed(source, found, worded(found).help[way])
    after = compiled(mended)
    assert not told(after)
    assert answers(after) == right


QA = ("  user: x", "  assistant: y")
TOOL = "tool light_on(x: int): D."


@pytest.mark.parametrize(
    ("lines", "code", "line", "way"),
    [
        # (the source, the code, the line that is written anew, the number of the way out)
        (("dialog d", "  user：x", "  assistant: y"), "E170", 1, 0),
        (("let a：b", "dialog d", "  user: {a}", "  assistant: y"), "E170", 0, 0),
        (("let a ＝ 1", "dialog d", "  user: {a}", "  assistant: y"), "E170", 0, 0),
        (("tool light_on（x：int， y: text）：D.", "dialog d", *QA), "E170", 0, 0),
        (("dialog d", "  user: x", "  assistant weight=0: z", *QA), "E171", 2, 0),
        (("dialog d", "  user: x", "  assistant (weight=1): z", *QA), "E171", 2, 0),
        (("dialog d", *QA, "train", "  model = gpt-4.1-mini"), "E172", 4, 0),
        (("dialog d", *QA, "train", "  model: gpt-4.1-mini-2025-04-14"), "E172", 4, 0),
        (("dialog d", *QA, "train", "  provider = openai"), "E172", 4, 0),
        (("dialog d", *QA, "train", "  epochs: 3"), "E152", 4, 0),
        (("tool light.on(x: int): D.", "dialog d", *QA), "E160", 0, 0),
        ((TOOL, "dialog d", "  user: x", "  assistant calls light.on(x=1)", "  tool: z", *QA[1:]), "E160", 3, 0),
        ((TOOL, "dialog d", "  user calls light_on(x=1)", "  tool: z", *QA[1:]), "E169", 2, 0),
        (("dialog d", *QA, "  valid 10%"), "E105", 3, 0),
        (("let n in 1..2", "dialog d", "  user: {n}", '  assistant: {"n": n, "k": [true]}'), "E126", 3, 1),
    ],
)
def test_a_way_out_in_a_line(lines: tuple[str, ...], code: str, line: int, way: int) -> None:
    """The line is written anew, in its own indentation; the finding is gone."""
    source = "\n".join([*lines, ""])
    (found,) = [each for each in told(compiled(source)) if each.code[0] == "E"][:1]
    assert found.code == code
    inside = TYPED.search(worded(found).help[way])
    assert found.span and inside and found.span.line == line + 1
    indent = " " * (len(lines[line]) - len(lines[line].lstrip()))
    written = lines[line].lstrip()
    # Of a misspelt word the word alone is said.
    mended = written.replace(found.span.text, inside[1]) if code == "E105" else inside[1]
    again = told(compiled("\n".join([*lines[:line], indent + mended, *lines[line + 1 :], ""])))
    # What a target cannot express is another matter.
    here = {each.code for each in again if each.span is None or each.span.line == line + 1}
    assert code not in here
    assert code == "E169" or not {each for each in here if each[0] == "E" and each[1] != "6"}


@pytest.mark.parametrize(
    ("wrong", "above", "code", "part", "right"),
    [
        ("{range(1, 4)}", (), "E208", "range(1, 4)", ["1", "2", "3"]),
        ("{range(3)}", (), "E208", "range(3)", ["0", "1", "2"]),
        ("{range(0, 30, 10)}", (), "E208", "range(0, 30, 10)", None),
        ("{upper(city)} {land}", CITY, "E208", "upper(city)", ["PARIS France"]),
        ('{n > 3 ? "a" : "b"}', (N,), "E134", 'n > 3 ? "a" : "b"', ["a"]),
        ('{"n"} {o}', ('let o = {"a": 1}',), "E206", "{o}", ['n {"a":1}']),
        ("{o.say}", ('let o = {"say": "hi"}',), "E205", "o.say", ["hi"]),
        ("{t[n]}", ("table t", "  | a | b |", "  | x | y |", 'let n in ["a", "b"]'), "E206", "t[n]", ["x", "y"]),
    ],
)
def test_a_way_out_in_an_expression(
    wrong: str, above: tuple[str, ...], code: str, part: str, right: list[str] | None
) -> None:
    """What is suggested takes the place of a part of the expression."""
    source = answered(wrong, *above)
    found = next(each for each in told(compiled(source)) if each.code == code)
    way = worded(found).help[0]
    inside = TYPED.search(way)
    suggested = inside[1] if inside else way.rpartition(": ")[2]
    after = compiled(source.replace(part, suggested))
    if right is not None:
        assert answers(after) == right


def test_a_step_is_a_list() -> None:
    source = "let n in 0..100 step 50\n" + answered("{n}")
    (found,) = told(compiled(source))
    assert worded(found).help[0] == "In place of `0..100 step 50`, write `[k * 50 for k in 0..2]`"
    assert answers(compiled(source.replace("0..100 step 50", "[k * 50 for k in 0..2]"))) == ["0", "50", "100"]


def test_what_calls_a_broken_tool_is_not_reported_on_top() -> None:
    lines = ("tool f(x): D.", "dialog d", "  user: x", "  assistant calls f(x=1)", "  tool: z", "  assistant: y", "")
    assert [each.code for each in told(compiled("\n".join(lines)))] == ["E165"]


@pytest.mark.parametrize("written", ['= "a/t.csv"', "= a/t.csv", "a/t.csv", '"a/t.csv"', "= 'a/t.csv'"])
def test_the_file_of_a_table_follows_from(written: str) -> None:
    source = answered("{t.x}", f"table t {written}")
    found = told(compiled(source))[0]
    assert (found.code, worded(found).help[0]) == ("E152", 'Write `table t from "a/t.csv"`')


@pytest.mark.parametrize(
    ("name", "data", "ways"),
    [
        ("t.ndjson", b'{"a": 1}\n{"a": 2}\n', 2),
        ("t.json", b'{"a": 1}\r\n{"a": 2}\r\n', 2),
        ("t.json", b'{\n  "a": [1]\n}\n', 1),
        ("t.yaml", b"- a: 1\n", 1),
    ],
)
def test_lines_of_json_under_another_ending(name: str, data: bytes, ways: int) -> None:
    source = f'table t from "{name}"\ndialog d\n  user: {{t.a}}\n  assistant: y\n'
    files = {"main.ft": source.encode(), name: data}
    found = compile(["main.ft"], Loader(files=files)).diagnostics[0]
    assert found.code == "E011"
    assert worded(found).help == ("Give it the ending .jsonl", worded(found).help[-1])[-ways:]
    if ways == 2:
        files = {"main.ft": files["main.ft"].replace(name.encode(), b"t.jsonl"), "t.jsonl": data}
        assert compile(["main.ft"], Loader(files=files)).plan is not None


def test_a_column_is_no_name_of_a_tool() -> None:
    """`verb.tool` is not two words of a name where `verb` is declared."""
    call = "dialog d\n  user: x\n  assistant calls verb.tool(x=1)\n  tool: z\n  assistant: y\n"
    (found,) = told(compiled(f"{TOOL}\ntable verb\n  | tool |\n  | light_on |\n{call}"))
    assert (found.code, found.span and found.span.text) == ("E173", "verb.tool(x=1)")


def test_a_path_with_backslashes_is_written_with_slashes() -> None:
    for path in (r"lib\words.ft", r"lib\new.ft"):
        (found,) = told(compiled(f'use "{path}"\n' + answered("y")))
        assert (found.code, found.data["fixed"]) == ("E010", path.replace("\\", "/"))


def test_a_comment_behind_a_row_is_told_as_one() -> None:
    source = answered("{t.a}", "table t", "  | a |", "  | x | # note")
    assert [each.code for each in told(compiled(source))] == ["E138"]


def test_else_follows_from_if() -> None:
    lines = ("dialog d", "  user: x", "  if a > 3:", "    assistant: y", "  else:", "    assistant: z", "")
    found = told(compiled("\n".join(lines)))
    assert [each.code for each in found if each.code == "E105"] == ["E105"]


def test_a_row_that_lacks_a_cell_is_told_as_such() -> None:
    source = answered("{t.b} go", "table t", "  | a | b |", "  | x |")
    assert [each.code for each in told(compiled(source)) if each.code[0] == "E"] == ["E143"]
