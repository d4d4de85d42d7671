"""This machine as a provider: models that run and are trained here, with no service and no key."""

from ftc.providers.local.capabilities import CAPABILITIES
from ftc.providers.provider import Model, Trainer


class Local:
    """The local provider. Its libraries are imported when a model is asked or trained."""

    name = "local"
    base_url = None
    capabilities = CAPABILITIES

    def model(self, name: str, *, parallel: int | None = None) -> Model:
        raise NotImplementedError

    def trainer(self) -> Trainer:
        raise NotImplementedError
