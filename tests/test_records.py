"""What ftc wrote down, changed by anyone: each such file gives a code, never a failure of ftc, in little memory.

Records of every kind are made by ftc itself, then mutated: bytes, and the values inside of the JSON. The whole runs in
a process of its own, whose largest size is known at its end.
"""

import base64
import gc
import json
import os
import random
import re
import resource
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from xxhash import xxh3_128_hexdigest

from effort import FULL
from ftc.disk import NotPlain, TooLarge, read_plain
from ftc.emit.manifest import Manifest
from ftc.records import RATIO, SPARE, BadRecord, Record, compress, decompress, parse_record, read_record

pytestmark = pytest.mark.skipif(os.name == "nt", reason="measures processes as POSIX does")

ROUNDS = 20_000 if FULL else 60
MEMORY = 200 << 20

TEXT = "let n in 1..20\ndialog d\n  user: What follows {n}?\n  assistant: {n + 1}\n  validation 20% by n\n"
STYLE = 'style s\n  assistant: Oink. {answer}\n  answers from "s.answers.ft"\n  user: Why?\n'
ANSWERS = "answers s\n  user: Why?\n  recorded: m (openai), 2026-11-23, temperature 0\n  base: Because.\n"
JOB = {
    "job_file": 1,
    "jobs": [
        {
            "digest": "d", "provider": "local", "model": "m", "method": "supervised", "settings": {"epochs": 1},
            "training": {"file": "k.jsonl", "xxh3_128": "0", "id": "k.jsonl"}, "job": "k.model",
            "status": "running", "phase": "running",
        }
    ],
}  # fmt: skip
ASKED = {
    "model": "m", "method": "supervised", "settings": {"epochs": 1}, "training_file": "k.jsonl",
    "validation_file": None, "digest": "d", "dataset": "x", "place": "k",
}  # fmt: skip
STATE = {"phase": "running", "done": 1, "total": 9, "pid": 1, "started": 1.0}
TUNED = {
    "base": "elsewhere",
    "base_fingerprint": "0",
    "method": "supervised",
    "dataset": "x",
    "settings": {"epochs": 1},
}


_packer = zlib.compressobj(9)
BOMB = base64.b64encode(b"".join(_packer.compress(bytes(1 << 20)) for _ in range(256)) + _packer.flush()).decode()
"""350 kB that unpack to 256 MB: more than the process may take."""


# ── mutations ──


def strange(chance: random.Random) -> Any:
    """A value that is of no use where it stands."""
    return chance.choice(
        [
            None, True, -1, 0, 1, 2**63, 10**300, -(10**30), 0.5, 1e308, "", "abc", "training", "validation",
            "openai-dpo", "../../etc/passwd", "/dev/zero",
            "x\x1b[31m\n::error::y", "\u202e", "1.0 --index-url http://evil", "=" * 5,
            BOMB, [], {}, [[]] * 9, {"a": {"b": [1]}}, "9" * 5000,
        ]
    )  # fmt: skip


