"""Files that are each a data set of their own: what is found in all of them, as one report."""

import gc
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import typer

from ftc.cli.folders import each_file
from ftc.cli.numbers import plural
from ftc.cli.options import exit_code, print_report, tell_read
from ftc.cli.screen import quiet, tell
from ftc.diagnostics import Diagnostic
from ftc.project_settings import combined
from ftc.report import Format
from ftc.targets import Target

if TYPE_CHECKING:
    from ftc.cli.mending import Mending
    from ftc.compile import Compilation
    from ftc.expand.plan.plan import Plan


def compile_each(
    files: list[str], *, target: Target | None, data_checks: bool, format: Format, strict: bool | None, results: bool,
    advice: bool = False, near: bool = True, also: "Callable[[Plan], Sequence[Diagnostic]]" = lambda plan: (),
    mending: "Mending | None" = None,
) -> "list[tuple[str, Target, Plan]]":  # fmt: skip
    """Each file that is named, or lies in a folder that is, with its target and its plan; exits where there are errors.
    `also` finds more in a plan. No file is seen by another: what is found does not depend on which others there are.
    `mending` edits the files first, as findings say.

    A file that makes no conversations is no mistake here: it may hold names or answers for others.
    """
    found, problems = each_file(files)
    report: dict[object, Diagnostic] = {_identity(one): one for one in problems}
    compiled: list[tuple[str, Target, Plan]] = []
    codes = [exit_code(problems, bool(strict))]
    if mending:
        mending.only(found)
    for name, compilation in _compilations(
        found, target, data_checks=data_checks, near=near, format=format, results=results, mending=mending
    ):
        diagnostics = compilation.diagnostics
        if compilation.plan is not None:
            diagnostics += tuple(also(compilation.plan))
            compiled.append((name, compilation.target, compilation.plan))
        for one in (*diagnostics, *compilation.advice):
            report.setdefault(_identity(one), one)
        # As strict as its own project, whatever else is looked at.
        demanding = any(one.strict for one in combined([name])[0]) if strict is None else strict
        codes.append(exit_code(diagnostics, demanding))
    if mending:
        mending.finish()
    print_report(list(report.values()), format, results=results, advice=advice)
    if mending and format == "text":
        mending.tell(report.values())
    if code := max(codes):
        if format == "text" and not quiet():
            failing = sum(map(bool, codes[1:]))
            tell("{files}, {failing} of them failing", files=plural(len(found), "file"), failing=failing)
        raise typer.Exit(code)
    return compiled


def _compilations(
    files: list[str],
    target: Target | None,
    *,
    data_checks: bool,
    near: bool,
    format: Format,
    results: bool,
    mending: "Mending | None",
) -> "Iterator[tuple[str, Compilation]]":
    """Each file compiled alone, by a loader of its own: of which project a file is must not depend on the others."""
    from ftc.cli.progress import Bar
    from ftc.cli.project import Project, project_of
    from ftc.compile import compile
    from ftc.loader import Loader

    # What one file needed is given back before the next.
    gc.freeze()
    gc.enable()
    for file in files:
        project = project_of([file], target=target, format=format, results=results)

        def once(loader: Loader, file: str = file, project: Project = project) -> "Compilation":
            return compile(
                [file], loader, target=target or project.target, data_checks=data_checks, near=near,
                ignores=project.ignores, progress=Bar,
            )  # fmt: skip

        loader = Loader()
        loader, compilation = mending.compiled(once) if mending else (loader, once(loader))
        tell_read(loader)
        yield file, compilation


def _identity(one: Diagnostic) -> object:
    """What is the same for one finding that several files lead to: those that use a file in which it is."""
    place = (one.span.source.name, one.span.start, one.span.end) if one.span else None
    return one.code, place, repr(sorted(one.data.items(), key=lambda item: item[0]))
