"""Diagnostics as text: a title, the source with the span underlined, the cause in a sentence, and ways to fix it."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from ftc.diagnostics import Diagnostic, Severity
from ftc.printable import inline, visible
from ftc.report import ordered, shown_place, tally
from ftc.report.source_line import LONGEST, SourceLine
from ftc.source import Span
from ftc.wording import worded

BOLD, RED, YELLOW, BLUE, CYAN = "1", "1;31", "1;33", "1;34", "1;36"
COLORS = {Severity.ERROR: RED, Severity.WARNING: YELLOW, Severity.ADVICE: CYAN}
WHOLE = 6
"""Of a span with more lines than this, only the first lines and the last are shown."""
NARROWEST = 20
"""The columns of a line that are shown on any screen, however narrow."""
MANY = 20
"""The maximum number of warnings of one code that are shown: a large file may have ten thousand."""


class Mark(NamedTuple):
    """A span to underline: the main one with `^`, the others with `-`."""

    span: Span
    text: str
    main: bool

    @property
    def last_line(self) -> int:
        # A span that ends with a line end does not reach into the next line.
        return self.span.source.position(max(self.span.start, self.span.end - 1))[0]


def render(diagnostics: Sequence[Diagnostic], *, color: bool, advice: bool = False, columns: int | None = None) -> str:
    """All diagnostics in order and a summary; empty if there are none. Of each kind of warning the first are shown. Of
    advice, it is only said that there is some, unless `advice` asks for it in full. Lines of a source are trimmed to a
    screen of so many `columns`, since the caret below one that wraps would stand under another."""
    in_order = ordered(diagnostics)
    if not in_order:
        return ""
    shown, counts = [], Counter[str]()
    findings = [each for each in in_order if advice or each.severity is not Severity.ADVICE]
    for each in findings:
        counts[each.code] += 1
        if each.severity is Severity.ERROR or counts[each.code] <= MANY:
            shown.append(f"{_one(each, color, columns)}\n")
    for code, count in counts.items():
        if code[0] != "E" and count > MANY:
            shown.append(f"… and {count - MANY:,} more of {code}: ftc explain {code}\n\n")
    if findings:
        shown.append(f"{_paint(tally(findings), BOLD, color)}\n")
    if len(findings) < len(in_order):
        shown.append(_untold([each.code for each in in_order if each.severity is Severity.ADVICE]))
    return "".join(shown)


def _untold(codes: list[str]) -> str:
    """The line about advice that is not shown."""
    how_many = f"{len(codes):,} pieces of advice" if len(codes) > 1 else "1 piece of advice"
    it = "them" if len(codes) > 1 else "it"
    return f"{how_many} ({', '.join(sorted(set(codes)))}): `ftc check --advice` shows {it}\n"


def render_one(diagnostic: Diagnostic) -> str:
    """A diagnostic by itself, without color."""
    return _one(diagnostic, False, None)


def _one(diagnostic: Diagnostic, color: bool, columns: int | None) -> str:
    words = worded(diagnostic)
    tone = COLORS[diagnostic.severity]
    head = _paint(f"{diagnostic.severity.value}[{diagnostic.code}]", tone, color)
    lines = [f"{head}{_paint(f': {visible(words.title)}', BOLD, color)}"]
    if diagnostic.span is not None:
        marks = [Mark(diagnostic.span, "", True), *(Mark(label.span, label.text, False) for label in diagnostic.labels)]
        lines += _snippets(marks, tone, color, columns)
    lines.append(visible(words.message))
    lines += [f"{_paint('help', CYAN, color)}: {visible(way)}" for way in words.help]
    return "\n".join(lines) + "\n"


def _snippets(marks: list[Mark], tone: str, color: bool, columns: int | None) -> list[str]:
    """One excerpt for each file, the file of the main mark first."""
    by_file: dict[str, list[Mark]] = {}
    for mark in marks:
        by_file.setdefault(mark.span.source.name, []).append(mark)
    gutter = max(len(str(mark.last_line)) for mark in marks)
    # Beside the number of the line and the bars there is room for so much.
    room = LONGEST if columns is None else max(NARROWEST, min(LONGEST, columns - gutter - 5))
    lines: list[str] = []
    for arrow, here in zip(["-->"] + [":::"] * len(by_file), by_file.values(), strict=False):
        place = shown_place(here[0].span, column=True)
        lines.append(f"{' ' * gutter}{_paint(arrow, BLUE, color)} {place}")
        lines.append(_paint(f"{' ' * gutter} |", BLUE, color))
        lines += _excerpt(here, gutter, tone, color, room)
    lines.append(_paint(f"{' ' * gutter} |", BLUE, color))
    return lines


def _excerpt(marks: list[Mark], gutter: int, tone: str, color: bool, room: int) -> list[str]:
    """The lines of a file that have marks, each with its underlines below. Of a file of data, each row is a source."""
    tall = next((mark for mark in marks if mark.main and mark.last_line > mark.span.line), None)
    flat = [mark for mark in marks if mark is not tall]
    inside = range(tall.span.line, tall.last_line + 1) if tall else range(0)
    lines: list[str] = []
    sources = {number: mark.span.source for mark in marks for number in range(mark.span.line, mark.last_line + 1)}
    numbers = sorted({*(mark.span.line for mark in flat), *_excerpt_lines(inside)})
    for before, number in zip([0, *numbers], numbers, strict=False):
        if before and number > before + 1:
            lines.append(_paint("...", BLUE, color))
        here = sorted((mark for mark in flat if mark.span.line == number), key=lambda mark: mark.span.start)
        focus = next((mark for mark in here if mark.main), here[0] if here else None)
        source = sources[number]
        start = source.line_start(number)
        # An inner line of a tall mark shows its beginning; its last line, where the mark ends.
        ends_here = tall is not None and number == tall.last_line
        view = focus.span.start if focus else tall.span.end if tall and ends_here else start
        shown = SourceLine(source.line(number), view - start, room)
        bar = ""
        if tall:
            bar = _paint("/ " if number == tall.span.line else "| " if number in inside else "  ", tone, color)
        label = _paint(f"{number:>{gutter}} |", BLUE, color)
        lines.append(f"{label} {bar}{shown.text}".rstrip())
        margin = _paint(f"{' ' * gutter} |", BLUE, color) + " "
        rest = _paint("| ", tone, color) if tall and number in inside else "  " if tall else ""
        for mark in here:
            lines.append(f"{margin}{rest}{_underline(mark, shown, start, source.line(number), tone, color)}")
        if tall and ends_here:
            column = max(0, shown.column(tall.span.end - start) - 1)
            lines.append(margin + _paint(f"|_{'_' * column}^", tone, color))
    return lines


def _excerpt_lines(inside: range) -> list[int]:
    return list(inside) if len(inside) <= WHOLE else [*inside[:3], inside[-1]]


def _underline(mark: Mark, shown: SourceLine, start: int, line: str, tone: str, color: bool) -> str:
    """Spaces, then the mark (at least one character, even for an empty span), then its text."""
    left = shown.column(mark.span.start - start)
    right = max(shown.column(min(mark.span.end - start, len(line))), left + 1)
    underline = ("^" if mark.main else "-") * (right - left)
    text = f" {inline(mark.text)}" if mark.text else ""
    return " " * left + _paint(underline + text, tone if mark.main else BLUE, color)


def _paint(text: str, sgr: str, color: bool) -> str:
    return f"\x1b[{sgr}m{text}\x1b[0m" if color else text
