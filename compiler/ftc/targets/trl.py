"""Hugging Face TRL, conversational language modelling: `messages`, and `tools` where there are any.

https://huggingface.co/docs/trl/dataset_formats
"""

from ftc.expand.conversation import Conversation, Message
from ftc.targets import chat
from ftc.targets.target import Target, encode, no_untrained


def line(conversation: Conversation) -> bytes:
    names = {call.id: call.name for message in conversation.messages for call in message.calls}
    fields: dict[str, object] = {"messages": [_message(message, names) for message in conversation.messages]}
    if conversation.tools:
        fields["tools"] = chat.tools(conversation.tools)
    return encode(fields)


def _message(message: Message, names: dict[str, str]) -> dict[str, object]:
    """As a chat template reads it: arguments are an object, and the answer of a tool names the tool."""
    fields: dict[str, object] = {"role": message.role}
    if message.call_id is not None:
        fields["name"] = names[message.call_id]
    if message.content is not None:
        fields["content"] = message.content
    if message.calls:
        fields["tool_calls"] = [
            {"type": "function", "function": {"name": call.name, "arguments": call.arguments}} for call in message.calls
        ]
    return fields


trl = Target(
    name="trl",
    line=line,
    shape="TRLLine",
    # A file of `prompt` and `completion` would leave every earlier answer out of the loss, and the two shapes cannot
    # be mixed in one file: so the turn is refused and not rewritten.
    refusals=(
        no_untrained(
            "TRL trains on all messages, or with `assistant_only_loss` on every assistant message, and ignores weights."
        ),
    ),
)
