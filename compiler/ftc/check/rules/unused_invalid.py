"""W301: an `invalid` block in a format whose users never send an invalid value."""

from collections.abc import Iterator

from ftc.check.dependencies import all_names, invalid_values, user_texts
from ftc.check.model import Model
from ftc.diagnostics import Diagnostic


def check(model: Model) -> Iterator[Diagnostic]:
    for block in model.blocks:
        for invalid in dict.fromkeys(turn.invalid for turn in block.turns if turn.invalid):
            texts = (t for turn in block.turns if turn.invalid is invalid for t in user_texts(turn))
            if not any(invalid_values(name) for text in texts for name in all_names(text)):
                yield Diagnostic("W301", invalid.span)
