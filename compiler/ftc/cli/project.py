"""What the project of some files says for the command line, which may say otherwise."""

from collections.abc import Sequence

from ftc.cli.options import exit_on, print_report
from ftc.diagnostics import Diagnostic, Label
from ftc.project_settings import ProjectSettings, combined
from ftc.report import Format
from ftc.source import SourceFile
from ftc.targets import TARGETS, Target


class Project:
    """The settings that hold for some files."""

    def __init__(self, files: Sequence[str], settings: Sequence[ProjectSettings]) -> None:
        self._files = files
        self._settings = settings

    @property
    def strict(self) -> bool:
        return any(each.strict for each in self._settings)

    @property
    def target(self) -> Target | None:
        names = [each.target for each in self._settings if each.target]
        return TARGETS[names[0]] if names else None

    def ignores(self, code: str, source: SourceFile | None) -> bool:
        """Whether a finding is ignored; one without a place, where it is in all the files."""
        names = [source.name] if source else self._files
        return all(any(each.ignores(code, name) for each in self._settings) for name in names)


def project_of(files: Sequence[str], *, target: Target | None, format: Format, results: bool) -> Project:
    """The settings of the files' projects; exits where they are wrong, or name two targets and the command none."""
    settings, wrong = combined(files)
    named = [each for each in settings if each.target_at is not None]
    other = next((each for each in named if each.target != named[0].target), None)
    if other is not None and target is None:
        label = (Label(named[0].target_at, "the other one"),) if named[0].target_at else ()
        wrong.append(Diagnostic("E035", other.target_at, {"first": named[0].target, "second": other.target}, label))
    if wrong:
        print_report(wrong, format, results=results)
        exit_on(wrong, strict=False)
    return Project(files, settings)
