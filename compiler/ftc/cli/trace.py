"""`ftc trace`: from a line of an output back to the source lines and the picks that made it."""

import sys
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ftc.cli.options import textual
from ftc.cli.screen import result
from ftc.cli.stop import INTERNAL, Stop
from ftc.diagnostics import Diagnostic
from ftc.expand.conversation import Conversation
from ftc.printable import inline
from ftc.report import colored, emit
from ftc.report.line import ShownLine

if TYPE_CHECKING:
    from ftc.emit.manifest import Manifest
    from ftc.expand.plan.plan import Plan
    from ftc.source import Span


SEARCHED = 1_000_000
"""Conversations among which a pair is looked for: half a minute's work. A manifest may claim any number."""


def run(
    place: Annotated[
        str,
        typer.Argument(
            metavar="OUT:LINE", callback=textual, help="A line of an output, for example: knowledge.jsonl:12"
        ),
    ],
) -> None:
    """Say where a line of an output came from: the source lines and the picks that made it.

    The sources are read from the manifest beside the output, so they may have changed since.
    """
    from ftc.cli.conversation_view import drawn
    from ftc.emit.trace import locate
    from ftc.emit.write import accepted
    from ftc.targets import TARGETS

    path, number = _parsed(place)
    found = locate(path, number)
    if isinstance(found, Diagnostic):
        raise Stop(found.code, INTERNAL if found.code in ("E704", "E727") else 2, **found.data)
    plan = _rebuilt(found.manifest, path)
    target = TARGETS[found.manifest.target]
    split = plan.training if found.output.split == "training" else plan.validation
    if found.manifest.shuffle is not None and found.output.split == "training":
        split = split.shuffled(found.manifest.shuffle)
    # Where the file is a part, its lines are counted from there.
    first, last = found.output.first or 0, (found.output.first or 0) + found.output.lines + found.output.skipped
    if last > split.count:
        raise _unfit(path, "its sources make fewer conversations than it says")
    split = split[first:last]
    # Every conversation is a line, unless the target takes pairs alone: then those must be looked for.
    if target.pairs and split.count > SEARCHED:
        split = split[:SEARCHED]
    lines = (
        islice(accepted(split, target), min(number - 1, SEARCHED), None) if target.pairs else iter((split[number - 1],))
    )
    if (conversation := next(lines, None)) is None:
        raise _unfit(path, "its sources make fewer lines than it says, or too many other conversations before this one")
    told = found.line is None or target.line(conversation) == found.line
    if found.unchanged and not told:
        raise _unfit(path, f"its sources make another line here; it says that ftc {found.manifest.ftc} wrote this one")
    if not found.unchanged or not told:
        emit([Diagnostic("W701", None, {"path": str(path)})], "text", sys.stderr)
    color = colored(sys.stdout)
    title = f"── {inline(str(path))}:{number} ── {conversation.origin.block} ── {conversation.id}"
    result(drawn(conversation, title, color=color) + "\n" + _sources(conversation))


def _parsed(place: str) -> tuple[Path, int]:
    path, colon, line = place.rpartition(":")
    if not colon or not path or not (line.isascii() and line.isdigit()) or len(line) > 18 or int(line) < 1:
        raise Stop("E708", place=place)
    return Path(path), int(line)


def _rebuilt(manifest: "Manifest", path: Path) -> "Plan":
    """The plan of the sources in the manifest, read from no disk."""
    from ftc.emit.manifest import manifest_path
    from ftc.recompile import recompile
    from ftc.records import BadRecord

    try:
        plan = recompile(manifest.files, manifest.source_bytes, manifest.target)
    except BadRecord as bad:
        raise _unfit(path, str(bad)) from None
    if plan is None:
        raise Stop("E717", INTERNAL, manifest=str(manifest_path(path)), version=manifest.ftc)
    return plan


def _unfit(path: Path, reason: str) -> Stop:
    """The manifest of an output is none: it does not fit the sources that it holds."""
    from ftc.emit.manifest import manifest_path

    return Stop("E705", manifest=str(manifest_path(path)), reason=reason)


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
    from ftc.cli.conversation_view import place

    start = span.source.line_starts[span.line - 1]
    return f"{place(span)} | {ShownLine(span.source.line(span.line), span.start - start).text.strip()}"
