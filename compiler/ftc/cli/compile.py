"""`ftc compile`: the conversations of some files as lines, the manifest beside them, and one line about it."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from ftc.cli.options import Files, FormatOption, Strict, TargetName, compiled, fail_on, report, target_named
from ftc.cli.stop import FINDINGS, INTERNAL, Stop, reason
from ftc.targets import Target

if TYPE_CHECKING:
    from ftc.cli.output import Job, Places
    from ftc.emit.write import Written


def run(
    files: Files,
    output: Annotated[
        str | None,
        typer.Option("-o", "--output", metavar="OUT", help="Default: beside the first file; - is standard output."),
    ] = None,
    to: TargetName = "openai",
    limit: Annotated[int | None, typer.Option(min=1, metavar="N", help="Write the first N lines only.")] = None,
    shuffle: Annotated[
        int | None, typer.Option(min=0, metavar="SEED", help="Write the training lines in an order of the seed's.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do all but write; check a sample's shape.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Compile again when a file that was read changes.")] = False,
    no_data_checks: Annotated[
        bool, typer.Option("--no-data-checks", help="Skip the checks that look at every conversation.")
    ] = False,
    format: FormatOption = "text",
    strict: Strict = False,
) -> None:
    """Write the conversations of .ft files as lines of JSONL.

    knowledge.ft makes knowledge.jsonl, knowledge.validation.jsonl where something is held out, and
    knowledge.manifest.json, by which `ftc trace` finds the source of a line. All appear, or none.
    """
    from ftc.cli.output import Job, places
    from ftc.loader import Loader
    from ftc.source import SourceFile

    target = target_named(to)
    where = places(files, output)

    def once() -> Loader:
        loader = Loader()
        results = where.training is None
        plan = compiled(
            files, loader, target=target, data_checks=not no_data_checks, format=format, strict=strict, results=results
        )
        if not plan.training.count and not plan.validation.count:
            raise Stop("E713", FINDINGS, files=files)
        named = dict.fromkeys(each.name for each in map(loader.source, files) if isinstance(each, SourceFile))
        job = Job(plan, target, limit, shuffle, tuple(named), loader.read)
        where.guard(job)
        if found := where.too_many(job):
            report(found, format, results=results)
            fail_on(found, strict)
        written = _written(where, job, dry_run)
        _summary(files, where, target, written, dry_run, quiet=results or format != "text")
        if target.max_bytes is not None and format == "text":
            _too_large(where, target, written)
        return loader

    if not watch:
        once()
        return
    from ftc.cli.watch import keep

    keep(files, once)


def _written(where: "Places", job: "Job", dry_run: bool) -> "list[Written]":
    from ftc.cli.output import rehearse
    from ftc.cli.progress import Bar

    with Bar(job.total) as bar:
        try:
            return rehearse(job, bar) if dry_run else where.write(job, bar)
        except BrokenPipeError:
            raise
        except OSError as error:
            path = error.filename or (where.training or "the standard output")
            raise Stop("E702", INTERNAL, path=path, reason=reason(error), elsewhere="~/out.jsonl") from None


def _summary(
    files: list[str], where: "Places", target: Target, written: "list[Written]", dry_run: bool, *, quiet: bool
) -> None:
    """One line: `smoking.ft → smoking.jsonl  7 conversations (openai)`."""
    from ftc.cli.numbers import some

    if quiet and not dry_run:
        return
    training, *held_out = written
    thing = "pair" if target.pairs else "conversation"
    line = f"{', '.join(files)} → {where.training or '-'}  {some(training.lines, thing)} ({target.name})"
    if held_out:
        line += f", {some(held_out[0].lines, thing)} in {where.validation}"
    if skipped := sum(each.skipped for each in written):
        line += f"; {some(skipped, 'conversation')} without `rejected` left out"
    if dry_run:
        line += "; nothing written (--dry-run)"
    (sys.stderr if quiet else sys.stdout).write(line + "\n")


def _too_large(where: "Places", target: Target, written: "list[Written]") -> None:
    from ftc.diagnostics import Diagnostic

    found = [
        Diagnostic(
            "W603",
            None,
            {"path": path, "bytes": f"{each.bytes:,}", "target": target.name, "limit": f"{target.max_bytes:,}"},
        )
        for path, each in zip((where.training or "-", where.validation), written, strict=False)
        if target.max_bytes is not None and each.bytes > target.max_bytes
    ]
    report(found, "text", results=True)
