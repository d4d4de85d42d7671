"""`ftc trace`: from a line of an output back to the source lines and the picks that made it."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ftc.cli.command_error import INTERNAL, CommandError
from ftc.cli.options import require_text
from ftc.cli.screen import document, result
from ftc.diagnostics import Diagnostic
from ftc.expand.conversation import Conversation
from ftc.printable import inline
from ftc.report import colored, emit, shown_place
from ftc.report.source_line import SourceLine

if TYPE_CHECKING:
    from ftc.emit.manifest import Manifest
    from ftc.expand.plan.plan import Plan
    from ftc.source import Span


def run(
    place: Annotated[
        str,
        typer.Argument(
            metavar="OUT:LINE", callback=require_text, help="A line of an output, for example: knowledge.jsonl:12"
        ),
    ],
    format: Annotated[
        Literal["text", "json"], typer.Option("--format", help="How it is told: json is for programs.")
    ] = "text",
) -> None:
    """Say where a line of an output came from: the source lines and the picks that made it.

    The sources are read from the manifest beside the output, so they may have changed since.
    """
    from ftc.cli.conversation_view import described, render_conversation
    from ftc.emit.accepted import accepted
    from ftc.emit.trace import locate
    from ftc.targets import TARGETS

    path, number = _parse_place(place)
    located = locate(path, number)
    if isinstance(located, Diagnostic):
        raise CommandError(located.code, INTERNAL if located.code in ("E704", "E727") else 2, **located.data)
    plan = _recompiled_plan(located.manifest, path)
    target = TARGETS[located.manifest.target]
    split = plan.training if located.output.split == "training" else plan.validation
    if located.manifest.shuffle is not None and located.output.split == "training":
        split = split.shuffled(located.manifest.shuffle)
    # Where the file is a part, its lines are counted from there.
    first, last = located.output.first or 0, (located.output.first or 0) + located.output.lines + located.output.skipped
    if last > split.count:
        raise _mismatch(path, "its sources make fewer conversations than it says")
    split = split[first:last]
    # Every conversation is a line, unless the target takes pairs alone.
    lines = accepted(split, target)
    if number > lines.count:
        raise _mismatch(
            path, "its sources make fewer lines than it says, or too many other conversations before this one"
        )
    conversation = lines[number - 1]
    same_line = located.line is None or target.line(conversation) == located.line
    if located.unchanged and not same_line:
        raise _mismatch(
            path, f"its sources make another line here; it says that ftc {located.manifest.ftc} wrote this one"
        )
    if not located.unchanged or not same_line:
        emit([Diagnostic("W701", None, {"path": str(path)})], "text", sys.stderr)
    if format == "json":
        document({"output": {"file": str(path), "line": number}, **described(conversation, number)})
        return
    color = colored(sys.stdout)
    title = f"── {inline(str(path))}:{number} ── {conversation.origin.block} ── {conversation.id}"
    result(render_conversation(conversation, title, color=color) + "\n" + _sources(conversation))


def _parse_place(place: str) -> tuple[Path, int]:
    path, colon, line = place.rpartition(":")
    if not colon or not path or not (line.isascii() and line.isdigit()) or len(line) > 18 or int(line) < 1:
        raise CommandError("E708", place=place)
    return Path(path), int(line)


def _recompiled_plan(manifest: "Manifest", path: Path) -> "Plan":
    """The plan of the sources in the manifest; no source is read from the disk."""
    from ftc.emit.manifest import manifest_path
    from ftc.recompile import recompile
    from ftc.records import BadRecord

    try:
        plan = recompile(manifest.files, manifest.source_bytes, manifest.target)
    except BadRecord as bad:
        raise _mismatch(path, str(bad)) from None
    if plan is None:
        raise CommandError("E717", INTERNAL, manifest=str(manifest_path(path)), version=manifest.ftc)
    return plan


def _mismatch(path: Path, reason: str) -> CommandError:
    """The error of a manifest that does not fit the sources in it."""
    from ftc.emit.manifest import manifest_path

    return CommandError("E705", manifest=str(manifest_path(path)), reason=reason)


def _sources(conversation: Conversation) -> str:
    """The source line of each message, then each pick with the line of its value."""
    lines = []
    for message, span in zip(conversation.messages, conversation.origin.messages, strict=True):
        lines.append(f"{message.role:<10} {_line(span)}")
    if conversation.origin.rejected is not None:
        lines.append(f"{'rejected':<10} {_line(conversation.origin.rejected)}")
    for pick in conversation.origin.picks:
        lines.append(f"{inline(pick.name)} = {inline(pick.value)}\n{'':<10} {_line(pick.span)}")
    return "\n".join(lines) + "\n"


def _line(span: "Span") -> str:
    start = span.source.line_start(span.line)
    return f"{shown_place(span)} | {SourceLine(span.source.line(span.line), span.start - start).text.strip()}"
