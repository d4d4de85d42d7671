"""Keys that come with more than one value, found in bounded memory.

Pairs of 64-bit numbers are sorted into partitions by the key; a partition is looked at alone. Beyond what fits, the
partitions are kept in temporary files.
"""

from array import array
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO

PARTITIONS = 64

# Pairs in memory: 16 bytes each.
MAX_HELD = 1 << 20


class Partitions:
    """A context: its files are gone with it."""

    def __init__(self) -> None:
        self._held = [array("Q") for _ in range(PARTITIONS)]
        self._files: list[IO[bytes]] = []
        self._count = 0

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

    def _spill(self) -> None:
        if not self._files:
            self._files = [TemporaryFile() for _ in range(PARTITIONS)]  # noqa: SIM115  # closed by `__exit__`
        for part, file in zip(self._held, self._files, strict=True):
            part.tofile(file)
            del part[:]
        self._count = 0

    def differing(self) -> Iterator[int]:
        """The keys that came with more than one value."""
        for number, held in enumerate(self._held):
            first: dict[int, int] = {}
            reported: set[int] = set()
            for part in (self._read(number), held):
                for key, value in zip(part[::2], part[1::2], strict=True):
                    if first.setdefault(key, value) != value and key not in reported:
                        reported.add(key)
                        yield key

    def _read(self, number: int) -> "array[int]":
        part = array("Q")
        if self._files:
            file = self._files[number]
            size = file.tell() // part.itemsize
            file.seek(0)
            part.fromfile(file, size)
        return part

    def __enter__(self) -> "Partitions":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in self._files:
            file.close()
