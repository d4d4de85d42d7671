"""W202: a tool that no conversation calls."""

from collections.abc import Iterator

from ftc.check.model import Model
from ftc.diagnostics import Diagnostic


def check(model: Model) -> Iterator[Diagnostic]:
    called = {
        call.tool
        for block in model.blocks
        for turn in block.turns
        for message in (*turn.messages, *(turn.invalid.messages if turn.invalid else ()))
        for call in message.calls
    }
    for tool in dict.fromkeys(tool for block in model.blocks for tool in block.tools):
        if tool not in called:
            yield Diagnostic("W202", tool.span, {"name": tool.name})
