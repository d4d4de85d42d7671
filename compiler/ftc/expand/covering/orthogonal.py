"""Covering arrays by construction: if nothing is tied, algebra gives covers of any size that no search would find.

A row holds numbers from 0; a number that a column has no value for may be replaced by any of its values.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations, count, islice, product
from math import comb, isqrt, prod

Numbers = tuple[int, ...]

# Larger fields are tried only if their order is a prime, so that multiplication needs no tables.
MAX_TABLE = 256


def known(sizes: Sequence[int], strength: int) -> tuple[int, Iterator[Numbers]] | None:
    """How many rows cover columns of these sizes, and the rows; None if no construction fits."""
    if strength == 1:
        return max(sizes), ((value,) * len(sizes) for value in range(max(sizes)))
    if len(sizes) <= strength + 1:
        widest = sorted(range(len(sizes)), key=lambda at: -sizes[at])[:strength]
        return prod(sizes[at] for at in widest), _sums(sizes, widest)
    if strength == 2 and max(sizes) == 2:
        return fewest(len(sizes)), _halves(len(sizes))
    order = next(q for q in count(max(sizes)) if _prime_of(q) in (range(2, q + 1) if q <= MAX_TABLE else (q,)))
    if len(sizes) <= order + 1:
        return order**strength, _polynomials(order, len(sizes), strength)
    if strength == 2:
        times = _times(len(sizes), order)
        return order**2 + times * (order**2 - order), _blown_up(order, len(sizes), times)
    return None


def _sums(sizes: Sequence[int], widest: Sequence[int]) -> Iterator[Numbers]:
    """All combinations of the widest columns, and in the remaining column their sum modulo the least size: whichever of
    the widest columns is left out, it has a value for every sum."""
    last = min(sizes[at] for at in widest)
    for picked in product(*(range(sizes[at]) for at in widest)):
        row = dict(zip(widest, picked, strict=True))
        yield tuple(row[at] if at in row else -sum(picked) % last for at in range(len(sizes)))


def fewest(columns: int) -> int:
    """The fewest rows that cover the pairs of this many columns of two or more values (Kleitman, Spencer 1973)."""
    return next(rows for rows in range(4, columns + 4) if comb(rows - 1, (rows + 1) // 2) >= columns)


def _halves(columns: int) -> Iterator[Numbers]:
    """Rows for two values that attain that bound: after a row of zeros, each column is another half of the rows."""
    rows = fewest(columns)
    halves = [*islice(combinations(range(1, rows), (rows + 1) // 2), columns)]
    return (tuple(int(row in half) for half in halves) for row in range(rows))


def _polynomials(order: int, columns: int, strength: int) -> Iterator[Numbers]:
    """Bush (1952): every polynomial of degree below t over the field, at each of its points, and its first coefficient.
    Two of them meet in fewer than t points."""
    field = _Field(order)
    points = range(min(columns, order))
    for coefficients in product(range(order), repeat=strength):
        values = []
        for point in points:
            value = 0
            for coefficient in coefficients:
                value = field.plus(field.times(value, point), coefficient)
            values.append(value)
        if columns > order:
            values.append(coefficients[0])
        yield tuple(values)


def _times(columns: int, order: int) -> int:
    """How many times q + 1 columns have to be expanded to give this many."""
    times, have = 0, order + 1
    while have < columns:
        times, have = times + 1, have * order + 1
    return times


def _blown_up(order: int, columns: int, times: int) -> Iterator[Numbers]:
    """Pairs in more columns than the field has points: a column becomes q copies of itself, and one column is new.

    The rows with a first coefficient other than 0 tell the copies apart; where two agree, the old rows have the pair.
    """
    if not times:
        yield from _polynomials(order, columns, 2)
        return
    old = -(-(columns - 1) // order)
    for row in _blown_up(order, max(old, 2), _times(max(old, 2), order)):
        yield (*(row[at // order] for at in range(columns - 1)), 0)
    for line in _polynomials(order, order + 1, 2):
        if line[-1]:
            yield (*(line[at % order] for at in range(columns - 1)), line[-1])


def _prime_of(number: int) -> int | None:
    """The prime that a number is a power of."""
    if number < 2:
        return None
    prime = next((p for p in range(2, isqrt(number) + 1) if number % p == 0), number)
    while number % prime == 0:
        number //= prime
    return prime if number == 1 else None


class _Field:
    """The field of q elements: numbers below q; their digits to the base of the prime are a polynomial's
    coefficients."""

    def __init__(self, order: int) -> None:
        prime = _prime_of(order)
        assert prime is not None
        self._order = order
        self._prime = prime
        if prime == order:
            return
        degree = next(d for d in range(2, order) if prime**d == order)
        for tail in product(range(prime), repeat=degree):
            # Multiples of x go through all elements but 0 if the polynomial is primitive: then it is irreducible too.
            powers = self._powers(tail)
            if len(powers) == order - 1:
                self._exponents = powers
                self._logarithms = {power: exponent for exponent, power in enumerate(powers)}
                return
        raise AssertionError(order)

    def _powers(self, tail: Numbers) -> list[int]:
        """1, x, x², … modulo x^n = tail, until one repeats."""
        prime, high = self._prime, self._order // self._prime
        powers: dict[int, None] = {}
        power = 1
        while power not in powers:
            powers[power] = None
            top, rest = divmod(power, high)
            power = rest * prime
            shift = 1
            moved = 0
            for digit in tail:
                moved += (power // shift + digit * top) % prime * shift
                shift *= prime
            power = moved
        return [*powers] if 0 not in powers else []

    def plus(self, a: int, b: int) -> int:
        prime = self._prime
        if prime == self._order:
            return (a + b) % prime
        total, shift = 0, 1
        while a or b:
            total += (a + b) % prime * shift
            a, b, shift = a // prime, b // prime, shift * prime
        return total

    def times(self, a: int, b: int) -> int:
        if self._prime == self._order:
            return a * b % self._prime
        if not a or not b:
            return 0
        return self._exponents[(self._logarithms[a] + self._logarithms[b]) % (self._order - 1)]
