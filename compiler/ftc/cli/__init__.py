"""The command line. Each command is a file, imported only when it is called: imports are most of a short run."""

import gc
import os
import signal
import sys
from collections.abc import Sequence
from copy import copy
from importlib import import_module
from types import FrameType
from typing import Annotated, Any, Literal

import typer
from typer.core import TyperCommand, TyperGroup

from ftc.cli.command_error import FINDINGS, INTERNAL, INTERRUPTED, PIPE, CommandError, reason
from ftc.cli.screen import Loudness, say, tell
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
    "help": "Say how a command is used.",
}

SHARED = ("color", "quiet", "verbose")
"""The options of every command, which may stand before its name too."""

HELP = "A compiler for .ft: fine-tuning data as a small language."
EXITS = (
    "Exit codes: 0 all is well. 1 errors were found (with --strict, warnings too). 2 the command was not understood."
    " 3 a file could not be read or written, or ftc itself failed."
)


class _Command(TyperCommand):
    """A command, with help in plain words."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        from ftc.cli.help_text import usage

        return usage(self.get_params(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        from ftc.cli.help_text import help_text

        formatter.write(help_text(ctx, self, {}, EXITS))


class _Commands(TyperGroup):
    """The commands. Until one is called, it is only a name and a line of help."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = {name: _Command(name, help=says, rich_markup_mode=None) for name, says in COMMANDS.items()}

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        return ["[OPTIONS]", "COMMAND", "…"]

    def format_help(self, ctx: Any, formatter: Any) -> None:
        from ftc.cli.help_text import help_text

        formatter.write(help_text(ctx, self, COMMANDS, EXITS))

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name, _, rest = super().resolve_command(ctx, args)
        if name is None:
            return None, None, rest  # a shell asks how a name goes on that is none yet
        one = typer.Typer(add_completion=False, rich_markup_mode=None)
        one.command(name, cls=_Command)(getattr(import_module(f"ftc.cli.{name}"), "run"))  # noqa: B009
        command = typer.main.get_command(one)
        for shared in (copy(each) for each in self.params if each.name in SHARED):
            # Its callback does what it says; `run` is not given it.
            shared.expose_value = False
            command.params.append(shared)
        return name, command, rest

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


def _color(wanted: str | None) -> str | None:
    """Have --color heeded here, by what prints for us, and by what is started from here."""
    if wanted in ("always", "never"):
        on, off = ("FORCE_COLOR", "NO_COLOR") if wanted == "always" else ("NO_COLOR", "FORCE_COLOR")
        os.environ.pop(off, None)
        os.environ[on] = "1"
    return wanted


def _quiet(wanted: bool) -> bool:
    Loudness.level -= wanted
    return wanted


def _verbose(wanted: bool) -> bool:
    Loudness.level += wanted
    return wanted


def _ftc(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_version)
    ] = False,
    color: Annotated[
        Literal["auto", "always", "never"] | None,
        typer.Option(
            callback=_color,
            help="Color what is shown; auto does so on a terminal, unless NO_COLOR is set, or if FORCE_COLOR is.",
        ),
    ] = None,
    quiet: Annotated[
        bool, typer.Option("-q", "--quiet", callback=_quiet, help="Show only findings and results: no summary, no bar.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("-v", "--verbose", callback=_verbose, help="Show which files are read, too.")
    ] = False,
) -> None:
    pass


def _application(*, completion: bool) -> typer.Typer:
    """The command line; with the options that install completion in a shell, which take time to import."""
    made = typer.Typer(
        cls=_Commands,
        help=HELP,
        no_args_is_help=True,
        add_completion=completion,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    made.callback()(_ftc)
    return made


app = _application(completion=False)


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
    Loudness.level = 0
    given = sys.argv[1:] if arguments is None else list(arguments)
    # Only those who ask for it, or for help about it, pay for what completion imports.
    completes = "_FTC_COMPLETE" in os.environ or (given[:1] != ["--version"] and (not given or given[0][0:1] == "-"))
    typer.main.get_command(_application(completion=True) if completes else app).main(args=arguments, prog_name="ftc")
