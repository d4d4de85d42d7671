"""Files that take their places as one: whenever the process is killed, the next command finds the old set or the new.

A process counts what it asks of the file system (renames, removals, files opened to write) by an audit hook, and kills
itself before the n-th: every n there is, one after the other. What may be seen then is decided here, from the bytes of
two whole compilations, and by nothing of what is tested.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from effort import FULL
from fork_server import ForkServer
from ftc.emit.manifest import companions
from ftc.emit.staged import Journal, Staged, TornFiles, finish_moves, journal_path, temporary_path
from processes import run_here

pytestmark = pytest.mark.skipif(os.name == "nt", reason="kills processes as POSIX does")

OLD = "let n in 1..20\ndialog d\n  user: What follows {n}?\n  assistant: {n + 1}\n  validation 10% by n\n"
NEW = OLD.replace("What follows", "And what follows")
OUTPUTS = ("k.jsonl", "k.validation.jsonl", "k.manifest.json", "dataset_info.json")

MORTAL = """
import os, signal, sys

seen = 0

def hook(event, arguments):
    global seen
    changes = event in ("os.rename", "os.remove", "os.rmdir", "os.mkdir") or (
        event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
    )
    if changes and "__pycache__" not in str(arguments[0]):
        seen += 1
        if seen == {at}:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(hook)
"""
Mortal = Callable[..., "subprocess.CompletedProcess[bytes]"]
COMPILE = ("compile", "k.ft", "--to", "sharegpt")


@pytest.fixture
def mortal(forks: ForkServer) -> Mortal:
    """Run a command in a process of its own, killed before its n-th change of files; of 0 there is none."""
    return lambda killed_at, *arguments: forks.run(*arguments, before=MORTAL.replace("{at}", str(killed_at)))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def found(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in OUTPUTS if (folder / name).exists()}


@pytest.fixture
def sets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The files of the old and of the new text; the old ones stand in the working folder, whose text is the new one."""
    both = []
    for name, text in (("new", NEW), ("old", OLD)):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        Path("k.ft").write_text(text)
        assert run_here(*COMPILE).returncode == 0
        both.append(found(Path()))
    Path("k.ft").write_text(NEW)
    new, old = both
    assert all(len(each) == 4 for each in both) and old["k.manifest.json"] != new["k.manifest.json"]
    return old, new


NEXT = {
    # What comes upon the files next: it reads them, or writes them anew.
    "trace": ("trace", "k.jsonl:1"),
    "compile": COMPILE,
}


