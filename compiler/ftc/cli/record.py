"""`ftc record`: ask a model the prompts of the styles, and record its answers."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from ftc.cli.command_error import FINDINGS, INTERRUPTED, CommandError
from ftc.cli.options import BaseUrl, Files, Insecure, ModelName, Provider, compile_files, print_report, target_named
from ftc.cli.screen import say, shell_words, tell

if TYPE_CHECKING:
    from ftc.expand.plan.plan import Plan
    from ftc.loop.endpoint import Endpoint
    from ftc.loop.record import Outcome, StylePrompts
    from ftc.providers.provider import Decoding

SHOWN = 5
"""The maximum number of prompts, or of failures, that are shown."""


def run(
    files: Files,
    provider: Provider = None,
    model: ModelName = None,
    base_url: BaseUrl = None,
    insecure: Insecure = False,
    temperature: Annotated[
        float, typer.Option(min=0.0, metavar="T", help="0 always picks the most likely words.")
    ] = 0.0,
    max_tokens: Annotated[int, typer.Option(min=1, metavar="N", help="The most tokens an answer may have.")] = 512,
    seed: Annotated[
        int | None, typer.Option(min=0, metavar="SEED", help="Seed for the answers, if the temperature is above 0.")
    ] = None,
    parallel: Annotated[int | None, typer.Option(min=1, metavar="N", help="How many prompts to ask at once.")] = None,
    date: Annotated[str | None, typer.Option(metavar="DATE", help="The date to record; by default, today.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be asked, and ask nothing.")] = False,
) -> None:
    """Ask a model the prompts of each style, without instructions, and write its answers into the style's file.

    Each answer is saved before the next prompt is sent, with the model's name and settings. Answers in the file are
    neither asked for again nor overwritten: after an interruption, run the command again to continue. To ask a prompt
    again, delete its answer from the file.

    If the style has a `rewrite:`, the model is then asked for a styled version of each answer, for you to edit.
    """
    from ftc.cli.log import show_log
    from ftc.cli.progress import Bar
    from ftc.compile import compile
    from ftc.loader import Loader
    from ftc.loop.endpoint import resolve_endpoint
    from ftc.loop.record import RecordingSetup, collect_prompts, record
    from ftc.providers.provider import Decoding
    from ftc.quality.checks.recorded_answers import other_recorders

    loader = Loader()
    plan, compilation = compile_files(
        files, loader, target=target_named("openai"), data_checks=False, unanswered=True, strict=False
    )
    styles = collect_prompts(plan, loader)
    if not styles:
        raise CommandError("E902", FINDINGS, files=files)
    missing, rewrites = _counts(styles)
    endpoint = resolve_endpoint(compilation.train, provider=provider, base_url=base_url, model=model, insecure=insecure)
    decoding = Decoding(temperature, max_tokens, seed)
    if dry_run:
        endpoint.reach("chat")
        _print_dry_run(styles, endpoint, decoding)
        return
    if not missing and not rewrites:
        count = sum(len(each.prompts) for each in styles)
        say(
            "{names}: all {count} answers are there; delete one to ask for it again",
            names=_names(styles),
            count=f"{count:,}",
        )
        return
    setup = RecordingSetup(
        endpoint.reach("chat").model(endpoint.require_model(), parallel=parallel),
        endpoint.provider,
        decoding,
        date or _today(),
    )
    try:
        with show_log(), Bar(missing + rewrites) as bar:
            outcome = record(styles, setup, bar)
    except KeyboardInterrupt:
        left = sum(_counts(styles))
        again = "\nftc: interrupted, with {left} still to ask; go on with: ftc record {files}"
        tell(again, left=f"{left:,}", files=shell_words(files))
        raise typer.Exit(INTERRUPTED) from None
    now = compile(files, Loader(), target=target_named("openai"), data_checks=False, unanswered=True).plan
    _summary(now, styles, outcome)
    _report(files, styles, outcome, max_tokens)
    if now is not None and compilation.train.keys() & {"provider", "model"}:
        # Here the model that a provider trains where none is named is known, and to `check` it is not.
        trained = resolve_endpoint(compilation.train).model
        found = other_recorders(now, trained) if trained else ()
        print_report(list(compilation.allowances.told(found)), "text", results=True)
    if outcome.failed or outcome.not_asked:
        raise typer.Exit(FINDINGS)


def _today() -> str:
    """Today's date; the clock is read nowhere else."""
    from datetime import datetime

    return datetime.now().astimezone().date().isoformat()


