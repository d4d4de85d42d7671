"""What of a conversation is trained here: the answers, their ends, and not a token more."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import effort
from ftc.providers.local.examples import IGNORED, conversation, examples, pairs, read_lines
from ftc.providers.provider import ProviderError
from ftc.wording import worded
from local_model import FORGETFUL, PICKY, needs_local, small_model

pytestmark = needs_local

Messages = Sequence[Mapping[str, Any]]


@cache
def model_folder() -> Path:
    return small_model(Path(mkdtemp()))


@cache
def tokenizer() -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(model_folder())


def trained(messages: Messages, reader: Any = None) -> list[str]:
    """The stretches of text that are trained, one a turn."""
    reader = reader or tokenizer()
    found: list[list[int]] = []
    for example in conversation(reader, messages):
        before = IGNORED
        for token, label in zip(example.input_ids, example.labels, strict=True):
            assert label in (IGNORED, token)
            if label != IGNORED:
                if before == IGNORED:
                    found.append([])
                found[-1].append(label)
            before = label
    return [reader.decode(each) for each in found]


def user(text: str) -> dict[str, Any]:
    return {"role": "user", "content": text}


def assistant(text: str, **more: Any) -> dict[str, Any]:
    return {"role": "assistant", "content": text, **more}


def written(folder: Path, *lines: object) -> Path:
    path = folder / "lines.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def told(error: ProviderError) -> str:
    return f"{error.diagnostics[0].code}: {worded(error.diagnostics[0]).message}"


def test_only_answers_are_trained_with_the_mark_that_ends_them() -> None:
    said = [{"role": "system", "content": "Be brief."}, user("Hi"), assistant("Ho"), user("Hu"), assistant("Ha 🐷")]
    assert trained(said) == ["Ho<|im_end|>", "Ha 🐷<|im_end|>"]


def test_a_turn_of_weight_0_is_read_and_not_trained() -> None:
    said = [user("Hi"), assistant("Wrong", weight=0), user("Hu"), assistant("Right", weight=1)]
    (example,) = conversation(tokenizer(), said)
    assert trained(said) == ["Right<|im_end|>"]
    assert "Wrong" in tokenizer().decode(example.input_ids)


def test_what_stands_behind_the_last_trained_turn_is_not_read() -> None:
    said = [user("Hi"), assistant("Right"), user("Hu"), assistant("Wrong", weight=0)]
    (example,) = conversation(tokenizer(), said)
    assert tokenizer().decode(example.input_ids).endswith("Right<|im_end|>")


def test_a_conversation_without_a_trained_turn_is_none() -> None:
    assert conversation(tokenizer(), [user("Hi"), assistant("Wrong", weight=0)]) == []


TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="<"), min_size=1, max_size=12).filter(
    lambda text: text.strip() == text
)


@effort.examples(60, full=2400)
@given(st.lists(st.tuples(TEXT, TEXT, st.booleans()), min_size=1, max_size=4), st.none() | TEXT)
def test_any_answers_are_trained_as_they_stand(turns: list[tuple[str, str, bool]], system: str | None) -> None:
    said = [] if system is None else [{"role": "system", "content": system}]
    for question, answer, heeded in turns:
        said += [user(question), assistant(answer) if heeded else assistant(answer, weight=0)]
    assert trained(said) == [f"{answer}<|im_end|>" for _, answer, heeded in turns if heeded]


def test_a_template_that_forgets_thoughts_gives_an_example_a_turn() -> None:
    """Each answer is then trained after what the model will have read before it, and not after what is shown later."""
    from transformers import AutoTokenizer

    reader = AutoTokenizer.from_pretrained(model_folder())
    reader.chat_template = FORGETFUL
    said = [user("Hi"), assistant("One"), user("Hu"), assistant("Two")]
    assert len(conversation(reader, said)) == 2
    assert trained(said, reader) == ["One<|im_end|>", "Two<|im_end|>"]


def test_a_template_that_rewrites_what_was_asked_is_refused() -> None:
    from transformers import AutoTokenizer

    reader = AutoTokenizer.from_pretrained(model_folder())
    reader.chat_template = "{{ messages | length }}{% for message in messages %}{{ message['content'] }}{% endfor %}"
    with pytest.raises(ProviderError) as raised:
        conversation(reader, [user("Hi"), assistant("Ho")])
    assert told(raised.value).startswith("E828")


def test_a_template_that_refuses_is_told_with_the_line(tmp_path: Path) -> None:
    from transformers import AutoTokenizer

    reader = AutoTokenizer.from_pretrained(model_folder())
    reader.chat_template = PICKY
    path = written(
        tmp_path,
        {"messages": [user("Hi"), assistant("Ho")]},
        {"messages": [{"role": "system", "content": "Be brief."}, user("Hi"), assistant("Ho")]},
    )
    with pytest.raises(ProviderError) as raised:
        examples(path, reader, 512)
    assert "Line 2 of" in told(raised.value)
    assert "no system, please" in told(raised.value)


@pytest.mark.parametrize(
    "line",
    [
        {"messages": [user("Hi"), {"role": "assistant", "tool_calls": [{"id": "1"}]}]},
        {"messages": [user("Hi"), {"role": "tool", "content": "7"}, assistant("Ho")]},
        {"messages": [user("Hi"), assistant("Ho")], "tools": [{"type": "function"}]},
        {"conversation": []},
        ["messages"],
    ],
)
def test_a_line_that_cannot_be_trained_on(line: object, tmp_path: Path) -> None:
    path = written(tmp_path, {"messages": [user("Hi"), assistant("Ho")]}, line)
    with pytest.raises(ProviderError) as raised:
        list(read_lines(path, "supervised"))
    assert told(raised.value).startswith(f"E833: Line 2 of {path}")


def test_a_broken_file_and_a_missing_one(tmp_path: Path) -> None:
    (tmp_path / "broken.jsonl").write_text('{"messages": [\n')
    for name in ("broken.jsonl", "missing.jsonl"):
        with pytest.raises(ProviderError) as raised:
            list(read_lines(tmp_path / name, "supervised"))
        assert told(raised.value).startswith("E833")


def test_a_conversation_longer_than_the_model_reads(tmp_path: Path) -> None:
    path = written(tmp_path, {"messages": [user("Hi " * 600), assistant("Ho")]})
    with pytest.raises(ProviderError) as raised:
        examples(path, tokenizer(), 512)
    assert "reads 512" in told(raised.value)


def test_a_pair(tmp_path: Path) -> None:
    line = {
        "input": {"messages": [user("Hi")]},
        "preferred_output": [assistant("Ho")],
        "non_preferred_output": [assistant("No")],
    }
    (pair,) = pairs(written(tmp_path, line), tokenizer())
    assert (pair.chosen, pair.rejected) == ("Ho", "No")
    with pytest.raises(ProviderError):
        pairs(written(tmp_path, {"input": {"messages": [user("Hi")]}}), tokenizer())


def test_the_loss_is_that_of_the_trained_tokens_alone(tmp_path: Path) -> None:
    """Held against the definition: whatever an untrained turn would have cost, it costs nothing."""
    import torch
    from transformers import AutoModelForCausalLM

    from ftc.providers.local.supervised import Supervised

    model = AutoModelForCausalLM.from_pretrained(model_folder())
    said = [
        [user("Hi"), assistant("Wrong", weight=0), user("Hu"), assistant("Right")],
        [user("A longer question, that pads"), assistant("Yes, 🐷")],
    ]
    made = [conversation(tokenizer(), each)[0] for each in said]
    expected = []
    for example in made:
        logits = model(torch.tensor([example.input_ids])).logits[0].log_softmax(-1)
        expected += [-logits[at - 1, label] for at, label in enumerate(example.labels) if label != IGNORED]
    width = max(len(each.input_ids) for each in made)
    batch = {
        "input_ids": torch.tensor([each.input_ids + [2] * (width - len(each.input_ids)) for each in made]),
        "labels": torch.tensor([each.labels + [IGNORED] * (width - len(each.labels)) for each in made]),
        "attention_mask": torch.tensor([[1] * len(e.input_ids) + [0] * (width - len(e.input_ids)) for e in made]),
    }
    loss = Supervised.compute_loss(None, model, batch)  # type: ignore[arg-type]
    torch.testing.assert_close(loss, torch.stack(expected).mean())
