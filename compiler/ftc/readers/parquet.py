"""parquet: columns stored in pages.

Few bytes of such a file can stand for very many: it is packed, and writes an equal value once. So what is in it is
counted before it is read, by what its footer says and then by its pages; and a text is one object, however many cells
it stands for.
"""

import itertools
from collections.abc import Iterator
from typing import Any

from ftc.readers import fault
from ftc.readers.fault import Fault, check_cells, check_unpacked
from ftc.readers.parquet_pages import ColumnChunk, Footer, Page, pages, read_footer
from ftc.readers.table import TableContents, check_columns

BATCH = 64 << 20
"""About how many bytes are unpacked before they become values."""

FOOTER = 8 << 20
"""Bytes of the footer, which describes the file. They take many times the room once they are read."""

PAGES = 1_000_000
"""Pages of a file. Each is looked at; a writer makes one of thousands of values."""

LONGEST = 4 << 20
"""Bytes of a text: a cell has a quarter as many characters at most, whatever they are made of."""

_DELTA_LENGTH_BYTE_ARRAY, _DELTA_BYTE_ARRAY = 6, 7
"""Encodings that the library cannot read as a dictionary. The second leaves out what the text before begins with."""


def read_parquet(data: bytes) -> TableContents:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise Fault("E023") from None
    try:
        if data[-4:] == b"PAR1" and int.from_bytes(data[-8:-4], "little") > FOOTER:
            raise ValueError(f"what describes it has more than {FOOTER >> 20} MB")
        described = pq.ParquetFile(pa.BufferReader(data))
        columns = tuple(described.schema_arrow.names)
        check_columns(columns)
        # The library would tell, too, what it has read there. But where that is broken it may end the process.
        stored = _StoredSize(data, read_footer(data), len(columns))
        file = pq.ParquetFile(
            pa.BufferReader(data), metadata=described.metadata, read_dictionary=stored.dictionary_leaves
        )
        values = _read(file, stored, stored.expanding_columns(file.schema_arrow))
        rows: list[tuple[object, ...]] = list(zip(*values, strict=True))
        for column, found in zip(columns, values, strict=True):
            for number, value in enumerate(found, 1):
                if (kind := _unknown_kind(value)) is not None:
                    raise Fault("E025", column=column, row=number, kind=kind)
    except Fault:
        raise
    except Exception as error:  # what is broken shows anywhere in the library, and is raised as anything
        reason = (str(error).strip() or "it is damaged").splitlines()[0].rstrip(".")
        raise Fault("E024", reason=reason[:200]) from None
    return columns, rows


def _unknown_kind(value: object) -> str | None:
    """The name of what is in `value` and has no place in JSON; None where there is no such thing."""
    if value is None or isinstance(value, str | int):
        return None
    if isinstance(value, float):
        return None if abs(value) < float("inf") else "number that is not finite"
    if isinstance(value, list):
        return next((kind for kind in map(_unknown_kind, value) if kind), None)
    if isinstance(value, dict):
        return next((kind for kind in map(_unknown_kind, value.values()) if kind), None)
    return type(value).__name__


# ── how much it is ────────────────────────────────────────────────────────────────────────────────


class _StoredSize:
    """How much is stored in a file; making one raises a Fault where it is more than is kept.

    A file stores a column for each leaf of its schema. `dictionary_leaves` has the numbers of those whose texts can be
    read as a dictionary, each once; `row_groups` the bytes that each group of rows unpacks to.
    """

    def __init__(self, data: bytes, footer: Footer, columns: int) -> None:
        check_cells(footer.rows * columns)
        # First by what the file says itself, which is soon done; then by its pages, as it may lie.
        check_unpacked(sum(chunk.unpacked for group in footer.row_groups for chunk in group))
        check_cells(sum(chunk.values for group in footer.row_groups for chunk in group))
        self._leaves = [_LeafTotals(leaf.is_text, leaf.width, leaf.is_repeated) for leaf in footer.leaves]
        self.row_groups: list[int] = []
        self._pages = self._unpacked = 0
        for group in footer.row_groups:
            before = self._unpacked
            for leaf, chunk in zip(self._leaves, group, strict=True):
                self._count_pages(data, chunk, leaf)
            self.row_groups.append(self._unpacked - before)
        check_cells(sum(leaf.values for leaf in self._leaves))
        self.dictionary_leaves = [number for number, leaf in enumerate(self._leaves) if leaf.is_text and not leaf.delta]

    def _count_pages(self, data: bytes, chunk: ColumnChunk, leaf: "_LeafTotals") -> None:
        for page in pages(data, chunk):
            self._pages += 1
            self._unpacked += page.unpacked
            check_unpacked(self._unpacked)
            leaf.add(page)
            if self._pages > PAGES:
                raise ValueError(f"it has more than {PAGES:,} pages")

    def expanding_columns(self, schema: Any) -> dict[str, int]:
        """The top-level columns whose texts may unpack to much more than their pages, and how long one may be."""
        found: dict[str, int] = {}
        types = [(field.name, kind, times) for field in schema for kind, times in _leaves(field.type, 1)]
        for leaf, (column, kind, times) in zip(self._leaves, types, strict=True):
            check_cells(leaf.values * times)
            check_unpacked(leaf.values * times * leaf.width)
            if not leaf.is_text or hasattr(kind, "index_type") or leaf.values * leaf.longest <= BATCH:
                continue
            if leaf.is_repeated and leaf.values * leaf.longest > fault.UNPACKED:
                raise ValueError(f"nothing says how much the lists of `{column}` unpack to")
            found[column] = max(leaf.longest, found.get(column, 0))
        return found


