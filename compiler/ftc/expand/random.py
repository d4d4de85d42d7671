"""Seeded randomness that is the same on every machine and Python: every stream comes from a seed and a path."""

from hashlib import blake2b
from math import isqrt
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


class Permutation:
    """The numbers below `size` in an order of the seed's, each computed alone: nothing is kept, whatever the size.

    A Feistel network over pairs (left, right), whose sides are as near to the root of `size` as they can be and so hold
    few pairs too many; what falls on one of those is permuted again until it does not (Black and Rogaway, "Ciphers with
    arbitrary finite domains", CT-RSA 2002). Not for secrets: a round multiplies and shifts, it does not encrypt.
    """

    def __init__(self, seed: int, path: str, size: int) -> None:
        self.size = size
        self._left = isqrt(max(size - 1, 0)) + 1
        self._right = -(-size // self._left)
        # So much wider than a side that a remainder is as good as uniform.
        self._bits = max(64, 2 * self._left.bit_length() + 32)
        stream = Stream(seed, path)
        # Each round adds little where a side has few values.
        rounds = 6 if size > 1 << 16 else 12
        whole = 1 << self._bits
        self._keys = [tuple(stream.below(whole) | 1 for _ in range(3)) for _ in range(rounds)]

    def at(self, index: int) -> int:
        """The number at an index."""
        lefts, rights, half, mask = self._left, self._right, self._bits >> 1, (1 << self._bits) - 1
        while True:
            left, right = divmod(index, rights)
            turn = True
            for add, first, second in self._keys:
                mixed = ((right if turn else left) + add) * first & mask
                mixed = (mixed ^ mixed >> half) * second & mask
                mixed ^= mixed >> half
                if turn:
                    left = (left + mixed) % lefts
                else:
                    right = (right + mixed) % rights
                turn = not turn
            index = left * rights + right
            if index < self.size:
                return index
