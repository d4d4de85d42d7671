"""Braces of other languages in a text: LaTeX, regular expressions, code."""

import re

from ftc.diagnostics import Diagnostic
from ftc.slotted import replaced

MAX_SHOWN = 80
"""Characters of a text that a suggested fix repeats."""

_NUMBER = r"[-+]?[0-9][0-9_]*(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?"
# `{2}`, and the `{2,3}` and `{2,}` of regular expressions.
_NUMBERS = re.compile(rf"\s*(?:{_NUMBER}\s*)?(?:,\s*(?:{_NUMBER}\s*)?)*")
_DIGIT = re.compile(r"[0-9]")
_BRACE = re.compile(r"(\\?)([{}])")
# `\frac` and the like, with braces that it already has; `^`; the `_` of `x_`, and not that of `file_`.
_COMMAND = re.compile(r"(?:\\(?![nrt]$)[A-Za-z]+\*?(?:\{[^{}]*\})*|\^|(?<!\w)[A-Za-z]_)$")
_DRIVE = re.compile(r"(?<![A-Za-z])[A-Za-z]:\\\S*$")
# What LaTeX sizes and what it parts from a command by a blank: there `\{` is a brace that is shown.
_SHOWN_BRACE = re.compile(r"\\(?:(?:left|right|middle|[bB]igg?[lrm]?)\s*|[A-Za-z]{2,} +)\\[{}]")


def holds_numbers(text: str, start: int, end: int) -> bool:
    """Whether text[start:end], the inside of a pair of braces, is nothing but numbers."""
    return _NUMBERS.fullmatch(text, start, end) is not None and _DIGIT.search(text, start, end) is not None


def escaped(written: str) -> str:
    """A piece of text whose braces stand for themselves; the empty text if it is too long to be repeated."""
    fixed = _BRACE.sub(lambda found: found[0] if found[1] else f"\\{found[2]}", written)
    return fixed if len(fixed) <= MAX_SHOWN and "\n" not in fixed else ""


def command_before(text: str, at: int) -> str:
    """The command or sign of LaTeX or of a regular expression directly before the brace at an offset, if any."""
    if not at or not (text[at - 1].isalpha() or text[at - 1] in "^_*}"):
        return ""
    before = text[max(text.rfind("\n", 0, at) + 1, at - MAX_SHOWN) : at]
    found = _COMMAND.search(before)
    return "" if found is None or _DRIVE.search(before) else found[0].partition("{")[0]


def shown_braces(text: str, start: int, end: int) -> tuple[int, int, str] | None:
    """Where text[start:end] has `\\{` as LaTeX's own sign for a brace, and the same with backslashes that stay."""
    if text.find("\\{", start, end) < 0 and text.find("\\}", start, end) < 0:
        return None
    found = _SHOWN_BRACE.search(text, start, end)
    if found is None or _DRIVE.search(text, start, found.start() + 1):
        return None
    last = max(text.rfind("\\{", start, end), text.rfind("\\}", start, end)) + 2
    fixed = re.sub(r"(?<!\\)\\(?=[{}])", r"\\\\", text[found.start() : last])
    return found.start(), last, fixed if len(fixed) <= MAX_SHOWN else ""


def with_braces(diagnostic: Diagnostic, written: str) -> Diagnostic:
    """A finding inside a pair of braces, which may have been meant as text: how they are then written. Its own way out
    is a guess."""
    return replaced(diagnostic, braces=escaped(written) or "\\{ … \\}", safe=False)
