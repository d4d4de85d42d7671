"""Preference pairs as OpenAI defined them: the answer to give and the one not to give, after the same messages.

https://platform.openai.com/docs/guides/direct-preference-optimization
"""

from ftc.expand.conversation import Conversation, Message
from ftc.targets import chat
from ftc.targets.target import Target, encode, no_two_answers, not_too_long


def line(conversation: Conversation) -> bytes:
    # Nothing before the pair is trained, so no weights are written.
    *before, last = (chat.message_dict(message, weight=False) for message in conversation.messages)
    fields: dict[str, object] = {"messages": before}
    if conversation.tools:
        fields["tools"] = chat.tools(conversation.tools)
    rejected = chat.message_dict(Message("assistant", conversation.rejected), weight=False)
    return encode({"input": fields, "preferred_output": [last], "non_preferred_output": [rejected]})


openai_dpo = Target(
    name="openai-dpo",
    line=line,
    shape="OpenAIPair",
    refusals=(no_two_answers, not_too_long),
    minimum=10,
    services=("openai", "azure"),
    max_tokens=65_536,
    max_bytes=512 * 2**20,
    pairs=True,
)
