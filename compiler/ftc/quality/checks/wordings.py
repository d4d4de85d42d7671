"""A504: a fact with answers that few wordings lead to."""

import json
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter, methodcaller

from xxhash import xxh3_64_intdigest as digest

from ftc.check.allowances import Allowances
from ftc.diagnostics import Diagnostic
from ftc.expand.bind.frames import PickFailure
from ftc.expand.plan.program import Program
from ftc.lower.messages import messages_of
from ftc.lower.pieces import Piece, escaped, sequence
from ftc.lower.shapes import Fork, by_shape
from ftc.quality.context import Context
from ftc.quality.excerpt import shorten
from ftc.quality.rows import BLANK, TAB
from ftc.quality.units import Unit
from ftc.source import Span

MIN_WORDINGS = 5

# So many answers, each with a question, are looked at. Of a fact that has more, nothing is said.
MAX_LOOKED_AT = 250_000


def check(context: Context) -> Iterator[Diagnostic]:
    """Wordings are counted for each answer that is trained; those that are held out count too."""
    allowances = context.model.allowances
    for block, group in groupby(context.units, lambda unit: unit.block):
        units = list(group)
        wordings = _wordings(units) if block.kind == "fact" else {}
        few = {answer: count for answer, count in wordings.items() if count < MIN_WORDINGS}
        if few and any(each.code == "A504" for each in allowances.every):
            _leave_out_allowed(units, few, allowances)
        if few:
            span, answer, count = _example(units, few)
            data = {
                "name": block.name,
                "few": len(few),
                "count": len(wordings),
                "answer": shorten(answer),
                "wordings": "1 wording" if count == 1 else f"{count} wordings",
            }
            yield Diagnostic("A504", span, data)


def _wordings(units: list[Unit]) -> Mapping[int, int]:
    """The trained answers of a fact, as hashes, each with the number of different questions that lead to it; none where
    there is too much to look at."""
    counts: Counter[int] = Counter()
    trained: Iterable[int] | None = None
    seen: set[int] = set()
    left = MAX_LOOKED_AT
    try:
        for unit in units:
            if unit.validation and trained is None:
                # They come last.
                trained = list(counts)
            count, found = _rows(unit)
            left -= count
            if left < 0:
                return {}
            for rows in found:
                counts.update(_answers(_not_seen(rows, seen)))
    except PickFailure:
        return {}  # reported before
    return counts if trained is None else {answer: counts[answer] for answer in trained}


def _not_seen(rows: list[bytes], seen: set[int]) -> Iterable[bytes]:
    """The rows that are new, each once; one of an answer that is not trained is empty."""
    if not all(rows):
        rows = list(filter(None, rows))
    keys = list(map(digest, rows))
    new = set(keys)
    if len(new) < len(keys) or not new.isdisjoint(seen):
        rows = [row for key, row in dict(zip(keys, rows, strict=True)).items() if key not in seen]
    seen |= new
    return rows


def _answers(rows: Iterable[bytes]) -> Iterator[int]:
    return map(digest, map(itemgetter(0), map(methodcaller("partition", b"\t"), rows)))


def _rows(unit: Unit) -> tuple[int, Iterable[list[bytes]]]:
    """Answers and what leads to them, and how many those are."""
    if unit.fixed is None:
        return unit.different_rows(_exchange)
    trained = unit.fixed.lines[-1].message.trained
    return 1, [[escaped(unit.fixed.texts[-1]) + b"\t" + escaped(unit.fixed.user) if trained else b""]]


def _exchange(program: Program) -> Piece:
    """The last answer, and what the user says first."""

    def row(shape: list[Fork]) -> Piece:
        messages, _ = messages_of(program, shape)
        user = next(m.text for m in messages if m.role == "user")
        return sequence([messages[-1].text, TAB, user, BLANK] if messages[-1].trained else [BLANK])

    return by_shape(program, row)


def _leave_out_allowed(units: list[Unit], few: dict[int, int], allowances: Allowances) -> None:
    """Leave out the answers of exchanges of which few wordings are meant."""
    allowed: dict[tuple[Unit, int], bool] = {}
    for key, unit, at, _ in _conversations(units, few):
        # All conversations of a program are of one exchange.
        exchange = unit, 0 if unit.program else at
        if exchange not in allowed:
            allowed[exchange] = allowances.allows(code="A504", span=_exchange_of(*exchange))
        if allowed[exchange]:
            few.pop(key, None)


def _example(units: list[Unit], few: dict[int, int]) -> tuple[Span, str, int]:
    """The first of the answers with the fewest wordings: its exchange, its text and how many those are."""
    fewest = min(few.values())
    rarest = {key for key, count in few.items() if count == fewest}
    _, unit, at, row = next(_conversations(units, rarest))
    answer = row.partition(b"\t")[0]
    # What a tool is called with is JSON already.
    text = answer.decode() if answer.startswith(b'"') else json.loads(b'"%s"' % answer)
    return _exchange_of(unit, 0 if unit.program else at), text, fewest


def _conversations(units: list[Unit], wanted: Container[int]) -> Iterator[tuple[int, Unit, int, bytes]]:
    """The rows of some answers, each with its unit and place."""
    for unit in units:
        index = 0
        for rows in _rows(unit)[1]:
            for at, (row, answer) in enumerate(zip(rows, _answers(rows), strict=True), index):
                if row and answer in wanted:
                    yield answer, unit, at, row
            index += len(rows)


def _exchange_of(unit: Unit, at: int) -> Span:
    """Where the user begins an exchange."""
    made = unit.at(at)
    return made.user_span if made else unit.block.span
