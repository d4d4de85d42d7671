"""How many tokens a conversation takes, counted offline with the tables of `o200k_base`.

An estimate: the texts are counted exactly, the chat template as 3 tokens per message and 3 for the reply.
"""

from collections.abc import Callable, Iterator
from functools import cache

from ftc.expand.conversation import Conversation

PER_MESSAGE = 3
REPLY = 3


def surely_fit(conversation: Conversation, limit: int) -> bool:
    """Whether the length alone proves that it fits: a token has at least one byte, a character at most four."""
    left = limit - REPLY - PER_MESSAGE * len(conversation.messages)
    characters = sum(map(len, _texts(conversation)))
    return 4 * characters <= left or (
        characters <= left and sum(len(text.encode()) for text in _texts(conversation)) <= left
    )


def count(conversation: Conversation) -> int | None:
    """The tokens of a conversation; None if the library that counts them is not installed."""
    counter = _counter()
    if counter is None:
        return None
    return REPLY + sum(map(counter, _texts(conversation))) + PER_MESSAGE * len(conversation.messages)


def count_text(text: str) -> int | None:
    """The tokens of a text alone."""
    counter = _counter()
    return None if counter is None else counter(text)


def _texts(conversation: Conversation) -> Iterator[str]:
    for message in conversation.messages:
        if message.content:
            yield message.content
        for call in message.calls:
            yield call.name
            yield _json(call.arguments)
    for tool in conversation.tools:
        yield tool.name
        yield tool.description
        yield _json(tool.parameters)


def _json(value: object) -> str:
    from ftc.targets.target import dump

    return dump(value)


@cache
def _counter() -> Callable[[str], int] | None:
    # The PyPI package is `quicktok-v1`; one called `quicktok` has the same import name and is something else.
    try:
        from quicktok import get_encoding  # type: ignore[import-untyped]
    except ImportError:
        return None
    encoding = get_encoding("o200k_base")
    return lambda text: len(encoding.encode_ordinary(text))
