"""What ops can lead to: the tokens they may do, what they may read, and all that they may meet."""

from collections.abc import Iterator

from ftc.expand.space.ops import (
    Decide,
    Done,
    Dynamic,
    Meet,
    Op,
    Ops,
    Reach,
    Settle,
    Switch,
    Token,
    inner_first,
    inside,
    spread,
)


def reach(ops: Ops) -> Reach:
    """The tokens that ops may do, and the slots and tokens that they may read."""
    future: set[Token] = set()
    reads: set[object] = set()
    stack: list[Op] = list(ops)
    while stack:
        op = stack.pop()
        match op:
            case Done():
                future.add(op.token)
                continue
            case Meet():
                tokens, read = _met(op)
                future |= tokens
                reads |= read
                continue
            case Dynamic():
                reads |= op.reads
            case Switch():
                reads |= op.reads
                reads |= op.watches
            case Settle():
                reads = reads.union(*[guard for guard, _ in op.goals])
        for branch in inside(op):
            stack += branch
    return frozenset(future), frozenset(reads)


def _met(meet: Meet) -> Reach:
    if meet.reach is None:
        for inner in inner_first((meet,), lambda each: each.reach is not None):
            future, reads = reach(inner.ops)
            inner.reach = future | {inner.token}, reads | {inner.token}
    assert meet.reach is not None
    return meet.reach


def reach_op(op: Op) -> Reach:
    """The same for one op."""
    return _met(op) if isinstance(op, Meet) else reach((op,))


def everything(ops: Ops) -> Iterator[Op]:
    """The ops and all that they may lead to, in order; what a `Meet` is made of follows its first occurrence."""
    seen: set[Meet] = set()
    stack = [spread(ops)]
    while stack:
        op = next(stack[-1], None)
        if op is None:
            stack.pop()
        elif not isinstance(op, Meet):
            yield op
        elif op not in seen:
            seen.add(op)
            yield op
            stack.append(spread(op.ops))


def meetings(ops: Ops) -> Iterator[Meet]:
    """All that the ops may meet."""
    return (op for op in everything(ops) if isinstance(op, Meet))


def certain(ops: Ops) -> frozenset[Token]:
    """The tokens that are done in every conversation: of a choice, those that are done whatever is chosen."""
    done = Certain()
    done.add(ops)
    return frozenset(done.tokens)


class Certain:
    """The tokens that are done in every conversation, of ops that are added one after the other."""

    def __init__(self) -> None:
        self.tokens: set[Token] = set()
        self._inside: dict[Meet, set[Token]] = {}

    def add(self, ops: Ops) -> None:
        """Add what is done in every conversation that runs these ops too."""
        for meet in inner_first(ops, lambda each: each in self._inside):
            self._inside[meet] = self._of(meet.ops) | {meet.token}
        self.tokens |= self._of(ops)

    def _of(self, ops: Ops) -> set[Token]:
        found: set[Token] = set()
        for op in ops:
            match op:
                case Meet():
                    found |= self._inside[op]
                case Done():
                    found.add(op.token)
                case Decide() | Switch() if op.branches:
                    first, *others = dict.fromkeys(op.branches)
                    of_all = self._of(first)
                    for branch in others:
                        if not of_all:
                            break
                        of_all &= self._of(branch)
                    found |= of_all
        return found