@pytest.mark.parametrize("after", NEXT)
def test_killed_anywhere_the_next_command_finds_one_set(
    sets: tuple[dict[str, bytes], dict[str, bytes]],
    mortal: Mortal,
    after: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old, new = sets
    outcomes = []
    for at in range(1, 200, 3 if after == "compile" and not FULL else 1):
        folder = tmp_path / f"killed-{at}"
        shutil.copytree(tmp_path / "old", folder)
        monkeypatch.chdir(folder)
        code = mortal(at, *COMPILE).returncode
        if code == 0:
            break
        assert code == -signal.SIGKILL
        told = run_here(*NEXT[after])
        assert told.returncode == 0, told.stderr
        now = found(folder)
        if after == "compile":
            assert now == new
        else:
            assert now in (old, new), f"a mixed set after step {at}"
            # What is traced is of the set that is there.
            assert ("And what" in told.stdout) == (now == new)
            assert "W701" not in told.stderr
            outcomes.append(now == new)
        assert not list(Path().glob(".ftc-*.journal"))
    else:
        raise AssertionError("it was killed two hundred times")
    if after == "trace":
        # Both outcomes were seen, and once the new ones are there no later step brings the old ones back.
        assert outcomes == sorted(outcomes) and set(outcomes) == {False, True}


def test_two_compilations_at_once_leave_one_set(sets: tuple[dict[str, bytes], dict[str, bytes]]) -> None:
    old, new = sets
    Path("old.ft").write_text(OLD)
    command = [sys.executable, "-m", "ftc", "compile", "--to", "sharegpt", "-o", "k.jsonl"]
    for _ in range(3):
        both = [subprocess.Popen([*command, file], stdout=subprocess.DEVNULL) for file in ("k.ft", "old.ft")]
        assert [each.wait() for each in both] == [0, 0]
        now = found(Path())
        # The manifest names its source, which differs; so the lines are held against what it says of them.
        from xxhash import xxh3_128_hexdigest

        outputs = json.loads(now["k.manifest.json"])["outputs"]
        assert all(each["xxh3_128"] == xxh3_128_hexdigest(now[each["file"]]) for each in outputs)
        assert now["k.jsonl"] in (old["k.jsonl"], new["k.jsonl"])


def torn(folder: Path, *places: str) -> list[Path]:
    """A set that a process left between two renames: the first file has taken its place."""
    key = folder / "k.manifest.json"
    with pytest.raises(OSError), Staged(key) as staged:
        for place in places:
            staged.open(folder / place).write(b"new")
        # Where a folder stands in the way of the second, the first has moved.
        (folder / places[1]).mkdir()
    return sorted(folder.iterdir())


def test_a_set_that_cannot_be_finished_is_refused(mortal: Mortal, tmp_path: Path) -> None:
    torn(tmp_path, "k.jsonl", "k.manifest.json")
    key = tmp_path / "k.manifest.json"
    assert (tmp_path / "k.jsonl").read_bytes() == b"new" and journal_path(key).exists()
    with pytest.raises(TornFiles):
        finish_moves(key, companions(key))
    told = mortal(0, "trace", str(tmp_path / "k.jsonl:1"))
    assert told.returncode == 3 and b"E727" in told.stderr
    # Once nothing stands in the way, it is finished.
    key.rmdir()
    finish_moves(key, companions(key))
    assert key.read_bytes() == b"new" and names(tmp_path) == ["k.jsonl", "k.manifest.json"]


def test_a_set_that_lost_a_file_is_refused_until_it_is_written_again(
    sets: tuple[dict[str, bytes], dict[str, bytes]], mortal: Mortal
) -> None:
    key = Path("k.manifest.json")
    Path("k.jsonl").unlink()
    moves = [{"aside": temporary_path(Path("k.jsonl"), "tmp").name, "place": "k.jsonl", "inode": 1, "size": 1}]
    journal_path(key).write_text(json.dumps({"moves": moves}))
    Path("k.validation.jsonl").rename("k.jsonl")
    Path("k.jsonl").rename("elsewhere")
    told = mortal(0, "trace", "k.validation.jsonl:1")
    assert told.returncode == 3 and b"E727" in told.stderr
    assert mortal(0, *COMPILE).returncode == 0
    assert found(Path()) == sets[1]
    assert mortal(0, "trace", "k.validation.jsonl:1").returncode == 0


@pytest.mark.parametrize(
    ("aside", "place"),
    [
        ("victim", "k.jsonl"),
        (".ftc-0000000000000000-1.tmp", "k.jsonl"),
        ("{k.jsonl}", "../out.jsonl"),
        ("{notes.txt}", "notes.txt"),
        ("{.bashrc}", ".bashrc"),
        ("../{k.jsonl}", "k.jsonl"),
    ],
)
def test_a_strangers_journal_moves_nothing_but_what_is_ours(tmp_path: Path, aside: str, place: str) -> None:
    """A journal lies in the folder of data, which may come from anyone."""
    folder = tmp_path / "data"
    folder.mkdir()
    for name in ("victim", "notes.txt", ".bashrc", "k.jsonl"):
        (folder / name).write_text("precious")
    for name in ("k.jsonl", "notes.txt", ".bashrc"):
        aside = aside.replace(f"{{{name}}}", temporary_path(folder / name, "tmp").name)
    (folder / aside).write_text("evil")
    key = folder / "k.manifest.json"
    move = {"aside": aside, "place": place, "inode": (folder / aside).stat().st_ino, "size": 4}
    journal_path(key).write_text(json.dumps({"journal": 1, "moves": [move]}))
    before = {path: path.read_text() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(TornFiles):
        finish_moves(key, companions(key))
    assert {path: path.read_text() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("text", ["", "[]", "[" * 100_000, '{"journal": 2, "moves": []}', '{"moves": 3}', "\udcff"])
def test_a_journal_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    key = tmp_path / "k.manifest.json"
    journal_path(key).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(TornFiles):
        finish_moves(key, companions(key))


def test_a_journal_that_would_have_to_be_waited_for_is_refused(tmp_path: Path) -> None:
    key = tmp_path / "k.manifest.json"
    os.mkfifo(journal_path(key))
    with pytest.raises(TornFiles):
        finish_moves(key, companions(key))
    journal_path(key).unlink()
    (tmp_path / "other").write_text(Journal(moves=()).model_dump_json())
    journal_path(key).symlink_to(tmp_path / "other")
    with pytest.raises(TornFiles):
        finish_moves(key, companions(key))


def test_a_planted_link_is_not_written_through(tmp_path: Path) -> None:
    """What stands aside has a name that can be guessed."""
    (tmp_path / "victim").write_text("precious")
    temporary_path(tmp_path / "k.jsonl", "tmp").symlink_to(tmp_path / "victim")
    with Staged() as staged:
        staged.open(tmp_path / "k.jsonl").write(b"new")
    assert (tmp_path / "victim").read_text() == "precious"
    assert (tmp_path / "k.jsonl").read_bytes() == b"new"


def test_a_planted_folder_of_work_is_not_cleared(tmp_path: Path) -> None:
    """`--shards` keeps order in OUT/_ftc, and removes there what is left of another job."""
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "about.txt").write_text("precious")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "_ftc").symlink_to(tmp_path / "home")
    (tmp_path / "k.ft").write_text(OLD)
    told = run_here("compile", str(tmp_path / "k.ft"), "--shards", "2", "-o", str(tmp_path / "out"))
    assert told.returncode == 3 and "E702" in told.stderr
    assert names(tmp_path / "home") == ["about.txt"]
    (tmp_path / "out" / "_ftc").unlink()
    (tmp_path / "out" / "_ftc").mkdir()
    (tmp_path / "out" / "_ftc" / "notes.md").write_text("mine")
    assert run_here("compile", str(tmp_path / "k.ft"), "--shards", "2", "-o", str(tmp_path / "out")).returncode == 0
    assert (tmp_path / "out" / "_ftc" / "notes.md").read_text() == "mine"


@pytest.mark.parametrize("name", ["k.jsonl", "k.validation.jsonl", "k.manifest.json", "dataset_info.json"])
def test_a_link_out_of_the_project_is_written_through_only_where_that_is_said(tmp_path: Path, name: str) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "k.ft").write_text(OLD)
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "project" / name).symlink_to(victim)
    told = run_here("compile", str(tmp_path / "project" / "k.ft"), "--to", "sharegpt")
    assert told.returncode == 3 and "E729" in told.stderr
    assert victim.read_text() == "precious"
    # Inside the project a link is a wish of its owner's.
    inside = tmp_path / "project" / "inside"
    (tmp_path / "project" / name).unlink()
    (tmp_path / "project" / name).symlink_to(inside)
    assert run_here("compile", str(tmp_path / "project" / "k.ft"), "--to", "sharegpt").returncode == 0
    assert inside.exists() and (tmp_path / "project" / name).is_symlink()


