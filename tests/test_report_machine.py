"""The report for programs: JSON, SARIF and GitHub's workflow commands."""

import io
import json

import pytest

from ftc.diagnostics import Diagnostic, Label
from ftc.edits import Edit
from ftc.report import FORMATS, emit
from ftc.slotted import replaced
from ftc.source import SourceFile, Span
from ftc.wording import Wording

SOURCE = SourceFile("data/a b.ft", "let 你: 1\nlet 你: 2\n")
FIRST, SECOND = Span(SOURCE, 4, 5), Span(SOURCE, 13, 14)
FOUND = [
    Diagnostic("E298", SECOND, {"name": "你"}, (Label(FIRST, "first here"),)),
    Diagnostic("W299", None),
    Diagnostic("W297", Span(SOURCE, 0, 13)),
]
EDITED = Diagnostic("W297", FIRST, edits=(Edit(FIRST, "ni\n"), Edit(Span(SOURCE, 9, 18), "")))


@pytest.fixture(autouse=True)
def words(monkeypatch: pytest.MonkeyPatch) -> None:
    made = {
        "E298": Wording("declared twice", "`{name}` is taken: 100%.", ("Rename it, or not.",)),
        "W299": Wording("too few", "There are few."),
        "W297": Wording("two lines", "Two lines."),
    }
    monkeypatch.setattr("ftc.wording.wording", made.__getitem__)


def report(format: str, found: list[Diagnostic] = FOUND) -> str:
    stream = io.StringIO()
    emit(found, format, stream)  # type: ignore[arg-type]
    return stream.getvalue()


def test_json() -> None:
    document = json.loads(report("json"))
    assert (document["errors"], document["warnings"], document["advice"]) == (1, 2, 0)
    assert document["diagnostics"][2] == {
        "code": "E298",
        "severity": "error",
        "title": "declared twice",
        "message": "`你` is taken: 100%.",
        "help": ["Rename it, or not."],
        "location": {"file": "data/a b.ft", "line": 2, "column": 5, "end_line": 2, "end_column": 6},
        "labels": [
            {
                "text": "first here",
                "location": {"file": "data/a b.ft", "line": 1, "column": 5, "end_line": 1, "end_column": 6},
            }
        ],
        "fix": None,
    }
    assert document["diagnostics"][0]["location"] is None


@pytest.mark.parametrize(("safe", "applicability"), [(True, "safe"), (False, "unsafe")])
def test_json_has_the_edits_of_a_finding(safe: bool, applicability: str) -> None:
    (found,) = json.loads(report("json", [replaced(EDITED, safe=safe)]))["diagnostics"]
    place = {"file": "data/a b.ft", "line": 1, "column": 5, "end_line": 1, "end_column": 6}
    assert found["fix"] == {
        "applicability": applicability,
        "edits": [
            {"content": "ni\n", "location": place},
            {"content": "", "location": {**place, "line": 2, "column": 1, "end_line": 3, "end_column": 1}},
        ],
    }


def test_sarif_has_the_shape_that_code_scanning_needs() -> None:
    log = json.loads(report("sarif"))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert run["tool"]["driver"]["name"] == "ftc"
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning")
        assert result["message"]["text"]
    last = run["results"][2]
    # The address is a URI, so its blank is escaped; columns count characters, as `columnKind` says.
    assert run["columnKind"] == "unicodeCodePoints"
    assert last["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "data/a%20b.ft"},
                "region": {"startLine": 2, "startColumn": 5, "endLine": 2, "endColumn": 6},
            }
        }
    ]
    assert last["relatedLocations"][0]["message"] == {"text": "first here"}
    assert "locations" not in run["results"][0]


def test_sarif_has_the_edits_of_a_finding_as_one_fix() -> None:
    """As 3.55 to 3.57 of the standard have it; what is no key of theirs is in a property bag."""
    (run,) = json.loads(report("sarif", [replaced(EDITED, safe=True), *FOUND]))["runs"]
    with_fix = [result for result in run["results"] if "fixes" in result]
    assert [result["ruleId"] for result in with_fix] == ["W297"]
    assert with_fix[0]["fixes"] == [
        {
            "description": {"text": "two lines"},
            "artifactChanges": [
                {
                    "artifactLocation": {"uri": "data/a%20b.ft"},
                    "replacements": [
                        {
                            "deletedRegion": {"startLine": 1, "startColumn": 5, "endLine": 1, "endColumn": 6},
                            "insertedContent": {"text": "ni\n"},
                        },
                        {
                            "deletedRegion": {"startLine": 2, "startColumn": 1, "endLine": 3, "endColumn": 1},
                            "insertedContent": {"text": ""},
                        },
                    ],
                }
            ],
            "properties": {"applicability": "safe"},
        }
    ]


def test_github_escapes_what_its_commands_use() -> None:
    assert report("github").splitlines() == [
        "::warning title=W299%3A too few::There are few.",
        # A span of two lines gets no columns: GitHub takes them within one line only.
        "::warning file=data/a b.ft,line=1,endLine=2,title=W297%3A two lines::Two lines.",
        "::error file=data/a b.ft,line=2,endLine=2,col=5,endColumn=6,title=E298%3A declared twice"
        "::`你` is taken: 100%25.%0Adata/a b.ft:1: first here%0ARename it, or not.",
    ]


def test_no_findings_are_an_empty_text_and_still_a_document() -> None:
    assert report("text", []) == report("github", []) == ""
    assert json.loads(report("json", []))["diagnostics"] == []
    assert json.loads(report("sarif", []))["runs"][0]["results"] == []


def test_no_colour_where_the_stream_is_no_terminal() -> None:
    assert all("\x1b" not in report(format) for format in FORMATS)


def test_no_color_is_respected_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    colored, plain = Terminal(), Terminal()
    emit(FOUND, "text", colored)
    monkeypatch.setenv("NO_COLOR", "1")
    emit(FOUND, "text", plain)
    assert "\x1b[" in colored.getvalue()
    assert "\x1b" not in plain.getvalue()
