"""E329: an invalid value that no `invalid` answers.

A name of a block needs an answer in its own block; a name from the top of the file needs one in some format
that shows it.
"""

from collections.abc import Iterator

from ftc.check.dependencies import all_names, invalid_values, user_texts
from ftc.check.model import Block, Model, Name
from ftc.diagnostics import Diagnostic


def check(model: Model) -> Iterator[Diagnostic]:
    answered = {name for block in model.blocks for name in _answered(block)}
    blocks = (name for block in model.blocks for name in block.names)
    for name in dict.fromkeys((*model.names, *blocks)):
        values = invalid_values(name)
        if values and name not in answered and name in model.used:
            yield Diagnostic("E329", values[0].span, {"name": name.name})


def _answered(block: Block) -> Iterator[Name]:
    for turn in block.turns:
        if turn.invalid is not None:
            for template in user_texts(turn):
                yield from all_names(template)
