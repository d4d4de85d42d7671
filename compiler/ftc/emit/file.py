"""One output file: conversations into it as lines, or as the rows of a table where its name ends in `.parquet`."""

from typing import TYPE_CHECKING, BinaryIO

from ftc.emit.write import Progress, Sink, Written, write
from ftc.targets import Target

if TYPE_CHECKING:
    from ftc.expand.plan.plan import Conversations

PARQUET = ".parquet"


def write_file(
    conversations: "Conversations",
    target: Target,
    file: BinaryIO | Sink,
    *,
    suffix: str,
    limit: int | None = None,
    progress: Progress,
) -> Written:
    """Write a whole file. The bytes and the digest are the file's own."""
    if suffix != PARQUET:
        return write(conversations, target, file, limit=limit, progress=progress)
    rows = Filed(file, target, suffix)
    lines = write(conversations, target, rows, limit=limit, progress=progress)
    return rows.close(lines.lines, lines.skipped)


class Filed:
    """A sink for lines that come from elsewhere, in order."""

    def __init__(self, file: Sink, target: Target, suffix: str) -> None:
        self._digested = _Digested(file)
        self._table = None
        if suffix == PARQUET:
            from ftc.emit.parquet import Table

            self._table = Table(self._digested, target)

    def write(self, data: bytes, /) -> None:
        (self._table or self._digested).write(data)

    def close(self, lines: int, skipped: int) -> Written:
        """What was written, after the last line. The file itself stays open."""
        if self._table is not None:
            self._table.close()
        return Written(lines, skipped, self._digested.size, self._digested.hexdigest())


class _Digested:
    """A file whose digest is taken on the way, with as much of a file's ways as a table's writer asks for."""

    closed = False

    def __init__(self, file: Sink) -> None:
        from xxhash import xxh3_128

        self._file = file
        self._digest = xxh3_128()
        self.size = 0

    def write(self, data: bytes, /) -> int:
        self._file.write(data)
        self._digest.update(data)
        written = memoryview(data).nbytes
        self.size += written
        return written

    def hexdigest(self) -> str:
        return self._digest.hexdigest()

    def tell(self) -> int:
        return self.size

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass

    def readable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True
