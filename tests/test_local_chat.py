"""A local model that answers: in batches, drawn or greedy, as a stream; and what it cannot be asked."""

import threading
from collections import Counter
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from ftc.providers.local.chat import LocalModel
from ftc.providers.provider import Decoding, ProviderError, Question, Reply
from local_model import PICKY, needs_local, small_model

pytestmark = needs_local

GREEDY = Decoding(max_tokens=12)


def asked(text: str) -> Question:
    return Question(({"role": "user", "content": text},))


QUESTIONS = [asked(text) for text in ("What is this?", "No", "And what would the answer to that be, if any?", "Why?")]


@pytest.fixture(scope="module")
def folder() -> Path:
    return small_model(Path(mkdtemp()))


@pytest.fixture(scope="module")
def model(folder: Path) -> LocalModel:
    return LocalModel(str(folder), parallel=3)


def replies(model: LocalModel, questions: list[Question], decoding: Decoding = GREEDY) -> list[str]:
    found = dict(model.answer(questions, decoding))
    assert sorted(found) == list(range(len(questions)))
    texts = []
    for index in sorted(found):
        reply = found[index]
        assert isinstance(reply, Reply), reply
        texts.append(reply.text)
    return texts


def code(reply: object) -> str:
    assert isinstance(reply, ProviderError)
    return reply.diagnostics[0].code


def test_a_question_gets_the_same_answer_alone_and_in_a_batch(model: LocalModel) -> None:
    together = replies(model, QUESTIONS)
    assert together == [replies(model, [question])[0] for question in QUESTIONS]
    assert replies(model, QUESTIONS[::-1]) == together[::-1]
    assert len(set(together)) > 1


def test_drawn_answers_follow_the_seed_and_not_the_batch(model: LocalModel) -> None:
    drawn = Decoding(temperature=1.0, max_tokens=12, seed=7)
    together = replies(model, QUESTIONS, drawn)
    assert together == [replies(model, [question], drawn)[0] for question in QUESTIONS]
    assert together != replies(model, QUESTIONS, Decoding(temperature=1.0, max_tokens=12, seed=8))


def test_one_question_asked_twice_is_drawn_twice(model: LocalModel) -> None:
    drawn = Decoding(temperature=1.0, max_tokens=12, seed=7)
    first, second = replies(model, [QUESTIONS[0]] * 2, drawn)
    assert first != second
    assert replies(model, [QUESTIONS[0]] * 2, drawn) == [first, second]


def test_tokens_are_drawn_as_likely_as_the_model_finds_them() -> None:
    import torch

    from ftc.providers.local.chat import _sampler

    scores = torch.tensor([2.0, 1.0, 0.0, -1.0])
    (draw,) = _sampler(Decoding(temperature=0.7, seed=1), [5])
    count = 4000
    seen = Counter(int(draw(None, scores[None]).argmax()) for _ in range(count))
    expected = (scores / 0.7).softmax(0)
    for token, share in enumerate(expected.tolist()):
        # Four standard deviations; the seed is fixed, so this holds or does not.
        assert abs(seen[token] / count - share) < 4 * (share * (1 - share) / count) ** 0.5


def test_an_answer_ends_where_the_model_ends_it(folder: Path, tmp_path: Path) -> None:
    import torch

    model = LocalModel(str(folder))
    (cut,) = dict(model.answer([QUESTIONS[0]], GREEDY)).values()
    assert isinstance(cut, Reply)
    assert cut.cut
    # A head that finds the mark of the end likeliest, whatever was said.
    loaded: Any = model._ready()
    with torch.no_grad():
        bias = torch.zeros(loaded.model.lm_head.out_features)
        bias[loaded.tokenizer.eos_token_id] = 1000.0
        loaded.model.lm_head.bias = torch.nn.Parameter(bias)
    (ended,) = dict(model.answer([QUESTIONS[0]], GREEDY)).values()
    assert ended == Reply("", str(folder), cut=False)


def test_a_stream_says_what_an_answer_does(model: LocalModel) -> None:
    for decoding in (GREEDY, Decoding(temperature=1.0, max_tokens=12, seed=3)):
        for question in QUESTIONS[:2]:
            assert "".join(model.stream(question, decoding)).strip() == replies(model, [question], decoding)[0]


def test_who_leaves_a_stream_stops_the_model(model: LocalModel) -> None:
    before = threading.active_count()
    pieces = model.stream(QUESTIONS[0], Decoding(max_tokens=400))
    next(pieces)
    pieces.close()  # type: ignore[attr-defined]
    assert threading.active_count() == before


def test_what_cannot_be_asked_has_its_error_and_the_others_their_answers(model: LocalModel) -> None:
    tools = Question(QUESTIONS[0].messages, ({"type": "function"},))
    called = Question(({"role": "user", "content": "?"}, {"role": "tool", "content": "7"}))
    long = asked("what " * 600)
    found = dict(model.answer([tools, QUESTIONS[0], called, long], GREEDY))
    assert [code(found[index]) for index in (0, 2, 3)] == ["E829", "E829", "E831"]
    assert isinstance(found[1], Reply)
    with pytest.raises(ProviderError):
        list(model.stream(tools, GREEDY))


def test_no_question_loads_nothing(folder: Path) -> None:
    model = LocalModel(str(folder))
    assert list(model.answer([], GREEDY)) == []
    assert model._loaded is None


def test_a_model_that_fails_is_told(model: LocalModel, monkeypatch: pytest.MonkeyPatch) -> None:
    def out_of_memory(*_: object, **__: object) -> None:
        raise RuntimeError("not enough memory")

    monkeypatch.setattr(model._ready().model, "generate", out_of_memory)
    assert {code(reply) for _, reply in model.answer(QUESTIONS, GREEDY)} == {"E830"}
    with pytest.raises(ProviderError) as raised:
        list(model.stream(QUESTIONS[0], GREEDY))
    assert code(raised.value) == "E830"


def test_a_model_without_a_chat_template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def loaded(*_: object, **__: object) -> None:
        raise AssertionError("its weights are loaded for nothing")

    monkeypatch.setattr("transformers.AutoModelForCausalLM.from_pretrained", loaded)
    model = LocalModel(str(small_model(tmp_path / "base", template=None)))
    with pytest.raises(ProviderError) as raised:
        list(model.answer(QUESTIONS, GREEDY))
    assert code(raised.value) == "E826"


def test_a_template_that_refuses(tmp_path: Path) -> None:
    model = LocalModel(str(small_model(tmp_path / "picky", template=PICKY)))
    system = Question(({"role": "system", "content": "Be brief."}, *QUESTIONS[0].messages))
    found = dict(model.answer([system, QUESTIONS[0]], GREEDY))
    assert code(found[0]) == "E828"
    assert isinstance(found[1], Reply)
