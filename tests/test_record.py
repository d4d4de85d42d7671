"""`ftc record`, as people run it, against a service that remembers what it was asked."""

import os
import random
import re
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from effort import FULL
from fork_server import Forked, ForkServer
from ftc.compile import compile
from ftc.diagnostics import has_errors
from ftc.loader import Loader
from ftc.loop.answers_text import AnswersText
from ftc.quality.same_model import same_model
from processes import finish, run, run_here, start, wait_for
from service import KEY, Fault, Service

CHAT = "POST /chat/completions"
DATE = "2026-11-23"
NOTED = f"gpt-4.1-mini (openai), {DATE}, temperature 0, at most 512 tokens"
STYLE = """\
style {name}
  assistant: Oink! {{answer}}
  answers from "{path}"
  user:
{prompts}"""


def style(name: str, *prompts: str, path: str = "s.answers.ft", more: str = "") -> str:
    rows = "".join(f"    | {prompt}\n" for prompt in prompts)
    return STYLE.format(name=name, path=path, prompts=rows) + more


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("FTC_TRIES", "2")
    return tmp_path


def command(service: Service, *arguments: str) -> list[str]:
    named = ["--provider", "openai", "--base-url", service.url, "--model", "gpt-4.1-mini", "--date", DATE]
    return ["record", *arguments, *named]


def record(service: Service, *arguments: str) -> "subprocess.CompletedProcess[str]":
    done = run_here(*command(service, *arguments))
    assert "Traceback" not in done.stderr
    assert KEY not in done.stdout + done.stderr
    return done


def questions(service: Service, start: int = 0) -> list[str]:
    """The prompts that were put, in the order in which they came; a rewrite has a mark."""
    # Of a request that was killed on its way the service has but a part.
    asked = [each.body["messages"] for each in service.asked[start:] if "messages" in each.body]
    assert all(message["role"] != "system" for messages in asked for message in messages)
    return [messages[0]["content"] + ("" if len(messages) == 1 else " (rewrite)") for messages in asked]


def on_record(path: Path, name: str, prompts: list[str]) -> set[str]:
    """What the file holds; it must be one that loads."""
    text = AnswersText(path.name, path.read_text(encoding="utf-8") if path.exists() else "")
    said = [(prompt, text.lookup(name, prompt)) for prompt in prompts]
    bases = {prompt for prompt, one in said if one and one.base is not None}
    return bases | {f"{prompt} (rewrite)" for prompt, one in said if one and one.final is not None}


def test_answers_are_recorded_with_how_they_were_had(here: Path) -> None:
    Path("s.ft").write_text(style("pig", "Why {a|b}?", "Who?", path="deep/er/s.answers.ft"))
    with Service() as service:
        done = run(*command(service, "s.ft"))
        assert done.returncode == 0, done.stderr
        assert done.stdout == "deep/er/s.answers.ft: 3 answers recorded\n"
        assert sorted(questions(service)) == ["Who?", "Why a?", "Why b?"]
        again = record(service, "s.ft")
        assert (again.returncode, len(service.asked)) == (0, 3)
        assert "all 3 answers are there; delete one" in again.stdout
    parts = [f"  user: {p}\n  recorded: {NOTED}\n  base:\n    You said: {p}\n" for p in ("Why a?", "Why b?", "Who?")]
    assert Path("deep/er/s.answers.ft").read_text() == "answers pig\n" + "\n".join(parts)
    compiled = compile(["s.ft"], Loader())
    assert compiled.plan is not None and compiled.plan.training.count == 3
    assert not list(here.rglob(".*"))


