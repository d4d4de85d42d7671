"""The provider `local`: models that run and are trained on this machine, without a service or a key.

`resolve.py` finds a model by its name and fetches it, `chat.py` asks it, `jobs.py` trains it in a process of its own
(`worker.py`).
"""

from pathlib import Path

from ftc.providers.local.capabilities import CAPABILITIES
from ftc.providers.provider import Method, Model, NotAtHand, TokenCounter, TrainedData, Trainer


class Local:
    """The local provider. Its libraries are imported when a model is used."""

    name = "local"
    base_url = None
    capabilities = CAPABILITIES

    def model(self, name: str, *, parallel: int | None = None) -> Model:
        from ftc.providers.local.chat import LocalModel
        from ftc.providers.local.load import load_tokenizer

        # What cannot be spoken to is refused before anybody is asked, or asks, anything.
        load_tokenizer(name)
        return LocalModel(name, parallel)

    def trained_data(self, name: str) -> TrainedData | None:
        from ftc.providers.local.resolve import trained_data

        return trained_data(name)

    def token_counter(self, name: str, method: Method, file: Path) -> TokenCounter | NotAtHand:
        from ftc.providers.local.token_counter import token_counter

        return token_counter(name, method, file)

    def trainer(self) -> Trainer:
        from ftc.providers.local.jobs import LocalTrainer

        return LocalTrainer()
