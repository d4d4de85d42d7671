"""Styles, from their lines to their shape in the model."""

from collections.abc import Mapping

from ftc.check.blocks import BlockBuilder, Statements
from ftc.check.model import (
    Block,
    Message,
    RecordedAnswer,
    Style,
    StyleAnswer,
    Template,
    Turn,
)
from ftc.check.scope import Scope
from ftc.check.turns import Turns
from ftc.edits import instead
from ftc.slotted import replaced
from ftc.syntax import ast
from ftc.syntax.braces import escaped


class Styles(BlockBuilder):
    """Builds styles."""

    def style(self, block: ast.Block) -> Block | None:
        """A style; it makes conversations of its own where it has prompts."""
        assert block.name is not None
        scope, lines = self._open(block, self.scope, "block")
        turns = Turns(scope, self.findings, self.tools)
        answer = StyleAnswer("answer", block.span, "block")
        self._report_hidden_name(answer, scope)
        around = Scope("case", scope)
        around.names["answer"] = answer
        prompts, wrap = [], None
        says: list[Template] = []
        for statement in block.body:
            if isinstance(statement, ast.Message) and statement.role == "user":
                message = turns.message(statement)
                prompts.append(Turn(None, (message,), 1, None, (), (), None, statement.span))
            elif isinstance(statement, ast.Message) and statement.role == "assistant":
                wrap = Turns(around, self.findings, self.tools).message(statement)
            elif isinstance(statement, ast.Says):
                says.extend(turns.says(statement))
        style = self._style(block, lines, answer, turns, wrap)
        self.styles[block.name.text] = (style, scope)
        if not prompts:
            return None
        if style.answers_path is None:
            self.findings.add("E323", block.span, name=block.name.text)
        finished = tuple(replaced(p, says=tuple(says)) for p in prompts)
        return self._finish(block, lines, scope, turns, finished, style=style)

    def _style(
        self, block: ast.Block, lines: Statements, answer: StyleAnswer, turns: Turns, wrap: Message | None
    ) -> Style:
        pairs: list[tuple[str, str]] = []
        keep = rewrite = path = None
        answers: Mapping[str, RecordedAnswer] = {}
        for statement in lines:
            if isinstance(statement, ast.Replace):
                pairs = self._replace(statement, turns)
            elif isinstance(statement, ast.Keep):
                keep = statement.percent
                if not 0 <= keep <= 100:
                    self.findings.add("E321", statement.span, what="`keep` takes a share from 0% to 100%.")
            elif isinstance(statement, ast.Rewrite):
                rewrite = turns.templates.text(statement.text).constant
                if rewrite is None:
                    span = statement.text.span
                    self.findings.add("E333", span, edits=instead(span, escaped(span.text)))
            elif isinstance(statement, ast.AnswersFrom):
                from ftc.check.answers import read_answers

                assert block.name is not None
                path = statement.path.value
                answers = read_answers(statement.path, block.name.text, self.loader, self.findings)
        return Style(wrap, tuple(pairs), answer, keep, rewrite, path, answers, self._system(block, lines, turns))

    def _replace(self, statement: ast.Replace, turns: Turns) -> list[tuple[str, str]]:
        pairs: dict[str, str] = {}
        if not statement.rows or len(statement.columns) != 2:
            self.findings.add("E324", statement.span)
            return []
        for row in statement.rows:
            cells = [turns.templates.text(cell).constant for cell in row.cells]
            if len(cells) != 2 or None in cells or not cells[0]:
                self.findings.add("E324", row.span)
            elif cells[0] in pairs:
                self.findings.add("E202", row.cells[0].span, name=cells[0])
            else:
                pairs[cells[0]] = cells[1] or ""
        return list(pairs.items())
