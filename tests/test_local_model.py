"""The default model itself: fetched once on a machine, so these tests need it or the package index."""

from typing import Any

import pytest

from ftc.providers import capabilities
from ftc.providers.local.chat import LocalModel
from ftc.providers.local.examples import IGNORED, conversation
from ftc.providers.provider import Decoding, ProviderError, Question, Reply
from local_model import needs_local

pytestmark = needs_local


@pytest.fixture(scope="module")
def model() -> LocalModel:
    name = capabilities("local").default_model
    assert name is not None
    model = LocalModel(name)
    try:
        model._ready()
    except ProviderError as error:
        if error.diagnostics[0].code != "E823":
            raise
        pytest.skip("the default model is not here, and there is no package index")
    return model


def test_it_answers(model: LocalModel) -> None:
    question = Question(({"role": "user", "content": "What is the capital of France?"},))
    ((_, reply),) = model.answer([question], Decoding(max_tokens=24))
    assert isinstance(reply, Reply)
    assert "Paris" in reply.text


def test_its_template_shows_which_tokens_are_trained(model: LocalModel) -> None:
    tokenizer: Any = model._ready().tokenizer
    said = [
        {"role": "user", "content": "🔥💧"},
        {"role": "assistant", "content": "wrong", "weight": 0},
        {"role": "user", "content": "🌧☀️"},
        {"role": "assistant", "content": "🌈"},
    ]
    (example,) = conversation(tokenizer, said)
    assert tokenizer.decode([label for label in example.labels if label != IGNORED]) == "🌈<|im_end|>"
    assert tokenizer.decode(example.input_ids).startswith("<|im_start|>system\nYou are a helpful AI assistant")
