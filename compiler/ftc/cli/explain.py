"""`ftc explain`: the longer page of a code, or the list of all codes."""

from pathlib import Path
from typing import Annotated

import typer

from ftc.cli.command_error import CommandError, nearest
from ftc.cli.completion import complete_codes
from ftc.cli.screen import result
from ftc.diagnostics import SEVERITIES

PAGES = Path(__file__).parent.parent / "explain"


def run(
    code: Annotated[
        str | None, typer.Argument(metavar="CODE", autocompletion=complete_codes, help="For example: E201")
    ] = None,
) -> None:
    """Explain the code of a finding; without a code, list them all."""
    from ftc.wording import MODULES, RENAMED, module, wording

    if code is None:
        for name in MODULES:
            result("".join(f"{each}  {words.title.format()}\n" for each, words in sorted(module(name).items())))
        return
    normalized = code.upper()
    if normalized.isdecimal():
        # An error is what people look up, and advice the last.
        known = [f"{letter}{normalized}" for letter in SEVERITIES]
        normalized = next((each for each in known if any(each in module(name) for name in MODULES)), normalized)
    if normalized in RENAMED:
        result(f"{normalized} is {RENAMED[normalized]} now.\n\n")
        normalized = RENAMED[normalized]
    try:
        words = wording(normalized)
    except KeyError:
        known = [each for name in MODULES for each in module(name)]
        raise CommandError("E709", wanted=code, nearest=nearest(normalized, known)) from None
    page = PAGES / f"{normalized}.md"
    if page.is_file():
        result(page.read_text(encoding="utf-8"))
    else:
        result(f"# {normalized}: {words.title}\n\n{words.message}\n" + "".join(f"\n{way}\n" for way in words.help))
