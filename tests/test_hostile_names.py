"""Files whose names move cursors, end lines, speak to a build's log, or are no text: through every command.

Whatever is shown of them is held against one rule, made here from Unicode's own categories and not by what is tested:
nothing but printable characters, line ends, and the colours that ftc itself paints with.
"""

import io
import json
import os
import re
import subprocess
import sys
import unicodedata
from pathlib import Path
from types import SimpleNamespace

import pytest

from ftc.cli import main
from service import KEY, Service

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system refuses such names itself")

NAMES = {
    "newline": b"x\n::warning::pwned",
    "escape": b"x\x1b[31m\x1b]0;pwned\x07",
    "bidi": "x\u202efdp\u2066".encode(),
    "next line": "x\u0085y\u2028z".encode(),
    "command": b"$(touch pwned);'\"`touch pwned` &",
    "bytes": b"x\xff\xfe",
    "longest": b"n" * 252,
    "long": b"n" * 230,
    "markup": b"[red]x{files}%0A[bold]",
}
TEXT = """\
style s
  assistant: Oink. {answer}
  answers from "a.answers.ft"
  user: Why?

let n in 1..20
dialog d
  user: What follows {n}?
  assistant: {n + 1}
  validation 20% by n
"""
ANSWERS = "answers s\n  user: Why?\n  recorded: m (openai), 2026-11-23, temperature 0\n  base: Because.\n"
WRONG = "fact f\n  user: {nobody}\n  assistant: x\n"

HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def harmless(shown: str) -> None:
    """Nothing in it moves a cursor or begins a line that another program takes for a command."""
    left = [char for char in shown if unicodedata.category(char) in HIDDEN and char != "\n"]
    assert not left, [hex(ord(char)) for char in left]
    assert not re.search(r"^::warning::pwned", shown, re.MULTILINE), shown


class Ftc:
    """Runs commands as the command line does, in this process, and holds all that they show against the rule."""

    def __init__(self, capture: "pytest.CaptureFixture[str]", patch: pytest.MonkeyPatch) -> None:
        self._capture, self._patch = capture, patch

    def __call__(self, *arguments: "str | bytes", text: str = "") -> SimpleNamespace:
        self._patch.setattr("sys.stdin", io.StringIO(text))
        self._capture.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([os.fsdecode(each) for each in arguments])
        out, err = self._capture.readouterr()
        assert "Traceback" not in err and "mistake in ftc itself" not in err, err
        harmless(out)
        harmless(err)
        return SimpleNamespace(stdout=out, stderr=err, returncode=ended.value.code)


@pytest.fixture
def ftc(capfd: "pytest.CaptureFixture[str]", monkeypatch: pytest.MonkeyPatch) -> Ftc:
    for variable, value in (("OPENAI_API_KEY", KEY), ("FTC_TRIES", "1"), ("FTC_POLL", "0")):
        monkeypatch.setenv(variable, value)
    return Ftc(capfd, monkeypatch)


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    monkeypatch.chdir(tmp_path)
    Path("a.answers.ft").write_text(ANSWERS)
    found = NAMES[request.param]
    for file, text in ((found + b".ft", TEXT), (b"w" + found[:200] + b".ft", WRONG)):
        Path(os.fsdecode(file)).write_text(text)
    return found


def is_text(name: bytes) -> bool:
    try:
        name.decode()
    except UnicodeDecodeError:
        return False
    return True


def refused(done: SimpleNamespace) -> None:
    assert done.returncode == 2 and "E728" in done.stderr, done.stderr


FORMATS = ("text", "json", "sarif", "github")


@pytest.mark.parametrize("format", FORMATS)
def test_findings_in_every_format(ftc: Ftc, name: bytes, format: str) -> None:
    wrong = b"w" + name[:200] + b".ft"
    for command in ("check", "count", "show", "compile", "format"):
        done = ftc(command, wrong, "--format", format)
        if not is_text(wrong):
            refused(done)
            continue
        assert done.returncode == (0 if command == "format" else 1)
        if format == "json" and command == "check":
            (found,) = [each for each in json.loads(done.stdout)["diagnostics"] if each["severity"] == "error"]
            # A program is told the very name.
            assert found["location"]["file"] == wrong.decode()
    missing = ftc("check", b"no" + wrong, "--format", format)
    assert missing.returncode in (2, 3)


def test_what_writes_and_reads_again(ftc: Ftc, name: bytes) -> None:
    file = name + b".ft"
    said = ftc("compile", file)
    if not is_text(file):
        refused(said)
        return
    if len(file) > 240:
        # The output would have a name that is too long.
        assert said.returncode == 3 and "E702" in said.stderr
        assert all(each.suffix == ".ft" for each in Path().iterdir())
        said = ftc("compile", file, "-o", "out.jsonl")
        assert said.returncode == 0, said.stderr
        return
    assert said.returncode == 0, said.stderr
    output = name + b".jsonl"
    assert Path(os.fsdecode(output)).exists()
    assert ftc("trace", output + b":1").returncode == 0
    Path(os.fsdecode(output)).write_text("other\n")
    assert "W701" in ftc("trace", output + b":1").stderr
    assert ftc("trace", output + b":77").returncode == 2
    for arguments in (("check",), ("count",), ("count", "--format", "json"), ("show",)):
        assert ftc(*arguments, file).returncode == 0
    Path(os.fsdecode(file)).write_text(TEXT.replace("  user", "    user", 1).replace("Why?", "Why?  "))
    for arguments in (("format", "--diff"), ("format", "--check"), ("format",)):
        ftc(*arguments, file)
    ftc("compile", file, "--shards", "2", "-o", name + b".d")
    ftc("compile", file, "--to", "sharegpt", "-o", name + b".json")


