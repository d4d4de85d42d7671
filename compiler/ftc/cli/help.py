"""`ftc help`: how a command is used."""

from typing import Annotated

import typer

from ftc.cli.completion import complete_commands
from ftc.cli.screen import result


def run(
    ctx: typer.Context,
    command: Annotated[
        str | None,
        typer.Argument(metavar="COMMAND", autocompletion=complete_commands, help="For example: compile"),
    ] = None,
) -> None:
    """Say how a command is used, as `ftc COMMAND --help` does; without one, which commands there are."""
    root = ctx.find_root()
    if command is None:
        result(root.get_help() + "\n")
        return
    _, found, _ = root.command.resolve_command(root, [command])  # type: ignore[attr-defined]
    result(found.get_help(typer.Context(found, info_name=command, parent=root)) + "\n")
