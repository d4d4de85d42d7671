"""Each target: the bytes of its lines, the model of their shape, what it refuses, and how many lines it wants."""

import json
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest
from openai.types.chat import ChatCompletionFunctionToolParam, ChatCompletionMessageParam
from pydantic import TypeAdapter

from ftc.expand.conversation import Conversation, Message, Origin, ToolCall, ToolSpec
from ftc.source import SourceFile, Span
from ftc.targets import TARGETS, Target, tokens
from ftc.wording import worded

SOURCE = SourceFile("a.ft", "0123456789" * 10)


def conversation(*messages: Message, tools: tuple[ToolSpec, ...] = (), rejected: str | None = None) -> Conversation:
    spans = tuple(Span(SOURCE, at, at + 1) for at in range(len(messages)))
    origin = Origin(block="x", part="", span=Span(SOURCE, 50, 60), messages=spans, picks=())
    return Conversation(messages, origin, tools, rejected)


def system(text: str) -> Message:
    return Message("system", text)


def user(text: str) -> Message:
    return Message("user", text)


def assistant(text: str, trained: bool = True) -> Message:
    return Message("assistant", text, trained=trained)


def calls(*ids: str) -> Message:
    return Message("assistant", None, tuple(ToolCall(id, "weather", {"city": "Köln", "days": 2}) for id in ids))


def tool(text: str, id: str) -> Message:
    return Message("tool", text, call_id=id)


WEATHER = ToolSpec(
    "weather",
    "Weather.",
    {
        "type": "object",
        "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
        "required": ["city", "days"],
        "additionalProperties": False,
    },
)
PLAIN = conversation(system(""), user('Say "hi" 🔥'), assistant("hi\n\u2028"))
TURNS = conversation(system("S"), user("a"), assistant("b"), user("c"), assistant("d"))
UNTRAINED = conversation(user("a"), assistant("b", trained=False), user("c"), assistant("d"))
CALL = conversation(user("W?"), calls("call_1"), tool("sunny", "call_1"), assistant("Sun."), tools=(WEATHER,))
TWO_CALLS = conversation(
    user("W?"),
    calls("call_1", "call_2"),
    tool("sunny", "call_1"),
    tool("rainy", "call_2"),
    assistant("Mixed."),
    tools=(WEATHER,),
)
PAIR = conversation(system("S"), user("a"), assistant("good"), rejected="bad")
TWO_ANSWERS = conversation(user("a"), assistant("b"), assistant("c"))
ALL = [PLAIN, TURNS, UNTRAINED, CALL, TWO_CALLS, PAIR, TWO_ANSWERS]


def codes(name: str, one: Conversation) -> list[str]:
    return [found.code for found in TARGETS[name].limits(one)]


def written(name: str, one: Conversation) -> Any:
    return json.loads(TARGETS[name].line(one))


def test_the_bytes_of_an_openai_line() -> None:
    """Compact, in this order, letters as they are, but for U+2028: readers with `splitlines` would see two lines."""
    expected = (
        '{"messages":[{"role":"system","content":""},{"role":"user","content":"Say \\"hi\\" 🔥"},'
        '{"role":"assistant","content":"hi\\n\\u2028"}]}'
    )
    assert TARGETS["openai"].line(PLAIN) == expected.encode()


def test_the_bytes_of_an_openai_line_with_tools_and_weights() -> None:
    line = TARGETS["openai"].line(CALL).decode()
    assert (
        '{"role":"assistant","tool_calls":[{"id":"call_1","type":"function",'
        '"function":{"name":"weather","arguments":"{\\"city\\":\\"Köln\\",\\"days\\":2}"}}]},'
        '{"role":"tool","content":"sunny","tool_call_id":"call_1"}'
    ) in line
    assert '],"tools":[{"type":"function","function":{"name":"weather","description":"Weather."' in line
    assert '{"role":"assistant","content":"b","weight":0}' in TARGETS["openai"].line(UNTRAINED).decode()


def test_the_other_lines() -> None:
    assert written("openai-dpo", PAIR) == {
        "input": {"messages": [{"role": "system", "content": "S"}, {"role": "user", "content": "a"}]},
        "preferred_output": [{"role": "assistant", "content": "good"}],
        "non_preferred_output": [{"role": "assistant", "content": "bad"}],
    }
    assert written("trl", CALL)["messages"][1:3] == [
        {
            "role": "assistant",
            "tool_calls": [
                {"type": "function", "function": {"name": "weather", "arguments": {"city": "Köln", "days": 2}}}
            ],
        },
        {"role": "tool", "name": "weather", "content": "sunny"},
    ]
    assert written("sharegpt", TURNS) == {
        "conversations": [
            {"from": "human", "value": "a"},
            {"from": "gpt", "value": "b"},
            {"from": "human", "value": "c"},
            {"from": "gpt", "value": "d"},
        ],
        "system": "S",
        # `dataset_info.json` names the column for the whole file, so no line may lack it.
        "tools": "",
    }
    call, answer = written("sharegpt", CALL)["conversations"][1:3]
    assert call == {"from": "function_call", "value": '{"name":"weather","arguments":{"city":"Köln","days":2}}'}
    assert answer == {"from": "observation", "value": "sunny"}
    assert written("alpaca", TURNS) == {
        "instruction": "c",
        "input": "",
        "output": "d",
        "system": "S",
        "history": [["a", "b"]],
    }
    assert written("bedrock", PAIR) == {
        "schemaVersion": "bedrock-conversation-2024",
        "system": [{"text": "S"}],
        "messages": [
            {"role": "user", "content": [{"text": "a"}]},
            {"role": "assistant", "content": [{"text": "good"}]},
        ],
    }


