"""Diagnostics as SARIF 2.1.0, the format of code scanning (https://docs.oasis-open.org/sarif/sarif/v2.1.0/)."""

import json
from collections.abc import Sequence
from urllib.parse import quote

from ftc.diagnostics import Diagnostic, Label, Severity
from ftc.edits import Edit
from ftc.emit import version
from ftc.printable import escaped
from ftc.report import applicability
from ftc.source import Span
from ftc.wording import worded

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "note"}


def render(diagnostics: Sequence[Diagnostic]) -> str:
    """A log of one run, with a rule for each code that occurs."""
    titles = {one.code: worded(one).title for one in diagnostics}
    codes = sorted(titles)
    driver = {
        "name": "ftc",
        "version": version.running(),
        "rules": [{"id": code, "shortDescription": {"text": titles[code]}} for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, codes.index(one.code)) for one in diagnostics],
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return escaped(json.dumps(log, ensure_ascii=False, indent=2)) + "\n"


def _result(diagnostic: Diagnostic, rule: int) -> dict[str, object]:
    words = worded(diagnostic)
    result: dict[str, object] = {
        "ruleId": diagnostic.code,
        "ruleIndex": rule,
        "level": LEVELS[diagnostic.severity],
        "message": {"text": "\n".join([words.message, *words.help])},
    }
    if diagnostic.span:
        result["locations"] = [{"physicalLocation": _location(diagnostic.span)}]
    if diagnostic.labels:
        result["relatedLocations"] = [
            {"id": at, "message": {"text": _words(label)}, "physicalLocation": _location(label.span)}
            for at, label in enumerate(diagnostic.labels, 1)
        ]
    if diagnostic.edits:
        result["fixes"] = [_fix(diagnostic, words.help[0] if words.help else words.title)]
    return result


def _fix(diagnostic: Diagnostic, description: str) -> dict[str, object]:
    by_file: dict[str, list[Edit]] = {}
    for edit in diagnostic.edits:
        by_file.setdefault(edit.span.source.name, []).append(edit)
    changes = [
        {
            "artifactLocation": _location(edits[0].span)["artifactLocation"],
            "replacements": [
                {"deletedRegion": _location(edit.span)["region"], "insertedContent": {"text": edit.text}}
                for edit in edits
            ],
        }
        for edits in by_file.values()
    ]
    return {
        "description": {"text": description},
        "artifactChanges": changes,
        "properties": {"applicability": applicability(diagnostic)},
    }


def _words(label: Label) -> str:
    """What a label says; a row that has no line is told there."""
    source = label.span.source
    return f"{label.text} (row {label.span.line:,})" if source.in_rows else label.text


def _location(span: Span) -> dict[str, object]:
    artifact = {"uri": quote(span.source.name, errors="surrogateescape")}
    if span.source.in_rows:
        return {"artifactLocation": artifact}
    line, column = span.source.position(span.start)
    end_line, end_column = span.source.position(span.end)
    region = {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}
    return {"artifactLocation": artifact, "region": region}
