"""The edits that findings hold: what each writes, and that the finding is gone behind it and nothing is worse.

A file is compiled, edited and compiled again. What `ftc check --fix` does with files is in `test_cli_fix.py`.
"""

import random
from collections import Counter
from pathlib import Path

import pytest

from effort import FULL
from ftc.compile import Compilation, compile
from ftc.diagnostics import Diagnostic
from ftc.edits import edited
from ftc.loader import Loader
from ftc.source import SourceFile
from ftc.syntax import parse
from ftc.targets import TARGETS, Target
from test_syntax import PIECES, TEXTS
from wording_fields import OF_EDITS, WORDINGS, fields

FOLDER = Path(__file__).parent / "conformance" / "check"
FILES = {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in FOLDER.rglob("*") if path.is_file()}
SOURCES = sorted(name for name in FILES if name.endswith(".ft") and "/" not in name)

USER = "dialog d\n  user: x\n"
QA = "dialog d\n  user: x\n  assistant: y\n"

# The code; what stands above the lines that are edited, those lines before and behind the edit, what stands below.
SAFE = [
    ("E010", "", 'use "lib\\names.ft"\n', 'use "lib/names.ft"\n', USER + "  assistant: {n}\n"),
    (
        "E101",
        "dialog d\n",
        "\tuser: x\n\tassistant raw:\n\t\tall:\n\t\t\tgcc\n",
        "  user: x\n  assistant raw:\n    all:\n    \tgcc\n",
        "",
    ),
    (
        "E102",
        "dialog d\n",
        "    user: x\n    # n\n    assistant:\n        a\n          b\n",
        "  user: x\n  # n\n  assistant:\n      a\n        b\n",
        "",
    ),
    ("E102", "dialog d\n", "   user: x\n   assistant: y\n", "  user: x\n  assistant: y\n", ""),
    ("E105", "dialog d\n", "  User: x\n", "  user: x\n", "  assistant: y\n"),
    ("E107", "table t\n", "| a |\n| 1 |\n", "  | a |\n  | 1 |\n", USER + "  assistant: {t.a}\n"),
    ("E132", "", "let n in ['a', 'b']\n", 'let n in ["a", "b"]\n', USER + "  assistant: {n}\n"),
    (
        "E134",
        "let n in 1..3\ndialog d\n  user: x\n  assistant: {n}\n",
        "  where n > 1&&n < 3\n",
        "  where n > 1 and n < 3\n",
        "",
    ),
    ("E134", "let n in 1..3\ndialog d\n  user: x\n  assistant: {n}\n", "  where n ≥ 2\n", "  where n >= 2\n", ""),
    ("E134", "", "let n in [“a”]\n", 'let n in ["a"]\n', USER + "  assistant: {n}\n"),
    ("E135", "", "let n in [True]\n", "let n in [true]\n", USER + "  assistant: {n}\n"),
    ("E138", "", "let n in 1..2  # two\n", "# two\nlet n in 1..2\n", USER + "  assistant: {n}\n"),
    ("E138", "table t\n  | a |\n", "  | 1 | # one\n", "  # one\n  | 1 |\n", USER + "  assistant: {t.a}\n"),
    ("E141", "table t\n  | a |\n", "  | 1\n", "  | 1 |\n", USER + "  assistant: {t.a}\n"),
    ("E142", "table t\n  | a |\n", "  |---|\n", "", "  | 1 |\ndialog d\n  user: x\n  assistant: {t.a}\n"),
    ("E146", "", "table t:\n", "table t\n", "  | a |\n  | 1 |\ndialog d\n  user: x\n  assistant: {t.a}\n"),
    ("E152", "dialog d\n", "  user What is it?\n", "  user: What is it?\n", "  assistant: y\n"),
    ("E152", QA + "train\n", "  epochs: 3\n", "  epochs = 3\n", ""),
    ("E154", "", "let n in 0..100 step 50\n", "let n in [k * 50 for k in 0..2]\n", USER + "  assistant: {n}\n"),
    (
        "E155",
        "",
        "tool f(x: string): D.\n",
        "tool f(x: text): D.\n",
        USER + '  assistant calls f(x="a")\n  tool: z\n  assistant: y\n',
    ),
    ("E158", "let n in 1..2\ndialog d\n  user: x\n  assistant: {n}\n", "  where n = 1\n", "  where n == 1\n", ""),
    ("E159", "", 'fact "smoking"\n', "fact smoking\n", "  user: x\n  assistant: y\n"),
    ("E160", "", "fact is it so\n", "fact is_it_so\n", "  user: x\n  assistant: y\n"),
    ("E161", "", "fact a:\n", "fact a\n", "  user: x\n  assistant: y\n"),
    ("E162", "", "let n in [1, 2,]\n", "let n in [1, 2]\n", USER + "  assistant: {n}\n"),
    ("E163", "", "use names.ft\n", 'use "names.ft"\n', USER + "  assistant: {n}\n"),
    ("E170", "dialog d\n", "  user：x\n", "  user: x\n", "  assistant: y\n"),
    ("E171", USER, "  assistant weight=0: z\n", "  assistant untrained: z\n", "  user: x\n  assistant: y\n"),
    ("E171", USER, "  assistant (loss: true): y\n", "  assistant: y\n", ""),
    ("E172", QA + "train\n", "  model = gpt-4.1-mini\n", '  model = "gpt-4.1-mini"\n', ""),
    ("E172", QA + "train\n", "  provider = openai\n", '  provider = "openai"\n', ""),
    ("E208", USER, "  assistant: {range(1, 4)}\n", "  assistant: {1..3}\n", ""),
    ("E208", "", "let n in range(1, 4)\n", "let n in 1..3\n", USER + "  assistant: {n}\n"),
    ("E338", "", "# allow w511: few\n", "# allow W511: few\n", QA),
    ("W303", "", "# allow W511: few\n", "", "\n" + QA),
]
UNSAFE = [
    ("E158", "let n in 1..2\ndialog d\n  user: x\n  assistant: {n}\n", "  where n => 1\n", "  where n >= 1\n", ""),
    ("E158", "let n in 1..2\ndialog d\n  user: x\n  assistant: {n}\n", "  where n =< 1\n", "  where n <= 1\n", ""),
    ("E001", "", 'use "nmaes.ft"\n', 'use "names.ft"\n', USER + "  assistant: {n}\n"),
    ("E103", "dialog d\n  no system\n", "    user: x\n    assistant: y\n", "  user: x\n  assistant: y\n", ""),
    ("E104", "format f\n  case a\n    user: x\n", "   assistant: y\n", "    assistant: y\n", ""),
    ("E105", "dialog d\n", "  usr: x\n", "  user: x\n", "  assistant: y\n"),
    ("E105", "", "n = 3\n", "let n = 3\n", USER + "  assistant: {n}\n"),
    ("E107", "dialog d\n  user:\n      x\n", "    y\n    z\n", "      y\n      z\n", "  assistant: y\n"),
    ("E108", "let n:\n  | a\n", "  b\n  c\n", "  | b\n  | c\n", USER + "  assistant: {n}\n"),
    (
        "E113",
        "tool f(x: int):\n",
        "  | D.\n",
        "  \\| D.\n",
        "  more\ndialog d\n  user: x\n  assistant calls f(x=1)\n  tool: z\n  assistant: y\n",
    ),
    ("E114", USER, "  assistant raw x\n", "  assistant raw: x\n", ""),
    ("E120", USER, "  assistant: a { b { c\n", "  assistant: a \\{ b \\{ c\n", ""),
    ("E121", USER, "  assistant: a } b } c\n", "  assistant: a \\} b \\} c\n", ""),
    ("E122", USER, "  assistant: f() { }\n", "  assistant: f() \\{ \\}\n", ""),
    ("E123", "let city: Paris\nlet land: France\n" + USER, "  assistant: {{city}}\n", "  assistant: {city}\n", ""),
    (
        "E134",
        "let n in 1..3\n",
        'let s = n > 2 ? "a" : "b"\n',
        'let s = "a" if n > 2 else "b"\n',
        USER + "  assistant: {s} {n}\n",
    ),
    ("E135", USER, '  assistant: {"a" if True else "b"}\n', '  assistant: {"a" if true else "b"}\n', ""),
    ("E136", "", "let n in [1, 2\n", "let n in [1, 2]\n", USER + "  assistant: {n}\n"),
    ("E137", "", "let n in [1, 2)\n", "let n in [1, 2]\n", USER + "  assistant: {n}\n"),
    ("E152", USER, "  assistant call get(x=1)\n", "  assistant: call get(x=1)\n", ""),
    ("E152", "", "let n 3\n", "let n = 3\n", USER + "  assistant: {n}\n"),
    (
        "E154",
        "let s: abc\ndialog d\n  user: x\n  assistant: {s}\n",
        '  where s contains "b"\n',
        '  where "b" in s\n',
        "",
    ),
    ("E154", "let n in 1..2\ndialog d\n  user: x\n  assistant: {n}\n", "  where n is 1\n", "  where n == 1\n", ""),
    (
        "E156",
        "let n in 1..2\n",
        "  | no\n",
        "  ~ no\n",
        "format f\n  user: {n}\n  assistant: {n}\n  invalid\n    assistant: no\n",
    ),
    ("E157", "", "fact 2nd\n", "fact _2nd\n", "  user: x\n  assistant: y\n"),
    ("E160", "", "let my city: Paris\n", "let my_city: Paris\n", USER + "  assistant: {my_city}\n"),
    ("E167", USER, "  assistant: \\d{3}-\\d{4}\n", "  assistant: \\d\\{3\\}-\\d\\{4\\}\n", ""),
    ("E168", "", 'let t from "t.csv"\n', 'table t from "t.csv"\n', USER + "  assistant: {t.a}\n"),
    (
        "E169",
        "tool f(x: int): D.\n" + USER,
        "  user calls f(x=1)\n",
        "  assistant calls f(x=1)\n",
        "  tool: z\n  assistant: y\n",
    ),
    ("E201", "let city: Paris\nlet land: France\n" + USER, "  assistant: {ctiy}\n", "  assistant: {city}\n", ""),
    ("E204", "table t\n  | name |\n  | a |\n" + USER, "  assistant: {t.nmae}\n", "  assistant: {t.name}\n", ""),
    ("E204", "table t\n  | name |\n  | a |\n" + USER, '  assistant: {t["nmae"]}\n', '  assistant: {t["name"]}\n', ""),
    ("E205", 'let o = {"say": "hi"}\n' + USER, "  assistant: {o.say}\n", '  assistant: {o["say"]}\n', ""),
    (
        "E205",
        "let city: Paris\nlet land: France\n" + USER,
        "  assistant: {city.upper}\n",
        "  assistant: {city.upper()}\n",
        "",
    ),
    ("E206", 'let o = {"a": 1}\n' + USER, '  assistant: {"n"} {o}\n', '  assistant: {"n"} {json(o)}\n', ""),
    (
        "E206",
        'table t\n  | a | b |\n  | x | y |\nlet n in ["a", "b"]\n' + USER,
        "  assistant: {t[n]}\n",
        '  assistant: {t.a if n == "a" else t.b}\n',
        "",
    ),
    ("E207", "let n in 1..2\n" + USER, '  assistant: {"a" + n}\n', '  assistant: {"a" + str(n)}\n', ""),
    (
        "E208",
        "let city: Paris\nlet land: France\n" + USER,
        "  assistant: {upper(city)}\n",
        "  assistant: {city.upper()}\n",
        "",
    ),
    ("E208", "let city: Paris\nlet land: France\n" + USER, "  assistant: {city()}\n", "  assistant: {city}\n", ""),
    (
        "E210",
        "let city: Paris\nlet land: France\n" + USER,
        "  assistant: {city.uper()}\n",
        "  assistant: {city.upper()}\n",
        "",
    ),
    (
        "E210",
        "let city: Paris\nlet land: France\n" + USER,
        "  assistant: {city.len()}\n",
        "  assistant: {len(city)}\n",
        "",
    ),
    ("E211", "let n = [1, 2]\n" + USER, "  assistant: {n}\n", '  assistant: {", ".join([str(x) for x in n])}\n', ""),
    ("E212", "table t\n  | name |\n  | a |\n" + USER, "  assistant: {t}\n", "  assistant: {t.name}\n", ""),
    ("E213", "let city: 5\n" + USER, "  assistant: {city:.2f}\n", "  assistant: {float(city):.2f}\n", ""),
    ("E220", "let city: 5\n" + USER, "  assistant: {city * 2}\n", "  assistant: {float(city) * 2}\n", ""),
    ("E313", QA + "train\n", "  epohcs = 3\n", "  epochs = 3\n", ""),
    (
        "E316",
        "tool get(x: int): D.\n" + USER,
        "  assistant calls gte(x=1)\n",
        "  assistant calls get(x=1)\n",
        "  tool: z\n  assistant: y\n",
    ),
    (
        "W101",
        "let b in 1..3\n",
        "let x: a where b > 1\n",
        "let x: a\nwhere b > 1\n",
        "dialog d\n  user: {x} {b}\n  assistant: {x} {b}\n",
    ),
    ("W102", "", "let x: a | b\n", "let x: {a|b}\n", USER + "  assistant: {x}\n"),
    (
        "W105",
        "let city: Paris\nlet land: France\n" + USER,
        "  assistant: \\boxed{city}\n",
        "  assistant: \\boxed\\{{city}\\}\n",
        "",
    ),
    ("W106", USER, "  assistant: \\left\\{ x \\right\\}\n", "  assistant: \\left\\\\{ x \\right\\\\}\n", ""),
    (
        "W107",
        "let city: Paris\nlet land: France\n" + USER,
        "  assistant: {city} {city|land}\n",
        "  assistant: {city} {{city}|{land}}\n",
        "",
    ),
    ("W108", "let x:\n", '  | "a"\n  | "b"\n', "  | a\n  | b\n", USER + "  assistant: {x}\n"),
    ("W109", USER, "  assistant: Hello there # greeting\n", "  # greeting\n  assistant: Hello there\n", ""),
    ("W110", USER, "  assistant: {please|} go\n", "  assistant: {please |}go\n", ""),
    ("W111", USER, "  assistant: Hello.\\nBye.\n", '  assistant: Hello.{"\\n"}Bye.\n', ""),
    ("W113", USER, "  assistant: f() { return a || b; }\n", "  assistant: f() \\{ return a || b; \\}\n", ""),
    ("W114", USER, "  assistant: {hi:3|hello:1}\n", "  assistant: {hi|hello}\n", ""),
    ("W302", "let x:\n  | a\n  | b\n", "  | a\n", "", USER + "  assistant: {x}\n"),
]
BESIDE = {"names.ft": b"let n: a\n", "lib/names.ft": b"let n: a\n", "t.csv": b"a\nx\n"}


