"""One output file: conversations as lines, or as the rows of a table where its name ends in `.parquet`."""

from typing import TYPE_CHECKING, BinaryIO

from ftc.emit.write import Progress, Sink, WriteResult, write
from ftc.targets import Target

if TYPE_CHECKING:
    from ftc.expand.plan.plan import Conversations

PARQUET = ".parquet"
ROW_LINES = ".rows"
"""Lines that are still to become the rows of a table."""


def write_file(
    conversations: "Conversations",
    target: Target,
    file: BinaryIO | Sink,
    *,
    suffix: str,
    limit: int | None = None,
    progress: Progress,
) -> WriteResult:
    """Write a whole file. The bytes and the digest are the file's own."""
    if suffix in (PARQUET, ROW_LINES):
        from ftc.emit.parquet import as_rows

        target = as_rows(target)
    if suffix != PARQUET:
        return write(conversations, target, file, limit=limit, progress=progress)
    table = FileSink(file, target, suffix)
    lines = write(conversations, target, table, limit=limit, progress=progress)
    return table.close(lines.lines, lines.skipped)


class FileSink:
    """A sink for lines, those of `ROW_LINES` for a table, which writes a file of either kind."""

    def __init__(self, file: Sink, target: Target, suffix: str) -> None:
        self._digesting = DigestingFile(file)
        self._table = None
        if suffix == PARQUET:
            from ftc.emit.parquet import ParquetSink

            self._table = ParquetSink(self._digesting, target)

    def write(self, data: bytes, /) -> None:
        (self._table or self._digesting).write(data)

    def close(self, lines: int, skipped: int) -> WriteResult:
        """Finish the file after the last line. The file itself stays open."""
        if self._table is not None:
            self._table.close()
        return WriteResult(lines, skipped, self._digesting.size, self._digesting.hexdigest())


class DigestingFile:
    """Passes bytes on to a file and takes their digest; with the methods of a file that pyarrow calls."""

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
