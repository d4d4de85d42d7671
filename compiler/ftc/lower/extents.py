"""How large what a conversation shows can get, where that can be proved: see `ftc.expressions.extents`."""

from functools import lru_cache
from typing import assert_never

from ftc.expand.bind.evaluated import Evaluated
from ftc.expand.bind.texts import CellChoice, Hole, ItemChoice, ItemHole, Text, TextChoice
from ftc.expand.bind.values import Value
from ftc.expressions.extents import MAX_TEXT, Extent, TextExtent, extent, extent_of_constant, join

# Of longer lists the extent is not looked for.
MAX_ITEMS = 100_000

# Names made of each other in a longer chain are left alone.
MAX_CHAIN = 50


@lru_cache(maxsize=1024)
def extent_of(evaluated: Evaluated) -> Extent | None:
    """The extent of an expression, whatever is picked: it can then be computed for all picks."""
    return _evaluated(evaluated, 0)


def _evaluated(evaluated: Evaluated, chain: int) -> Extent | None:
    # Of a conditional some names may not be there.
    if evaluated.forked or chain == MAX_CHAIN:
        return None
    reads = dict(zip(evaluated.expr.reads, evaluated.inputs, strict=True))
    return extent(evaluated.expr.node, lambda read: _value(reads[read], chain + 1))


def _value(value: Value, chain: int) -> Extent | None:
    match value.definition:
        case None:
            return None
        case Evaluated() as evaluated:
            return _evaluated(evaluated, chain)
        case ItemChoice(constant=constant):
            return None if constant is None else extent_of_items(constant)
        case CellChoice(rows=rows, place=place):
            return extent_of_items([row[place] for row in rows]) if len(rows) <= MAX_ITEMS else None
        case TextChoice(texts=texts):
            return _longest([_text(text, chain) for text in texts])
        case _ as never:
            assert_never(never)


def extent_of_items(items: "range | list[object]") -> Extent | None:
    """The extent of each item of a list."""
    if isinstance(items, range):
        return join([extent_of_constant(items[0]), extent_of_constant(items[-1])]) if items else None
    return join(list(map(extent_of_constant, items))) if 0 < len(items) <= MAX_ITEMS else None


def _longest(lengths: "list[int | None]") -> Extent | None:
    longest = max((length for length in lengths if length is not None), default=0)
    return TextExtent(longest) if None not in lengths and longest <= MAX_TEXT else None


def _text(text: Text, chain: int) -> int | None:
    """The most characters that a text has."""
    longest = 0
    for part in text.parts:
        match part:
            case str():
                longest += len(part)
                continue
            case TextChoice():
                inner = _longest([_text(each, chain) for each in part.texts])
            case Hole():
                inner = None if part.spec else _evaluated(part.evaluated, chain)
            case ItemHole():
                constant = part.choice.constant
                inner = None if part.spec or constant is None else extent_of_items(constant)
            case _ as never:
                assert_never(never)
        if inner is None:
            return None
        longest += inner.longest
    return longest
