"""The training itself: TRL's trainers with a LoRA on every linear layer, on tokens and labels that `lines` made.

The defaults are what worked best on small sets with the default model; `train` may say otherwise.
"""

import os
import shutil
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ftc.providers.local import lines
from ftc.providers.local.folder import JobFolder, State
from ftc.providers.local.library import quiet
from ftc.providers.local.load import Loaded, device, halve, load
from ftc.providers.local.processes import began
from ftc.providers.local.resolve import TUNED, Tuned, digest, fingerprint, lasting
from ftc.providers.provider import ProviderError, Training

WRITES_EVERY = 0.5
"""Seconds between two reports of how far it is."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a job is trained with. The names are those of `train`."""

    epochs: float
    batch_size: int = 8
    learning_rate: float = 1e-3
    beta: float = 0.1
    seed: int = 42
    lora_rank: int = 16


def settings(training: Training) -> Settings:
    given = {name: value for name, value in training.settings.items() if name in Settings.__slots__}
    defaults: dict[str, Any] = {"learning_rate": 1e-4} if training.method == "dpo" else {}
    return Settings(**{**defaults, **given})


def train(job: JobFolder) -> None:
    """Do the job of a folder, and leave the tuned model in it."""
    quiet()
    training = job.training()
    chosen = settings(training)
    _unchanged(training)
    job.say(f"loading {training.model}")
    base = load(training.model)
    # The base is only read, so half precision is enough for it; the adapter is trained in full.
    halve(base.model)
    made = _trainer(job, training, chosen, base)
    trainer, count, tokens = made.trainer, made.count, made.tokens
    where = "a graphics card" if device() == "cuda" else "the processor"
    job.say(f"training on {count:,} lines, {tokens:,} tokens, on {where}")
    trainer.train()
    if training.validation_file is not None:
        job.say(f"loss on the validation file {trainer.evaluate()['eval_loss']:.4f}")
    _save(job, trainer.model, base, training, chosen)
    last = job.reported() or State()
    job.say("done")
    job.report(last.model_copy(update={"phase": "succeeded", "trained_tokens": round(tokens * chosen.epochs)}))


def _unchanged(training: Training) -> None:
    """ProviderError where a file is no longer the one that the job was planned for: another compilation may have
    replaced it meanwhile."""
    kind, _, planned = training.dataset.partition(":")
    if kind != "xxh3_128":
        return
    files = [each for each in (training.training_file, training.validation_file) if each is not None]
    for file, wanted in zip(files, planned.split("+"), strict=False):
        if digest([Path(file)]) != wanted:
            raise ProviderError("E836", path=file)


@dataclass(frozen=True, slots=True)
class _Made:
    trainer: Any
    count: int
    tokens: int


def _trainer(job: JobFolder, training: Training, chosen: Settings, base: Loaded) -> _Made:
    from peft import LoraConfig

    lora = LoraConfig(
        r=chosen.lora_rank, lora_alpha=2 * chosen.lora_rank, target_modules="all-linear", task_type="CAUSAL_LM"
    )
    common = {
        "output_dir": str(job.path / ".trainer"),
        "num_train_epochs": chosen.epochs,
        "per_device_train_batch_size": chosen.batch_size,
        "per_device_eval_batch_size": chosen.batch_size,
        "learning_rate": chosen.learning_rate,
        "lr_scheduler_type": "linear",
        "warmup_steps": 0.1,
        "seed": chosen.seed,
        "data_seed": chosen.seed,
        "bf16": False,
        "use_cpu": device() == "cpu",
        "gradient_checkpointing": False,
        "max_length": None,
        "logging_strategy": "epoch",
        "save_strategy": "no",
        "report_to": "none",
        "disable_tqdm": True,
        "dataloader_pin_memory": False,
    }
    files = [Path(each) for each in (training.training_file, training.validation_file) if each is not None]
    reports = [_reports(job, chosen)]
    if training.method == "dpo":
        return _preferring(files, base, {**common, "beta": chosen.beta}, lora, reports)
    return _supervised(files, base, common, lora, reports)


