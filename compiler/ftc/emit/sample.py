"""A few conversations of many: enough to look at, or to hold against the shape of a line."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ftc.targets.target import Target

if TYPE_CHECKING:
    from ftc.expand.plan.plan import Conversations

CHECKED = 100


def spread(count: int, wanted: int) -> Iterator[int]:
    """`wanted` indices of `count`, at even distances, the first and the last among them."""
    if count <= wanted:
        yield from range(count)
    elif wanted == 1:
        yield 0
    else:
        yield from (at * (count - 1) // (wanted - 1) for at in range(wanted))


def check_shape(conversations: "Conversations", target: Target) -> None:
    """Hold lines against the model of their shape; a line that differs is a mistake of the target, so it is raised."""
    model = target.model()
    for at in spread(conversations.count, CHECKED):
        conversation = conversations[at]
        if target.takes(conversation):
            model.model_validate_json(target.line(conversation))
