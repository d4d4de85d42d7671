"""The loader: what it reads, what it refuses, and what it says then."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from ftc.diagnostics import Diagnostic
from ftc.loader import Loader, TableData
from ftc.source import SourceFile, Span
from ftc.wording import worded


def source(found: SourceFile | Diagnostic) -> SourceFile:
    assert isinstance(found, SourceFile), found
    return found


def failure(found: object) -> Diagnostic:
    """The diagnostic, once it is sure that its wording can be filled."""
    assert isinstance(found, Diagnostic), found
    words = worded(found)
    assert words.message.endswith(".") and all(words.help)
    return found


def at(main: SourceFile) -> Span:
    return Span(main, 0, len(main.text))


def memory(**files: bytes) -> tuple[Loader, Span]:
    """A loader of files in memory (`a_csv` is `a.csv`), and a span in its `main.ft`."""
    named: Mapping[str, bytes] = {name.replace("_", "."): data for name, data in files.items()}
    loader = Loader(files={"main.ft": b"use", **named})
    return loader, at(source(loader.source("main.ft")))


def table(kind: str, data: bytes) -> TableData | Diagnostic:
    loader, span = memory(**{f"t_{kind}": data})
    return loader.table(f"t.{kind}", span)


def good(kind: str, data: bytes) -> TableData:
    found = table(kind, data)
    assert isinstance(found, TableData), found
    return found


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder with `data/main.ft`, and a file outside it; the working directory is the project."""
    root = tmp_path / "project"
    (root / "data").mkdir(parents=True)
    (root / "ftc.toml").touch()
    (root / "data" / "main.ft").write_text("use\n")
    (root / "common.ft").write_text("let a: b\n")
    (tmp_path / "secret.ft").write_text("let secret: 1\n")
    monkeypatch.chdir(root)
    return root


# ── sources ──────────────────────────────────────────────────────────────────────────────────────


def test_names_are_relative_and_each_file_is_read_once(project: Path) -> None:
    loader = Loader()
    main = source(loader.source("data/main.ft"))
    assert main.name == "data/main.ft"
    assert source(loader.source(str(project / "data" / "main.ft"))) is main
    common = source(loader.source("../common.ft", at=at(main)))
    assert common.name == "common.ft"
    assert source(loader.source("common.ft")) is common
    assert loader.contents == {"data/main.ft": b"use\n", "common.ft": b"let a: b\n"}


def test_a_mark_is_taken_off_and_kept_in_read() -> None:
    loader = Loader(files={"a.ft": b"\xef\xbb\xbflet"})
    assert source(loader.source("a.ft")).text == "let"
    assert loader.contents == {"a.ft": b"\xef\xbb\xbflet"}


def test_standard_input_is_read_once() -> None:
    given = [b"let a: b"]
    loader = Loader(stdin=given.pop)
    assert source(loader.source("-")).name == "<stdin>"
    assert source(loader.source("-")).text == "let a: b"


def test_a_file_with_the_name_of_the_input_is_a_file_where_a_file_names_it() -> None:
    loader = Loader(files={"main.ft": b"", "-": b"a file"})
    assert source(loader.source("-", at=at(source(loader.source("main.ft"))))).text == "a file"


def test_not_utf8_points_at_the_byte() -> None:
    found = failure(Loader(files={"a.ft": b"\xef\xbb\xbfab\nc\xffd"}).source("a.ft"))
    assert found.code == "E006"
    assert found.span is not None
    assert (found.span.line, found.span.column, found.data["line"]) == (2, 2, 2)
    assert failure(Loader(files={"a.ft": "let".encode("utf-16")}).source("a.ft")).data["encoding"] == "UTF-16"


def test_missing_file_names_its_neighbour(project: Path) -> None:
    loader = Loader()
    assert failure(loader.source("data/mian.ft")).data == {"path": "data/mian.ft", "nearest": "data/main.ft"}
    main = source(loader.source("data/main.ft"))
    assert failure(loader.source("../comon.ft", at=at(main))).data["nearest"] == "../common.ft"
    assert failure(loader.source("main.ft/x.ft", at=at(main))).code == "E001"
    loader, span = memory(common_ft=b"")
    assert failure(loader.source("comon.ft", at=span)).data["nearest"] == "common.ft"


