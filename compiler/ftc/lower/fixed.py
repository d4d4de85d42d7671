"""Programs in which nothing is picked: plain facts, of which a file may have ten thousand.

They are one conversation each, so that anything worked out for a program is worked out for one line: here is what needs
no working out.
"""

from ftc.expand.bind.messages import NO_ENDING, Line
from ftc.expand.plan.program import Program
from ftc.slotted import slotted


@slotted
class Fixed:
    """The messages of the one conversation, and what each says."""

    program: Program
    lines: list[Line]
    texts: list[str]

    @property
    def shape(self) -> tuple[object, ...]:
        """What the frame of its line depends on."""
        roles = [(line.message.role, line.message.trained) for line in self.lines]
        return self.program.block.tools, *roles

    @property
    def user(self) -> str:
        """What the user says first."""
        return self.texts[[line.message.role for line in self.lines].index("user")]


def fixed(program: Program) -> Fixed | None:
    """The program as it stands; None where something in it is picked, computed, called or added."""
    if program.space.component_of or program.fault is not None or program.space.count != 1:
        return None
    lines = [program.system] if program.system else []
    for slot, turns in program.turns:
        turn = turns[0]
        if slot is not None or turn.ending is not NO_ENDING:
            return None
        lines += turn.head
        lines += turn.tail
    texts = []
    for line in lines:
        # What depends on the place is a recorded answer.
        if line.text is None or line.place is not None:
            return None
        parts = line.text.parts
        if not parts:
            texts.append("")
        elif len(parts) == 1 and isinstance(text := parts[0], str):
            texts.append(text)
        else:
            return None
    return Fixed(program, lines, texts)
