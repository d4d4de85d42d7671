"""Texts in a frame: what meeting them decides, and what they say for given picks."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from ftc.check import model
from ftc.expand.bind.evaluated import Evaluated
from ftc.expand.bind.frames import Binding, Frame, PickFailure
from ftc.expand.space.ops import Decide, Dynamic, Op, Ops, Picks, Slot
from ftc.expressions.limits import FAILURES, bounded, reset_steps, size_of
from ftc.expressions.operations import show, show_as
from ftc.slotted import slotted
from ftc.source import Span


class Text:
    """A template in a frame."""

    __slots__ = ("ops", "parts", "template")

    def __init__(self, template: model.Template, frame: Frame, path: str) -> None:
        self.template = template
        self.parts: list[str | Hole | TextChoice | ItemHole] = []
        ops: list[Op] = []
        count = 0
        for part in template.parts:
            match part:
                case str():
                    self.parts.append(part)
                case model.Show():
                    hole = Hole(part, frame)
                    self.parts.append(hole)
                    ops += hole.evaluated.ops
                case model.Choice():
                    count += 1
                    choice = _unnamed(part, frame, f"{path}#{count}")
                    self.parts.append(choice)
                    ops.append(choice.decide())
                case model.ValueChoice():
                    count += 1
                    item = ItemHole(part, frame, f"{path}#{count}")
                    self.parts.append(item)
                    ops += item.choice.ops
        self.ops: Ops = tuple(ops)

    @property
    def dependencies(self) -> frozenset[Slot]:
        """Every slot that the text may depend on: no hidden ones, which follow from others."""
        return frozenset[Slot]().union(*[part.dependencies for part in self.parts if not isinstance(part, str)])

    def render(self, picks: Picks) -> str:
        text = "".join([p if isinstance(p, str) else p.render(picks) for p in self.parts])
        if len(text) > LONG:
            _bound(text, self.template.span, picks)
        return text

    def place(self, picks: Picks) -> Span:
        """Where the text was written: of a list, the item that was picked."""
        only = self.parts[0] if len(self.parts) == 1 else None
        return only.texts[picks[only.slot]].template.span if isinstance(only, TextChoice) else self.template.span


# Texts shorter than this are below the limit of the language whatever their characters are.
LONG = 250_000


def _bound(text: str, span: Span, picks: Picks) -> None:
    try:
        reset_steps()
        bounded(text)
    except FAILURES as failure:
        raise PickFailure(span, failure, picks) from failure


# ── choices ───────────────────────────────────────────────────────────────────────────────────────


class TextChoice:
    """One of several texts, by the pick of a slot: alternatives, named or not, or the cells of a column."""

    def __init__(self, slot: Slot, texts: list[Text]) -> None:
        self.slot = slot
        self.texts = texts

    def decide(self) -> Decide:
        """The decision, with what each text meets."""
        return Decide(self.slot, len(self.texts), branches_of([text.ops for text in self.texts]))

    def render(self, picks: Picks) -> str:
        return self.texts[picks[self.slot]].render(picks)

    @cached_property
    def constants(self) -> list[str] | None:
        """What the texts say, where that depends on no pick."""
        constant = all(text.template.constant is not None for text in self.texts)
        return [text.render({}) for text in self.texts] if constant else None

    @cached_property
    def dependencies(self) -> frozenset[Slot]:
        return frozenset((self.slot,)).union(*[text.dependencies for text in self.texts])

    @property
    def size(self) -> int:
        return len(self.texts)


class ItemChoice:
    """One of the items of a list: constant, or made anew for earlier picks."""

    def __init__(self, slot: Slot, expr: model.Expr, constant: "range | list[Any] | None", frame: Frame) -> None:
        self.slot = slot
        self.evaluated = Evaluated.of(expr, frame)
        self.constant = constant
        if constant is None and not expr.reads:
            values = self.evaluated.value({})
            self.constant = values if isinstance(values, range) else list(values)

    def items(self, picks: Picks) -> Any:
        """The list."""
        return self.evaluated.value(picks) if self.constant is None else self.constant

    def value(self, picks: Picks) -> Any:
        """The item that is picked."""
        return self.items(picks)[picks[self.slot]]

    @property
    def ops(self) -> Ops:
        if self.constant is not None:
            return (Decide(self.slot, size_of(self.constant), None),)
        return (*self.evaluated.ops, Dynamic(self.slot, self.items, self.evaluated.slots))

    @property
    def dependencies(self) -> frozenset[Slot]:
        own = frozenset((self.slot,))
        return own if self.constant is not None else own | self.evaluated.dependencies

    @property
    def size(self) -> int | None:
        return None if self.constant is None else size_of(self.constant)


@slotted
class CellChoice:
    """One of the cells of a column of a file, by the row that is picked."""

    slot: Slot
    rows: list[tuple[Any, ...]]
    place: int

    @property
    def dependencies(self) -> frozenset[Slot]:
        return frozenset((self.slot,))

    @property
    def size(self) -> int:
        return len(self.rows)


Definition = TextChoice | ItemChoice | CellChoice | Evaluated
"""What a value is by definition."""


def describe_texts(texts: list[Text]) -> Callable[[int, Picks], tuple[str, Span]]:
    """What a pick of one of several texts says, and where that was written."""
    return lambda pick, picks: (texts[pick].render(picks), texts[pick].template.span)


def branches_of(branches: list[Ops]) -> tuple[Ops, ...] | None:
    """The branches of a decision, or None where no value meets anything."""
    return tuple(branches) if any(branches) else None


# ── the parts of a text ───────────────────────────────────────────────────────────────────────────


def _unnamed(part: model.Choice, frame: Frame, path: str) -> TextChoice:
    """Unnamed alternatives."""
    texts = [Text(alternative, frame, f"{path}[{i}]") for i, alternative in enumerate(part.alternatives)]
    # A list goes by the message that it stands in.
    first = part.span.text.split("\n", 1)[0]
    name = path.split("#")[0] if first.startswith("|") else first
    shown = name if len(name) <= 40 else f"{name[:39]}…"
    return TextChoice(frame.slot(shown, f"{frame.path}{path}", describe_texts(texts)), texts)


class Hole:
    """The value of an expression, as text. An invalid value (`faulty`) is shown as it is written: a format spec is for
    the values it stands in for."""

    def __init__(self, part: model.Show, frame: Frame) -> None:
        self.evaluated = Evaluated.of(part.expr, frame)
        self.faulty = any(isinstance(i, Binding) and i.faulty for i in self.evaluated.inputs)
        self.spec = None if self.faulty else part.spec

    @property
    def dependencies(self) -> frozenset[Slot]:
        return self.evaluated.dependencies

    def render(self, picks: Picks) -> str:
        value = self.evaluated.value(picks)
        if self.spec is None and isinstance(value, str):
            return value
        return _shown(self.evaluated.expr, value, picks, self.spec, self.evaluated.slots)


class ItemHole:
    """An item of a range or list that is written in braces, as text."""

    def __init__(self, part: model.ValueChoice, frame: Frame, path: str) -> None:
        self.expr = part.domain
        self.spec = part.spec
        self._span = part.span
        slot = frame.slot(part.span.text, f"{frame.path}{path}", self._describe)
        self.choice = ItemChoice(slot, part.domain, None, frame)

    @property
    def dependencies(self) -> frozenset[Slot]:
        return self.choice.dependencies

    def render(self, picks: Picks) -> str:
        return _shown(self.expr, self.choice.value(picks), picks, self.spec, self.choice.dependencies)

    def _describe(self, pick: int, picks: Picks) -> tuple[str, Span]:
        return self.render({**picks, self.choice.slot: pick}), self._span


def _shown(expr: model.Expr, value: Any, picks: Picks, spec: str | None, slots: frozenset[Slot]) -> str:
    try:
        return show(value) if spec is None else show_as(value, spec)
    except FAILURES as failure:
        raise PickFailure(expr.span, failure, picks, slots) from failure
