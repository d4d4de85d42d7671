"""Slips as people make them, planted into the examples: each is found where it is, and nothing else is.

A file of `planted/` has the slips of one folder of `examples/`. Each begins with `##`, the file that is compiled, and
what somebody did; then come edits of it, or of the file behind `@`, as in a patch: lines that are there, lines (`-`)
that go and lines (`+`) that come. `!` says what has to be found in the line above it, in the order of the file; what
comes along with it has a reason behind a colon.
"""

import re
import shutil
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from ftc.compile import Compilation, compile
from ftc.loader import Loader
from ftc.report.text import render
from ftc.targets import TARGETS

EXAMPLES = Path(__file__).parent.parent / "examples"
FOLDER = Path(__file__).parent / "planted"

HEADER = re.compile(r"## (?P<main>\S+\.ft)(?: --to (?P<target>\S+))?: (?P<slip>.+)")

# A finding: its code, the file and the number of the line in which it begins, and the text of that line.
Found = tuple[str, str, int, str]


@dataclass(frozen=True)
class Edit:
    """Lines of a file, each with its sign and the codes that are to be found in it."""

    file: str
    lines: list[tuple[str, str, list[str]]] = field(default_factory=list)

    def applied(self, text: str) -> tuple[str, list[tuple[str, int]]]:
        """The text with the edit in it, and what is to be found in which of its lines."""
        lines = text.splitlines()
        old = [line for sign, line, _ in self.lines if sign != "+"]
        places = [at for at in range(len(lines) - len(old) + 1) if lines[at : at + len(old)] == old]
        assert len(places) == 1, f"{len(places)} places in {self.file} have these lines: {old}"
        (at,) = places
        new = [(line, codes) for sign, line, codes in self.lines if sign != "-"]
        wanted = [(code, at + number) for number, (_, codes) in enumerate(new, 1) for code in codes]
        made = [*lines[:at], *(line for line, _ in new), *lines[at + len(old) :]]
        return "".join(line + "\n" for line in made), wanted


@dataclass(frozen=True)
class Slip:
    folder: str
    main: str
    target: str | None
    what: str
    edits: list[Edit] = field(default_factory=list)

    @property
    def codes(self) -> list[str]:
        """What is to be found, without what comes along."""
        return [code for edit in self.edits for _, _, codes in edit.lines for code in codes if ":" not in code]


def slips() -> list[Slip]:
    found: list[Slip] = []
    for path in sorted(FOLDER.glob("*.txt")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            sign, rest = line[:1], line[1:]
            if header := HEADER.fullmatch(line):
                found.append(Slip(path.stem, header["main"], header["target"], header["slip"]))
                found[-1].edits.append(Edit(header["main"]))
            elif sign == "@":
                if not found[-1].edits[-1].lines:
                    found[-1].edits.pop()
                found[-1].edits.append(Edit(rest.strip()))
            elif sign == "!":
                found[-1].edits[-1].lines[-1][2].append(rest.strip())
            elif sign in (" ", "-", "+"):
                found[-1].edits[-1].lines.append((sign, rest, []))
            else:
                assert not line, f"{path.name}:{number}: {line}"
    return found


SLIPS = slips()


def findings(folder: Path, main: str, target: str | None) -> tuple[list[Found], Compilation]:
    made = compile([str(folder / main)], Loader(folder), target=TARGETS[target] if target else None)
    # Two of one code at one place are one.
    places = dict.fromkeys((each.code, each.span) for each in (*made.diagnostics, *made.advice))
    return [
        (code, Path(span.source.name).name, span.line, span.source.line(span.line)) if span else (code, "", 0, "")
        for code, span in places
    ], made


@cache
def known(folder: str, main: str, target: str | None) -> Counter[tuple[str, str, str]]:
    """What is found in an example as it is."""
    found, _ = findings(EXAMPLES / folder, main, target)
    return Counter((code, file, text) for code, file, _, text in found)


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: f"{slip.main} {slip.what}")
def test_a_slip_is_found_where_it_is(slip: Slip, tmp_path: Path) -> None:
    folder = tmp_path / slip.folder
    shutil.copytree(EXAMPLES / slip.folder, folder)
    wanted: Counter[tuple[str, str, int]] = Counter()
    for edit in slip.edits:
        path = folder / edit.file
        text, places = edit.applied(path.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8", newline="\n")
        wanted.update((code.split(":")[0], edit.file, line) for code, line in places)

    found, made = findings(folder, slip.main, slip.target)
    report = render([*made.diagnostics, *made.advice], color=False, advice=True)
    assert not wanted - Counter(each[:3] for each in found), report
    others = Counter((code, file, text) for code, file, line, text in found if (code, file, line) not in wanted)
    assert not others - known(slip.folder, slip.main, slip.target), report
    assert Counter(each[:3] for each in found if each[:3] in wanted) == wanted, report


def test_there_are_enough_of_every_kind() -> None:
    assert len(SLIPS) >= 60
    assert {slip.folder for slip in SLIPS} == {path.name for path in EXAMPLES.iterdir() if path.is_dir()}
    found = Counter(code for slip in SLIPS for code in set(slip.codes))
    assert min(found.values()) >= 2, found
