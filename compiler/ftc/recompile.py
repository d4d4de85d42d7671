"""Compile again from bytes that were read earlier: in a worker process, or to trace a line written long ago."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ftc.compile import compile
from ftc.emit import version
from ftc.emit.parts.recipe import Recipe
from ftc.loader import STDIN, Loader
from ftc.targets import TARGETS

if TYPE_CHECKING:
    from ftc.expand.plan.plan import Plan


def recompile(files: Iterable[str], sources: Mapping[str, bytes], target: str) -> "Plan | None":
    """The plan of `files`, compiled from `sources` alone; None if this version of ftc finds errors in them."""
    loader = Loader(files=sources, stdin=lambda: sources[STDIN])
    names = ["-" if name == STDIN else name for name in files]
    return compile(names, loader, target=TARGETS[target], data_checks=False).plan


def plan_from_recipe(recipe: Recipe) -> "Plan":
    """The plan of a recipe, the same as in the process that wrote the recipe. RuntimeError if that is impossible."""
    if recipe.ftc != version.running():
        raise RuntimeError(f"ftc {version.running()} is installed there, and {recipe.ftc} here")
    plan = recompile(recipe.files, recipe.sources, recipe.target)
    if plan is None:
        raise RuntimeError("the sources do not compile there")
    return plan
