"""What training would do, known before anything is written, sent or paid for."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftc.diagnostics import Diagnostic
from ftc.emit.manifest import Output
from ftc.loop.endpoint import Whom
from ftc.loop.prices import PER, price
from ftc.loop.settings import Settings
from ftc.loop.tokens import Tokens, counted
from ftc.providers.provider import Capabilities, Method, Training
from ftc.targets import TARGETS

if TYPE_CHECKING:
    from ftc.expand.plan.plan import Plan


@dataclass(frozen=True, slots=True)
class Planned:
    """`settings` are those of the job, `epochs` among them; `reason` says where that number comes from. `tokens` are
    None where the library that counts them is missing. `per_million` is the price, None where it is unknown.

    `digest` names the job: the bytes of its files, whom it goes to, the model and the settings.
    """

    whom: Whom
    method: Method
    settings: Mapping[str, Any]
    unheeded: tuple[str, ...]
    reason: str
    training: Output
    validation: Output | None
    tokens: Tokens | None
    per_million: float | None
    digest: str

    @property
    def model(self) -> str:
        return self.whom.named()

    @property
    def trained(self) -> int | None:
        """Tokens that are trained on: those of the file in every epoch."""
        return None if self.tokens is None else self.tokens.total * int(self.settings["epochs"])

    @property
    def cost(self) -> float | None:
        """US dollars, None where the price or the tokens are unknown."""
        if self.per_million is None:
            return None
        return 0.0 if not self.per_million else None if self.trained is None else self.trained * self.per_million / PER

    @property
    def dataset(self) -> str:
        """The digests of the files, as they stand in the manifest."""
        held_out = "" if self.validation is None else f"+{self.validation.xxh3_128}"
        return f"xxh3_128:{self.training.xxh3_128}{held_out}"

    def job(self, training_file: str, validation_file: str | None, place: Path) -> Training:
        """The job, once its files have been handed over."""
        return Training(
            self.model,
            self.method,
            self.settings,
            training_file,
            validation_file,
            self.digest,
            self.dataset,
            place,
        )


def planned(
    plan: "Plan",
    outputs: Sequence[Output],
    whom: Whom,
    asked: Settings,
    capabilities: Capabilities,
    *,
    per_million: float | None = None,
) -> Planned:
    """The job for what was compiled into `outputs`; `per_million` is a price that the user knows."""
    training = next(each for each in outputs if each.split == "training")
    validation = next((each for each in outputs if each.split == "validation" and each.lines), None)
    model = whom.named()
    rule = capabilities.epochs
    number = int(asked.given.get("epochs", rule.epochs(training.lines)))
    reason = "as the file or the command says"
    if "epochs" not in asked.given:
        bounds = f"from {rule.low} to {rule.high}"
        reason = f"{rule.shown} // {training.lines}, {bounds}: a small file is shown more often ({rule.source})"
    settings = {**asked.given, "epochs": number}
    if not capabilities.paid:
        per_million = 0.0
    elif per_million is None:
        per_million = price(whom.provider, model) if whom.base_url is None else None
    made_of = [
        whom.provider, whom.base_url, model, asked.method, sorted(settings.items()), training.xxh3_128,
        validation and validation.xxh3_128,
    ]  # fmt: skip
    return Planned(
        whom=whom,
        method=asked.method,
        settings=settings,
        unheeded=asked.unheeded,
        reason=reason,
        training=training,
        validation=validation,
        tokens=counted(plan.training, TARGETS[capabilities.targets[asked.method]]),
        per_million=per_million,
        digest=hashlib.sha256(json.dumps(made_of).encode()).hexdigest()[:32],
    )


def against(job: Planned, capabilities: Capabilities) -> Iterator[Diagnostic]:
    """What speaks against the job: limits of the provider, settings that it does not heed."""
    provider = job.whom.provider
    limit = capabilities.max_file_bytes
    for output in (job.training, job.validation):
        if output is not None and limit is not None and output.bytes > limit:
            yield Diagnostic(
                "E944",
                None,
                {"path": output.file, "bytes": f"{output.bytes:,}", "limit": f"{limit:,}", "provider": provider},
            )
    if job.training.lines < max(capabilities.min_lines, 1):
        data = {"provider": provider, "lines": job.training.lines, "minimum": max(capabilities.min_lines, 1)}
        yield Diagnostic("E945", None, data)
    if job.unheeded:
        known = sorted(capabilities.settings)
        yield Diagnostic("W941", None, {"provider": provider, "names": list(job.unheeded), "known": known})
