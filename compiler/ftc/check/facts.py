"""Facts and dialogs, from their lines to their shape in the model."""

from typing import Any

from ftc.check.blocks import BlockBuilder, Statements
from ftc.check.model import (
    Block,
    Turn,
)
from ftc.check.scope import Scope, near
from ftc.check.turns import Turns
from ftc.diagnostics import Label
from ftc.edits import instead
from ftc.slotted import replaced
from ftc.syntax import ast


class Facts(BlockBuilder):
    """Builds facts and dialogs."""

    def fact(self, block: ast.Block) -> Block:
        scope, lines = self._open(block, self.scope, "block")
        turns = Turns(scope, self.findings, self.tools)
        exchanges = self._drafts(block, turns, exchanges=True)
        if scope.wheres:
            # A `where` below an exchange is its own; one before the first is the block's.
            scope.wheres, exchanges = self._share_wheres(lines, scope, exchanges)
        if not exchanges:
            self._report_empty(block, "user: … and assistant: …")
        style = None
        for statement in lines:
            if isinstance(statement, ast.StyleLine):
                found = self.styles.get(statement.name.text)
                if found is None and any(statement.name.text in line for line in self.scope.unparsed):
                    self.findings.note_reported()
                elif found is None:
                    name = statement.name.text
                    edits = instead(statement.name.span, near(name, self.styles))
                    self.findings.add("E219", statement.name.span, edits=edits, name=name)
                else:
                    style = found[0]
        system = style.system if style else None
        if system is not None:
            own = next((s for s in block.body if isinstance(s, ast.Message) and s.role == "system"), None)
            if own is not None:
                label = Label(system.span, "the system text of the style")
                self.findings.add("E303", own.span, (label,), what="`system`")
        return self._finish(block, lines, scope, turns, exchanges, system=system, style=style)

    def _share_wheres(self, body: Statements, scope: Scope, turns: list[Turn]) -> tuple[list[Any], list[Turn]]:
        shared, own = [], {id(t): list(t.wheres) for t in turns}
        for where in scope.wheres:
            before = [t for t in turns if t.span.start < where.span.start]
            lines = {s.condition.span for s in body if isinstance(s, ast.Where)}
            if before and where.span in lines:
                own[id(before[-1])].append(where)
            else:
                shared.append(where)
        return shared, [replaced(t, wheres=tuple(own[id(t)])) for t in turns]

    def dialog(self, block: ast.Block) -> Block:
        scope, lines = self._open(block, self.scope, "block")
        turns = Turns(scope, self.findings, self._tools(block, self.scope))
        finished = self._drafts(block, turns, exchanges=False)
        if not finished:
            self._report_empty(block, "user: … and assistant: …")
        return self._finish(block, lines, scope, turns, finished)
