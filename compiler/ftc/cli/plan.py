"""`ftc plan`: what `ftc train` would do, and what it would cost."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ftc.cli.options import BaseUrl, Files, Insecure, ModelName, Provider, Strict
from ftc.cli.screen import document, say
from ftc.cli.training import Changes, Output, Price, Ready, money, ready

if TYPE_CHECKING:
    from ftc.emit.manifest import Output as Written


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
        Literal["text", "json"], typer.Option("--format", help="How the plan is told: text for people.")
    ] = "text",
    strict: Strict = False,
) -> None:
    """Say what `ftc train` would do: conversations, tokens, epochs, price, files. Nothing is written, nothing sent."""
    what = ready(
        files, output=output, provider=provider, model=model, base_url=base_url, changes=changes, price=price,
        strict=strict, insecure=insecure,
    )  # fmt: skip
    if format == "json":
        document(_document(what))
        return
    wide = max(map(len, _lines(what)))
    for name, text in _lines(what).items():
        say("{name}  {text}", name=f"{name:<{wide}}", text=text)


def _document(what: Ready) -> dict[str, Any]:
    job = what.planned
    return {
        "provider": job.whom.provider,
        "base_url": job.whom.base_url,
        "model": job.model,
        "method": job.method,
        "settings": dict(job.settings),
        "epochs_reason": job.reason,
        "files": [_file(each) for each in (job.training, job.validation) if each is not None],
        "tokens": None if job.tokens is None else job.tokens.total,
        "longest_tokens": None if job.tokens is None else job.tokens.longest,
        "trained_tokens": job.trained,
        "usd_per_million_tokens": job.per_million,
        "usd": None if job.cost is None else round(job.cost, 4),
        "job": job.digest,
        "started": _known(what),
    }


def _file(output: "Written") -> dict[str, Any]:
    return {
        "file": output.file, "lines": output.lines, "bytes": output.bytes, "xxh3_128": output.xxh3_128,
    }  # fmt: skip


def _lines(what: Ready) -> dict[str, str]:
    job = what.planned
    settings = ", ".join(f"{name} {value}" for name, value in job.settings.items() if name != "epochs")
    lines = {
        "model": f"{job.model} ({job.whom.provider}{f' at {job.whom.base_url}' if job.whom.base_url else ''})",
        "method": job.method + (f": {settings}" if settings else ""),
        "training": _said(job.training),
        "validation": "nothing held out" if job.validation is None else _said(job.validation),
        "tokens": _tokens(what),
        "epochs": f"{job.settings['epochs']}: {job.reason}",
        "price": _price(what),
        "limits": _limits(what),
        "job": f"{job.digest}, {_known(what) or 'not started'}",
    }
    if job.whom.provider == "openai" and job.whom.base_url is None:
        lines["note"] = "OpenAI takes no new fine-tuning jobs from 6 January 2027 on"
    return lines


def _said(output: "Written") -> str:
    from ftc.cli.numbers import some

    return f"{some(output.lines, 'line')}, {output.bytes:,} bytes → {output.file} (xxh3 {output.xxh3_128})"


def _tokens(what: Ready) -> str:
    tokens, trained = what.planned.tokens, what.planned.trained
    if tokens is None or trained is None:
        return "not counted: pip install 'ftc[tokens]'"
    about = "about " if tokens.drawn else ""
    return f"{about}{tokens.total:,} by o200k_base, the longest {tokens.longest:,}; {trained:,} trained on"


def _price(what: Ready) -> str:
    job = what.planned
    if not what.capabilities.paid:
        return "nothing: it runs on this machine"
    if job.per_million is None:
        return "unknown: ftc knows no price of this model there; --price says it"
    return f"about {money(job.cost)}, at ${job.per_million:g} a million trained tokens"


def _limits(what: Ready) -> str:
    able, target = what.capabilities, what.job.target
    limits = [
        f"{able.min_lines} lines at least" if able.min_lines > 1 else "",
        f"{able.max_file_bytes:,} bytes a file" if able.max_file_bytes else "",
        f"{target.max_tokens:,} tokens a line" if target.max_tokens and able.paid else "",
    ]
    return ", ".join(filter(None, limits)) or "none known"


def _known(what: Ready) -> str | None:
    """What the job file says of this job."""
    job = what.jobs.last(what.planned.digest)
    if job is None:
        return None
    return f"{job.status}: {job.tuned}" if job.tuned else job.status
