"""`ftc show`: some conversations, rendered as chats."""

import sys
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from ftc.cli.command_error import FINDINGS, CommandError, nearest
from ftc.cli.completion import complete_targets
from ftc.cli.options import Files, FormatOption, Strict, compile_files, target_named
from ftc.cli.screen import document, quiet, result, tell
from ftc.targets import TARGETS

if TYPE_CHECKING:
    from ftc.check.model import Turn
    from ftc.expand.conversation import Conversation
    from ftc.expand.plan.plan import Conversations, Plan
    from ftc.report import Format
    from ftc.targets import Target

SHOWN = 3
SEARCHED = 1_000_000
"""A text is looked for in so many conversations."""


def run(
    files: Files,
    at: Annotated[int | None, typer.Option(metavar="I", help="Show conversation I, counted from 1.")] = None,
    block: Annotated[str | None, typer.Option(metavar="NAME", help="Only conversations of this block.")] = None,
    number: Annotated[
        int | None,
        typer.Option("-n", min=1, metavar="N", help="How many; by default 3, spread evenly, or 1 with --at."),
    ] = None,
    grep: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Only conversations that contain this text, in any case.")
    ] = None,
    validation: Annotated[
        bool, typer.Option("--validation", help="Show what is held out, instead of the training conversations.")
    ] = False,
    to: Annotated[
        str | None,
        typer.Option(
            metavar="TARGET",
            autocompletion=complete_targets,
            help="Show those that this target writes, by the number of their line. By default all of them, with their"
            " `rejected` answers.",
        ),
    ] = None,
    format: FormatOption = "text",
    strict: Strict = None,
) -> None:
    """Show some of the training conversations as chats: a few spread over all of them, or those at --at.

    With --format json they are a JSON document on the standard output.
    """
    from ftc.cli.conversation_view import described, render_conversation
    from ftc.cli.numbers import format_count
    from ftc.emit.accepted import accepted, all_looked_at
    from ftc.emit.sample import spread
    from ftc.report import colored, shown_place

    plan, target = _plan(files, target_named(to), format, strict)
    among = _among(plan, block, validation=validation)
    shown = accepted(among, target) if to is not None else among
    if not shown.count:
        raise _nothing(plan, files, block, among, target, validation=validation)
    if at is not None and not 1 <= at <= shown.count:
        raise CommandError("E715", at=at, count=format_count(shown.count), last=shown.count)
    found: Iterator[tuple[int, Conversation]]
    if grep is None:
        indices = spread(shown.count, number or SHOWN) if at is None else range(at - 1, shown.count)
        found = ((index, shown[index]) for index in islice(indices, number or (SHOWN if at is None else 1)))
    else:
        found = _containing(shown, grep, (at or 1) - 1, number or SHOWN, what=", ".join(files))
    if format == "json":
        document({"count": shown.count, "conversations": [described(one, index + 1) for index, one in found]})
        return
    of = format_count(shown.count) + ("" if to is None or all_looked_at(among, target) else " or more")
    for index, conversation in found:
        origin = conversation.origin
        title = f"── {origin.block} {index + 1:,} of {of} ── {shown_place(origin.span)}"
        result(render_conversation(conversation, title, color=colored(sys.stdout)) + "\n")


def _plan(files: list[str], target: "Target | None", format: "Format", strict: bool | None) -> "tuple[Plan, Target]":
    """The plan of the files and its target; where none is named, with the rejected answers that only pairs have."""
    from ftc.compile import compile
    from ftc.loader import Loader

    loader = Loader()
    plan, compilation = compile_files(files, loader, target=target, data_checks=False, format=format, strict=strict)
    if target is None and any(turn.rejected or (turn.invalid and turn.invalid.rejected) for turn in _turns(plan)):
        plan = compile(files, loader, target=TARGETS["openai-dpo"], data_checks=False).plan or plan
    return plan, compilation.target


def _turns(plan: "Plan") -> "Iterator[Turn]":
    return (turn for block in plan.blocks for turn in block.declaration.turns)


def _among(plan: "Plan", block: str | None, *, validation: bool) -> "Conversations":
    if block is None:
        return plan.validation if validation else plan.training
    for one in plan.blocks:
        if one.name == block:
            return one.validation if validation else one.training
    known = [one.name for one in plan.blocks]
    raise CommandError("E714", name=block, known=known, nearest=nearest(block, known))


def _nothing(
    plan: "Plan", files: list[str], block: str | None, among: "Conversations", target: "Target", *, validation: bool
) -> CommandError:
    """Why there is nothing to show."""
    from ftc.cli.numbers import plural
    from ftc.cli.screen import shell_words

    what = f"`{block}`" if block else ", ".join(files)
    again = ["ftc", "show", *files, *(["--block", block] if block else [])]
    other = _among(plan, block, validation=not validation)
    if among.count:
        reason = f"No conversation of {what} has a `rejected` answer, and {target.name} writes only those that have one"
        return CommandError("E731", reason=reason, way=f"Show them all: {shell_words(again)}")
    if not other.count:
        return CommandError("E713", files=files)
    if validation:
        way = "Hold some out, with a line in a block: validation 10%"
        return CommandError("E731", reason=f"Nothing of {what} is held out for validation", way=way)
    reason = f"{plural(other.count, 'conversation')} of {what}, and so all, are held out for validation"
    return CommandError("E731", reason=reason, way=f"Show them: {shell_words([*again, '--validation'])}")


def _containing(
    among: "Conversations", text: str, start: int, number: int, *, what: str
) -> "Iterator[tuple[int, Conversation]]":
    """Those that contain a text, from `start` on; how many are left out is told."""
    wanted, shown = text.casefold(), 0
    stop = min(among.count, start + SEARCHED)
    for index, conversation in zip(range(start, stop), among[start:stop], strict=True):
        if any(wanted in said.casefold() for said in _texts(conversation)):
            if shown == number:
                if not quiet():
                    tell("… and more; with -n, as many as you like")
                return
            shown += 1
            yield index, conversation
    if not shown:
        which = what if stop - start == among.count else f"the conversations {start + 1:,} to {stop:,} of {what}"
        raise CommandError("E732", FINDINGS, what=which, text=text)
    if stop < among.count and not quiet():
        tell("Searched up to {stop}; go on with --at {next}", stop=f"{stop:,}", next=stop + 1)


def _texts(conversation: "Conversation") -> "Iterator[str]":
    """Everything that a conversation says."""
    yield from (str(message) for message in conversation.messages)
    if conversation.rejected is not None:
        yield conversation.rejected
