"""`ftc chat`: talk to a model. On a terminal its answers appear as they arrive; from a pipe, each line is a message."""

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from ftc.cli.command_error import INTERNAL, CommandError
from ftc.cli.completion import complete_files
from ftc.cli.options import BaseUrl, Insecure, ModelName, Provider, compile_files, require_text, target_named
from ftc.cli.screen import result, say
from ftc.report import colored

if TYPE_CHECKING:
    from ftc.expand.plan.plan import Plan
    from ftc.loop.chat import Chat

HELP = """\
/system TEXT  say how the model should behave (without TEXT: nothing), and start over
/again        start over
/exit         leave, as Ctrl-D does
"""


def run(
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="FILE",
            autocompletion=complete_files,
            callback=require_text,
            help="The .ft file that the model was trained on; its `system:` is used.",
        ),
    ] = None,
    provider: Provider = None,
    model: ModelName = None,
    base_url: BaseUrl = None,
    insecure: Insecure = False,
    system: Annotated[str | None, typer.Option(metavar="TEXT", help="How the model should behave.")] = None,
    temperature: Annotated[
        float, typer.Option(min=0.0, metavar="T", help="0 always picks the most likely words.")
    ] = 0.0,
    max_tokens: Annotated[int, typer.Option(min=1, metavar="N", help="The most tokens an answer may have.")] = 512,
    seed: Annotated[
        int | None, typer.Option(min=0, metavar="SEED", help="Seed for the answers, if the temperature is above 0.")
    ] = None,
) -> None:
    """Talk to a model. It remembers the conversation; /system TEXT, /again and /exit are commands for ftc.

    Without --model, it is the one that `ftc train FILE` last made. From a pipe, each line is a message.
    """
    from ftc.cli.log import show_log
    from ftc.cli.model_selection import select_models
    from ftc.loader import Loader
    from ftc.loop.chat import Chat
    from ftc.providers.provider import Decoding

    files, train = [], {}
    if file is not None:
        files = [file]
        plan, compilation = compile_files(
            files, Loader(), target=target_named("openai"), data_checks=False, unanswered=True, strict=False
        )
        train = dict(compilation.train)
        system = _system(plan) if system is None else system
    endpoint, _ = select_models(files, train, provider=provider, base_url=base_url, model=model, insecure=insecure)
    connected = endpoint.reach("chat").model(endpoint.require_model())
    chat = Chat(connected, Decoding(temperature, max_tokens, seed), system)
    with show_log():
        if sys.stdin.isatty() and sys.stdout.isatty():
            say(
                "{model} ({provider}); /help lists the commands",
                model=endpoint.require_model(),
                provider=endpoint.provider,
            )
            _terminal(chat)
        elif not _pipe(chat):
            raise typer.Exit(INTERNAL)


def _system(plan: "Plan") -> str | None:
    """The system text, if all conversations of the file have the same one."""
    systems = [block.declaration.system for block in plan.blocks]
    texts = {system.content.constant if system and system.content else None for system in systems}
    return texts.pop() if len(texts) == 1 else None


def _terminal(chat: "Chat") -> None:
    color = colored(sys.stdout)
    if sys.platform != "win32":
        import readline  # noqa: F401  # `input` then takes arrows and remembers lines
    while True:
        try:
            # \001 and \002 enclose what readline must not count as columns.
            line = input("\001\x1b[36m\002you\001\x1b[0m\002 › " if color else "you › ")
        except (EOFError, KeyboardInterrupt):
            result("\n")
            return
        if _command(chat, line) is False:
            return
        if line.strip() and not line.startswith("/"):
            try:
                _answer(chat, line)
            except KeyboardInterrupt:
                result(" … (stopped; not remembered)\n")


def _pipe(chat: "Chat") -> bool:
    """Whether every message was answered."""
    well = True
    for line in sys.stdin:
        message = line.rstrip("\r\n")
        if message.startswith("/"):
            if _command(chat, message) is False:
                break
        elif message.strip():
            well = _answer(chat, message) and well
    return well


def _command(chat: "Chat", line: str) -> bool:
    """Run the command of a line that starts with a slash; False if it is /exit."""
    if not line.startswith("/"):
        return True
    command, _, rest = line.partition(" ")
    match command:
        case "/exit":
            return False
        case "/help":
            result(HELP)
        case "/again":
            chat.reset()
        case "/system":
            chat.system = rest.strip() or None
            chat.reset()
        case _:
            from ftc.report import emit

            emit([CommandError("E926", command=command).diagnostic], "text", sys.stderr)
    return True


def _answer(chat: "Chat", message: str) -> bool:
    """Write the answer as it arrives; if it fails, say why."""
    from ftc.providers.provider import ProviderError

    try:
        for piece in safely(chat.send(message)):
            result(piece)
            sys.stdout.flush()
    except ProviderError as error:
        from ftc.report import emit

        result("\n")
        sys.stdout.flush()
        emit(error.diagnostics, "text", sys.stderr)
        return False
    result("\n")
    sys.stdout.flush()
    return True


def safely(pieces: Iterator[str]) -> Iterator[str]:
    """The pieces with control characters made visible. A joiner is held back until the next piece, so that an emoji
    split over two pieces stays whole."""
    from ftc.printable import visible

    text, written = "", 0
    for piece in pieces:
        text += piece
        sure = visible(text.rstrip("\u200c\u200d"))
        yield sure[written:]
        written = len(sure)
    yield visible(text)[written:]