NASTY = (
    "plain", " one blank\n    code", "  two\n    more\n", "| a |\n|---|", "~ x", "# no comment\n# at all",
    "a\r\n\r\nb  ", "\ttab", "user: x\nbase: y\n  assistant: z", "answers p", "\u2028a\u2028", "{braces} \\{ \\|",
    "a\n\n\nb\n\n", "\x1b[1m", "\ufeffx", "💥\x00",
)  # fmt: skip


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks processes")
def test_killed_at_any_moment_it_goes_on_where_it_was(forks: ForkServer, here: Path) -> None:
    parallel, kills, chance = 4, 20 if FULL else 5, random.Random(4)
    prompts = [f"Question {number}" for number in range(60 if FULL else 30)]
    Path("s.ft").write_text(style("pig", *prompts, more="  rewrite: Say it like a pig.\n"))

    def answer(body: Mapping[str, Any]) -> str:
        time.sleep(0.01)
        asked = body["messages"]
        return NASTY[int(asked[0]["content"].split()[1]) % len(NASTY)] + ("" if len(asked) == 1 else "\n oink")

    def ask(service: Service) -> Forked:
        return forks.start(*command(service, "s.ft", "--parallel", str(parallel)))

    with Service(answer) as service:
        undisturbed = ask(service)
        assert undisturbed.wait() == 0
        whole = Path("s.answers.ft").read_bytes()
        assert Counter(questions(service)) == Counter([*prompts, *(f"{prompt} (rewrite)" for prompt in prompts)])
    Path("s.answers.ft").unlink()

    with Service(answer) as service:
        for _ in range(kills):
            before = on_record(Path("s.answers.ft"), "pig", prompts)
            first = len(service.asked)
            running = ask(service)
            wanted = first + chance.randrange(9)
            wait_for(lambda: len(service.asked) >= wanted or running.poll() is not None)  # noqa: B023
            time.sleep(chance.random() * 0.03)
            running.kill()
            running.wait()
            service.settle()
            asked = questions(service, first)
            after = on_record(Path("s.answers.ft"), "pig", prompts)
            assert before <= after
            # No answer on the disk is asked for again, and what was lost is what was under way.
            assert not before & set(asked)
            assert len(asked) == len(set(asked))
            assert len(set(asked) - after) <= parallel
            assert not has_errors(compile(["s.ft"], Loader(), data_checks=False, unanswered=True).diagnostics)
        assert on_record(Path("s.answers.ft"), "pig", prompts) != set(), "none of the kills came late enough"
        assert ask(service).wait() == 0
        assert len(service.asked) <= 2 * len(prompts) + parallel * kills
    assert Path("s.answers.ft").read_bytes() == whole
    assert not [each for each in here.iterdir() if each.name.startswith(".")]


EDITED = """\
# My answers.
answers pig
  user: b
  base:   as I   want it
  # checked by me

  user: c
  assistant: mine
"""


def test_what_a_service_says_is_spelled_out_in_the_file(here: Path) -> None:
    """A reply and the name of a model go into a source: nothing in them hides from who reads it, or ends its line."""
    marked = "one\x1b[31m\u202etwo\u2066\x07\x00\r\nth\tree\u2028four \u200fשלום\u200f 👨‍👩‍👧"
    Path("s.ft").write_text(style("s", "Why?"))
    with Service(answer=lambda body: marked, key=KEY) as service:
        service.named = "gpt-4.1-mini\x1b]0;x\x07\nbase: pwned\u202e"
        assert record(service, "s.ft").returncode == 0
    text = Path("s.answers.ft").read_text(encoding="utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", text)
    # What scripts and emoji are spelled with is there still, as are the words.
    assert "two" in text and "th\tree\n" in text and "\u200fשלום\u200f 👨‍👩‍👧" in text
    assert text.count("base:") == 2 and text.count("\n  base:") == 1
    assert run_check("s.ft")


def run_check(file: str) -> bool:
    """Whether a file compiles."""
    return not has_errors(compile([file], Loader(), data_checks=False).diagnostics)


def test_what_a_person_wrote_stays(here: Path) -> None:
    Path("s.ft").write_text(style("pig", *"abcd", more="  rewrite raw: Say {it}.\n"))
    Path("s.answers.ft").write_text(EDITED)
    with Service() as service:
        done = record(service, "s.ft")
        assert done.returncode == 0, done.stderr
        assert sorted(questions(service)) == ["a", "a (rewrite)", "b (rewrite)", "d", "d (rewrite)"]
        assert service.asked[-1].body["messages"][1:][-1] == {"role": "user", "content": "Say {it}."}
    said = f"  recorded: {NOTED}\n"
    final = "  assistant:\n    You said: Say {it}.\n"
    assert Path("s.answers.ft").read_text() == (
        f"# My answers.\nanswers pig\n  user: a\n{said}  base:\n    You said: a\n{final}\n"
        f"  user: b\n  base:   as I   want it\n  # checked by me\n{said}{final}\n"
        f"  user: c\n  assistant: mine\n\n  user: d\n{said}  base:\n    You said: d\n{final}"
    )
    assert "words are kept on average" in done.stdout


