"""`ftc trace`: from a line of an output back to the source lines and the picks that made it."""

import sys
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ftc.cli.stop import INTERNAL, Stop
from ftc.diagnostics import Diagnostic
from ftc.expand.conversation import Conversation
from ftc.report import colored, emit
from ftc.report.line import ShownLine, visible

if TYPE_CHECKING:
    from ftc.emit.manifest import Manifest
    from ftc.expand.plan import Plan
    from ftc.source import Span


def run(
    place: Annotated[str, typer.Argument(metavar="OUT:LINE", help="A line of an output, say: knowledge.jsonl:12")],
) -> None:
    """Say where a line of an output came from: the source lines and the picks that made it.

    The sources are read from the manifest beside the output, so they may have changed since.
    """
    from ftc.cli.drawn import drawn
    from ftc.emit.trace import locate
    from ftc.emit.write import taken
    from ftc.targets import TARGETS

    path, number = _parsed(place)
    found = locate(path, number)
    if isinstance(found, Diagnostic):
        raise Stop(found.code, INTERNAL if found.code == "E704" else 2, **found.data)
    plan = _rebuilt(found.manifest, path)
    target = TARGETS[found.manifest.target]
    split = plan.training if found.output.split == "training" else plan.validation
    if found.manifest.shuffle is not None and found.output.split == "training":
        split = split.shuffled(found.manifest.shuffle)
    # Where the file is a part, its lines are counted from there.
    split = split[found.output.first or 0 :]
    # Every conversation is a line, unless the target takes pairs alone: then those must be looked for.
    conversation = next(islice(taken(split, target), number - 1, None)) if target.pairs else split[number - 1]
    if not found.unchanged or (found.line is not None and target.line(conversation) != found.line.rstrip(b"\n")):
        emit([Diagnostic("W701", None, {"path": str(path)})], "text", sys.stderr)
    color = colored(sys.stdout)
    title = f"── {path}:{number} ── {conversation.origin.block} ── {conversation.id}"
    sys.stdout.write(drawn(conversation, title, color=color) + "\n" + _sources(conversation))


def _parsed(place: str) -> tuple[Path, int]:
    path, colon, line = place.rpartition(":")
    if not colon or not path or not (line.isascii() and line.isdigit()) or int(line) < 1:
        raise Stop("E708", place=place)
    return Path(path), int(line)


def _rebuilt(manifest: "Manifest", path: Path) -> "Plan":
    """The plan of the sources in the manifest, read from no disk."""
    from ftc.emit.manifest import beside
    from ftc.recompile import recompiled

    plan = recompiled(manifest.files, {source.name: source.data for source in manifest.sources}, manifest.target)
    if plan is None:
        raise Stop("E717", INTERNAL, manifest=str(beside(path)), version=manifest.ftc)
    return plan


def _sources(conversation: Conversation) -> str:
    """The source line of each message, then each pick with the line of its value."""
    lines = []
    for message, span in zip(conversation.messages, conversation.origin.messages, strict=True):
        lines.append(f"{message.role:<10} {_line(span)}")
    if conversation.origin.rejected is not None:
        lines.append(f"{'rejected':<10} {_line(conversation.origin.rejected)}")
    for pick in conversation.origin.picks:
        lines.append(f"{visible(pick.name)} = {visible(pick.value)}\n{'':<10} {_line(pick.span)}")
    return "\n".join(lines) + "\n"


def _line(span: "Span") -> str:
    from ftc.cli.drawn import place

    start = span.source.line_starts[span.line - 1]
    return f"{place(span)} | {ShownLine(span.source.line(span.line), span.start - start).text.strip()}"
