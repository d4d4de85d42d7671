"""Compile once more from the bytes that were read: for a worker, or for the trace of a line written long ago."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ftc.compile import compile
from ftc.emit import version
from ftc.emit.parts.recipe import Recipe
from ftc.loader import STDIN, Loader
from ftc.targets import TARGETS

if TYPE_CHECKING:
    from ftc.expand.plan.plan import Plan


def recompiled(files: Iterable[str], sources: Mapping[str, bytes], target: str) -> "Plan | None":
    """The plan of the files that were named, read from no disk; None where this ftc finds errors in them."""
    loader = Loader(files=sources, stdin=lambda: sources[STDIN])
    names = ["-" if name == STDIN else name for name in files]
    return compile(names, loader, target=TARGETS[target], data_checks=False).plan


def plan_of(recipe: Recipe) -> "Plan":
    """The plan of a recipe, as the process that wrote it has it. RuntimeError where that cannot be."""
    if recipe.ftc != version.running():
        raise RuntimeError(f"ftc {version.running()} is installed there, and {recipe.ftc} here")
    plan = recompiled(recipe.files, recipe.sources, recipe.target)
    if plan is None:
        raise RuntimeError("the sources do not compile there")
    return plan
