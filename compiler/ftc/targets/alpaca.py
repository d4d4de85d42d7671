"""Alpaca lines as LLaMA-Factory reads them: an instruction and its output, earlier turns in `history`.

https://github.com/hiyouga/LLaMA-Factory/blob/main/data/README.md
"""

from ftc.expand.conversation import Conversation
from ftc.targets import chat
from ftc.targets.target import Target, alternating, encode, no_tools, no_untrained


def line(conversation: Conversation) -> bytes:
    system, rest = chat.system_and_rest(conversation)
    turns = [[user.content, assistant.content] for user, assistant in zip(rest[::2], rest[1::2], strict=True)]
    *history, (instruction, output) = turns
    # `input` is a second part of the question; a conversation has but one.
    # Every line has every column: `dataset_info.json` names them for the whole file.
    fields = {"instruction": instruction, "input": "", "output": output, "system": system or "", "history": history}
    return encode(fields)


alpaca = Target(
    name="alpaca",
    line=line,
    shape="AlpacaLine",
    refusals=(
        no_tools,
        no_untrained("The answers in an Alpaca history are trained on like the last one."),
        alternating,
    ),
    dataset_info={
        "columns": {
            "prompt": "instruction",
            "query": "input",
            "response": "output",
            "system": "system",
            "history": "history",
        }
    },
)
