"""A talk with a model: what was said so far is what it is asked with."""

from collections.abc import Iterator

from ftc.providers.provider import Decoding, Model, Question


class Chat:
    """`system` may be changed between two messages; `again` starts over."""

    def __init__(self, model: Model, decoding: Decoding, system: str | None = None) -> None:
        self.model = model
        self.decoding = decoding
        self.system = system
        self._said: list[dict[str, object]] = []

    def say(self, message: str) -> Iterator[str]:
        """The pieces of the answer. What is not taken to its end is not remembered. Raises ProviderError."""
        user: dict[str, object] = {"role": "user", "content": message}
        opening = [] if self.system is None else [{"role": "system", "content": self.system}]
        pieces = []
        for piece in self.model.stream(Question((*opening, *self._said, user)), self.decoding):
            pieces.append(piece)
            yield piece
        self._said += [user, {"role": "assistant", "content": "".join(pieces)}]

    def again(self) -> None:
        """Forget what was said."""
        self._said.clear()
