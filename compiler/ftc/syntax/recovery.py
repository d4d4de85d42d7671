"""Recovery: makes tokens that the table rejects into tokens that it accepts, and reports each rejection once.

It goes statement by statement, with states alone: no tree is built here. Of a broken statement is kept what can be: a
hole or an expression is replaced alone, else the statement goes, with the block below it.
"""

from ftc.syntax.expected import explain
from ftc.syntax.simulate import advance
from ftc.syntax.table import Table
from ftc.syntax.tokens import Sink, Token, salvage


def repair(tokens: list[Token], table: Table, sink: Sink) -> list[Token]:
    """Tokens that the table accepts."""
    repaired: list[Token] = []
    states = [table.start]
    at = 0
    while at < len(tokens):
        end = at + 1
        if tokens[at][0] not in ("_INDENT", "_DEDENT", "$END"):
            while tokens[end - 1][0] != "NL":
                end += 1
        statement = tokens[at:end]
        at = end
        is_reported = False
        while (rejected := advance(table, after := states.copy(), statement)) is not None:
            if not is_reported:
                explain(table, after, statement, rejected, sink)
            if statement[0][0] == "_INDENT":
                at = _skip_block(tokens, end - 1)
                statement = []
                continue
            replaced = _replace_hole(statement, rejected)
            if replaced is None:
                kept = None if is_reported else salvage(statement[:-1])
                is_reported = True
                if kept is None:
                    kept = [("BAD", None, statement[0][2], max(statement[0][3], statement[-1][2]))]
                    at = _skip_block(tokens, end)
                replaced = [*kept, statement[-1]]
            statement = replaced
        states = after
        repaired += statement
    return repaired


def _replace_hole(statement: list[Token], rejected: int) -> list[Token] | None:
    """The statement with a bad hole in place of the one around a token."""
    for opened in range(rejected, -1, -1):
        kind = statement[opened][0]
        if kind == "HOLE_END" and opened != rejected:
            return None
        if kind == "HOLE":
            closed = next(i for i in range(opened, len(statement)) if statement[i][0] == "HOLE_END")
            bad: Token = ("BAD_HOLE", None, statement[opened][2], statement[closed][3])
            return [*statement[:opened], bad, *statement[closed + 1 :]]
    return None


def _skip_block(tokens: list[Token], at: int) -> int:
    """The index behind the block that opens at `at`, if one does."""
    if tokens[at][0] != "_INDENT":
        return at
    depth = 0
    while True:
        depth += (tokens[at][0] == "_INDENT") - (tokens[at][0] == "_DEDENT")
        at += 1
        if not depth:
            return at
