"""Expressions mean what the reference says: what runs them gives what `walker` finds in their trees.

`FTC_FULL=1` compares 10,000 random ones.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from effort import FULL
from ftc.check import check
from ftc.check.model import Expr, Model
from ftc.compile import compile
from ftc.diagnostics import Diagnostic, FtcError, has_errors
from ftc.emit.write import encode_lines
from ftc.expand.expand import expand
from ftc.expand.plan.plan import BlockPlan
from ftc.expressions import extents
from ftc.expressions.limits import FAILURES, reset_steps
from ftc.expressions.operations import show
from ftc.loader import Loader
from ftc.quality import merged
from ftc.report.text import render
from ftc.syntax import parse
from ftc.targets import TARGETS
from oracle import Oracle, Played, Unplanned
from random_expressions import FILES, files
from walker import Failed, plain, value_of

EACH = 50
"""Expressions in a file."""
TARGET = TARGETS["trl"]


# ── random expressions ────────────────────────────────────────────────────────────────────────────


def checked(text: str, **more: bytes) -> tuple[Model, list[Diagnostic]]:
    loader = Loader(files={"t.ft": text.encode(), **FILES, **more})
    source = loader.source("t.ft")
    assert not isinstance(source, Diagnostic)
    tree, found = parse(source)
    assert not found, render(found, color=False)
    return check([tree], loader)


def with_ranges(value: Any) -> Any:
    """The same value with every list that could be a range as one."""
    if isinstance(value, list):
        if value and all(type(each) is int for each in value) and value == [*range(value[0], value[-1] + 1)]:
            return range(value[0], value[-1] + 1)
        return [with_ranges(each) for each in value]
    return {key: with_ranges(each) for key, each in value.items()} if isinstance(value, dict) else value


def outcome(value: Callable[[], Any]) -> str:
    """A value to the letter, or that there is none."""
    reset_steps()
    try:
        return repr(plain(value()))
    except (Failed, *FAILURES):
        return "fails"


@dataclass
class Seen:
    """The expressions that were worked out, with the values of what they read."""

    values: dict[Expr, list[tuple[Any, ...]]] = field(default_factory=dict)

    def __call__(self, expr: Expr, values: list[Any]) -> None:
        self.values.setdefault(expr, []).append(tuple(values))

    def agree(self) -> None:
        for expr, several in self.values.items():
            if not expr.bare:
                alike(expr, list({repr(each): each for each in several}.values()))


def alike(expr: Expr, rows: list[tuple[Any, ...]]) -> None:
    """An expression gives what a walk through it finds: of each row alone, and of one after another."""
    walked = [outcome(partial(value_of, expr.node, dict(zip(expr.reads, row, strict=True)))) for row in rows]
    together = "fails" if "fails" in walked else f"[{', '.join(walked)}]"
    for given in (rows, [tuple(map(with_ranges, row)) for row in rows]):
        for row, wanted in zip(given, walked, strict=True):
            found = outcome(partial(expr.run, *row))
            assert found == wanted, f"{expr.span.text}\nof {row}: {found}; walked: {wanted}"
        found = outcome(partial(expr.run_rows, given))
        assert found == together, f"{expr.span.text}\nof {given}: {found}; walked: {together}"
    within(expr, rows, together)


def within(expr: Expr, rows: list[tuple[Any, ...]], together: str) -> None:
    """What is proved of an expression holds: it never fails, its values are within the extent, and what is not measured
    again is the same."""
    values = dict(zip(expr.reads, zip(*rows, strict=True), strict=True))
    extent = extents.extent(expr.node, lambda read: extents.join(list(map(extents.extent_of_constant, values[read]))))
    if extent is None:
        return
    assert together != "fails", expr.span.text
    assert outcome(partial(expr.run_proved_rows(expr.reads, ()), rows)) == together, expr.span.text
    for row in rows:
        value = expr.run(*row)
        own = extents.extent_of_constant(value)
        assert extents.join([extent, own]) == extent, f"{expr.span.text}: {value!r} is not within {extent}"
        assert len(show(value)) <= extent.longest, expr.span.text


def said(plan: BlockPlan, at: int) -> str:
    """What a conversation says; that it fails, where it does."""
    try:
        messages = plan.training[at].messages
    except FtcError as failure:
        assert [found.code for found in failure.diagnostics] == ["E404"]
        return "fails"
    return repr([(m.role, m.content, [(c.name, tuple(c.arguments.items())) for c in m.calls]) for m in messages])


def meant(played: Played) -> str:
    if played.failed:
        return "fails"
    return repr([(m[0], m[1], [call[1:] for call in m[2]]) for m in played.messages])  # type: ignore[attr-defined]


def written(plan: BlockPlan) -> "bytes | None":
    try:
        return b"".join(data for data, _ in encode_lines(plan.training, TARGET))
    except FtcError as failure:
        assert {found.code for found in failure.diagnostics} == {"E404"}
        return None


@pytest.mark.parametrize("seed", range(200 if FULL else 8))
def test_random_expressions_mean_what_a_walk_through_them_finds(seed: int) -> None:
    text = files(seed, EACH)
    model, found = checked(text)
    wrong = [each for each in found if has_errors([each]) and each.code not in ("E308", "E404")]
    assert len(wrong) <= EACH // 5, "most expressions should be right"
    plans = {plan.name: plan for plan in expand(model, merged)[0].blocks}
    # What is wrong in a function is said once, and not of what calls it.
    assert len(model.blocks) >= EACH * 3 // 4
    for block in model.blocks:
        oracle = Oracle(model, block)
        seen = oracle.seen = Seen()
        try:
            played: list[Played] | None = oracle.conversations()
        except Unplanned:
            played = None
        seen.agree()
        source = text[block.span.start :].partition("\n\n")[0]
        if played is None:
            assert block.name not in plans, source
            continue
        plan = plans.get(block.name)
        assert plan is not None, source
        assert len(plan.training) == len(played), source
        says = [said(plan, at) for at in range(plan.training.count)]
        assert says == [meant(each) for each in played], source
        lines = written(plan)
        assert (lines is None) == ("fails" in says), source
        if lines is not None:
            assert lines == b"".join(TARGET.line(each) + b"\n" for each in plan.training), source


# ── one by one ────────────────────────────────────────────────────────────────────────────────────

NAMES = """\
table city
  | name | land        |
  | Rome | Italy       |
  | Bern | Switzerland |