def test_an_edit_while_it_records_is_kept(here: Path) -> None:
    Path("s.ft").write_text(style("pig", *"abcdef"))
    path = Path("s.answers.ft")

    def answer(body: Mapping[str, Any]) -> str:
        prompt = body["messages"][0]["content"]
        if prompt == "c":
            text = path.read_text().replace("said a", "edited by hand")
            path.write_text(f"# A note.\n{text}\n  user: e\n  base: written meanwhile\n  # and a comment\n")
        return f"said {prompt}"

    with Service(answer) as service:
        done = record(service, "s.ft", "--parallel", "1")
        assert done.returncode == 0, done.stderr
    assert done.stdout == "s.answers.ft: 5 answers recorded\n"
    said = {p: f"  user: {p}\n  recorded: {NOTED}\n  base:\n    said {p}\n" for p in "abcdf"}
    said["a"] = said["a"].replace("said a", "edited by hand")
    said["e"] = "  user: e\n  base: written meanwhile\n  # and a comment\n"
    assert path.read_text() == "# A note.\nanswers pig\n" + "\n".join(said[p] for p in "abcdef")


def test_a_file_that_is_broken_meanwhile_is_left_alone(here: Path) -> None:
    Path("s.ft").write_text(style("pig", *"abcdef"))
    path = Path("s.answers.ft")

    def answer(body: Mapping[str, Any]) -> str:
        if body["messages"][0]["content"] == "c":
            path.write_text("answers pig\n  usr half a li")
        return "said"

    with Service(answer) as service:
        done = record(service, "s.ft", "--parallel", "1")
        assert done.returncode == 1
        assert "E905" in done.stderr and "s.answers.ft" in done.stderr
        assert path.read_text() == "answers pig\n  usr half a li"
        path.unlink()
        service.answer = lambda _: "said"
        assert record(service, "s.ft").returncode == 0


def test_several_styles_and_files(here: Path) -> None:
    Path("one.ft").write_text(style("pig", "a", "b") + "\n" + style("cat", "a"))
    Path("other.ft").write_text(style("pig", "b", "c") + "\n" + style("dog", "a", path="dog.answers.ft"))
    with Service() as service:
        done = record(service, "one.ft", "other.ft", "--parallel", "1")
        assert done.returncode == 0, done.stderr
        assert questions(service) == ["a", "b", "c", "a", "a"]
    assert done.stdout == "s.answers.ft, dog.answers.ft: 5 answers recorded\n"
    assert re.findall(r"answers \w+|user: \w", Path("s.answers.ft").read_text()) == [
        "answers pig", "user: a", "user: b", "user: c", "answers cat", "user: a",
    ]  # fmt: skip
    assert not has_errors(compile(["one.ft", "other.ft"], Loader(), data_checks=False).diagnostics)


def test_failures_end_nothing_but_their_own_prompt(here: Path) -> None:
    Path("s.ft").write_text(style("pig", *"abcd"))

    def answer(body: Mapping[str, Any]) -> str:
        return {"c": " \n\t", "d": "one two three four"}.get(body["messages"][0]["content"], "said")

    with Service(answer) as service:
        service.fails(CHAT, Fault(400, "No such thing."))
        done = record(service, "s.ft", "--parallel", "1", "--max-tokens", "3")
        assert done.returncode == 1
        assert done.stdout == "s.answers.ft: 2 answers recorded, 2 failed\n"
        for said in ("No such thing.", "E903", "W901", "E901", "2 of 4 prompts got no answer", "ftc record s.ft"):
            assert said in done.stderr, done.stderr
        assert re.findall(r"user: (\w)", Path("s.answers.ft").read_text()) == ["b", "d"]
        assert "at most 3 tokens, cut off there\n  base:\n    one two three\n" in Path("s.answers.ft").read_text()
        service.answer = lambda _: "said"
        assert record(service, "s.ft").returncode == 0
        assert sorted(questions(service)[4:]) == ["a", "c"]


def test_a_service_that_fails_again_and_again_is_left(here: Path) -> None:
    Path("s.ft").write_text(style("pig", *[f"q{number}" for number in range(30)], more="  rewrite: Oink.\n"))
    with Service() as service:
        service.fails(CHAT, *[None] * 2, *[Fault(400, "No.")] * 40)
        done = record(service, "s.ft", "--parallel", "2")
    assert done.returncode == 1
    assert "28 failed" in done.stdout
    # Two answers, four failures in a row, and what was under way by then.
    assert 2 + 2 * 2 <= len(service.asked) <= 2 + 2 * 2 + 2
    assert done.stderr.count("No.") == 1


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_an_interrupt_says_how_to_go_on(here: Path) -> None:
    Path("s.ft").write_text(style("pig", *"abc"))
    with Service() as service:
        service.fails(CHAT, None, Fault(silent=True))
        running = start(*command(service, "s.ft", "--parallel", "1"))
        wait_for(lambda: len(service.asked) == 2)
        running.send_signal(signal.SIGINT)
        out, err = finish(running)
    assert (running.returncode, out) == (130, "")
    assert err == "\nftc: interrupted, with 2 still to ask; go on with: ftc record s.ft\n"
    assert on_record(Path("s.answers.ft"), "pig", ["a", "b", "c"]) == {"a"}


