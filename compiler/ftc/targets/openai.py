"""Supervised fine-tuning as OpenAI defined it; Azure, Together, Fireworks and others read the same lines.

https://platform.openai.com/docs/guides/supervised-fine-tuning
"""

from ftc.expand.conversation import Conversation
from ftc.targets import chat
from ftc.targets.target import Target, encode, no_two_answers, not_too_long


def line(conversation: Conversation) -> bytes:
    fields: dict[str, object] = {"messages": [chat.message_dict(each, weight=True) for each in conversation.messages]}
    if conversation.tools:
        fields["tools"] = chat.tools(conversation.tools)
    return encode(fields)


openai = Target(
    name="openai",
    line=line,
    shape="OpenAILine",
    refusals=(no_two_answers, not_too_long),
    minimum=10,
    services=("openai", "azure"),
    max_tokens=65_536,
    max_bytes=512 * 2**20,
)
