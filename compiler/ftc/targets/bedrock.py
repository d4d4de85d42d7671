"""Fine-tuning on Amazon Bedrock: the conversation schema of 2024, which has texts and no tools.

https://docs.aws.amazon.com/nova/latest/userguide/fine-tune-prepare-data-understanding.html
"""

from ftc.expand.conversation import Conversation
from ftc.targets import chat
from ftc.targets.target import Target, alternating, encode, no_empty_text, no_tools, no_untrained


def line(conversation: Conversation) -> bytes:
    system, rest = chat.system_and_rest(conversation)
    fields: dict[str, object] = {"schemaVersion": "bedrock-conversation-2024"}
    if system is not None:
        fields["system"] = [{"text": system}]
    fields["messages"] = [{"role": message.role, "content": [{"text": message.content}]} for message in rest]
    return encode(fields)


bedrock = Target(
    name="bedrock",
    line=line,
    shape="BedrockLine",
    refusals=(no_tools, no_untrained("Bedrock's fine-tuning has no weights."), alternating, no_empty_text),
)
