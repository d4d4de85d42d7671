"""A few conversations of many: enough to look at, or to check the shape of their lines."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ftc.targets.target import Target

if TYPE_CHECKING:
    from ftc.expand.plan.plan import Conversations

CHECKED = 100
"""Lines that are validated."""


def spread(count: int, size: int) -> Iterator[int]:
    """`size` indices below `count`, evenly spaced, the first and the last among them."""
    if count <= size:
        yield from range(count)
    elif size == 1:
        yield 0
    else:
        yield from (at * (count - 1) // (size - 1) for at in range(size))


def check_shape(conversations: "Conversations", target: Target) -> None:
    """Validate a sample of lines with the model of a line; one that does not fit is a bug in the target and is
    raised."""
    model = target.model()
    for at in spread(conversations.count, CHECKED):
        conversation = conversations[at]
        if target.accepts(conversation):
            model.model_validate_json(target.line(conversation))
