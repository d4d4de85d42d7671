"""A model on this machine that answers: in batches, or one reply piece by piece."""

import hashlib
import json
import secrets
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ftc.providers.local.library import line, no_panic
from ftc.providers.local.load import LoadedModel, load
from ftc.providers.local.resolve import resolve
from ftc.providers.local.template import has_tools, render, stops
from ftc.providers.provider import Decoding, ProviderError, Question, Reply

if TYPE_CHECKING:
    from transformers import GenerationConfig

BATCH = 16
"""Questions answered at once by default: the weights are read once for all of them."""


@dataclass(frozen=True, slots=True)
class _Prompt:
    """A question as tokens; `seed` is that of its own stream of random numbers."""

    index: int
    ids: list[int]
    seed: int


class LocalModel:
    """A model by its name, which is resolved at once (ProviderError) and loaded for the first question."""

    def __init__(self, name: str, parallel: int | None = None) -> None:
        resolve(name)
        self.name = name
        self.parallel = parallel or BATCH
        self._loaded: LoadedModel | None = None
        self._loading = threading.Lock()

    def _ready(self) -> LoadedModel:
        with self._loading:
            if self._loaded is None:
                self._loaded = load(self.name)
            return self._loaded

    def answer(
        self, questions: Sequence[Question], decoding: Decoding
    ) -> Iterator[tuple[int, "Reply | ProviderError"]]:
        """The replies, a batch at a time, short questions first. A question that cannot be answered gets an error."""
        if not questions:
            return
        loaded = self._ready()
        seeds = _Seeds(decoding)
        prompts = []
        for index, question in enumerate(questions):
            try:
                prompts.append(_Prompt(index, _prompt_tokens(loaded, question), seeds.of(question)))
            except ProviderError as error:
                yield index, error
        # Questions of one length need no padding; of nearly one, little.
        prompts.sort(key=lambda each: (len(each.ids), each.index))
        for start in range(0, len(prompts), self.parallel):
            batch = prompts[start : start + self.parallel]
            try:
                replies: list[Reply | ProviderError] = list(self._batch(loaded, batch, decoding))
            except (RuntimeError, MemoryError) as error:
                replies = [ProviderError("E830", name=self.name, reason=line(error))] * len(batch)
            yield from zip((each.index for each in batch), replies, strict=True)

    def _batch(self, loaded: LoadedModel, batch: Sequence[_Prompt], decoding: Decoding) -> Iterator[Reply]:
        import torch

        tokenizer = loaded.tokenizer
        width = max(len(each.ids) for each in batch)
        pad = tokenizer.pad_token_id
        ids = torch.tensor([[pad] * (width - len(each.ids)) + each.ids for each in batch])
        mask = torch.tensor([[0] * (width - len(each.ids)) + [1] * len(each.ids) for each in batch])
        config = _generation_config(loaded, decoding, width)
        with torch.inference_mode():
            written = loaded.model.generate(
                input_ids=ids.to(loaded.model.device),
                attention_mask=mask.to(loaded.model.device),
                generation_config=config,
                logits_processor=_sampler(decoding, [each.seed for each in batch]),
            )
        ends = set(_as_list(config.eos_token_id))
        for row in written[:, width:].tolist():
            end = next((at for at, token in enumerate(row) if token in ends), None)
            text = tokenizer.decode(row[:end], skip_special_tokens=True).strip()
            yield Reply(text, self.name, cut=end is None)

    def stream(self, question: Question, decoding: Decoding) -> Iterator[str]:
        """The pieces of one reply. Closing the iterator stops the model too."""
        loaded = self._ready()
        ids = _prompt_tokens(loaded, question)
        import torch
        from transformers import StoppingCriteria, StoppingCriteriaList, TextIteratorStreamer

        abandoned = threading.Event()
        failed: list[BaseException] = []

        class Abandoned(StoppingCriteria):  # type: ignore[misc,unused-ignore]
            def __call__(self, input_ids: Any, scores: Any, **kwargs: Any) -> Any:
                return torch.full((input_ids.shape[0],), abandoned.is_set(), device=input_ids.device)

        streamer = TextIteratorStreamer(loaded.tokenizer, skip_prompt=True, skip_special_tokens=True)

        def speak() -> None:
            try:
                with torch.inference_mode():
                    loaded.model.generate(
                        input_ids=torch.tensor([ids], device=loaded.model.device),
                        attention_mask=torch.ones((1, len(ids)), dtype=torch.long, device=loaded.model.device),
                        generation_config=_generation_config(loaded, decoding, len(ids)),
                        logits_processor=_sampler(decoding, [_Seeds(decoding).of(question)]),
                        stopping_criteria=StoppingCriteriaList([Abandoned()]),
                        streamer=streamer,
                    )
            except BaseException as error:
                failed.append(error)
                streamer.end()

        speaker = threading.Thread(target=speak, daemon=True)
        speaker.start()
        try:
            yield from (piece for piece in streamer if piece)
        finally:
            abandoned.set()
            speaker.join()
        if failed:
            raise ProviderError("E830", name=self.name, reason=line(failed[0])) from failed[0]


