"""The provider for OpenAI's API and every service that speaks it.

`keys` finds the key, `connection` sends requests and retries them by the rules of `retries`, `http_client` limits where
they go and how large replies may be, `errors` turns failures into diagnostics; `chat` and `jobs` are the two parts of
the API. The library `openai` is imported with the first request.
"""

import os
from pathlib import Path

from ftc.providers.openai.connection import Connection
from ftc.providers.openai.retries import RetryPolicy
from ftc.providers.provider import Method, Model, ProviderError, TrainedData, Trainer
from ftc.providers.services import Service

__all__ = ["OpenAI", "RetryPolicy"]


class OpenAI:
    """A service. Its address is `base_url`; else, for `openai` alone, `OPENAI_BASE_URL`, as in the library itself; else
    the default of the service. `insecure` lets a key go over http."""

    def __init__(
        self,
        service: Service,
        base_url: str | None = None,
        *,
        policy: RetryPolicy | None = None,
        insecure: bool = False,
    ) -> None:
        self.name = service.name
        elsewhere = os.environ.get("OPENAI_BASE_URL") if service.name == "openai" else None
        self.base_url = base_url or elsewhere or service.base_url
        self.capabilities = service.capabilities
        self._service = service
        self._policy, self._insecure = policy, insecure

    def model(self, name: str, *, parallel: int | None = None) -> Model:
        """A model of the service. ProviderError where there is no key or no address."""
        from ftc.providers.openai.chat import PARALLEL, ChatModel

        return ChatModel(self._connection(), name, parallel or PARALLEL)

    def trained_data(self, name: str) -> TrainedData | None:
        """A service does not say what a model was trained on."""
        return None

    def token_counter(self, name: str, method: Method, file: Path) -> None:
        """A service counts for itself; what it will count can only be estimated."""
        return

    def trainer(self) -> Trainer:
        """The trainer of the service. ProviderError where there is no key or no address."""
        from ftc.providers.openai.jobs import OpenAITrainer

        return OpenAITrainer(self._connection(), self.capabilities.max_file_bytes)

    def _connection(self) -> Connection:
        if self.base_url is None:
            raise ProviderError("E815", name=self.name)
        policy = self._policy or RetryPolicy.from_environment()
        return Connection(self._service, self.base_url, policy, insecure=self._insecure)
