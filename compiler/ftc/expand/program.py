"""Blocks as programs: each shape that a conversation of a block can have, with its space and the way from
picks to messages."""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import overload

from ftc.check import model
from ftc.check.made_of import add_name, names_of
from ftc.expand.bindings import Binding, Evaluated, Frame, GivenBinding, PickFailure, Text
from ftc.expand.conversation import Conversation, Origin, Pick, ToolSpec
from ftc.expand.ops import Condition, Decide, Done, Ops, Picks, Slot, Switch, Token, slots_of
from ftc.expand.script import Ending, Line, Turn, Writer, acceptable, restyle
from ftc.expand.space import Space, reach
from ftc.source import Span


class Program:
    """One shape of a block's conversations."""

    def __init__(
        self, block: model.Block, ops: Ops, conditions: list[Condition], system: Line | None,
        turns: "list[tuple[Slot | None, list[Turn]]]", fault: Binding | None = None,
    ) -> None:  # fmt: skip
        self.block = block
        self.conditions = conditions
        self.system = system
        self.turns = turns
        self.fault = fault
        required = frozenset((fault.meet,)) if fault else frozenset[Token]()
        self.space = Space(ops, conditions, required)
        self.tools = tuple(ToolSpec(t.name, t.description, t.parameters) for t in block.tools)

    def chosen(self, picks: Picks) -> list[Turn]:
        """The turns of a conversation."""
        return [turns[picks[slot]] if slot else turns[0] for slot, turns in self.turns]

    def conversation(self, picks: Picks, index: int = 0, watch: Callable[[], None] = lambda: None) -> Conversation:
        """The conversation that the picks make. `watch` is called before each message."""
        writer = Writer(picks, watch)
        if self.system:
            writer.write(self.system)
        turns = self.chosen(picks)
        for turn in turns:
            for line in turn.lines(picks):
                writer.write(line)
        last = turns[-1]
        ending = last.other_ending if last.faulty(picks) and self.fault else last.ending
        says = [acceptable(text, picks) for text in ending.says]
        first = next(line for line in writer.lines if line.message.role != "system")
        origin = Origin(
            self.block.name,
            first.message.span.text,
            turns[0].model.span,
            tuple(line.message.span for line in writer.lines),
            _Told(dict(picks)),
        )
        return Conversation(
            tuple(writer.messages),
            origin,
            self.tools,
            ending.rejected.render(picks) if ending.rejected else None,
            tuple(s for s in says if s is not None),
            last.model.name,
            self.fault.name.name if self.fault else None,
            index,
        )


class _Told(Sequence[Pick]):
    """The picks of a conversation in words, found when they are first asked for: most conversations are only written."""

    def __init__(self, picks: Picks) -> None:
        self._picks = picks

    @cached_property
    def _told(self) -> tuple[Pick, ...]:
        described = ((slot, slot.describe(pick, self._picks)) for slot, pick in self._picks.items() if not slot.hidden)
        return tuple(Pick(slot.path, slot.name, value, span, slot.named) for slot, (value, span) in described)

    def __len__(self) -> int:
        return len(self._told)

    @overload
    def __getitem__(self, index: int) -> Pick: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Pick, ...]: ...
    def __getitem__(self, index: int | slice) -> Pick | tuple[Pick, ...]:
        return self._told[index]