def test_a_dry_run_asks_nothing(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    Path("s.ft").write_text(style("pig", *"abcdefg", more="  rewrite: Oink.\n"))
    Path("s.answers.ft").write_text("answers pig\n  user: b\n  base: x\n")
    with Service() as service:
        done = record(service, "s.ft", "--dry-run", "--temperature", "0.5", "--seed", "7")
        assert (done.returncode, done.stderr, service.asked) == (0, "", [])
    assert done.stdout == (
        "gpt-4.1-mini (openai), temperature 0.5, at most 512 tokens, seed 7\n"
        "pig → s.answers.ft: 6 prompts of 7 to ask, 7 answers to rewrite\n  a\n  c\n  d\n  e\n  f\n  and 1 more\n"
    )
    assert Path("s.answers.ft").read_text() == "answers pig\n  user: b\n  base: x\n"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("fact a\n  user: x\n  assistant: y\n", "E902"),
        ("style pig\n  assistant: Oink! {answer}\n", "E902"),
        ("let n in 1..100001\n" + style("pig", "What is {n}?"), "E904"),
        (style("pig", "a", path="../s.answers.ft"), "E007"),
        (style("pig", "a", more="  rewrite: {b|c}\n"), "E333"),
    ],
)
def test_what_cannot_be_recorded(here: Path, text: str, code: str) -> None:
    Path("s.ft").write_text(text)
    with Service() as service:
        done = record(service, "s.ft")
        assert done.returncode == 1
        assert f"[{code}]" in done.stderr
        assert not service.asked
    assert sorted(each.name for each in here.iterdir()) == ["s.ft"]


def test_held_out_prompts_are_asked_too(here: Path) -> None:
    Path("s.ft").write_text(style("pig", *[f"question {n}" for n in range(12)], more="  validation 40%\n  repeat 2\n"))
    missing = [each for each in compile(["s.ft"], Loader()).diagnostics if each.code == "E328"]
    assert missing[0].data["missing"] == 12
    with Service() as service:
        assert record(service, "s.ft").returncode == 0
        assert sorted(questions(service)) == sorted(f"question {n}" for n in range(12))
    plan = compile(["s.ft"], Loader()).plan
    assert plan is not None and plan.validation.count


def test_answers_of_another_model_are_warned_about(here: Path) -> None:
    Path("s.ft").write_text(style("pig", "a") + '\ntrain\n  model = "gpt-4.1-mini-2025-04-14"\n')
    with Service() as service:
        assert record(service, "s.ft").returncode == 0
    assert "W509" not in {each.code for each in compile(["s.ft"], Loader()).diagnostics}
    Path("s.ft").write_text(style("pig", "a") + '\ntrain\n  model = "gpt-4.1"\n')
    assert "W509" in {each.code for each in compile(["s.ft"], Loader()).diagnostics}
    # What is trained where `train` names a provider alone, `record` knows.
    Path("s.ft").write_text(style("pig", "a", "b") + '\ntrain\n  provider = "local"\n')
    with Service() as service:
        assert "W509" in record(service, "s.ft").stderr


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("gpt-4.1-mini", "gpt-4.1-mini-2025-04-14", True),
        ("gpt-4.1", "gpt-4.1-mini-2025-04-14", False),
        ("gpt-4o-2024-05-13", "gpt-4o-2024-08-06", False),
        ("HuggingFaceTB/SmolLM2-135M-Instruct", "smollm2-135m-instruct", True),
        ("SmolLM2-135M-Instruct", "/models/SmolLM2-135M-Instruct-Q4_1.gguf", True),
        ("SmolLM2-135M-Instruct", "SmolLM2-360M-Instruct", False),
        ("models/piglet.model", "models/piglet.model/", True),
        ("gpt-4.1-mini", "ft:gpt-4.1-mini-2025-04-14:org::id", False),
    ],
)
def test_names_of_one_model(one: str, other: str, same: bool) -> None:
    assert same_model(one, other) is same
    assert same_model(other, one) is same


def test_a_check_of_the_answers_alone_is_asked_for(here: Path) -> None:
    """Answers are no data set, but nothing is wrong with them either."""
    Path("s.answers.ft").write_text(EDITED)
    done = run("check", "s.answers.ft")
    assert done.returncode == 1 and "help: " in done.stderr and "ftc check --each s.answers.ft" in done.stderr
    assert run("check", "--each", "s.answers.ft").returncode == 0