def _prompt_tokens(loaded: LoadedModel, question: Question) -> list[int]:
    """The tokens of a question, up to where the assistant is to speak."""
    if question.tools or has_tools(question.messages):
        raise ProviderError("E829", name=loaded.name)
    text = render(loaded.tokenizer, question.messages, open=True)
    try:
        with no_panic():
            ids: list[int] = loaded.tokenizer(text, add_special_tokens=False)["input_ids"]
    except Exception as error:  # a tokenizer may fail at any text
        raise ProviderError("E824", path=loaded.name, reason=line(error)) from error
    if len(ids) >= loaded.window:
        raise ProviderError("E831", name=loaded.name, tokens=len(ids), window=loaded.window)
    return ids


def _generation_config(loaded: LoadedModel, decoding: Decoding, width: int) -> "GenerationConfig":
    """Always greedy: sampling is left to `_sampler`, which has a random stream for each question."""
    from transformers import GenerationConfig

    return GenerationConfig(
        max_new_tokens=min(decoding.max_tokens, loaded.window - width),
        do_sample=False,
        eos_token_id=stops(loaded.tokenizer, loaded.model),
        pad_token_id=loaded.tokenizer.pad_token_id,
    )


def _sampler(decoding: Decoding, seeds: Sequence[int]) -> Any:
    """Turns greedy decoding into sampling: with Gumbel noise on the scores, the largest one is a sample.

    Each row has a stream of its own, so the samples of a question do not depend on the others in the batch.
    """
    from transformers import LogitsProcessor, LogitsProcessorList

    if decoding.temperature <= 0:
        return LogitsProcessorList()
    import torch

    class GumbelNoise(LogitsProcessor):  # type: ignore[misc,unused-ignore]
        def __init__(self) -> None:
            self.streams = [torch.Generator().manual_seed(seed) for seed in seeds]

        def __call__(self, input_ids: Any, scores: Any) -> Any:
            noise = torch.stack([torch.empty(scores.shape[1]).exponential_(generator=each) for each in self.streams])
            return scores.float() / decoding.temperature - noise.log().to(scores.device)

    return LogitsProcessorList([GumbelNoise()])


class _Seeds:
    """A seed for each question, from the seed of the run, the question, and how often it was asked before."""

    def __init__(self, decoding: Decoding) -> None:
        self._base = decoding.seed if decoding.seed is not None else secrets.randbits(63)
        self._before: dict[str, int] = {}

    def of(self, question: Question) -> int:
        text = json.dumps([dict(each) for each in question.messages], sort_keys=True)
        again = self._before[text] = self._before.get(text, -1) + 1
        return int.from_bytes(hashlib.sha256(f"{self._base} {again} {text}".encode()).digest()[:8]) >> 1


def _as_list(value: "int | list[int] | None") -> list[int]:
    return value if isinstance(value, list) else [] if value is None else [value]
