"""The compiler on one screen: from file names to the plan, and everything that was found on the way."""

from collections.abc import Sequence
from dataclasses import dataclass

from ftc.check import check
from ftc.diagnostics import Diagnostic, errors
from ftc.expand.plan import Plan, expand
from ftc.loader import Loader
from ftc.source import SourceFile
from ftc.syntax import parse


@dataclass(frozen=True)
class Compilation:
    """What a run made. `plan` is None where an error makes it impossible; `sources` are the files that were named."""

    sources: tuple[SourceFile, ...]
    plan: Plan | None
    diagnostics: tuple[Diagnostic, ...]
