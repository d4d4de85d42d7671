"""The machine that runs tokens through the parse table, and builds the tree on the way.

It stops at the first token that is rejected, without a report: that is for `recovery`.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from ftc.syntax import parse_table
from ftc.syntax.builder import Builder
from ftc.syntax.tokens import Token


class RejectedToken(Exception):
    """The table has no place for a token."""


@cache
def language_table() -> parse_table.ParseTable:
    """The table of the language."""
    return parse_table.load()


@cache
def _shortened() -> parse_table.ParseTable:
    """The table without the states that only pass a value on: steps into one lead to the state behind it.

    It accepts the same files. In a file that it rejects, a few more reductions may happen before that.
    """
    whole = language_table()
    passing: dict[int, str] = {}
    for number, row in enumerate(whole.actions):
        steps = set(row.values())
        if len(steps) == 1 and (step := steps.pop()) < 0 and whole.rules[~step].callback is None:
            passing[number] = whole.rules[~step].origin
    actions = [row.copy() for row in whole.actions]
    for row in actions:
        for symbol, step in row.items():
            while step in passing:
                step = row[symbol] = row[passing[step]]
    return whole._replace(actions=actions)


def reduce(tokens: list[Token], builder: Builder) -> Any:
    """Run the table over all tokens, the last of which is the end of the file."""
    short = _shortened()
    actions = short.actions
    rules = [(rule.origin, rule.size, _action(rule, builder)) for rule in short.rules]
    row = actions[short.start]
    end = actions[short.end]
    rows = [row]
    values: list[Any] = []
    # The hottest loop of the parser: each token is shifted once, after the reductions that it allows.
    for token in tokens:
        kind = token[0]
        while (arg := row.get(kind)) is not None:
            if arg >= 0:
                row = actions[arg]
                rows.append(row)
                values.append(token)
                break
            origin, size, build = rules[~arg]
            value = build(values)
            if size:
                del values[-size:], rows[-size:]
            values.append(value)
            row = actions[rows[-1][origin]]
            if row is end:
                return value
            rows.append(row)
        else:
            raise RejectedToken
    raise AssertionError("tokens without an end")


def _action(rule: parse_table.Rule, builder: Builder) -> Callable[[list[Any]], Any]:
    """How the values of a rule's symbols, the last ones of a list, become the value of the rule."""
    if not rule.callback:
        return _caller(rule.size, rule.plan, rule.callback)(None)  # type: ignore[no-any-return]
    method = getattr(builder, "define" if rule.callback == "def" else rule.callback)
    return _caller(rule.size, rule.plan, rule.callback)(method)  # type: ignore[no-any-return]


@cache
def _caller(size: int, plan: tuple[tuple[int, int], ...], callback: str | None) -> Callable[[Any], Any]:
    """An adapter, by which a method of the builder is called with the values of a rule's symbols.

    It is generated as source, as a loop over the plan would take longer than most of the methods. A list that grows
    from the left is extended in place: a file of n statements must not cost n * n.
    """
    shapes = {parse_table.KEEP: "values[{}]", parse_table.SPREAD: "*values[{}]", parse_table.NOTHING: "None"}
    arguments = [shapes[kind].format(index - size) for kind, index in plan]
    if callback is None:
        made = arguments[0]
    elif callback:
        made = f"method({', '.join(arguments)})"
    elif plan[0] == (parse_table.SPREAD, 0):
        made = f"grown(values[{-size}], {', '.join(arguments[1:])})"
    else:
        made = f"[{', '.join(arguments)}]"
    called: Callable[[Any], Any] = eval(f"lambda method: lambda values: {made}", {"grown": _grown})
    return called


def _grown(children: list[Any], *more: Any) -> list[Any]:
    children += more
    return children
