"""Options that several commands have, and the steps they share: compile the files, print the report, exit."""

import gc
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ftc.cli.command_error import FINDINGS, INTERNAL, CommandError, nearest
from ftc.cli.completion import complete_files, complete_targets
from ftc.cli.screen import tell, verbose
from ftc.diagnostics import Diagnostic, Severity, has_errors
from ftc.report import Format, emit
from ftc.targets import TARGETS, Target

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ftc.cli.mending import Mending
    from ftc.compile import Compilation
    from ftc.expand.plan.plan import Plan
    from ftc.loader import Loader


def require_text(value: "str | list[str] | None") -> "str | list[str] | None":
    """Refuse names that are not valid text: a file name may hold any bytes, but the files that ftc writes cannot."""
    for name in [value] if isinstance(value, str) else value or []:
        try:
            name.encode()
        except UnicodeEncodeError:
            raise CommandError("E728", path=name) from None
    return value


Files = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE",
        help="The .ft files; - is the standard input.",
        callback=require_text,
        autocompletion=complete_files,
    ),
]
FilesOrFolders = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="FILE",
        help="The .ft files, which make one data set; or folders, where each file is looked at alone. By default this"
        " folder; - is the standard input.",
        callback=require_text,
        autocompletion=complete_files,
    ),
]
Each = Annotated[bool, typer.Option("--each", help="Look at each file alone, as in a folder.")]
FormatOption = Annotated[
    Literal["text", "json", "sarif", "github"],
    typer.Option("--format", help="How findings are reported: text for people; sarif and github for their services."),
]
NoNear = Annotated[
    bool, typer.Option("--no-near", help="Do not search for questions that are nearly the same (W520, W521).")
]
Strict = Annotated[
    bool | None, typer.Option("--strict/--no-strict", help="Fail on warnings too; by default, as the project says.")
]
Advice = Annotated[bool, typer.Option("--advice", help="Show advice too: what is known to make data better.")]
Provider = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Where the model is: local (this machine), openai, azure, together, …; by default, as in `train`.",
    ),
]
ModelName = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="MODEL",
        callback=require_text,
        help="Local: a hub id, a folder, a GGUF file; otherwise the service's name for it.",
    ),
]
BaseUrl = Annotated[str | None, typer.Option(metavar="URL", help="The address of a service that speaks OpenAI's API.")]
Insecure = Annotated[
    bool,
    typer.Option(
        "--insecure", help="Allow a key to be sent over http to another machine, where it can be read on the way."
    ),
]
TargetName = Annotated[
    str | None,
    typer.Option(
        "--to",
        metavar="TARGET",
        autocompletion=complete_targets,
        help=f"The format of the lines: {', '.join(TARGETS)}. By default openai; openai-dpo where `train` says"
        ' `method = "dpo"`.',
    ),
]


def target_named(name: str | None) -> Target | None:
    """The target of that name; without one, None: then the files decide."""
    if name is None:
        return None
    try:
        return TARGETS[name]
    except KeyError:
        known = list(TARGETS)
        raise CommandError("E701", name=name, known=known, nearest=nearest(name, known)) from None


def print_report(
    diagnostics: "list[Diagnostic] | tuple[Diagnostic, ...]", format: Format, *, results: bool, advice: bool = False
) -> None:
    """Text goes to the error stream; other formats go to the standard output, unless that is used for `results`."""
    emit(diagnostics, format, sys.stderr if format == "text" or results else sys.stdout, advice=advice)


def compile_plan(
    files: list[str],
    loader: "Loader",
    *,
    target: Target | None,
    data_checks: bool,
    format: Format,
    strict: bool | None,
    results: bool,
    near: bool = True,
) -> "Plan":
    """The plan of the files, after printing the report; exits if there are errors."""
    return compile_files(
        files,
        loader,
        target=target,
        data_checks=data_checks,
        near=near,
        format=format,
        strict=strict,
        results=results,
    )[0]


def compile_files(
    files: list[str],
    loader: "Loader",
    *,
    target: Target | None,
    data_checks: bool,
    format: Format = "text",
    strict: bool | None = None,
    results: bool = True,
    unanswered: bool = False,
    advice: bool = False,
    near: bool = True,
    also: "Callable[[Plan], Sequence[Diagnostic]]" = lambda plan: (),
    written: bool = False,
    mending: "Mending | None" = None,
) -> "tuple[Plan, Compilation]":
    """The same, together with the whole compilation. `advice` asks for that in full, where text only counts it; `also`
    finds more in a plan without errors. `written` says that all lines will be. `mending` edits the files first, as
    findings say, and has a loader of its own."""
    from ftc.cli.progress import Bar
    from ftc.cli.project import project_of
    from ftc.compile import compile
    from ftc.quality import findings_by_structure

    project = project_of(files, target=target, format=format, results=results)
    strict = project.strict if strict is None else strict

    def once(loader: "Loader") -> "Compilation":
        return compile(
            files, loader, target=target or project.target, data_checks=data_checks, unanswered=unanswered, near=near,
            ignores=project.ignores, progress=Bar,
        )  # fmt: skip

    if mending:
        mending.only(files)
    loader, compilation = mending.compiled(once) if mending else (loader, once(loader))
    gc.freeze()
    gc.enable()
    tell_read(loader)
    more = list(also(compilation.plan)) if compilation.plan else []
    if compilation.plan and written and not data_checks:
        more += findings_by_structure(compilation.plan, compilation.target, compilation.train)
    diagnostics = compilation.diagnostics + tuple(compilation.allowances.told(more))
    if mending:
        mending.finish()
    print_report([*diagnostics, *compilation.advice], format, results=results, advice=advice)
    if mending and format == "text":
        mending.tell(diagnostics)
    exit_on(diagnostics, strict)
    assert compilation.plan is not None
    return compilation.plan, compilation


def report_later(
    findings: "Iterable[Diagnostic]",
    compilation: "Compilation",
    files: list[str],
    *,
    strict: bool | None,
    format: Format = "text",
    results: bool = True,
) -> None:
    """Report what is found after compiling, but for what is allowed or ignored; exits if it is a failure."""
    from ftc.project_settings import combined

    left = tuple(compilation.allowances.told(findings))
    print_report(left, format, results=results)
    exit_on(left, any(each.strict for each in combined(files)[0]) if strict is None else strict)


def tell_read(loader: "Loader") -> None:
    """With -v, say which files were read."""
    if verbose():
        for name, data in loader.contents.items():
            tell("read {name}: {size} bytes", name=name, size=f"{len(data):,}")


def exit_on(diagnostics: "list[Diagnostic] | tuple[Diagnostic, ...]", strict: bool | None) -> None:
    """Exit if these diagnostics are a failure."""
    if code := exit_code(diagnostics, strict):
        raise typer.Exit(code)


def exit_code(diagnostics: "list[Diagnostic] | tuple[Diagnostic, ...]", strict: bool | None) -> int:
    """The code to exit with; 0 if they are no failure. An input that cannot be read has a code of its own."""
    if any(each.code.startswith("E0") and each.span is None for each in diagnostics):
        return INTERNAL
    failed = has_errors(diagnostics) or (strict and any(each.severity is Severity.WARNING for each in diagnostics))
    return FINDINGS if failed else 0
