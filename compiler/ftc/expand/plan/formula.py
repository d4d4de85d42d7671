"""How a count comes about, as a formula: `3 × (8 + 8²)`."""

from collections import Counter

_POWERS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

MAX_TERMS = 8


def formula(terms: list[list[int]]) -> str:
    """A sum of products, with the factors that all of them begin with put in front."""
    if not terms:
        return "0"
    factors = [[f for f in term if f != 1] for term in terms]
    if len(factors) == 1:
        return _product(factors[0])
    front: list[int] = []
    while all(len(f) > 1 for f in factors) and len({f[0] for f in factors}) == 1:
        front.append(factors[0][0])
        factors = [f[1:] for f in factors]
    inner = _sum(factors)
    return f"{_product(front)} × ({inner})" if front else inner


def _sum(terms: list[list[int]]) -> str:
    if len(terms) <= MAX_TERMS:
        return " + ".join(_product(term) for term in terms)
    times = Counter(map(tuple, terms))
    if len(times) <= MAX_TERMS:
        return " + ".join(f"{n:,} × {_product(list(t))}" if n > 1 else _product(list(t)) for t, n in times.items())
    shown = " + ".join(_product(term) for term in terms[:3])
    return f"{shown} + … ({len(terms):,} parts)"


def _product(term: list[int]) -> str:
    if not term:
        return "1"
    counted = Counter(term)
    return " × ".join(f"{f:,}{str(n).translate(_POWERS) if n > 1 else ''}" for f, n in counted.items())
