"""Recovery: turns tokens that the table rejects into tokens that it accepts, and reports each rejection once.

It goes statement by statement, with states alone: no tree is built here. As much of a broken statement is kept as can
be: only a hole or an expression is replaced; else the statement is dropped, with the block below it.
"""

from ftc.syntax.braces import with_braces
from ftc.syntax.expected import report_rejected
from ftc.syntax.parse_table import ParseTable
from ftc.syntax.simulate import advance
from ftc.syntax.tokens import Sink, Token, salvage


def repair(tokens: list[Token], table: ParseTable, sink: Sink) -> list[Token]:
    """Tokens that the table accepts."""
    repaired: list[Token] = []
    # The states before the statement, and those behind what of it is accepted.
    start = [table.start]
    at = 0
    while at < len(tokens):
        end = at + 1
        if tokens[at][0] not in ("_INDENT", "_DEDENT", "$END"):
            while tokens[end - 1][0] != "NL":
                end += 1
        statement = tokens[at:end]
        at = end
        states = start.copy()
        accepted: list[Token] = []
        is_reported = False
        while (rejected := advance(table, after := states.copy(), statement)) is not None:
            known = len(sink.diagnostics)
            if not is_reported:
                report_rejected(table, after, [*accepted, *statement], len(accepted) + rejected, sink)
            if statement[0][0] == "_INDENT":
                at = _skip_block(tokens, end - 1)
                statement = []
                continue
            hole = _hole_around(statement, rejected)
            if hole is not None:
                # What stands before the hole is right, and not gone through again.
                begin, behind = hole
                written = sink.text[statement[begin][2] : statement[behind - 1][3]]
                sink.diagnostics[known:] = [with_braces(each, written) for each in sink.diagnostics[known:]]
                before = [*statement[:begin], ("BAD_HOLE", None, statement[begin][2], statement[behind - 1][3])]
                advance(table, states, before)
                accepted += before
                statement = statement[behind:]
                continue
            whole = [*accepted, *statement]
            kept = None if is_reported else salvage(whole[:-1])
            is_reported = True
            if kept is None:
                kept = [("BAD", None, whole[0][2], max(whole[0][3], whole[-1][2]))]
                at = _skip_block(tokens, end)
            states = start.copy()
            accepted, statement = [], [*kept, whole[-1]]
        start = after
        repaired += accepted
        repaired += statement
    return repaired


def _hole_around(statement: list[Token], rejected: int) -> tuple[int, int] | None:
    """Where the hole around a token begins, and the index behind its end."""
    for begin in range(rejected, -1, -1):
        kind = statement[begin][0]
        if kind == "HOLE_END" and begin != rejected:
            return None
        if kind == "HOLE":
            return begin, 1 + next(i for i in range(begin, len(statement)) if statement[i][0] == "HOLE_END")
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
