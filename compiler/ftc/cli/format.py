"""`ftc format`: files laid out in the standard way, in place."""

from pathlib import Path
from typing import Annotated

import typer

from ftc.cli.command_error import FINDINGS
from ftc.cli.options import FilesOrFolders, FormatOption, exit_on, print_report
from ftc.cli.rewriting import difference, replace
from ftc.cli.screen import quiet, result, summary, tell, verbatim
from ftc.diagnostics import Diagnostic, has_errors


def run(
    files: FilesOrFolders = None,
    check: Annotated[bool, typer.Option("--check", help="Change nothing; exit with 1 if something would.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Like --check, but also show what would change.")] = False,
    format: FormatOption = "text",
) -> None:
    """Lay .ft files out in the standard way, in place.

    A file with errors is left alone. - is read from the standard input and written to the standard output. In folders
    all .ft files are laid out; hidden folders, environments, caches, node_modules and links are passed over.
    """
    from ftc.cli.folders import each_file, looks_at_each
    from ftc.cli.numbers import plural
    from ftc.loader import Loader
    from ftc.syntax.parser import parse
    from ftc.syntax.printer import format as laid_out

    loader = Loader()
    named = files or []
    findings: list[Diagnostic] = []
    if in_folders := looks_at_each(named):
        named, findings = each_file(named)
    changed = 0
    for file in named:
        source = loader.source(file)
        if isinstance(source, Diagnostic):
            findings.append(source)
            continue
        tree, mistakes = parse(source)
        findings += mistakes
        if has_errors(mistakes):
            continue
        text = laid_out(tree)
        differs = text != source.text
        changed += differs
        if diff:
            result(difference(source.name, source.text, text, "formatted") if differs else "")
        elif file == "-" and not check:
            verbatim(text)
        elif differs and check:
            summary("{file} would change", file=file)
        elif differs:
            replace(Path(file), text.encode())
            summary("{file} formatted", file=file)
    print_report(findings, format, results=True)
    if in_folders and not quiet():
        # On the error stream, as a diff may be on its way into a program.
        what = "would change" if check or diff else "formatted"
        tell("{files}, {changed} {what}", files=plural(len(named), "file"), changed=changed, what=what)
    exit_on(findings, strict=False)
    if changed and (check or diff):
        raise typer.Exit(FINDINGS)
