"""Blocks: `fact`, `dialog`, `format`, `style`, each from its lines to its shape in the model."""

from collections.abc import Iterable, Sequence

from ftc.check.declarations import Declarations
from ftc.check.model import (
    Block,
    Culprit,
    Level,
    Message,
    Name,
    Split,
    Style,
    StyleAnswer,
    Template,
    Thinning,
    Tool,
    Turn,
)
from ftc.check.scope import Findings, Scope
from ftc.check.splits import split_of
from ftc.check.turns import Draft, Turns, declare_tool
from ftc.diagnostics import Label
from ftc.loader import Loader
from ftc.source import Span
from ftc.syntax import ast

_NAMES = (ast.Let, ast.Table, ast.Where, ast.Bad)
_ANYWHERE = (*_NAMES, ast.Says, ast.NoSystem, ast.Unique, ast.Cover, ast.Sample, ast.Validation, ast.Repeat)

# Which statements, and which messages and inner blocks, a block takes.
ALLOWED: dict[str, tuple[type, ...]] = {
    "fact": (*_ANYWHERE, ast.StyleLine),
    "dialog": (*_ANYWHERE, ast.Tool, ast.Calls),
    "format": (*_ANYWHERE, ast.Tool, ast.Calls, ast.Turns),
    "style": (*_ANYWHERE, ast.Replace, ast.Keep, ast.AnswersFrom, ast.Rewrite),
    "case": (*_NAMES, ast.Says, ast.Calls),
    "invalid": (ast.Says, ast.Calls, ast.Cover, ast.Sample, ast.Bad),
}
ROLES: dict[str, tuple[str, ...]] = {
    "fact": ("system", "user", "assistant", "rejected"),
    "dialog": ("system", "user", "assistant", "tool", "rejected"),
    "format": ("system", "user", "assistant", "tool", "rejected"),
    "style": ("system", "user", "assistant"),
    "case": ("user", "assistant", "tool", "rejected"),
    "invalid": ("assistant", "tool", "rejected"),
}
INNER: dict[str, tuple[str, ...]] = {"format": ("case", "invalid"), "case": ("invalid",)}
_THINNING = (ast.Cover, ast.Sample)
_ONCE = (
    ast.Turns, ast.Unique, ast.Validation, ast.Repeat, ast.Keep, ast.AnswersFrom, ast.Rewrite, ast.Replace,
    ast.StyleLine,
)  # fmt: skip
_MESSAGES = (ast.Message, ast.Calls)


MAX_STRENGTH = 6
"""No known fault needs more than six values at a time to show (Kuhn, Wallace & Gallo, IEEE TSE 30(6), 2004)."""


def keyword_of(statement: ast.Statement) -> str:
    """The keyword that a statement begins with: `no system` is one."""
    words = statement.span.text.split()
    return " ".join(words[:2]) if words[:1] == ["no"] else words[0].split(":")[0] if words else ""


def allowed(kind: str, statement: ast.Statement) -> bool:
    if isinstance(statement, ast.Message):
        return statement.role in ROLES[kind]
    if isinstance(statement, ast.Block):
        return statement.kind in INNER.get(kind, ())
    return isinstance(statement, ALLOWED[kind])


def unique_key(kind: str, statement: ast.Statement) -> object:
    """What a block may hold once: two statements with one key clash; None for a statement that may be repeated."""
    if isinstance(statement, ast.Message):
        single = statement.role == "system" or (kind == "style" and statement.role == "assistant")
        return statement.role if single else None
    if isinstance(statement, ast.Block):
        return "invalid" if statement.kind == "invalid" else None
    if isinstance(statement, ast.NoSystem):
        return "system"
    if isinstance(statement, _THINNING):
        return "thin"
    return type(statement) if isinstance(statement, _ONCE) else None


Statements = Sequence[ast.Statement]


