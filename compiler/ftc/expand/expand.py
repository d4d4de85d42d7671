"""The phase: from a checked model to its plan, block by block, and what is wrong with what is planned."""

from collections.abc import Callable, Sequence

from ftc.check import model
from ftc.diagnostics import Diagnostic, Label
from ftc.expand.bind.frames import PickFailure
from ftc.expand.covering import TooManyCombinations
from ftc.expand.plan.builder import Builder
from ftc.expand.plan.formula import formula
from ftc.expand.plan.pieces import TooManyToSplit
from ftc.expand.plan.plan import NO_CONVERSATIONS, BlockPlan, Conversations, Plan, failure_diagnostic
from ftc.expand.plan.program import Program
from ftc.expand.plan.sequences import Concatenation, Product, Repetition, Selection, Source
from ftc.expand.plan.split import Division, Undivided
from ftc.expand.random import Stream, distinct
from ftc.expand.space.budget import GroupTooLarge
from ftc.slotted import slotted

Merge = Callable[[Source], Source]
"""Makes of some conversations those that are left where of equal ones the first is kept; may raise
`TooManyToCompare`."""


class TooManyToCompare(Exception):
    """There are more conversations, of which some may be equal, than are compared."""


def expand(checked: model.Model, merge: Merge, *, pairs: bool = False) -> tuple[Plan, list[Diagnostic]]:
    """The plan of a model, in which `merge` does what `unique` says. With `pairs`, rejected answers vary too: it is
    then a plan of preference pairs."""
    diagnostics: list[Diagnostic] = []
    applied: set[int] = set()
    thinned: list[_Thinned] = []
    for block in checked.blocks:
        try:
            each, found = _block(checked, block, merge if block.unique else None, pairs)
        except (GroupTooLarge, TooManyToCompare) as error:
            diagnostics.append(_too_large(error, block) if isinstance(error, GroupTooLarge) else _too_many(block))
            applied |= {id(w) for w in (*checked.wheres, *_wheres_in(block))}
            continue
        except PickFailure as failure:
            diagnostics.append(failure_diagnostic(failure))
            continue
        except TooManyCombinations:
            assert block.thinning is not None
            diagnostics.append(Diagnostic("E406", block.thinning.span))
            continue
        thinned.append(each)
        diagnostics += found
    divisions, halves, found = _divided(thinned)
    diagnostics += found
    blocks = [_planned(each, halves[each]) for each in thinned if each in halves]
    for program in (program for plan in blocks for program in plan.programs):
        if program.conditions:
            applied |= {id(c.source) for c in program.space.applied}
    if not pairs:
        applied |= _applied_in_pairs(checked, applied)
    diagnostics += _wheres(checked, applied, blocks)
    return Plan(tuple(blocks), tuple(divisions)), diagnostics


@slotted
class _Thinned:
    """A block before anything is held out, with the formula of its count."""

    undivided: Undivided
    formula: str


Halves = tuple[Source, Source | None]
"""(training, validation), None where no line holds anything out."""


def _block(
    checked: model.Model, block: model.Block, merge: Merge | None, pairs: bool
) -> tuple[_Thinned, list[Diagnostic]]:
    diagnostics: list[Diagnostic] = []
    programs = Builder(checked, block, pairs=pairs).programs()
    for program in programs:
        for component in program.space.components:
            _ = component.root  # builds the graph: what is too large is found here
    parts = [_thin(those, thin, block, merge, diagnostics) for those, thin in thinnings(block, programs)]
    source, text = parts[0]
    if len(parts) > 1:
        each, texts = zip(*parts, strict=True)
        source, text = _merged(Concatenation(each), " + ".join(texts), merge)
    if not source.count and not diagnostics:
        diagnostics.append(_empty(block, programs))
    return _Thinned(Undivided(block, source, tuple(programs)), text), diagnostics


def _divided(thinned: list[_Thinned]) -> tuple[list[Division], dict[_Thinned, Halves], list[Diagnostic]]:
    """What each `validation` line does, the two parts of each block, and what is too large to be divided."""
    halves: dict[_Thinned, Halves] = {each: (each.undivided.source, None) for each in thinned}
    lines: dict[model.Split, list[_Thinned]] = {}
    for each in thinned:
        if (split := each.undivided.block.split) is not None:
            lines.setdefault(split, []).append(each)
    divisions: list[Division] = []
    diagnostics: list[Diagnostic] = []
    for split, of_line in lines.items():
        named = {each.undivided: each for each in of_line}
        try:
            division = Division(split, list(named))
            for undivided, training, validation in division.parts():
                halves[named[undivided]] = training, validation
        except PickFailure as failure:
            diagnostics.append(failure_diagnostic(failure))
        except TooManyToSplit as error:
            percent = split.share or "10%"
            data = {"name": error.program.block.name, "what": error.what, "by": error.by, "percent": percent}
            diagnostics.append(Diagnostic("E407", split.span, data))
        else:
            divisions.append(division)
            continue
        for each in of_line:
            del halves[each]
    return divisions, halves, diagnostics


def _planned(thinned: _Thinned, halves: Halves) -> BlockPlan:
    block, text = thinned.undivided.block, thinned.formula
    once = training = Conversations(halves[0])
    validation = NO_CONVERSATIONS
    if halves[1] is not None:
        validation = Conversations(halves[1])
        text = f"{text} − {validation.count:,} held out"
    if block.repeat > 1:
        training = Conversations(Repetition(once.source, block.repeat))
        text = f"{block.repeat} × ({text})"
    programs = tuple(thinned.undivided.programs)
    return BlockPlan(block.name, block.kind, block.span, block, once, training, validation, text, programs)


