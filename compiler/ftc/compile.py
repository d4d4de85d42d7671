"""The compiler on one screen: from file names to the plan, with the diagnostics of every phase.

text ─ syntax ─▶ AST ─ check ─▶ model ─ expand ─▶ plan ─ lower ─▶ pieces ─┬─ quality ─▶ findings
                                                   │                      └─ emit ────▶ bytes
                                                   └─ plan[i]: one conversation, the oracle of the rest
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ftc.check import Allowances, Ignores, check
from ftc.diagnostics import Diagnostic, has_errors, parted
from ftc.expand.expand import expand
from ftc.expand.plan.plan import Plan
from ftc.loader import Loader
from ftc.quality import ProgressBar, data_findings, merged, no_progress_bar
from ftc.source import SourceFile
from ftc.syntax import parse
from ftc.targets import Target, default_target


@dataclass(frozen=True)
class Compilation:
    """The result of a run: `plan` is None if one of the `diagnostics`, the errors and warnings, is an error."""

    sources: tuple[SourceFile, ...]
    plan: Plan | None
    train: Mapping[str, Any]
    target: Target
    diagnostics: tuple[Diagnostic, ...]
    advice: tuple[Diagnostic, ...] = ()
    allowances: Allowances = field(default_factory=Allowances)  # for those who find more


def compile(
    paths: Sequence[str],
    loader: Loader,
    *,
    target: Target | None = None,
    data_checks: bool = True,
    unanswered: bool = False,
    near: bool = True,
    ignores: Ignores | None = None,
    progress: ProgressBar = no_progress_bar,
) -> Compilation:
    """Compile for a target, by default that of `train`. `data_checks` examines every conversation, `near` also for what
    is nearly the same; `unanswered` accepts prompts without a recording. After an error a phase works on the rest."""
    loaded = [loader.source(path) for path in dict.fromkeys(paths)]
    sources = tuple(each for each in loaded if isinstance(each, SourceFile))
    parsed = [parse(source) for source in sources]
    found = [each for each in loaded if isinstance(each, Diagnostic)] + [each for _, those in parsed for each in those]
    model, of_check = check([file for file, _ in parsed], loader, found, ignores)
    target = target or default_target(model.train)
    plan, of_expand = expand(model, merged, pairs=target.pairs)
    found += of_check + of_expand
    found += data_findings(model, plan, target, progress, data_checks=data_checks, unanswered=unanswered, near=near)
    found = model.allowances.finish(found, sources, data_checked=data_checks and not unanswered, near=near)
    sound = None if has_errors(found) else plan
    return Compilation(sources, sound, model.train, target, *parted(found), model.allowances)