def compiled(name: str, files: dict[str, bytes], target: str) -> Compilation:
    return compile([name], Loader(files=files), target=TARGETS[target])


def lines_of(compilation: Compilation, target: Target) -> list[bytes]:
    assert compilation.plan is not None
    plan = compilation.plan
    return [target.line(each) for part in (plan.training, plan.validation) for each in part]


def errors(found: "tuple[Diagnostic, ...] | list[Diagnostic]") -> Counter[str]:
    return Counter(each.code for each in found if each.code[0] == "E")


@pytest.mark.parametrize(
    ("is_safe", "case"),
    [(is_safe, case) for is_safe, cases in ((True, SAFE), (False, UNSAFE)) for case in cases],
    ids=lambda value: value[0] if isinstance(value, tuple) else "safe" if value else "unsafe",
)
def test_what_an_edit_writes(is_safe: bool, case: tuple[str, str, str, str, str]) -> None:
    code, above, before, behind, below = case
    files = {**BESIDE, "main.ft": f"{above}{before}{below}".encode()}
    found = next(each for each in compiled("main.ft", files, "openai").diagnostics if each.code == code)
    assert found.edits and found.safe == is_safe
    text = edited(found.edits[0].span.source.text, found.edits)
    assert text == f"{above}{behind}{below}"
    again = compiled("main.ft", {**BESIDE, "main.ft": text.encode()}, "openai").diagnostics
    assert code not in {each.code for each in again} and not errors(again)


