"""The plan of a training job: all that it would do, before anything is written, sent or paid for."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftc.diagnostics import Diagnostic
from ftc.emit.manifest import OutputEntry
from ftc.loop.endpoint import Endpoint
from ftc.loop.known_models import PER, price
from ftc.loop.tokens import TokenCount, count_tokens
from ftc.loop.training_settings import TrainingSettings
from ftc.providers.provider import Capabilities, Method, NotAtHand, Provider, Training
from ftc.targets import TARGETS

if TYPE_CHECKING:
    from ftc.expand.plan.plan import Plan


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """`settings` are those of the job, `epochs` among them; `epochs_reason` says where that number comes from. `tokens`
    is None where the library that counts them is missing; `not_exact` says why they are not those of the local model.
    `usd_per_million` is the price, None where it is unknown.

    `digest` identifies the job: the bytes of its files, the endpoint, the model and the settings.
    """

    endpoint: Endpoint
    method: Method
    settings: Mapping[str, Any]
    ignored: tuple[str, ...]
    epochs_reason: str
    training: OutputEntry
    validation: OutputEntry | None
    tokens: TokenCount | None
    usd_per_million: float | None
    digest: str
    not_exact: str | None = None

    @property
    def model(self) -> str:
        return self.endpoint.require_model()

    @property
    def trained_tokens(self) -> int | None:
        """The tokens that are trained on: those of the file, once an epoch."""
        return None if self.tokens is None else self.tokens.total * int(self.settings["epochs"])

    @property
    def cost(self) -> float | None:
        """US dollars, None where the price or the tokens are unknown."""
        if self.usd_per_million is None:
            return None
        if not self.usd_per_million:
            return 0.0
        return None if self.trained_tokens is None else self.trained_tokens * self.usd_per_million / PER

    @property
    def dataset(self) -> str:
        """The digests of the files, as they stand in the manifest."""
        held_out = "" if self.validation is None else f"+{self.validation.xxh3_128}"
        return f"xxh3_128:{self.training.xxh3_128}{held_out}"

    def to_training(self, training_file: str, validation_file: str | None, place: Path) -> Training:
        """The job as its provider is given it, once the files have been uploaded."""
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


def plan_training(
    plan: "Plan",
    outputs: Sequence[OutputEntry],
    endpoint: Endpoint,
    requested: TrainingSettings,
    provider: Provider,
    *,
    day: date,
    usd_per_million: float | None = None,
) -> TrainingPlan:
    """The job that trains on the compiled `outputs`; `usd_per_million` is the price where the user gives one,
    `day` the one for which prices are looked up."""
    capabilities = provider.capabilities
    training = next(each for each in outputs if each.split == "training")
    validation = next((each for each in outputs if each.split == "validation" and each.lines), None)
    model = endpoint.require_model()
    rule = capabilities.epochs
    number = int(requested.given.get("epochs", rule.epochs(training.lines)))
    epochs_reason = "as the file or the command says"
    if "epochs" not in requested.given:
        bounds = f"from {rule.low} to {rule.high}"
        epochs_reason = f"{rule.shown} // {training.lines}, {bounds}: a small file is shown more often ({rule.source})"
    settings = {**requested.given, "epochs": number}
    if not capabilities.paid:
        usd_per_million = 0.0
    elif usd_per_million is None:
        usd_per_million = price(endpoint.provider, model, day) if endpoint.base_url is None else None
    counter = provider.token_counter(model, requested.method, Path(training.file))
    not_exact = counter.why if isinstance(counter, NotAtHand) else None
    identity = [
        endpoint.provider, endpoint.base_url, model, requested.method, sorted(settings.items()), training.xxh3_128,
        validation and validation.xxh3_128,
    ]  # fmt: skip
    return TrainingPlan(
        endpoint=endpoint,
        method=requested.method,
        settings=settings,
        ignored=requested.ignored,
        epochs_reason=epochs_reason,
        training=training,
        validation=validation,
        tokens=count_tokens(
            plan.training,
            TARGETS[capabilities.targets[requested.method]],
            None if isinstance(counter, NotAtHand) else counter,
        ),
        not_exact=not_exact,
        usd_per_million=usd_per_million,
        digest=hashlib.sha256(json.dumps(identity).encode()).hexdigest()[:32],
    )


def check_plan(plan: TrainingPlan, capabilities: Capabilities) -> Iterator[Diagnostic]:
    """What speaks against the job: limits of the provider that it exceeds, settings that would be ignored."""
    provider = plan.endpoint.provider
    limit = capabilities.max_file_bytes
    for output in (plan.training, plan.validation):
        if output is not None and limit is not None and output.bytes > limit:
            yield Diagnostic(
                "E944",
                None,
                {"path": output.file, "bytes": f"{output.bytes:,}", "limit": f"{limit:,}", "provider": provider},
            )
    if plan.training.lines < max(capabilities.min_lines, 1):
        data = {"provider": provider, "lines": plan.training.lines, "minimum": max(capabilities.min_lines, 1)}
        yield Diagnostic("E945", None, data)
    if plan.ignored:
        known = sorted(capabilities.settings)
        yield Diagnostic("W941", None, {"provider": provider, "names": list(plan.ignored), "known": known})
