"""`ftc check`: every finding about some files, and nothing written."""

from typing import TYPE_CHECKING

from ftc.cli.options import Advice, Files, FormatOption, NoNear, Strict, TargetName, compile_files, target_named
from ftc.cli.screen import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ftc.source import SourceFile


def run(
    files: Files,
    to: TargetName = None,
    no_near: NoNear = False,
    format: FormatOption = "text",
    strict: Strict = False,
    advice: Advice = False,
) -> None:
    """Look for mistakes in .ft files, and write nothing.

    The data are checked too: contradictions, duplicates, leakage into validation, and what the target cannot express.
    """
    from ftc.cli.numbers import plural
    from ftc.loader import Loader

    plan, compilation = compile_files(
        files,
        Loader(),
        target=target_named(to),
        data_checks=True,
        near=not no_near,
        format=format,
        strict=strict,
        results=False,
        advice=advice,
    )
    if format == "text":
        count = plan.training.count + plan.validation.count
        answers = "" if count else _answers(compilation.sources)
        say(
            "{files}: no errors, {count}{answers}",
            files=", ".join(files),
            count=plural(count, "conversation"),
            answers=answers,
        )


def _answers(sources: "Sequence[SourceFile]") -> str:
    """A note about files that only hold recorded answers: the conversations come from the file that uses them."""
    from ftc.cli.numbers import plural
    from ftc.syntax import ast, parse

    blocks = [each for source in sources for each in parse(source)[0].statements if isinstance(each, ast.Block)]
    lines = [line for block in blocks if block.kind == "answers" for line in block.body]
    count = sum(isinstance(line, ast.Message) and line.role == "user" for line in lines)
    if not count:
        return ""
    return f": {plural(count, 'recorded answer')}, which are looked at with the file whose style says `answers from`"
