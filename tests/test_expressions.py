"""Expressions mean what the reference says: what runs them gives what `walker` finds in their trees.

`FTC_FULL=1` compares 10,000 random ones.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from ftc.check import check
from ftc.check.model import Expr, Model
from ftc.diagnostics import Diagnostic, FtcError, errors
from ftc.emit.write import rows_of
from ftc.expand.plan import BlockPlan, expand
from ftc.expressions.limits import FAILURES, start
from ftc.loader import Loader
from ftc.report.text import render
from ftc.syntax import parse
from ftc.targets import TARGETS
from oracle import Oracle, Played, Unplanned
from random_expressions import FILES, files
from walker import Failed, plain, value_of

FULL = bool(os.environ.get("FTC_FULL"))
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
    start()
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
        found = outcome(partial(expr.loop, given))
        assert found == together, f"{expr.span.text}\nof {given}: {found}; walked: {together}"


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
        return b"".join(data for data, _ in rows_of(plan.training, TARGET))
    except FtcError as failure:
        assert {found.code for found in failure.diagnostics} == {"E404"}
        return None


@pytest.mark.parametrize("seed", range(200 if FULL else 8))
def test_random_expressions_mean_what_a_walk_through_them_finds(seed: int) -> None:
    text = files(seed, EACH)
    model, found = checked(text)
    wrong = [each for each in found if errors([each]) and each.code not in ("E308", "E404")]
    assert len(wrong) <= EACH // 5, "most expressions should be right"
    plans = {plan.name: plan for plan in expand(model)[0].blocks}
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
