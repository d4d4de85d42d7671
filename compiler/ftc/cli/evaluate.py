"""`ftc evaluate`: ask a model the held-out questions, and report how many of its answers are right."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ftc.cli.command_error import FINDINGS, INTERNAL, CommandError
from ftc.cli.options import (
    BaseUrl,
    Files,
    Insecure,
    ModelName,
    Provider,
    Strict,
    compile_files,
    print_report,
    report_later,
    require_text,
    target_named,
)
from ftc.cli.screen import result, verbatim

if TYPE_CHECKING:
    from ftc.compile import Compilation
    from ftc.diagnostics import Diagnostic
    from ftc.expand.plan.plan import Plan
    from ftc.loop.endpoint import Endpoint
    from ftc.loop.evaluate import ModelIdentity, Report
    from ftc.loop.evaluate.questions import EvaluationQuestion
    from ftc.loop.evaluate.report import DataMatch, LeftOutQuestion
    from ftc.providers.provider import Method, Model


def run(
    files: Files,
    provider: Provider = None,
    model: ModelName = None,
    base_url: BaseUrl = None,
    insecure: Insecure = False,
    against: Annotated[
        str | None,
        typer.Option(metavar="MODEL", help="A model of the same provider to compare with; by default, its base."),
    ] = None,
    split: Annotated[
        Literal["held-out", "training", "all"] | None,
        typer.Option(help="Which questions to ask; by default, those held out and all invalid inputs."),
    ] = None,
    limit: Annotated[
        int, typer.Option(min=1, metavar="N", help="Ask at most N questions of each block and split.")
    ] = 200,
    repeats: Annotated[int, typer.Option(min=1, metavar="N", help="Ask each question N times.")] = 1,
    temperature: Annotated[
        float, typer.Option(min=0.0, metavar="T", help="0 always picks the most likely words.")
    ] = 0.0,
    max_tokens: Annotated[
        int | None,
        typer.Option(
            min=1, metavar="N", help="The most tokens an answer may have; by default, twice as many as expected."
        ),
    ] = None,
    seed: Annotated[
        int,
        typer.Option(min=0, metavar="SEED", help="Seed for the choice of questions, the answers and the intervals."),
    ] = 0,
    parallel: Annotated[int | None, typer.Option(min=1, metavar="N", help="How many questions to ask at once.")] = None,
    judge: Annotated[
        str | None, typer.Option(metavar="MODEL", help="A model that also judges whether answers mean the same.")
    ] = None,
    judge_provider: Annotated[str | None, typer.Option(metavar="NAME", help="The provider of the judge.")] = None,
    least: Annotated[
        float | None,
        typer.Option(
            "--min", min=0.0, max=1.0, metavar="SHARE", help="Fail if less than this share of a block is right."
        ),
    ] = None,
    show_wrong: Annotated[int, typer.Option(min=0, metavar="N", help="How many wrong answers to show.")] = 5,
    format: Annotated[
        Literal["text", "json", "junit"],
        typer.Option("--format", help="text is a table for people; json and junit are for programs."),
    ] = "text",
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            metavar="OUT",
            callback=require_text,
            help="Write the report to this file, whole or not at all.",
        ),
    ] = None,
    strict: Strict = None,
) -> None:
    """Ask a model the held-out questions and the invalid inputs, and report how many of its answers are right.

    Without --model, it is the model that `ftc train` last made from these files, next to the one it was trained from.
    """
    from ftc.cli.log import show_log
    from ftc.cli.model_selection import select_models
    from ftc.cli.progress import Bar
    from ftc.loader import Loader
    from ftc.loop.endpoint import resolve_endpoint
    from ftc.loop.evaluate import EvaluationSettings, count_answers, draw_questions, enough_tokens, evaluate
    from ftc.providers.provider import ProviderError

    if repeats > 1 and not temperature:
        raise CommandError("E922", repeats=repeats)
    loader = Loader()
    plan, compilation = compile_files(files, loader, target=target_named("openai"), data_checks=False, strict=strict)
    place = _place(output, loader)
    ours, base = select_models(
        files, compilation.train, provider=provider, base_url=base_url, model=model, insecure=insecure
    )
    if against is not None:
        base = replace(ours, model=against)
    questions, samples = draw_questions(plan, split, limit, seed)
    if not questions:
        raise CommandError("E921" if split in (None, "held-out") else "E713", FINDINGS, files=files)
    checked, known = _compare_with_training(
        plan, compilation, questions, [ours, base] if base else [ours], files,
        exam=model is not None and not plan.validation.count, strict=strict,
    )  # fmt: skip
    questions, left_out = checked
    tools = any(one.question.tools for one in questions)
    judging = None
    if judge is not None:
        elsewhere = judge_provider not in (None, ours.provider)
        judging = (
            resolve_endpoint({}, provider=judge_provider, model=judge, insecure=insecure)
            if elsewhere
            else replace(ours, model=judge)
        )
    settings = EvaluationSettings(
        split=split, limit=limit, repeats=repeats, seed=seed, temperature=temperature,
        max_tokens=max_tokens or enough_tokens(questions), judge=_identity(judging) if judging else None,
    )  # fmt: skip
    try:
        sides = [(_identity(each), _connect(each, tools, parallel)) for each in (ours, base) if each is not None]
        judges = _connect(judging, False, parallel) if judging else None
        with show_log(), Bar(count_answers(len(questions), settings, len(sides))) as bar:
            evaluated = evaluate(questions, samples, settings, sides[0], sides[1] if base else None, judges, bar)
    except ProviderError as error:
        print_report(error.diagnostics, "text", results=True)
        raise typer.Exit(INTERNAL) from None
    evaluated = evaluated.model_copy(update={"data": known, "left_out": left_out})
    _write(_render(evaluated, format, show_wrong, place), place, document=format in ("json", "junit"))
    _fail(evaluated, least)


def _compare_with_training(
    plan: "Plan", compilation: "Compilation", questions: "list[EvaluationQuestion]", endpoints: "list[Endpoint]",
    files: list[str], *, exam: bool, strict: bool | None,
) -> "tuple[tuple[list[EvaluationQuestion], list[LeftOutQuestion]], DataMatch | None]":  # fmt: skip
    """The questions that may be asked, those left out, and whether the model is of these data; reports what it finds.

    With what another model (the one to compare with) was trained on, it would be asked unfairly.
    """
    from ftc.loop.evaluate.trained import check_data, check_questions, leave_out, record_of

    records = [record_of(each, files) for each in endpoints]
    first = records[0]
    findings: list[Diagnostic] = []
    known: DataMatch | None = None
    if first is not None:
        known = "unknown"
        if first.data is not None and first.data.digest:
            same = _training_digest(plan, first.endpoint.provider, first.data.method) == first.data.digest
            known = "the same" if same else "other"
        findings += check_data(first, known, files, exam=exam)
    sorted_out = leave_out(questions, filter(None, records), others=known == "other")
    findings += check_questions(sorted_out[1], len(sorted_out[0]), endpoints[0].require_model())
    report_later(findings, compilation, files, strict=strict)
    return sorted_out, known


def _training_digest(plan: "Plan", provider: str, method: "Method") -> str:
    """The digest of the training lines of a plan, as `ftc train` would write them."""
    from ftc.emit.write import Discard, write
    from ftc.providers import capabilities
    from ftc.targets import TARGETS

    target = TARGETS[capabilities(provider).targets[method]]
    return write(plan.training, target, Discard(), progress=lambda lines: None).xxh3_128


def _identity(endpoint: "Endpoint") -> "ModelIdentity":
    from ftc.loop.evaluate import ModelIdentity

    return ModelIdentity(provider=endpoint.provider, model=endpoint.require_model())


def _connect(endpoint: "Endpoint", tools: bool, parallel: int | None) -> "Model":
    return endpoint.reach("tools" if tools else "chat").model(endpoint.require_model(), parallel=parallel)


def _render(evaluated: "Report", format: str, show_wrong: int, place: Path | None) -> str:
    from ftc.report import colored

    if format == "json":
        return evaluated.json_text()
    if format == "junit":
        from ftc.cli.evaluation import junit

        return junit.render(evaluated)
    from ftc.cli.evaluation import table

    terminal = place is None and sys.stdout.isatty()
    return table.render(evaluated, show_wrong, color=terminal and colored(sys.stdout), wide=not terminal)


def _place(output: str | None, loader: object) -> Path | None:
    if output in (None, "-"):
        return None
    assert output is not None
    path = Path(output)
    if path.is_dir():
        raise CommandError("E702", INTERNAL, path=output, reason="it is a folder", elsewhere=path / "report.json")
    if path.resolve() in {Path(name).resolve() for name in loader.contents}:  # type: ignore[attr-defined]
        raise CommandError("E712", path=output, elsewhere=f"{path.stem}.report{path.suffix}")
    return path


def _write(text: str, place: Path | None, *, document: bool) -> None:
    if place is None:
        (verbatim if document else result)(text)
        return
    from ftc.emit.staged import Staged

    with Staged() as staged:
        staged.open(place).write(text.encode("utf-8", "backslashreplace"))


def _fail(evaluated: "Report", least: float | None) -> None:
    """Report failed answers and shares that are too low, and exit if there are any."""
    from ftc.diagnostics import Diagnostic

    if evaluated.errors:
        every = [answer for each in evaluated.questions for answer in (*each.model, *(each.base or ()))]
        first = next(answer.error for answer in every if answer.error is not None)
        failed = Diagnostic("E925", None, {"errors": evaluated.errors, "count": len(every), "first": first})
        print_report([failed], "text", results=True)
    below = evaluated.below(least) if least is not None else []
    print_report(
        [
            Diagnostic("E923", None, {"block": row.block, "split": row.split, "share": f"{row.model.share or 0:.3g}",
                                      "least": f"{least:g}"})
            for row in below
        ],
        "text", results=True,
    )  # fmt: skip
    if evaluated.errors:
        raise typer.Exit(INTERNAL)
    if below:
        raise typer.Exit(FINDINGS)
