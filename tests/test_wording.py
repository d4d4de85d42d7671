"""Every diagnostic fills its wording and has nothing that no wording uses, read from the source.

`conftest.py` checks the same of every diagnostic that any test comes upon.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import ftc
from ftc.diagnostics import Diagnostic
from ftc.report.text import render
from wording_fields import OF_EDITS, WORDINGS, fields, mismatch, optional, required

CODE = Path(ftc.__file__).parent

# What takes a code and the data as keywords, with the data that it adds itself and the keywords that are none.
ADDED = {"_refuse": {"target"}, "Fault": {"path"}}
NO_DATA = {"labels", "edits", "safe", "exit_code", "transient", "param"}


class Emission(NamedTuple):
    """A place that makes a diagnostic. `empty` are the data that it always leaves empty; `edits` says that it can have
    edits."""

    place: str
    code: str
    data: frozenset[str]
    empty: frozenset[str]
    edits: bool


def codes(node: ast.expr) -> list[str]:
    match node:
        case ast.Constant(value=str(text)) if text in WORDINGS:
            return [text]
        case ast.IfExp(body=body, orelse=other):
            return codes(body) + codes(other)
    return []


def items(data: ast.expr, function: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """The entries of a mapping: written as one, or a variable to which one is assigned in the same function."""
    match data:
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if key is None:
                    yield from items(value, function)
                else:
                    yield ast.literal_eval(key), value
        case ast.Name(id=name):
            before = [
                node.value
                for node in ast.walk(function)
                if isinstance(node, ast.Assign)
                and node.lineno < data.lineno
                and any(isinstance(target, ast.Name) and target.id == name for target in node.targets)
            ]
            yield from items(before[-1], function)
        case _:
            raise AssertionError(f"line {data.lineno}: write the data of a diagnostic as a dict")


def emissions() -> Iterator[Emission]:
    for path in sorted(CODE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            for code in [code for argument in call.args for code in codes(argument)]:
                around = [each for each in functions if each.lineno <= call.lineno <= (each.end_lineno or 0)]
                name = ast.unparse(call.func)
                data: dict[str, ast.expr] = {}
                if name == "BlockedTraffic":
                    # `errors.py` gives it its data, and is read there.
                    continue
                if name == "Diagnostic" and call.args[2:]:
                    data = dict(items(call.args[2], around[-1]))
                for keyword in call.keywords:
                    assert keyword.arg is not None, f"{path}:{call.lineno}: write out what {code} is given"
                    data[keyword.arg] = keyword.value
                edits = "edits" in data
                for other in NO_DATA:
                    data.pop(other, None)
                empty = {name for name, value in data.items() if isinstance(value, ast.Constant) and value.value == ""}
                place = f"{path.relative_to(CODE).as_posix()}:{call.lineno}"
                yield Emission(place, code, frozenset({*data, *ADDED.get(name, ())}), frozenset(empty), edits)


EMISSIONS = list(emissions())


@pytest.mark.parametrize("emission", EMISSIONS, ids=lambda each: f"{each.code}-{each.place}")
def test_a_diagnostic_fills_its_wording_and_no_more(emission: Emission) -> None:
    assert not mismatch(emission.code, emission.data)
    assert not emission.empty, "leave out what is never filled"


@pytest.mark.parametrize("code", WORDINGS)
def test_every_wording_is_used_whole(code: str) -> None:
    """Some place makes the diagnostic, and each of its help lines can be filled."""
    made = [each for each in EMISSIONS if each.code == code]
    assert made
    assert optional(code) <= frozenset().union(*(each.data for each in made))
    assert any(each.edits for each in made) or not fields(*WORDINGS[code].help) & OF_EDITS


def test_a_mismatch_is_found() -> None:
    assert mismatch("E201", ["name", "function"]) == ""
    assert mismatch("E201", ["function"]) == "E201 lacks name, which its wording uses"
    assert mismatch("E201", ["name", "far"]) == "E201 has far, which its wording does not use"
    # The wording really cannot do without.
    with pytest.raises(KeyError):
        render([Diagnostic("E201", None, {"function": "x"})], color=False)
    assert required("E201") == {"name"}
