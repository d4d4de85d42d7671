"""`ftc check --fix`: the edits of findings are made, again and again until none is left to make."""

import os
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ftc.cli.rewriting import difference, replace
from ftc.cli.screen import quiet, result, shell_words, tell, verbatim
from ftc.diagnostics import Diagnostic, Severity
from ftc.edits import edited
from ftc.loader import STDIN, Loader
from ftc.report import ordered
from ftc.source import SourceFile

if TYPE_CHECKING:
    from ftc.compile import Compilation

MOST_ROUNDS = 100
"""Edits that touch one another wait for the next round, and what one made right may show what else is wrong."""


class Mending:
    """The edits that a command makes in its `files`, and in no others. Without `fixes` it makes none, and only counts
    what it would make; `unsafe` makes those too that are a guess or change the data; `diff` shows them, and writes
    nothing. `named` is how the command line names the files."""

    def __init__(self, named: Sequence[str], *, fixes: bool, unsafe: bool, diff: bool) -> None:
        self._named = named
        self._places: dict[str, str] = {}
        self._names: set[str] = set()
        self._fixes = fixes or diff
        self._unsafe = unsafe
        self._diff = diff
        self._before: dict[str, SourceFile] = {}
        self._after: dict[str, bytes] = {}
        self._fixed = Counter[str]()
        self._input: bytes | None = None

    def only(self, files: Sequence[str]) -> None:
        """Say which files may be edited."""
        self._places = {STDIN if file == "-" else os.path.realpath(file): file for file in files}

    @property
    def has_results(self) -> bool:
        """Whether the standard output is for what became of the files."""
        return self._diff or (self._fixes and "-" in self._named)

    @property
    def would_change(self) -> bool:
        """Whether there are edits that were only shown."""
        return self._diff and bool(self._before)

    def compiled(self, once: "Callable[[Loader], Compilation]") -> "tuple[Loader, Compilation]":
        """A compilation of the files behind all edits, and what read them."""
        rounds = 0
        while True:
            loader = Loader(edited=self._after, stdin=self._standard_input)
            compilation = once(loader)
            rounds += 1
            self._names |= {source.name for place, source in loader.sources.items() if place in self._places}
            if not self._fixes or rounds > MOST_ROUNDS or not self._edit(loader, compilation.diagnostics):
                return loader, compilation

    def _standard_input(self) -> bytes:
        if STDIN in self._after:
            return self._after[STDIN]
        if self._input is None:
            self._input = Loader.read_stdin()
        return self._input

    def _edit(self, loader: Loader, found: Iterable[Diagnostic]) -> bool:
        """Make the edits of some findings, as many as do not touch one another; whether there were any."""
        has_edited = False
        by_source: dict[SourceFile, list[Diagnostic]] = {}
        for one in self._fixable(found):
            by_source.setdefault(one.edits[0].span.source, []).append(one)
        for place, source in loader.sources.items():
            chosen = _apart(by_source.get(source, ()))
            if not chosen:
                continue
            text = edited(source.text, (edit for one in chosen for edit in one.edits))
            if text == source.text:
                continue
            data = loader.contents[source.name]
            mark = data[: len(data) - len(data.removeprefix(b"\xef\xbb\xbf"))]
            self._before.setdefault(place, source)
            self._after[place] = mark + text.encode()
            self._fixed[place] += len(chosen)
            has_edited = True
        return has_edited

    def _fixable(self, found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
        for one in ordered(found):
            if one.edits and (one.safe or self._unsafe) and one.edits[0].span.source.name in self._names:
                yield one

    def finish(self) -> None:
        """Write the files that changed, or show what would change."""
        for place in sorted(self._before):
            file = self._places[place]
            if self._diff:
                before, after = self._before[place], self._after[place].removeprefix(b"\xef\xbb\xbf").decode()
                result(difference(before.name, before.text, after, "fixed"))
            elif place != STDIN:
                replace(Path(file), self._after[place])
        if self._fixes and not self._diff and STDIN in self._names:
            verbatim(self._standard_input().decode())

    def tell(self, left: Iterable[Diagnostic]) -> None:
        """Say how many findings were fixed and how many are left; without `fixes`, how many could be, and how."""
        if quiet():
            return
        remaining = [one for one in ordered(left) if one.severity is not Severity.ADVICE]
        if self._fixes:
            done = "would be fixed" if self._diff else "fixed"
            fixed = sum(self._fixed.values())
            tell("{fixed} {done}, {left} remaining", fixed=f"{fixed:,}", done=done, left=f"{len(remaining):,}")
        elif count := sum(1 for _ in self._fixable(remaining)):
            way = ["ftc", "check", "--fix", *(["--unsafe-fixes"] if self._unsafe else []), *self._named]
            tell("{count} fixable: {way}", count=f"{count:,}", way=shell_words(way))


def _apart(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The findings, the first of them first, whose edits touch no others."""
    chosen: list[Diagnostic] = []
    taken: list[tuple[int, int]] = []
    for one in found:
        places = [(edit.span.start, edit.span.end) for edit in one.edits]
        if not any(_touches(taken, start, end) for start, end in places):
            chosen.append(one)
            for place in places:
                taken.insert(bisect_left(taken, place), place)
    return chosen


def _touches(taken: list[tuple[int, int]], start: int, end: int) -> bool:
    at = bisect_left(taken, (start, end))
    return (at < len(taken) and taken[at][0] <= end) or (at > 0 and taken[at - 1][1] >= start)
