"""`ftc chat`: a talk through a pipe, and through a terminal."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from ftc.cli.chat import safely
from ftc.loop.chat import Chat
from ftc.providers.provider import Decoding, ProviderError, Question
from service import KEY, Fault, Service

pytest_plugins = ["test_cli_harness"]

CHAT = "POST /chat/completions"


def answer(body: Mapping[str, Any]) -> str:
    """What it was asked with: how many messages there were, and the system text."""
    first, last = body["messages"][0], body["messages"][-1]
    system = first["content"] if first["role"] == "system" else "nobody"
    return f"{len(body['messages'])} {system} {last['content']}"


@pytest.fixture
def service(here: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with Service(answer=answer) as service:
        yield service


@pytest.fixture
def talk(ftc: Callable[..., Any], service: Service, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    def run(said: str, *arguments: object) -> Any:
        monkeypatch.setattr(sys, "stdin", StringIO(said))
        where = ("--provider", "openai", "--base-url", service.url, "--model", "any")
        return ftc("chat", *arguments, *where)

    return run


def test_a_line_is_a_message_and_the_talk_is_remembered(talk: Callable[..., Any]) -> None:
    result = talk("hello\n\n  \nand now?\n")
    assert (result.out, result.err, result.code) == ("1 nobody hello\n3 nobody and now?\n", "", 0)


def test_commands(talk: Callable[..., Any]) -> None:
    said = "a\n/again\nb\n/system Be  brief.\nc\n/system\nd\n/what\n /e\n/exit\nf\n"
    result = talk(said, "--system", "X")
    assert result.out.splitlines() == ["2 X a", "2 X b", "2 Be  brief. c", "1 nobody d", "3 nobody  /e"]
    assert "error[E926]" in result.err and "`/what`" in result.err


def test_the_system_text_of_the_file(talk: Callable[..., Any]) -> None:
    Path("s.ft").write_text("system: Oink.\nfact a\n  user: a\n  assistant: b\nfact c\n  user: c\n  assistant: d\n")
    assert talk("a\n", "s.ft").out == "2 Oink. a\n"
    assert talk("a\n", "s.ft", "--system", "Moo.").out == "2 Moo. a\n"
    Path("t.ft").write_text(Path("s.ft").read_text() + "fact e\n  system: Moo.\n  user: e\n  assistant: f\n")
    assert talk("a\n", "t.ft").out == "1 nobody a\n"


def test_an_answer_cannot_move_the_cursor(talk: Callable[..., Any], service: Service) -> None:
    service.answer = lambda body: "a\x1b[2J\u202eb \r c"
    assert talk("a\n").out == "a␛[2J<U+202E>b ␍ c\n"


def test_a_failure_is_said_and_not_remembered(talk: Callable[..., Any], service: Service) -> None:
    service.fails(CHAT, Fault(400, message="No."))
    result = talk("a\nb\n")
    assert result.code == 3 and "error[E8" in result.err and KEY not in result.err
    assert result.out.splitlines()[-1] == "1 nobody b"


class Broken:
    """A model that fails in the middle of its second answer."""

    name, parallel = "broken", 1

    def __init__(self) -> None:
        self.asked: list[Question] = []

    def answer(self, questions: object, decoding: object) -> Any:
        raise NotImplementedError

    def stream(self, question: Question, decoding: Decoding) -> Iterator[str]:
        self.asked.append(question)
        yield "well, "
        if len(self.asked) == 2:
            raise ProviderError("E804", name="broken")
        yield "yes"


def test_half_an_answer_is_not_remembered() -> None:
    model = Broken()
    chat = Chat(model, Decoding())
    assert "".join(chat.send("a")) == "well, yes"
    with pytest.raises(ProviderError):
        list(chat.send("b"))
    list(chat.send("c"))
    assert [said["content"] for said in model.asked[-1].messages] == ["a", "well, yes", "c"]


def test_an_emoji_in_pieces_stays_whole() -> None:
    pieces = ["👩", "\u200d", "👩 a", "\u200d", "b\x1b", "[0m"]
    assert "".join(safely(iter(pieces))) == "👩\u200d👩 a<U+200D>b␛[0m"


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such terminals")
def test_on_a_terminal(service: Service, here: Path) -> None:
    import pty

    script = "from ftc.cli import main; main()"
    command = [
        sys.executable,
        "-c",
        script,
        "chat",
        "--provider",
        "openai",
        "--base-url",
        service.url,
        "--model",
        "any",
    ]
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvpe(command[0], command, {**os.environ, "NO_COLOR": "1", "TERM": "dumb"})
    seen = b""

    def until(text: bytes) -> None:
        nonlocal seen
        while text not in seen:
            seen += os.read(terminal, 1024)
        seen = seen.partition(text)[2]

    prompt = "› ".encode()
    until(prompt)
    os.write(terminal, b"hello\n")
    until(b"1 nobody hello")
    until(prompt)  # a Ctrl-D before it would be none: the terminal is not yet read key by key
    os.write(terminal, b"\x04")
    try:
        while os.read(terminal, 1024):
            pass
    except OSError:
        pass  # how Linux says that the other end is closed
    assert os.waitpid(pid, 0)[1] == 0
    os.close(terminal)
