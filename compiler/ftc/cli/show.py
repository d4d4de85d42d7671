"""`ftc show`: some conversations, rendered as chats."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from ftc.cli.command_error import CommandError, nearest
from ftc.cli.options import Files, FormatOption, Strict, compile_plan, target_named
from ftc.cli.screen import result

if TYPE_CHECKING:
    from ftc.expand.plan.plan import Conversations, Plan


def run(
    files: Files,
    at: Annotated[int | None, typer.Option(metavar="I", help="Show conversation I, counted from 0.")] = None,
    block: Annotated[str | None, typer.Option(metavar="NAME", help="Only conversations of this block.")] = None,
    number: Annotated[
        int | None,
        typer.Option("-n", min=1, metavar="N", help="How many; by default 3, spread evenly, or 1 with --at."),
    ] = None,
    format: FormatOption = "text",
    strict: Strict = False,
) -> None:
    """Show some of the training conversations as chats: a few spread over all of them, or those at --at."""
    from ftc.cli.conversation_view import location, render_conversation
    from ftc.cli.numbers import format_count
    from ftc.emit.sample import spread
    from ftc.loader import Loader
    from ftc.report import colored

    plan = compile_plan(
        files, Loader(), target=target_named("openai"), data_checks=False, format=format, strict=strict, results=True
    )
    among = _among(plan, block)
    if at is not None and not 0 <= at < among.count:
        raise CommandError("E715", at=at, count=format_count(among.count), last=among.count - 1 if among.count else "")
    for index in spread(among.count, number or 3) if at is None else range(at, min(at + (number or 1), among.count)):
        conversation = among[index]
        origin = conversation.origin
        title = f"── {origin.block} {index:,} of {format_count(among.count)} ── {location(origin.span)}"
        result(render_conversation(conversation, title, color=colored(sys.stdout)) + "\n")


def _among(plan: "Plan", block: str | None) -> "Conversations":
    if block is None:
        return plan.training
    for one in plan.blocks:
        if one.name == block:
            return one.training
    known = [one.name for one in plan.blocks]
    raise CommandError("E714", name=block, known=known, nearest=nearest(block, known))
