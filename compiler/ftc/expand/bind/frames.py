"""Frames: where the picks of a conversation live, and what is bound in them.

The conversation has a frame of its own, each turn of a format has one, and each `let x in NAME`, whose picks are
its own.
The same declaration has one binding in each frame that holds it.
"""

from collections.abc import Callable, Iterator

from ftc.check import model
from ftc.check.dependencies import direct_names
from ftc.expand.bind.values import Value
from ftc.expand.space.ops import Meet, Ops, Picks, Slot
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
        self.needed = needed if needed is not None and not needed.contains(span) else None
        self.cause = cause
        self.picks = dict(picks)
        self.slots = slots
        """What the expression depends on, None where that is not known."""


class Binding:
    """A declared name in a frame. `meet` is what meeting it decides."""

    def __init__(self, name: model.Name, frame: "Frame", ops: Ops) -> None:
        self.name = name
        self.frame = frame
        self.meet = Meet(ops)

    def at(self, column: str | None) -> Value:
        """The value of the name, or of a column of its row."""
        raise NotImplementedError

    @property
    def faulty(self) -> bool:
        """Whether its pick is invalid."""
        return self.frame.fault is self.name

    @property
    def marks(self) -> tuple[Meet, ...]:
        """What is met where the name is mentioned."""
        return (self.meet,)


Binder = Callable[[model.Name, "Frame"], Binding]
"""Binds a name in the frame that holds it."""

# Names that are made of each other in a chain no longer than this are bound as they are met.
SHALLOW = 20


class Frame:
    """A set of picks. `holds` says which names are picked here; the others are picked in `outer`. The pick of `fault`
    is invalid. The outermost frame is given how names are bound. In the frame of a `let x in NAME`, `label` is x, which
    is what people know the picks of `ranged`, NAME, by."""

    __slots__ = (
        "_binder", "bound", "fault", "frames", "holds", "label", "outer", "path", "ranged", "root", "turn",
    )  # fmt: skip

    def __init__(
        self, binder: Binder, *, path: str = "", outer: "Frame | None" = None,
        holds: Callable[[model.Name], bool] = lambda _: True, turn: str = "", fault: model.Name | None = None,
        label: str | None = None, ranged: str | None = None,
    ) -> None:  # fmt: skip
        self._binder = binder
        self.path = path
        self.turn = turn
        self.outer = outer
        self.holds = holds
        self.root: Frame = outer.root if outer else self
        self.bound: dict[model.Name, Binding] = {}
        self.fault = fault
        self.label = label
        self.ranged = ranged
        self.frames: list[Frame] = outer.root.frames if outer else []
        self.frames.append(self)

    def within(
        self, path: str, holds: Callable[[model.Name], bool], *, turn: str, fault: model.Name | None = None
    ) -> "Frame":
        """A frame whose outer one this is."""
        return Frame(self._binder, path=path, outer=self, holds=holds, turn=turn, fault=fault)

    def of_its_own(self, name: model.Alias) -> "Frame":
        """The frame of a `let x in NAME` that is picked here."""
        return Frame(
            self._binder, path=f"{self.path}{name.name}/", outer=self, turn=self.turn, label=self.called(name.name),
            ranged=name.target.name,
        )  # fmt: skip

    def called(self, name: str) -> str:
        """A name that is picked here, as people tell it from the same name picked elsewhere."""
        if self.label is None:
            return name
        return self.label if name == self.ranged else f"{name} in {self.label}"

    def holder(self, name: model.Name) -> "Frame":
        """The frame in which a name is picked."""
        frame = self
        while frame.outer is not None and not frame.holds(name):
            frame = frame.outer
        return frame

    def bind(self, name: model.Name) -> Binding:
        """The binding of a name as seen from this frame."""
        frame = self.holder(name)
        if name not in frame.bound:
            if name.depth > SHALLOW:
                for part in frame._inner_first(name):
                    frame.bind(part)
            frame.bound[name] = self._binder(name, frame)
        return frame.bound[name]

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

    def find(self, read: model.Read) -> Value | None:
        """What a read refers to if it can be picked in this frame, without picking anything for it."""
        name = read.name
        frame = self.holder(name)
        if isinstance(name, model.Computed):
            # A computed name has no pick of its own: it is there as soon as what it reads is. Of a conditional in it
            # only one side has to be: which, its picks say (`Value.unsure`).
            needed = conditionals.unconditional_reads(name.expr.node) if name.expr.is_conditional else name.expr.reads
            if any(frame.find(r) is None for r in needed):
                return None
            return frame.bind(name).at(read.column)
        return frame.bound[name].at(read.column) if name in frame.bound else None

    def slot(
        self, name: str, path: str, describe: Callable[[int, Picks], tuple[str, Span]], *, named: bool = False,
        hidden: bool = False, places: Callable[[int], Span] | None = None,
        written: Callable[[int], str] | None = None, said: Callable[[int, Picks], str] | None = None,
        row: Callable[[int], Span] | None = None,
    ) -> Slot:  # fmt: skip
        """A decision of this frame."""
        return Slot(self.turn + path, path, self.called(name), named, describe, hidden, places, written, said, row)
