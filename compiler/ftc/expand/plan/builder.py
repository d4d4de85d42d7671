"""From a block to its programs: facts, dialogs and styles here, formats in `formats`."""

from ftc.check import model
from ftc.expand.bind.bindings import bound as bind
from ftc.expand.bind.bindings import give
from ftc.expand.bind.conditions import conditions
from ftc.expand.bind.frames import Frame, PickFailure
from ftc.expand.bind.messages import Line, Turn, ending_of, ops_of, restyle
from ftc.expand.plan.formats import FormatBuilder
from ftc.expand.plan.program import Program
from ftc.expand.space.ops import Ops, Picks, Switch, slots_of
from ftc.expressions.nodes import Reference


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
        bound = Turn(turn, lines[: turn.answer], lines[turn.answer :])
        style = self.block.style
        if style is not None and self.block.kind == "fact":
            plain = bound.tail[-1].text
            assert plain is not None
            swap = style.replace
            give(style.answer, frame, plain.ops, lambda picks, _: restyle(swap, plain.render(picks)), plain)
            bound.tail[-1] = self._styled(style, frame, turn.messages[-1])
        opening = [system, *bound.head] if system else bound.head
        answer = self._answers(style, frame, bound) if style and self.block.kind == "style" else ops_of(bound.tail)
        bound.ending, ending = ending_of(turn, frame, "", pairs=self.pairs)
        ops: Ops = (*ops_of(opening), *answer, *ending)
        wheres = (*self.model.wheres, *self.block.wheres, *turn.wheres)
        found, settled = conditions([(where, None, frame) for where in wheres], ops)
        return Program(self.block, [frame], ops, found, system, [(None, [bound])], settled=settled)

    def _system(self, frame: Frame) -> Line | None:
        return Line(self.block.system, frame, "system") if self.block.system else None

    def _styled(self, style: model.Style, frame: Frame, message: model.Message) -> Line:
        """The assistant message of a style: its wrapping, or the answer alone."""
        if style.wrap is not None:
            return Line(style.wrap, frame, "style")
        expr = model.Expr(Reference(model.Read(style.answer), style.answer.type, message.span), message.span)
        alone = model.Template((model.Show(expr, None, message.span),), message.span)
        return Line(model.Message("assistant", alone, (), True, message.span), frame, "style")

    def _answers(self, style: model.Style, frame: Frame, bound: Turn) -> Ops:
        """A recorded answer: wrapped, or as a person left it."""
        prompt = bound.head[-1]
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

        give(style.answer, frame, (), final, text)
        wrapped = self._styled(style, frame, prompt.message)
        bare = self._styled(model.Style(None, (), style.answer, None, None, None, {}, None), frame, prompt.message)
        if style.wrap is None:
            wrapped.place = lambda picks: recorded(picks).span
        bare.place = lambda picks: recorded(picks).span
        bound.tail = [wrapped]
        if all(a.final is None for a in style.answers.values()):
            return wrapped.ops
        bound.other = [bare]
        bound.fault = frame.slot("final", "final", lambda _, __: ("", prompt.message.span), hidden=True)
        reads = slots_of(prompt.ops)

        def edited(_: object, picks: Picks) -> int:
            found = style.recorded_answer(text.render(picks))
            return int(found is not None and found.final is not None)

        return (Switch(bound.fault, edited, reads, frozenset(), (wrapped.ops, bare.ops)),)
