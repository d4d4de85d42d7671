"""The parse table run over states alone: tells what would be accepted, and builds nothing."""

from ftc.syntax.parse_table import ParseTable
from ftc.syntax.tokens import Token


def advance(table: ParseTable, states: list[int], tokens: list[Token]) -> int | None:
    """Go from `states`, changing them, over tokens; the index of the one that is rejected, or None."""
    actions, rules = table.actions, table.rules
    for index, token in enumerate(tokens):
        while (arg := actions[states[-1]].get(token[0])) is not None and arg < 0:
            rule = rules[~arg]
            if rule.size:
                del states[-rule.size :]
            states.append(actions[states[-1]][rule.origin])
            if states[-1] == table.end:
                return None
        if arg is None:
            return index
        states.append(arg)
    return None
