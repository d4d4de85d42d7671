"""The rows of a sequence of the plan, for those who look at conversations and write no lines."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from ftc.expand.plan.program import Program
from ftc.expand.plan.sequences import Picked, Product, Source, Unique
from ftc.lower.lowered import Lowered, Rows
from ftc.lower.pieces import Piece

BATCH = 1000


def rows_of(source: Source, piece_of: Callable[[Program], Piece]) -> Iterator[list[bytes]]:
    """The bytes of a piece for each conversation, in order; a piece ends with a line end and holds no other."""
    blocks: Iterable[Rows] = ()
    if isinstance(source, Product):
        blocks = Lowered(source.program.space, piece_of(source.program)).blocks(0, source.count)
    elif isinstance(source, Unique) and source.between(0, source.count):
        program = source.source.program
        blocks = Lowered(program.space, piece_of(program)).among(source.indices, 0, source.count)
    else:
        one_by_one = _each(source, piece_of)
        while batch := list(islice(one_by_one, BATCH)):
            yield batch
    for data, _ in blocks:
        rows = data.split(b"\n")
        rows.pop()
        yield rows


def _each(source: Iterable[Picked], piece_of: Callable[[Program], Piece]) -> Iterator[bytes]:
    known: dict[Program, Lowered] = {}
    for program, picks in source:
        if program not in known:
            known[program] = Lowered(program.space, piece_of(program))
        yield known[program].row(picks)[:-1]
