"""Renders diagnostics: as text for a terminal, as JSON, as SARIF, as GitHub workflow commands."""

import os
from collections.abc import Iterable
from typing import Literal as OneOf
from typing import TextIO, get_args

from ftc.diagnostics import Diagnostic, Severity
from ftc.printable import inline, write_utf8
from ftc.source import Span

Format = OneOf["text", "json", "sarif", "github"]
FORMATS: tuple[str, ...] = get_args(Format)


def emit(diagnostics: Iterable[Diagnostic], format: Format, stream: TextIO, *, advice: bool = False) -> None:
    """Write a report to a stream; with `advice`, text has that in full too. The text of no diagnostics is empty; the
    other formats always write a document."""
    if format == "text":
        if not (unordered := list(diagnostics)):
            # The usual case, and the one that should cost nothing.
            return
        from ftc.report import text

        stream.write(text.render(unordered, color=colored(stream), advice=advice, columns=columns(stream)))
        return
    in_order = ordered(diagnostics)
    if format == "json":
        from ftc.report import json

        rendered = json.render(in_order)
    elif format == "sarif":
        from ftc.report import sarif

        rendered = sarif.render(in_order)
    else:
        from ftc.report import github

        rendered = github.render(in_order)
    write_utf8(stream, rendered)


def ordered(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Sorted by file and position, those without a position first; one diagnostic for each code and position."""
    by_position: dict[object, Diagnostic] = {}
    for one in diagnostics:
        # Without a span, the data tell two diagnostics apart: two missing files are two.
        by_position.setdefault((one.code, one.span or repr(one.data)), one)
    return sorted(by_position.values(), key=_position)


def _position(one: Diagnostic) -> tuple[str, int, int, str]:
    return (one.span.source.name, one.span.start, one.span.end, one.code) if one.span else ("", 0, 0, one.code)


def applicability(one: Diagnostic) -> str:
    """Whether the edits of a diagnostic are `safe`, so that a program may make them unasked, or `unsafe`: a guess, or a
    change of the data."""
    return "safe" if one.safe else "unsafe"


def shown_place(span: Span, *, column: bool = False) -> str:
    """Where a span begins, as people read it: `a.ft:3`, or a row of a file without lines."""
    name = inline(span.source.name)
    if span.source.in_rows:
        return f"{name}, row {span.line:,}"
    return f"{name}:{span.line}:{span.column}" if column else f"{name}:{span.line}"


def tally(diagnostics: Iterable[Diagnostic]) -> str:
    """`2 errors, 1 warning, 3 pieces of advice`."""
    counts = dict.fromkeys(Severity, 0)
    for one in diagnostics:
        counts[one.severity] += 1
    return ", ".join(f"{n:,} {_counted(severity, n)}" for severity, n in counts.items() if n)


def _counted(severity: Severity, n: int) -> str:
    if severity is Severity.ADVICE:
        return "pieces of advice" if n > 1 else "piece of advice"
    return f"{severity.value}s" if n > 1 else severity.value


def colored(stream: TextIO) -> bool:
    """Whether to use colors on this stream: where NO_COLOR does not forbid it (https://no-color.org), FORCE_COLOR asks
    for it (https://force-color.org) or it is a terminal that can."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "") not in ("", "0", "false"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def columns(stream: TextIO) -> int | None:
    """The width of the terminal that this stream is, None where it is none."""
    if not stream.isatty():
        return None
    if (told := os.environ.get("COLUMNS", "")).isdecimal():
        return int(told)
    try:
        return os.get_terminal_size(stream.fileno()).columns or None
    except (OSError, ValueError):
        return None