def test_a_named_output_may_be_a_link_to_anywhere(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "k.ft").write_text(OLD)
    (tmp_path / "project" / "o.jsonl").symlink_to(tmp_path / "large.jsonl")
    place = str(tmp_path / "project" / "o.jsonl")
    assert run_here("compile", str(tmp_path / "project" / "k.ft"), "-o", place).returncode == 0
    count = (tmp_path / "large.jsonl").read_bytes().count(b"\n")
    assert count
    assert run_here("trace", f"{place}:{count}").returncode == 0


def test_a_link_that_goes_in_a_circle_is_a_code(tmp_path: Path) -> None:
    (tmp_path / "k.ft").write_text(OLD)
    (tmp_path / "round.jsonl").symlink_to("round.jsonl")
    (tmp_path / "k.manifest.json").symlink_to("k.manifest.json")
    told = run_here("compile", str(tmp_path / "k.ft"), "-o", str(tmp_path / "round.jsonl"))
    assert told.returncode == 3 and "E702" in told.stderr
    told = run_here("compile", str(tmp_path / "k.ft"))
    assert told.returncode == 3 and "E702" in told.stderr
    told = run_here("trace", f"{tmp_path / 'round.jsonl'}:1")
    assert told.returncode == 3 and "E703" in told.stderr


