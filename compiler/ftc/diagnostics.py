"""Errors, warnings and advice on a source, as values: phases collect them, `wording` has their text, `report` shows
it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from html import escape

from ftc.edits import Edits
from ftc.source import Span


class Severity(Enum):
    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"
    """What is known to make data better. It never changes an exit code."""


SEVERITIES = {"E": Severity.ERROR, "W": Severity.WARNING, "A": Severity.ADVICE}
"""By the first letter of a code."""


@dataclass(frozen=True, slots=True)
class Label:
    """A second place that an error is about, with a few words on it."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """An error, a warning or a piece of advice.

    `code` is stable (`E201`, `W502`, `A501`; the letter is the severity); `span` is the text to underline,
    None where no source is concerned; `data` fills the wording of the code. `braces` is how the braces around it are
    written where they may be text. `edits` are a way out that is an edit of the source, and `safe` says that they leave
    no doubt and change no line of a file that compiled: `ftc check --fix` makes those. Two diagnostics of one code at
    one place are one.
    """

    code: str
    span: Span | None
    data: Mapping[str, object] = field(default_factory=dict, hash=False)
    labels: tuple[Label, ...] = ()
    braces: str = ""
    edits: Edits = ()
    safe: bool = False

    @property
    def severity(self) -> Severity:
        return SEVERITIES[self.code[0]]

    def __str__(self) -> str:
        """As a report shows it."""
        # Imported here: words and rendering are only loaded when a finding is shown.
        from ftc.report.text import render_one

        return render_one(self)


class FtcError(Exception):
    """The errors of a source, raised where they make a result impossible that a caller needs."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__(f"{len(diagnostics)} diagnostics")
        self.diagnostics = diagnostics

    def __str__(self) -> str:
        from ftc.report.text import render

        return "\n" + render(self.diagnostics, color=False)

    def _repr_html_(self) -> str:
        """What a notebook shows of it."""
        return f"<pre>{escape(str(self).strip())}</pre>"


class FtcWarning(UserWarning):
    """The warnings about a source, as Python's `warnings` show them."""


def has_errors(diagnostics: "Sequence[Diagnostic]") -> bool:
    """Whether any of them is an error."""
    return any(d.severity is Severity.ERROR for d in diagnostics)


def parted(diagnostics: list[Diagnostic]) -> tuple[tuple[Diagnostic, ...], tuple[Diagnostic, ...]]:
    """The errors and warnings, and the advice, which waits until nothing is wrong."""
    advice = tuple(d for d in diagnostics if d.severity is Severity.ADVICE)
    findings = tuple(d for d in diagnostics if d.severity is not Severity.ADVICE)
    return findings, () if has_errors(findings) else advice
