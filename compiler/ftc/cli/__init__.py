"""The command line. Each command is a file, imported only when it is called: imports are most of a short run."""

import gc
import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from types import FrameType
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from ftc.cli.command_error import FINDINGS, INTERNAL, INTERRUPTED, PIPE, CommandError, reason
from ftc.cli.screen import say, tell
from ftc.diagnostics import FtcError
from ftc.printable import inline

COMMANDS = {
    "compile": "Write the conversations of .ft files as lines of JSONL.",
    "check": "Look for mistakes, and write nothing.",
    "count": "Say how many conversations there are, without making them.",
    "show": "Show some of the conversations as chats.",
    "trace": "Say where a line of an output came from.",
    "record": "Ask a model the prompts of a style and keep its answers.",
    "plan": "Say what training would do and cost.",
    "train": "Train a model on .ft files.",
    "evaluate": "Ask a model what was held out, and say how much is right.",
    "chat": "Talk to a model.",
    "explain": "Explain the code of a finding.",
    "init": "Start a file.",
    "format": "Lay files out in the standard way.",
}

HELP = "A compiler for .ft: fine-tuning data as a small language."
EXITS = (
    "Exit codes: 0 all is well. 1 errors were found (with --strict, warnings too). 2 the command was not understood."
    " 3 a file could not be read or written, or ftc itself failed."
)


class _Commands(TyperGroup):
    """The commands. Until one is called, it is only a name and a line of help."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = {name: TyperCommand(name, help=says, rich_markup_mode=None) for name, says in COMMANDS.items()}

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name, _, rest = super().resolve_command(ctx, args)
        assert name is not None
        one = typer.Typer(add_completion=False, rich_markup_mode=None)
        one.command(name, epilog=EXITS)(getattr(import_module(f"ftc.cli.{name}"), "run"))  # noqa: B009
        return name, typer.main.get_command(one), rest

    def invoke(self, ctx: Any) -> Any:
        """Run a command. Every failure becomes a message; with `FTC_DEBUG`, a bug in ftc becomes a traceback."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except CommandError as error:
            _report([error.diagnostic])
            raise typer.Exit(error.exit_code) from None
        except FtcError as error:
            _report(error.diagnostics)
            raise typer.Exit(FINDINGS) from None
        except BrokenPipeError:
            # The reader has enough (`| head`). Python would complain once more when it closes the stream.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(PIPE) from None
        except KeyboardInterrupt:
            tell("\nftc: interrupted; no file was changed")
            raise typer.Exit(INTERRUPTED) from None
        except OSError as error:
            _report([CommandError("E703", path=error.filename or "a file", reason=reason(error)).diagnostic])
            raise typer.Exit(INTERNAL) from None
        except typer.TyperException as error:
            # The message may repeat what the user typed, such as the name of an unknown option.
            error.message = inline(error.message)
            raise
        except (typer.Exit, typer.Abort):
            raise
        except Exception as error:
            if os.environ.get("FTC_DEBUG"):
                raise
            what = f"{type(error).__name__}: {error}".splitlines()[0][:200]
            tell("ftc: a mistake in ftc itself ({what}); please report it, with what FTC_DEBUG=1 shows", what=what)
            raise typer.Exit(INTERNAL) from None
        return result


def _report(diagnostics: Sequence[Any]) -> None:
    from ftc.report import emit

    emit(diagnostics, "text", sys.stderr)


def _version(requested: bool) -> None:
    if requested:
        from ftc.emit.version import running

        say("ftc {version}", version=running())
        raise typer.Exit


app = typer.Typer(
    cls=_Commands,
    help=HELP,
    epilog=EXITS,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def _ftc(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_version)
    ] = False,
) -> None:
    pass


def _terminated(number: int, frame: FrameType | None) -> None:
    # As an exception, so that half-written files are removed; as one that no `except Exception` catches.
    raise SystemExit(128 + number)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run `ftc` and exit with its code."""
    # What the imports and the compiler allocate stays alive, so garbage collection is off until the plan exists
    # (`options.compile_files`). No pydantic plugin applies to our own models, so none is searched for.
    gc.disable()
    # Processes that are started from here must not import what lies in the current folder either.
    os.environ["PYTHONSAFEPATH"] = "1"
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a character shows its number instead of failing.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    signal.signal(signal.SIGTERM, _terminated)
    typer.main.get_command(app).main(args=arguments, prog_name="ftc")
