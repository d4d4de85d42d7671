"""`ftc train`: compile the files, upload them, start the job and follow it to the tuned model."""

import os
import re
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from ftc.cli.command_error import FINDINGS, INTERRUPTED, USAGE, CommandError
from ftc.cli.options import BaseUrl, Files, Insecure, ModelName, Provider, Strict
from ftc.cli.output import output_files
from ftc.cli.prepare_training import Changes, Output, PreparedJob, Price, money, prepare_training
from ftc.cli.screen import fill, say, shell_words, tell

if TYPE_CHECKING:
    from ftc.loop.jobs import JobFile, JobRecord
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
        float | None, typer.Option(min=0, metavar="USD", help="Do not start a job that costs more than this.")
    ] = None,
    yes: Annotated[bool, typer.Option("-y", "--yes", help="Spend money without asking first.")] = False,
    wait: Annotated[bool, typer.Option(help="Follow the job to its end; it runs either way.")] = True,
    cancel: Annotated[bool, typer.Option("--cancel", help="Cancel the running job.")] = False,
    delete_files: Annotated[
        bool, typer.Option("--delete-files", help="When the job has ended, delete the files that were uploaded for it.")
    ] = False,
    strict: Strict = None,
) -> None:
    """Train a model on .ft files: compile and check them, hand them over, start the job and follow it.

    After an interruption, run it again to continue: no job is started twice. The job is recorded in a file next to the
    manifest, knowledge.job.json. `ftc plan` shows everything beforehand.
    """
    from ftc.cli.log import show_log

    if cancel:
        with show_log():
            _cancel(files, output, base_url, insecure=insecure)
        return
    prepared = prepare_training(
        files, output=output, provider=provider, model=model, base_url=base_url, changes=changes, price=price,
        strict=strict, insecure=insecure,
    )  # fmt: skip
    with show_log():
        _train(files, prepared, max_cost, yes=yes, wait=wait, delete_files=delete_files)


def _train(
    files: list[str], prepared: PreparedJob, max_cost: float | None, *, yes: bool, wait: bool, delete_files: bool
) -> None:
    from ftc.cli.progress import Bar
    from ftc.loop.train import delete_uploads, start_job
    from ftc.providers.provider import LOST
    from ftc.quality.trained_questions import of_file

    job = prepared.jobs.last(prepared.plan.digest)
    if job is None or job.phase in LOST:
        _agree(prepared, max_cost, yes=yes)
    with Bar(prepared.job.total) as bar:
        prepared.destination.write(prepared.job, bar)
    trainer = prepared.plan.endpoint.reach("jobs").trainer()
    # A local model has the record in its own folder.
    questions = of_file(prepared.folder / prepared.plan.training.file) if prepared.capabilities.paid else None
    job = start_job(prepared.plan, trainer, prepared.jobs, prepared.folder, questions=questions)
    say("{files} → {job} ({provider}: {model}, {method})", files=", ".join(files), job=job.job, provider=job.provider,
        model=job.model, method=job.method)  # fmt: skip
    if not job.over:
        if not wait:
            say("The job continues on its own. Follow it: ftc train {files}", files=shell_words(files))
            return
        job = _follow(files, trainer, job, prepared.jobs, prepared.capabilities)
    if delete_files:
        job = delete_uploads(trainer, job, prepared.jobs)
    if job.phase != "succeeded":
        raise CommandError("E950", FINDINGS, job=job.job, status=job.status, reason=job.error or "no reason was given")
    # The service's name for its model is shown in a command only if it is safe to paste into a shell.
    model = job.tuned if job.tuned and re.fullmatch(r"[\w.:/@+-]+", job.tuned) else "MODEL"
    named = shell_words([*files, "--model", model] if prepared.destination.explicit else files)
    say("The model is {model}", model=job.tuned)
    say("See what it learned:  ftc evaluate {named}", named=named)
    say("Talk to it:           ftc chat {named}", named=named)


def _agree(prepared: PreparedJob, max_cost: float | None, *, yes: bool) -> None:
    """Keep the cost below the limit, then ask for confirmation, if the job costs anything."""
    plan = prepared.plan
    if not prepared.capabilities.paid:
        return
    if max_cost is not None and plan.cost is None:
        raise CommandError("E947", FINDINGS, model=plan.model, provider=plan.endpoint.provider, ceiling=money(max_cost))
    if max_cost is not None and plan.cost is not None and plan.cost > max_cost:
        fewer = int(max_cost / plan.cost * plan.settings["epochs"])
        raise CommandError(
            "E948", FINDINGS, cost=money(plan.cost), ceiling=money(max_cost), fewer=fewer or "",
            enough=f"{plan.cost * 1.05:.2g}",
        )  # fmt: skip
    if yes:
        return
    if not sys.stdin.isatty():
        raise CommandError("E949", USAGE, enough=f"{plan.cost * 1.05:.2g}" if plan.cost else "")
    cost = "for a price that ftc does not know" if plan.cost is None else f"for about {money(plan.cost)}"
    question = fill(
        "Train {model} at {provider} {cost}?", {"model": plan.model, "provider": plan.endpoint.provider, "cost": cost}
    )
    typer.confirm(question, abort=True, err=True)


def _cancel(files: list[str], output: str | None, base_url: str | None, *, insecure: bool) -> None:
    """Cancel the job in the job file. Anyone may have written that file, so the address in it is not trusted (E840)."""
    from ftc.loop.endpoint import Endpoint
    from ftc.loop.jobs import JobFile
    from ftc.loop.train import cancel_job

    destination = output_files(files, output)
    assert destination.training is not None
    jobs = JobFile.beside(destination.training)
    job = jobs.running()
    if job is None:
        raise CommandError("E951", FINDINGS, path=jobs.path)
    trusted = base_url is not None or job.base_url is None
    endpoint = Endpoint(job.provider, base_url or job.base_url, job.model, trusted, insecure)
    job = cancel_job(endpoint.reach("jobs").trainer(), job, jobs)
    say("{job}: {status}", job=job.job, status=job.status)


def _poll(default: float) -> float:
    """Seconds between two polls, from `FTC_POLL` where it is set."""
    from ftc.providers.provider import ProviderError

    value = os.environ.get("FTC_POLL")
    try:
        seconds = default if value is None else float(value)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < 1e6:
        raise ProviderError("E817", what="FTC_POLL", reason=f"`{value}` is no number of seconds")
    return seconds


def _follow(
    files: list[str], trainer: "Trainer", job: "JobRecord", jobs: "JobFile", capabilities: "Capabilities"
) -> "JobRecord":
    """Follow a job to its end, on a terminal with a bar; an interrupt ends the following, not the job."""
    from ftc.cli.job_progress import Display
    from ftc.loop.train import follow_job

    every = _poll(capabilities.poll)
    try:
        with Display() as display:
            for update in follow_job(trainer, job, jobs, every=every):
                display.show(update)
                job = job.with_state(update.state)
    except KeyboardInterrupt:
        tell("\nThe job goes on. Follow it: ftc train {named}", named=shell_words(files))
        tell("End it:                     ftc train {named} --cancel", named=shell_words(files))
        raise typer.Exit(INTERRUPTED) from None
    return job