def thinnings(block: model.Block, programs: Sequence[Program]) -> list[tuple[Sequence[Program], model.Thinning | None]]:
    """The programs that are thinned together, with the line that says how: faults may have one of their own."""
    thin_faults = next((t.invalid.thinning for t in block.turns if t.invalid and t.invalid.thinning), None)
    if thin_faults is None:
        return [(programs, block.thinning)]
    valid, faulty = ([p for p in programs if (p.fault is None) == wanted] for wanted in (True, False))
    return [(valid, block.thinning), (faulty, thin_faults)]


def _thin(
    programs: Sequence[Program],
    thin: model.Thinning | None,
    block: model.Block,
    merge: Merge | None,
    diagnostics: list[Diagnostic],
) -> tuple[Source, str]:
    """The conversations of some programs, thinned and merged, and their formula. A sample is drawn of what is left of
    the equal ones; a cover is of picks, and what it has is merged."""
    source: Source = Product(programs[0]) if len(programs) == 1 else Concatenation([Product(p) for p in programs])
    text = formula([p.space.factors for p in programs])
    if thin is None:
        return _merged(source, text, merge)
    if thin.strength is not None:
        from ftc.expand.covering.cover import cover_all

        places = cover_all(programs, thin.strength)
        # Where all of them are needed, nothing is thinned, and nobody has to go through them one by one.
        kept = source if len(places) == source.count else Selection(source, places)
        return _merged(kept, f"a cover of {text}", merge)
    source, less = _merged(source, text, merge)
    text = text if less == text else f"({less})"
    assert thin.count is not None
    if thin.count > source.count:
        diagnostics.append(Diagnostic("E408", thin.span, {"wanted": thin.count, "count": source.count}))
        return source, text
    stream = Stream(thin.seed, f"{block.name}/{'valid' if programs and programs[0].fault is None else 'invalid'}")
    return Selection(source, distinct(stream, thin.count, source.count)), f"a sample of {text}"


def _merged(source: Source, text: str, merge: Merge | None) -> tuple[Source, str]:
    """The conversations that are left of equal ones, and their formula."""
    if merge is None:
        return source, text
    left = merge(source)
    copies = source.count - left.count
    return left, f"{text} − {copies:,} {'copy' if copies == 1 else 'copies'}" if copies else text


def _too_many(block: model.Block) -> Diagnostic:
    assert block.unique is not None
    return Diagnostic("E416", block.unique, {"name": block.name})


def _too_large(error: GroupTooLarge, block: model.Block) -> Diagnostic:
    wheres = list(dict.fromkeys(c.source for c in error.conditions if c.source))
    names = ", ".join(f"`{name}` ({size:,})" for name, size in error.sizes.items())
    largest = max(error.sizes, key=lambda name: error.sizes[name], default="")
    labels = tuple(Label(where.span, "and this one") for where in wheres[1:4])
    span = wheres[0].span if wheres else block.span
    return Diagnostic("E403", span, {"names": names, "largest": largest}, labels)


def _empty(block: model.Block, programs: list[Program]) -> Diagnostic:
    wheres = {id(c.source): c.source for p in programs for c in p.conditions if c.source}
    spans = [w.span for w in wheres.values()]
    labels = tuple(Label(span, "and this one") for span in spans[1:4])
    if spans:
        return Diagnostic("E401", spans[0], {"block": block.name}, labels)
    return Diagnostic("E409", block.span, {"block": block.name})


def _applied_in_pairs(checked: model.Model, applied: set[int]) -> set[int]:
    """The conditions that apply where rejected answers are written: they are right whatever the target is."""
    found: set[int] = set()
    for block in checked.blocks:
        if not any(t.rejected or (t.invalid and t.invalid.rejected) for t in block.turns):
            continue
        wheres = [*checked.wheres, *_wheres_in(block)]
        if all(id(w) in applied for w in wheres):
            continue
        try:
            spaces = [program.space for program in Builder(checked, block, pairs=True).programs()]
            found |= {id(c.source) for space in spaces if space.count for c in space.applied}
        except (GroupTooLarge, PickFailure):
            found |= {id(w) for w in wheres}
    return found


def _wheres_in(block: model.Block) -> list[model.Constraint]:
    return [*block.wheres, *[where for turn in block.turns for where in turn.wheres]]


def _wheres(checked: model.Model, applied: set[int], blocks: list[BlockPlan]) -> list[Diagnostic]:
    """A `where` whose names are never all picked in one conversation."""
    if not blocks:
        return []
    # A condition at the top may be for a block that was reported, one of a used file for what other files show.
    sources = {plan.span.source for plan in blocks}
    everywhere = [w for w in checked.wheres if w.span.source in sources] if checked.complete else []
    for plan in blocks:
        everywhere += _wheres_in(plan.declaration)
    found = {}
    for where in everywhere:
        if id(where) not in applied:
            names = ", ".join(dict.fromkeys(f"`{r.name.name}`" for r in where.condition.reads))
            found[where.span] = Diagnostic("E402", where.span, {"names": names})
    return list(found.values())
