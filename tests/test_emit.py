"""Writing: files that appear whole or not at all, digests, and the manifest by which a line is found again."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from xxhash import xxh3_128_hexdigest

from ftc.compile import compile
from ftc.diagnostics import Diagnostic, FtcError
from ftc.emit import dataset_info
from ftc.emit.accepted import accepted
from ftc.emit.manifest import Manifest, OutputEntry, Split, build_manifest, manifest_path
from ftc.emit.sample import spread
from ftc.emit.staged import Staged
from ftc.emit.trace import TracedLine, locate
from ftc.emit.write import WriteResult, write
from ftc.expand.plan.plan import Conversations
from ftc.loader import Loader
from ftc.source import SourceFile, Span
from ftc.targets import TARGETS


class Kept:
    """A sink that keeps what it gets."""

    def __init__(self) -> None:
        self.data = b""

    def write(self, data: bytes, /) -> None:
        self.data += data


def planned(text: str, name: str = "openai") -> Conversations:
    loader = Loader(files={"t.ft": text.encode()})
    plan = compile(["t.ft"], loader, target=TARGETS[name], data_checks=False).plan
    assert plan is not None
    return plan.training


def written(text: str, name: str = "openai", **options: Any) -> tuple[WriteResult, bytes]:
    sink = Kept()
    return write(planned(text, name), TARGETS[name], sink, **options), sink.data


def fact(user: str, *, rejected: bool = False) -> str:
    return f"fact {user}\n  user: {user}\n  assistant: yes\n" + "  rejected: no\n" * rejected


def test_lines_and_digest() -> None:
    result, data = written(fact("a") + fact("ы"))
    assert [json.loads(line)["messages"][0]["content"] for line in data.decode().splitlines()] == ["a", "ы"]
    assert result == WriteResult(2, 0, len(data), xxh3_128_hexdigest(data))


def test_the_digest_spans_chunks_and_progress_adds_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ftc.emit.write.CHUNK", 100)
    told: list[int] = []
    result, data = written("".join(fact(f"a{i}") for i in range(50)), progress=told.append)
    assert result.xxh3_128 == xxh3_128_hexdigest(data)
    assert len(told) > 10 and sum(told) == 50


def test_a_limit_counts_lines_and_not_conversations() -> None:
    text = fact("a") + fact("b", rejected=True) + fact("c") + fact("d", rejected=True)
    result, data = written(text, "openai-dpo", limit=1)
    assert (result.lines, result.skipped, data.count(b"\n")) == (1, 1, 1)
    result, data = written(text, "openai-dpo")
    assert (result.lines, result.skipped) == (2, 2)
    pairs = accepted(planned(text, "openai-dpo"), TARGETS["openai-dpo"])
    assert [each.messages[0].content for each in pairs] == ["b", "d"]


def test_a_limit_on_a_large_product_stops_there() -> None:
    text = "let n in 1..1000000000000\nfact a\n  user: {n}\n  assistant: yes\n"
    result, data = written(text, limit=12345)
    assert (result.lines, data.count(b"\n")) == (12345, 12345)


def test_what_a_target_cannot_express_is_never_written_without_it() -> None:
    with pytest.raises(FtcError) as caught:
        written("dialog a\n  user: a\n  assistant untrained: b\n  user: c\n  assistant: d\n", "gemini")
    assert [found.code for found in caught.value.diagnostics] == ["E602"]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_files_appear_at_the_end_and_replace_what_was_there(tmp_path: Path) -> None:
    first, second = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    first.write_text("old")
    with Staged() as staged:
        staged.open(first).write(b"new")
        staged.open(second).write(b"too")
        assert first.read_text() == "old" and not second.exists()
    assert (first.read_text(), second.read_text()) == ("new", "too")
    assert names(tmp_path) == ["a.jsonl", "b.jsonl"]


def test_an_interrupt_while_a_file_is_opened_leaves_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open

    def interrupted(path: Path, *arguments: Any) -> None:
        opened(path, *arguments).close()
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "open", interrupted)
    with pytest.raises(KeyboardInterrupt), Staged() as staged:
        staged.open(tmp_path / "a")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_after_an_error_or_an_interrupt_nothing_is_changed(tmp_path: Path, error: type[BaseException]) -> None:
    (tmp_path / "a.jsonl").write_text("old")
    with pytest.raises(error), Staged() as staged:
        staged.open(tmp_path / "a.jsonl").write(b"new")
        staged.open(tmp_path / "b.jsonl").write(b"new")
        raise error
    assert names(tmp_path) == ["a.jsonl"]
    assert (tmp_path / "a.jsonl").read_text() == "old"


def test_if_one_output_cannot_be_opened_no_other_appears(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(IsADirectoryError), Staged() as staged:
        staged.open(tmp_path / "a.jsonl")
        staged.open(tmp_path / "folder")
    assert names(tmp_path) == ["folder"]


def test_a_link_goes_on_pointing(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "link.jsonl").symlink_to(tmp_path / "there" / "real.jsonl")
    with Staged() as staged:
        staged.open(tmp_path / "link.jsonl").write(b"x")
    assert (tmp_path / "link.jsonl").is_symlink()
    assert (tmp_path / "there" / "real.jsonl").read_bytes() == b"x"


def test_new_files_have_the_usual_permissions(tmp_path: Path) -> None:
    with Staged() as staged:
        staged.open(tmp_path / "a")
    (tmp_path / "b").touch()
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode


def manifest(outputs: dict[Path, tuple[Split, WriteResult]], read: dict[str, bytes], files: list[str]) -> Manifest:
    block = SimpleNamespace(
        name="a", kind="fact", span=Span(SourceFile(files[0], "fact a"), 0, 4), formula="10¹⁵",
        training=SimpleNamespace(count=10**15), validation=SimpleNamespace(count=0),
    )  # fmt: skip
    plan = cast(Any, SimpleNamespace(blocks=(block,)))
    described = [OutputEntry.of(path, *each) for path, each in outputs.items()]
    return build_manifest(plan, described, target="openai", limit=None, files=files, read=read)


def test_a_manifest_survives_its_file() -> None:
    read = {"a.ft": "\ufefffact ы\r\n".encode(), "b.parquet": b"\xff\0\x80"}
    result = manifest({Path("x/out.jsonl"): ("training", WriteResult(1, 0, 5, "ab"))}, read, ["a.ft"])
    again = Manifest.model_validate_json(result.json_bytes())
    assert again == result and again.json_bytes() == result.json_bytes()
    assert {source.name: source.data() for source in again.sources} == read
    assert again.blocks[0].training == 10**15
    assert again.outputs == (
        OutputEntry(file="out.jsonl", split="training", lines=1, skipped=0, bytes=5, xxh3_128="ab"),
    )  # fmt: skip


def test_no_absolute_path_is_in_a_manifest(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    read = {"/work/p/a.ft": b"", "/work/p/data/c.csv": b"", "<stdin>": b""}
    result = manifest({}, read, ["/work/p/a.ft", "<stdin>"])
    assert [source.name for source in result.sources] == ["a.ft", "data/c.csv", "<stdin>"]
    assert (result.files, result.blocks[0].source) == (("a.ft", "<stdin>"), "a.ft:1")
    assert b"/work" not in result.json_bytes() and str(tmp_path).encode() not in result.json_bytes()


def output(folder: Path, lines: int) -> Path:
    """An output of some lines, with its manifest."""
    path = folder / "k.jsonl"
    path.write_bytes(b"".join(b"%d\n" % at for at in range(1, lines + 1)))
    digest = xxh3_128_hexdigest(path.read_bytes())
    build_manifest = manifest({path: ("training", WriteResult(lines, 0, 1, digest))}, {"a.ft": b""}, ["a.ft"])
    manifest_path(path).write_bytes(build_manifest.json_bytes())
    return path


def found(path: Path, number: int) -> TracedLine:
    result = locate(path, number)
    assert isinstance(result, TracedLine)
    return result


def test_a_line_is_located(tmp_path: Path) -> None:
    path = output(tmp_path, 3)
    assert (found(path, 3).line, found(path, 3).unchanged) == (b"3", True)
    path.write_bytes(b"1\n9\n3\n")
    assert not found(path, 2).unchanged


def test_a_line_that_cannot_be_located_is_said_so(tmp_path: Path) -> None:
    path = output(tmp_path, 3)

    def code(place: Path, number: int) -> str:
        result = locate(place, number)
        assert isinstance(result, Diagnostic)
        return result.code

    assert code(path, 4) == "E707"
    path.rename(tmp_path / "k.validation.jsonl")
    # The validation lines stand in the same manifest, which has none here.
    assert code(tmp_path / "k.validation.jsonl", 1) == "E706"
    manifest_path(path).write_text('{"manifest": 2}')
    assert code(tmp_path / "k.validation.jsonl", 1) == "E705"
    manifest_path(path).unlink()
    assert code(tmp_path / "k.validation.jsonl", 1) == "E704"


def test_the_folder_of_llama_factory_keeps_its_other_data_sets() -> None:
    old = b'{"other": {"file_name": "o.json"}, "k": {"file_name": "old"}}'
    new = dataset_info.merged(old, [Path("d/k.jsonl"), Path("d/k.validation.jsonl")], TARGETS["sharegpt"])
    assert new is not None
    known = json.loads(new)
    assert list(known) == ["other", "k", "k.validation"]
    assert (known["k"]["file_name"], known["k"]["formatting"]) == ("k.jsonl", "sharegpt")
    assert dataset_info.merged(b"[]", [], TARGETS["sharegpt"]) is None
    assert dataset_info.merged(b"{", [], TARGETS["sharegpt"]) is None


@pytest.mark.parametrize(
    ("count", "wanted", "expected"),
    [(0, 3, []), (2, 3, [0, 1]), (10, 3, [0, 4, 9]), (10, 1, [0]), (10**20 + 1, 3, [0, 5 * 10**19, 10**20])],
)
def test_spread(count: int, wanted: int, expected: list[int]) -> None:
    assert list(spread(count, wanted)) == expected