def test_gemini_joins_the_answers_of_calls_made_together() -> None:
    line = written("gemini", TWO_CALLS)
    assert [content["role"] for content in line["contents"]] == ["user", "model", "user", "model"]
    assert line["contents"][2]["parts"] == [
        {"functionResponse": {"name": "weather", "response": {"output": "sunny"}}},
        {"functionResponse": {"name": "weather", "response": {"output": "rainy"}}},
    ]
    # The schemas of Vertex name types in capitals and know no `additionalProperties`.
    assert line["tools"][0]["functionDeclarations"][0]["parameters"] == {
        "type": "OBJECT",
        "properties": {"city": {"type": "STRING"}, "days": {"type": "INTEGER"}},
        "required": ["city", "days"],
    }


@pytest.mark.parametrize("name", TARGETS)
def test_every_line_that_is_not_refused_has_the_shape_of_its_target(name: str) -> None:
    target = TARGETS[name]
    taken = [one for one in ALL if target.accepts(one) and not codes(name, one)]
    assert taken
    for one in taken:
        target.model().model_validate_json(target.line(one))


@pytest.mark.parametrize("one", [PLAIN, TURNS, UNTRAINED, CALL, TWO_CALLS])
def test_openai_lines_are_what_the_openai_package_takes(one: Conversation) -> None:
    line = written("openai", one)
    # The API's own types know no weight: it is a field of training files alone.
    bare = [{key: value for key, value in message.items() if key != "weight"} for message in line["messages"]]
    TypeAdapter(list[ChatCompletionMessageParam]).validate_python(bare)
    TypeAdapter(list[ChatCompletionFunctionToolParam]).validate_python(line.get("tools", []))


@pytest.mark.parametrize(
    ("name", "one", "expected"),
    [
        ("openai", TWO_ANSWERS, ["E603"]),
        ("openai", UNTRAINED, []),
        ("openai-dpo", TWO_ANSWERS, []),  # it writes pairs alone, and this is none
        ("trl", UNTRAINED, ["E602"]),
        ("trl", TWO_CALLS, []),
        ("sharegpt", UNTRAINED, ["E602"]),
        ("sharegpt", TWO_CALLS, ["E605"]),
        ("sharegpt", CALL, []),
        ("alpaca", CALL, ["E601", "E601"]),
        ("alpaca", TWO_ANSWERS, ["E603"]),
        ("alpaca", TURNS, []),
        ("gemini", UNTRAINED, ["E602"]),
        ("gemini", TWO_CALLS, []),
        ("bedrock", PLAIN, ["E604"]),
        ("bedrock", CALL, ["E601", "E601"]),
    ],
)
def test_refusals(name: str, one: Conversation, expected: list[str]) -> None:
    assert codes(name, one) == expected
    for found in TARGETS[name].limits(one):
        assert found.span in one.origin.messages
        assert "{" not in worded(found).message


def test_a_text_of_few_bytes_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "count", lambda one: pytest.fail("counted"))
    assert codes("openai", conversation(user("ы" * 30_000), assistant("b"))) == []


def test_tokens() -> None:
    # "hello" and "world" are a token each; two messages of 3 and a reply of 3.
    assert tokens.count(conversation(user("hello"), assistant("world"))) == 11
    long = conversation(user("hello " * 66_000), assistant("b"))
    assert codes("openai", long) == ["E606"]
    # More bytes than the limit, but far fewer tokens.
    assert codes("openai", conversation(user("hello " * 30_000), assistant("b"))) == []


def test_without_the_library_long_texts_are_said_to_be_uncounted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "_counter", lambda: None)
    assert codes("openai", conversation(user("x" * 70_000), assistant("b"))) == ["W602"]


class Many(list[Conversation]):
    """Conversations as a plan has them."""

    @property
    def count(self) -> int:
        return len(self)


def totals(target: Target, all: Sequence[Conversation], provider: str | None = "openai") -> list[str]:
    plan = SimpleNamespace(blocks=(SimpleNamespace(span=Span(SOURCE, 0, 1)),), training=Many(all))
    return [found.code for found in target.totals(cast(Any, plan), provider)]


def test_the_number_of_lines() -> None:
    assert totals(TARGETS["openai"], [PLAIN] * 9) == ["W601"]
    assert totals(TARGETS["openai"], [PLAIN] * 10) == []
    # What is trained on this machine, or nowhere that is known, has no such limit; on Azure it is that of OpenAI.
    assert totals(TARGETS["openai"], [PLAIN] * 9, "local") == totals(TARGETS["openai"], [PLAIN] * 9, None) == []
    assert totals(TARGETS["openai"], [PLAIN] * 9, "azure") == ["W601"]
    assert totals(TARGETS["openai-dpo"], [PLAIN] * 20) == ["E607"]
    assert totals(TARGETS["openai-dpo"], [PLAIN] * 20 + [PAIR] * 9) == ["W601"]
    assert totals(TARGETS["openai-dpo"], [PLAIN] * 20 + [PAIR] * 10) == []
    assert totals(TARGETS["trl"], [PLAIN]) == []


def test_an_unknown_target_is_a_key_error_and_all_have_their_names() -> None:
    with pytest.raises(KeyError):
        TARGETS["opena"]
    assert [TARGETS[name].name for name in TARGETS] == list(TARGETS)
    assert next(iter(TARGETS)) == "openai"
