"""What --help shows: how a command is called, what it does, and what its options mean, in the words of its users."""

import re
from collections.abc import Iterator, Mapping, Sequence
from shutil import get_terminal_size
from textwrap import TextWrapper, dedent
from typing import Any

WIDEST = 80
LABELS = 24
"""The most columns of the left side, where options stand; what a longer one means begins on the next line."""
EVERYWHERE = ("color", "quiet", "verbose", "help")
"""Options that are no command's own."""


def usage(params: Sequence[Any]) -> list[str]:
    """How a command is called: `[OPTIONS] [FILE]...`."""
    return ["[OPTIONS]", *(_argument(each) for each in params if each.param_type_name == "argument")]


def help_text(ctx: Any, command: Any, commands: Mapping[str, str], exits: str) -> str:
    """The help of a command, or of ftc with its `commands`."""
    params = [each for each in command.get_params(ctx) if not getattr(each, "hidden", False)]
    arguments = [each for each in params if each.param_type_name == "argument"]
    options = [each for each in params if each.param_type_name == "option"]
    sections = {
        "Arguments": [(str(each.metavar or each.name.upper()), each.help or "") for each in arguments],
        "Options": [_option(each) for each in options if each.name not in EVERYWHERE],
        "Commands": list(commands.items()),
        "For every command": [_option(each) for each in options if each.name in EVERYWHERE],
    }
    pieces = " ".join(command.collect_usage_pieces(ctx))
    lines = [f"Usage: {ctx.command_path} {pieces}", ""]
    for paragraph in dedent(command.help or "").split("\n\n"):
        lines += [*_wrapped(paragraph, "", ""), ""]
    for title, rows in sections.items():
        if rows:
            left = max((len(label) for label, _ in rows if len(label) <= LABELS), default=0) + 4
            lines += [f"{title}:", *(line for row in rows for line in _row(*row, left)), ""]
    return "\n".join([*lines, *_wrapped(exits, "", "")]) + "\n"


def _argument(param: Any) -> str:
    name = str(param.metavar or param.name.upper())
    name = name if param.required else f"[{name}]"
    return f"{name}..." if param.nargs != 1 else name


def _option(param: Any) -> tuple[str, str]:
    """`-o, --output OUT`, and what it means, with its default."""
    label = ", ".join([*sorted(param.opts, key=len), *param.secondary_opts])
    if not param.is_flag:
        label += f" {_value(param)}"
    meaning = param.help or ""
    if not param.is_flag and param.default is not None:
        meaning += f" (default: {param.default})"
    return label, meaning


def _value(param: Any) -> str:
    """What an option takes: its name, or all there is to choose from."""
    if param.metavar:
        return str(param.metavar)
    annotation = getattr(getattr(param, "type_descriptor", None), "annotation", None)
    choices = getattr(annotation, "__args__", None) or getattr(getattr(param, "type", None), "choices", None)
    return "|".join(map(str, choices)) if choices else param.name.upper()


def _row(label: str, meaning: str, left: int) -> Iterator[str]:
    """A label and what it means beside it."""
    first = f"  {label}"
    if len(first) + 2 > left:
        yield first
        first = ""
    yield from _wrapped(meaning, f"{first:<{left}}", " " * left)


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    """A paragraph in lines. What stands between backticks is to be copied, so it is never cut, and neither is an option
    at its hyphens."""
    whole = re.sub(r"`[^`]*`", lambda found: found[0].replace(" ", "\0"), " ".join(text.split()))
    wrapper = TextWrapper(
        min(get_terminal_size().columns, WIDEST), initial_indent=first, subsequent_indent=rest,
        break_on_hyphens=False, break_long_words=False,
    )  # fmt: skip
    return [line.replace("\0", " ").rstrip() for line in wrapper.wrap(whole)] or [first.rstrip()]
