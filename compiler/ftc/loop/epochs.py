"""How many times training goes over the data, where nothing says so, and why so often."""

from typing import NamedTuple

FEW = 34
"""Below so many conversations three epochs are too few (OpenAI cookbook, `chat_finetuning_data_prep`)."""
USUAL = 3
MOST = 25


class Epochs(NamedTuple):
    number: int
    reason: str


def epochs(conversations: int) -> Epochs:
    """The rule of OpenAI's cookbook: three, and more for a small file, so that about a hundred examples are seen."""
    if conversations >= FEW:
        return Epochs(USUAL, f"the usual for {FEW} conversations and more (OpenAI cookbook)")
    number = max(USUAL, min(MOST, 100 // max(conversations, 1)))
    return Epochs(number, f"100 // {conversations}, {MOST} at most: a small file is shown more often (OpenAI cookbook)")
