"""The parse table: built from `grammar/ft.lark` by Lark, saved as `ft.table` beside this file, loaded from there.

Nothing here knows the language, and nothing here imports ftc: the build of the wheel runs this file alone. Lark is
imported only where a table must be built.
"""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

SAVED = Path(__file__).with_name("ft.table")

# What a rule does with the value of a symbol: pass it on, pass on the items of the list that it is, or pass on None.
KEEP, SPREAD, NOTHING = 0, 1, 2


class Rule(NamedTuple):
    """A production. `callback` is None where the value of its only symbol passes through, "" where it is a list."""

    origin: str
    size: int
    callback: str | None
    plan: tuple[tuple[int, int], ...]


class ParseTable(NamedTuple):
    """`actions[state][symbol]` is the state to go to, or ~index of the rule to reduce."""

    start: int
    end: int
    actions: list[dict[str, int]]
    rules: list[Rule]


def grammar_path() -> Path:
    """Where the grammar lies: inside the package when installed, at the root of the repository in a checkout."""
    package = Path(__file__).parent.parent
    installed = package / "grammar" / "ft.lark"
    return installed if installed.exists() else package.parent.parent / "grammar" / "ft.lark"


def load() -> ParseTable:
    """The saved table where it was made from this grammar, else a new one."""
    grammar = grammar_path().read_text(encoding="utf-8")
    try:
        saved = json.loads(SAVED.read_bytes())
        if saved["key"] == key(grammar):
            rules = [Rule(origin, size, name, tuple(map(tuple, plan))) for origin, size, name, plan in saved["rules"]]
            return ParseTable(saved["start"], saved["end"], saved["actions"], rules)
    except (OSError, ValueError, TypeError, LookupError):
        pass  # Absent, or not written by `save`.
    return build(grammar)


def save(path: Path, grammar: str) -> None:
    """Write the table of a grammar."""
    table = build(grammar)
    data = {"key": key(grammar), **table._asdict()}
    path.write_text(json.dumps(data, separators=(",", ":")), encoding="utf-8")


def key(grammar: str) -> str:
    """A digest of what a saved table must have been built from: the grammar and this file. The version of Lark does not
    count: once built, the table is ours."""
    return sha256(grammar.encode() + Path(__file__).read_bytes()).hexdigest()


def build(grammar: str) -> ParseTable:
    """The table of a grammar. A terminal that is a fixed string goes by that string; Lark refuses any conflict."""
    from lark import Lark
    from lark.lexer import Lexer, PatternStr
    from lark.parsers.lalr_analysis import Shift

    class NoLexer(Lexer):
        __future_interface__ = 2

        def __init__(self, _: object) -> None:
            pass

        def lex(self, lexer_state: Any, parser_state: Any) -> Any:
            raise NotImplementedError

    lark = Lark(grammar, parser="lalr", lexer=NoLexer, strict=True, start="start")
    frontend: Any = lark.parser
    parse_table = frontend.parser._parse_table
    # Rules go in angle brackets, as `where` is both a rule and a word.
    names = {name: f"<{name}>" for row in parse_table.states.values() for name in row if not name.isupper()}
    names |= {t.name: t.pattern.value for t in lark.terminals if isinstance(t.pattern, PatternStr)}
    numbers = {parse_table.start_states["start"]: 0}
    rules: dict[Any, int] = {}
    actions: list[dict[str, int]] = []
    # States and rules are numbered as they are reached, in the order of names: Lark's order changes from run to run.
    for state in _growing(numbers):
        row = {}
        for symbol, (action, arg) in sorted(parse_table.states[state].items()):
            index = numbers.setdefault(arg, len(numbers)) if action is Shift else ~rules.setdefault(arg, len(rules))
            row[names.get(symbol, symbol)] = index
        actions.append(row)
    return ParseTable(0, numbers[parse_table.end_states["start"]], actions, [_rule(rule) for rule in rules])


def _growing(numbers: dict[int, int]) -> Iterator[int]:
    """The keys of a dict, those too that are added on the way."""
    done = 0
    while done < len(numbers):
        yield list(numbers)[done]
        done += 1


def _rule(rule: Any) -> Rule:
    """Lark's shaping of trees as a plan: tokens of anonymous strings fall away, `_rules` are spread into their parent,
    and an absent `[option]` leaves a None."""
    empty = rule.options.empty_indices or [False] * len(rule.expansion)
    symbols = iter(enumerate(rule.expansion))
    plan: list[tuple[int, int]] = []
    for absent in empty:
        if absent:
            plan.append((NOTHING, 0))
            continue
        index, symbol = next(symbols)
        if rule.options.keep_all_tokens or not (symbol.is_term and symbol.filter_out):
            plan.append((SPREAD if not symbol.is_term and symbol.name.startswith("_") else KEEP, index))
    callback: str | None = rule.alias or rule.origin.name
    if not rule.alias and rule.options.expand1 and plan == [(KEEP, 0)] and len(rule.expansion) == 1:
        callback = None
    elif rule.origin.name.startswith("_") and not rule.alias:
        callback = ""
    return Rule(f"<{rule.origin.name}>", len(rule.expansion), callback, tuple(plan))
