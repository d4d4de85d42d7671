"""Beyond one process: parts put together are the whole, and whoever is killed costs no line and leaves no file."""

import errno
import gc
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from effort import examples
from ftc.compile import compile
from ftc.diagnostics import FtcError
from ftc.emit.manifest import Manifest
from ftc.emit.parts import parallel, pool
from ftc.emit.parts.folder import folder_at
from ftc.emit.parts.recipe import Recipe
from ftc.emit.parts.shards import ForeignFolder, PartRecord, part_name, write_all, write_part
from ftc.emit.staged import Staged, temporary_path
from ftc.emit.write import write
from ftc.expand.plan.plan import Plan
from ftc.loader import Loader
from ftc.recompile import plan_from_recipe
from ftc.targets import TARGETS
from processes import finish, run, start, wait_for
from strategies import Source, sources
from test_cli_harness import names
from workers import dies, differs

pytest_plugins = ["test_cli_harness"]

posix = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")

MANY = """\
let a in 1..900
let b in 1..300

dialog sums
  user: What is {a} plus {b}?
  assistant: It is {a + b}.
  validation 10% by a
"""


def silent(rows: int) -> None:
    pass


class Kept:
    """A sink that keeps what it gets."""

    def __init__(self) -> None:
        self.data = b""

    def write(self, data: bytes, /) -> None:
        self.data += data


def recipe_of(text: str, **asked: Any) -> Recipe:
    return Recipe(("t.ft",), {"t.ft": text.encode()}, asked.pop("target", "openai"), **asked)


# ── the parts are the whole ───────────────────────────────────────────────────────────────────────


@examples(40, full=2000)
@given(
    source=sources(),
    of=st.integers(1, 12),
    shuffle=st.none() | st.integers(0, 9),
    share=st.sampled_from((None, 10, 50)),
    target=st.sampled_from(("openai", "trl", "openai-dpo")),
)
def test_shards_concatenate_to_the_whole(
    source: Source, of: int, shuffle: int | None, share: int | None, target: str
) -> None:
    text = (source if share is None else source.with_line(f"validation {share}%")).text
    note(text)
    plan = compile(["t.ft"], Loader(files={"t.ft": text.encode()}), target=TARGETS[target], data_checks=False).plan
    if plan is None:
        return
    whole = recipe_of(text, target=target, shuffle=shuffle)
    try:
        expected = {each.split: written(each.conversations, target) for each in whole.stretches(plan)}
    except FtcError:
        return
    shards = dict.fromkeys(expected, b"")
    parts = dict.fromkeys(expected, b"")
    sizes: dict[str, list[int]] = {split: [] for split in expected}
    for at in range(of):
        for each in replace(whole, shard=(at, of)).stretches(plan):
            shards[each.split] += written(each.conversations, target)
            sizes[each.split].append(each.conversations.count)
        for each in whole.stretches(plan):
            parts[each.split] += written(each.cut(at, of).conversations, target)
    assert shards == expected
    assert parts == expected
    assert all(max(each) - min(each) <= 1 for each in sizes.values())


def written(conversations: Any, target: str) -> bytes:
    sink = Kept()
    write(conversations, TARGETS[target], sink)
    return sink.data


# ── a part: pure, idempotent, atomic ──────────────────────────────────────────────────────────────


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def one_after_another(
    recipe: Recipe, place: str, plan: Plan, *, stop: int | None = None
) -> Callable[[list[int]], Iterator[tuple[int, PartRecord | None]]]:
    """An engine in this process, which gives up before the part `stop`."""

    def engine(missing: list[int]) -> Iterator[tuple[int, PartRecord | None]]:
        for part in missing:
            if part == stop:
                raise KeyboardInterrupt
            yield part, write_part(folder_at(place), recipe, plan, part, silent)

    return engine


def write_parts(recipe: Recipe, place: str, *, stop: int | None = None) -> Manifest:
    plan = plan_from_recipe(recipe)
    engine = one_after_another(recipe, place, plan, stop=stop)
    return write_all(folder_at(place), recipe, plan, engine, recipe.sources, recipe.files, silent)


SOME = MANY.replace("900", "90").replace("300", "60")
SMALL = MANY.replace("900", "9").replace("300", "6")


