"""Files that a command writes anew in place, and what would change in them."""

from pathlib import Path

from ftc.cli.command_error import INTERNAL, CommandError, reason
from ftc.printable import inline, visible


def replace(path: Path, data: bytes) -> None:
    """Put new bytes in the place of a file, in one step."""
    from ftc.emit.staged import Staged

    try:
        with Staged() as staged:
            staged.open(path).write(data)
    except OSError as error:
        raise CommandError("E702", INTERNAL, path=path, reason=reason(error)) from None


def difference(name: str, before: str, after: str, done: str) -> str:
    """A unified diff of a file's text, ready to be shown; `done` is what was done to it."""
    from difflib import unified_diff

    name = inline(name)
    lines = unified_diff(before.splitlines(True), after.splitlines(True), name, f"{name} ({done})")
    # A last line without its end would run into the next.
    return visible("".join(line if line.endswith("\n") else f"{line}\n" for line in lines))
