"""What `ftc plan` says of a job on this machine: the tokens that its worker counts, and whether the model can be spoken
to, both before any weights are read."""

import importlib.util
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ftc.providers.local import hub, worker
from ftc.providers.local.job_folder import JobFolder
from ftc.providers.local.load import load
from ftc.providers.local.training import _trainer, hyperparameters
from ftc.providers.provider import Method, ProviderError, Training
from local_model import CHATML, FORGETFUL, needs_local, small_model

pytestmark = needs_local
pytest_plugins = ["test_cli_harness"]

Run = Callable[..., Any]

FACTS = """\
let animal:
  | pig
  | zebra
dialog sounds
  system: Be brief.
  user: What does a {animal} say?
  assistant untrained: Let me think.
  user: {Well|And}? 🐷
  assistant: {"oink" if animal == "pig" else "bark"}
  user: Thanks!
  assistant: You are {|very }welcome.

dialog nothing
  user: And?
  assistant untrained: Nothing.
"""
PAIRS = """\
let animal:
  | pig
  | zebra
dialog sounds
  system: Be brief.
  user: What does a {animal} say?
  assistant: Oink.
  rejected: I do not know what a {animal} says.

dialog other
  user: And?
  assistant: Nothing.
"""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_model(tmp_path_factory.mktemp("base") / "base")


@pytest.fixture
def own_cache(here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FTC_CACHE", str(here / "cache"))
    return here


def no_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*_: object, **__: object) -> None:
        raise AssertionError("weights are read for nothing")

    monkeypatch.setattr("transformers.AutoModelForCausalLM.from_pretrained", read)


def planned(ftc: Run, *arguments: str) -> dict[str, Any]:
    told = ftc("plan", *arguments, "--format", "json")
    assert told.code == 0, told.err
    # A trainer of this process may have written before.
    plan: dict[str, Any] = json.loads(told.out[told.out.index("{\n") :])
    return plan


def job(plan: dict[str, Any], place: Path) -> Training:
    return Training(plan["model"], plan["method"], plan["settings"], plan["files"][0]["file"], None, "d", "", place)


@pytest.mark.parametrize("template", [CHATML, FORGETFUL], ids=["one text", "a text a turn"])
@pytest.mark.parametrize(("text", "method"), [(FACTS, "supervised"), (PAIRS, "dpo")], ids=["facts", "pairs"])
def test_the_plan_counts_what_the_worker_counts(
    ftc: Run, own_cache: Path, base: Path, text: str, method: Method, template: str
) -> None:
    shutil.copytree(base, "model")
    Path("model/chat_template.jinja").write_text(template)
    Path("a.ft").write_text(f'{text}\ntrain\n  method = "{method}"\n')
    asked = ("a.ft", "--model", "./model", "--set", "epochs=2")
    plan = planned(ftc, *asked)
    assert plan["tokens_by"] == "the model"
    assert "at least" not in ftc("plan", *asked).out.partition("price")[0]
    assert ftc("compile", "a.ft", "-o", "a.jsonl", "--to", "openai-dpo" if method == "dpo" else "openai").code == 0
    folder = JobFolder(Path("a.model"))
    folder.path.mkdir()
    folder.write(job(plan, Path("a")))
    assert worker.main("a.model") == 0
    state = folder.read_state()
    assert state is not None
    assert (state.phase, state.trained_tokens) == ("succeeded", plan["trained_tokens"])
    # A model that was trained here is trained on alike.
    again = planned(ftc, "a.ft", "--model", "./a.model", "--set", "epochs=2")
    assert (again["tokens"], again["longest_tokens"]) == (plan["tokens"], plan["longest_tokens"])


def test_pairs_have_the_tokens_that_the_library_makes_of_them(ftc: Run, own_cache: Path, base: Path) -> None:
    Path("a.ft").write_text(f'{PAIRS}\ntrain\n  method = "dpo"\n')
    plan = planned(ftc, "a.ft", "--model", str(base))
    assert ftc("compile", "a.ft", "-o", "a.jsonl", "--to", "openai-dpo").code == 0
    Path("a.model").mkdir()
    training = job(plan, Path("a"))
    prepared = _trainer(JobFolder(Path("a.model")), training, hyperparameters(training), load(str(base)))
    rows = prepared.trainer.train_dataset
    lengths = [len(row["prompt_ids"]) + len(row[answer]) for row in rows for answer in ("chosen_ids", "rejected_ids")]
    assert (sum(lengths), max(lengths)) == (prepared.tokens, plan["longest_tokens"])
    assert prepared.tokens == plan["tokens"]


