"""`ftc plan`: what `ftc train` would do, and what it would cost."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ftc.cli.options import BaseUrl, Files, Insecure, ModelName, Provider, Strict
from ftc.cli.prepare_training import Changes, Output, PreparedJob, Price, money, prepare_training
from ftc.cli.screen import document, say

if TYPE_CHECKING:
    from ftc.emit.manifest import OutputEntry


def run(
    files: Files,
    provider: Provider = None,
    model: ModelName = None,
    base_url: BaseUrl = None,
    insecure: Insecure = False,
    changes: Changes = None,
    price: Price = None,
    output: Output = None,
    format: Annotated[
        Literal["text", "json"], typer.Option("--format", help="How the plan is shown: text for people.")
    ] = "text",
    strict: Strict = None,
) -> None:
    """Show what `ftc train` would do: conversations, tokens, epochs, price, files. Nothing is written or sent."""
    prepared = prepare_training(
        files, output=output, provider=provider, model=model, base_url=base_url, changes=changes, price=price,
        strict=strict, insecure=insecure,
    )  # fmt: skip
    if format == "json":
        document(_document(prepared))
        return
    wide = max(map(len, _lines(prepared)))
    for name, text in _lines(prepared).items():
        say("{name}  {text}", name=f"{name:<{wide}}", text=text)


def _document(prepared: PreparedJob) -> dict[str, Any]:
    plan = prepared.plan
    return {
        "provider": plan.endpoint.provider,
        "base_url": plan.endpoint.base_url,
        "model": plan.model,
        "method": plan.method,
        "settings": dict(plan.settings),
        "epochs_reason": plan.epochs_reason,
        "files": [_file(each) for each in (plan.training, plan.validation) if each is not None],
        "tokens": None if plan.tokens is None else plan.tokens.total,
        "tokens_by": None if plan.tokens is None else plan.tokens.by,
        "longest_tokens": None if plan.tokens is None else plan.tokens.longest,
        "trained_tokens": plan.trained_tokens,
        "usd_per_million_tokens": plan.usd_per_million,
        "usd": None if plan.cost is None else round(plan.cost, 4),
        "job": plan.digest,
        "started": _job_status(prepared),
    }


def _file(output: "OutputEntry") -> dict[str, Any]:
    return {
        "file": output.file, "lines": output.lines, "bytes": output.bytes, "xxh3_128": output.xxh3_128,
    }  # fmt: skip


def _lines(prepared: PreparedJob) -> dict[str, str]:
    plan = prepared.plan
    address = f" at {plan.endpoint.base_url}" if plan.endpoint.base_url else ""
    settings = ", ".join(f"{name} {value}" for name, value in plan.settings.items() if name != "epochs")
    return {
        "model": f"{plan.model} ({plan.endpoint.provider}{address})",
        "method": plan.method + (f": {settings}" if settings else ""),
        "training": _file_summary(plan.training),
        "validation": "nothing held out" if plan.validation is None else _file_summary(plan.validation),
        "tokens": _tokens(prepared),
        "epochs": f"{plan.settings['epochs']}: {plan.epochs_reason}",
        "price": _price(prepared),
        "limits": _limits(prepared),
        "job": f"{plan.digest}, {_job_status(prepared) or 'not started'}",
    }


def _file_summary(output: "OutputEntry") -> str:
    from ftc.cli.numbers import plural

    return f"{plural(output.lines, 'line')}, {output.bytes:,} bytes → {output.file} (xxh3 {output.xxh3_128})"


def _tokens(prepared: PreparedJob) -> str:
    from ftc.loop.tokens import MODEL

    tokens, trained_tokens = prepared.plan.tokens, prepared.plan.trained_tokens
    if tokens is None or trained_tokens is None:
        return "not counted: pip install 'ftc[tokens]'"
    about = "about " if tokens.sampled else ""
    by = "as the model counts" if tokens.by == MODEL else f"by {tokens.by}"
    why = ""
    if prepared.plan.not_exact is not None:
        # A local model's chat template adds its own, and its smaller vocabulary makes more of the same text.
        about, why = f"at least {about}", f" ({prepared.plan.not_exact})"
    counted = f"{about}{tokens.total:,} {by}, the longest {tokens.longest:,}; {about}{trained_tokens:,} trained on"
    return counted + why


def _price(prepared: PreparedJob) -> str:
    plan = prepared.plan
    if not prepared.capabilities.paid:
        return "nothing: it runs on this machine"
    if plan.usd_per_million is None:
        return "unknown: ftc does not know this model's price there; give it with --price"
    return f"about {money(plan.cost)}, at ${plan.usd_per_million:g} a million trained tokens"


def _limits(prepared: PreparedJob) -> str:
    able, target = prepared.capabilities, prepared.job.target
    limits = [
        f"at least {able.min_lines} lines" if able.min_lines > 1 else "",
        f"{able.max_file_bytes:,} bytes a file" if able.max_file_bytes else "",
        f"{target.max_tokens:,} tokens a line" if target.max_tokens and able.paid else "",
    ]
    return ", ".join(filter(None, limits)) or "none known"


def _job_status(prepared: PreparedJob) -> str | None:
    """The status of this job in the job file."""
    job = prepared.jobs.last(prepared.plan.digest)
    if job is None:
        return None
    return f"{job.status}: {job.tuned}" if job.tuned else job.status
