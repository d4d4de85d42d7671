"""What is written is what the sentences of the reference say, also those that it has no example of."""

import re
from typing import Any

import pytest

from ftc.compile import compile
from ftc.loader import Loader
from ftc.report.text import render
from ftc.targets import TARGETS
from reference_codes import CODES
from reference_meaning import MEANT, SHOWN, Meant
from test_reference import REFERENCE, SMALL, _written
from test_reference_codes import _HIDDEN, _prose

SECTIONS = (
    ("\n### `table`\n", "\n### "),
    ("\n### What meets what\n", "\n### "),
    ("\n### Picks of its own\n", "\n### "),
    ("\n### `where`\n", "\n### "),
    ("\n## Expressions\n", "\nLiterals: "),
)
"""Where the sentences stand of which each is tried: a beginning and an end each."""


def _all() -> list[Any]:
    return [
        pytest.param(meant, id=f"{says[:50]} {number}")
        for says, some in MEANT.items()
        for number, meant in enumerate(some)
    ]


def test_each_sentence_stands_in_the_reference() -> None:
    prose = _prose()
    assert [says for says in MEANT if prose.count(says) != 1] == []


@pytest.mark.parametrize("meant", _all())
def test_what_is_written_is_what_the_sentence_says(meant: Meant) -> None:
    files = {name: text.encode() for name, text in {"main.ft": meant.text, **meant.files}.items()}
    found = compile(["main.ft"], Loader(files=files), target=TARGETS["trl"])
    told = {each.code for each in found.diagnostics} - SMALL - {"W510"}
    assert told == set(meant.codes), f"{meant.text}\n{render(list(found.diagnostics), color=False)}"
    if meant.writes:
        assert found.plan is not None
        assert [_written(line) for line in found.plan.training] == list(meant.writes), meant.text


def _sentences() -> list[str]:
    """Sentences, halves of sentences around a colon, and rows of tables."""
    found: list[str] = []
    text = REFERENCE.read_text(encoding="utf-8")
    for begin, end in SECTIONS:
        section = _HIDDEN.sub("", text.partition(begin)[2].partition(end)[0])
        for part in re.split(r"\n\s*\n|\n(?=- |\|)", section):
            line = " ".join(part.split()).removeprefix("- ")
            if line.startswith("|"):
                found += [line] if set(line) - set("|-") else []
            else:
                found += [each for each in re.split(r"(?<=[.:]) ", line) if each]
    return found


def test_every_sentence_is_tried_or_shown() -> None:
    sentences = _sentences()
    assert len(sentences) > 80
    told = [*MEANT, *CODES]
    missing = [
        sentence
        for sentence in sentences
        if sentence not in SHOWN and not any(each in sentence or sentence.rstrip(".") in each for each in told)
    ]
    assert not missing, "\n".join(missing)
    assert [each for each in SHOWN if each not in sentences] == []
