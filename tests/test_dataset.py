"""The compiled data as a Python sequence, as a notebook uses it."""

import pickle
import subprocess
import sys
import warnings
from collections.abc import Sequence
from importlib.metadata import version
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


VALUES = "let n in 1..3\n\ndialog d\n  user: {n} {a|<b>}\n  assistant: {ok|fine}\n  validation 34% by n\n"


def quiet(text: str) -> ftc.Dataset:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ftc.FtcWarning)
        return ftc.loads(text)


def test_a_text_is_loaded_as_a_file_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.ft").write_text(VALUES)
    Path("t.csv").write_text("a,b\n1,2\n")
    ds = quiet(VALUES)
    assert list(ds.lines()) == list(ftc.load("a.ft", data_checks=False).lines())
    assert len(quiet('table t from "t.csv"\ndialog d\n  user: {t.a}\n  assistant: {t.b}\n')) == 1
    assert ds.target == ftc.load("a.ft", data_checks=False).target == "openai"
    assert quiet('dialog d\n  user: a\n  assistant: b\n  rejected: c\ntrain\n  method = "dpo"\n').target == "openai-dpo"
    assert ftc.__version__ == version("ftc") and "__version__" in dir(ftc)


def test_warnings_are_shown_as_those_of_python(tmp_path: Path) -> None:
    path = tmp_path / "a.ft"
    path.write_text("let b:\n  | x\n  | x\n\nfact a\n  user: x\n  assistant: y\n")
    with pytest.warns(
        ftc.FtcWarning, match=r"(?s)warning\[W201\].*warning\[W302\]|warning\[W302\].*warning\[W201\]"
    ) as told:
        ds = ftc.load(path)
    assert len(told) == 1 and told[0].filename == __file__
    assert {each.code for each in ds.warnings} == {"W302", "W201"}
    assert str(ds.warnings[0]).startswith("warning[W") and " --> " in str(ds.warnings[0])


def test_an_unknown_target_is_told_with_those_that_are_known() -> None:
    with pytest.raises(ftc.FtcError, match=r"(?s)no target `opneai`.*openai-dpo.*Did you mean") as caught:
        ftc.loads(VALUES, target="opneai")
    assert caught.value.diagnostics[0].code == "E701"


def test_what_is_shown_is_short_and_escaped() -> None:
    ds = quiet(VALUES)
    assert repr(ds[1].origin.picks) == f"[n = '{ds[1].origin.picks[0].value}', {{a|<b>}} = 'a', {{ok|fine}} = 'fine']"
    assert repr(ds.plan).startswith("<Plan: <dialog d: ") and len(repr(ds.plan)) < 60
    assert len(repr(quiet("".join(f"fact f{n}\n  user: {n}\n  assistant: y\n" for n in range(50))).plan)) < 400
    html = ds._repr_html_()
    assert "&lt;b&gt;" in html and "<b>" not in html and "conversations" in html
    with pytest.raises(ftc.FtcError) as caught:
        ftc.loads("fact a\n  user: {<script>}\n  assistant: y\n")
    assert "&lt;script&gt;" in caught.value._repr_html_() and "<script>" not in caught.value._repr_html_()


def test_count_is_a_number_and_the_method_of_a_sequence() -> None:
    ds = quiet(VALUES)
    assert ds.count == len(ds) and f"{ds.count:,}" == str(len(ds))
    for part in (ds, ds[:2], ds.validation):
        assert part.count(part[0]) == 1 and part.index(part[1]) == 1
        assert part.count("x") == 0
    again = quiet(VALUES.replace("validation 34% by n", "repeat 3"))
    assert again.count(again[0]) == 3


def test_picks_are_shown_as_the_source_writes_them(tmp_path: Path) -> None:
    """What is no text is not shown as Python writes it; what `id` is made of stays as it was."""
    (tmp_path / "t.jsonl").write_text('{"n": "a", "x": null}\n{"n": "b", "x": [true, "c"]}\n')
    path = tmp_path / "a.ft"
    path.write_text(
        'table t from "t.jsonl"\nlet b in [true, none, 1.5, "d"]\n'
        "dialog d\n  user: {t.n} {json(t.x)} {json(b)}\n  assistant: y\n"
    )
    ds = ftc.load(path)
    shown = [[pick.value for pick in each.origin.picks] for each in ds]
    assert shown[:4] == [["a | none", "true"], ["a | none", "none"], ["a | none", "1.5"], ["a | none", "d"]]
    assert shown[4] == ['b | [true, "c"]', "true"]
    assert [pick.written for pick in ds[4].origin.picks] == ["b | [True, 'c']", "True"]
    path.write_text(path.read_text().replace("json(t.x)", "t.x"))
    with pytest.raises(ftc.FtcError, match=r"It happens where t = a \| none: "):
        ftc.load(path)


def test_conversations_and_datasets_can_be_pickled(emoji: ftc.Dataset) -> None:
    for ds in (emoji, quiet(VALUES)):
        for one in (ds[0], ds[-1]):
            again = pickle.loads(pickle.dumps(one))
            assert again == one and again.id == one.id and repr(again) == repr(one)
            assert list(again.origin.picks) == list(one.origin.picks)
        copy = pickle.loads(pickle.dumps(ds))
        assert list(copy) == list(ds) and list(copy.lines()) == list(ds.lines()) and copy.warnings == ds.warnings
        assert pickle.loads(pickle.dumps(ds[:3])) == list(ds[:3])


LOADER = """
import sys, ftc
from torch.utils.data import DataLoader
if __name__ == "__main__":
    ds = ftc.load("a.ft", data_checks=False)
    loader = DataLoader(ds, batch_size=2, collate_fn=list, num_workers=2, multiprocessing_context=sys.argv[1])
    read = [each for batch in loader for each in batch]
    assert read == list(ds), read
    assert [list(each.origin.picks) for each in read] == [list(each.origin.picks) for each in ds]
    try:
        next(iter(DataLoader(ds, num_workers=2, multiprocessing_context=sys.argv[1])))
    except TypeError as error:
        print("no tensors:", "Conversation" in str(error))
"""


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_a_loader_with_workers_reads_it(start: str, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    (tmp_path / "a.ft").write_text(VALUES)
    (tmp_path / "main.py").write_text(LOADER)
    command = [sys.executable, "main.py", start]
    # It hung before: the timeout is what fails then.
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=240, check=False)
    assert (done.returncode, done.stdout) == (0, "no tensors: True\n"), done.stderr
