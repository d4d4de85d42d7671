"""The words of every diagnostic, by code: one plain sentence for the cause, then ways out that can be typed.

A message and its help lines are `str.format` templates over the data of the diagnostic; a list among the data is
written with commas. What stands in a command to copy is `{name:sh}`: a file may have any name. `{edit}` is the text
that the first edit of a diagnostic writes, and `{mended}` the line behind its edits: a help and an editor say the same.
A help line whose data are absent or empty is left out; at most two are shown.
`ftc explain CODE` shows the longer page in `ftc/explain/`.
"""

import shlex
from collections.abc import Mapping
from importlib import import_module
from string import Formatter
from typing import TYPE_CHECKING, NamedTuple

from ftc.edits import edited_line
from ftc.printable import inline

if TYPE_CHECKING:
    from ftc.diagnostics import Diagnostic

MODULES = ("source", "syntax", "names", "structure", "picks", "data", "targets", "usage", "providers", "loop")
"""The modules of words: the first digit of a code is the index of its module."""


RENAMED = {"W504": "A504"}
"""Codes that are no more, with what looks for the same now. They are never used again."""


class Wording(NamedTuple):
    """`title` names the mistake in two to five words (`unknown name`)."""

    title: str
    message: str
    help: tuple[str, ...] = ()


def wording(code: str) -> Wording:
    """The words of a code; KeyError where there is no such code. Only the module of that code is imported."""
    try:
        group = module(MODULES[int(code[1])])
    except (IndexError, ValueError, ModuleNotFoundError):
        raise KeyError(code) from None
    return group[code]


def module(name: str) -> Mapping[str, Wording]:
    """All the words of one module."""
    words: Mapping[str, Wording] = import_module(f"ftc.wording.{name}").WORDING
    return words


def worded(diagnostic: "Diagnostic") -> Wording:
    """The words of a diagnostic with its data filled in."""
    template = wording(diagnostic.code)
    data = {name: _shown(value) for name, value in diagnostic.data.items()}
    if diagnostic.edits:
        data["edit"] = _shown(diagnostic.edits[0].text)
        if any("{mended}" in way for way in template.help):
            data["mended"] = _shown(edited_line(diagnostic.edits))
    ways = [way.format_map(data) for way in template.help if all(data.get(name) for name in _fields(way))]
    if diagnostic.braces and not any("\\{" in way for way in ways):
        ways[1:] = [f"To write the braces themselves: `{inline(diagnostic.braces)}`"]
    return Wording(template.title.format_map(data), template.message.format_map(data), tuple(ways[:2]))


def _shown(value: object) -> object:
    if isinstance(value, (list, tuple, set, frozenset)):
        return _Text(*map(str, sorted(value) if isinstance(value, (set, frozenset)) else value))
    # A zero is something to show; only None and the empty text count as absent.
    if value is None:
        return ""
    return _Value(value) if isinstance(value, int | float) else _Text(str(value))


def _fields(template: str) -> set[str]:
    return {name.split(".")[0].split("[")[0] for _, name, _, _ in Formatter().parse(template) if name}


class _Text(str):
    """What anyone may have written, on one line and visible; several with commas. As `{name:sh}`, in a command to copy,
    it stands as a shell takes it for one word, or for one each."""

    words: tuple[str, ...]

    def __new__(cls, *words: str) -> "_Text":
        shown = tuple(map(inline, words))
        text = super().__new__(cls, ", ".join(shown))
        text.words = shown
        return text

    def __format__(self, spec: str) -> str:
        return shlex.join(self.words) if spec == "sh" else super().__format__(spec)


class _Value:
    """A number: formats as itself, and counts as present whatever it is."""

    def __init__(self, value: float) -> None:
        self.value = value

    def __format__(self, spec: str) -> str:
        return format(self.value, "" if spec == "sh" else spec)
