"""The reference tells the truth: each of its examples compiles on its own, to what the comment above it says.

`<!-- 7 conversations, 1 held out, W401 -->` counts the lines, those held out among them, and names what is warned of;
`6 pairs` counts what a target of pairs writes. `<!-- E201 E301 -->` gives the codes of an example that has mistakes.
`<!-- file: NAME -->` names a file for the example that follows, `<!-- writes -->` shows what the one before makes.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ftc.compile import Compilation, compile
from ftc.diagnostics import Severity
from ftc.expand.conversation import Conversation
from ftc.loader import Loader
from ftc.report.text import render
from ftc.targets import TARGETS

REFERENCE = Path(__file__).parent.parent / "grammar" / "README.md"
SMALL = {"W601", "W508", "W602"}
"""What is said of an example for being one: it is short, or tokens cannot be counted here."""

_FENCE = re.compile(r"^(?:<!-- (?P<note>.*?) -->\n)?```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_CODES = re.compile(r"[EW]\d{3}(?: [EW]\d{3})*")
_COUNTS = re.compile(
    r"(?P<all>[\d,]+) conversations?(?:, (?P<out>\d+) held out)?(?:, (?P<pairs>\d+) pairs)?"
    r"(?:, (?P<warned>W\d{3}(?: W\d{3})*))?"
)


@dataclass
class Example:
    """One example: its text, its files, what its comment says, and what it writes where that is shown."""

    line: int
    text: str
    note: str
    files: dict[str, str]
    writes: list[str] = field(default_factory=list)


def _examples(text: str) -> list[Example]:
    found: list[Example] = []
    files: dict[str, str] = {}
    for fence in _FENCE.finditer(text):
        note = fence["note"] or ""
        line = text.count("\n", 0, fence.start("text")) + 1
        if note.startswith("file: "):
            files[note.removeprefix("file: ")] = fence["text"]
        elif note == "writes":
            assert found and not found[-1].writes and not files, f"line {line}: no example before this output"
            found[-1].writes = fence["text"].removesuffix("\n").split("\n")
        elif fence["kind"] == "toml":
            pass  # no language of ours
        elif fence["kind"] == "ft":
            found.append(Example(line, fence["text"], note, files))
            files = {}
        else:
            raise AssertionError(f"line {line}: a block that nothing tests")
    assert not files, "a file without an example"
    return found


EXAMPLES = _examples(REFERENCE.read_text())


def _compile(example: Example, folder: Path, target: str = "openai") -> Compilation:
    for name, text in example.files.items():
        (folder / name).write_text(text)
    path = folder / "example.ft"
    path.write_text(example.text)
    return compile([str(path)], Loader(root=folder), target=TARGETS[target], data_checks=True)


def _codes(found: Compilation) -> list[str]:
    return [d.code for d in found.diagnostics if d.code not in SMALL]


def _written(conversation: Conversation) -> str:
    return " → ".join((message.content or "").replace("\n", "⏎") for message in conversation.messages)


@pytest.mark.parametrize("example", EXAMPLES, ids=[f"line {example.line}" for example in EXAMPLES])
def test_an_example_does_what_its_comment_says(example: Example, tmp_path: Path) -> None:
    found = _compile(example, tmp_path)
    shown = render(list(found.diagnostics), color=False)
    if _CODES.fullmatch(example.note):
        assert _codes(found) == example.note.split(), shown
        assert any(d.severity is Severity.ERROR for d in found.diagnostics)
        return
    says = _COUNTS.fullmatch(example.note)
    assert says, f"line {example.line}: what should come of this example? {example.note!r}"
    assert _codes(found) == (says["warned"] or "").split(), shown
    assert found.plan is not None
    lines = [*found.plan.training, *found.plan.validation]
    assert len(lines) == int(says["all"].replace(",", ""))
    assert found.plan.validation.count == int(says["out"] or 0)
    if example.writes:
        assert [_written(line) for line in lines] == example.writes
    if "rejected" in example.text:
        pairs = _compile(example, tmp_path, "openai-dpo").plan
        assert pairs is not None
        assert sum(line.rejected is not None for line in pairs.training) == int(says["pairs"])


def test_every_word_that_begins_a_statement_is_told() -> None:
    from ftc.syntax.keywords import KEYWORDS

    text = REFERENCE.read_text()
    assert not [word for word in KEYWORDS if not re.search(rf"`{word}\b", text)]


def test_every_function_and_method_is_told() -> None:
    from ftc.expressions.builtins import FUNCTIONS, METHODS

    text = REFERENCE.read_text()
    assert not [name for name in FUNCTIONS if f"`{name}(" not in text]
    assert not [name for name in METHODS if not re.search(rf"[`.]{name}[(`]", text)]


def test_every_setting_is_told() -> None:
    from ftc.check.settings import SETTINGS

    assert not [name for name in SETTINGS if f"`{name}`" not in REFERENCE.read_text()]


def test_every_code_exists() -> None:
    from ftc.wording import wording

    for code in set(re.findall(r"\b[EWA]\d{3}\b", REFERENCE.read_text())):
        wording(code)


def test_links_lead_to_headings() -> None:
    text = REFERENCE.read_text()
    headings = re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= anchors
