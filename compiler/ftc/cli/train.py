"""`ftc train`: compile the files, hand them over, start the job and follow it to the tuned model."""

import os
import re
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from ftc.cli.options import BaseUrl, Files, Insecure, ModelName, Provider, Strict
from ftc.cli.output import places
from ftc.cli.screen import filled, say, tell, typed
from ftc.cli.stop import FINDINGS, INTERRUPTED, USAGE, Stop
from ftc.cli.training import Changes, Output, Price, Ready, folder, money, ready

if TYPE_CHECKING:
    from ftc.loop.jobs import Job, Jobs
    from ftc.providers.provider import Capabilities, Trainer


def run(
    files: Files,
    provider: Provider = None,
    model: ModelName = None,
    base_url: BaseUrl = None,
    insecure: Insecure = False,
    changes: Changes = None,
    price: Price = None,
    output: Output = None,
    max_cost: Annotated[
        float | None, typer.Option(min=0, metavar="USD", help="Start nothing that would cost more.")
    ] = None,
    yes: Annotated[bool, typer.Option("-y", "--yes", help="Do not ask before money is spent.")] = False,
    wait: Annotated[bool, typer.Option(help="Follow the job to its end; it goes on in any case.")] = True,
    cancel: Annotated[bool, typer.Option("--cancel", help="End the job that is under way.")] = False,
    delete_files: Annotated[
        bool, typer.Option("--delete-files", help="When the job is over, delete the files that it was handed.")
    ] = False,
    strict: Strict = False,
) -> None:
    """Train a model on .ft files: compile, check, hand over, start the job, follow it.

    Run again after any interruption, it goes on where it was: no job is started twice. What it started is written to a
    file beside the manifest, knowledge.job.json; `ftc plan` shows everything beforehand.
    """
    from ftc.cli.log import shown

    if cancel:
        with shown():
            _cancel(files, output, base_url, insecure=insecure)
        return
    what = ready(
        files, output=output, provider=provider, model=model, base_url=base_url, changes=changes, price=price,
        strict=strict, insecure=insecure,
    )  # fmt: skip
    with shown():
        _train(files, what, max_cost, yes=yes, wait=wait, delete_files=delete_files)


def _train(files: list[str], what: Ready, max_cost: float | None, *, yes: bool, wait: bool, delete_files: bool) -> None:
    from ftc.cli.progress import Bar
    from ftc.loop.train import deleted, started
    from ftc.providers.provider import LOST

    job = what.jobs.last(what.planned.digest)
    if job is None or job.phase in LOST:
        _agree(what, max_cost, yes=yes)
    with Bar(what.job.total) as bar:
        what.where.write(what.job, bar)
    trainer = what.planned.whom.reach("jobs").trainer()
    job = started(what.planned, trainer, what.jobs, folder(what.where))
    say("{files} → {job} ({provider}: {model}, {method})", files=", ".join(files), job=job.job, provider=job.provider,
        model=job.model, method=job.method)  # fmt: skip
    if not job.over:
        if not wait:
            say("It goes on by itself. Follow it: ftc train {files}", files=typed(files))
            return
        job = _follow(files, trainer, job, what.jobs, what.capabilities)
    if delete_files:
        job = deleted(trainer, job, what.jobs)
    if job.phase != "succeeded":
        raise Stop("E950", FINDINGS, job=job.job, status=job.status, reason=job.error or "no reason was given")
    # What a service calls its model stands in a command only where it is a plain name.
    model = job.tuned if job.tuned and re.fullmatch(r"[\w.:/@+-]+", job.tuned) else "MODEL"
    named = typed([*files, "--model", model] if what.where.typed else files)
    say("The model is {model}", model=job.tuned)
    say("See what it learned:  ftc evaluate {named}", named=named)
    say("Talk to it:           ftc chat {named}", named=named)


def _agree(what: Ready, max_cost: float | None, *, yes: bool) -> None:
    """Hold the cost under the ceiling, then ask, if money is to be spent at all."""
    job = what.planned
    if not what.capabilities.paid:
        return
    if max_cost is not None and job.cost is None:
        raise Stop("E947", FINDINGS, model=job.model, provider=job.whom.provider, ceiling=money(max_cost))
    if max_cost is not None and job.cost is not None and job.cost > max_cost:
        fewer = int(max_cost / job.cost * job.settings["epochs"])
        raise Stop(
            "E948", FINDINGS, cost=money(job.cost), ceiling=money(max_cost), fewer=fewer or "",
            enough=f"{job.cost * 1.05:.2g}",
        )  # fmt: skip
    if yes:
        return
    if not sys.stdin.isatty():
        raise Stop("E949", USAGE, enough=f"{job.cost * 1.05:.2g}" if job.cost else "")
    cost = "for a price that ftc does not know" if job.cost is None else f"for about {money(job.cost)}"
    asked = filled(
        "Train {model} at {provider} {cost}?", {"model": job.model, "provider": job.whom.provider, "cost": cost}
    )
    typer.confirm(asked, abort=True, err=True)


def _cancel(files: list[str], output: str | None, base_url: str | None, *, insecure: bool) -> None:
    """End the job that the job file names. It may be a stranger's, so that the address in it is not told (E840)."""
    from ftc.loop.endpoint import Whom
    from ftc.loop.jobs import Jobs
    from ftc.loop.train import cancelled

    where = places(files, output)
    assert where.training is not None
    jobs = Jobs.beside(where.training)
    job = jobs.running()
    if job is None:
        raise Stop("E951", FINDINGS, path=jobs.path)
    told = base_url is not None or job.base_url is None
    asked = Whom(job.provider, base_url or job.base_url, job.model, told, insecure)
    job = cancelled(asked.reach("jobs").trainer(), job, jobs)
    say("{job}: {status}", job=job.job, status=job.status)


def _poll(usual: float) -> float:
    """Seconds between two looks, as `FTC_POLL` of the environment has it."""
    from ftc.providers.provider import ProviderError

    said = os.environ.get("FTC_POLL")
    try:
        seconds = usual if said is None else float(said)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < 1e6:
        raise ProviderError("E817", what="FTC_POLL", reason=f"`{said}` is no number of seconds")
    return seconds


def _follow(files: list[str], trainer: "Trainer", job: "Job", jobs: "Jobs", capabilities: "Capabilities") -> "Job":
    """Follow a job to its end, on a terminal with a bar; an interrupt ends the following, not the job."""
    from ftc.cli.job_progress import Display
    from ftc.loop.train import watched

    every = _poll(capabilities.poll)
    try:
        with Display() as display:
            for update in watched(trainer, job, jobs, every=every):
                display.show(update)
                job = job.now(update.state)
    except KeyboardInterrupt:
        tell("\nThe job goes on. Follow it: ftc train {named}", named=typed(files))
        tell("End it:                     ftc train {named} --cancel", named=typed(files))
        raise typer.Exit(INTERRUPTED) from None
    return job