def test_every_help_that_says_what_an_edit_writes_is_tried() -> None:
    """Each code whose help shows its edit stands above, or among the sources of conformance."""
    tried = {case[0] for case in SAFE + UNSAFE} | {name.partition("-")[0] for name in SOURCES}
    assert {code for code in WORDINGS if fields(*WORDINGS[code].help) & OF_EDITS} <= tried


@pytest.mark.parametrize("name", SOURCES)
def test_behind_an_edit_the_finding_is_gone_and_nothing_is_worse(name: str) -> None:
    target = "openai-dpo" if name.startswith("W503") else "trl"
    before = compiled(name, FILES, target)
    for found in before.diagnostics + before.advice:
        if not found.edits:
            continue
        source = found.edits[0].span.source
        assert all(edit.span.source is source for edit in found.edits)
        after = compiled(name, {**FILES, source.name: edited(source.text, found.edits).encode()}, target)
        left = Counter(each.code for each in before.diagnostics) - Counter([found.code])
        assert not errors(after.diagnostics) - left, found
        assert Counter(each.code for each in after.diagnostics)[found.code] <= left[found.code], found
        if found.safe and before.plan is not None:
            assert not Counter(each.code for each in after.diagnostics) - left, found
            assert lines_of(before, TARGETS[target]) == lines_of(after, TARGETS[target])


