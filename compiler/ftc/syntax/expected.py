"""What to say of a token that stands where it cannot: what was expected there, in plain words."""

from ftc.syntax.table import Table
from ftc.syntax.tokens import Sink, Token


def explain(
    table: Table, states: list[int], statement: list[Token], rejected: int, sink: Sink, following: list[Token]
) -> None:
    """Report the token `rejected` of a statement, in the states before it."""
    _, _, start, end = statement[rejected]
    sink.report("E154", start, end, found=sink.text[start:end], expected="something else")
