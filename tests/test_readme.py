"""The README tells the truth: its files compile, its output is what comes out, its commands are two."""

import re
from pathlib import Path

import pytest

from ftc.compile import compile
from ftc.loader import Loader
from ftc.report.text import render
from ftc.targets import TARGETS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
BLOCKS: list[tuple[str, str]] = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
SOURCES = [(number, text) for number, (kind, text) in enumerate(BLOCKS) if kind == "ft"]


@pytest.mark.parametrize(("number", "text"), SOURCES, ids=[text.split("\n")[0] for _, text in SOURCES])
def test_a_file_compiles_to_what_stands_below_it(number: int, text: str) -> None:
    target = TARGETS["openai-dpo" if "rejected:" in text else "openai"]
    found = compile(["readme.ft"], Loader(files={"readme.ft": text.encode()}), target=target)
    # `--strict` has nothing to say against them.
    assert not found.diagnostics, render(found.diagnostics, color=False)
    assert found.plan is not None
    lines = [target.line(conversation) for conversation in found.plan.training]
    assert lines
    if BLOCKS[number + 1 :] and BLOCKS[number + 1][0] == "jsonl":
        assert BLOCKS[number + 1][1].encode().splitlines() == lines


def test_two_commands_set_up_a_fresh_machine() -> None:
    commands = [text.strip() for kind, text in BLOCKS if kind == "sh"]
    assert len(commands) == 2
    compiling, testing = commands
    assert re.match(r"pip install \. && ftc compile examples/\S+\.ft -o \S+ --to openai$", compiling)
    assert (ROOT / compiling.split()[6]).is_file()
    assert re.match(r"pip install -e '\.\[dev\]' && pytest$", testing)


def test_links_lead_somewhere() -> None:
    for path in re.findall(r"\]\((?!http)([^)#]+)\)", README):
        assert (ROOT / path).exists(), path


def test_commands_and_targets_are_all_told() -> None:
    from ftc.cli import COMMANDS

    told = set(re.findall(r"^\| `ftc (\w+)", README, re.MULTILINE))
    assert told == set(COMMANDS)
    row = next(line for line in README.splitlines() if line.startswith("| `ftc compile"))
    assert re.findall(r"`([\w-]+)`", row) == list(TARGETS)
