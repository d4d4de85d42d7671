"""Where findings say that a row of data stands: counted here by hand, as the file is written."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ftc
from effort import examples
from ftc.compile import compile
from ftc.diagnostics import Diagnostic
from ftc.loader import Loader, TableData
from ftc.quality.excerpt import told_apart
from ftc.report import github, sarif, text
from ftc.report import json as as_json
from ftc.source import SourceFile, Span
from ftc.targets import TARGETS

LINE_END = re.compile("\r\n|\r|\n")

# What people have in cells, and what would break a count of lines: line ends in quotes, quotes, signs, wide characters.
PIECES = ["a", "b", " ", "é", "你", "😀", ",", "\t", '"', "\n", "\r\n", "\r", "\x85", "\u2028"]
CELLS = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)


def read(kind: str, data: bytes) -> TableData:
    loader = Loader(files={"main.ft": b"use", f"t.{kind}": data})
    main = loader.source("main.ft")
    assert isinstance(main, SourceFile)
    found = loader.table(f"t.{kind}", Span(main, 0, 3))
    assert isinstance(found, TableData), found
    return found


def check(**files: str | bytes) -> list[Diagnostic]:
    """What is found in `main_ft`, beside the other files."""
    named = {name.replace("_", "."): t if isinstance(t, bytes) else t.encode() for name, t in files.items()}
    return list(compile(["main.ft"], Loader(files=named)).diagnostics)


def rows_of(found: Diagnostic) -> list[tuple[str, int]]:
    """The rows that a finding points at."""
    return [(label.span.source.name, label.span.line) for label in found.labels]


class Written:
    """A file that is being written; `places` has the line and the text of each row."""

    def __init__(self, *, bom: bool, only_lf: bool) -> None:
        self.text = ""
        self._bom, self._only_lf = bom, only_lf
        self.places: list[tuple[int, str]] = []

    def add(self, what: str, *, row: bool) -> None:
        if row:
            ends = self.text.count("\n") if self._only_lf else len(LINE_END.findall(self.text))
            self.places.append((1 + ends, what))
        self.text += what

    @property
    def data(self) -> bytes:
        return (b"\xef\xbb\xbf" if self._bom else b"") + self.text.encode()


@examples(300, full=2_000)
@given(st.data())
def test_a_row_of_separated_cells_stands_where_it_was_written(data: st.DataObject) -> None:
    kind, sign = data.draw(st.sampled_from([("csv", ","), ("tsv", "\t")]))
    end = data.draw(st.sampled_from(["\n", "\r\n", "\r"]))
    width = data.draw(st.integers(1, 3))
    written = Written(bom=data.draw(st.booleans()), only_lf=False)

    def blank_lines() -> None:
        written.add(end * data.draw(st.integers(0, 2)), row=False)

    def cell() -> str:
        value = data.draw(CELLS)
        plain = value and not set(value) & {sign, '"', "\n", "\r"}
        return value if plain and data.draw(st.booleans()) else '"' + value.replace('"', '""') + '"'

    blank_lines()
    written.add(sign.join(f"c{number}" for number in range(width)) + end, row=False)
    for _ in range(data.draw(st.integers(1, 5))):
        blank_lines()
        written.add(sign.join(cell() for _ in range(width)), row=True)
        written.add(end, row=False)
    if data.draw(st.booleans()):
        blank_lines()
    else:
        written.text = written.text.removesuffix(end)
    found = read(kind, written.data)
    assert len(found.rows) == len(written.places)
    for number, (line, row) in reversed(list(enumerate(written.places))):
        span = found.place(number)
        assert (span.source.name, span.line) == (f"t.{kind}", line)
        assert span.source.text == row and span.text == (row.strip(" \t") or row)


@examples(300, full=2_000)
@given(st.data())
def test_a_row_of_jsonl_stands_where_it_was_written(data: st.DataObject) -> None:
    end = data.draw(st.sampled_from(["\n", "\r\n"]))
    written = Written(bom=data.draw(st.booleans()), only_lf=True)
    for _ in range(data.draw(st.integers(1, 6))):
        for _ in range(data.draw(st.integers(0, 2))):
            written.add(data.draw(st.sampled_from(["", " ", "\t "])) + end, row=False)
        value = data.draw(st.dictionaries(st.sampled_from("ab"), CELLS | st.integers() | st.none(), min_size=1))
        # A CR between the values of an object is a blank.
        row = json.dumps(value, ensure_ascii=data.draw(st.booleans())).replace(
            ": ", data.draw(st.sampled_from([": ", ":", ":\r"]))
        )
        blanks = data.draw(st.sampled_from(["", " "]))
        written.add(blanks, row=False)
        written.add(row, row=True)
        written.add(blanks + end, row=False)
    if data.draw(st.booleans()):
        written.text = written.text.removesuffix(end)
    found = read("jsonl", written.data)
    assert [(s.line, s.text) for s in map(found.place, range(len(found.rows)))] == written.places


@pytest.mark.parametrize(
    ("kind", "data", "line", "row"),
    [
        ("csv", b'a\n1\n"x\ny"\n1,2\n', 5, "1,2"),
        ("csv", b"\xef\xbb\xbfa\r\n1\r\n1,2", 3, "1,2"),
        ("csv", b"a\r1\r1,2\r3", 3, "1,2"),
        ("csv", b"a\r1\r\xff\r3", 3, "\ufffd"),
        ("tsv", b"a\n1\n\0\n", 3, "\0"),
        ("jsonl", b'{"a": 1}\n\n {"a": }\r\n', 3, '{"a": }'),
        ("jsonl", b'{"a":\r1}\n[1]', 2, "[1]"),
    ],
)
def test_a_mistake_in_a_file_is_shown_there(kind: str, data: bytes, line: int, row: str) -> None:
    (found,) = check(
        main_ft=f'table t from "t.{kind}"\ndialog d\n  user: {{t.a}}\n  assistant: ok\n', **{f"t_{kind}": data}
    )
    assert found.data["line"] == line and rows_of(found) == [(f"t.{kind}", line)]
    assert found.labels[0].span.text == row


SUM = 'dialog d\n  user: {t.a}?\n  assistant: {int(t.n) + 1}\n'  # fmt: skip


@pytest.mark.parametrize(
    "source",
    [
        SUM,
        "let sum = int(t.n) + 1\ndialog d\n  user: {t.a}?\n  assistant: {sum}\n",
        "let r in t\ndialog d\n  user: {r.a}?\n  assistant: {int(r.n) + 1}\n",
        "def plus(x) = int(x) + 1\ndialog d\n  user: {t.a}?\n  assistant: {plus(t.n)}\n",
        "where int(t.n) > 0\ndialog d\n  user: {t.a}?\n  assistant: {t.n}\n",
        "let i in 1..int(t.n)\ndialog d\n  user: {t.a} {i}?\n  assistant: {i}\n",
        "tool f(n: int): F.\ndialog d\n  user: {t.a}?\n  assistant calls f(n=int(t.n))\n  tool: ok\n  assistant: ok\n",
        "dialog d\n  user: {t.a}?\n  assistant: {int(t.n):>3}\n",
        "dialog d\n  user: {t.a} {parity}?\n  assistant: ok\n  validation 50% by parity\nlet parity = int(t.n) % 2\n",
    ],
    ids=["shown", "computed", "another name", "function", "condition", "range", "call", "format", "split"],
)
def test_a_value_that_fails_names_its_row(source: str) -> None:
    rows = 'a,n\r\nx,1\r\n"y\r\nz",2\r\n\r\nw,no\r\nv,3'
    found = check(main_ft=f'table t from "t.csv"\n{source}', t_csv=rows)
    fails = [each for each in found if each.code == "E404"]
    assert fails and all(("t.csv", 6) in rows_of(each) for each in fails), found


def test_each_report_names_the_row() -> None:
    found = check(main_ft=f'table t from "a b.csv"\n{SUM}', **{"a b_csv": 'a,n\n"x\ny",1\nz,no\n'})
    assert rows_of(found[0]) == [("a b.csv", 4)]
    assert " ::: a b.csv:4:1\n  |\n4 | z,no\n  | ---- in this row\n" in text.render(found, color=False)
    (label,) = json.loads(as_json.render(found))["diagnostics"][0]["labels"]
    assert label["location"] == {"file": "a b.csv", "line": 4, "column": 1, "end_line": 4, "end_column": 5}
    (result,) = json.loads(sarif.render(found))["runs"][0]["results"]
    (place,) = result["relatedLocations"]
    assert place["physicalLocation"]["artifactLocation"] == {"uri": "a%20b.csv"}
    assert place["physicalLocation"]["region"]["startLine"] == 4
    assert "%0Aa b.csv:4: in this row%0A" in github.render(found)


def test_a_row_of_parquet_has_a_number_and_no_line(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    pq.write_table(pa.table({"a": ["x", "y"], "n": ["1", "no"]}), tmp_path / "t.parquet")
    data = (tmp_path / "t.parquet").read_bytes()
    found = check(main_ft=f'table t from "t.parquet"\n{SUM}', t_parquet=data)
    assert ' ::: t.parquet, row 2\n  |\n2 | {"a": "y", "n": "no"}\n' in text.render(found, color=False)
    (label,) = json.loads(as_json.render(found))["diagnostics"][0]["labels"]
    assert label["location"] == {"file": "t.parquet", "row": 2}
    (result,) = json.loads(sarif.render(found))["runs"][0]["results"]
    assert result["relatedLocations"][0]["message"] == {"text": "in this row (row 2)"}
    assert "region" not in result["relatedLocations"][0]["physicalLocation"]
    assert "%0At.parquet, row 2: in this row%0A" in github.render(found)


def test_two_tables_of_one_file_and_a_file_that_is_used() -> None:
    files = {"p_csv": "k,v\na,1\nb,2\n", "side_ft": 'table p from "p.csv"\ntable o from "p.csv"\n'}
    found = check(main_ft='use "side.ft"\ndialog d\n  user: {p.k}?\n  assistant: {o.v}\n', **files)
    assert [each.code for each in found] == ["E503"] and rows_of(found[0]) == [("p.csv", 2), ("p.csv", 3)]
    found = check(main_ft='use "side.ft"\ndialog d\n  user: {p.k}?\n  assistant: {int(p.k)}\n', **files)
    assert rows_of(found[0]) == [("p.csv", 2)]


def test_answers_of_a_table_and_of_the_source() -> None:
    blocks = "dialog a\n  user: {t.q}\n  assistant: {t.a}\n\ndialog b\n  user: Why?\n  assistant: No.\n"
    (found,) = check(main_ft=f'table t from "t.jsonl"\n{blocks}', t_jsonl='\n{"q": "Why?", "a": "So."}\n')
    assert found.code == "E501"
    assert [(each.span.source.name, each.span.line, each.text) for each in found.labels] == [
        ("main.ft", 4, "the other answer"),
        ("t.jsonl", 2, "the row of the other answer"),
    ]


def test_a_target_that_refuses_names_the_row() -> None:
    files = {"main.ft": b'table t from "t.csv"\ndialog d\n  user: {t.q}\n  assistant: ok\n', "t.csv": b'q\nx\n""\n'}
    found = compile(["main.ft"], Loader(files=files), target=TARGETS["bedrock"]).diagnostics
    assert [(each.code, rows_of(each)) for each in found if each.code == "E604"] == [("E604", [("t.csv", 3)])]


@pytest.mark.parametrize("cell", ['"x\\r\\ny"', '["x", {"k": "\\r"}]'])
def test_a_cell_with_a_cr_names_its_row(cell: str) -> None:
    source = 'table t from "t.jsonl"\ndialog d\n  user: {t.q}\n  assistant: {json(t.a)}\n'
    found = check(main_ft=source, t_jsonl=f'{{"q": "A?", "a": ""}}\n\n{{"q": "B?", "a": {cell}}}')
    (warned,) = [each for each in found if each.code == "W112"]
    assert rows_of(warned) == [("t.jsonl", 3)] and warned.data["where"] == "Line 3"


def test_picks_name_their_row(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b'a,n\r\n"x\r\ny",1\r\nz,2')
    (tmp_path / "main.ft").write_text('table t from "t.csv"\ndialog d\n  user: {t.a}\n  assistant: {t.n}\n')
    dataset = ftc.load(tmp_path / "main.ft")
    picks = [pick for conversation in dataset for pick in conversation.origin.picks]
    assert [(Path(pick.span.source.name).name, pick.span.line) for pick in picks] == [("t.csv", 2), ("t.csv", 4)]
    assert [pick.span.source.text for pick in picks] == ['"x\r\ny",1', "z,2"]  # so a pickle holds no more of the file


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a" * 200 + "red" + "b" * 200, "a" * 200 + "blue" + "b" * 200),
        ("a" * 200, "a" * 201),
        ("one\ntwo", "one two"),
        ("one\u00a0two", "one two"),
        ("caf\u00e9", "cafe\u0301"),
        ("x" * 100 + "\u00a0y", "x" * 100 + " y"),
        ("x" * 100 + "\n", "x" * 100 + " "),
    ],
)
def test_two_texts_are_shown_where_they_differ(one: str, other: str) -> None:
    shown = told_apart(one, other)
    assert shown[0] != shown[1] and max(map(len, shown)) <= 60
    # Nor do they look the same.
    assert not any("\n" in each or "\u00a0" in each or "\u0301" in each for each in shown)