def test_what_asks_and_trains(ftc: Ftc, name: bytes) -> None:
    file = name + b".ft"
    with Service() as service:
        asked = ("--provider", "openai", "--base-url", service.url, "--model", "m")
        plan = ftc("plan", file, *asked)
        if not is_text(file):
            refused(plan)
            for command in ("record", "train", "evaluate", "chat"):
                refused(ftc(command, file, *asked))
            return
        output = () if len(file) < 240 else ("-o", "out.jsonl")
        assert ftc("plan", file, *asked, *output).returncode == 0
        assert ftc("train", file, *asked, *output, "--yes").returncode == 0
        ftc("train", file, *asked, *output, "--cancel")
        ftc("record", file, *asked)
        ftc("record", file, *asked, "--dry-run")
        assert ftc("evaluate", file, *asked).returncode == 0
        assert ftc("chat", file, *asked, text="hello\n").returncode == 0
        assert (
            ftc("chat", "--provider", "openai", "--base-url", service.url, "--model", name, text="hi\n").returncode == 0
        )
        ftc("evaluate", file)
        ftc("chat", file, text="hello\n")


def test_names_of_everything_else_that_is_typed(ftc: Ftc, name: bytes) -> None:
    for arguments in (
        ("init", name),
        ("explain", name),
        ("trace", name),
        ("trace", name + b":1"),
        ("compile", "a.answers.ft", "--to", name),
        ("compile", "a.answers.ft", "--shard", name),
        ("compile", name + b".ft", "-o", name),
        ("show", name + b".ft", "--block", name),
        ("chat", "--model", name),
        ("chat", "--provider", name),
        ("chat", "--base-url", name, "--provider", "openai"),
        ("evaluate", name + b".ft", "-o", b"e/" + name),
        ("plan", name + b".ft", "--set", name),
        (name,),
        ("check", b"--" + name),
        ("compile", name + b".ft", "--limit", name),
    ):
        ftc(*arguments, text="")
    assert not Path("pwned").exists()


def test_a_folder_whose_name_is_no_text(ftc: Ftc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / os.fsdecode(b"\xff\n")
    (folder / "in").mkdir(parents=True)
    monkeypatch.chdir(folder)
    Path("k.ft").write_text('table t from "in/t.csv"\n' + TEXT.split("\n\n")[1])
    Path("in/t.csv").write_text("a,b\n1,2\n")
    assert ftc("compile", "k.ft").returncode == 0
    assert ftc("trace", "k.jsonl:1").returncode == 0
    monkeypatch.chdir("in")
    # From here the files have names that lead through the folder.
    assert ftc("compile", "../k.ft", "-o", "k.jsonl").returncode == 0
    assert ftc("trace", "k.jsonl:1").returncode == 0
    refused(ftc("train", "../k.ft", "--provider", "openai", "--model", "m", "--yes"))


def test_a_command_to_copy_is_one_that_can_be(ftc: Ftc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file's name in it is a word of the shell, whatever it is made of."""
    monkeypatch.chdir(tmp_path)
    name = "$(touch pwned) x;y.ft"
    Path(name).write_text(TEXT)
    Path("a.answers.ft").write_text(ANSWERS)
    said = ftc("evaluate", name)
    way = re.search(r"help: Train one: (.*)", said.stderr)
    assert way is not None
    subprocess.run(["sh", "-c", way[1].replace("ftc", "true", 1)], check=True)
    assert not Path("pwned").exists()


MARKED = "let n in 1..2\ndialog d\n  user: a\x1b[31mb\u202ec\x85d\x07 {n}\n    assistant:   e\x1b]0;x\x07\u2066\n"


def test_what_a_text_holds_is_shown_and_written_apart(
    ftc: Ftc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control characters of a text are data: a line holds them, and what is shown of it does not."""
    import ftc as library

    monkeypatch.chdir(tmp_path)
    Path("m.ft").write_text(MARKED.replace("    assistant", "  assistant"))
    for command in (("show", "m.ft"), ("compile", "m.ft"), ("trace", "m.jsonl:1"), ("format", "--diff", "m.ft")):
        assert ftc(*command).returncode in (0, 1)
    line = json.loads(Path("m.jsonl").read_text(encoding="utf-8").split("\n")[0])
    assert "\x1b[31m" in line["messages"][0]["content"]
    Path("t.jsonl").write_text(json.dumps({"v": "a\n::warning::pwned"}) + "\n")
    Path("t.ft").write_text('table t from "t.jsonl"\ndialog d\n  user: {t.v}\n  assistant: x\n')
    assert ftc("compile", "t.ft", "-o", "o.jsonl").returncode == 0
    for command in (("trace", "o.jsonl:1"), ("show", "t.ft")):
        assert ftc(*command).returncode == 0
    conversation = library.load("m.ft")[0]
    for shown in (
        repr(conversation),
        str(conversation.messages[0]),
        repr(conversation.messages),
        repr(conversation.origin.picks),
    ):
        harmless(shown)
