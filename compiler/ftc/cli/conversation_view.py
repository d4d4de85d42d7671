"""A conversation as people read it, and as a document for programs."""

from collections.abc import Iterator

from ftc.expand.conversation import Conversation, Message
from ftc.printable import inline, visible
from ftc.source import Span

MARGIN = 11
PICKS = 20
"""The maximum number of picks that are listed."""
TONES = {"system": "35", "user": "36", "assistant": "32", "tool": "33", "rejected": "31"}


def render_conversation(conversation: Conversation, title: str, *, color: bool) -> str:
    """A title, then each message with its role in the margin, then the answer not to give and the picks."""
    lines = [_paint(title, "1", color)]
    for tool in conversation.tools:
        lines += _labelled("tool", str(tool), color, mark="+")
    for message in conversation.messages:
        lines += _message(message, color)
    if conversation.rejected is not None:
        lines += _labelled("rejected", conversation.rejected, color)
    if conversation.fault is not None:
        lines.append(_note(f"invalid: {inline(conversation.fault)}", color))
    # The pick of a whole message is the message.
    whole = {conversation.rejected, *(message.content for message in conversation.messages)}
    picks = [each for each in conversation.origin.picks if each.named or each.value not in whole]
    if picks:
        listed = ", ".join(f"{inline(pick.name)} = {_short(pick.value)}" for pick in picks[:PICKS])
        listed += f", and {len(picks) - PICKS:,} more" if len(picks) > PICKS else ""
        lines.append(_note(f"picks: {listed}", color))
    return "\n".join(lines) + "\n"


def described(conversation: Conversation, number: int) -> dict[str, object]:
    """The same as a document: what it says, and where that comes from."""
    origin = conversation.origin
    return {
        "number": number,
        "id": conversation.id,
        "block": origin.block,
        **_place(origin.span),
        "tools": [
            {"name": one.name, "description": one.description, "parameters": dict(one.parameters)}
            for one in conversation.tools
        ],
        "messages": [
            {
                "role": message.role,
                "content": message.content,
                "calls": [{"id": c.id, "name": c.name, "arguments": dict(c.arguments)} for c in message.calls],
                "call_id": message.call_id,
                "trained": message.trained,
                **_place(span),
            }
            for message, span in zip(conversation.messages, origin.messages, strict=True)
        ],
        "rejected": None
        if conversation.rejected is None
        else {"content": conversation.rejected, **(_place(origin.rejected) if origin.rejected else {})},
        "invalid": conversation.fault,
        "picks": [
            {"name": pick.name, "value": pick.value, "path": pick.path, "named": pick.named, **_place(pick.span)}
            for pick in origin.picks
        ],
    }


def _place(span: Span) -> dict[str, object]:
    return {"file": span.source.name, "row" if span.source.in_rows else "line": span.line}


def _message(message: Message, color: bool) -> Iterator[str]:
    if message.content is not None:
        yield from _labelled(message.role, message.content, color)
    for call in message.calls:
        yield from _labelled(message.role, f"calls {call}", color)
    if not message.trained:
        yield _note("not trained on", color)


def _labelled(role: str, text: str, color: bool, mark: str = "") -> list[str]:
    first, *rest = visible(text).split("\n")
    margin = _paint(f"{mark + role:<{MARGIN}}", TONES[role], color)
    return [f"{margin}{first}".rstrip(), *(f"{' ' * MARGIN}{line}".rstrip() for line in rest)]


def _note(text: str, color: bool) -> str:
    return _paint(f"{' ' * MARGIN}({text})", "2", color)


def _short(text: str) -> str:
    line = visible(text.replace("\n", " "))
    return (line if len(line) <= 60 else f"{line[:59]}…") or '""'


def _paint(text: str, sgr: str, color: bool) -> str:
    return f"\x1b[{sgr}m{text}\x1b[0m" if color else text
