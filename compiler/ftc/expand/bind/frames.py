"""Frames: where the picks of a conversation live, and what is bound in them.

The conversation has a frame of its own, each turn of a format has one, and each `let x in NAME`, whose picks are
its own.
The same declaration has one binding in each frame that holds it.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ftc.check import model
from ftc.check.dependencies import direct_names
from ftc.expand.space.ops import Meet, Ops, Picks, Slot, Token
from ftc.expressions import conditionals
from ftc.source import Span


class PickFailure(Exception):
    """An expression that fails for these picks, at `span`; nothing can be written. `needed` is the expression that a
    conversation needs, where it fails within a function."""

    def __init__(
        self, span: Span, cause: BaseException, picks: Picks, slots: frozenset[Slot] | None = None, *,
        needed: Span | None = None,
    ) -> None:  # fmt: skip
        super().__init__(str(cause))
        self.span = span
        self.needed = needed if needed is not None and not needed.holds(span) else None
        self.cause = cause
        self.picks = dict(picks)
        self.slots = slots
        """What the expression depends on, None where that is not known."""


# Names that are made of each other in a chain no longer than this are bound as they are met.
SHALLOW = 20


class Frame:
    """A set of picks. `holds` says which names are picked here; the others are asked of `outer`."""

    __slots__ = ("bound", "fault", "frames", "holds", "outer", "path", "root", "turn")

    def __init__(
        self, path: str, outer: "Frame | None", holds: Callable[[model.Name], bool], *, turn: str = ""
    ) -> None:
        self.path = path
        self.turn = turn
        self.outer = outer
        self.holds = holds
        self.root: Frame = outer.root if outer else self
        self.bound: dict[model.Name, Binding] = {}
        self.fault: model.Name | None = None
        self.frames: list[Frame] = outer.root.frames if outer else []
        self.frames.append(self)

    def bind(self, name: model.Name) -> "Binding":
        """The binding of a name as seen from this frame."""
        if self.outer is not None and not self.holds(name):
            return self.outer.bind(name)
        if name not in self.bound:
            if name.depth > SHALLOW:
                for part in self._inner_first(name):
                    self.bind(part)
            self.bound[name] = KINDS[type(name)](name, self)
        return self.bound[name]

    def _inner_first(self, name: model.Name) -> Iterator[model.Name]:
        """What a name is made of and is not bound yet, each behind what it is made of itself: so that no chain of names
        is bound one inside the other."""
        opened = {name}
        waiting = [(name, iter(direct_names(name)))]
        while waiting:
            made, parts = waiting[-1]
            part = next((p for p in parts if p not in opened and p not in self.bound), None)
            if part is not None:
                opened.add(part)
                waiting.append((part, iter(direct_names(part))))
            else:
                waiting.pop()
                if made is not name:
                    yield made

    def find(self, read: model.Read) -> "Value | None":
        """What a read refers to if it can be picked in this frame, without picking anything for it."""
        name = read.name
        if self.outer is not None and not self.holds(name):
            return self.outer.find(read)
        if isinstance(name, model.Computed):
            # A computed name has no pick of its own: it is there as soon as what it reads is. Of a conditional in it
            # only one side has to be: which, its picks say (`Value.unsure`).
            needed = conditionals.unconditional_reads(name.expr.node) if name.expr.is_conditional else name.expr.reads
            if any(self.find(r) is None for r in needed):
                return None
            return self.bind(name).at(read.column)
        return self.bound[name].at(read.column) if name in self.bound else None

    def inside(self, other: "Frame") -> bool:
        """Whether this frame is `other` or one within it."""
        return self is other or (self.outer is not None and self.outer.inside(other))

    def slot(self, name: str, path: str, named: bool, describe: Callable[[int, Picks], tuple[str, Span]]) -> Slot:
        return Slot(self.turn + path, path, name, named, describe)


def everything(_: model.Name) -> bool:
    """What a frame holds that has none outside it."""
    return True


Fills = tuple[tuple[frozenset[Token], Ops], ...]
"""Pairs: where the tokens are done, the ops may be met in thought."""


class Value:
    """Something with a value in a conversation. `meet` is what meeting it decides."""

    meet: Meet

    @property
    def tokens(self) -> frozenset[Token]:
        """What is done once every pick that the value depends on is made."""
        return frozenset((self.meet,))

    @property
    def picked(self) -> frozenset[Token]:
        """What is done once a condition on the value applies: for a column of a table, that a row was picked."""
        return self.tokens

    @property
    def fills(self) -> Fills:
        """What may have to be met in thought, so that the value of what was picked is there."""
        return ()

    @property
    def unsure(self) -> bool:
        """Whether some of what it is made of is met for some picks alone: it may be there without being met."""
        return False

    def value(self, picks: Picks) -> Any:
        """Its value. Raises KeyError where a pick that it depends on was not made."""
        raise NotImplementedError

    def over(self, slot: Slot, picks: Picks) -> Iterable[Any] | None:
        """The value for each pick of a slot that it depends on, the others given; None where a text must be made for
        each."""
        return None


class Binding(Value):
    """A declared name in a frame. `slot` is its pick, where it has one of its own."""

    slot: Slot

    def __init__(self, name: Any, frame: Frame) -> None:
        self.name = name
        self.frame = frame
        self.path = f"{frame.path}{name.name}"
        self.meet = Meet()
        self.prepare()

    def prepare(self) -> None:
        """Fill `meet.ops`."""

    def at(self, column: str | None) -> Value:
        """The binding itself, or a column of its row."""
        return self if column is None else Column(self, column)

    @property
    def faulty(self) -> bool:
        return self.frame.fault is self.name

    @property
    def marks(self) -> tuple[Meet, ...]:
        """What is met where the name is mentioned."""
        return (self.meet,)


class Column(Value):
    """A column of a computed row."""

    def __init__(self, row: Binding, column: str) -> None:
        self.row = row
        self.column = column
        self.meet = row.meet

    @property
    def tokens(self) -> frozenset[Token]:
        return self.row.tokens

    @property
    def picked(self) -> frozenset[Token]:
        return self.row.picked

    @property
    def fills(self) -> Fills:
        return self.row.fills

    @property
    def unsure(self) -> bool:
        return self.row.unsure

    def value(self, picks: Picks) -> Any:
        return self.row.value(picks)[self.column]


KINDS: "dict[type, Callable[[Any, Frame], Binding]]" = {}
"""How each kind of name is bound; `bindings` fills it."""