def test_a_part_is_the_same_whoever_writes_it(tmp_path: Path) -> None:
    recipe = recipe_of(SMALL, parts=4)
    for folder, order in ((tmp_path / "a", (0, 1, 2, 3)), (tmp_path / "b", (3, 1, 3, 0, 2, 2))):
        for part in order:
            write_part(folder_at(str(folder)), recipe, plan_from_recipe(recipe), part, silent)
    assert files(tmp_path / "a") == files(tmp_path / "b")
    assert len(files(tmp_path / "a")) == 12  # two splits and a record each


def test_a_part_that_fails_leaves_nothing(place: str) -> None:
    text = "let n in [2, 1, 0]\ndialog a\n  user: {n}\n  assistant: {str(2 / n)}\n"
    recipe = recipe_of(text, parts=3)
    folder = folder_at(place)
    write_part(folder, recipe, plan_from_recipe(recipe), 0, silent)
    before = content(place)
    with pytest.raises(FtcError):
        write_part(folder, recipe, plan_from_recipe(recipe), 2, silent)
    gc.collect()
    assert content(place) == before


def test_a_record_never_stands_beside_what_it_does_not_describe(place: str) -> None:
    folder = folder_at(place)
    first = recipe_of("dialog a\n  user: x\n  assistant: y\n")
    write_part(folder, first, plan_from_recipe(first), 0, silent)
    second = recipe_of("let n in [2, 0]\ndialog a\n  user: {n}\n  assistant: {str(2 / n)}\n")
    with pytest.raises(FtcError):
        write_part(folder, second, plan_from_recipe(second), 0, silent)
    assert set(content(place)) == {"part-00000-of-00001.jsonl"}


# ── start again ───────────────────────────────────────────────────────────────────────────────────


def object_store() -> None:
    """A store like those of the cloud, under the name of one: an object is there when its file is closed."""
    fsspec = pytest.importorskip("fsspec")
    from fsspec.implementations.memory import MemoryFile, MemoryFileSystem
    from fsspec.spec import AbstractBufferedFile

    class Upload(AbstractBufferedFile):  # type: ignore[misc]
        def _initiate_upload(self) -> None:
            self.sent = b""

        def _upload_chunk(self, final: bool = False) -> bool:
            self.sent += self.buffer.getvalue()
            if final:
                self.fs.store[self.path] = MemoryFile(self.fs, self.path, self.sent)
            return True

    class Store(MemoryFileSystem):  # type: ignore[misc]
        protocol = ("r2",)

        def _open(self, path: str, mode: str = "rb", **options: Any) -> Any:
            if "w" in mode:
                return Upload(self, path, mode, **options)
            return super()._open(path, mode, **options)

        def mv(self, *paths: str, **options: Any) -> None:
            raise AssertionError("an object cannot be renamed at no cost")

    fsspec.register_implementation("r2", Store, clobber=True)


