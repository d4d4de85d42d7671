"""Keys that come with more than one value, and keys that come again, found in bounded memory.

Pairs of 64-bit numbers are sorted into partitions by the key; a partition is looked at alone. Beyond what fits, the
partitions are kept in temporary files.
"""

from array import array
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Self

PARTITIONS = 64

# Pairs in memory: 16 bytes each.
MAX_HELD = 1 << 20


class _Held:
    """Pairs by partition. A context: its files are gone with it."""

    def __init__(self) -> None:
        self._held = [array("Q") for _ in range(PARTITIONS)]
        self._files: list[IO[bytes]] = []
        self._count = 0

    def _spill(self) -> None:
        if not self._files:
            self._files = [TemporaryFile() for _ in range(PARTITIONS)]  # noqa: SIM115  # closed by `__exit__`
        for part, file in zip(self._held, self._files, strict=True):
            part.tofile(file)
            del part[:]
        self._count = 0

    def _pairs(self, number: int) -> Iterator[tuple[int, int]]:
        """The pairs of a partition, in the order in which they came."""
        for part in (self._read(number), self._held[number]):
            yield from zip(part[::2], part[1::2], strict=True)

    def _read(self, number: int) -> "array[int]":
        part = array("Q")
        if self._files:
            file = self._files[number]
            size = file.tell() // part.itemsize
            file.seek(0)
            part.fromfile(file, size)
        return part

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in self._files:
            file.close()


class Partitions(_Held):
    """Finds the keys that come with more than one value."""

    def add(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Add (key, value) pairs."""
        held = self._held
        for key, value in pairs:
            part = held[key % PARTITIONS]
            part.append(key)
            part.append(value)
            self._count += 1
        if self._count > MAX_HELD:
            self._spill()

    def differing(self) -> Iterator[int]:
        """The keys that came with more than one value."""
        for number in range(PARTITIONS):
            first: dict[int, int] = {}
            reported: set[int] = set()
            for key, value in self._pairs(number):
                if first.setdefault(key, value) != value and key not in reported:
                    reported.add(key)
                    yield key


class FirstTimes(_Held):
    """Finds which keys come for the first time."""

    def __init__(self) -> None:
        super().__init__()
        self._order = bytearray()
        """The partition of each key."""

    def add(self, keys: Iterable[bytes]) -> None:
        """Add keys of 16 bytes each."""
        held, order = self._held, self._order
        before = len(order)
        for key in keys:
            number = key[0] % PARTITIONS
            held[number].frombytes(key)
            order.append(number)
        self._count += len(order) - before
        if self._count > MAX_HELD:
            self._spill()

    def in_order(self) -> Iterator[bool]:
        """Whether each key, in the order in which they came, is there for the first time."""
        first = [iter(self._first(number)) for number in range(PARTITIONS)]
        return (bool(next(first[number])) for number in self._order)

    def _first(self, number: int) -> bytearray:
        met: set[tuple[int, int]] = set()
        found = bytearray()
        for pair in self._pairs(number):
            found.append(pair not in met)
            met.add(pair)
        return found
