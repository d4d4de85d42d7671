"""OpenAI's API as a provider, and every service that speaks it.

`keys` finds the key, `connection` asks and asks again, `wire` lets nothing out to a stranger and nothing endless in,
`retries` says when to ask again, `errors` turns what went wrong into a diagnostic; `chat` and `jobs` are what is asked.
The library `openai` is imported when something is asked.
"""

import os

from ftc.providers.openai.connection import Connection
from ftc.providers.openai.retries import Patience
from ftc.providers.provider import Model, ProviderError, Trainer
from ftc.providers.services import Service

__all__ = ["OpenAI", "Patience"]


class OpenAI:
    """A service. `base_url` is where the caller says that it is; else, for `openai` alone, what `OPENAI_BASE_URL` says,
    as the library itself has it; else where the service usually is. `insecure` lets a key go over http."""

    def __init__(
        self,
        service: Service,
        base_url: str | None = None,
        *,
        patience: Patience | None = None,
        insecure: bool = False,
    ) -> None:
        self.name = service.name
        elsewhere = os.environ.get("OPENAI_BASE_URL") if service.name == "openai" else None
        self.base_url = base_url or elsewhere or service.base_url
        self.capabilities = service.capabilities
        self._service = service
        self._patience, self._insecure = patience, insecure

    def model(self, name: str, *, parallel: int | None = None) -> Model:
        """A model of the service. ProviderError where there is no key or no address."""
        from ftc.providers.openai.chat import PARALLEL, ChatModel

        return ChatModel(self._connection(), name, parallel or PARALLEL)

    def trainer(self) -> Trainer:
        """The service as a place to train. ProviderError where there is no key or no address."""
        from ftc.providers.openai.jobs import Jobs

        return Jobs(self._connection(), self.capabilities.max_file_bytes)

    def _connection(self) -> Connection:
        if self.base_url is None:
            raise ProviderError("E815", name=self.name)
        patience = self._patience or Patience.wanted()
        return Connection(self._service, self.base_url, patience, insecure=self._insecure)
