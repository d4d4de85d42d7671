"""The settings of `train`: their types and ranges. Ranges are those of the OpenAI fine-tuning API unless a
comment says otherwise."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from ftc.check.expressions import Expressions
from ftc.check.scope import Findings, Scope, near
from ftc.diagnostics import Label
from ftc.edits import instead
from ftc.expressions.limits import FAILURES, failure_reason, reset_steps
from ftc.expressions.types import FLOAT, INT, TEXT, Type
from ftc.syntax import ast

UNBOUNDED = 2**63


class SettingSpec(NamedTuple):
    """`low` and `high` bound a number, or the length of a text."""

    type: Type
    low: float = 0
    high: float = UNBOUNDED


SETTINGS: dict[str, SettingSpec] = {
    "provider": SettingSpec(TEXT, 1),
    "base_url": SettingSpec(TEXT, 1),
    "model": SettingSpec(TEXT, 1),
    "method": SettingSpec(TEXT, 1),
    "epochs": SettingSpec(INT, 1, 50),
    "batch_size": SettingSpec(INT, 1, 256),
    "learning_rate": SettingSpec(FLOAT),
    "learning_rate_multiplier": SettingSpec(FLOAT),
    "beta": SettingSpec(FLOAT, 0, 2),
    "seed": SettingSpec(INT),
    "suffix": SettingSpec(TEXT, 1, 64),
    # Of local training alone: the rank of the low-rank adapters.
    "lora_rank": SettingSpec(INT, 1, 1024),
}


def train_settings(block: ast.Block, scope: Scope, findings: Findings) -> Mapping[str, Any]:
    """The settings of a `train` block, as values."""
    settings: dict[str, Any] = {}
    seen: dict[str, ast.Setting] = {}
    for statement in block.body:
        if not isinstance(statement, ast.Setting):
            if not isinstance(statement, ast.Bad):
                findings.add("E301", statement.span, word=statement.span.text.split()[0], block="`train`")
            continue
        name = statement.name.text
        if name in seen:
            findings.add("E202", statement.name.span, (Label(seen[name].span, "first set here"),), name=name)
        elif name not in SETTINGS:
            known = ", ".join(f"`{s}`" for s in SETTINGS)
            edits = instead(statement.name.span, near(name, SETTINGS))
            findings.add("E313", statement.name.span, edits=edits, name=name, known=known)
        else:
            seen[name] = statement
            settings[name] = _value(statement, SETTINGS[name], scope, findings)
    return settings


def _value(statement: ast.Setting, spec: SettingSpec, scope: Scope, findings: Findings) -> Any:
    value = statement.value
    if isinstance(value, ast.Name) and spec.type == TEXT and not scope.declares(value.id):
        findings.add("E172", value.span, edits=instead(value.span, f'"{value.id}"'), safe=True)
        return None
    mark = findings.mark()
    expr = Expressions(scope, findings).check(value)
    if isinstance(value, ast.BadExpr) or findings.grew_since(mark):
        return None
    if expr.reads:
        findings.add("E314", statement.value.span, name=statement.name.text)
        return None
    if expr.type != spec.type and (expr.type, spec.type) != (INT, FLOAT):
        findings.add("E206", statement.value.span, found=expr.type, wanted=spec.type)
        return None
    try:
        reset_steps()
        result = expr.run()
    except FAILURES as failure:
        findings.add("E404", expr.failed_part(failure), failure=failure_reason(failure))
        return None
    size = len(result) if isinstance(result, str) else result
    if not spec.low <= size <= spec.high:
        bounds = f"from {spec.low:g} to {spec.high:g}" if spec.high < UNBOUNDED else f"at least {spec.low:g}"
        unit = " characters" if isinstance(result, str) else ""
        findings.add("E315", expr.span, name=statement.name.text, bounds=bounds + unit)
    return result
