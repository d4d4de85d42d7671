"""`ftc check`: every finding about some files, and nothing written."""

import sys

from ftc.cli.options import Files, FormatOption, Strict, TargetName, compiled, target_named


def run(files: Files, to: TargetName = "openai", format: FormatOption = "text", strict: Strict = False) -> None:
    """Look for mistakes in .ft files, and write nothing.

    The data are checked too: contradictions, duplicates, leakage into validation, and what the target cannot express.
    """
    from ftc.cli.numbers import some
    from ftc.loader import Loader

    plan = compiled(
        files, Loader(), target=target_named(to), data_checks=True, format=format, strict=strict, results=False
    )
    if format == "text":
        count = plan.training.count + plan.validation.count
        sys.stdout.write(f"{', '.join(files)}: no errors, {some(count, 'conversation')}\n")
