"""The names that an answer may be the first to meet."""

from collections.abc import Iterable, Iterator, Set
from functools import cached_property

from ftc.expand.bind.bindings import ItemBinding, TextBinding
from ftc.expand.bind.frames import Binding
from ftc.expand.bind.messages import Line, ops_of
from ftc.expand.bind.tables import TableBinding
from ftc.expand.bind.texts import Hole
from ftc.expand.plan.program import Program
from ftc.expand.space.ops import Decide, Dynamic, Slot, Token, spread
from ftc.expand.space.reach import Certain, meetings, reach
from ftc.slotted import slotted


class Answer:
    """A trained answer of the first turn of a program: its `line`, and the lines `before` it. `branched` where not
    every conversation of the program comes to it."""

    def __init__(self, program: Program, line: Line, before: list[Line], *, branched: bool) -> None:
        self.program = program
        self.line = line
        self.before = before
        self.branched = branched

    @property
    def is_expression(self) -> bool:
        """Whether it is written as one, or calls something: there are no alternatives in it."""
        text = self.line.text
        return text is None or (isinstance(text.parts[0], Hole) and not text.template.span.text.startswith("{"))

    @cached_property
    def bindings(self) -> dict[Token, Binding]:
        """The names of its program that pick something themselves, by what is done where they are met."""
        frames = self.program.frames[0].frames
        bound = (each for frame in frames for each in frame.bound.values())
        return {each.meet.token: each for each in bound if isinstance(each, TextBinding | ItemBinding | TableBinding)}

    @cached_property
    def perhaps_told(self) -> frozenset[Token]:
        """What may have been met before it."""
        return reach(ops_of(self.before))[0]


@slotted
class UntoldName:
    """A name that an answer may be the first to meet: `slots` are the decisions of its own."""

    answer: Answer
    binding: Binding
    slots: frozenset[Slot]

    @property
    def name(self) -> str:
        """The name as the file shows it."""
        return name_of(self.binding)

    @property
    def is_row(self) -> bool:
        """Whether its values are rows, or those of another name: such values are no wordings of one answer."""
        return isinstance(self.binding, TableBinding) or bool(self.binding.frame.path)

    @property
    def sometimes_told(self) -> bool:
        """Whether some alternatives before the answer show it."""
        return self.binding.meet.token in self.answer.perhaps_told


def name_of(binding: Binding) -> str:
    """A name as the file shows it: of what `let x in NAME` ranges over, x."""
    path = binding.frame.path
    return path.split("/", 1)[0] if path else binding.name.name


def untold_names(programs: Iterable[Program]) -> Iterator[UntoldName]:
    """The names of each answer that it may be the first to meet. Later turns of a format know what its first knows, so
    the first is enough; of its programs, so are the shortest."""
    seen: set[object] = set()
    for program in programs:
        of_first_turn = program.fault is None or program.fault.frame.turn in ("", "1/")
        if len(program.turns) > program.block.low or not of_first_turn:
            continue
        for answer, told in _answers(program):
            for meet in meetings(answer.line.ops):
                if meet.token in told:
                    continue
                binding = answer.bindings.get(meet.token)
                if binding is None:
                    continue
                key = id(answer.line.message), binding.name, binding.frame.path
                slots = frozenset(_own_slots(binding))
                if slots and key not in seen:
                    seen.add(key)
                    yield UntoldName(answer, binding, slots)


def _answers(program: Program) -> Iterator[tuple[Answer, Set[Token]]]:
    """Each answer with what has surely been met before it, until the next is asked for."""
    _, cases = program.turns[0]
    system = [program.system] if program.system else []
    for turn in cases:
        branched = len(cases) > 1 or isinstance(turn.fault, Slot)
        ways = ([] if turn.fault is True else [turn.tail]) + ([turn.other] if turn.fault else [])
        for way in ways:
            lines = [*system, *turn.head, *way]
            told = Certain()
            for at, line in enumerate(lines):
                if line.reached is not None:
                    yield Answer(program, line, lines[:at], branched=branched), told.tokens
                told.add(line.ops)


def _own_slots(binding: Binding) -> Iterator[Slot]:
    """What meeting a name decides, without what it is made of: all but what has one value."""
    for op in spread(binding.meet.ops):
        if isinstance(op, Dynamic) or (isinstance(op, Decide) and op.size > 1):
            yield op.slot
