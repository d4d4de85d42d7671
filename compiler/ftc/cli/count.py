"""`ftc count`: how many conversations, block by block, with the sum that makes the number."""

from typing import TYPE_CHECKING

from ftc.cli.options import Files, FormatOption, Strict, compile_plan, target_named
from ftc.cli.screen import document, result

if TYPE_CHECKING:
    from ftc.expand.plan.plan import Plan


def run(files: Files, format: FormatOption = "text", strict: Strict = False) -> None:
    """Say how many conversations there are, block by block, without making them.

    With --format json the counts are a JSON document on the standard output.
    """
    from ftc.loader import Loader

    plan = compile_plan(
        files, Loader(), target=target_named("openai"), data_checks=False, format=format, strict=strict, results=True
    )
    if format == "json":
        document(_document(plan))
    else:
        result(_table(plan))


def _document(plan: "Plan") -> dict[str, object]:
    blocks = [
        {
            "name": block.name,
            "kind": block.kind,
            "file": block.span.source.name,
            "line": block.span.line,
            "formula": block.formula,
            "training": block.training.count,
            "validation": block.validation.count,
        }
        for block in plan.blocks
    ]
    return {"blocks": blocks, "training": plan.training.count, "validation": plan.validation.count}


def _table(plan: "Plan") -> str:
    """A line a block: what it is, the count to the right, then the formula where it says more than the count."""
    from ftc.cli.numbers import format_count, plural
    from ftc.report.source_line import width

    names = [f"{block.kind} {block.name}" for block in plan.blocks] + ["total"]
    counts = [format_count(block.training.count) for block in plan.blocks] + [format_count(plan.training.count)]
    # The formula of a block says by itself what is held out.
    notes = [f"= {block.formula}" * (block.formula != n) for block, n in zip(plan.blocks, counts, strict=False)]
    held_out = plan.validation.count
    notes.append(f"and {plural(held_out, 'conversation')} held out" if held_out else "")
    wide, right = max(map(width, names)), max(map(len, counts))
    return "".join(
        f"{name}{' ' * (wide - width(name))}  {count:>{right}}  {note}".rstrip() + "\n"
        for name, count, note in zip(names, counts, notes, strict=True)
    )
