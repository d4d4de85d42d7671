"""`ftc check`: every finding about some files, and nothing written."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from ftc.cli.command_error import FINDINGS
from ftc.cli.options import (
    Advice,
    Each,
    FilesOrFolders,
    FormatOption,
    NoNear,
    Strict,
    TargetName,
    compile_files,
    target_named,
)
from ftc.cli.screen import summary
from ftc.diagnostics import Diagnostic

if TYPE_CHECKING:
    from ftc.expand.plan.plan import Plan


def run(
    files: FilesOrFolders = None,
    each: Each = False,
    to: TargetName = None,
    no_near: NoNear = False,
    format: FormatOption = "text",
    strict: Strict = None,
    advice: Advice = False,
    fix: Annotated[
        bool, typer.Option("--fix", help="Make the edits that leave no doubt and change no line that compiled before.")
    ] = False,
    unsafe_fixes: Annotated[
        bool, typer.Option("--unsafe-fixes", help="Make those too that are a guess, or that change the data.")
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Like --fix, but only show what would change.")] = False,
) -> None:
    """Look for mistakes in .ft files, and write nothing without --fix.

    The data are checked too: contradictions, duplicates, leakage into validation, and what the target cannot express.
    Files that are named are one data set, and pass where `ftc compile` writes it. In a folder, or with --each, each
    file is one by itself, and one that only holds names or answers for others is fine. Hidden folders, environments,
    caches, node_modules and links are passed over.

    With --fix, what a finding offers as a way out is written into the files that are named or lie in a folder that is;
    this is done until nothing of it is left, and the rest is told. The standard input goes to the standard output.
    """
    from ftc.cli.each import compile_each
    from ftc.cli.folders import looks_at_each
    from ftc.cli.mending import Mending
    from ftc.cli.numbers import plural
    from ftc.loader import Loader

    def unwritten(plan: "Plan") -> Sequence[Diagnostic]:
        """What keeps `ftc compile` from writing a plan that has no errors."""
        if not plan.training.count and not plan.validation.count:
            return [Diagnostic("E713", None, {"files": files, "alone": files})]
        return too_many_lines(plan)

    target = target_named(to)
    mending = Mending(files or [], fixes=fix, unsafe=unsafe_fixes, diff=diff)
    results = mending.has_results
    if looks_at_each(files or [], each=each):
        compiled = compile_each(
            files or [], target=target, data_checks=True, near=not no_near, format=format, strict=strict,
            results=results, advice=advice, also=too_many_lines, mending=mending,
        )  # fmt: skip
        named = compiled[0][0] if len(compiled) == 1 else plural(len(compiled), "file")
        plans = [plan for _, _, plan in compiled]
    else:
        plan, _ = compile_files(
            files or [], Loader(), target=target, data_checks=True, near=not no_near, format=format, strict=strict,
            results=results, advice=advice, also=unwritten, mending=mending,
        )  # fmt: skip
        named, plans = ", ".join(files or []), [plan]
    if mending.would_change:
        raise typer.Exit(FINDINGS)
    if format == "text" and not results:
        counts = [plan.training.count + plan.validation.count for plan in plans]
        without = sum(not count for count in counts)
        summary(
            "{named}: no errors, {count}{without}",
            named=named,
            count=plural(sum(counts), "conversation"),
            without=f"; {without:,} of the files only hold what others use" if without and len(counts) > 1 else "",
        )


def too_many_lines(plan: "Plan") -> Sequence[Diagnostic]:
    """E720 if `ftc compile` would refuse to write so many lines."""
    from ftc.cli.output import MAX_LINES
    from ftc.expand.plan.size import too_many

    return too_many(plan, MAX_LINES) if plan.training.count + plan.validation.count > MAX_LINES else ()