@pytest.fixture(params=["folder", "file://", "memory://", "r2://"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A folder of each kind: of this machine, where files are renamed, and where they appear when they are closed."""
    if request.param in ("memory://", "r2://"):
        pytest.importorskip("fsspec")
        object_store()
        return f"{request.param}{tmp_path.as_posix()}"
    return str(tmp_path / "out") if request.param == "folder" else f"file://{tmp_path.as_posix()}/out"


def content(place: str) -> dict[str, bytes]:
    folder = folder_at(place)
    return {name: folder.read(name) for name in sorted(folder.sizes())}


def test_an_interrupted_job_goes_on_where_it_was(place: str) -> None:
    recipe = recipe_of(SMALL, parts=5)
    whole = content_of_a_run(recipe, place + "/other")
    with pytest.raises(KeyboardInterrupt):
        write_parts(recipe, place, stop=3)
    left = content(place)
    assert "part.manifest.json" not in left and "_ftc/part-00002.json" in left
    # What is there is not made again: this engine refuses to.
    plan = plan_from_recipe(recipe)
    asked: list[int] = []

    def engine(missing: list[int]) -> Iterator[tuple[int, PartRecord | None]]:
        asked.extend(missing)
        return one_after_another(recipe, place, plan)(missing)

    write_all(folder_at(place), recipe, plan, engine, recipe.sources, recipe.files, silent)
    assert asked == [3, 4]
    assert content(place) == whole


def content_of_a_run(recipe: Recipe, place: str) -> dict[str, bytes]:
    write_parts(recipe, place)
    return content(place)


def test_a_finished_job_is_left_as_it_is(place: str) -> None:
    recipe = recipe_of(SMALL, parts=3)
    whole = content_of_a_run(recipe, place)
    assert not any(name.startswith("_ftc/") for name in whole)
    write_parts(recipe, place, stop=0)
    assert content(place) == whole


def test_what_is_missing_of_a_finished_job_is_made(place: str) -> None:
    recipe = recipe_of(SMALL, parts=4)
    whole = content_of_a_run(recipe, place)
    folder_at(place).remove("part-00001-of-00004.jsonl")
    with pytest.raises(KeyboardInterrupt):
        write_parts(recipe, place, stop=1)
    left = content(place)
    assert "part.manifest.json" not in left
    assert {f"_ftc/part-0000{part}.json" for part in (0, 2, 3)} <= set(left)
    write_parts(recipe, place)
    assert content(place) == whole


def test_another_job_replaces_all_of_the_first(place: str) -> None:
    other = recipe_of(SMALL, parts=2, shuffle=3)
    expected = content_of_a_run(other, place + "/other")
    write_parts(recipe_of(SMALL, parts=4), place)
    # The record of a part must not outlive it: the first job is not found finished after the second one's beginning.
    with pytest.raises(KeyboardInterrupt):
        write_parts(replace(other, shuffle=4), place, stop=1)
    with pytest.raises(KeyboardInterrupt):
        write_parts(other, place, stop=1)
    write_parts(other, place)
    assert content(place) == expected


def test_what_a_killed_process_left_goes(place: str) -> None:
    recipe = recipe_of(SMALL, parts=3)
    whole = content_of_a_run(recipe, place + "/other")
    with pytest.raises(KeyboardInterrupt):
        write_parts(recipe, place, stop=2)
    folder = folder_at(place)
    for name in ("_ftc/part-00002-of-00003.jsonl.there.17.tmp", "_ftc/part-00002.json"):
        with folder.open(name) as file:
            file.write(b"half a li")
    write_parts(recipe, place)
    assert content(place) == whole


def test_a_folder_of_others_is_left_alone(place: str) -> None:
    with folder_at(place).open("part-00000-of-00002.jsonl") as file:
        file.write(b"{}\n")
    folder_at(place).tidy()
    before = content(place)
    with pytest.raises(ForeignFolder):
        write_parts(recipe_of(SMALL, parts=2), place)
    assert content(place) == before


def test_files_of_another_name_are_left_alone(place: str) -> None:
    with folder_at(place).open("notes.txt") as file:
        file.write(b"mine")
    write_parts(recipe_of(SMALL, parts=2), place)
    assert content(place)["notes.txt"] == b"mine"


# ── processes ─────────────────────────────────────────────────────────────────────────────────────


def outputs(stem: str) -> dict[str, bytes]:
    """The files of an output, whatever its name."""
    found = {path.name.removeprefix(stem): path.read_bytes() for path in Path().glob(f"{stem}.*")}
    return {name: data.replace(stem.encode() + b".", b"x.") for name, data in found.items()}


@pytest.fixture
def many(here: Path) -> Path:
    Path("many.ft").write_text(MANY)
    Path("some.ft").write_text(SOME)
    return here


@pytest.mark.parametrize(
    "options", [(), ("--limit", "1234"), ("--shuffle", "7", "--limit", "5000"), ("--shard", "2/3")], ids=str
)
def test_several_processes_write_the_same_bytes(many: Path, ftc: Callable[..., Any], options: tuple[str, ...]) -> None:
    assert ftc("compile", "some.ft", "--no-data-checks", *options, "-o", "one.jsonl").code == 0
    assert ftc("compile", "some.ft", "--no-data-checks", *options, "-o", "two.jsonl", "--jobs", 2).code == 0
    assert outputs("one") == outputs("two")
    assert len(outputs("one")) == 3
    assert not [name for name in names() if name.startswith(".")]


def test_pairs_are_counted_as_they_are_written(here: Path, ftc: Callable[..., Any]) -> None:
    pairs = "dialog a{at}\n  user: {at}\n  assistant: y\n{rejected}\n"
    text = "".join(pairs.format(at=at, rejected="  rejected: n\n" if at % 3 else "") for at in range(40))
    Path("p.ft").write_text(text)
    for options in ((), ("--limit", "11")):
        for name, more in (("one", ()), ("two", ("--jobs", 3))):
            assert ftc("compile", "p.ft", "--to", "openai-dpo", "-o", f"{name}.jsonl", *options, *more).code == 0
        assert outputs("one") == outputs("two")


def test_several_processes_write_into_a_stream(many: Path) -> None:
    Path("some.ft").write_text(SOME.replace("  validation 10% by a\n", ""))
    plain = run("compile", "some.ft", "--no-data-checks", "-o", "-")
    made = run("compile", "some.ft", "--no-data-checks", "-o", "-", "--jobs", "2")
    assert made.returncode == 0, made.stderr
    assert made.stdout == plain.stdout
    assert made.stdout.count("\n") == 5400


def test_a_source_above_the_working_folder(
    here: Path, ftc: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "pyproject.toml").write_text("")
    (here / "c.csv").write_text("n\n" + "".join(f"{n}\n" for n in range(50)))
    (here / "sub").mkdir()
    (here / "sub" / "t.ft").write_text('table c from "../c.csv"\ndialog a\n  user: {c.n}\n  assistant: {c.n}\n')
    monkeypatch.chdir(here / "sub")
    assert ftc("compile", "t.ft", "-o", "one.jsonl").code == 0
    assert ftc("compile", "t.ft", "-o", "two.jsonl", "--jobs", 2).code == 0
    assert outputs("one") == outputs("two")


def test_a_failure_is_told_as_by_one_process(here: Path, ftc: Callable[..., Any]) -> None:
    Path("f.ft").write_text("let n in 1..99\ndialog a\n  user: {n}\n  assistant: {str(2 / (50 - n))}\n")
    before = names()
    plain = ftc("compile", "f.ft", "--no-data-checks")
    made = ftc("compile", "f.ft", "--no-data-checks", "--jobs", 3)
    parted = ftc("compile", "f.ft", "--no-data-checks", "--jobs", 3, "--shards", 7, "-o", "out")
    assert plain.code == made.code == parted.code == 1
    assert "E404" in plain.err
    assert plain.err == made.err == parted.err
    assert names() == before | {"out"}


def test_a_disk_that_refuses_is_told_of(many: Path, ftc: Callable[..., Any]) -> None:
    before = names()
    result = ftc("compile", "many.ft", "--no-data-checks", "--jobs", 2, "-o", "no/such/many.jsonl")
    assert result.code == 3 and "E702" in result.err and "no/such/many.jsonl" in result.err
    Path("out").write_text("")
    result = ftc("compile", "many.ft", "--no-data-checks", "--shards", 2, "-o", "out")
    assert result.code == 3 and "E702" in result.err
    assert names() == before | {"out"}
    result = ftc("compile", "many.ft", "--no-data-checks", "--shards", 2, "--jobs", 2, "-o", "out/in")
    assert result.code == 3 and "E702" in result.err and "_ftc" not in result.err
    assert names() == before | {"out"}


@posix
def test_processes_that_always_die_are_given_up(tmp_path: Path) -> None:
    recipe = recipe_of(SMALL, parts=4)
    with pytest.raises(pool.WorkerDied, match="SIGKILL"):
        list(pool.run([0, 1, 2, 3], recipe, dies, str(tmp_path), jobs=1, progress=silent))
    with pytest.raises(RuntimeError, match="no plan here"):
        list(pool.run([0, 1, 2, 3], recipe, differs, str(tmp_path), jobs=1, progress=silent))


REFUSALS = [
    ("multiprocessing.context.SpawnProcess.start", BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")),
    ("multiprocessing.context.SpawnContext.Pipe", OSError(errno.EMFILE, "Too many open files")),
    ("multiprocessing.resource_tracker.ensure_running", PermissionError(errno.EPERM, "Operation not permitted")),
    ("multiprocessing.context.SpawnContext.Pipe", ImportError("no module named '_multiprocessing'")),
]


@pytest.mark.parametrize(("what", "error"), REFUSALS, ids=["processes", "files", "sandbox", "none at all"])
def test_it_is_told_where_no_process_can_be_started(
    what: str, error: Exception, many: Path, ftc: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise error

    before = names()
    monkeypatch.setattr(what, refuse)
    said = f"No process could be started: {(getattr(error, 'strerror', None) or str(error)).lower()}."
    result = ftc("compile", "many.ft", "--no-data-checks", "--jobs", 2)
    assert result.code == 3 and "error[E737]" in result.err and said in result.err
    assert "help: Write with this process alone: --jobs 1" in result.err
    assert names() == before
    result = ftc("compile", "many.ft", "--no-data-checks", "--shards", 3, "-o", "out")
    assert result.code == 3 and "error[E737]" in result.err and "--shard 1/3 -o part1.jsonl" in result.err
    for way in (("--jobs", 1), ("--shard", "1/3", "-o", "part1.jsonl")):
        assert ftc("compile", "many.ft", "--no-data-checks", *way).code == 0


def test_the_processes_that_start_do_all_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start, started = SpawnProcess.start, []

    def once(process: SpawnProcess) -> None:
        if started:
            raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
        started.append(process)
        start(process)

    monkeypatch.setattr(SpawnProcess, "start", once)
    recipe = recipe_of(SMALL, parts=6)
    told = list(pool.run(list(range(6)), recipe, plan_from_recipe, str(tmp_path), jobs=3, progress=silent))
    assert [at for at, record in told if record] == list(range(6)) and len(started) == 1


def test_no_more_is_written_than_is_asked_for(tmp_path: Path) -> None:
    recipe = recipe_of(SMALL, parts=12)
    rows: list[int] = []
    told = pool.run(list(range(12)), recipe, plan_from_recipe, str(tmp_path), jobs=2, progress=rows.append, ahead=3)
    for at in range(12):
        part, record = next(told)
        assert part == at and record is not None and record.part == at
        # What is waiting may grow while nobody asks, but never past this.
        time.sleep(0.02)
        assert all(int(path.name[5:10]) <= at + 3 for path in tmp_path.glob("part-*"))
    assert next(told, None) is None
    assert sum(rows) == 54


def test_the_number_of_parts() -> None:
    assert parallel.part_count(0, 4) == 1
    assert parallel.part_count(3, 4) == 3
    assert parallel.part_count(1000, 4) == 16
    assert parallel.part_count(10**9, 4) == 4000


# ── who is killed ─────────────────────────────────────────────────────────────────────────────────


def at_work(pattern: str) -> list[int]:
    """The processes that are writing a part now: a file aside is named after its own."""
    return [int(path.name.split(".")[-2]) for path in Path().glob(pattern)]


def gone(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False


def lines_of(pattern: str) -> list[bytes]:
    return sorted(line for path in Path().glob(pattern) for line in path.read_bytes().splitlines())


@posix
def test_a_killed_worker_costs_no_line(many: Path, ftc: Callable[..., Any]) -> None:
    ftc("compile", "many.ft", "--no-data-checks", "-o", "one.jsonl")
    driver = start("compile", "many.ft", "--no-data-checks", "-o", "two.jsonl", "--jobs", "2")
    first, *_ = wait_for(lambda: at_work(".ftc-*.parts/_ftc/*.tmp"))
    os.kill(first, signal.SIGKILL)
    second, *_ = wait_for(lambda: set(at_work(".ftc-*.parts/_ftc/*.tmp")) - {first})
    os.kill(second, signal.SIGKILL)
    _, err = finish(driver)
    assert driver.returncode == 0, err
    assert outputs("one") == outputs("two")
    assert not [name for name in names() if name.startswith(".")]


@posix
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupt_ends_all_processes_and_leaves_nothing(many: Path, number: int, code: int) -> None:
    Path("many.ft").write_text(MANY.replace("900", "90000"))
    before = names()
    driver = start("compile", "many.ft", "--no-data-checks", "--jobs", "2")
    workers = wait_for(lambda: at_work(".ftc-*.parts/_ftc/*.tmp"))
    driver.send_signal(number)
    out, err = finish(driver)
    assert driver.returncode == code
    assert "Traceback" not in err and not out
    assert names() == before
    assert all(gone(worker) for worker in workers)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="asks Linux for the children of a process")
@pytest.mark.parametrize("when", [0.0, 0.07, 0.14, "working"])
def test_ctrl_c_at_a_terminal_reaches_all_and_is_answered_once(many: Path, when: float | str) -> None:
    Path("many.ft").write_text(MANY.replace("900", "90000"))
    before = names()
    driver = start("compile", "many.ft", "--no-data-checks", "--jobs", "2", start_new_session=True)
    if when == "working":
        wait_for(lambda: at_work(".ftc-*.parts/_ftc/*.tmp"))
    else:
        # One child only tidies up after the others.
        wait_for(lambda: len(Path(f"/proc/{driver.pid}/task/{driver.pid}/children").read_text().split()) > 1)
        time.sleep(float(when))
    os.killpg(driver.pid, signal.SIGINT)
    _, err = finish(driver)
    assert driver.returncode == 130
    assert err == "\nftc: interrupted; no file was changed\n"
    assert names() == before


@posix
def test_a_killed_driver_costs_no_line(many: Path, ftc: Callable[..., Any]) -> None:
    ftc("compile", "many.ft", "--no-data-checks", "-o", "one.jsonl")
    command = ("compile", "many.ft", "--no-data-checks", "-o", "out", "--shards", "12", "--jobs", "2")
    driver = start(*command)
    wait_for(lambda: len(list(Path("out/_ftc").glob("part-*.json"))) >= 2)
    workers = wait_for(lambda: at_work("out/_ftc/*.tmp"))
    os.kill(workers[0], signal.SIGKILL)
    wait_for(lambda: len(list(Path("out/_ftc").glob("part-*.json"))) >= 4)
    workers = wait_for(lambda: at_work("out/_ftc/*.tmp"))
    driver.kill()
    driver.communicate()
    # Nobody asks any more, so they end.
    wait_for(lambda: all(gone(worker) for worker in workers))
    finished = {path: path.stat().st_mtime_ns for path in Path("out").glob("part-*.jsonl") if record_of(path).exists()}
    assert 4 <= len(finished) < 24
    driver = start(*command)
    _, err = finish(driver)
    assert driver.returncode == 0, err
    assert {path: path.stat().st_mtime_ns for path in finished} == finished
    assert lines_of("out/part-*-of-00012.jsonl") == lines_of("one.jsonl")
    assert lines_of("out/part-*.validation.jsonl") == lines_of("one.validation.jsonl")
    expected = {part_name(part, 12, split, ".jsonl") for part in range(12) for split in ("training", "validation")}
    assert set(files(Path("out"))) == expected | {"part.manifest.json"}


def record_of(part: Path) -> Path:
    return part.parent / "_ftc" / f"{part.name[:10]}.json"


@posix
def test_what_a_killed_driver_left_is_swept(many: Path, ftc: Callable[..., Any]) -> None:
    driver = start("compile", "many.ft", "--no-data-checks", "--jobs", "2")
    workers = wait_for(lambda: at_work(".ftc-*.parts/_ftc/*.tmp"))
    driver.kill()
    driver.communicate()
    wait_for(lambda: all(gone(worker) for worker in workers))
    assert [name for name in names() if name.startswith(".")]
    alive = left_by(os.getppid(), Path("many.jsonl"))
    alive.write_text("of one that lives")
    assert ftc("compile", "many.ft", "--no-data-checks", "--limit", 5).code == 0
    assert [name for name in names() if name.startswith(".")] == [alive.name]


def left_by(process: int, place: Path, kind: str = "tmp") -> Path:
    """What a process keeps beside a place."""
    return place.with_name(temporary_path(place, kind).name.replace(f"-{os.getpid()}.", f"-{process}."))


def test_an_output_is_swept_of_its_own_leftovers_only(tmp_path: Path) -> None:
    dead = 999_999_999
    ours = left_by(dead, tmp_path / "a")
    others = [left_by(dead, tmp_path / "b"), ours.with_suffix(".txt"), ours.with_name(ours.name[1:])]
    kept = [*others, ours.with_name(ours.name.replace(str(dead), "x")), tmp_path / ".ftc-tmp"]
    for path in (*kept, ours):
        path.write_text("")
    left_by(dead, tmp_path / "a", "parts").mkdir()
    with Staged() as staged:
        staged.open(tmp_path / "a").write(b"x")
    assert sorted(tmp_path.iterdir()) == sorted([*kept, tmp_path / "a"])


# ── the command line ──────────────────────────────────────────────────────────────────────────────


def test_a_shard_has_a_name_and_a_manifest_of_its_own(here: Path, ftc: Callable[..., Any]) -> None:
    assert ftc("compile", "held.ft").code == 0
    for at in (1, 2, 3):
        assert ftc("compile", "held.ft", "--shard", f"{at}/3").code == 0
    for kind in ("", ".validation"):
        parts = [Path(f"held-{at:05}-of-00003{kind}.jsonl").read_bytes() for at in (1, 2, 3)]
        assert b"".join(parts) == Path(f"held{kind}.jsonl").read_bytes()
    manifest = Manifest.model_validate_json(Path("held-00002-of-00003.manifest.json").read_bytes())
    assert manifest.shard == "2/3"
    assert manifest.outputs[0].first == manifest.outputs[0].lines == 6


@pytest.mark.parametrize("shuffle", [(), ("--shuffle", "5")], ids=["in order", "shuffled"])
def test_a_line_of_a_part_is_traced(here: Path, ftc: Callable[..., Any], shuffle: tuple[str, ...]) -> None:
    ftc("compile", "held.ft", *shuffle)
    ftc("compile", "held.ft", *shuffle, "--shard", "3/3")
    ftc("compile", "held.ft", *shuffle, "--shards", "3", "-o", "out")
    whole = Path("held.jsonl").read_text().splitlines()
    number = len(whole) - 1

    def told(place: str) -> str:
        result = ftc("trace", place)
        assert result.code == 0 and not result.err
        return str(result.out.partition("──\n")[2] or result.out.partition("\n")[2])

    for name in ("held-00003-of-00003.jsonl", "out/part-00002-of-00003.jsonl"):
        lines = Path(name).read_text().splitlines()
        assert whole[number - 1] == lines[-2]
        assert told(f"{name}:{len(lines) - 1}") == told(f"held.jsonl:{number}")
    held_out = next(path for path in sorted(Path("out").glob("*.validation.jsonl")) if path.stat().st_size)
    assert told(f"{held_out}:1") == told("held.validation.jsonl:1")


def test_a_table_of_parts(here: Path, ftc: Callable[..., Any]) -> None:
    pytest.importorskip("pyarrow")
    assert ftc("compile", "k.ft", "--shards", "2", "-o", "k.parquet").code == 0
    found = {path.name for path in Path("k.parquet").iterdir()}
    assert found == {"part-00000-of-00002.parquet", "part-00001-of-00002.parquet", "part.manifest.json"}


@pytest.mark.parametrize(
    ("code", "options"),
    [
        ("E721", ("--shard", "1/2", "--limit", "3")),
        ("E721", ("--shards", "2", "-o", "out", "--limit", "3")),
        ("E721", ("--shards", "2", "-o", "out", "--shard", "1/2")),
        ("E721", ("--shards", "2", "-o", "-")),
        ("E721", ("--shards", "2", "-o", "out", "--watch")),
        ("E721", ("--engine", "ray", "-o", "out", "--watch")),
        ("E721", ("-o", "s3://bucket/k.jsonl")),
        ("E722", ("--engine", "ray", "-o", "out")),
        ("E723", ("--shard", "0/2")),
        ("E723", ("--shard", "3/2")),
        ("E723", ("--shard", "1")),
        ("E723", ("--shard", "1/2/3")),
        ("E725", ("--shards", "2", "-o", "others")),
        ("E726", ("--shards", "2")),
        ("E726", ("--engine", "ray")),
    ],
    ids=str,
)
def test_what_cannot_be_done_is_said(
    here: Path, ftc: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, code: str, options: tuple[str, ...]
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    Path("others").mkdir()
    Path("others/part-00000-of-00009.jsonl").write_text("{}\n")
    before = files(here)
    result = ftc("compile", "k.ft", *options)
    assert result.code == 2 and f"error[{code}]" in result.err and not result.out
    assert files(here) == before


def test_a_part_never_replaces_a_source(here: Path, ftc: Callable[..., Any]) -> None:
    Path("out").mkdir()
    Path("out/part-00001-of-00002.jsonl").write_text('{"n": "1"}\n')
    Path("t.ft").write_text('table c from "out/part-00001-of-00002.jsonl"\nfact a\n  user: {c.n}\n  assistant: x\n')
    assert "E712" in ftc("compile", "t.ft", "--shards", "2", "-o", "out").err
