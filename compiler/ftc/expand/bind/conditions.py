"""Conditions: each `where` in each frame in which all its names are picked, as a predicate of picks."""

from collections.abc import Callable, Iterable, Iterator

from ftc.check import model
from ftc.expand.bind.bindings import TextBinding
from ftc.expand.bind.comparisons import fails, relation
from ftc.expand.bind.evaluated import Evaluated
from ftc.expand.bind.frames import Frame, PickFailure
from ftc.expand.bind.messages import Line
from ftc.expand.bind.rows import PartialRow, compared, row_of
from ftc.expand.bind.values import Value
from ftc.expand.space.ops import Condition, Done, Ops, Picks, Settle, Slot, Token
from ftc.expand.space.reach import certain
from ftc.expressions.nodes import Logic, Node
from ftc.expressions.types import BOOL

ScopedConstraint = tuple[model.Constraint, Token | None, Frame]
"""A constraint, the token after which it applies (None: always), and the frame of whose picks it is."""

Goals = list[tuple[frozenset[Token], Ops]]
"""What `Settle` has to do, each with its guard."""


def conditions(
    constraints: Iterable[ScopedConstraint], ops: Ops, culprit: TextBinding | None = None
) -> tuple[list[Condition], Ops]:
    """The conditions that the constraints come to, and the op that has to end the `ops` for their sake. A condition
    that would read the invalid pick of `culprit` holds."""
    found: dict[tuple[object, ...], list[Condition]] = {}
    first: Goals = []
    goals: Goals = []
    sure: frozenset[Token] | None = None
    for where, arm, outermost in constraints:
        for frame in outermost.root.frames:
            if not _within(frame, outermost):
                continue
            values = [frame.find(read) for read in where.condition.reads]
            there = [v for v in values if v is not None]
            if len(there) < len(values):
                continue
            armed = frozenset[Token]((arm,) if arm else ())
            tokens = armed.union(*(v.tokens for v in there))
            key = (id(where), tokens)
            if key in found:
                continue
            found[key] = list(_immediate(where, there, tokens, culprit))
            if any(v.completions or v.unsure for v in there):
                sure = certain(ops) if sure is None else sure
                if not tokens - armed <= sure:
                    for late, more, compares in _deferred(where, there, armed, culprit):
                        found[key].append(late)
                        (first if compares else goals).extend(more)
    # Rows are compared by what was met of them, before anything is picked hypothetically.
    goals = first + goals
    return [each for several in found.values() for each in several], (Settle(tuple(goals)),) if goals else ()


def _within(frame: Frame, outermost: Frame) -> bool:
    """Whether a constraint of the outermost frame applies to the picks of `frame`. One of a turn applies to all that
    the turn can see: its own picks, those of the conversation, and those within either for a `let x in NAME`, but not
    those of other turns."""
    return not outermost.turn or frame.turn in ("", outermost.turn)


def _immediate(
    where: model.Constraint, values: list[Value], tokens: frozenset[Token], culprit: TextBinding | None
) -> Iterator[Condition]:
    """The constraint as conditions that are checked once all that it reads is met: each comparison of an `and` that can
    be looked up in an index, and the rest."""
    whole = Evaluated(where.condition, values, whole=True)
    rest: list[Node] = []
    for node in _conjuncts(where.condition.node):
        part = whole.part(node)
        looked_up = relation(part) if culprit is None or culprit.slot not in part.slots else None
        if looked_up is None or (rest and fails(looked_up)):
            rest.append(node)
        else:
            slots = frozenset[Slot]().union(*(v.meet.slots for v in part.inputs))
            yield Condition(tokens, slots, _holds(part, None), where, _over(part), None, looked_up)
    if rest:
        node = rest[0] if len(rest) == 1 else Logic("and", tuple(rest), BOOL, where.condition.node.span)
        part = whole.part(node)
        slots = frozenset[Slot]().union(*(v.meet.slots for v in part.inputs))
        plain = culprit is None or culprit.slot not in part.slots
        over = _over(part) if plain else lambda slot, picks: None
        yield Condition(tokens, slots, _holds(part, None if plain else culprit), where, over)