class BlockBuilder:
    """What builders of blocks share; each kind of block has a subclass."""

    def __init__(
        self, scope: Scope, findings: Findings, loader: Loader, system: Message | None, tools: tuple[Tool, ...],
        split: Split | None,
    ) -> None:  # fmt: skip
        self.scope = scope
        self.findings = findings
        self.loader = loader
        self.system = system
        self.tools = tools
        self.split = split
        self.styles: dict[str, tuple[Style, Scope]] = {}

    # ── what all blocks share ─────────────────────────────────────────────────────────────────────

    def _open(self, block: ast.Block, outer: Scope, level: Level) -> tuple[Scope, Statements]:
        """A scope with the names of a block, and those of its lines that are no messages: most facts have none. Lines
        that may not stand in the block are reported here."""
        self._shape(block)
        scope = Scope(level, outer)
        lines = [s for s in block.body if not isinstance(s, _MESSAGES)]
        if lines:
            names = Declarations(scope, self.findings, self.loader)
            names.declare(lines)
            names.resolve(lines)
        return scope, lines

    def _shape(self, block: ast.Block) -> None:
        seen: dict[object, ast.Statement] = {}
        for statement in block.body:
            if not allowed(block.kind, statement):
                word = keyword_of(statement)
                fits = [k for k in ALLOWED if allowed(k, statement)]
                if "format" in fits and block.kind in ("case", "invalid"):
                    fits = ["format"]  # the one around it
                where = " or ".join(f"`{k}`" for k in fits[:2])
                self.findings.add("E301", statement.span, word=word, block=f"`{block.kind}`", where=where)
                continue
            key = unique_key(block.kind, statement)
            if key is not None:
                if key in seen:
                    what = f"`{keyword_of(statement)}`"
                    if keyword_of(statement) != keyword_of(seen[key]):
                        what += f", after `{keyword_of(seen[key])}`,"
                    self.findings.add("E303", statement.span, (Label(seen[key].span, "the first one"),), what=what)
                seen.setdefault(key, statement)

    def _unsound(self, block: ast.Block) -> bool:
        """Whether a line has a mistake, so that the order of those around it may not be what it seems."""
        for statement in block.body:
            if isinstance(statement, ast.Bad) or not allowed(block.kind, statement):
                return True
        reported = bool(self.scope.mistakes)
        return reported and any(self.scope.has_mistake(line.span.start, line.span.end) for line in block.body)

    def _system(self, block: ast.Block, lines: Statements, turns: Turns) -> Message | None:
        dropped = any(isinstance(line, ast.NoSystem) for line in lines)
        system = None if dropped else self.system
        first: ast.Message | ast.Calls | None = None
        for statement in block.body:
            if isinstance(statement, ast.Message) and statement.role == "system":
                system = turns.message(statement)
                if first is not None:
                    self.findings.add("E334", statement.span, (Label(first.span, "the first message"),))
            elif isinstance(statement, ast.Message | ast.Calls) and first is None:
                first = statement
        return system

    def _thinning(self, lines: Statements) -> Thinning | None:
        for statement in lines:
            if isinstance(statement, ast.Cover):
                if not 1 <= statement.strength <= MAX_STRENGTH:
                    what = f"`cover` takes `each`, `pairs`, `triples` or a number up to {MAX_STRENGTH}."
                    self.findings.add("E321", statement.span, what=what)
                return Thinning(statement.strength, None, 0, statement.span)
            if isinstance(statement, ast.Sample):
                if statement.count < 1:
                    self.findings.add("E321", statement.span, what="`sample` takes a number from 1.")
                return Thinning(None, statement.count, statement.seed, statement.span)
        return None

    def _split(self, lines: Statements, scope: Scope) -> Split | None:
        """What the block holds out; where it does not say so, what the file says."""
        own = next((line for line in lines if isinstance(line, ast.Validation)), None)
        return split_of(own, scope, self.findings) if own else self.split

    def _finish(
        self, block: ast.Block, lines: Statements, scope: Scope, builder: Turns, turns: Iterable[Turn], *,
        low: int = 1, high: int = 1, system: Message | None = None, style: Style | None = None,
        names: Iterable[Name] = (), plain_case: bool = False,
    ) -> Block:  # fmt: skip
        """The whole block, under the given `system` text, else its own."""
        assert block.name is not None
        own = self._system(block, lines, builder)
        repeat = next((s for s in lines if isinstance(s, ast.Repeat)), None)
        if repeat is not None and not 1 <= repeat.times <= 1000:
            self.findings.add("E321", repeat.span, what="`repeat` takes a number from 1 to 1000.")
        unique = next((s.span for s in lines if isinstance(s, ast.Unique)), None)
        thinning, split, times = self._thinning(lines), self._split(lines, scope), repeat.times if repeat else 1
        return Block(
            block.kind, block.name.text, system or own, tuple(turns), low, high, tuple(builder.tools.values()), style,  # type: ignore[arg-type]
            tuple(names) or tuple(scope.names.values()), tuple(scope.wheres), thinning, split, times, block.name.span,
            plain_case, unique,
        )  # fmt: skip

    def _tools(self, block: ast.Block, scope: Scope) -> tuple[Tool, ...]:
        own = [declare_tool(s, scope, self.findings) for s in block.body if isinstance(s, ast.Tool)]
        known = {tool.name: tool for tool in self.tools}
        for tool in own:
            if tool.name in known:
                self.findings.add(
                    "E202", tool.span, (Label(known[tool.name].span, "first declared here"),), name=tool.name
                )
            known[tool.name] = tool
        return tuple(known.values())

    def _drafts(self, block: ast.Block, turns: Turns, *, exchanges: bool) -> list[Turn]:
        """The turns of a body: one for each exchange, or one in all. `says` before the first message is for all."""
        assert block.name is None or isinstance(block.name, ast.Ident)
        shared: list[Template] = []
        drafts: list[Draft] = []
        broken = self._unsound(block)  # else each line is allowed
        for statement in block.body:
            draft = drafts[-1] if drafts else None
            if isinstance(statement, ast.Says):
                (shared if draft is None else draft.says).extend(turns.says(statement))
            elif isinstance(statement, _MESSAGES) and (not broken or allowed(block.kind, statement)):
                role = statement.role if isinstance(statement, ast.Message) else "assistant"
                if role == "system":
                    continue
                if draft is None or (exchanges and role == "user" and draft.answer is not None):
                    name = block.name.text if block.kind == "case" and block.name else None
                    draft = Draft(name, statement.span, broken=broken)
                    drafts.append(draft)
                turns.add(draft, statement)
        for draft in drafts:
            draft.says[:0] = shared
        return [turn for draft in drafts if (turn := turns.finish(draft))]

    def _report_hidden_name(self, name: StyleAnswer | Culprit, scope: Scope) -> None:
        """Report a declared name that the special name would hide."""
        hidden = scope.find(name.name)
        if hidden is not None:
            self.findings.add("E215", hidden.span, (Label(name.span, "here it has"),), name=name.name)

    def _report_empty(self, block: ast.Block, way: str) -> None:
        if not self._unsound(block):
            span: Span = block.name.span if block.name else block.span
            name = f"{block.kind} {block.name.text}" if block.name else block.kind
            self.findings.add("E325", span, name=name, way=way)