def _counts(styles: "Sequence[StylePrompts]") -> tuple[int, int]:
    """How many answers are missing, and how many rewritten ones."""
    missing = [(style, len(style.missing())) for style in styles]
    rewrites = sum(len(style.to_rewrite()) + count for style, count in missing if style.rewrite is not None)
    return sum(count for _, count in missing), rewrites


def _names(styles: "Sequence[StylePrompts]") -> str:
    return ", ".join(dict.fromkeys(style.file.name for style in styles))


def _print_dry_run(styles: "Sequence[StylePrompts]", endpoint: "Endpoint", decoding: "Decoding") -> None:
    """Print what would be asked."""
    from ftc.cli.numbers import plural

    say(
        "{model} ({provider}), {decoding}",
        model=endpoint.require_model(),
        provider=endpoint.provider,
        decoding=decoding,
    )
    for style in styles:
        missing = style.missing()
        rewrites = f", {plural(len(style.to_rewrite()) + len(missing), 'answer')} to rewrite" if style.rewrite else ""
        prompts = f"{plural(len(missing), 'prompt')} of {len(style.prompts):,}"
        say("{style} → {file}: {prompts} to ask{rewrites}", style=style.style, file=style.file.name, prompts=prompts,
            rewrites=rewrites)  # fmt: skip
        for prompt in missing[:SHOWN]:
            say("  {prompt}", prompt=_short(prompt))
        if len(missing) > SHOWN:
            say("  and {more} more", more=f"{len(missing) - SHOWN:,}")


def _summary(plan: "Plan | None", styles: "Sequence[StylePrompts]", outcome: "Outcome") -> None:
    """Report how many answers were recorded, and how much of the base answers is kept in their rewritten versions."""
    from ftc.cli.numbers import plural
    from ftc.quality.recorded import share_kept

    done = [f"{plural(outcome.recorded, 'answer')} recorded"]
    if any(style.rewrite is not None for style in styles):
        done.append(f"{outcome.rewritten:,} rewritten")
    if outcome.failed or outcome.not_asked:
        done.append(f"{len(outcome.failed) + outcome.not_asked:,} failed")
    shares = [
        share
        for block in (plan.blocks if plan else ())
        if block.kind == "style" and block.declaration.style is not None
        for answered in block.declaration.style.answers.values()
        if (share := share_kept(answered, block.declaration.style)) is not None
    ]
    if any(share < 1 for share in shares):
        done.append(f"{sum(shares) / len(shares):.0%} of the base answers' words are kept on average")
    say("{names}: {done}", names=_names(styles), done=", ".join(done))


def _report(files: list[str], styles: "Sequence[StylePrompts]", outcome: "Outcome", max_tokens: int) -> None:
    """Report what went wrong, each kind once, and how to go on."""
    from ftc.diagnostics import Diagnostic
    from ftc.wording import worded

    again = {"files": files, "answers": _names(styles)}
    findings: list[Diagnostic] = []
    if outcome.cut:
        data = {"count": len(outcome.cut), "tokens": max_tokens, "first": _short(outcome.cut[0]), **again}
        findings.append(Diagnostic("W901", None, data))
    if outcome.failed or outcome.not_asked:
        kinds = {worded(each).message: each for _, each in outcome.failed}
        findings += list(kinds.values())[:SHOWN]
        count = outcome.recorded + outcome.rewritten + len(outcome.failed) + outcome.not_asked
        missing = len(outcome.failed) + outcome.not_asked
        first = _short(outcome.failed[0][0])
        findings.append(Diagnostic("E901", None, {"missing": missing, "asked": count, "first": first, **again}))
    print_report(findings, "text", results=True)


def _short(text: str) -> str:
    """A prompt on one line, cut to a readable length."""
    line = " ".join(text.split())
    return line if len(line) <= 80 else f"{line[:79]}…"
