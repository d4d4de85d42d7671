"""Every code has a page and every page is true: its bad sample gives the code, its good sample gives no error."""

import re
from pathlib import Path

import pytest

import ftc
from effort import FULL
from ftc.compile import Compilation, compile
from ftc.diagnostics import SEVERITIES, Severity
from ftc.loader import Loader
from ftc.targets import TARGETS
from ftc.wording import MODULES, module, wording

PAGES = Path(ftc.__file__).parent / "explain"
CODES = sorted(code for name in MODULES for code in module(name))

# What no source can show: a service, the disk, the terminal, a library that is missing, files that are not text or too
# large.
WITHOUT_SOURCE = {
    *(
        "E003",
        "E030",
        "E031",
        "E032",
        "E033",
        "E034",
        "E035",
        "E004",
        "E005",
        "E006",
        "E012",
        "E019",
        "E020",
        "E023",
        "E024",
        "E025",
        "E026",
        "E029",
        "W508",
        "W602",
        "W603",
    ),
    *module("usage"),
    *module("providers"),
    *module("loop"),
}

FENCE = re.compile(r"^```(\w+)(?: title=\"([^\"]+)\")?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def section(code: str, heading: str) -> str:
    """The text below a heading of a page."""
    page = (PAGES / f"{code}.md").read_text(encoding="utf-8")
    found = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


# Millions of conversations: a plain run does not look at their data.
LARGE = [section(code, "Way out") for code in ("E407",)]


def compiled(text: str, fallback: str, folder: Path) -> Compilation:
    """The sample in a section; a block with a title is a file beside it, and `--to NAME` says which target is meant."""
    blocks = FENCE.findall(text)
    sources = [content for language, title, content in blocks if language == "ft" and not title]
    assert len(sources) == 1, "one untitled ```ft block is the sample"
    (folder / "sample.ft").write_text(sources[0], encoding="utf-8", newline="\n")
    for _, title, content in blocks:
        if title:
            (folder / title).parent.mkdir(parents=True, exist_ok=True)
            (folder / title).write_text(content, encoding="utf-8", newline="\n")
    target = re.search(r"--to ([\w-]+)", text) or re.search(r"--to ([\w-]+)", fallback)
    options = {"target": TARGETS[target[1] if target else "openai"], "data_checks": FULL or text not in LARGE}
    return compile([str(folder / "sample.ft")], Loader(folder), **options)


def found(compilation: Compilation, severity: Severity) -> set[str]:
    told = compilation.diagnostics + compilation.advice
    return {each.code for each in told if each.severity is severity}


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    assert sorted(page.stem for page in PAGES.glob("*.md")) == CODES


@pytest.mark.parametrize("code", CODES)
def test_a_page_has_its_parts(code: str) -> None:
    page = (PAGES / f"{code}.md").read_text(encoding="utf-8")
    title, blank, cause, *_ = page.split("\n")
    assert title == f"# {code}: {wording(code).title.format()}"
    assert not blank
    assert cause
    assert not cause.startswith("#")
    first = "How it comes about" if code in WITHOUT_SOURCE else "Example"
    assert re.findall(r"^## (.+)$", page, re.MULTILINE) == [first, "Way out"]
    assert page.endswith("\n")
    assert not page.endswith("\n\n")


@pytest.mark.parametrize("code", [code for code in CODES if code not in WITHOUT_SOURCE])
def test_the_bad_sample_gives_the_code(code: str, tmp_path: Path) -> None:
    compilation = compiled(section(code, "Example"), "", tmp_path)
    errors = found(compilation, Severity.ERROR)
    if code[0] == "E":
        assert errors == {code}
    else:
        assert not errors
        assert code in found(compilation, SEVERITIES[code[0]])


@pytest.mark.parametrize("code", [code for code in CODES if code not in WITHOUT_SOURCE])
def test_the_good_sample_gives_no_error(code: str, tmp_path: Path) -> None:
    compilation = compiled(section(code, "Way out"), section(code, "Example"), tmp_path)
    assert not found(compilation, Severity.ERROR)
    assert code not in found(compilation, SEVERITIES[code[0]])
