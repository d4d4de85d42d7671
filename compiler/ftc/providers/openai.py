"""OpenAI's API as a provider, and every service that speaks it."""

from ftc.providers.provider import Model, Trainer
from ftc.providers.services import Service


class OpenAI:
    """A service. The client is made when something is asked."""

    def __init__(self, service: Service, base_url: str | None) -> None:
        self.name = service.name
        self.base_url = base_url or service.base_url
        self.capabilities = service.capabilities

    def model(self, name: str, *, parallel: int | None = None) -> Model:
        raise NotImplementedError

    def trainer(self) -> Trainer:
        raise NotImplementedError
