"""The parser: drives the tokens of a file through the parse table, and builds the tree on the way.

Most files are right: tokens go straight through. Only where one is rejected, `recovery` goes through them again.
"""

import gc
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from ftc.diagnostics import Diagnostic
from ftc.source import SourceFile
from ftc.syntax import ast, table
from ftc.syntax.builder import Builder
from ftc.syntax.lexer import Lexer
from ftc.syntax.recovery import repair
from ftc.syntax.tokens import Token

# What a rule of the table does: its origin, its number of symbols, and how their values become one.
Action = tuple[str, int, Callable[[list[Any]], Any] | None]


def parse(source: SourceFile) -> tuple[ast.File, list[Diagnostic]]:
    """The tree of a file and what is wrong with its syntax, in the order of the text."""
    collecting = gc.isenabled()
    gc.disable()  # It would look again and again at tokens and trees that all stay.
    try:
        return _parse(source)
    finally:
        if collecting:
            gc.enable()


def _parse(source: SourceFile) -> tuple[ast.File, list[Diagnostic]]:
    lexer = Lexer(source)
    lexer.lex()
    parse_table = _table()
    try:
        statements = _reduce(lexer.tokens, parse_table, Builder(lexer))
    except _Rejected:
        statements = _reduce(repair(lexer.tokens, parse_table, lexer), parse_table, Builder(lexer))
    comments = tuple(sorted(lexer.comments, key=lambda comment: comment.span.start))
    found = sorted(lexer.diagnostics, key=lambda d: (d.span.start, d.code) if d.span else (0, d.code))
    return ast.File(source, statements, comments), found


class _Rejected(Exception):
    """The table has no place for a token."""


@cache
def _table() -> table.Table:
    return table.load()


def _reduce(tokens: Sequence[Token], parse_table: table.Table, builder: Builder) -> Any:
    """Run the table over all tokens, the last of which is the end of the file."""
    actions, end_state = parse_table.actions, parse_table.end
    rules = _bind(parse_table, builder)
    states = [parse_table.start]
    values: list[Any] = []
    for token in tokens:
        kind = token[0]
        while True:
            arg = actions[states[-1]].get(kind)
            if arg is None:
                raise _Rejected
            if arg >= 0:
                states.append(arg)
                values.append(token)
                break
            origin, size, build = rules[~arg]
            if build is None:
                states[-1] = actions[states[-2]][origin]
                continue
            if size:
                children = values[-size:]
                del values[-size:]
                del states[-size:]
            else:
                children = []
            values.append(build(children))
            states.append(actions[states[-1]][origin])
            if states[-1] == end_state:
                return values[-1]
    raise AssertionError("tokens without an end")


def _bind(parse_table: table.Table, builder: Builder) -> list[Action]:
    return [(rule.origin, rule.size, _action(rule, builder)) for rule in parse_table.rules]


def _action(rule: table.Rule, builder: Builder) -> Callable[[list[Any]], Any] | None:
    """How the values of a rule's symbols become the value of the rule."""
    if rule.callback is None:
        return None
    plan = rule.plan
    as_is = [(table.KEEP, i) for i in range(rule.size)] == [(kind, i) for kind, i in plan]
    if rule.callback == "":
        return list if as_is else lambda children: _shape(plan, children)
    method: Callable[..., Any] = getattr(builder, "define" if rule.callback == "def" else rule.callback)
    if as_is:
        return lambda children: method(*children)
    return lambda children: method(*_shape(plan, children))


def _shape(plan: list[tuple[int, int]], children: list[Any]) -> list[Any]:
    # A list that grows from the left is extended in place: a file of n statements must not cost n * n.
    shaped: list[Any] = children[plan[0][1]] if plan and plan[0][0] == table.SPREAD else []
    for kind, index in plan:
        if kind == table.KEEP:
            shaped.append(children[index])
        elif kind == table.NOTHING:
            shaped.append(None)
        elif children[index] is not shaped:
            shaped.extend(children[index])
    return shaped
