"""`ftc count`: how many conversations, block by block, with the sum that makes the number."""

from typing import TYPE_CHECKING

from ftc.cli.options import Each, FilesOrFolders, FormatOption, Strict, TargetName, compile_files, target_named
from ftc.cli.screen import document, result

if TYPE_CHECKING:
    from ftc.expand.plan.plan import Conversations, Plan
    from ftc.targets import Target


def run(
    files: FilesOrFolders = None,
    each: Each = False,
    to: TargetName = None,
    format: FormatOption = "text",
    strict: Strict = None,
) -> None:
    """Say how many conversations there are, block by block, without making them.

    Where pairs are written (`--to openai-dpo`), the pairs. In a folder, or with --each, the files are counted one by
    one, each by itself. With `--format json` the counts are a JSON document on the standard output.
    """
    from ftc.cli.each import compile_each
    from ftc.cli.folders import looks_at_each
    from ftc.loader import Loader

    target = target_named(to)
    if not looks_at_each(files or [], each=each):
        plan, compilation = compile_files(
            files or [], Loader(), target=target, data_checks=False, format=format, strict=strict
        )
        if format == "json":
            document(_document(plan, compilation.target))
        else:
            result(_table(plan, compilation.target))
        return
    compiled = compile_each(files or [], target=target, data_checks=False, format=format, strict=strict, results=True)
    if format == "json":
        document(
            {
                "files": [{"file": name, **_document(plan, target)} for name, target, plan in compiled],
                "training": sum(_lines(plan.training, target) for _, target, plan in compiled),
                "validation": sum(_lines(plan.validation, target) for _, target, plan in compiled),
            }
        )
    else:
        result(_table_of_files(compiled))


def _document(plan: "Plan", target: "Target") -> dict[str, object]:
    blocks = [
        {
            "name": block.name,
            "kind": block.kind,
            "file": block.span.source.name,
            "line": block.span.line,
            "formula": block.formula,
            "training": _lines(block.training, target),
            "validation": _lines(block.validation, target),
        }
        for block in plan.blocks
    ]
    return {"blocks": blocks, "training": _lines(plan.training, target), "validation": _lines(plan.validation, target)}


def _lines(conversations: "Conversations", target: "Target") -> int:
    """How many of them become lines."""
    from ftc.emit.accepted import count_lines

    return count_lines(conversations, target)


def _table(plan: "Plan", target: "Target") -> str:
    """A line a block: what it is, the count to the right, then the formula where it says more than the count."""
    from ftc.cli.numbers import format_count, plural

    rows = []
    for block in plan.blocks:
        count = format_count(_lines(block.training, target))
        # The formula of a block says by itself what is held out; of conversations, which need not all be pairs.
        all_of_them = _lines(block.training, target) == block.training.count
        note = f"= {block.formula}" * (block.formula != count) if all_of_them else "pairs"
        rows.append((f"{block.kind} {block.name}", count, note))
    held_out = _lines(plan.validation, target)
    note = f"and {plural(held_out, 'conversation')} held out" if held_out else ""
    return _aligned([*rows, ("total", format_count(_lines(plan.training, target)), note)])


def _table_of_files(compiled: "list[tuple[str, Target, Plan]]") -> str:
    """A line a file, those left out that make nothing by themselves."""
    from ftc.cli.numbers import format_count, plural

    counts = [(name, _lines(plan.training, target), _lines(plan.validation, target)) for name, target, plan in compiled]
    total = ("total", sum(count for _, count, _ in counts), sum(held_out for _, _, held_out in counts))
    return _aligned(
        [
            (name, format_count(count), f"and {plural(held_out, 'conversation')} held out" if held_out else "")
            for name, count, held_out in [*[one for one in counts if one[1] or one[2]], total]
        ]
    )


def _aligned(rows: list[tuple[str, str, str]]) -> str:
    """Names to the left, counts to the right, and notes after them."""
    from ftc.printable import inline
    from ftc.report.source_line import width

    wide, right = max(width(inline(name)) for name, _, _ in rows), max(len(count) for _, count, _ in rows)
    return "".join(
        f"{inline(name)}{' ' * (wide - width(inline(name)))}  {count:>{right}}  {note}".rstrip() + "\n"
        for name, count, note in rows
    )