def test_a_plan_reads_no_weights_and_asks_no_network(
    ftc: Run, own_cache: Path, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_weights(monkeypatch)
    Path("a.ft").write_text(FACTS)
    monkeypatch.setattr("socket.socket.connect", None)
    assert planned(ftc, "a.ft", "--model", str(base))["tokens_by"] == "the model"
    assert "at least " in ftc("plan", "a.ft").out
    assert "not on this machine" in ftc("plan", "a.ft", "--model", "somebody/something").out


def test_without_the_libraries_a_plan_says_that_it_does_not_count_all(
    ftc: Run, own_cache: Path, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("quicktok")
    Path("a.ft").write_text(FACTS)
    there = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "torch" else there(name))
    told = ftc("plan", "a.ft", "--model", str(base))
    assert told.code == 0
    assert "at least " in told.out and "ftc[local]" in told.out


def test_what_the_worker_would_refuse_the_plan_refuses(ftc: Run, own_cache: Path, base: Path) -> None:
    Path("a.ft").write_text(f"dialog d\n  user: {'Why? ' * 200}\n  assistant: Oink.\n")
    for command in ("plan", "train"):
        told = ftc(command, "a.ft", "--model", str(base))
        assert told.code and "E833" in told.err and "a.jsonl" in told.err
    assert not Path("a.model").exists()


STYLE = 'style pig\n  answers from "a.answers.ft"\n  user: Why?\n  assistant: Oink. {answer}\n'


@pytest.mark.parametrize(
    "command",
    [
        ("plan", "a.ft"),
        ("train", "a.ft"),
        ("chat",),
        ("chat", "a.ft"),
        ("evaluate", "a.ft", "--split", "all"),
        ("record", "s.ft"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("place", ["folder", "hub", "tuned"])
def test_a_model_that_nobody_can_speak_to_is_refused_at_once(
    ftc: Run, own_cache: Path, base: Path, command: tuple[str, ...], place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before weights are read, a question is typed or a job begins, wherever the model lies."""
    no_weights(monkeypatch)
    Path("a.ft").write_text(FACTS)
    Path("s.ft").write_text(STYLE)
    shutil.copytree(base, "mute")
    Path("mute/chat_template.jinja").unlink()
    name, code = "./mute", "E826"
    if place == "hub":
        monkeypatch.setattr("huggingface_hub.snapshot_download", lambda *_, **__: str(Path("mute").absolute()))
        name = "somebody/mute"
    elif place == "tuned":
        Path("tuned.model").mkdir()
        Path("tuned.model/ftc.json").write_text(json.dumps({"tuned": 1, "base": "./mute", "base_fingerprint": "0"}))
        name, code = "./tuned.model", "E827"
    told = ftc(*command, "--model", name)
    assert told.code and f"error[{code}]" in told.err, told.err
    assert "no chat template" in told.err
    assert not list(Path().glob("a.model"))


def test_of_a_model_in_the_hub_the_settings_come_first(
    own_cache: Path, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub.errors import LocalEntryNotFoundError

    asked: list[list[str]] = []

    def snapshot(id: str, *, allow_patterns: list[str], local_files_only: bool = False) -> str:
        if local_files_only:
            raise LocalEntryNotFoundError("it is not here")
        asked.append(allow_patterns)
        place = own_cache / f"hub-{len(asked)}"
        weights = "*.safetensors" in allow_patterns
        shutil.copytree(base, place, ignore=None if weights else shutil.ignore_patterns("*.safetensors"))
        if template is None:
            (place / "chat_template.jinja").unlink()
        return str(place)

    monkeypatch.setattr("huggingface_hub.snapshot_download", snapshot)
    template: str | None = CHATML
    assert load("somebody/something").window == 512
    assert [("*.safetensors" in each) for each in asked] == [False, True]
    asked.clear()
    template = None
    shutil.rmtree(own_cache / "hub-1")
    with pytest.raises(ProviderError) as raised:
        load("somebody/mute")
    assert raised.value.diagnostics[0].code == "E826"
    assert asked == [[each for each in hub.PATTERNS if each != "*.safetensors"]]
