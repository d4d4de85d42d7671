"""Other systems, simulated on the one that the tests run on: what Windows does not have is taken away, its paths and
line ends are put in, and terminals are without UTF-8 or colour. `VERSIONS.md` says what this shows and what not."""

import json
import ntpath
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath
from types import SimpleNamespace

import pytest

from fork_server import ForkServer
from ftc import loader as loader_module
from ftc.compile import Compilation, compile
from ftc.emit import manifest as manifest_module
from ftc.emit.manifest import portable_names
from ftc.loader import Loader
from ftc.recompile import recompile
from ftc.report.text import render
from ftc.targets import TARGETS

ROOT = Path(__file__).parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*/*.ft"))
EMOJI = ROOT / "examples" / "02-format" / "emoji.ru.ft"

# What only Unix has, taken away once the standard library has chosen its own ways for the system that it is on. SIGKILL
# stays: the library ends processes with it here, and in other ways elsewhere.
WITHOUT_UNIX = """
import logging, os, random, signal, subprocess, sys, tempfile, threading
import multiprocessing.connection, multiprocessing.context, multiprocessing.popen_spawn_posix
unix_modules = {"fcntl", "grp", "pty", "pwd", "resource", "syslog", "termios", "tty"}
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name in unix_modules:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Missing())
for name in unix_modules:
    sys.modules.pop(name, None)
for name in ("fork forkpty register_at_fork killpg getuid geteuid getgid getegid getpgid setsid sysconf mkfifo chown"
             " sched_getaffinity O_NONBLOCK O_NOFOLLOW O_DIRECTORY O_CLOEXEC WNOHANG posix_spawn getloadavg").split():
    if hasattr(os, name):
        delattr(os, name)
for name in ("SIGHUP SIGALRM SIGCHLD SIGPIPE SIGUSR1 SIGUSR2 SIGQUIT SIGTSTP alarm setitimer"
             " pthread_sigmask sigwait").split():
    if hasattr(signal, name):
        delattr(signal, name)
from ftc.cli import main
main(sys.argv[1:])
"""


def ftc(
    *arguments: str, cwd: Path, unix: bool = True, stdin: bytes = b"", env: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[bytes]":
    command = [sys.executable, "-m", "ftc"] if unix else [sys.executable, "-c", WITHOUT_UNIX]
    return subprocess.run(
        [*command, *arguments],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        check=False,
        env={**os.environ, **(env or {})},
    )


def lines(compilation: Compilation) -> list[bytes]:
    assert compilation.plan is not None, render(compilation.diagnostics, color=False)
    target = TARGETS["trl"]
    return [target.line(conversation) for conversation in compilation.plan.training[:50]]


# ── a system without what only Unix has ───────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "command",
    [
        "check emoji.ft",
        "format --check emoji.ft",
        "count emoji.ft",
        "show emoji.ft",
        "compile emoji.ft -o out.jsonl",
        "compile emoji.ft -o out.jsonl --shuffle 1",
        "compile emoji.ft -o out/ --shards 3",
        "compile emoji.ft --jobs 2 -o out.jsonl",
        "explain E201",
    ],
)
def test_commands_need_nothing_that_only_unix_has(command: str, forks: ForkServer, tmp_path: Path) -> None:
    shutil.copy(ROOT / "examples" / "02-format" / "emoji.ft", tmp_path / "emoji.ft")
    there = ftc(*command.split(), cwd=tmp_path, unix=False)
    assert there.returncode == 0, there.stderr.decode()
    written = {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    here = forks.run(*command.split(), cwd=tmp_path)
    assert (here.returncode, here.stdout) == (0, there.stdout)
    assert written == {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}


def test_a_line_is_traced_without_what_only_unix_has(forks: ForkServer, tmp_path: Path) -> None:
    shutil.copy(ROOT / "examples" / "02-format" / "emoji.ft", tmp_path / "emoji.ft")
    forks.run("compile", "emoji.ft", "-o", "out.jsonl", cwd=tmp_path)
    there = ftc("trace", "out.jsonl:3", cwd=tmp_path, unix=False)
    assert (there.returncode, there.stdout) == (0, forks.run("trace", "out.jsonl:3", cwd=tmp_path).stdout)


# ── paths ─────────────────────────────────────────────────────────────────────────────────────────


class Windows:
    """A project in `C:\\work`, with a second one beside it and a third on another drive."""

    CWD = "C:\\work"

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = {PureWindowsPath(name): data for name, data in files.items()}

    def read(self, place: str, limit: int) -> bytes:
        try:
            return self.files[PureWindowsPath(place)]
        except KeyError:
            raise FileNotFoundError(2, "No such file or directory", place) from None

    def full(self, path: object) -> str:
        return ntpath.normpath(ntpath.join(self.CWD, str(path)))


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> Windows:
    system = Windows(
        {
            "C:\\work\\main.ft": b'use "shared/names.ft"\ndialog d\n  user: {city.name}?\n  assistant: {hello}\n',
            "C:\\work\\shared\\names.ft": b'table city from "../data/city.csv"\r\nlet hello: Hi\r\n',
            "C:\\work\\data\\city.csv": b"name\r\nLima\r\nOslo\r\n",
            "C:\\other\\a.ft": b"dialog e\n  user: a\n  assistant: b\n",
            "D:\\b.ft": b"dialog f\n  user: c\n  assistant: d\n",
        }
    )

    class OnWindows(PureWindowsPath):
        def exists(self) -> bool:
            return str(self) == "C:\\work\\.git"

        @classmethod
        def cwd(cls) -> "OnWindows":
            return cls(Windows.CWD)

    path = SimpleNamespace(abspath=system.full, realpath=system.full)
    shim = SimpleNamespace(getcwd=lambda: Windows.CWD, path=path, listdir=lambda folder: [], strerror=os.strerror)
    monkeypatch.setattr(loader_module, "os", shim)
    monkeypatch.setattr(loader_module, "Path", OnWindows)
    monkeypatch.setattr(loader_module, "read_plain", system.read)
    monkeypatch.setattr(manifest_module, "Path", OnWindows)
    return system


def test_names_have_slashes_wherever_a_file_lies(windows: Windows) -> None:
    loader = Loader()
    compilation = compile(["main.ft"], loader)
    assert list(loader.contents) == ["main.ft", "shared/names.ft", "data/city.csv"]
    assert len(lines(compilation)) == 2
    assert portable_names(loader.contents) == {name: name for name in loader.contents}


@pytest.mark.parametrize("named", [["main.ft", "..\\other\\a.ft"], ["C:\\other\\a.ft", "C:/work/main.ft", "D:\\b.ft"]])
def test_a_manifest_names_no_drive_and_can_be_traced(windows: Windows, named: list[str]) -> None:
    loader = Loader()
    compilation = compile(named, loader)
    names = portable_names(loader.contents)
    for name in names.values():
        assert "\\" not in name
        assert ":" not in name
        assert not PurePosixPath(name).is_absolute()
        assert ".." not in name
    assert len(set(names.values())) == len(names)
    again = recompile(
        [names[source.name] for source in compilation.sources],
        {names[name]: data for name, data in loader.contents.items()},
        "trl",
    )
    assert again is not None
    assert [TARGETS["trl"].line(each) for each in again.training] == lines(compilation)


def test_a_file_outside_the_project_is_refused_on_any_drive(windows: Windows) -> None:
    for path, code in (("../other/a.ft", "E007"), ("D:/b.ft", "E008"), ("..\\\\other\\\\a.ft", "E010")):
        windows.files[PureWindowsPath("C:\\work\\main.ft")] = f'use "{path}"\n'.encode()
        assert code in {each.code for each in compile(["main.ft"], Loader()).diagnostics}, path


def test_names_that_differ_in_case_are_two_files_where_the_disk_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.ft").write_text("let x: 1\n")
    (tmp_path / "A.ft").write_text("let y: 2\n")
    if (tmp_path / "a.ft").read_text() != "let x: 1\n":
        pytest.skip("this disk takes both for one")
    (tmp_path / "main.ft").write_text('use "a.ft"\nuse "A.ft"\ndialog d\n  user: {x} {y}\n  assistant: z\n')
    assert len(lines(compile([str(tmp_path / "main.ft")], Loader(tmp_path)))) == 1


def test_a_name_in_another_case_is_not_found_but_guessed(tmp_path: Path) -> None:
    """A project that was written on a disk which does not tell cases apart says where it leans on that."""
    (tmp_path / "Names.ft").write_text("let x: 1\n")
    (tmp_path / "main.ft").write_text('use "names.ft"\n')
    if (tmp_path / "names.ft").exists():
        pytest.skip("this disk takes both for one")
    (found,) = compile([str(tmp_path / "main.ft")], Loader(tmp_path)).diagnostics
    assert (found.code, found.data["nearest"]) == ("E001", "Names.ft")


# ── line ends ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_cr_lf_and_a_mark_at_the_beginning_change_nothing(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    shutil.copytree(path.parent, folder)
    before = compile([str(folder / path.name)], Loader(folder), data_checks=False)
    for each in folder.rglob("*"):
        if each.suffix in (".ft", ".csv", ".tsv", ".jsonl"):
            each.write_bytes(b"\xef\xbb\xbf" + each.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    after = compile([str(folder / path.name)], Loader(folder), data_checks=False)
    if before.plan is not None:
        assert after.plan is not None
        assert after.plan.training.count == before.plan.training.count
        assert lines(after) == lines(before)
    assert [(each.code, each.span and each.span.line) for each in after.diagnostics] == [
        (each.code, each.span and each.span.line) for each in before.diagnostics
    ]


# ── terminals ─────────────────────────────────────────────────────────────────────────────────────

WITHOUT_UTF8 = {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0", "LC_ALL": "C", "TERM": "dumb"}


def test_a_terminal_without_the_letters_shows_their_numbers(tmp_path: Path) -> None:
    shown = ftc("show", str(EMOJI), cwd=tmp_path, env=WITHOUT_UTF8)
    assert shown.returncode == 0, shown.stderr
    assert b"\\u041d\\u0435\\u0442" in shown.stdout
    assert b"\x1b" not in shown.stdout


@pytest.mark.parametrize(
    "command",
    ["compile {} -o - --to trl", "count {} --format json", "format - < {}"],
)
def test_what_programs_read_is_utf8_whatever_the_terminal_is(command: str, tmp_path: Path) -> None:
    arguments, _, piped = command.format(EMOJI).partition(" < ")
    stdin = Path(piped).read_bytes() if piped else b""
    usual = ftc(*arguments.split(), cwd=tmp_path, stdin=stdin, env={"PYTHONUTF8": "1"})
    there = ftc(*arguments.split(), cwd=tmp_path, stdin=stdin, env=WITHOUT_UTF8)
    assert (there.returncode, there.stdout) == (0, usual.stdout), there.stderr
    assert there.stdout.decode()
    if piped:
        assert there.stdout == stdin


@pytest.mark.parametrize("format", ["json", "sarif", "github"])
def test_a_report_for_programs_is_utf8_whatever_the_terminal_is(format: str, tmp_path: Path) -> None:
    (tmp_path / "bad.ft").write_text("dialog x\n  user: {х🥚}\n  assistant: y\n", encoding="utf-8")
    there = ftc("check", "bad.ft", "--format", format, cwd=tmp_path, env=WITHOUT_UTF8)
    assert there.returncode == 1
    assert "🥚" in there.stdout.decode()
    if format != "github":
        json.loads(there.stdout)


@pytest.mark.parametrize("wish", [{"TERM": "dumb"}, {"NO_COLOR": "1"}])
def test_no_colour_where_none_is_wanted(wish: dict[str, str], tmp_path: Path) -> None:
    pty = pytest.importorskip("pty")
    (tmp_path / "bad.ft").write_text("dialog x\n")
    ours, theirs = pty.openpty()
    try:
        environment = {**{name: value for name, value in os.environ.items() if name != "NO_COLOR"}, "TERM": "xterm"}
        shown = []
        for extra in ({}, wish):
            subprocess.run(
                [sys.executable, "-m", "ftc", "check", "bad.ft"],
                cwd=tmp_path, env={**environment, **extra}, stdout=theirs, stderr=theirs, stdin=theirs, check=False,
            )  # fmt: skip
            shown.append(os.read(ours, 1 << 16))
    finally:
        os.close(ours)
        os.close(theirs)
    assert b"\x1b[" in shown[0]
    assert b"\x1b" not in shown[1]
