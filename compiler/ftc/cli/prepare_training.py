"""The steps that `ftc plan` and `ftc train` share: from files and options to a training job, known to the byte."""

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ftc.cli.command_error import FINDINGS, CommandError
from ftc.cli.options import compile_files, exit_on, print_report, report_later, require_text
from ftc.cli.output import OutputFiles, WriteJob, output_files, rehearse

if TYPE_CHECKING:
    from ftc.loop.jobs import JobFile
    from ftc.loop.training_plan import TrainingPlan
    from ftc.providers.provider import Capabilities

Output = Annotated[
    str | None,
    typer.Option(
        "-o",
        "--output",
        metavar="OUT",
        callback=require_text,
        help="Where the lines go; by default, next to the first file.",
    ),
]
Changes = Annotated[
    list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Change a setting of `train`: --set epochs=5")
]
Price = Annotated[
    float | None,
    typer.Option(min=0, metavar="USD", help="The price of a million trained tokens, if ftc does not know it."),
]


@dataclass(frozen=True, slots=True)
class PreparedJob:
    """A training job that has not been started, with everything needed to write its files."""

    plan: "TrainingPlan"
    capabilities: "Capabilities"
    destination: OutputFiles
    job: WriteJob
    jobs: "JobFile"

    @property
    def folder(self) -> Path:
        """The folder that its files are written to."""
        assert self.destination.training is not None
        return self.destination.training.parent


def prepare_training(
    files: list[str],
    *,
    output: str | None,
    provider: str | None,
    model: str | None,
    base_url: str | None,
    changes: list[str] | None,
    price: float | None,
    strict: bool | None = None,
    insecure: bool = False,
) -> PreparedJob:
    """Compile, rehearse and plan; exits if the job is impossible."""
    from ftc.cli.progress import Bar
    from ftc.compile import compile
    from ftc.emit.manifest import portable_names
    from ftc.emit.parts.recipe import Recipe
    from ftc.loader import Loader
    from ftc.loop.endpoint import resolve_endpoint
    from ftc.loop.jobs import JobFile
    from ftc.loop.known_models import check_dates, today
    from ftc.loop.training_plan import check_plan, plan_training
    from ftc.loop.training_settings import merge_settings
    from ftc.providers import refuse_plain_http, takes_key
    from ftc.providers.provider import LOST, ProviderError
    from ftc.quality.checks.recorded_answers import other_recorders
    from ftc.targets import TARGETS

    loader = Loader()
    # The settings of `train` decide the format of the lines, so the files are compiled for them first. All but errors
    # is reported below, when they are compiled again.
    first = compile(files, loader, target=TARGETS["openai"], data_checks=False, unanswered=True)
    if first.plan is None:
        print_report(first.diagnostics, "text", results=True)
        exit_on(first.diagnostics, strict)
    endpoint = resolve_endpoint(first.train, provider=provider, base_url=base_url, model=model, insecure=insecure)
    provided = endpoint.reach("jobs")
    if provided.base_url is None and endpoint.provider != "local":
        raise ProviderError("E815", name=endpoint.provider)
    # Sending the key over http would be refused anyway; here it is before all the work, and in `ftc plan` too.
    refuse_plain_http(endpoint.provider, provided.base_url or "", key=takes_key(endpoint.provider), insecure=insecure)
    endpoint, capabilities = endpoint.at_address(provided), provided.capabilities
    requested = merge_settings(first.train, changes or [], endpoint.provider, capabilities)
    target = TARGETS[capabilities.targets[requested.method]]
    # The limits are the provider's, whoever else reads such lines.
    limited = replace(
        target,
        name=endpoint.provider,
        minimum=capabilities.min_lines,
        services=(),
        max_bytes=capabilities.max_file_bytes,
    )
    plan, compilation = compile_files(files, loader, target=limited, data_checks=True, strict=strict)
    if not plan.training.count:
        raise CommandError("E713", FINDINGS, files=files)
    destination = output_files(files, output)
    if destination.stream or destination.training is None or destination.training.suffix != ".jsonl":
        raise CommandError("E952", elsewhere="out/knowledge.jsonl")
    # Jobs and models are identified by their path, so the folders in it must be valid text too.
    require_text(os.path.abspath(destination.training))  # noqa: PTH100 (a name: links stay as they are written)
    named = tuple(dict.fromkeys(each.name for each in compilation.sources))
    names = portable_names(loader.contents)
    recipe = Recipe(
        files=tuple(names[name] for name in named),
        sources={names[name]: data for name, data in loader.contents.items()},
        target=target.name,
    )
    job = WriteJob(plan, recipe, named, loader.contents)
    destination.check(job)
    if findings := destination.check_line_limit(job):
        print_report(findings, "text", results=True)
        exit_on(findings, strict=False)
    with Bar(job.total) as bar:
        outputs = rehearse(destination.path_of, job, bar, whole=True)
    training_plan = plan_training(plan, outputs, endpoint, requested, provided, day=today(), usd_per_million=price)
    jobs = JobFile.beside(destination.training)
    findings = list(check_plan(training_plan, capabilities))
    if endpoint.base_url is None:
        job_before = jobs.last(training_plan.digest)
        started = job_before is not None and job_before.job is not None and job_before.phase not in LOST
        findings += check_dates(endpoint.provider, training_plan.model, today(), files, started=started)
    if training_plan.model != first.train.get("model"):
        # Of the model that the file names this was reported when the file was compiled.
        findings += other_recorders(plan, training_plan.model)
    report_later(findings, compilation, files, strict=strict)
    return PreparedJob(training_plan, capabilities, destination, job, jobs)


def money(dollars: float | None) -> str:
    """`$1.20`, `$0.0031`, `nothing`, `unknown`."""
    if dollars is None:
        return "unknown"
    if not dollars:
        return "nothing"
    return f"${dollars:,.2f}" if dollars >= 0.1 else f"${dollars:.2g}"
