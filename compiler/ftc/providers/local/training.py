"""The training itself: TRL's trainers with a LoRA on every linear layer, on the tokens and labels of `examples`.

The defaults are those that worked best on small data sets with the default model; `train` may set others.
"""

import os
import shutil
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ftc.providers.local import examples
from ftc.providers.local.job_folder import JobFolder, State
from ftc.providers.local.library import quiet
from ftc.providers.local.load import LoadedModel, device, halve, load
from ftc.providers.local.processes import start_time
from ftc.providers.local.resolve import QUESTIONS, TUNED, TunedModel, absolute_name, digest, fingerprint
from ftc.providers.provider import ProviderError, Training
from ftc.quality.trained_questions import TrainedQuestions, of_file

WRITES_EVERY = 0.5
"""Seconds between two reports of the progress."""


@dataclass(frozen=True, slots=True)
class Hyperparameters:
    """The hyperparameters of a job, by their names in `train`."""

    epochs: float
    batch_size: int = 8
    learning_rate: float = 1e-3
    beta: float = 0.1
    seed: int = 42
    lora_rank: int = 16


def hyperparameters(training: Training) -> Hyperparameters:
    given = {name: value for name, value in training.settings.items() if name in Hyperparameters.__slots__}
    defaults: dict[str, Any] = {"learning_rate": 1e-4} if training.method == "dpo" else {}
    return Hyperparameters(**{**defaults, **given})


def train(job: JobFolder) -> None:
    """Run the job of a folder, and leave the tuned model in it."""
    quiet()
    training = job.training()
    parameters = hyperparameters(training)
    _check_files(training)
    questions = of_file(Path(training.training_file))
    job.add_event(f"loading {training.model}")
    base = load(training.model)
    # The base is only read, so half precision is enough for it; the adapter is trained in full.
    halve(base.model)
    prepared = _trainer(job, training, parameters, base)
    trainer, count, tokens = prepared.trainer, prepared.count, prepared.tokens
    where = "a graphics card" if device() == "cuda" else "the processor"
    job.add_event(f"training on {count:,} lines, {tokens:,} tokens, on {where}")
    trainer.train()
    if training.validation_file is not None:
        job.add_event(f"loss on the validation file {trainer.evaluate()['eval_loss']:.4f}")
    _save(job, trainer.model, base, training, parameters, questions)
    last = job.read_state() or State()
    job.add_event("done")
    job.write_state(last.model_copy(update={"phase": "succeeded", "trained_tokens": round(tokens * parameters.epochs)}))


def _check_files(training: Training) -> None:
    """ProviderError where a file is no longer the one that the job was planned for: another compilation may have
    replaced it in the meantime."""
    kind, _, digests = training.dataset.partition(":")
    if kind != "xxh3_128":
        return
    files = [each for each in (training.training_file, training.validation_file) if each is not None]
    for file, expected in zip(files, digests.split("+"), strict=False):
        if digest([Path(file)]) != expected:
            raise ProviderError("E836", path=file)


@dataclass(frozen=True, slots=True)
class _PreparedTrainer:
    """A trainer, with the number of lines and tokens that it trains on."""

    trainer: Any
    count: int
    tokens: int


def _trainer(job: JobFolder, training: Training, parameters: Hyperparameters, base: LoadedModel) -> _PreparedTrainer:
    from peft import LoraConfig

    lora = LoraConfig(
        r=parameters.lora_rank, lora_alpha=2 * parameters.lora_rank, target_modules="all-linear", task_type="CAUSAL_LM"
    )
    common = {
        "output_dir": str(job.path / ".trainer"),
        "num_train_epochs": parameters.epochs,
        "per_device_train_batch_size": parameters.batch_size,
        "per_device_eval_batch_size": parameters.batch_size,
        "learning_rate": parameters.learning_rate,
        "lr_scheduler_type": "linear",
        "warmup_steps": 0.1,
        "seed": parameters.seed,
        "data_seed": parameters.seed,
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
    reports = [_reports(job, parameters)]
    if training.method == "dpo":
        return _preference(files, base, {**common, "beta": parameters.beta}, lora, reports)
    return _supervised(files, base, common, lora, reports)


def _supervised(
    files: Sequence[Path], base: LoadedModel, common: dict[str, Any], lora: Any, reports: Any
) -> _PreparedTrainer:
    from datasets import Dataset
    from trl import SFTConfig

    from ftc.providers.local.supervised import Supervised

    read = [examples.examples(file, base.tokenizer, base.window) for file in files]
    sets = [Dataset.from_list([asdict(each) for each in some]) for some in read]
    trainer = Supervised(
        model=base.model,
        args=SFTConfig(**common, train_sampling_strategy="group_by_length"),
        train_dataset=sets[0],
        eval_dataset=sets[1] if len(sets) > 1 else None,
        processing_class=base.tokenizer,
        peft_config=lora,
        callbacks=reports,
    )
    return _PreparedTrainer(trainer, len(read[0]), sum(len(each.input_ids) for each in read[0]))


def _preference(
    files: Sequence[Path], base: LoadedModel, common: dict[str, Any], lora: Any, reports: Any
) -> _PreparedTrainer:
    from datasets import Dataset
    from trl import DPOConfig, DPOTrainer

    def row(pair: examples.Pair) -> dict[str, Any]:
        return {
            "prompt": pair.prompt,
            "chosen": [{"role": "assistant", "content": pair.chosen}],
            "rejected": [{"role": "assistant", "content": pair.rejected}],
            "chat_template_kwargs": {"enable_thinking": False},
        }

    read = [examples.pairs(file, base.tokenizer) for file in files]
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
    return _PreparedTrainer(trainer, len(read[0]), sum(sum(each.tokens) for each in read[0]))


def _reports(job: JobFolder, parameters: Hyperparameters) -> Any:
    """A callback that writes the progress into the folder, and an event for each epoch."""
    from transformers import TrainerCallback

    since = time.monotonic()
    pid, started = os.getpid(), start_time(os.getpid())

    class Reports(TrainerCallback):  # type: ignore[misc,unused-ignore]
        written = 0.0
        loss: float | None = None

        def _write(self, at: Any) -> None:
            self.written = time.monotonic()
            seconds = round(self.written - since, 1)
            job.write_state(
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
                job.add_event(f"epoch {state.epoch:.3g} of {parameters.epochs:g}: loss {self.loss:.4f}")
                self._write(state)

        def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            self._write(state)

    return Reports()


def _save(
    job: JobFolder, model: Any, base: LoadedModel, training: Training, parameters: Hyperparameters,
    questions: TrainedQuestions,
) -> None:  # fmt: skip
    """Leave the adapter in the folder, `ftc.json` last: without it the folder is not a model."""
    aside = job.path / ".saved"
    shutil.rmtree(aside, ignore_errors=True)
    model.save_pretrained(aside)
    base.tokenizer.save_pretrained(aside)
    (aside / "README.md").unlink(missing_ok=True)
    tuned = TunedModel(
        base=absolute_name(training.model),
        base_fingerprint=fingerprint(base.folder),
        method=training.method,
        dataset=training.dataset,
        settings={**asdict(parameters), **training.settings},
    )
    (aside / QUESTIONS).write_text(questions.model_dump_json() + "\n", encoding="utf-8", newline="\n")
    (aside / TUNED).write_text(tuned.model_dump_json(indent=2) + "\n", encoding="utf-8", newline="\n")
    for each in sorted(aside.iterdir(), key=lambda each: each.name == TUNED):
        each.replace(job.path / each.name)
    for left in (aside, job.path / ".trainer"):
        shutil.rmtree(left, ignore_errors=True)
