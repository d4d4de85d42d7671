"""Seeded randomness that is the same on every machine and Python: every stream comes from a seed and a path."""

from hashlib import blake2b
from random import Random


def _digest(*parts: object) -> bytes:
    return blake2b("\0".join(map(str, parts)).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def fraction(*parts: object) -> float:
    """A number from 0 to 1 that depends on the parts alone."""
    return int.from_bytes(_digest(*parts)[:7]) / 2**56


class Stream:
    """Whole numbers drawn uniformly. Only `getrandbits` of Python's generator is used: its output is fixed for
    a seed."""

    def __init__(self, seed: int, path: str) -> None:
        self._bits = Random(int.from_bytes(_digest(seed, path))).getrandbits

    def below(self, n: int) -> int:
        """A number from 0 to n - 1, by rejection."""
        size = n.bit_length()
        drawn = self._bits(size)
        while drawn >= n:
            drawn = self._bits(size)
        return drawn


def distinct(stream: Stream, k: int, n: int) -> list[int]:
    """k different numbers below n, every set of them equally likely, in rising order (Floyd's algorithm, CACM
    30(9), 1987)."""
    drawn: set[int] = set()
    for top in range(n - k, n):
        number = stream.below(top + 1)
        drawn.add(top if number in drawn else number)
    return sorted(drawn)
