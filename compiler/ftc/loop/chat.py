"""A conversation with a model: each message is sent with all messages before it."""

from collections.abc import Iterator

from ftc.providers.provider import Decoding, Model, Question


class Chat:
    """`system` may be changed between two messages; `reset` starts over."""

    def __init__(self, model: Model, decoding: Decoding, system: str | None = None) -> None:
        self.model = model
        self.decoding = decoding
        self.system = system
        self._history: list[dict[str, object]] = []

    def send(self, message: str) -> Iterator[str]:
        """The answer, piece by piece. An answer that is not read to its end is not remembered. Raises ProviderError."""
        user: dict[str, object] = {"role": "user", "content": message}
        opening = [] if self.system is None else [{"role": "system", "content": self.system}]
        pieces = []
        for piece in self.model.stream(Question((*opening, *self._history, user)), self.decoding):
            pieces.append(piece)
            yield piece
        self._history += [user, {"role": "assistant", "content": "".join(pieces)}]

    def reset(self) -> None:
        """Forget all messages so far."""
        self._history.clear()