class _LeafTotals:
    """A stored column, and what its pages say."""

    def __init__(self, is_text: bool, width: int, is_repeated: bool) -> None:
        self.is_text, self.width, self.is_repeated = is_text, width, is_repeated
        self.values = 0
        self.delta = False
        self.longest = 0
        """The most bytes of a text that takes less room in its page, or none."""

    def add(self, page: Page) -> None:
        if self.is_text and page.unpacked > max(page.values, 1) * LONGEST:
            raise ValueError(f"a text in it is longer than {LONGEST >> 20} MB")
        if not page.is_dictionary:
            self.values += page.values
        self.delta |= page.encoding in (_DELTA_LENGTH_BYTE_ARRAY, _DELTA_BYTE_ARRAY)
        if page.is_dictionary or page.encoding == _DELTA_BYTE_ARRAY:
            self.longest = max(self.longest, page.unpacked)


def _leaves(kind: Any, times: int) -> Iterator[tuple[Any, int]]:
    """The types of the columns that a type is stored as, each with how many values at least a list of it has."""
    import pyarrow as pa

    if isinstance(kind, pa.BaseExtensionType):
        yield from _leaves(kind.storage_type, times)
    elif pa.types.is_dictionary(kind) or not kind.num_fields:
        yield kind, times
    else:
        times *= kind.list_size if pa.types.is_fixed_size_list(kind) else 1
        for number in range(kind.num_fields):
            yield from _leaves(kind.field(number).type, times)


# ── reading it ────────────────────────────────────────────────────────────────────────────────────


def _read(file: Any, stored: _StoredSize, slow: dict[str, int]) -> list[list[object]]:
    """The values of each column."""
    names = file.schema_arrow.names
    if slow and any("." in name for name in names):
        # The library takes such a name for that of a field, too, and would read more than it is asked for.
        slow = dict.fromkeys(names, max(slow.values()))
    found: dict[str, list[object]] = {name: [] for name in names}
    fast = [name for name in names if name not in slow]
    # Of a dictionary inside of something, the library reads one group at a time.
    flat = not any(field.type.num_fields for field in file.schema_arrow)
    for groups in _batches(stored.row_groups, BATCH if flat else -1) if fast else ():
        table = file.read_row_groups(groups, columns=fast if slow else None)
        for name in fast:
            for chunk in table.column(name).chunks:
                found[name] += _python_values(chunk)
    unpacked = 0
    for name, longest in slow.items():
        for batch in file.iter_batches(max(1, BATCH // longest), columns=[name]):
            column = batch.column(name)
            unpacked += column.nbytes
            check_unpacked(unpacked)
            found[name] += _python_values(column)
    return list(found.values())


def _batches(groups: list[int], limit: int) -> Iterator[list[int]]:
    """The numbers of the groups of rows, so many at a time as are not too large."""
    some: list[int] = []
    unpacked = 0
    for number, size in enumerate(groups):
        if some and unpacked + size > limit:
            yield some
            some, unpacked = [], 0
        some.append(number)
        unpacked += size
    if some:
        yield some


def _python_values(array: Any) -> list[object]:
    """What `array.to_pylist()` gives, but that the values of a dictionary are made once and not for each cell."""
    import pyarrow as pa

    kind = array.type
    found: list[Any]
    if pa.types.is_dictionary(kind):
        values = _python_values(array.dictionary)
        return [None if index is None else values[index] for index in array.indices.to_pylist()]
    if pa.types.is_struct(kind):
        names = [kind.field(number).name for number in range(kind.num_fields)]
        if len(set(names)) < len(names):
            raise ValueError("two fields of a struct have the same name")
        fields = [_python_values(array.field(number)) for number in range(kind.num_fields)]
        found = [dict(zip(names, row, strict=True)) for row in zip(*fields, strict=True)]
    elif pa.types.is_map(kind):
        pairs = list(zip(_python_values(array.keys), _python_values(array.items), strict=True))
        found = _split(pairs, array.offsets.to_pylist())
    elif pa.types.is_list(kind) or pa.types.is_large_list(kind):
        found = _split(_python_values(array.values), array.offsets.to_pylist())
    elif pa.types.is_fixed_size_list(kind):
        size = kind.list_size
        starts = range(array.offset * size, (array.offset + len(array)) * size + 1, max(size, 1))
        found = _split(_python_values(array.values), list(starts))
    elif hasattr(array, "sizes"):  # a view of a list
        values = _python_values(array.values)
        ends = zip(array.offsets.to_pylist(), array.sizes.to_pylist(), strict=True)
        found = [values[start : start + size] for start, size in ends]
    else:
        plain: list[object] = array.to_pylist()
        return plain
    if array.null_count:
        valid = array.is_valid().to_pylist()
        found = [value if there else None for value, there in zip(found, valid, strict=True)]
    return found


def _split(values: list[Any], offsets: list[int]) -> list[Any]:
    return [values[start:end] for start, end in itertools.pairwise(offsets)]
