"""Messages in order: those of users, assistants and tools, which take turns as chat models expect."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ftc.check.expressions import Expressions
from ftc.check.model import Constraint, Expr, Invalid, Message, Template, Tool, ToolCall, Turn
from ftc.check.scope import Findings, Scope, near
from ftc.check.templates import Templates
from ftc.diagnostics import Label
from ftc.edits import instead
from ftc.expressions.limits import FAILURES, failure_reason, reset_steps
from ftc.expressions.nodes import Cast
from ftc.expressions.operations import json_value
from ftc.expressions.types import ANY, BOOL, FLOAT, INT, TEXT, Type, accepts, certain, list_of
from ftc.source import Span
from ftc.syntax import ast
from ftc.syntax.braces import escaped

PARAMETER_TYPES: dict[str, tuple[Type, dict[str, Any]]] = {
    "text": (TEXT, {"type": "string"}),
    "int": (INT, {"type": "integer"}),
    "float": (FLOAT, {"type": "number"}),
    "bool": (BOOL, {"type": "boolean"}),
}
PARAMETER_TYPES |= {
    f"list of {name}": (list_of(type_), {"type": "array", "items": schema})
    for name, (type_, schema) in PARAMETER_TYPES.items()
}


@dataclass(slots=True)
class Draft:
    """A turn while its lines are read."""

    name: str | None
    span: Span
    messages: list[Message] = field(default_factory=list)
    rejected: Template | None = None
    says: list[Template] = field(default_factory=list)
    wheres: list[Constraint] = field(default_factory=list)
    invalid: Invalid | None = None
    broken: bool = False
    """Whether a line of it could not be taken: what then seems out of order may not be."""
    reported: bool = False
    """Whether its order was reported: what it then lacks at its end is no further mistake."""
    last_call: int = 0
    """How many calls of the last message of calls wait for their `tool:` line."""
    answer: int | None = None
    """Where the first assistant message stands."""

    def append(self, message: Message) -> None:
        if self.answer is None and message.role == "assistant":
            self.answer = len(self.messages)
        self.messages.append(message)


class Turns:
    """Builds turns from message lines, in one scope."""

    def __init__(self, scope: Scope, findings: Findings, tools: Iterable[Tool]) -> None:
        self.findings = findings
        self.templates = Templates(scope, findings)
        self.expressions = self.templates.expressions
        self.tools = {tool.name: tool for tool in tools}

    def message(self, statement: ast.Message) -> Message:
        content = self.templates.content(statement.content)
        role = statement.role
        assert role != "rejected" and role != "base"
        return Message(role, content, (), statement.trained, statement.span)

    def add(self, draft: Draft, statement: ast.Message | ast.Calls) -> None:
        """Append a line to a turn; report one that cannot stand there."""
        last = draft.messages[-1] if draft.messages else None
        if isinstance(statement, ast.Calls):
            call = self._call(statement)
            if last and last.calls and draft.last_call == len(last.calls):
                # Consecutive `calls` lines are one message.
                draft.messages[-1] = Message("assistant", None, (*last.calls, call), last.trained, last.span)
                draft.last_call += 1
                return
            self._order(draft, last, "assistant", statement.span, is_call=True)
            draft.append(Message("assistant", None, (call,), statement.trained, statement.span))
            draft.last_call = 1
            return
        if statement.role == "rejected":
            if draft.rejected is not None:
                label = Label(draft.rejected.span, "the first one")
                self.findings.add("E303", statement.span, (label,), what="`rejected:`")
            elif draft.broken:
                pass
            elif last is None or last.role != "assistant" or last.calls:
                self.findings.add("E312", statement.span)
                draft.broken = True
            draft.rejected = self.templates.content(statement.content)
            return
        self._order(draft, last, statement.role, statement.span)
        if statement.role == "tool":
            draft.last_call -= 1
        draft.append(self.message(statement))

    def _order(self, draft: Draft, last: Message | None, role: str, span: Span, *, is_call: bool = False) -> None:
        """Report a message that cannot follow the one before it."""
        if role == "tool":
            follows = draft.last_call > 0
        else:
            before = last.role if last else "assistant"
            follows = before != role and draft.last_call <= 0 and draft.rejected is None
        if follows or draft.broken:
            return
        draft.reported = True
        labels = (Label(last.span, "the message before"),) if last else ()
        if role == "tool":
            self.findings.add("E310", span, labels)
        elif draft.last_call > 0:
            assert last is not None
            self.findings.add("E311", span, labels, missing=draft.last_call)
            draft.last_call = 0
        elif role == "assistant" and last is None:
            self.findings.add("E302", span, why="An answer stands here before any `user:` line.", way="user: …")
        elif draft.rejected is not None:
            self.findings.add("E312", draft.rejected.span, (Label(span, "the conversation goes on here"),))
        else:
            if is_call and last and last.role == "assistant" and not last.calls:
                why = "A message holds a text or calls, and not both: this call follows a text."
                self.findings.add("E302", span, labels, why=why, text="Leave the text out")
                return
            way = "assistant: …" if role == "user" else "user: …"
            self.findings.add("E302", span, labels, why=f"Two `{role}` messages follow each other.", way=way)

    def finish(self, draft: Draft) -> Turn | None:
        """The turn, if it is one: it ends with an assistant message."""
        last = draft.messages[-1] if draft.messages else None
        if last is None:
            return None
        if draft.broken or draft.reported:
            pass
        elif draft.last_call > 0:
            self.findings.add("E311", last.span, missing=draft.last_call)
        elif last.role != "assistant":
            self.findings.add("E304", last.span, role=last.role)
        answer = len(draft.messages) if draft.answer is None else draft.answer
        return Turn(
            draft.name, tuple(draft.messages), answer, draft.rejected, tuple(draft.says), tuple(draft.wheres),
            draft.invalid, draft.span,
        )  # fmt: skip

    def says(self, statement: ast.Says) -> list[Template]:
        if isinstance(statement.body, ast.Items):
            return list(self.templates.items(statement.body))
        return [self.templates.text(statement.body)]

    # ── tools ─────────────────────────────────────────────────────────────────────────────────────

    def _call(self, statement: ast.Calls) -> ToolCall:
        arguments = [(name, self.expressions.check(value)) for name, value in statement.arguments]
        tool = self.tools.get(statement.tool.text)
        if tool is None:
            name = statement.tool.text
            if any(line.startswith("tool") and name in line for line in self.expressions.scope.unparsed):
                self.findings.note_reported()  # declared, perhaps, in a line that was reported
            else:
                edits = instead(statement.tool.span, near(name, self.tools))
                self.findings.add("E316", statement.tool.span, edits=edits, name=name)
            tool = Tool(name, "", {}, frozenset(), {}, statement.tool.span)
        else:
            arguments = self._arguments(tool, arguments, statement)
        return ToolCall(tool, tuple((n.text, e) for n, e in arguments), statement.span)

    def _arguments(
        self, tool: Tool, arguments: list[tuple[ast.Ident, Expr]], statement: ast.Calls
    ) -> list[tuple[ast.Ident, Expr]]:
        """The arguments of a call, with a cast around those whose types only run time can check."""
        seen: set[str] = set()
        given = []
        for name, value in arguments:
            wanted = tool.types.get(name.text)
            if name.text in seen:
                self.findings.add("E317", name.span, why=f"`{name.text}` is given twice.")
            elif wanted is None:
                known = ", ".join(f"`{p}`" for p in tool.types) or "nothing"
                why = f"`{tool.name}` takes no `{name.text}`; it takes {known}."
                self.findings.add("E317", name.span, (Label(tool.span, "declared here"),), why=why)
            elif not accepts(wanted, value.type):
                why = f"`{name.text}` is declared as {wanted}, and {value.type} is given."
                self.findings.add("E317", value.span, (Label(tool.span, "declared here"),), why=why)
            elif not certain(wanted, value.type):
                value = Expr(Cast(value.node, wanted, value.span), value.span)
            seen.add(name.text)
            given.append((name, value))
        missing = sorted(tool.required - seen)
        if missing and seen <= set(tool.types):
            names = ", ".join(f"`{m}`" for m in missing)
            why = f"The call leaves out {names}."
            self.findings.add("E317", statement.tool.span, (Label(tool.span, "declared here"),), why=why)
        return given


def declare_tool(statement: ast.Tool, scope: Scope, findings: Findings) -> Tool:
    """A tool with the JSON schema of its parameters."""
    properties: dict[str, Any] = {}
    types: dict[str, Type] = {}
    required = []
    for parameter in statement.parameters:
        name = parameter.name.text
        if name in properties:
            findings.add("E202", parameter.name.span, name=name)
        known = PARAMETER_TYPES.get(parameter.type.text)
        if known is None:
            findings.note_reported()  # the parser reported it
            known = ANY, {}
        types[name], schema = known
        properties[name] = dict(schema)
        if parameter.default is None:
            required.append(name)
        else:
            mark = findings.mark()
            expressions = Expressions(scope, findings)
            default = expressions.check(parameter.default)
            if default.reads:
                findings.add("E314", parameter.default.span, name=name)
                continue
            default = Expr(expressions.require(default.node, types[name]), default.span)
            if not findings.grew_since(mark):
                try:
                    reset_steps()
                    properties[name]["default"] = json_value(default.run())
                except FAILURES as failure:
                    findings.add("E404", default.failed_part(failure), failure=failure_reason(failure))
    description = Templates(scope, findings).text(statement.description)
    if description.constant is None:
        span = statement.description.span
        findings.add("E319", span, edits=instead(span, escaped(span.text)))
    schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return Tool(statement.name.text, description.constant or "", schema, frozenset(required), types, statement.span)
