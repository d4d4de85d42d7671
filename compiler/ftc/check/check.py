"""The check of a compilation: from the trees of its files to the model, and everything that is wrong with them."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ftc.check.allowances import Allowances, Ignores
from ftc.check.dependencies import all_names
from ftc.check.expectations import expectations_of
from ftc.check.file import FileChecker
from ftc.check.model import Block, Constraint, Expectation, Model, Name, Split
from ftc.check.project import Project
from ftc.check.rules import RULES
from ftc.check.scope import Findings
from ftc.check.settings import train_settings
from ftc.diagnostics import Diagnostic, Label, Severity, has_errors
from ftc.loader import Loader
from ftc.slotted import replaced
from ftc.source import SourceFile, Span
from ftc.syntax import ast


def check(
    files: Sequence[ast.File], loader: Loader, reported: Sequence[Diagnostic] = (), ignores: Ignores | None = None
) -> tuple[Model, list[Diagnostic]]:
    """The model of the files, and everything that is wrong with them.

    `reported` is what the parser found. Blocks with a mistake of their own are left out of the model, so that the later
    phases can look at the others.
    """
    findings = Findings()
    project = Project(loader, findings, {file.source: file for file in files}, _places_of_errors(reported))
    checkers = list(dict.fromkeys(project.open(file.source) for file in files))
    for checker in checkers:
        checker.check_blocks()
    train, expectations = _train_and_expectations(checkers, findings)
    allowances = Allowances.of((opened.file for opened in project.opened.values()), ignores)
    model = _model(project, checkers, train, expectations, allowances)
    of_rules = [diagnostic for rule in RULES for diagnostic in rule(model)]
    if wrong := [each.span for each in of_rules if each.span is not None and each.severity is Severity.ERROR]:
        sound = [b for b in model.blocks if not any(checker.contains(b, at) for checker in checkers for at in wrong)]
        model = replaced(model, blocks=tuple(sound), complete=False)
    if not model.complete:
        # What is missing may be missing because of a mistake: warnings can wait.
        of_rules = [each for each in of_rules if each.severity is Severity.ERROR]
    return model, findings.diagnostics + allowances.mistakes + of_rules


def _places_of_errors(reported: Iterable[Diagnostic]) -> dict[SourceFile, list[Span]]:
    places: dict[SourceFile, list[Span]] = {}
    for diagnostic in reported:
        if diagnostic.span is not None and diagnostic.severity is Severity.ERROR:
            places.setdefault(diagnostic.span.source, []).append(diagnostic.span)
    return places


def _train_and_expectations(
    checkers: Iterable[FileChecker], findings: Findings
) -> tuple[Mapping[str, Any], tuple[Expectation, ...]]:
    """The settings of the `train` block and the `expect` lines of the files."""
    settings: dict[str, Any] = {}
    first: Span | None = None
    expectations: list[Expectation] = []
    for checker in checkers:
        expectations += expectations_of(checker.file, [block.name for block in checker.blocks], findings)
        for statement in checker.file.statements:
            if isinstance(statement, ast.Block) and statement.kind == "train":
                if first is not None:
                    findings.add("E303", statement.span, (Label(first, "the first one"),), what="`train`")
                first = statement.span
                settings.update(train_settings(statement, checker.scope, findings))
    return settings, tuple(expectations)


def _model(
    project: Project,
    checkers: Sequence[FileChecker],
    train: Mapping[str, Any],
    expectations: tuple[Expectation, ...],
    allowances: Allowances,
) -> Model:
    """The model of what was checked, without the blocks that have a mistake or show a name that has one."""
    used: set[Name] = set()
    broken: set[Name] = set()
    wheres: list[Constraint] = []
    for opened in project.opened.values():
        used |= opened.scope.used
        broken |= opened.scope.broken
        wheres += opened.scope.wheres
    _make_room(used)
    blocks = [block for checker in checkers for block in checker.blocks if block not in project.broken_blocks]
    blocks, splits = _held_out_alike(blocks, checkers, project.findings)
    return Model(
        tuple(block for block in blocks if not (broken and _shows_any(block, broken))),
        tuple(style for checker in checkers for style, _ in checker.styles.values()),
        tuple(
            name
            for checker in checkers
            for name in checker.scope.names.values()
            if name.span.source is checker.file.source
        ),
        tuple(wheres),
        splits,
        train,
        expectations,
        frozenset(used),
        allowances,
        complete=not (project.mistakes or has_errors(project.findings.diagnostics)),
    )


def _held_out_alike(
    blocks: list[Block], checkers: Sequence[FileChecker], findings: Findings
) -> tuple[list[Block], tuple[Split, ...]]:
    """The blocks, where a line at the top of one file holds out by a name for those of the other files that show it;
    and the lines."""
    lines: dict[Name, Split] = {}
    shared: dict[Split, Split] = {}
    written = [checker.split for checker in checkers if checker.split is not None]
    for split in written:
        if split.by is None:
            continue
        first = lines.setdefault(split.by, split)
        if first is not split and (first.percent, first.values and {*first.values}) != (
            split.percent, split.values and {*split.values},
        ):  # fmt: skip
            label = Label(first.span, "the first one")
            findings.add("E303", split.span, (label,), what=f"`validation` by `{split.by.name}`")
        shared[split] = first
    splits = tuple(split for split in written if shared.get(split, split) is split)
    if not lines or len(checkers) == 1:
        return blocks, splits
    found = []
    for block in blocks:
        line = shared.get(block.split, block.split) if block.split else None
        if line is None:
            line = next((line for name, line in lines.items() if _shows_any(block, {name})), None)
        found.append(block if line is block.split else replaced(block, split=line))
    return found, splits


def _shows_any(block: Block, names: set[Name]) -> bool:
    """Whether a text of a block depends on one of some names."""
    messages = [m for t in block.turns for m in (*t.messages, *(t.invalid.messages if t.invalid else ()))]
    if block.system:
        messages.append(block.system)
    texts = [m.content for m in messages if m.content is not None]
    return any(name in names for text in texts for name in all_names(text))


# Names and braces inside each other for which Python's own limit on recursion is enough.
SHALLOW = 20

# The text of a conversation is worked out from name to name, and from brace to brace: at most so many calls inside each
# other for one of either. They take no space on the machine's own stack.
CALLS = 16


def _make_room(names: Iterable[Name]) -> None:
    """Let Python call as deep as the longest chain of names needs; how long it may be is limited (`E405`)."""
    deepest = max((name.nesting for name in names), default=0)
    if deepest > SHALLOW:
        sys.setrecursionlimit(max(sys.getrecursionlimit(), 2_000 + CALLS * deepest))
