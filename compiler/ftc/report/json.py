"""Diagnostics for programs: one JSON document."""

import json
from collections import Counter
from collections.abc import Sequence

from ftc.diagnostics import Diagnostic, Severity
from ftc.printable import escaped
from ftc.report import applicability
from ftc.source import Span
from ftc.wording import worded


def render(diagnostics: Sequence[Diagnostic]) -> str:
    """`{"diagnostics": [...], "errors": 1, "warnings": 0, "advice": 2}`; lines and columns count from 1, in
    characters."""
    counts = Counter(one.severity for one in diagnostics)
    document = {
        "diagnostics": [_one(one) for one in diagnostics],
        "errors": counts[Severity.ERROR],
        "warnings": counts[Severity.WARNING],
        "advice": counts[Severity.ADVICE],
    }
    return escaped(json.dumps(document, ensure_ascii=False, indent=2)) + "\n"


def _one(diagnostic: Diagnostic) -> dict[str, object]:
    words = worded(diagnostic)
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "title": words.title,
        "message": words.message,
        "help": list(words.help),
        "location": _location(diagnostic.span) if diagnostic.span else None,
        "labels": [{"text": label.text, "location": _location(label.span)} for label in diagnostic.labels],
        "fix": _fix(diagnostic) if diagnostic.edits else None,
    }


def _fix(diagnostic: Diagnostic) -> dict[str, object]:
    return {
        "applicability": applicability(diagnostic),
        "edits": [{"content": edit.text, "location": _location(edit.span)} for edit in diagnostic.edits],
    }


def _location(span: Span) -> dict[str, object]:
    if span.source.in_rows:
        return {"file": span.source.name, "row": span.line}
    line, column = span.source.position(span.start)
    end_line, end_column = span.source.position(span.end)
    return {"file": span.source.name, "line": line, "column": column, "end_line": end_line, "end_column": end_column}
