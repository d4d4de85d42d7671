"""What `validation` lines hold out. E411 to E415: a line is about something that is not there, or leaves nothing to
train on. W505 and W515: its share is not what was asked."""

import json
from collections.abc import Iterator, Sequence
from fractions import Fraction

from ftc.check.model import Split
from ftc.check.scope import near
from ftc.diagnostics import Diagnostic, Label
from ftc.edits import instead, without_line
from ftc.expand.plan.groups import by_wording
from ftc.expand.plan.plan import BlockPlan, Plan
from ftc.expand.plan.split import Division
from ftc.quality.context import Context

# A share of the data, or of what is left of it, that is so many times what was asked is far from it, ...
FAR = Fraction(3, 2)
# ... unless it differs by no more than this.
LITTLE = Fraction(2, 100)


def check(context: Context) -> Iterator[Diagnostic]:
    plan = context.plan
    for division in plan.divisions:
        blocks = [block for block in plan.blocks if block.declaration.split is division.split]
        yield from _of_file(division.split, plan.blocks, blocks)
        yield from _division(division, blocks)
    yield from _overridden(context)
    if not context.data_checks:
        return  # questions alone may be asked: `ftc evaluate` needs nothing to train on
    complete = len(plan.blocks) == len(context.model.blocks)  # else what is missing may be what is trained on
    if complete:
        yield from nothing_to_train_on(plan)


def nothing_to_train_on(plan: Plan) -> Iterator[Diagnostic]:
    """E412: all is held out, as lines of whole blocks say."""
    if not plan.training.count and all(division.split.whole for division in plan.divisions):
        lines = [division.split.span for division in plan.divisions if division.held_out]
        if lines:
            labels = tuple(Label(span, "and all of this") for span in lines[1:4])
            yield Diagnostic("E412", lines[0], {"count": plan.validation.count}, labels)


def _overridden(context: Context) -> Iterator[Diagnostic]:
    """Lines at the top of a file that no block follows, as each has a line of its own."""
    followed = {block.split for block in context.model.blocks}
    for split in context.model.splits:
        if split not in followed:
            twice = list(_of_file(split, context.plan.blocks, ()))
            yield from twice
            if not twice:
                data = {"line": split.span.text, "block": "this file", "why": "each block has a line of its own"}
                yield Diagnostic("W505", split.span, data)


def _of_file(split: Split, blocks: Sequence[BlockPlan], divided: Sequence[BlockPlan]) -> Iterator[Diagnostic]:
    """E413: a block that is divided by a line of its own and picks the name that a line of the file divides by."""
    if not split.of_file or split.by is None:
        return
    for block in blocks:
        own = block.declaration.split
        if own is not None and not own.of_file and not own.whole and _picks(block, split):
            label = Label(split.span, "the line for all blocks")
            data = {"block": block.name, "name": split.by.name}
            yield Diagnostic("E413", own.span, data, (label,), edits=without_line(own.span))


def _picks(block: BlockPlan, split: Split) -> bool:
    return split.by is not None and any(program.bound(split.by) for program in block.programs)


def _division(division: Division, blocks: Sequence[BlockPlan]) -> Iterator[Diagnostic]:
    split, line = division.split, division.split.span.text
    where = "the blocks of this file" if split.of_file else f"`{blocks[0].name}`"
    if split.by is not None and not any(_picks(block, split) for block in blocks):
        who = "any block of this file" if split.of_file else where
        yield Diagnostic("E411", split.span, {"name": split.by.name, "block": who})
        return
    if split.by is not None and split.values is not None:
        unknown = division.unknown
        for value, known in unknown.items():
            like, span = near(value, known), split.values[value]
            data = {"value": value, "name": split.by.name, "near": like, "known": _listed(known)}
            # A value in quotes: of any other expression nobody knows which part is wrong.
            written = json.dumps(like, ensure_ascii=False) if like and span.text.startswith('"') else ""
            yield Diagnostic("E414", span, data, edits=instead(span, written))
        if unknown:
            return
        if division.takes_all:
            yield Diagnostic("E415", split.span, {"name": split.by.name, "block": where})
            return
    name = split.by.name if split.by else ""
    if division.count and not division.held_out:
        yield Diagnostic("W505", split.span, {"line": line, "block": where, "why": _why_nothing(split, blocks)})
    elif division.count and split.percent is not None and not split.whole:
        share, wanted = Fraction(division.held_out, division.count), Fraction(str(split.percent)) / 100
        if is_far(share, wanted):
            data = {
                "line": line,
                "block": where,
                "share": percent(share),
                "groups": _groups(division),
                "nearest": " or ".join(dict.fromkeys(percent(each) for each in division.nearest)),
                "way": f"validation {percent(share)}" + (f" by {name}" if name else ""),
                "name": name,
            }
            yield Diagnostic("W515", split.span, data, edits=instead(split.span, data["way"]))


def _why_nothing(split: Split, blocks: Sequence[BlockPlan]) -> str:
    if split.values is not None:
        return "no conversation has these values"
    if all(by_wording(block.declaration) for block in blocks):
        return "each exchange keeps a wording, and none has another"
    return "one group stays to train on, and there is no other"


def _groups(division: Division) -> str:
    """How many groups there are, and of what."""
    split, groups = division.split, division.groups
    kinds = {by_wording(each.block) for each in division.undivided}
    if split.by is not None:
        thing = f"values of `{split.by.name}`"
    elif len(kinds) > 1:
        thing = "groups"
    else:
        thing = "wordings" if kinds == {True} else "combinations of names"
    if groups is None:
        return f"many {thing}"
    return f"{groups:,} {thing}" if groups != 1 else f"1 of the {thing}"


def is_far(share: Fraction, wanted: Fraction) -> bool:
    """Whether a share is far from the one that was asked."""
    if abs(share - wanted) <= LITTLE:
        return False
    return any(a > FAR * b or b > FAR * a for a, b in ((share, wanted), (1 - share, 1 - wanted)))


def percent(share: Fraction) -> str:
    """A share as a `validation` line says it: with so many digits that it is neither nothing nor all."""
    for digits in (0, 1, 2, 4, 8):
        text = f"{float(share * 100):.{digits}f}"
        if 0 < float(text) < 100:
            break
    return f"{text}%"


def _listed(known: Sequence[str]) -> str:
    return ", ".join(f"`{value}`" for value in known[:8]) + (", …" if len(known) > 8 else "")
