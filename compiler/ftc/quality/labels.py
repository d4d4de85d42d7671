"""The rows of tables that a finding points at: of a row in a file of data, its line there."""

from collections import Counter
from collections.abc import Iterable

from ftc.diagnostics import Label
from ftc.expand.plan.plan import MAX_ROWS
from ftc.source import Span

TWO_ANSWERS = "the row of the other answer", "the row of this answer"


def of_rows(rows: Iterable[Span], text: str) -> tuple[Label, ...]:
    """A label at each row, of many at the first."""
    return tuple([Label(row, text) for row in list(rows)[:MAX_ROWS]])


def of_two(first: list[Span], second: list[Span], texts: tuple[str, str]) -> tuple[Label, ...]:
    """Labels at the rows that two conversations do not share. A row may be there twice, if two tables have one file."""
    shared = Counter(first) & Counter(second)
    rows = ((Counter(each) - shared).elements() for each in (first, second))
    return tuple([label for each, text in zip(rows, texts, strict=True) for label in of_rows(each, text)])
