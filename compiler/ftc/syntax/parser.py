"""The parser: drives the tokens of a file through the parse table, and builds the tree on the way.

Most files are right: tokens go straight through. Only where one is rejected, `recovery` goes through them again.
"""

import gc
from collections.abc import Callable
from functools import cache
from typing import Any

from ftc.diagnostics import Diagnostic
from ftc.source import SourceFile
from ftc.syntax import ast, table
from ftc.syntax.builder import Builder
from ftc.syntax.lexer import Lexer
from ftc.syntax.recovery import repair
from ftc.syntax.tokens import Token


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
    found_by_lexer = len(lexer.diagnostics)
    try:
        statements = _reduce(lexer.tokens, parse_table, Builder(lexer))
    except _Rejected:
        del lexer.diagnostics[found_by_lexer:]  # What was found on the way is found again.
        statements = _reduce(repair(lexer.tokens, parse_table, lexer), parse_table, Builder(lexer))
    comments = tuple(sorted(lexer.comments, key=lambda comment: comment.span.start))
    found = sorted(lexer.diagnostics, key=lambda d: (d.span.start, d.code) if d.span else (0, d.code))
    return ast.File(source, statements, comments), found


class _Rejected(Exception):
    """The table has no place for a token."""


@cache
def _table() -> table.Table:
    return table.load()


def _reduce(tokens: list[Token], parse_table: table.Table, builder: Builder) -> Any:
    """Run the table over all tokens, the last of which is the end of the file."""
    actions = parse_table.actions
    rules = [(rule.origin, rule.size, _action(rule, builder)) for rule in parse_table.rules]
    states = [parse_table.start]
    values: list[Any] = []
    state = parse_table.start
    # The hottest loop of the parser: each token is shifted once, after the reductions that it allows.
    for token in tokens:
        kind = token[0]
        while (arg := actions[state].get(kind)) is not None:
            if arg >= 0:
                state = arg
                states.append(state)
                values.append(token)
                break
            origin, size, build = rules[~arg]
            if size == 1:
                if build is not None:
                    values[-1] = build(values[-1:])
                state = states[-1] = actions[states[-2]][origin]
                if state == parse_table.end:
                    return values[-1]
                continue
            children = values[len(values) - size :]
            del values[len(values) - size :], states[len(states) - size :]
            values.append(build(children))  # type: ignore[misc]  # only rules of one symbol pass their value through
            state = actions[states[-1]][origin]
            states.append(state)
            if state == parse_table.end:
                return values[-1]
        else:
            raise _Rejected
    raise AssertionError("tokens without an end")


def _action(rule: table.Rule, builder: Builder) -> Callable[[list[Any]], Any] | None:
    """How the values of a rule's symbols become the value of the rule."""
    if rule.callback is None:
        return None
    if rule.callback == "" and rule.plan[0] == (table.SPREAD, 0):
        return _append([index for _, index in rule.plan[1:]])
    method = _listed if rule.callback == "" else getattr(builder, "define" if rule.callback == "def" else rule.callback)
    return _caller(rule.plan)(method)  # type: ignore[no-any-return]


def _listed(*children: Any) -> list[Any]:
    return list(children)


def _append(kept: list[int]) -> Callable[[list[Any]], list[Any]]:
    """A list that grows from the left is extended in place: a file of n statements must not cost n * n."""

    def append(children: list[Any]) -> list[Any]:
        grown: list[Any] = children[0]
        for index in kept:
            grown.append(children[index])
        return grown

    return append


@cache
def _caller(plan: tuple[tuple[int, int], ...]) -> Callable[[Callable[..., Any]], Any]:
    """What makes a method of the builder callable with the values of a rule's symbols.

    It is written as source, as a loop over the plan would take longer than most of the methods.
    """
    shapes = {table.KEEP: "values[{}]", table.SPREAD: "*values[{}]", table.NOTHING: "None"}
    arguments = ", ".join(shapes[kind].format(index) for kind, index in plan)
    made: Callable[[Callable[..., Any]], Any] = eval(f"lambda method: lambda values: method({arguments})")
    return made
