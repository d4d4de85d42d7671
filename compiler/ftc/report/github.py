"""Diagnostics as GitHub workflow commands, which Actions shows on the lines of a pull request."""

from collections.abc import Sequence

from ftc.diagnostics import Diagnostic, Severity
from ftc.printable import visible
from ftc.report import shown_place
from ftc.wording import worded

COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "notice"}


def render(diagnostics: Sequence[Diagnostic]) -> str:
    """One command per line."""
    return "".join(f"{_one(one)}\n" for one in diagnostics)


def _one(diagnostic: Diagnostic) -> str:
    words = worded(diagnostic)
    properties: dict[str, object] = {}
    if span := diagnostic.span:
        line, column = span.source.position(span.start)
        end_line, end_column = span.source.position(span.end)
        properties = {"file": span.source.name, "line": line, "endLine": end_line, "col": column}
        if end_line == line:
            # GitHub takes columns only within one line.
            properties["endColumn"] = end_column
        else:
            del properties["col"]
    properties["title"] = f"{diagnostic.code}: {words.title}"
    # Of a command's place there is one: the others are told.
    others = [f"{shown_place(label.span)}: {label.text}" for label in diagnostic.labels]
    said = [words.message, *others, *words.help]
    listed = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{COMMANDS[diagnostic.severity]} {listed}::{_data(chr(10).join(said))}"


def _data(text: str) -> str:
    return visible(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