def _conjuncts(node: Node) -> Iterator[Node]:
    """The operands of an `and`, in order."""
    if isinstance(node, Logic) and node.operator == "and":
        for operand in node.operands:
            yield from _conjuncts(operand)
    else:
        yield node


def _deferred(
    where: model.Constraint, values: list[Value], armed: frozenset[Token], culprit: TextBinding | None
) -> Iterator[tuple[Condition, Goals, bool]]:
    """The constraint as it is checked at the end of a conversation that has picked all that it reads without having met
    it: a row whose cell it does not show, a conditional whose names were picked for other texts. In parts, each with
    its goals, and whether it does nothing but compare rows.

    Rows that are only compared are equal or not by what was met of them. What other cells need and was not picked is
    picked hypothetically: the conversation stays if some such picks pass.
    """
    same = compared(where.condition.node)
    inputs: list[Value] = []
    for read, value in zip(where.condition.reads, values, strict=True):
        row = row_of(value) if read in same else None
        inputs.append(PartialRow(row) if row else value)
    guard = armed.union(*(v.picked for v in values))
    slots = frozenset[Slot]().union(*(v.meet.slots for v in values))
    whole = Evaluated(where.condition, inputs, whole=True)
    comparing: list[Node] = []
    others: list[Node] = []
    for node in _conjuncts(where.condition.node):
        only_rows = all(isinstance(value, PartialRow) for value in whole.part(node).inputs)
        (comparing if only_rows else others).append(node)
    for nodes in (comparing, others):
        if not nodes:
            continue
        node = nodes[0] if len(nodes) == 1 else Logic("and", tuple(nodes), BOOL, where.condition.node.span)
        part = whole.part(node)
        checked = Token()
        late = Condition(guard | {checked}, slots, _holds_if_picked(part, culprit), where, lambda slot, picks: None)
        completions = [(guard | picked, inner) for value in part.inputs for picked, inner in value.completions]
        yield late, [*completions, (guard, (Done(checked),))], nodes is comparing


def _holds_if_picked(condition: Evaluated, culprit: TextBinding | None) -> Callable[[Picks], bool]:
    met = _holds(condition, culprit)

    def holds(picks: Picks) -> bool:
        try:
            return met(picks)
        except KeyError:
            return True  # a name of a conditional that was not picked

    return holds


def _holds(condition: Evaluated, culprit: TextBinding | None) -> Callable[[Picks], bool]:
    if culprit is None:
        return lambda picks: bool(condition.value(picks))

    def holds(picks: Picks) -> bool:
        recorded = RecordingPicks(picks)
        try:
            held = bool(condition.value(recorded))
        except PickFailure:
            held = False
        return held or culprit.slot in recorded.read

    return holds


def _over(condition: Evaluated) -> Callable[[Slot, Picks], Iterable[bool] | None]:
    if condition.expr.type == BOOL:
        return condition.over

    def over(slot: Slot, picks: Picks) -> Iterable[bool] | None:
        answers = condition.over(slot, picks)
        return None if answers is None else map(bool, answers)

    return over


class RecordingPicks(dict[Slot, int]):
    """Picks that record which of them were read, in order."""

    def __init__(self, picks: Picks) -> None:
        super().__init__(picks)
        self.read: dict[Slot, None] = {}

    def __getitem__(self, slot: Slot) -> int:
        self.read.setdefault(slot)
        return super().__getitem__(slot)


def shows(lines: list[Line], culprit: TextBinding, picks: Picks) -> bool:
    """Whether the lines show the culprit: whether rendering them reads its pick."""
    recorded = RecordingPicks(picks)
    for line in lines:
        try:
            if line.text:
                line.text.render(recorded)
            for _, arguments in line.calls:
                for _, value in arguments:
                    value.value(recorded)
        except PickFailure:
            pass  # computed with the culprit: that it was read is what counts
    return culprit.slot in recorded.read
