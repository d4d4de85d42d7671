"""A program: one shape that a conversation of a block can have, with its space and the way from picks to messages."""

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from functools import cached_property
from typing import overload

from ftc.check import model
from ftc.expand.bind.bindings import TextBinding
from ftc.expand.bind.frames import Binding, Frame
from ftc.expand.bind.messages import Ending, Line, Turn, Writer, acceptable
from ftc.expand.conversation import Conversation, Origin, Pick, ToolSpec
from ftc.expand.plan.groups import grouped
from ftc.expand.space.ops import Condition, Ops, Picks, Slot, Token
from ftc.expand.space.space import space_of


class Program:
    """One shape of a block's conversations: `turns` are the bound turns, with the slot that says which, where there are
    several. With a `fault`, the token `answered` is done where a turn shows it. `groups` are what `validation` keeps
    together."""

    __slots__ = (
        "__weakref__", "block", "conditions", "fault", "frames", "groups", "ops", "required", "space", "system",
        "tools", "turns",
    )  # fmt: skip

    def __init__(
        self, block: model.Block, frames: list[Frame], ops: Ops, conditions: list[Condition], system: Line | None,
        turns: "list[tuple[Slot | None, list[Turn]]]", fault: TextBinding | None = None, answered: Token | None = None,
        settled: Ops = (),
    ) -> None:  # fmt: skip
        self.block = block
        self.frames = frames
        self.conditions = conditions
        self.system = system
        self.turns = turns
        self.fault = fault
        self.required: frozenset[Token] = frozenset((answered,) if answered else ())
        ops, self.groups = grouped(block, frames, system, turns, ops)
        self.ops: Ops = (*ops, *settled)
        self.space = space_of(self.ops, conditions, self.required)
        self.tools = tuple([ToolSpec(t.name, t.description, t.parameters) for t in block.tools])

    @property
    def part(self) -> str:
        """What tells the exchanges of one block apart: the first user message as the source writes it."""
        _, cases = self.turns[0]
        first = cases[0].model.messages[0].content
        return f"{len(self.turns)} {first.span.text if first and len(cases) == 1 else ''}"

    def restricted(self, conditions: Iterable[Condition], required: frozenset[Token] = frozenset()) -> "Program":
        """The program with those of its conversations that pass more conditions, and in which more tokens are done."""
        other = copy(self)
        other.space = space_of(self.ops, [*self.conditions, *conditions], self.required | required)
        return other

    def bound(self, name: model.Name) -> list[Binding]:
        """The name in each set of picks that holds it: once, or once a turn."""
        return [frame.bound[name] for frame in self.frames if name in frame.bound]

    def turns_of(self, picks: Picks) -> list[Turn]:
        """The turns of a conversation."""
        return [turns[picks[slot]] if slot else turns[0] for slot, turns in self.turns]

    def ending(self, picks: Picks) -> Ending:
        """What belongs to the last turn of a conversation alone."""
        last = self.turns_of(picks)[-1]
        return last.other_ending if last.faulty(picks) and self.fault else last.ending

    def conversation(
        self, picks: Picks, index: int = 0, before_message: Callable[[], None] = lambda: None
    ) -> Conversation:
        """The conversation that the picks make. `before_message` is called before each message."""
        writer = Writer(picks, before_message)
        if self.system:
            writer.write(self.system)
        turns = self.turns_of(picks)
        for turn in turns:
            for line in turn.lines(picks):
                writer.write(line)
        last = turns[-1]
        ending = self.ending(picks)
        says = [acceptable(text, picks) for text in ending.says]
        origin = Origin(
            self.block.name,
            self.part,
            turns[0].model.span,
            tuple(line.span(picks) for line in writer.lines),
            _PickDescriptions(dict(picks)),
            ending.rejected.place(picks) if ending.rejected else None,
        )
        return Conversation(
            tuple(writer.messages),
            origin,
            self.tools,
            ending.rejected.render(picks) if ending.rejected else None,
            tuple(s for s in says if s),
            last.model.name,
            self.fault.name.name if self.fault else None,
            index,
        )


class _PickDescriptions(Sequence[Pick]):
    """The picks of a conversation with their texts, worked out when first read: most conversations are only written.

    A pickle holds the texts: what they are worked out from is made of functions."""

    def __init__(self, picks: Picks) -> None:
        self._picks = picks

    @cached_property
    def _described(self) -> tuple[Pick, ...]:
        return tuple(self._pick(slot, pick) for slot, pick in self._picks.items() if not slot.hidden)

    def _pick(self, slot: Slot, pick: int) -> Pick:
        text, span = slot.describe(pick, self._picks)
        said = text if slot.said is None else slot.said(pick, self._picks)
        return Pick(slot.path, slot.name, said, span, slot.named, None if said == text else text, slot.row is not None)

    def __len__(self) -> int:
        return len(self._described)

    def __repr__(self) -> str:
        return f"[{', '.join(f'{pick.name} = {pick.value!r}' for pick in self._described)}]"

    def __getstate__(self) -> dict[str, tuple[Pick, ...]]:
        return {"_described": self._described}

    @overload
    def __getitem__(self, index: int) -> Pick: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Pick, ...]: ...
    def __getitem__(self, index: int | slice) -> Pick | tuple[Pick, ...]:
        return self._described[index]
