"""What is certain of the last answers of a program: they hold what `says` asks for, and are not the rejected ones."""

from ftc.expand.bind.frames import PickFailure
from ftc.expand.bind.messages import Line, acceptable
from ftc.expand.bind.texts import Hole, Text, TextChoice
from ftc.expand.plan.program import Program
from ftc.expressions.types import BOOL, FLOAT, INT
from ftc.lower.messages import messages_of
from ftc.lower.pieces import EMPTY, Axis, Branch, Constant, Piece, Row
from ftc.lower.shapes import Fork, by_shape
from ftc.quality.normal_form import says_nothing, written_says_nothing
from ftc.quality.proofs.unambiguous import differ

# Values of a name that are looked at one by one, and so many at once.
MAX_VALUES = 2_000_000
STEP = 10_000


def says_is_held(program: Program) -> bool:
    """Whether every answer surely holds what its `says` asks for."""
    _, last = program.turns[-1]
    return all(
        _holds(lines[-1], says)
        for turn in last
        for lines, ending in ((turn.tail, turn.ending), (turn.other, turn.other_ending))
        if lines
        for says in ending.says
    )


def _holds(line: Line, says: Text) -> bool:
    if not all(isinstance(part, str | TextChoice) for part in says.parts):
        return False
    readings = [reading.casefold() for reading in acceptable(says, {})]
    return line.text is not None and bool(readings) and _always_holds(line.text, readings)


def _always_holds(text: Text, readings: list[str]) -> bool:
    """Whether one of the readings stands in the text whatever is picked."""
    return any(
        any(reading in part.casefold() for reading in readings)
        if isinstance(part, str)
        else isinstance(part, TextChoice) and all(_always_holds(each, readings) for each in part.texts)
        for part in text.parts
    )


def rejected_differs(program: Program) -> bool:
    """Whether the rejected answer surely differs from the answer."""
    _, last = program.turns[-1]
    if not any(turn.ending.rejected or turn.other_ending.rejected for turn in last):
        return True
    differs: list[bool] = []

    def compare(shape: list[Fork]) -> Piece:
        messages, rejected = messages_of(program, shape)
        differs.append(rejected is None or differ(messages[-1].text, rejected))
        return EMPTY

    by_shape(program, compare)
    return all(differs)


def answers_say_something(program: Program) -> bool:
    """Whether every trained answer, and every one not to give, surely has more than blanks in it."""
    turns = [turn for _, cases in program.turns for turn in cases]
    lines = [line for turn in turns for line in (*turn.head, *turn.tail, *turn.other)]
    answers = [line.text for line in lines if line.message.role == "assistant" and line.message.trained]
    answers += [ending.rejected for turn in program.turns[-1][1] for ending in (turn.ending, turn.other_ending)]
    if all(text is None or _shows_something(text) for text in answers):
        return True
    sure: list[bool] = []

    def look(shape: list[Fork]) -> Piece:
        messages, rejected = messages_of(program, shape)
        answers = [m.text for m in messages if m.role == "assistant" and m.trained]
        sure.append(all(map(_says_something, answers if rejected is None else [*answers, rejected])))
        return EMPTY

    by_shape(program, look)
    return all(sure)


def _shows_something(text: Text) -> bool:
    """Whether a part of the text is more than blanks: what is written, or a value that is none as text."""
    return any(
        not says_nothing(part)
        if isinstance(part, str)
        else isinstance(part, Hole) and part.evaluated.expr.type in (INT, FLOAT, BOOL)
        for part in text.parts
    )


def _says_something(piece: Piece) -> bool:
    match piece:
        case Constant():
            return not written_says_nothing(piece.data)
        case Axis():
            return _each_says_something(piece)
        case Row():
            return any(map(_says_something, piece.parts))
        case Branch():
            return all(map(_says_something, piece.options))
    return False


def _each_says_something(axis: Axis) -> bool:
    if axis.size > MAX_VALUES:
        return False
    try:
        stretches = (axis.stretch(at, min(STEP, axis.size - at)) for at in range(0, axis.size, STEP))
        return not any(written_says_nothing(value) for values in stretches for value in values)
    except PickFailure:
        return False
