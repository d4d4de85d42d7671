"""ShareGPT lines as LLaMA-Factory reads them: `from` and `value`, with the system text and the tools in columns.

https://github.com/hiyouga/LLaMA-Factory/blob/main/data/README.md
"""

from ftc.expand.conversation import Conversation, Message
from ftc.targets import chat
from ftc.targets.target import Target, alternating, dump, encode, no_untrained, one_call_at_a_time

_NAMES = {"user": "human", "assistant": "gpt", "tool": "observation"}


def line(conversation: Conversation) -> bytes:
    system, rest = chat.system_and_rest(conversation)
    tools = [{"name": t.name, "description": t.description, "parameters": t.parameters} for t in conversation.tools]
    # Every line has every column: `dataset_info.json` names them for the whole file.
    messages = [_message(message) for message in rest]
    return encode({"conversations": messages, "system": system or "", "tools": dump(tools) if tools else ""})


def _message(message: Message) -> dict[str, object]:
    if message.calls:
        (call,) = message.calls
        return {"from": "function_call", "value": dump({"name": call.name, "arguments": call.arguments})}
    return {"from": _NAMES[message.role], "value": message.content}


sharegpt = Target(
    name="sharegpt",
    line=line,
    shape="ShareGPTLine",
    refusals=(
        no_untrained("LLaMA-Factory trains on every answer of a line, or on the last one, by a switch for all."),
        one_call_at_a_time,
        alternating,
    ),
    dataset_info={
        "formatting": "sharegpt",
        "columns": {"messages": "conversations", "system": "system", "tools": "tools"},
    },
)
