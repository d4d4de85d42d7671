"""The compiled data as a Python sequence, as a notebook uses it."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

import ftc
from ftc.diagnostics import FtcError

EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.fixture(scope="module")
def emoji() -> ftc.Dataset:
    return ftc.load(EXAMPLES / "02-format" / "emoji.ft")


def test_it_is_a_sequence(emoji: ftc.Dataset) -> None:
    assert isinstance(emoji, Sequence)
    assert len(emoji) == emoji.count == 216
    everything = list(emoji)
    assert [emoji[i] for i in range(216)] == everything
    assert emoji[-1] == everything[-1]
    assert list(emoji[10:20:3]) == everything[10:20:3]
    assert repr(emoji) == "<ftc.Dataset: 216 conversations>"
    with pytest.raises(IndexError):
        emoji[216]


def test_a_conversation_reads_as_a_chat(emoji: ftc.Dataset) -> None:
    assert repr(emoji[0]) == "system:    ?\nuser:      🔥💧\nassistant: 💨"
    assert [(pick.name, pick.value) for pick in emoji[0].origin.picks if pick.named] == [
        ("refusal", "?"),
        ("case", "sum"),
        ("sum", "🔥 | 💧 | 💨"),
    ]


def test_lines_are_those_of_the_target() -> None:
    ds = ftc.load(EXAMPLES / "01-knowledge" / "smoking.ft", target="openai")
    assert next(ds.lines()).startswith('{"messages":[{"role":"user","content":"What is smoking?"}')


def test_a_mistake_reads_like_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "a.ft"
    path.write_text("fact a\n  user: {citty}\n  assistant: x\n")
    with pytest.raises(FtcError) as caught:
        ftc.load(path)
    assert "error[E201]: unknown name" in str(caught.value)
    assert "^^^^^" in str(caught.value)


def test_a_huge_product_is_at_hand(tmp_path: Path) -> None:
    path = tmp_path / "a.ft"
    names = "".join(f"let {name} in 1..100000\n" for name in "abc")
    path.write_text(f"{names}fact a\n  user: {{a}} {{b}} {{c}}\n  assistant: {{a + b + c}}\n")
    ds = ftc.load(path, data_checks=False)
    assert ds.count == 10**15
    # The last name varies fastest: 123,456,789,012 = 12 · 10^10 + 34567 · 10^5 + 89012, each counted from 1.
    assert ds[123_456_789_012].messages[0].content == "13 34568 89013"


def test_the_package_imports_nothing_heavy() -> None:
    code = "import sys, ftc; ftc.load; print(*sorted({'openai', 'torch', 'rich', 'typer', 'lark'} & set(sys.modules)))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.split() == []
