"""`ftc compile`: the conversations of some files as lines, the manifest beside them, and one line about it."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ftc.cli.command_error import FINDINGS, INTERNAL, CommandError, reason
from ftc.cli.options import (
    Files,
    FormatOption,
    NoNear,
    Strict,
    TargetName,
    compile_files,
    exit_on,
    print_report,
    report_later,
    require_text,
    target_named,
)
from ftc.cli.screen import summary, tell
from ftc.targets import Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ftc.cli.output import OutputFiles, WriteJob
    from ftc.cli.output_folder import OutputFolder
    from ftc.diagnostics import Diagnostic
    from ftc.emit.manifest import OutputEntry


def run(
    files: Files,
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            metavar="OUT",
            callback=require_text,
            help="The output; by default, next to the first file. - is standard output, x.parquet a table.",
        ),
    ] = None,
    to: TargetName = None,
    limit: Annotated[int | None, typer.Option(min=1, metavar="N", help="Write only the first N lines.")] = None,
    shuffle: Annotated[
        int | None,
        typer.Option(min=0, metavar="SEED", help="Write the training lines in the random order of this seed."),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option("-j", "--jobs", min=1, metavar="N", help="Write with N processes; the bytes are the same."),
    ] = None,
    shard: Annotated[
        str | None, typer.Option(metavar="I/N", help="Write only the I-th of N parts, which concatenate to the whole.")
    ] = None,
    shards: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Write N files into the folder or URL OUT; can be resumed.")
    ] = None,
    engine: Annotated[
        Literal["processes", "ray"], typer.Option(help="What writes the shards; ray joins a cluster if there is one.")
    ] = "processes",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Do everything except write, and check the shape of a sample.")
    ] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Compile again when a file that was read changes.")] = False,
    no_data_checks: Annotated[
        bool, typer.Option("--no-data-checks", help="Skip the checks that look at every conversation.")
    ] = False,
    no_near: NoNear = False,
    format: FormatOption = "text",
    strict: Strict = None,
) -> None:
    """Write the conversations of .ft files as lines of JSONL.

    knowledge.ft makes knowledge.jsonl, knowledge.validation.jsonl if anything is held out, and
    knowledge.manifest.json, with which `ftc trace` finds the source of a line. All are put in place together.
    """
    from ftc.cli.compile_options import CompileOptions
    from ftc.cli.output import WriteJob
    from ftc.loader import Loader
    from ftc.source import SourceFile

    named_target = target_named(to)
    options = CompileOptions(output, limit, shuffle, jobs, shard, shards, engine, watch)
    options.check()
    destination = options.destination(files)

    def once() -> Loader:
        loader = Loader()
        results = destination.stream and destination.display_name == "-"
        plan, compilation = compile_files(
            files, loader, target=named_target, data_checks=not no_data_checks, near=not no_near, format=format,
            strict=strict, results=results, written=True,
        )  # fmt: skip
        target = compilation.target
        if not plan.training.count and not plan.validation.count:
            raise CommandError("E713", FINDINGS, files=files)
        named = dict.fromkeys(each.name for each in map(loader.source, files) if isinstance(each, SourceFile))
        job = WriteJob(
            plan, options.recipe(target, tuple(named), loader.contents), tuple(named), loader.contents, jobs or 1
        )
        destination.check(job)
        if findings := destination.check_line_limit(job):
            print_report(findings, format, results=results)
            exit_on(findings, strict)
        outputs = _write(destination, job, dry_run)
        _summary(files, destination, target, outputs, dry_run, quiet=results or format != "text")
        if target.max_bytes is not None and format == "text":
            report_later(_too_large(destination, target, outputs), compilation, files, strict=strict)
        return loader

    if not watch:
        once()
        return
    from ftc.cli.watch import watch_files

    watch_files(files, once)


def _write(destination: "OutputFiles | OutputFolder", job: "WriteJob", dry_run: bool) -> "list[OutputEntry]":
    from ftc.cli.output import rehearse
    from ftc.cli.progress import Bar

    with Bar(job.total) as bar:
        try:
            return rehearse(destination.path_of, job, bar) if dry_run else destination.write(job, bar)
        except BrokenPipeError:
            raise
        except OSError as error:
            path = error.filename or (
                destination.display_name if destination.display_name != "-" else "the standard output"
            )
            raise CommandError("E702", INTERNAL, path=path, reason=reason(error), elsewhere="~/out.jsonl") from None


def _summary(
    files: list[str],
    destination: "OutputFiles | OutputFolder",
    target: Target,
    outputs: "list[OutputEntry]",
    dry_run: bool,
    *,
    quiet: bool,
) -> None:
    """One line: `smoking.ft → smoking.jsonl  7 conversations (openai)`."""
    from ftc.cli.numbers import plural

    if quiet and not dry_run:
        return
    training = [each for each in outputs if each.split == "training"]
    held_out = [each for each in outputs if each.split == "validation"]
    thing = "pair" if target.pairs else "conversation"
    count = plural(sum(each.lines for each in training), thing)
    line = f"{', '.join(files)} → {destination.display_name}  {count} ({target.name})"
    if held_out:
        line += f", {plural(sum(each.lines for each in held_out), thing)} in {destination.display_validation}"
    if skipped := sum(each.skipped for each in outputs):
        line += f"; {plural(skipped, 'conversation')} without `rejected` left out"
    if dry_run:
        line += "; nothing written (--dry-run)"
    (tell if quiet else summary)("{line}", line=line)


def _too_large(
    destination: "OutputFiles | OutputFolder", target: Target, outputs: "list[OutputEntry]"
) -> "Iterator[Diagnostic]":
    """W603: what is larger than the target accepts."""
    from ftc.diagnostics import Diagnostic

    for each in outputs:
        if target.max_bytes is not None and each.bytes > target.max_bytes:
            yield Diagnostic(
                "W603",
                None,
                {
                    "path": destination.display_path(each), "bytes": f"{each.bytes:,}", "target": target.name,
                    "limit": f"{target.max_bytes:,}",
                },
            )  # fmt: skip
