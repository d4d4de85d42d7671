"""A model of the hub of transformers, by its id: what is here already is taken without asking the network."""

import logging
from pathlib import Path

from ftc.providers.local.library import line
from ftc.providers.local.view import INDEX, settings
from ftc.providers.provider import ProviderError

log = logging.getLogger("ftc.providers.local")

WANTED = ["*.json", "*.safetensors", "*.jinja", "*.model", "*.txt"]
"""The files of a model that are read here: settings, weights, template and tokenizer, and no code."""


def fetch(id: str) -> Path:
    """The folder of a hub model; ProviderError where it is neither here nor to be had."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError, RepositoryNotFoundError

    try:
        here = Path(snapshot_download(id, allow_patterns=WANTED, local_files_only=True))
        if _whole(here):
            return here
    except LocalEntryNotFoundError:
        pass
    log.info("fetching %s from the hub, once", id)
    try:
        return Path(snapshot_download(id, allow_patterns=WANTED))
    except RepositoryNotFoundError as error:
        raise ProviderError(
            "E821", name=id, why="the hub has no such model, or shows it only to its members"
        ) from error
    except HfHubHTTPError as error:
        raise ProviderError("E823", name=id, reason=line(error)) from error
    except (LocalEntryNotFoundError, OSError) as error:
        raise ProviderError("E823", name=id, reason="there is no connection to the hub") from error


def _whole(folder: Path) -> bool:
    """Whether a snapshot has its weights: a download that was cut short leaves the files it had."""
    if not (folder / "config.json").exists():
        return False
    if not (folder / INDEX).exists():
        return any(folder.glob("*.safetensors"))
    try:
        parts = settings(folder, INDEX).get("weight_map")
    except ProviderError:
        return False
    return isinstance(parts, dict) and all((folder / str(each)).exists() for each in parts.values())