@pytest.mark.parametrize("seed", range(400 if FULL else 40))
def test_edits_of_any_text_lie_in_it_apart_and_the_safe_ones_end_their_finding(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(20):
        text = chance.choice(TEXTS)
        for _ in range(chance.choice([1, 1, 2, 5])):
            at = chance.randrange(len(text) + 1)
            text = text[:at] + chance.choice([*PIECES, "'a'", "&&", "：", "“x”", " # c", "True", ","]) + text[at + 1 :]
        layout = chance.randrange(10)
        text = text.replace(*[("  ", "\t"), ("  ", "    "), ("\n", "\r\n")][layout]) if layout < 3 else text
        for found in parse(SourceFile("main.ft", text))[1]:
            edits = sorted(found.edits, key=lambda edit: edit.span[1:])
            ends = [0, *(edit.span.end for edit in edits)]
            assert all(
                end <= edit.span.start <= edit.span.end <= len(text) for end, edit in zip(ends, edits, strict=False)
            )
            if not edits or not found.safe:
                continue
            assert found.span is not None
            start = found.span.start
            moved = sum(len(new) - (span.end - span.start) for span, new in edits if span.end <= start)
            again = parse(SourceFile("main.ft", edited(text, edits)))[1]
            assert (found.code, start + moved) not in {(each.code, each.span.start) for each in again if each.span}
