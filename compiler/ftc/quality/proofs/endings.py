"""What is certain of the last answers of a program: they hold what `says` asks for, and are not the rejected ones."""

from ftc.expand.bind.messages import Line, acceptable
from ftc.expand.bind.texts import Text, TextChoice
from ftc.expand.plan.program import Program
from ftc.lower.messages import messages_of
from ftc.lower.pieces import EMPTY, Piece
from ftc.lower.shapes import Fork, by_shape
from ftc.quality.proofs.unambiguous import differ


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