class Builder:
    """Builds the programs of one block. With `pairs`, rejected answers vary too."""

    def __init__(self, checked: model.Model, block: model.Block, *, pairs: bool) -> None:
        self.model = checked
        self.block = block
        self.pairs = pairs

    def programs(self) -> list[Program]:
        """Valid conversations first, then those with a fault; of each, shorter ones first."""
        if self.block.kind != "format":
            return [self._single(turn) for turn in self.block.turns]
        lengths = range(self.block.low, self.block.high + 1)
        valid = [self._format(length) for length in lengths]
        faults = [self._format(length, fault) for length in lengths for fault in self._faults(length)]
        return valid + faults

    # ── facts, dialogs, styles ────────────────────────────────────────────────────────────────────

    def _single(self, turn: model.Turn) -> Program:
        frame = Frame("", None, lambda _: True)
        system = self._system(frame)
        head = [Line(m, frame, f"{m.role}{i or ''}") for i, m in enumerate(turn.messages[: turn.answer])]
        tail_messages = turn.messages[turn.answer :]
        ops: Ops = (*(system.ops if system else ()), *(op for line in head for op in line.ops))
        style = self.block.style
        bound = Turn(turn, head, [])
        if style is None:
            bound.tail = [Line(m, frame, f"{m.role}{i + turn.answer}") for i, m in enumerate(tail_messages)]
            ops += tuple(op for line in bound.tail for op in line.ops)
        elif self.block.kind == "fact":
            bound.tail = [Line(m, frame, f"{m.role}{i + turn.answer}") for i, m in enumerate(tail_messages)]
            plain = bound.tail[-1].text
            assert plain is not None
            answer = self._answer(style, frame)
            answer.give(plain.ops, lambda picks, _: restyle(style.replace, plain.render(picks)))
            bound.tail[-1] = self._styled(style, frame, tail_messages[-1])
            ops += tuple(op for line in bound.tail for op in line.ops)
        else:
            ops += self._answers(style, frame, bound)
        bound.ending, ending = self._ending(turn, frame, "")
        ops += ending
        conditions = self._conditions([frame], ((w, None) for w in turn.wheres))
        return Program(self.block, ops, conditions, system, [(None, [bound])])

    def _system(self, frame: Frame) -> Line | None:
        return Line(self.block.system, frame, "system") if self.block.system else None

    @staticmethod
    def _answer(style: model.Style, frame: Frame) -> GivenBinding:
        binding = frame.bind(style.answer)
        assert isinstance(binding, GivenBinding)
        return binding

    def _styled(self, style: model.Style, frame: Frame, message: model.Message) -> Line:
        """The assistant message of a style: its wrapping, or the answer alone."""
        if style.wrap is not None:
            return Line(style.wrap, frame, "style")
        expr = model.Expr("v0", style.answer.type, (model.Read(style.answer),), message.span, {})
        alone = model.Template((model.Show(expr, None, message.span),), message.span)
        return Line(model.Message("assistant", alone, (), True, message.span), frame, "style")

    def _answers(self, style: model.Style, frame: Frame, bound: Turn) -> Ops:
        """A recorded answer: wrapped, or as a person left it."""
        prompt = bound.head[-1]
        text = prompt.text
        assert text is not None

        def recorded(picks: Picks) -> model.Answered:
            words = text.render(picks)
            found = style.answers.get(words)
            if found is None or (found.base is None and found.final is None):
                raise PickFailure(prompt.message.span, KeyError(words), picks, "E328")
            return found

        def final(picks: Picks, _: str | None = None) -> str:
            found = recorded(picks)
            return found.final if found.final is not None else restyle(style.replace, found.base or "")

        self._answer(style, frame).give((), final)
        wrapped = self._styled(style, frame, prompt.message)
        bare = self._styled(model.Style(None, (), style.answer, None, None, None, {}, None), frame, prompt.message)
        bound.tail = [wrapped]
        if all(a.final is None for a in style.answers.values()):
            return wrapped.ops
        bound.other = [bare]
        bound.fault = Slot("final", "final", "final", False, lambda _, __: ("", prompt.message.span), hidden=True)
        reads = slots_of(prompt.ops)
        edited = {words for words, a in style.answers.items() if a.final is not None}
        return (
            Switch(bound.fault, lambda _, picks: int(text.render(picks) in edited), reads, frozenset(),
                   (wrapped.ops, bare.ops)),
        )  # fmt: skip

    def _ending(self, turn: model.Turn | model.Invalid, frame: Frame, path: str) -> tuple[Ending, Ops]:
        """What follows the last message: `says`, which picks nothing, and the rejected answer, which does in pairs."""
        ending = Ending(says=[Text(t, frame, f"{path}says{i}") for i, t in enumerate(turn.says)])
        if not self.pairs or turn.rejected is None:
            return ending, ()
        ending.rejected = Text(turn.rejected, frame, f"{path}rejected")
        return ending, ending.rejected.ops

    # ── formats ───────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _outside(self) -> set[model.Name]:
        """Names that something outside the cases mentions: they are picked once a conversation."""
        found: set[model.Name] = set()
        if self.block.system and self.block.system.content:
            found |= names_of(self.block.system.content)
        if not self.block.plain_case:
            for name in self.block.names:
                if name.level == "block":
                    add_name(name, found)
        return found

    def _afresh(self, name: model.Name) -> bool:
        """Whether a name is picked afresh each turn."""
        return name.level == "case" or name not in self._outside

    def _frames(self, length: int) -> tuple[Frame, list[Frame]]:
        whole = Frame("", None, lambda _: True)
        return whole, [Frame("", whole, self._afresh, turn=f"{t + 1}/") for t in range(length)]

    def _faults(self, length: int) -> list[tuple[int | None, model.Name]]:
        """The picks that can be invalid: (turn, name), or (None, name) for a name picked once a conversation."""
        if not any(turn.invalid for turn in self.block.turns):
            return []
        found: dict[tuple[int | None, model.Name], None] = {}
        whole, frames = self._frames(length)
        self._system(whole)
        for number, frame in enumerate(frames):
            for turn in self.block.turns:
                if turn.invalid is None:
                    continue
                head = [Line(m, frame, "") for m in turn.messages[: turn.answer]]
                met = reach(tuple(op for line in head for op in line.ops))[0]
                for holder, at in ((whole, None), (frame, number)):
                    for name, binding in holder.bound.items():
                        if getattr(name, "invalid", ()) and binding.meet in met:
                            found[at, name] = None
        return sorted(found, key=lambda f: -1 if f[0] is None else f[0])

    def _format(self, length: int, fault: tuple[int | None, model.Name] | None = None) -> Program:
        whole, frames = self._frames(length)
        culprit: Binding | None = None
        if fault is not None:
            at, name = fault
            holder = whole if at is None else frames[at]
            holder.fault = name
            culprit = holder.bind(name)
        system = self._system(whole)
        ops: Ops = system.ops if system else ()
        turns: list[tuple[Slot | None, list[Turn]]] = []
        armed: list[tuple[model.Constraint, Token]] = []
        for number, frame in enumerate(frames):
            here = culprit if fault is not None and fault[0] in (None, number) else None
            bound, branches = [], []
            for turn in self.block.turns:
                case, case_ops = self._case(turn, frame, here, last=number == length - 1)
                if turn.wheres:
                    arm = Token()
                    armed += [(where, arm) for where in turn.wheres]
                    case_ops = (Done(arm), *case_ops)
                bound.append(case)
                branches.append(case_ops)
            if len(branches) == 1:
                turns.append((None, bound))
                ops += branches[0]
            else:
                slot = frame.slot("case", "case", True, _case_names(self.block.turns))
                slot.listed = True
                turns.append((slot, bound))
                ops += (Decide(slot, len(branches), tuple(branches)),)
        conditions = self._conditions([whole, *frames], armed)
        return Program(self.block, ops, conditions, system, turns, culprit)

    def _case(self, turn: model.Turn, frame: Frame, culprit: Binding | None, *, last: bool) -> tuple[Turn, Ops]:
        path = f"{turn.name}." if turn.name else ""
        lines = [Line(m, frame, f"{path}{m.role}{i or ''}") for i, m in enumerate(turn.messages)]
        bound = Turn(turn, lines[: turn.answer], lines[turn.answer :])
        head: Ops = tuple(op for line in bound.head for op in line.ops)
        tail: Ops = tuple(op for line in bound.tail for op in line.ops)
        if last:
            bound.ending, ops = self._ending(turn, frame, path)
            tail += ops
        if culprit is None or culprit.meet not in reach(head)[0]:
            return bound, head + tail
        if turn.invalid is None:
            never = Slot("never", "never", "", False, lambda _, __: ("", turn.span), hidden=True)
            answer: Ops = (Decide(never, 0, None),)
        else:
            given = frame.bind(turn.invalid.culprit)
            assert isinstance(given, GivenBinding)
            given.give((culprit.meet,), lambda picks, column: culprit.name.name if column else culprit.value(picks))
            bound.other = [Line(m, frame, f"{path}invalid{i}") for i, m in enumerate(turn.invalid.messages)]
            answer = tuple(op for line in bound.other for op in line.ops)
            if last:
                bound.other_ending, ops = self._ending(turn.invalid, frame, f"{path}invalid.")
                answer += ops
        if culprit.meet in head:
            bound.fault = True
            return bound, head + answer
        bound.fault = frame.slot("fault", f"{path}fault", False, lambda _, __: ("", turn.span))
        bound.fault.hidden = True
        if culprit.frame is frame:
            switch = Switch(bound.fault, lambda done, _: int(culprit.meet in done), frozenset(),
                            frozenset((culprit.meet,)), (tail, answer))  # fmt: skip
        else:
            # A name of the whole conversation may have been met before: what counts is whether this turn shows it.
            switch = Switch(bound.fault, lambda _, picks: int(_shows(bound.head, culprit, picks)),
                            slots_of(head), frozenset(), (tail, answer))  # fmt: skip
        return bound, (*head, switch)

    # ── where ─────────────────────────────────────────────────────────────────────────────────────

    def _conditions(
        self, frames: list[Frame], armed: "Iterable[tuple[model.Constraint, Token | None]]"
    ) -> list[Condition]:
        """Every `where` in every frame in which all its names are picked."""
        everywhere = [(where, None) for where in (*self.model.wheres, *self.block.wheres)]
        conditions: dict[tuple[object, ...], Condition] = {}
        for where, arm in (*everywhere, *armed):
            for frame in list(frames[0].root.frames):
                found = [frame.find(read) for read in where.condition.reads]
                values = [v for v in found if v is not None]
                if len(values) < len(found):
                    continue
                tokens = frozenset(v.meet for v in values) | (frozenset((arm,)) if arm else frozenset[Token]())
                slots = frozenset[Slot]().union(*(v.meet.slots for v in values))
                if any(f.fault is not None and _fault_slot(f) in slots for f in frames):
                    continue  # an invalid value is shown, never computed with
                condition = Condition(tokens, slots, _holds(Evaluated(where.condition, frame)), _names(where), where)
                conditions.setdefault((id(where), tokens), condition)
        return list(conditions.values())


def _fault_slot(frame: Frame) -> Slot:
    assert frame.fault is not None
    return frame.bind(frame.fault).slot


def _holds(condition: Evaluated) -> Callable[[Picks], bool]:
    return lambda picks: bool(condition.value(picks))


def _names(where: model.Constraint) -> tuple[str, ...]:
    return tuple(dict.fromkeys(read.name.name for read in where.condition.reads))


def _case_names(turns: tuple[model.Turn, ...]) -> Callable[[int, Picks], tuple[str, Span]]:
    return lambda pick, _: (turns[pick].name or "", turns[pick].span)


class _Watched(dict[Slot, int]):
    """Picks that remember which of them were asked for."""

    def __init__(self, picks: Picks) -> None:
        super().__init__(picks)
        self.asked: set[Slot] = set()

    def __getitem__(self, slot: Slot) -> int:
        self.asked.add(slot)
        return super().__getitem__(slot)


def _shows(lines: list[Line], culprit: Binding, picks: Picks) -> bool:
    """Whether the lines show the name: whether writing them asks for its pick."""
    watched = _Watched(picks)
    for line in lines:
        if line.text:
            line.text.render(watched)
    return culprit.slot in watched.asked
