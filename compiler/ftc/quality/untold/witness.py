"""Two conversations that are the same up to an answer, and differ in it by what nothing told."""

from collections.abc import Iterator
from itertools import islice

from ftc.expand.bind.frames import PickFailure
from ftc.expand.bind.messages import Line
from ftc.expand.space.budget import GroupTooLarge
from ftc.expand.space.nodes import END, Node
from ftc.expand.space.ops import Decide, Done, Op, Ops, Slot, Switch, Token
from ftc.expand.space.space import Space, space_of
from ftc.quality.untold.names import UntoldName
from ftc.slotted import slotted
from ftc.targets.target import dump

# Decisions that are looked at, values that are tried in one of them (once more, fewer), and answers written in all.
MAX_NODES = 200_000
MAX_VALUES = 1_000
FEW = 20
MAX_WRITTEN = 10_000

Way = dict[Slot, int]


@slotted
class _Path:
    """A pick, and those before it."""

    before: "_Path | None"
    slot: Slot
    value: int

    @property
    def picks(self) -> Way:
        found: Way = {}
        path: _Path | None = self
        while path is not None:
            found[path.slot] = path.value
            path = path.before
        return found


@slotted
class TwoAnswers:
    """What is said last before an answer, and two answers to all that is said before it."""

    question: str
    first: str
    second: str
    picks: tuple[Way, Way]


def two_answers(untold: UntoldName) -> TwoAnswers | None:
    """Two answers that differ by the pick of the name alone; None where there are none, as conditions may decide it."""
    try:
        space = _space(untold)
        return _found(untold, space) if space.count else None
    except GroupTooLarge:
        return None


def _space(untold: UntoldName) -> Space:
    """The conversations that come to the answer without having met the name."""
    answer, program = untold.answer, untold.answer.program
    if not answer.branched and not untold.sometimes_told:
        return program.space
    reached, met = answer.line.reached, untold.binding.meet.token
    assert reached is not None
    slot = Slot("untold", "untold", "untold", False, lambda _, __: ("", answer.line.message.span), hidden=True)
    never = Decide(slot, 0, None)
    guard = Switch(slot, lambda done, _: int(met in done), frozenset(), frozenset((met,)), ((Done(reached),), (never,)))
    return space_of(_guarded(program.ops, reached, guard), program.conditions, program.required | {reached})


def _guarded(ops: Ops, reached: Token, guard: Switch) -> Ops:
    """The ops with the guard where the answer is reached."""
    found: list[Op] = []
    for op in ops:
        match op:
            case Done() if op.token is reached:
                found.append(guard)
            case Decide() if op.branches is not None:
                found.append(Decide(op.slot, op.size, tuple([_guarded(way, reached, guard) for way in op.branches])))
            case Switch():
                ways = tuple([_guarded(way, reached, guard) for way in op.branches])
                found.append(Switch(op.slot, op.branch, op.reads, op.watches, ways))
            case _:
                found.append(op)
    return tuple(found)


def _found(untold: UntoldName, space: Space) -> TwoAnswers | None:
    others = [space.at(rank) for rank in dict.fromkeys((0, space.count - 1, space.count // 3))]
    left = MAX_WRITTEN
    for component in space.components:
        if component.root is None or untold.slots.isdisjoint(component.slots):
            continue
        for node, path in _decisions(component.root, untold.slots):
            first, *more = islice(_ways(node), MAX_VALUES)
            for number, other in enumerate(others):
                base = {**other, **path, **_completed(node, *first, {})}
                answer = _written(untold.answer.line, base)
                for value, child in more if number == 0 else more[:FEW]:
                    picks = {**other, **path, **_completed(node, value, child, base)}
                    if _written(untold.answer.line, picks) != answer and (found := _shown(untold, base, picks)):
                        return found
                    left -= 1
                if left < 0:
                    return None
    return None


def _decisions(root: Node, slots: frozenset[Slot]) -> Iterator[tuple[Node, Way]]:
    """The decisions about some slots that have several values, each with the first picks that lead to it."""
    seen: set[Node] = set()
    waiting: list[Iterator[tuple[Node, _Path | None]]] = [iter([(root, None)])]
    while waiting and len(seen) < MAX_NODES:
        node, path = next(waiting[-1], (END, None))
        if node is END:
            waiting.pop()
        elif node not in seen:
            seen.add(node)
            if node.slot in slots and len(list(islice(_ways(node), 2))) == 2:
                yield node, path.picks if path else {}
            waiting.append(_following(node, path))


def _following(node: Node, path: _Path | None) -> Iterator[tuple[Node, _Path | None]]:
    """The decisions behind one, each with the way to it."""
    return ((child, _Path(path, node.slot, first)) for first, _, child in node.runs if child is not END)


def _ways(node: Node) -> Iterator[tuple[int, Node]]:
    """The values of a decision, each with what follows."""
    return ((value, child) for first, length, child in node.runs for value in range(first, first + length))


def _completed(node: Node, value: int, child: Node, like: Way) -> Way:
    """A value of a decision and picks for all that follows it: those of `like` where they can be made."""
    picks = {node.slot: value}
    while child is not END:
        runs, wanted = child.runs[:MAX_VALUES], like.get(child.slot, -1)
        picks[child.slot], child = next(
            ((wanted, then) for first, length, then in runs if first <= wanted < first + length),
            (runs[0][0], runs[0][2]),
        )
    return picks


def _written(line: Line, picks: Way) -> str | None:
    """What a message says, or calls; None where that cannot be made."""
    try:
        if line.text is not None:
            return line.text.render(picks)
        calls = [(call, {name: value.plain(picks) for name, value in given}) for call, given in line.calls]
        return ", ".join(f"{call.tool.name}({dump(arguments)})" for call, arguments in calls)
    except (PickFailure, KeyError):
        return None


def _shown(untold: UntoldName, one: Way, other: Way) -> TwoAnswers | None:
    """What is said in both conversations, and the two answers; None where they are not told apart by these alone."""
    before = [[_written(line, picks) for line in untold.answer.before] for picks in (one, other)]
    first, second = (_written(untold.answer.line, picks) for picks in (one, other))
    if first is None or second is None or first == second or before[0] != before[1]:
        return None
    asked = [text for text, line in zip(before[0], untold.answer.before, strict=True) if line.message.role == "user"]
    return TwoAnswers(asked[-1] or "" if asked else "", first, second, (one, other))
