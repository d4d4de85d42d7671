"""A conversation: what the plan holds at an index, and what a target writes as a line."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from typing import Literal as OneOf
from typing import cast

from ftc.printable import visible
from ftc.source import Span

Role = OneOf["system", "user", "assistant", "tool"]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call of a tool by the assistant: `id` is `call_1`, `call_2`, … in the order of the conversation."""

    id: str
    name: str
    arguments: Mapping[str, object]

    def __str__(self) -> str:
        """The call as the source writes it."""
        return f"{self.name}({', '.join(f'{name}={_literal(value)}' for name, value in self.arguments.items())})"


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `content` is None for a message of calls alone; `call_id` names the call that a tool
    message answers; `trained` is False for an assistant message that is kept out of the loss."""

    role: Role
    content: str | None
    calls: tuple[ToolCall, ...] = ()
    call_id: str | None = None
    trained: bool = True

    def __str__(self) -> str:
        """What the message says, as it may be shown; calls as the source writes them."""
        return "calls " + ", ".join(map(str, self.calls)) if self.content is None else visible(self.content)


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool as declared: `parameters` is a JSON schema object."""

    name: str
    description: str
    parameters: Mapping[str, object]

    def __str__(self) -> str:
        """The tool as the source declares it."""
        properties = cast(Mapping[str, Mapping[str, object]], self.parameters.get("properties", {}))
        listed = ", ".join(f"{name}: {_parameter(schema)}" for name, schema in properties.items())
        return f"{self.name}({listed})" + (f": {visible(self.description)}" if self.description else "")


@dataclass(frozen=True, slots=True)
class Pick:
    """One choice that made the conversation: of a name, or of unnamed alternatives (`name` is then their text,
    cut short).

    `path` is the stable identity of what was picked from; `value` the text picked; `span` the source of the
    value picked. `written` is how the source writes the value, where that is not what it says: a row with names in its
    cells. `is_row` says that it is a row of a table, which may stand in a file of data.
    """

    path: str
    name: str
    value: str
    span: Span
    named: bool
    written: str | None = None
    is_row: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a conversation comes from: its block, the span of each of its messages (same order), and the picks
    that made it.

    `part` tells the exchanges of one fact apart: the first user message as written in the source. `rejected` is where
    the answer not to give stands.
    """

    block: str
    part: str
    span: Span
    messages: tuple[Span, ...]
    picks: Sequence[Pick] = field(compare=False)
    rejected: Span | None = None


@dataclass(frozen=True, repr=False)
class Conversation:
    """A chat that ends with an assistant message.

    `rejected` is the answer not to give in place of the last message, None where there is none; `says` lists
    what the last
    answer must contain, each as the texts of which any one will do; `case` is the case of the last turn of a format;
    `fault` is the name whose pick is invalid, None in a valid conversation.
    """

    messages: tuple[Message, ...]
    origin: Origin
    tools: tuple[ToolSpec, ...] = ()
    rejected: str | None = None
    says: tuple[tuple[str, ...], ...] = ()
    case: str | None = None
    fault: str | None = None
    index: int = field(default=0, compare=False)

    def __repr__(self) -> str:
        """The conversation as a chat: what a notebook shows."""
        return "\n".join(f"{message.role + ':':<11}{_indented(message)}" for message in self.messages)

    @cached_property
    def id(self) -> str:
        """Stable as long as the block's name and these picks stay: `smoking-1f0c9a7b35d2`."""
        made_of = [
            self.origin.part,
            *([p.path, p.value if p.written is None else p.written] for p in self.origin.picks),
        ]
        picks = json.dumps(made_of, ensure_ascii=False)
        return f"{self.origin.block}-{blake2b(picks.encode(), digest_size=6).hexdigest()}"


def _indented(message: Message) -> str:
    """What a message says, its lines under each other."""
    return str(message).replace("\n", "\n" + " " * 11)


_TYPES = {"string": "text", "integer": "int", "number": "float", "boolean": "bool"}


def _parameter(schema: Mapping[str, object]) -> str:
    """The type of a parameter as the source names it, and its default."""
    items = cast(Mapping[str, object], schema.get("items", schema))
    named = _TYPES.get(str(items.get("type")), "")
    listed = f"list of {named}" if schema.get("type") == "array" else named
    return f"{listed} = {_literal(schema['default'])}" if "default" in schema else listed


def said(value: object) -> str:
    """A value that is picked as it is shown: a text as it is, another value as the source writes it."""
    return value if isinstance(value, str) else _literal(value)


def _literal(value: object) -> str:
    """A value as an expression of the source writes it, on one line."""
    match value:
        case None:
            return "none"
        case bool():
            return "true" if value else "false"
        case list() | tuple() | range():
            return f"[{', '.join(map(_literal, value))}]"
        case Mapping():
            return f"{{{', '.join(f'{_literal(name)}: {_literal(each)}' for name, each in value.items())}}}"
        case str():
            return visible(json.dumps(value, ensure_ascii=False))
        case _:
            return str(value)