@pytest.mark.parametrize("wrong", ["inode", "size"])
def test_a_file_aside_is_the_very_one_that_was_written(tmp_path: Path, wrong: str) -> None:
    """A journal of other files of such names, as from an archive, or after somebody else was there."""
    key = tmp_path / "k.manifest.json"
    aside = temporary_path(tmp_path / "k.jsonl", "tmp")
    aside.write_text("evil")
    (tmp_path / "k.jsonl").write_text("old")
    move = {"aside": aside.name, "place": "k.jsonl", "inode": aside.stat().st_ino, "size": 4}
    journal_path(key).write_text(json.dumps({"moves": [{**move, wrong: move[wrong] + 1}]}))
    with pytest.raises(TornFiles):
        finish_moves(key, companions(key))
    assert (tmp_path / "k.jsonl").read_text() == "old"


def test_a_set_whose_file_was_swept_by_another_compilation_is_refused(
    sets: tuple[dict[str, bytes], dict[str, bytes]], mortal: Mortal
) -> None:
    """Killed between its renames, and before anyone finished them another one removed what it had left aside."""
    for at in range(1, 60):
        for name, data in sets[0].items():
            Path(name).write_bytes(data)
        for left in Path().glob(".ftc-*"):
            left.unlink()
        if mortal(at, *COMPILE).returncode == 0:
            break
        key = Path("k.manifest.json")
        if not journal_path(key).exists():
            continue
        before = found(Path())
        for left in Path().glob(".ftc-*.tmp"):
            left.unlink()
        told = mortal(0, "trace", "k.jsonl:1")
        assert found(Path()) == before
        mixed = before not in sets
        assert (told.returncode == 3 and b"E727" in told.stderr) or not mixed, told.stderr


@pytest.mark.parametrize(
    ("output", "target"), [("dataset_info.json", "sharegpt"), ("k.validation.jsonl", "openai"), ("k.ft", "openai")]
)
def test_a_name_of_what_stands_beside_an_output_is_none_for_it(tmp_path: Path, output: str, target: str) -> None:
    (tmp_path / "k.ft").write_text(OLD)
    told = run_here("compile", str(tmp_path / "k.ft"), "-o", str(tmp_path / output), "--to", target)
    assert told.returncode in (2, 3) and ("E702" in told.stderr or "E712" in told.stderr)
    assert names(tmp_path) == ["k.ft"]


def test_no_source_is_written_over_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "facts.jsonl").write_text('{"a":"b"}\n')
    (tmp_path / "k.ft").write_text('table t from "facts.jsonl"\ndialog d\n  user: {t.a}\n  assistant: x\n')
    (tmp_path / "dataset_info.json").symlink_to("facts.jsonl")
    told = run_here("compile", str(tmp_path / "k.ft"), "--to", "sharegpt")
    assert told.returncode == 2 and "E712" in told.stderr
    assert (tmp_path / "facts.jsonl").read_text() == '{"a":"b"}\n'


@pytest.mark.parametrize("forged", [{"outputs": []}, {"lines": 10**4000}, {"first": 5}, {"split": "validation"}])
def test_a_part_that_others_say_is_finished_is_written_all_the_same(tmp_path: Path, forged: dict[str, object]) -> None:
    (tmp_path / "k.ft").write_text(OLD)
    command = ("compile", str(tmp_path / "k.ft"), "--shards", "2", "-o", str(tmp_path / "out"))
    assert run_here(*command).returncode == 0
    whole = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    manifest = json.loads(whole["part.manifest.json"])
    (tmp_path / "out" / "_ftc").mkdir()
    (tmp_path / "out" / "_ftc" / "about.txt").write_text("")
    for part in range(2):
        outputs = [each for each in manifest["outputs"] if each["file"].startswith(f"part-0000{part}")]
        record = {"job": manifest["job"], "part": part, "outputs": [{**each, **forged} for each in outputs]}
        record = {**record, **{key: value for key, value in forged.items() if key == "outputs"}}
        (tmp_path / "out" / "_ftc" / f"part-0000{part}.json").write_text(json.dumps(record))
    (tmp_path / "out" / "part.manifest.json").unlink()
    for name in whole:
        if forged == {"outputs": []} and name != "part.manifest.json":
            (tmp_path / "out" / name).unlink()
    told = run_here(*command)
    assert told.returncode == 0, told.stderr
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == whole
