"""Messages in the shape of the OpenAI chat API, which several targets share or vary."""

from collections.abc import Iterable

from ftc.expand.conversation import Conversation, Message, ToolSpec
from ftc.targets.target import dump


def message_dict(message: Message, *, weight: bool) -> dict[str, object]:
    """The JSON fields of a message. With `weight`, a message that is excluded from the loss gets `weight: 0`."""
    fields: dict[str, object] = {"role": message.role}
    if message.content is not None:
        fields["content"] = message.content
    if message.calls:
        fields["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": dump(call.arguments)}}
            for call in message.calls
        ]
    if message.call_id is not None:
        fields["tool_call_id"] = message.call_id
    if weight and not message.trained:
        fields["weight"] = 0
    return fields


def tools(declared: Iterable[ToolSpec]) -> list[dict[str, object]]:
    return [
        {"type": "function", "function": {"name": t.name, "description": t.description, "parameters": t.parameters}}
        for t in declared
    ]


def system_and_rest(conversation: Conversation) -> tuple[str | None, tuple[Message, ...]]:
    """The system text apart from the other messages, for the formats that keep it in a field of its own."""
    first, *rest = conversation.messages
    return (first.content, tuple(rest)) if first.role == "system" else (None, conversation.messages)
