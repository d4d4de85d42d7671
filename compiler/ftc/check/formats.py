"""Formats, from their lines to their shape in the model: cases, and the answer to invalid values."""

from typing import Any

from ftc.check.blocks import BlockBuilder, allowed
from ftc.check.model import (
    Block,
    Culprit,
    Invalid,
    Message,
    Template,
    Tool,
    Turn,
)
from ftc.check.scope import Scope
from ftc.check.turns import Draft, Turns
from ftc.diagnostics import Label
from ftc.slotted import replaced
from ftc.syntax import ast


class Formats(BlockBuilder):
    """Builds formats."""

    def format(self, block: ast.Block) -> Block:
        scope, lines = self._open(block, self.scope, "block")
        tools = self._tools(block, self.scope)
        turns = Turns(scope, self.findings, tools)
        inner = [s for s in lines if isinstance(s, ast.Block)]
        cases = [s for s in inner if s.kind == "case"]
        invalid = next((self._invalid(s, scope, tools) for s in inner if s.kind == "invalid"), None)
        finished = self._one_turn(self._drafts(block, turns, exchanges=False))
        if cases and finished:
            self.findings.add("E309", finished[0].span)
        names = list(scope.names.values())
        if cases:
            finished = []
            seen: dict[str, ast.Block] = {}
            for case in cases:
                if case.name is not None:
                    if case.name.text in seen:
                        label = Label(seen[case.name.text].span, "the first one")
                        self.findings.add("E202", case.name.span, (label,), name=case.name.text)
                    seen.setdefault(case.name.text, case)
                turn, case_names = self._case(case, scope, tools)
                names.extend(case_names)
                if turn is not None:
                    finished.append(turn)
        if not finished and not cases:
            self._report_empty(block, "user: … and assistant: …, or `case` blocks")
        finished = [t if t.invalid else replaced(t, invalid=invalid) for t in finished]
        low, high = 1, 1
        for statement in lines:
            if isinstance(statement, ast.Turns):
                low, high = statement.low, statement.high
                if not 1 <= low <= high <= 100:
                    self.findings.add(
                        "E321", statement.span, what="`turns` takes numbers from 1 to 100, the lower first."
                    )
                    low, high = 1, 1
        return self._finish(block, lines, scope, turns, finished, low=low, high=high, names=names, plain_case=not cases)

    def _one_turn(self, finished: list[Turn]) -> list[Turn]:
        for turn in finished:
            users = [m for m in turn.messages if m.role == "user"]
            if len(users) > 1:
                self.findings.add("E322", users[1].span, (Label(users[0].span, "the turn begins here"),))
        return finished

    def _case(self, block: ast.Block, outer: Scope, tools: tuple[Tool, ...]) -> tuple[Turn | None, list[Any]]:
        scope, lines = self._open(block, outer, "case")
        turns = Turns(scope, self.findings, tools)
        finished = self._one_turn(self._drafts(block, turns, exchanges=False))
        if not finished:
            self._report_empty(block, "user: … and assistant: …")
            return None, []
        inner = [s for s in lines if isinstance(s, ast.Block) and s.kind == "invalid"]
        invalid = self._invalid(inner[0], scope, tools) if inner else None
        if invalid is not None and invalid.thinning is not None:
            # The faults of all cases are thinned together.
            span = invalid.thinning.span
            word = span.text.split()[0]
            self.findings.add(
                "E301", span, word=word, block="the `invalid` of a case", where="the `invalid` of the format"
            )
        span = block.name.span if block.name else block.span
        turn = replaced(finished[0], wheres=tuple(scope.wheres), invalid=invalid, span=span)
        return turn, list(scope.names.values())

    def _invalid(self, block: ast.Block, outer: Scope, tools: tuple[Tool, ...]) -> Invalid:
        self._shape(block)
        scope = Scope("case", outer)
        culprit = Culprit("invalid", block.span, "case")
        self._report_hidden_name(culprit, outer)
        scope.names["invalid"] = culprit
        turns = Turns(scope, self.findings, tools)
        draft = Draft(None, block.span)
        draft.broken = self._unsound(block)
        # The user's side is the turn's own: the answer may follow it at once.
        draft.append(Message("user", Template((), block.span), (), True, block.span))
        for statement in block.body:
            if isinstance(statement, ast.Says):
                draft.says.extend(turns.says(statement))
            elif isinstance(statement, ast.Message | ast.Calls) and allowed("invalid", statement):
                turns.add(draft, statement)
        if len(draft.messages) == 1:
            self._report_empty(block, "assistant: …")
        else:
            turns.finish(draft)
        return Invalid(
            culprit,
            tuple(draft.messages[1:]),
            draft.rejected,
            tuple(draft.says),
            self._thinning(block.body),
            block.span,
        )
