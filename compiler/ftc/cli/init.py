"""`ftc init`: a first file, small enough to read and whole enough to compile."""

from pathlib import Path
from typing import Annotated

import typer

from ftc.cli.command_error import INTERNAL, CommandError
from ftc.cli.options import require_text
from ftc.cli.screen import shell_words, summary
from ftc.printable import inline

START = """\
# {name}: what the model must know, and how it must behave.
# Every line below `user:` that starts with | is one way to ask; {{a|b}} writes both.
# See what it makes: ftc show {name}
# Write it down:     ftc compile {name}

fact opening_hours
  user:
    | When is the Corner Bookshop open?
    | {{What|Tell me what}} are the opening hours of the Corner Bookshop?
    | Can I come to the Corner Bookshop on a Sunday?
    | Is the Corner Bookshop open on Monday morning?
  assistant: The Corner Bookshop is open from 10 to 18 o'clock, Tuesday to Sunday. On Mondays it is closed.

dialog capital_of
  system: Answer with the name of the capital and nothing else.

  let place in capital
  user:
    | What is the capital of {{place.country}}?
    | {{place.country}}
  assistant: {{place.city}}

table capital
  | country | city    |
  | France  | Paris   |
  | Japan   | Tokyo   |
  | Kenya   | Nairobi |
"""


def run(
    name: Annotated[
        str, typer.Argument(metavar="NAME", callback=require_text, help="The file to write.")
    ] = "knowledge.ft",
) -> None:
    """Start a file with a fact and a format in it. A file that exists is left alone."""
    path = Path(name if name.endswith(".ft") else f"{name}.ft")
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(START.format(name=inline(path.name)))
    except FileExistsError:
        raise CommandError("E710", path=path) from None
    except OSError as error:
        from ftc.cli.command_error import reason

        raise CommandError("E702", INTERNAL, path=path, reason=reason(error)) from None
    summary("{path} written; next: ftc compile {typed}", path=path, typed=shell_words([str(path)]))
