"""Hugging Face TRL, conversational language modelling: `messages`, and `tools` where there are any.

https://huggingface.co/docs/trl/dataset_formats
"""

from ftc.expand.conversation import Conversation, Message
from ftc.targets import chat
from ftc.targets.target import Target, encode, no_untrained


def line(conversation: Conversation) -> bytes:
    names = {call.id: call.name for said in conversation.messages for call in said.calls}
    shown: dict[str, object] = {"messages": [_message(said, names) for said in conversation.messages]}
    if conversation.tools:
        shown["tools"] = chat.tools(conversation.tools)
    return encode(shown)


def _message(said: Message, names: dict[str, str]) -> dict[str, object]:
    """As a chat template reads it: arguments are an object, and the answer of a tool names the tool."""
    shown: dict[str, object] = {"role": said.role}
    if said.call_id is not None:
        shown["name"] = names[said.call_id]
    if said.content is not None:
        shown["content"] = said.content
    if said.calls:
        shown["tool_calls"] = [
            {"type": "function", "function": {"name": call.name, "arguments": call.arguments}} for call in said.calls
        ]
    return shown


trl = Target(
    name="trl",
    line=line,
    shape="TRLLine",
    # A file of `prompt` and `completion` would leave every earlier answer out of the loss, and the two shapes cannot
    # be mixed in one file: so the turn is refused and not rewritten.
    refusals=(no_untrained("TRL trains on every assistant message and ignores weights without a word."),),
)
