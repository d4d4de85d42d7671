"""From a block to its programs: facts, dialogs and styles here, formats in `formats`."""

from collections.abc import Callable, Sequence

from ftc.check import model
from ftc.expand.bind.bindings import bound as bind
from ftc.expand.bind.bindings import give
from ftc.expand.bind.conditions import conditions
from ftc.expand.bind.frames import Frame, PickFailure
from ftc.expand.bind.messages import Line, Turn, ending_of, ops_of, restyle
from ftc.expand.plan.formats import FormatBuilder
from ftc.expand.plan.program import Program
from ftc.expand.space.ops import Ops, Picks, Slot, Switch, slots_of
from ftc.expressions.nodes import Reference
from ftc.slotted import slotted
from ftc.source import Span


@slotted
class BoundAnswer:
    """The answer to a turn: its lines, what it meets, and the lines that stand in its place where the pick of `fault`
    says so."""

    tail: list[Line]
    ops: Ops
    other: Sequence[Line] = ()
    fault: Slot | None = None


class Builder:
    """Builds the programs of one block. With `pairs`, rejected answers vary too."""

    def __init__(self, checked: model.Model, block: model.Block, *, pairs: bool) -> None:
        self.model = checked
        self.block = block
        self.pairs = pairs

    def programs(self) -> list[Program]:
        """The programs in the order of their conversations."""
        if self.block.kind == "format":
            return FormatBuilder(self.model, self.block, pairs=self.pairs).programs()
        return [self._single(turn) for turn in self.block.turns]

    def _single(self, turn: model.Turn) -> Program:
        frame = Frame(bind)
        system = self._system(frame)
        lines = [Line(m, frame, f"{m.role}{i or ''}") for i, m in enumerate(turn.messages)]
        head = lines[: turn.answer]
        answer = self._answer(frame, head, lines[turn.answer :])
        ending, end = ending_of(turn, frame, "", pairs=self.pairs)
        ops: Ops = (*ops_of([system, *head] if system else head), *answer.ops, *end)
        bound = Turn(turn, head, answer.tail, list(answer.other), answer.fault or False, ending)
        wheres = (*self.model.wheres, *self.block.wheres, *turn.wheres)
        found, settled = conditions([(where, None, frame) for where in wheres], ops)
        return Program(self.block, [frame], ops, found, system, [(None, [bound])], settled=settled)

    def _answer(self, frame: Frame, head: list[Line], tail: list[Line]) -> BoundAnswer:
        style = self.block.style
        if style is not None and self.block.kind == "fact":
            tail = [*tail[:-1], self._restyled(style, frame, tail[-1])]
        elif style is not None and self.block.kind == "style":
            return self._recorded(style, frame, head[-1])
        return BoundAnswer(tail, ops_of(tail))

    def _system(self, frame: Frame) -> Line | None:
        return Line(self.block.system, frame, "system") if self.block.system else None

    def _styled(
        self, style: model.Style, frame: Frame, message: model.Message, place: Callable[[Picks], Span] | None = None
    ) -> Line:
        """The assistant message of a style: its wrapping, or the answer alone, which was written at `place`."""
        if style.wrap is not None:
            return Line(style.wrap, frame, "style")
        expr = model.Expr(Reference(model.Read(style.answer), style.answer.type, message.span), message.span)
        alone = model.Template((model.Show(expr, None, message.span),), message.span)
        return Line(model.Message("assistant", alone, (), True, message.span), frame, "style", place)

    def _restyled(self, style: model.Style, frame: Frame, answer: Line) -> Line:
        """The answer of a fact, as a style says it."""
        plain = answer.text
        assert plain is not None
        give(style.answer, frame, plain.ops, lambda picks, _: restyle(style.replace, plain.render(picks)), plain)
        return self._styled(style, frame, answer.message)

    def _recorded(self, style: model.Style, frame: Frame, prompt: Line) -> BoundAnswer:
        """A recorded answer: wrapped, or as it was edited."""
        text = prompt.text
        assert text is not None

        def recorded(picks: Picks) -> model.RecordedAnswer:
            words = text.render(picks)
            found = style.recorded_answer(words)
            if found is None or found.empty:
                raise PickFailure(prompt.message.span, KeyError(words), picks)
            return found

        def final(picks: Picks, _: str | None = None) -> str:
            found = recorded(picks)
            return found.final if found.final is not None else restyle(style.replace, found.base or "")

        def place(picks: Picks) -> Span:
            return recorded(picks).span

        give(style.answer, frame, (), final, text)
        wrapped = self._styled(style, frame, prompt.message, place)
        if all(a.final is None for a in style.answers.values()):
            return BoundAnswer([wrapped], wrapped.ops)
        plain = model.Style(None, (), style.answer, None, None, None, {}, None)
        bare = self._styled(plain, frame, prompt.message, place)
        slot = frame.slot("final", "final", lambda _, __: ("", prompt.message.span), hidden=True)

        def edited(_: object, picks: Picks) -> int:
            found = style.recorded_answer(text.render(picks))
            return int(found is not None and found.final is not None)

        switch = Switch(slot, edited, slots_of(prompt.ops), frozenset(), (wrapped.ops, bare.ops))
        return BoundAnswer([wrapped], (switch,), [bare], slot)
