"""A service that is being asked: the client of the library with a key, and asking until there is an answer or none."""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from ftc.providers.openai import keys
from ftc.providers.openai.errors import Asked, said_of
from ftc.providers.openai.retries import Gate, Passing, Patience, patiently
from ftc.providers.provider import ProviderError
from ftc.providers.services import Service

if TYPE_CHECKING:
    import openai

Answer = TypeVar("Answer")


class Connection:
    """A service at an address."""

    def __init__(self, service: Service, base_url: str, patience: Patience) -> None:
        self.name, self.variable = service.name, service.key
        self.address = _fit(base_url)
        self.patience = patience
        self._service = service
        self._key = keys.key(service.name, service.key)
        self._gate = Gate()
        self._reached = False

    def ask(self, asked: Asked, question: "Callable[[openai.OpenAI], Answer]") -> Answer:
        """The answer, asked for again while that is of use; ProviderError where there is none."""
        return patiently(
            lambda: self.once(asked, question), self.name, self.patience, self._gate, lambda: self._reached
        )

    def once(self, asked: Asked, question: "Callable[[openai.OpenAI], Answer]") -> Answer:
        """The answer, asked for once: ProviderError, or Passing where it may be had a moment later."""
        client = self.client
        try:
            answer = question(client)
        except Exception as error:
            told = said_of(error, asked, self)
            if told is None:
                raise
        else:
            self._reached = True
            return answer
        self._reached |= not (isinstance(told, Passing) and told.unreached)
        # Raised here, so that it holds on to nothing of what led to it: that knows what was sent.
        raise told

    def hidden(self, text: str) -> str:
        """What a service says, without the key."""
        return keys.without(text, self._key)

    @cached_property
    def client(self) -> "openai.OpenAI":
        import openai

        key = self._key.get_secret_value()
        client = openai.OpenAI(
            api_key=key,
            base_url=self.address,
            max_retries=0,
            timeout=openai.Timeout(self.patience.timeout, connect=self.patience.connect),
            # Azure's v1 API takes either header; what stands before it in a company often wants its own.
            default_headers={"api-key": key} if self.name == "azure" else None,
        )
        if self.address != self._service.base_url or self.name != "openai":
            # The library reads these from the environment; they are OpenAI's own, and nobody else's business.
            client.organization = client.project = None
        return client


def _fit(base_url: str) -> str:
    """An address that can be asked, and written down: it goes into job files and recorded answers."""
    parts = urlsplit(base_url)
    if parts.username or parts.password:
        # Not shown in full.
        raise ProviderError("E817", what="The address", reason="it holds a name or password, and it is written down")
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ProviderError("E817", what=f"The address {base_url}", reason="it does not start with http:// or https://")
    return base_url