table j from "m.jsonl"
let some =
  {"n": 3, "x": -2.5, "text": "b,a", "xs": [3, 1, 2], "words": ["b", "a"], "yes": true, "none": none,
  "r": 1..3, "nested": [1..2], "o": {"name": "N"}, "mixed": [1, "a"]}
"""
MIXED = b'{"xs": [1, 2]}\n{"xs": [0.5]}\n{"xs": "x"}\n'


def found(text: str, files: "dict[str, str] | None" = None) -> "tuple[list[str], tuple[Diagnostic, ...]]":
    """The last message of every conversation, and what was found."""
    sources = {name: part.encode() for name, part in (files or {}).items()}
    loader = Loader(files={"t.ft": text.encode(), "m.jsonl": MIXED, **sources})
    compilation = compile(["t.ft"], loader, data_checks=False)
    if compilation.plan is None:
        return [], compilation.diagnostics
    return [str(each.messages[-1].content) for each in compilation.plan.training], compilation.diagnostics


def asked(expression: str, functions: str = "") -> str:
    """A file of one conversation, whose answer is an expression."""
    return f"{NAMES}{functions}\ndialog d\n  user: u\n  assistant = json({expression})\n"


def answers(expression: str, functions: str = "") -> list[str]:
    said, diagnostics = found(asked(expression, functions))
    assert not has_errors(diagnostics), render(diagnostics, color=False)
    return said


def failure(expression: str, functions: str = "") -> tuple[str, str]:
    """What fails in an expression, and why."""
    text = asked(expression, functions)
    try:
        _, diagnostics = found(text)
        assert has_errors(diagnostics), "nothing failed"
        only = next(each for each in diagnostics if has_errors([each]))
    except FtcError as raised:
        (only,) = raised.diagnostics
    assert only.code == "E404", render([only], color=False)
    assert only.span is not None
    return only.span.text, str(only.data["failure"])


LABEL = 'def label(r) = "land" if r.land == r.name else "town"\n'
NAMED = "def named(r) = r.name\n"
IS_FIRST = "def is_first(xs) = xs == [1, 2, 3]\n"


@pytest.mark.parametrize(
    ("functions", "expression", "values"),
    [
        (LABEL, "label(city)", ['"town"', '"town"']),
        (NAMED, "named(city)", ['"Rome"', '"Bern"']),
        (NAMED, '[named(city), named(some["o"])]', ['["Rome","N"]', '["Bern","N"]']),
        (NAMED, '[named(some["o"]), named([city, 1][0])]', ['["N","Rome"]', '["N","Bern"]']),
        ("def first(x) = x[0]\n", '[first("ab"), first([[1], 2]), first(some["xs"]), first(4..5)]', ['["a",[1],3,4]']),
        (IS_FIRST, '[is_first(1..3), is_first([1, 2, 3]), is_first(some["r"]), is_first(some["text"])]',
         ["[true,true,true,false]"]),
        ("def same(a, b) = a == b\n", "[same([1..2], [[1, 2]]), same([[1..2]], [[[1, 2]]]), same([1..2], [1..3])]",
         ["[true,true,false]"]),
        ("", '[{"a": 1..2} == {"a": [1, 2]}, {"a": 1..2} == {"a": [1, 3]}, {"a": [1..2]} != {"a": [[1, 2]]}]',
         ["[true,false,false]"]),
        ("", "[1..2] == [[1, 2]]", ["true"]),
        ("", "[1..2, 2..3] < [[1, 2], [2, 4]]", ["true"]),
        ("", "[[1, 2] in [1..2], (1..2) in [[1, 2]], [1..2] in [[[1, 2]]]]",
         ["[true,true,true]"]),
        ("", '[[1, 2] in some["nested"], some["r"] == [1, 2, 3], some["r"] in [[1, 2, 3]]]', ["[true,true,true]"]),
        ("", "sorted([[2], [1, 5], [1]] + [1..2])", ["[[1],[1,2],[1,5],[2]]"]),
        ("", "[len((1..5)[::-1]), len((1..5)[::-2]), len((1..0)[::-1])]", ["[5,3,0]"]),
        ("", "[(1..3) * 2, 2 * (1..2), (1..2) + [3]]", ["[[1,2,3,1,2,3],[1,2,1,2],[1,2,3]]"]),
        ("def twice(x) = x * 2\n", '[twice(1..2), twice([2]), twice(1.5), twice(some["n"]), twice(some["words"])]',
         ['[[1,2,1,2],[2,2],3.0,6,["b","a","b","a"]]']),
        ("", "[1 ** 5000, (-1) ** 5001, (-1) ** 1000000, 0 ** 5000, 0 ** 0]", ["[1,-1,1,0,1]"]),
        ("def p(a, n) = a ** n\n", "[p(-1, 100001), p(1, 9 ** 30), p(2, -1), p(0, 5000)]", ["[-1,1,0.5,0]"]),
        ("", "[round(5, -400), round(15, -1), round(1.25, 10 ** 30), round(5, -(10 ** 12)), round(2.5)]",
         ["[0,20,1.25,0,2]"]),
        ("", "[sum(0.1 for x in 1..10), sum([0.5, 1]), sum([x for x in [0.5] if x > 1])]",
         ["[0.9999999999999999,1.5,0]"]),
        # of any value
        ("", '[sum(some["xs"]), max(some["xs"]), min(some["words"]), sorted(some["xs"]), sorted(some["words"])]',
         ['[6,3,"a",[1,2,3],["a","b"]]']),
        ("", '[max(some["n"], some["x"]), min(some["n"], 5), sum(some["r"]), sorted(some["r"])]',
         ["[3,3,6,[1,2,3]]"]),
        ("", '[some["xs"] + [1], [1] + some["r"], some["xs"] * 2, 2 * some["text"]]',
         ['[[3,1,2,1],[1,1,2,3],[3,1,2,3,1,2],"b,ab,a"]']),
        ("", '[abs(some["x"]), round(some["x"]), round(some["x"], 1), -some["n"], +some["x"], some["n"] % 2]',
         ["[2.5,-2,-2.5,-3,-2.5,1]"]),
        ("", '[some["xs"][1:], some["text"][:1], some["text"][-1:-99:-1], some["r"][::-1], some["xs"][-1]]',
         ['[[1,2],"b","a,b",[3,2,1],2]']),
        ("", '[join(some["words"], "-"), "+".join(some["words"]), some["text"].upper(), some["text"].split(",")]',
         ['["b-a","b+a","B,A",["b","a"]]']),
        ("", '[some["yes"] and false, some["yes"] or false, not some["yes"], "a" if some["yes"] else "b"]',
         ['[false,true,false,"a"]']),
        ("", '[[x for x in some["xs"]], [x for x in some["text"]], [x for x in some["o"]], 3 in some["xs"]]',
         ['[[3,1,2],["b",",","a"],["name"],true]']),
        ("", '["b" in some["text"], "name" in some["o"], 4 in some["r"], some["n"] < 4, some["text"] < "c"]',
         ["[true,true,false,true,true]"]),
        ("", '[1 == some["yes"], some["yes"] == true, 1 in [some["yes"]], [1] == [some["yes"]], 0 == some["none"]]',
         ["[false,true,false,false,false]"]),
        # what is not reached asks for nothing
        ("", '[1 == some["n"] < some["text"], 5 < some["n"] < some["text"]]', ["[false,false]"]),
        ("", '[false and some["text"], true or some["n"]]', ["[false,true]"]),
    ],
)  # fmt: skip
def test_values(functions: str, expression: str, values: list[str]) -> None:
    assert answers(expression, functions) == values


@pytest.mark.parametrize(
    ("functions", "expression", "part", "why"),
    [
        ("", 'some["text"] % some["n"]', 'some["text"]', "text is given, where a number is needed"),
        ("", 'some["yes"] + 1', 'some["yes"]', "a truth value is given, where a number is needed"),
        ("", 'some["yes"] + some["n"]', 'some["yes"]',
         "a truth value is given, where a number, text or a list is needed"),
        ("", 'some["n"] + some["text"]', 'some["n"] + some["text"]', "`+` does not go with a whole number and text"),
        ("", 'some["words"] * some["words"]', 'some["words"] * some["words"]',
         "`*` does not go with a list of texts and a list of texts"),
        ("", 'some["n"] < some["text"]', 'some["n"] < some["text"]', "`<` does not go with a whole number and text"),
        ("", 'some["n"] >= "a"', 'some["n"] >= "a"', "`>=` does not go with a whole number and text"),
        ("", '[some["n"]] > [some["text"]]', '[some["n"]] > [some["text"]]',
         "`>` does not go with a whole number and text"),
        ("", '[some["yes"]] < [false]', '[some["yes"]] < [false]',
         "`<` does not go with a truth value and a truth value"),
        ("", '(1..3)[some["yes"]]', 'some["yes"]', "a truth value is given, where a whole number is needed"),
        ("", 'some["xs"][some["yes"]]', 'some["xs"][some["yes"]]',
         "a truth value is given, where a whole number is needed"),
        ("", '"a" if some["n"] else "b"', 'some["n"]', "a whole number is given, where a truth value is needed"),
        ("", 'not some["n"]', 'some["n"]', "a whole number is given, where a truth value is needed"),
        ("", 'true and some["text"]', 'some["text"]', "text is given, where a truth value is needed"),
        ("", '[x for x in [1] if some["n"]]', 'some["n"]', "a whole number is given, where a truth value is needed"),
        ("", '[x for x in some["n"]]', 'some["n"]',
         "a whole number is given, where text, a list or an object is needed"),
        ("", 'some["xs"].count("a")', 'some["xs"]', "a list of whole numbers is given, where text is needed"),
        ("", 'some["words"].index("a")', 'some["words"]', "a list of texts is given, where text is needed"),
        ("", 'some["none"].upper()', 'some["none"]', "none is given, where text is needed"),
        ("", '-some["text"]', 'some["text"]', "text is given, where a number is needed"),
        ("", 'abs(some["yes"])', 'some["yes"]', "a truth value is given, where a number is needed"),
        ("", 'int(some["yes"])', 'some["yes"]', "a truth value is given, where text or a number is needed"),
        ("", 'str(some["none"])', 'some["none"]', "none is given, where text, a number or a truth value is needed"),
        ("", 'sum(some["words"])', 'some["words"]', "a list of texts is given, where a list of numbers is needed"),
        ("", 'max(some["mixed"])', 'max(some["mixed"])', "`<` does not go with a whole number and text"),
        ("", 'max(some["nested"])', 'some["nested"]', "a list is given, where a list of numbers or texts is needed"),
        ("", 'sorted(some["mixed"])', 'sorted(some["mixed"])', "`<` does not go with a whole number and text"),
        ("", 'max(some["n"], some["text"])', 'max(some["n"], some["text"])',
         "`<` does not go with a whole number and text"),
        ("", 'join(some["xs"])', 'some["xs"]', "a list of whole numbers is given, where a list of texts is needed"),
        ("", '1 in some["n"]', '1 in some["n"]', "a whole number is given, where a list is needed"),
        ("", '1 in some["text"]', '1 in some["text"]', "a whole number is given, where text is needed"),
        ("", 'some["n"][0]', 'some["n"][0]', "a whole number is given, where text, a list or an object is needed"),
        ("", 'some["n"][1:]', 'some["n"]', "a whole number is given, where text or a list is needed"),
        ("", 'some["n"].name', 'some["n"].name', "a whole number is given, where a row is needed"),
        ("", '{some["n"]: 1}', 'some["n"]', "a whole number is given, where text is needed"),
        ("", '1..some["x"]', 'some["x"]', "a number is given, where a whole number is needed"),
        ("", "sum(j.xs)", "j.xs", "text is given, where a list of numbers is needed"),
        # inside of a function it is the part of the function
        ("def f(x) = [1, x % 2]\n", 'f(some["text"])', "x", "text is given, where a number is needed"),
        ("def g(x) = x.upper()\ndef f(x) = [g(x)]\n", 'f(some["xs"])', "x",
         "a list of whole numbers is given, where text is needed"),
        ("def f(r) = r.name\n", 'f(some["n"])', "r.name", "a whole number is given, where a row is needed"),
        ("def f(a, b) = a + b\n", 'f(some["n"], some["text"])', "a + b",
         "`+` does not go with a whole number and text"),
    ],
)  # fmt: skip
def test_what_does_not_fit_at_its_pick(functions: str, expression: str, part: str, why: str) -> None:
    assert failure(expression, functions) == (part, why)


# ── functions ─────────────────────────────────────────────────────────────────────────────────────


def codes(text: str, files: "dict[str, str] | None" = None) -> list[tuple[str, str]]:
    """The errors, each with what it underlines."""
    _, diagnostics = found(text, files)
    return [(each.code, each.span.text if each.span else "") for each in diagnostics if has_errors([each])]


SAYS = "\ndialog d\n  user: u\n  assistant: {}\n"


def test_functions_that_nobody_calls_print_no_warnings() -> None:
    bodies = [
        "sorted(xs)[0]",
        "[1, 2][xs]",
        '"ab"[xs]',
        '{"a": 1}[xs]',
        "xs[0][1:] + [1]",
        "[x for x in xs][0] == none",
    ]
    functions = [f"def f{at}(xs) = {body}" for at, body in enumerate(bodies)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        said, diagnostics = found("\n".join(functions) + SAYS.format("x"))
    assert said == ["x"]
    assert not has_errors(diagnostics)


def test_a_column_of_mixed_kinds_is_summed_where_it_can_be() -> None:
    text = 'table t from "m.jsonl"\n\ndialog d\n  user: {json(t.xs)}\n  assistant: {sum(t.xs)}\n'
    assert found(text, {"m.jsonl": MIXED.decode().replace('"x"', "[]")})[0] == ["3", "0.5", "0"]


ONE = "def f(x) = x + 1\n"
OTHER = "def f(x) = x - 1\n"


def test_two_used_files_with_one_function() -> None:
    used = 'use "a.ft"\nuse "b.ft"\n' + SAYS.format("{f(1)}")
    assert [code for code, _ in codes(used, {"a.ft": ONE, "b.ft": OTHER})] == ["E202"]
    assert [code for code, _ in codes('use "a.ft"\n' + OTHER + SAYS.format("{f(1)}"), {"a.ft": ONE})] == ["E202"]


def test_one_function_by_two_paths() -> None:
    files = {"a.ft": ONE, "b.ft": 'use "a.ft"\n', "c.ft": 'use "sub/../a.ft"\nuse "b.ft"\n'}
    said, diagnostics = found('use "a.ft"\nuse "b.ft"\n' + SAYS.format("{f(1)}"), files)
    assert (said, has_errors(diagnostics)) == (["2"], False)


OWN = """\
def sum(xs) = "own sum"
def len(x) = "own len"
def json(x) = "own json"
def join(a, b) = a + "," + b
"""
CALLS = '{sum([1])} {len("abc")} {json(1)} {join("x", "y")}'


def test_what_a_file_declares_is_its_own() -> None:
    assert found(OWN + SAYS.format(CALLS))[0] == ["own sum own len own json x,y"]
    assert found('use "own.ft"\n' + SAYS.format(CALLS), {"own.ft": OWN})[0] == ["own sum own len own json x,y"]


def test_a_used_file_keeps_what_the_language_has() -> None:
    used = 'def all(x) = str(sum([1])) + str(len("abc")) + json(1) + join(["x"], "y")\n'
    assert found('use "u.ft"\n' + OWN + SAYS.format("{all(0)} " + CALLS), {"u.ft": used})[0] == [
        "131x own sum own len own json x,y"
    ]


@pytest.mark.parametrize(
    ("name", "functions"),
    [
        ("sum", "def sum(xs) = sum(xs)\n"),
        ("f", "def f(x) = g(x)\ndef g(x) = f(x)\n"),
        ("f", "def f(x) = f(f(x))\n"),
        ("f", "def f(x) = f([x])\n"),
    ],
)
def test_a_function_that_calls_itself(name: str, functions: str) -> None:
    for shown in ("x", f"{{{name}(1)}}"):
        assert {code for code, _ in codes(functions + SAYS.format(shown))} == {"E203"}


def chain(length: int, body: str) -> str:
    """Functions of which each calls the one before."""
    return "def f0(x) = x\n" + "".join(f"def f{n}(x) = {body.format(f'f{n - 1}')}\n" for n in range(1, length))


def test_long_chains_of_functions() -> None:
    assert found(chain(1_630, "{}(x) + 1") + SAYS.format("{f1629(0)} {f1629(0.5)}"))[0] == ["1629 1629.5"]
    assert {code for code, _ in codes(chain(2_001, "{}(x) + 1") + SAYS.format("{f2000(0)}"))} == {"E405"}


def test_a_chain_that_doubles_ends_with_its_steps() -> None:
    with pytest.raises(FtcError) as caught:
        found(chain(60, "{0}(x) + {0}(x)") + SAYS.format("{f59(1)}"))
    (only,) = caught.value.diagnostics
    assert (only.code, only.data["failure"]) == ("E404", "it takes more than 1,000,000 steps")


def test_arguments_of_calls_are_asked_too() -> None:
    tool = 'tool t(n: int, xs: list of int = 1..2): T.\nlet m in [1, "x"]\n'
    with pytest.raises(FtcError) as caught:
        found(tool + "\ndialog d\n  user: {m}\n  assistant calls t(n=m)\n  tool: x\n  assistant: y\n")
    (only,) = caught.value.diagnostics
    assert (only.code, only.data["failure"]) == ("E404", "text is given, where a whole number is needed")
    assert codes("tool t(n: int = 1 // 0): T.\n" + SAYS.format("x")) == [("E404", "1 // 0")]
    assert codes('tool t(n: int = [1, "a"][1]): T.\n' + SAYS.format("x")) == [("E404", '[1, "a"][1]')]


def test_a_name_ranges_over_lists_alone() -> None:
    for values in ("[1, none][1]", '["ab", 1][0]', "[1, none][0]"):
        text = f"\ndialog d\n  let x in {values}\n  user: u\n  assistant: {{x}}\n"
        assert codes(text) == [("E404", values)]


def test_a_reversed_range_is_picked_from() -> None:
    assert found("\ndialog d\n  let x in (1..3)[::-1]\n  user: {x}\n  assistant: {x}\n")[0] == ["3", "2", "1"]


def test_a_truth_value_under_a_spec_is_a_word() -> None:
    text = "let n in 1..2\n\ndialog d\n  user: {n}\n  assistant: {n < 2:>6} {[n < 2, 1][0]:>6}\n"
    assert found(text)[0] == ["  true   true", " false  false"]
    assert [code for code, _ in codes(text.replace("n < 2:>6", "n < 2:d"))] == ["E213"]


def test_a_text_that_is_put_together_is_one_value_of_json() -> None:
    text = """\
let word:
  | a "b" \\
  | c
let named = word + "\\t\\"" + word

dialog d
  user: {named}
  assistant = json({"q": named, "in": [named, word]})
"""
    plan = compile(["t.ft"], Loader(files={"t.ft": text.encode()}), data_checks=False).plan
    assert plan is not None
    lines = b"".join(data for data, _ in encode_lines(plan.training, TARGET))
    assert lines == b"".join(TARGET.line(each) + b"\n" for each in plan.training)
    assert '{\\"q\\":\\"c\\\\t\\\\\\"c\\"' in lines.decode()