def mutated(value: Any, chance: random.Random) -> Any:
    """The value with something inside of it changed."""
    if isinstance(value, dict) and value and chance.random() < 0.95:
        key = chance.choice(list(value))
        match chance.randrange(8):
            case 0:
                return {name: inner for name, inner in value.items() if name != key}
            case 1:
                return {**value, chance.choice(["extra", "version", "\x1b"]): strange(chance)}
            case _:
                return {**value, key: mutated(value[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.95:
        at = chance.randrange(len(value))
        match chance.randrange(6):
            case 0:
                return value[:at] + value[at + 1 :]
            case 1:
                return value * chance.choice([2, 50])
            case _:
                return [*value[:at], mutated(value[at], chance), *value[at + 1 :]]
    return strange(chance)


def damaged(data: bytes, chance: random.Random) -> bytes:
    """The bytes with some of them changed."""
    at = chance.randrange(len(data) + 1)
    match chance.randrange(5):
        case 0:
            return data[:at]
        case 1:
            return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]
        case 2:
            return data[:at] + data[at:] + data[:at]
        case 3:
            return data[:at] + b"[" * 200_000
        case _:
            return data[:at] + chance.choice([b"{", b"\xff", b"\0", b'"', b"1e999", b"NaN", b"\\ud800"]) + data[at:]


def variants(original: bytes, chance: random.Random) -> Iterator[bytes]:
    """Mutations without end; of what is no JSON its bytes alone."""
    try:
        value = json.loads(original)
    except ValueError:
        value = None
    while True:
        if value is None or chance.random() < 0.3:
            yield damaged(original, chance)
        else:
            changed = value
            for _ in range(chance.choice([1, 1, 1, 2, 4])):
                changed = mutated(changed, chance)
            yield json.dumps(changed, ensure_ascii=chance.random() < 0.9).encode("utf-8", "surrogatepass")


# ── what is run upon them ──


def ftc(*arguments: str) -> tuple[int, str]:
    """A command's exit code, and all that it says."""
    from ftc.cli import main

    before = sys.stdout, sys.stderr, sys.stdin
    sys.stdout, sys.stderr, sys.stdin = said, _, _ = StringIO(), StringIO(), StringIO("")
    errors = sys.stderr
    try:
        main(list(arguments))
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    finally:
        sys.stdout, sys.stderr, sys.stdin = before
    return code, said.getvalue() + errors.getvalue()


def commands(kind: str) -> list[tuple[str, ...]]:
    local = ("--provider", "local", "--model", "k.model")
    return {
        "manifest": [("trace", "k.jsonl:3"), ("trace", "k.validation.jsonl:1"), ("trace", "p.jsonl:1")],
        "job file": [("train", "k.ft", "--cancel"), ("chat", "k.ft")],
        "answers": [("check", "s.ft"), ("record", "s.ft", "--dry-run")],
        "job": [("chat", *local)],
        "state": [("chat", *local)],
        "tuned": [("chat", *local)],
        "journal": [("trace", "k.jsonl:3")],
    }[kind]


def peak() -> int:
    """The largest size of this process in bytes. What Linux has as `ru_maxrss` is that of the one it came from, too."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\s+(\d+) kB", status.read_text())[1]) << 10  # type: ignore[index]
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def run(kind: str, rounds: int, seed: int) -> None:
    """Mutate the record of a kind so often. What is wrong is raised; the largest size of the process is printed."""
    from ftc.emit.staged import journal_path, temporary_path

    os.environ["FTC_CACHE"] = str(Path("cache").resolve())
    assert ftc("compile", "k.ft")[0] == 0
    Path("k.model").mkdir()
    journal = journal_path(Path("k.manifest.json"))
    moves = [{"aside": temporary_path(Path("k.jsonl"), "tmp").name, "place": "k.jsonl", "inode": 1, "size": 2}]
    originals = {
        "manifest": (Path("k.manifest.json"), Path("k.manifest.json").read_bytes()),
        "job file": (Path("k.job.json"), json.dumps(JOB).encode()),
        "answers": (Path("s.answers.ft"), ANSWERS.encode()),
        "job": (Path("k.model/job.json"), json.dumps(ASKED).encode()),
        "state": (Path("k.model/state.json"), json.dumps(STATE).encode()),
        "tuned": (Path("k.model/ftc.json"), json.dumps(TUNED).encode()),
        "journal": (journal, json.dumps({"journal": 1, "moves": moves}).encode()),
    }
    path, original = originals[kind]
    if kind in ("job", "state"):
        for other in ("job", "state"):
            originals[other][0].write_bytes(originals[other][1])
    chance, told = random.Random(seed), set()
    for number, data in zip(range(rounds), variants(original, chance), strict=False):
        path.write_bytes(data)
        for command in commands(kind):
            code, said = ftc(*command)
            if "mistake in ftc itself" in said or code not in (0, 1, 2, 3):
                raise AssertionError(f"round {number}, {command}: {code}\n{said}\n{data[:3000]!r}")
            assert code == 0 or re.search(r"error\[E\d{3}\]", said), (code, said, data[:3000])
            assert "--index-url" not in said.partition("help:")[2]
            told.add(code)
        trainer(kind)
        if number % 20 == 0:
            # A command keeps what it has read from being looked at for garbage: a process runs but one.
            gc.unfreeze()
            gc.collect()
    assert len(told) > (0 if kind in ("job", "state", "tuned") else 1), told
    sys.stdout.write(f"{peak()}\n")


def trainer(kind: str) -> None:
    """What the commands ask of a job's folder, asked of it alone: to train needs libraries that may not be here."""
    from ftc.providers.local.job_folder import JobFolder
    from ftc.providers.provider import ProviderError

    if kind not in ("job", "state"):
        return
    folder = JobFolder(Path("k.model"))
    for ask in (folder.training, folder.read_state, lambda: list(folder.events())):
        try:
            ask()
        except ProviderError as error:
            assert error.diagnostics[0].code == "E834"


@pytest.mark.parametrize("kind", ["manifest", "job file", "answers", "job", "state", "tuned", "journal"])
def test_mutated_records(kind: str, tmp_path: Path) -> None:
    for name, text in (("k.ft", TEXT), ("s.ft", STYLE), ("s.answers.ft", ANSWERS)):
        (tmp_path / name).write_text(text)
    script = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import test_records as t; "
    script += f"t.run({kind!r}, {ROUNDS}, seed=1)"
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert int(done.stdout.splitlines()[-1]) < MEMORY


# ── the door itself ──


class Anything(Record):
    value: Any = None


def test_a_record_is_bounded_in_size_and_depth(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_text('{"value": 1}')
    assert read_record(path, Anything).value == 1
    with pytest.raises(BadRecord, match="larger than"):
        read_record(path, Anything, limit=4)
    for text in (
        "[" * 200_000,
        '{"value":' * 1000 + "1" + "}" * 1000,
        '{"value": 1, "more": 2}',
        "",
        "NaN",
        '"\\ud800"',
    ):
        with pytest.raises(BadRecord):
            parse_record(text.encode(), Anything)
    with pytest.raises(FileNotFoundError):
        read_record(tmp_path / "none", Anything)


def test_nothing_is_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(BadRecord, match="it is a"):
            read_record(path, Anything)
        with pytest.raises(NotPlain):
            read_plain(path, 10)
    (tmp_path / "round").symlink_to("round")
    with pytest.raises(BadRecord):
        read_record(tmp_path / "round", Anything)
    (tmp_path / "large").write_bytes(b"12345")
    assert read_plain(tmp_path / "large", 5) == b"12345"
    with pytest.raises(TooLarge):
        read_plain(tmp_path / "large", 4)


@pytest.mark.parametrize("data", [b"", b"abc", bytes(1 << 20), os.urandom(1 << 16), bytes(64 << 20)], ids=len)
def test_what_is_packed_unpacks_to_the_same(data: bytes) -> None:
    """Zeros pack a thousand times smaller, and are a table's own right all the same."""
    assert decompress(compress(data)) == data


def test_what_unpacks_to_far_more_is_measured(tmp_path: Path) -> None:
    small = base64.b64decode(BOMB)
    assert SPARE + RATIO * len(small) < 1 << 28
    for broken, why in (
        (small, "unpack"),
        (small[:1000], "unpack|cut off"),
        (b"xx", "broken"),
        (compress(b"a")[:-1], "cut off"),
    ):
        with pytest.raises(BadRecord, match=why):
            decompress(broken)


def test_a_manifest_holds_what_its_digests_say() -> None:
    source = {"name": "k.ft", "xxh3_128": "0" * 32, "text": TEXT}
    whole = {"ftc": "1", "target": "openai", "files": ["k.ft"], "outputs": [], "blocks": [], "sources": [source]}
    with pytest.raises(BadRecord, match="digest"):
        _ = Manifest.model_validate(whole, strict=False).source_bytes
    with pytest.raises(BadRecord, match="does not hold"):
        _ = Manifest.model_validate({**whole, "sources": []}, strict=False).source_bytes


@pytest.mark.parametrize(
    "name", ["k.jsonl", "k.manifest.json", "k.job.json", "s.answers.ft", "dataset_info.json", ".env"]
)
def test_no_command_waits_for_a_pipe(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe in the place of a file that a command reads or writes beside others: each ends by itself."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    for file, text in (("k.ft", TEXT), ("s.ft", STYLE), ("s.answers.ft", ANSWERS)):
        Path(file).write_text(text)
    assert ftc("compile", "k.ft", "--to", "sharegpt")[0] == 0
    Path(name).unlink(missing_ok=True)
    os.mkfifo(name)
    for command in (
        ("compile", "k.ft", "--to", "sharegpt"), ("trace", "k.jsonl:1"), ("train", "k.ft", "--cancel"),
        ("chat", "k.ft"), ("check", "s.ft"), ("chat", "--provider", "openai", "--model", "m"),
    ):  # fmt: skip
        code, said = ftc(*command)
        assert "mistake in ftc itself" not in said
        assert code in (0, 1, 2, 3)


def test_a_job_is_read_from_no_link_or_pipe(tmp_path: Path) -> None:
    from ftc.providers.local.job_folder import JobFolder, State
    from ftc.providers.provider import ProviderError

    folder = JobFolder(tmp_path / "k.model")
    folder.path.mkdir()
    victim = tmp_path / "victim"
    victim.write_text("precious")
    for name in ("events.jsonl", "worker.log"):
        (folder.path / name).symlink_to(victim)
    with pytest.raises(OSError):
        folder.add_event("x")
    # Of the log only the link goes, and a file of its own comes.
    with folder.log() as log:
        log.write(b"y")
    assert victim.read_text() == "precious"
    os.mkfifo(folder.path / "state.json")
    with pytest.raises(ProviderError):
        folder.read_state()
    folder.write_state(State(phase="running"))
    assert folder.read_state() == State(phase="running")


# ── what was seen ──


def source(manifest: dict[str, Any], **values: Any) -> None:
    manifest["sources"][0] = {"name": "k.ft", "xxh3_128": manifest["sources"][0]["xxh3_128"], **values}


def output(manifest: dict[str, Any], **values: Any) -> None:
    manifest["outputs"][0].update(values)


def several(manifest: dict[str, Any]) -> None:
    """Thirty tables of zeros, each of a size that might be, and together of half a gigabyte."""
    zeros = bytes(15 << 20)
    packed = base64.b64encode(zlib.compress(zeros)).decode()
    digest = xxh3_128_hexdigest(zeros)
    manifest["sources"] += [{"name": f"{n}.parquet", "xxh3_128": digest, "zlib_base64": packed} for n in range(30)]


EDITS: "dict[str, Callable[[dict[str, Any]], object]]" = {
    "an unknown target": lambda m: m.update(target="nope"),
    "no files": lambda m: m.update(files=[]),
    "files that it does not hold": lambda m: m.update(files=["../../etc/passwd"]),
    "no sources": lambda m: m.update(sources=[]),
    "no outputs": lambda m: m.update(outputs=[]),
    "a huge first": lambda m: output(m, first=10**30),
    "a negative first": lambda m: output(m, first=-2),
    "another first": lambda m: output(m, first=1),
    "the other split": lambda m: output(m, split="validation"),
    "a split that there is not": lambda m: output(m, split="test"),
    "more lines than there are": lambda m: output(m, lines=10**15),
    "negative lines": lambda m: output(m, lines=-1),
    "broken base64": lambda m: source(m, zlib_base64="%%%"),
    "broken zlib": lambda m: source(m, zlib_base64="AAAA"),
    "too much zlib": lambda m: source(m, zlib_base64=BOMB),
    "many small bombs": several,
    "base64 of other letters": lambda m: source(m, zlib_base64="é"),
    "the standard input": lambda m: (
        m.update(files=["-"]),
        m["sources"].__setitem__(0, {**m["sources"][0], "name": "-"}),
    ),
    "another text": lambda m: source(m, text="fact a\n  user: x\n  assistant: y\n"),
    "another version": lambda m: m.update(manifest=2),
    "a command for a version": lambda m: (
        m.update(ftc="0.1.0 --index-url http://evil/ #"),
        m["sources"].__setitem__(0, {"name": "k.ft", "text": "x", "xxh3_128": xxh3_128_hexdigest(b"x")}),
    ),
    "another order": lambda m: m.update(shuffle=3),
    "text for a number": lambda m: output(m, lines="many"),
    "what is no object": lambda m: m.update(blocks=[[[[]]]]),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_manifest_is_a_code_and_no_trace(edit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("k.ft").write_text(TEXT)
    assert ftc("compile", "k.ft")[0] == 0
    manifest = json.loads(Path("k.manifest.json").read_bytes())
    EDITS[edit](manifest)
    Path("k.manifest.json").write_text(json.dumps(manifest))
    code, said = ftc("trace", "k.jsonl:2")
    assert code in (2, 3), said
    assert re.search(r"error\[E7(05|06|17)\]", said), said
    assert "What follows" not in said
    assert "help: pip" not in said and "index-url" not in said.partition("help:")[2]


@pytest.mark.parametrize("pid", ["abc", -1, 0, 2**70, None, 1.5])
def test_a_state_with_a_strange_pid_is_a_code_or_nobodys(pid: Any, tmp_path: Path) -> None:
    from ftc.providers.local.job_folder import JobFolder
    from ftc.providers.provider import ProviderError

    folder = JobFolder(tmp_path)
    (tmp_path / "state.json").write_text(json.dumps({**STATE, "pid": pid}))
    if isinstance(pid, int | None):
        assert folder.read_state() is not None
    else:
        with pytest.raises(ProviderError):
            folder.read_state()


HEAVY = {
    "k.job.json": ("jobs", "{},", ("train", "k.ft", "--cancel")),
    "k.manifest.json": ("outputs", "{},", ("trace", "k.jsonl:1")),
    "O/part.manifest.json": ("sources", "1,", ("compile", "k.ft", "--shards", "2", "-o", "O")),
}


@pytest.mark.parametrize("name", HEAVY)
def test_mistakes_do_not_add_up(name: str, tmp_path: Path) -> None:
    """A megabyte of empty objects, each of which lacks everything."""
    key, one, command = HEAVY[name]
    (tmp_path / "k.ft").write_text(TEXT)
    (tmp_path / "k.jsonl").write_text("{}\n")
    (tmp_path / "O").mkdir()
    (tmp_path / name).write_text(f'{{"{key}": [{(one * 400_000)[:-1]}]}}')
    script = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import test_records as t; "
    script += f"code, said = t.ftc(*{command!r}); sys.stdout.write(f'{{said}}\\n{{code}} {{t.peak()}}')"
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "error[E" in done.stdout, done.stderr
    code, most = done.stdout.split()[-2:]
    assert int(code) in (1, 2, 3)
    assert int(most) < MEMORY


@pytest.mark.parametrize(
    "place", ["/tmp/elsewhere.model", "../k.model", "sub/k.model", "k", "k.model/../../v.model", "\0.model"]
)
def test_a_job_of_this_machine_lies_beside_its_file(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stranger's job file may name the folder of a job of the user's own, which is then cancelled."""
    monkeypatch.chdir(tmp_path)
    Path("k.ft").write_text(TEXT)
    for tuned in (None, place):
        job = {**JOB["jobs"][0], "job": place, **({"phase": "succeeded", "tuned": tuned} if tuned else {})}  # type: ignore[index]
        Path("k.job.json").write_text(json.dumps({"jobs": [job]}))
        for command in (("train", "k.ft", "--cancel"), ("chat", "k.ft"), ("evaluate", "k.ft")):
            code, said = ftc(*command)
            assert code and "E946" in said, said
    Path("k.model").symlink_to(tmp_path / "elsewhere")
    Path("k.job.json").write_text(json.dumps(JOB))
    assert "E946" in ftc("train", "k.ft", "--cancel")[1]


def test_nothing_of_a_job_is_written_through_a_link(tmp_path: Path) -> None:
    from ftc.loop.jobs import JobFile, JobRecord
    from ftc.providers.local.job_folder import JobFolder, State

    victim = tmp_path / "victim"
    victim.write_text("precious")
    folder = tmp_path / "k.model"
    folder.mkdir()
    (folder / "state.json").symlink_to(victim)
    JobFolder(folder).write_state(State(phase="running"))
    (tmp_path / "n.job.json").symlink_to(tmp_path / "missing")
    JobFile(tmp_path / "n.job.json").save(JobRecord.model_validate(JOB["jobs"][0]))  # type: ignore[index]
    assert victim.read_text() == "precious" and not (tmp_path / "missing").exists()
    os.mkfifo(folder / "events.jsonl")
    with pytest.raises(OSError):
        JobFolder(folder).add_event("x")


def test_a_pair_is_looked_for_among_so_many_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("ftc.emit.accepted.SEARCHED", 1000)
    lets = "".join(f"let {name} in 1..100000\n" for name in "abc")
    Path("k.ft").write_text(f"{lets}dialog d\n  user: {{a}} {{b}} {{c}}\n  assistant: x\n")
    assert ftc("compile", "k.ft", "--limit", "1")[0] == 0
    manifest = json.loads(Path("k.manifest.json").read_bytes())
    manifest.update(target="openai-dpo")
    output(manifest, skipped=10**12)
    Path("k.manifest.json").write_text(json.dumps(manifest))
    code, said = ftc("trace", "k.jsonl:1")
    assert code == 2 and "E705" in said
    assert "E708" in ftc("trace", f"k.jsonl:{'9' * 5000}")[1]