def _supervised(files: Sequence[Path], base: Loaded, common: dict[str, Any], lora: Any, reports: Any) -> _Made:
    from datasets import Dataset
    from trl import SFTConfig

    from ftc.providers.local.supervised import Supervised

    read = [lines.examples(file, base.tokenizer, base.window) for file in files]
    sets = [Dataset.from_list([asdict(each) for each in examples]) for examples in read]
    trainer = Supervised(
        model=base.model,
        args=SFTConfig(**common, train_sampling_strategy="group_by_length"),
        train_dataset=sets[0],
        eval_dataset=sets[1] if len(sets) > 1 else None,
        processing_class=base.tokenizer,
        peft_config=lora,
        callbacks=reports,
    )
    return _Made(trainer, len(read[0]), sum(len(each.input_ids) for each in read[0]))


def _preferring(files: Sequence[Path], base: Loaded, common: dict[str, Any], lora: Any, reports: Any) -> _Made:
    from datasets import Dataset
    from trl import DPOConfig, DPOTrainer

    def row(pair: lines.Pair) -> dict[str, Any]:
        return {
            "prompt": pair.prompt,
            "chosen": [{"role": "assistant", "content": pair.chosen}],
            "rejected": [{"role": "assistant", "content": pair.rejected}],
            "chat_template_kwargs": {"enable_thinking": False},
        }

    read = [lines.pairs(file, base.tokenizer) for file in files]
    sets = [Dataset.from_list([row(each) for each in pairs]) for pairs in read]
    trainer = DPOTrainer(
        model=base.model,
        args=DPOConfig(**common),
        train_dataset=sets[0],
        eval_dataset=sets[1] if len(sets) > 1 else None,
        processing_class=base.tokenizer,
        peft_config=lora,
        callbacks=reports,
    )
    tokens = sum(
        2 * len(each["prompt_ids"]) + len(each["chosen_ids"]) + len(each["rejected_ids"])
        for each in trainer.train_dataset
    )
    return _Made(trainer, len(read[0]), tokens)


def _reports(job: JobFolder, chosen: Settings) -> Any:
    """What writes into the folder how far the training is, and a line an epoch."""
    from transformers import TrainerCallback

    since = time.monotonic()
    pid, started = os.getpid(), began(os.getpid())

    class Reports(TrainerCallback):  # type: ignore[misc,unused-ignore]
        written = 0.0
        loss: float | None = None

        def _write(self, at: Any) -> None:
            self.written = time.monotonic()
            seconds = round(self.written - since, 1)
            job.report(
                State(
                    phase="running", done=at.global_step, total=at.max_steps, loss=self.loss, seconds=seconds, pid=pid,
                    started=started,
                )
            )  # fmt: skip

        def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            self._write(state)

        def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            if time.monotonic() - self.written > WRITES_EVERY:
                self._write(state)

        def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **kwargs: Any) -> None:
            if logs and "loss" in logs:
                self.loss = float(logs["loss"])
                job.say(f"epoch {state.epoch:.3g} of {chosen.epochs:g}: loss {self.loss:.4f}")
                self._write(state)

        def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            self._write(state)

    return Reports()


def _save(job: JobFolder, model: Any, base: Loaded, training: Training, chosen: Settings) -> None:
    """Leave the adapter in the folder, the file that says what it is last: without it the folder is no model."""
    aside = job.path / ".saved"
    shutil.rmtree(aside, ignore_errors=True)
    model.save_pretrained(aside)
    base.tokenizer.save_pretrained(aside)
    (aside / "README.md").unlink(missing_ok=True)
    tuned = Tuned(
        base=lasting(training.model),
        base_fingerprint=fingerprint(base.folder),
        method=training.method,
        dataset=training.dataset,
        settings={**asdict(chosen), **training.settings},
    )
    (aside / TUNED).write_text(tuned.model_dump_json(indent=2) + "\n", encoding="utf-8", newline="\n")
    for each in sorted(aside.iterdir(), key=lambda each: each.name == TUNED):
        each.replace(job.path / each.name)
    for left in (aside, job.path / ".trainer"):
        shutil.rmtree(left, ignore_errors=True)
