"""What `ftc plan` and `ftc train` share: from files and options to a job that is planned to the byte."""

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ftc.cli.options import compilation, fail_on, report, target_named, textual
from ftc.cli.output import Job, Places, places, rehearse
from ftc.cli.stop import FINDINGS, Stop

if TYPE_CHECKING:
    from ftc.loop.jobs import Jobs
    from ftc.loop.training_plan import Planned
    from ftc.providers.provider import Capabilities

Output = Annotated[
    str | None,
    typer.Option(
        "-o", "--output", metavar="OUT", callback=textual, help="Where the lines go: beside the first file if not said."
    ),
]
Changes = Annotated[
    list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Change a setting of `train`: --set epochs=5")
]
Price = Annotated[
    float | None,
    typer.Option(min=0, metavar="USD", help="What a million trained tokens cost, where ftc does not know it."),
]


@dataclass(frozen=True, slots=True)
class Ready:
    """A job before it is started, and what is needed to write its files."""

    planned: "Planned"
    capabilities: "Capabilities"
    where: Places
    job: Job
    jobs: "Jobs"


def ready(
    files: list[str],
    *,
    output: str | None,
    provider: str | None,
    model: str | None,
    base_url: str | None,
    changes: list[str] | None,
    price: float | None,
    strict: bool = False,
    insecure: bool = False,
) -> Ready:
    """Compile, rehearse and plan; exits where something speaks against the job."""
    from ftc.cli.progress import Bar
    from ftc.compile import compile
    from ftc.emit.manifest import portable
    from ftc.emit.parts.recipe import Recipe
    from ftc.loader import Loader
    from ftc.loop.endpoint import whom
    from ftc.loop.jobs import Jobs
    from ftc.loop.settings import settings
    from ftc.loop.training_plan import against, planned
    from ftc.providers import guard, takes_key
    from ftc.quality.checks.recorded_answers import other_recorders

    loader = Loader()
    # What `train` says decides about the format of the lines, so the files are read for it first. What there is to say
    # of them is said below, but for errors: then there are no settings to go by.
    settled = compile(files, loader, data_checks=False, unanswered=True)
    if settled.plan is None:
        report(settled.diagnostics, "text", results=True)
        fail_on(settled.diagnostics, strict)
    asked_of = whom(settled.train, provider=provider, base_url=base_url, model=model, insecure=insecure)
    reached = asked_of.reach("jobs")
    # Whoever sends a key refuses it in any case; here it is said before all the work, and by `ftc plan` too.
    guard(asked_of.provider, reached.base_url or "", key=takes_key(asked_of.provider), insecure=insecure)
    asked_of, able = asked_of.at(reached), reached.capabilities
    asked = settings(settled.train, changes or [], asked_of.provider, able)
    target = target_named(able.targets[asked.method])
    # The limits are the provider's, whoever else reads such lines.
    limited = replace(target, name=asked_of.provider, minimum=able.min_lines, max_bytes=able.max_file_bytes)
    plan, found = compilation(files, loader, target=limited, data_checks=True, strict=strict)
    if not plan.training.count:
        raise Stop("E713", FINDINGS, files=files)
    where = places(files, output)
    if where.stream or where.training is None or where.training.suffix != ".jsonl":
        raise Stop("E952", elsewhere="out/knowledge.jsonl")
    # A job and its model are known by their place, so the folders that lead there have to be text too.
    textual(os.path.abspath(where.training))  # noqa: PTH100 (a name: links stay as they are written)
    named = tuple(dict.fromkeys(each.name for each in found.sources))
    names = portable(loader.contents)
    recipe = Recipe(
        files=tuple(names[name] for name in named),
        sources={names[name]: data for name, data in loader.contents.items()},
        target=target.name,
    )
    job = Job(plan, recipe, named, loader.contents)
    where.guard(job)
    if speaks := where.too_many(job):
        report(speaks, "text", results=True)
        fail_on(speaks, strict=False)
    with Bar(job.total) as bar:
        outputs = rehearse(where.place, job, bar, whole=True)
    planning = planned(plan, outputs, asked_of, asked, able, per_million=price)
    speaks = list(against(planning, able))
    if planning.model != settled.train.get("model"):
        # Of a model that the file names it was told when the file was compiled.
        speaks += other_recorders(plan, planning.model)
    report(speaks, "text", results=True)
    fail_on(speaks, strict)
    return Ready(planning, able, where, job, Jobs.beside(where.training))


def folder(where: Places) -> Path:
    assert where.training is not None
    return where.training.parent


def money(dollars: float | None) -> str:
    """`$1.20`, `$0.0031`, `nothing`, `unknown`."""
    if dollars is None:
        return "unknown"
    if not dollars:
        return "nothing"
    return f"${dollars:,.2f}" if dollars >= 0.1 else f"${dollars:.2g}"