def test_folders_pipes_devices_and_forbidden_files(project: Path) -> None:
    assert failure(Loader().source("data")).code == "E002"
    assert failure(Loader(files={"a/b.ft": b""}).source("a")).code == "E002"
    if hasattr(os, "mkfifo"):
        os.mkfifo(project / "pipe.ft")
        assert failure(Loader().source("pipe.ft")).data["kind"] == "pipe"
        assert failure(Loader().source("/dev/null")).data["kind"] == "device"
    (project / "loop.ft").symlink_to("loop.ft")
    assert failure(Loader().source("loop.ft")).code == "E003"
    assert failure(Loader().source("a\0b")).code == "E003"


def test_too_large(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ftc.loader.SOURCE_LIMIT", 3)
    assert failure(Loader().source("common.ft")).code == "E005"
    assert failure(Loader(stdin=lambda: b"four").source("-")).code == "E005"


def test_a_file_stays_inside_the_project(project: Path) -> None:
    loader = Loader()
    span = at(source(loader.source("data/main.ft")))
    assert failure(loader.source("../../secret.ft", at=span)).code == "E007"
    # Not even its absence can be learned.
    assert failure(loader.source("../../nothing.ft", at=span)).code == "E007"
    (project / "data" / "link.ft").symlink_to(project.parent / "secret.ft")
    (project / "data" / "inside.ft").symlink_to(project / "common.ft")
    assert failure(loader.source("link.ft", at=span)).code == "E007"
    assert source(loader.source("inside.ft", at=span)) is source(loader.source("common.ft"))
    for path, code in [("/etc/passwd", "E008"), ("~/a.ft", "E008"), ("C:/a.ft", "E008"), ("C:\\a.ft", "E008")]:
        assert failure(loader.source(path, at=span)).code == code
    assert failure(loader.source("https://example.com/a.csv", at=span)).code == "E009"
    assert failure(loader.table("a\\b.csv", span)).data["fixed"] == "a/b.csv"


def test_without_a_marker_the_root_is_the_folder_of_the_first_file(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "main.ft").touch()
    (tmp_path / "b.ft").touch()
    loader = Loader()
    main = source(loader.source(str(tmp_path / "a" / "main.ft")))
    assert failure(loader.source("../b.ft", at=at(main))).code == "E007"
    wider = Loader(root=tmp_path)
    main = source(wider.source(str(tmp_path / "a" / "main.ft")))
    source(wider.source("../b.ft", at=at(main)))


def test_memory_never_touches_the_disk(project: Path) -> None:
    loader, span = memory()
    assert failure(loader.source("common.ft")).code == "E001"
    assert failure(loader.source("../main.ft", at=span)).code == "E007"


def test_a_source_of_a_callers_own_stands_where_its_name_says(project: Path) -> None:
    unsaved = SourceFile("data/main.ft", "use")
    assert source(Loader().source("../common.ft", at=at(unsaved))).name == "common.ft"


# ── tables ───────────────────────────────────────────────────────────────────────────────────────


def test_csv_keeps_text() -> None:
    found = good("csv", b'\xef\xbb\xbfa,b c\r\n007,"x, ""y""\nz"\r\n\r\n{a},\r\n')
    assert found.columns == ("a", "b c")
    assert found.rows == [("007", 'x, "y"\nz'), ("{a}", "")]
    assert good("tsv", b"a\tb\n1\t2,3").rows == [("1", "2,3")]


def test_a_table_is_read_once() -> None:
    loader, span = memory(t_csv=b"a\n1")
    assert loader.table("t.csv", span) is loader.table("./t.csv", span)
    assert loader.contents["t.csv"] == b"a\n1"


def test_jsonl_keeps_types() -> None:
    found = good(
        "jsonl", '{"a": 1, "b": "é"}\n\n{"c": [1.5, null], "a": true}\r\n{"b": {"x": "\\ud83d\\ude00"}}'.encode()
    )
    assert found.columns == ("a", "b", "c")
    assert found.rows == [(1, "é", None), (True, None, [1.5, None]), (None, {"x": "😀"}, None)]


@pytest.mark.parametrize(
    ("kind", "data", "code", "line"),
    [
        ("csv", b"", "E013", None),
        ("csv", b"\n\n", "E013", None),
        ("csv", b"a,b\n", "E014", None),
        ("csv", b"a, \n1,2", "E015", None),
        ("csv", b"a,b,a\n1,2,3", "E016", None),
        ("csv", b'a,b\n"1\n",2\n3\n', "E017", 4),
        ("csv", b"a,b\n1,2\n1,2,3\n", "E017", 3),
        ("csv", b'a\n1\n"x" y\n', "E018", 3),
        ("csv", b'a\n1\n"x\n\n', "E018", 3),
        ("csv", b"a\n1\n\0", "E019", 3),
        ("csv", b"a\n1\n\xff", "E012", 3),
        ("csv", b"a\n1\n" + b"x" * (1 << 20) + b"y\n", "E020", 3),
        ("jsonl", b"", "E014", None),
        ("jsonl", b'{"a": 1}\n{"a": }', "E021", 2),
        ("jsonl", b'{"a": 1}\n{"a": 1, "a": 2}', "E021", 2),
        ("jsonl", b'{"a": NaN}', "E021", 1),
        ("jsonl", b'{"a": 1e999}', "E021", 1),
        ("jsonl", b'{"a": "\\ud800"}', "E021", 1),
        ("jsonl", b'{"a": ' + b"[" * 100_000, "E021", 1),
        ("jsonl", b'{"a": ' + b"9" * 5000 + b"}", "E021", 1),
        ("jsonl", b'{"a": 1}\n[1]', "E022", 2),
        ("jsonl", b'{"a": 1}\n1', "E022", 2),
        ("jsonl", b'{"a": 1, "": 2}', "E015", None),
        ("parquet", b"not parquet", "E024", None),
        ("xlsx", b"", "E011", None),
    ],
)
def test_broken_tables(kind: str, data: bytes, code: str, line: int | None) -> None:
    if kind == "parquet":
        pytest.importorskip("pyarrow")
    found = failure(table(kind, data))
    assert found.code == code
    assert found.data.get("line") == line
    assert found.span is not None
    assert found.span.source.name == "main.ft"


def test_parquet(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")

    def written(columns: dict[str, list[object]]) -> bytes:
        pq.write_table(pa.table(columns), tmp_path / "t.parquet")
        return (tmp_path / "t.parquet").read_bytes()

    found = good("parquet", written({"a": ["x", None], "n": [1, 2], "f": [0.5, None], "l": [[{"k": True}], []]}))
    assert found.columns == ("a", "n", "f", "l")
    assert found.rows == [("x", 1, 0.5, [{"k": True}]), (None, 2, None, [])]
    assert failure(table("parquet", written({"a": []}))).code == "E014"
    assert failure(table("parquet", written({"a": [b"x"]}))).data["kind"] == "bytes"
    assert failure(table("parquet", written({"a": [0.0, float("nan")]}))).data["row"] == 2


def test_parquet_without_its_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert failure(table("parquet", b"")).code == "E023"


def test_reading_a_source_loads_no_reader_of_tables() -> None:
    script = (
        "import sys, ftc.loader as l; l.Loader(files={'a.ft': b''}).source('a.ft');"
        "print([m for m in ('csv', 'pyarrow', 'difflib') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"


@pytest.mark.parametrize(
    "tags", ["", ', "tags": null', ', "tags": 3', ', "tags": true', ', "tags": {"k": 1}', ', "tags": "ab"']
)
@pytest.mark.parametrize("among", ["t.tags", "[y for y in t.tags if true]"])
def test_what_is_no_list_is_not_ranged_over(tags: str, among: str) -> None:
    """Of one row among others it is a failing pick; a text is never taken letter by letter by a name."""
    from ftc.compile import compile

    rows = '{"name": "a", "tags": ["p", "q"]}\n{"name": "b"' + tags + "}\n"
    text = f'table t from "t.jsonl"\nlet x in {among}\n\ndialog d\n  user: {{t.name}} {{x}}\n  assistant: {{x}}\n'
    found = compile(["a.ft"], Loader(files={"a.ft": text.encode(), "t.jsonl": rows.encode()}))
    listed = among != "t.tags" and tags.endswith(('"ab"', "}"))
    assert {each.code for each in found.diagnostics if each.code[0] == "E"} == (set() if listed else {"E404"})
