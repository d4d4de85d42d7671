"""Supervised tuning of Gemini on Vertex AI: `contents` with parts, and the system text beside them.

https://cloud.google.com/vertex-ai/generative-ai/docs/models/gemini-supervised-tuning-about
https://cloud.google.com/vertex-ai/generative-ai/docs/models/tune-function-calling
"""

from collections.abc import Mapping

from ftc.expand.conversation import Conversation, Message
from ftc.targets import chat
from ftc.targets.target import Target, alternating, encode, no_untrained


def line(conversation: Conversation) -> bytes:
    system, rest = chat.system_and_rest(conversation)
    names = {call.id: call.name for message in rest for call in message.calls}
    fields: dict[str, object] = {}
    if system is not None:
        fields["systemInstruction"] = {"role": "system", "parts": [{"text": system}]}
    contents: list[dict[str, object]] = []
    answers: list[object] = []
    for message in rest:
        if message.role != "tool":
            contents.append({"role": "model" if message.role == "assistant" else "user", "parts": _parts(message)})
            answers = []
            continue
        # The answers to the calls of one message are the parts of one content.
        if not answers:
            contents.append({"role": "user", "parts": answers})
        name = names[message.call_id or ""]
        answers.append({"functionResponse": {"name": name, "response": {"output": message.content}}})
    fields["contents"] = contents
    if conversation.tools:
        declared = [
            {"name": t.name, "description": t.description, "parameters": _schema(t.parameters)}
            for t in conversation.tools
        ]
        fields["tools"] = [{"functionDeclarations": declared}]
    return encode(fields)


def _parts(message: Message) -> list[dict[str, object]]:
    parts: list[dict[str, object]] = [] if message.content is None else [{"text": message.content}]
    return parts + [{"functionCall": {"name": call.name, "args": call.arguments}} for call in message.calls]


def _schema(schema: Mapping[str, object]) -> dict[str, object]:
    """Vertex takes a part of OpenAPI's schemas, with the names of the types in capitals."""
    fields: dict[str, object] = {}
    for key, value in schema.items():
        if key == "type":
            fields[key] = str(value).upper()
        elif key == "properties" and isinstance(value, Mapping):
            fields[key] = {name: _schema(inner) for name, inner in value.items()}
        elif key == "items" and isinstance(value, Mapping):
            fields[key] = _schema(value)
        elif key in ("description", "required", "enum", "default"):
            fields[key] = value
    return fields


gemini = Target(
    name="gemini",
    line=line,
    shape="GeminiLine",
    refusals=(no_untrained("Gemini's tuning has no weights."), alternating),
)
