"""Which data the wording of a code uses, and whether a diagnostic has them: those, and no others."""

import re
from collections.abc import Iterable
from string import Formatter

from ftc.wording import MODULES, Wording, module

WORDINGS: dict[str, Wording] = {code: words for name in MODULES for code, words in module(name).items()}


def fields(*templates: str) -> set[str]:
    """The names that templates of `str.format` ask for."""
    return {re.split(r"[.\[]", name)[0] for text in templates for _, name, _, _ in Formatter().parse(text) if name}


OF_EDITS = {"edit", "mended"}
"""What help lines say of the edits of a diagnostic."""


def required(code: str) -> set[str]:
    """What every diagnostic of a code must have: without it the message cannot be written."""
    return fields(WORDINGS[code].title, WORDINGS[code].message)


def optional(code: str) -> set[str]:
    """What only help lines use; a line whose data are absent is left out."""
    return fields(*WORDINGS[code].help) - required(code) - OF_EDITS


def mismatch(code: str, data: Iterable[str]) -> str:
    """What is wrong with the names of the data of a diagnostic; empty where nothing is."""
    if missing := required(code) - set(data):
        return f"{code} lacks {', '.join(sorted(missing))}, which its wording uses"
    if dead := set(data) - required(code) - optional(code):
        return f"{code} has {', '.join(sorted(dead))}, which its wording does not use"
    return ""
