"""A model of the Hugging Face hub, by its id: one that is on this machine is used without the network."""

import logging
from pathlib import Path

from ftc.providers.local.data_view import INDEX, SETTINGS, WEIGHTS, read_settings
from ftc.providers.local.library import line
from ftc.providers.provider import ProviderError

log = logging.getLogger("ftc.providers.local")

PATTERNS = [*SETTINGS, WEIGHTS]
"""The files of a model that are downloaded: settings, weights, template and tokenizer, and no code."""


def here(id: str) -> Path | None:
    """The folder of a hub model that is on this machine, whole; no network is used."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        found = Path(snapshot_download(id, allow_patterns=PATTERNS, local_files_only=True))
    except LocalEntryNotFoundError:
        return None
    return found if _whole(found) else None


def fetch_settings(id: str) -> Path:
    """The folder of a hub model, with all but its weights; ProviderError as of `fetch`."""
    found = here(id)
    return _download(id, [each for each in PATTERNS if each != WEIGHTS]) if found is None else found


def fetch(id: str) -> Path:
    """The folder of a hub model; ProviderError where it is neither on this machine nor available."""
    found = here(id)
    if found is not None:
        return found
    log.info("fetching %s from the hub, once", id)
    return _download(id, PATTERNS)


def _download(id: str, patterns: list[str]) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError, RepositoryNotFoundError

    try:
        return Path(snapshot_download(id, allow_patterns=patterns))
    except RepositoryNotFoundError as error:
        raise ProviderError(
            "E821", name=id, why="the hub has no such model, or shows it only to its members"
        ) from error
    except HfHubHTTPError as error:
        raise ProviderError("E823", name=id, reason=line(error)) from error
    except (LocalEntryNotFoundError, OSError) as error:
        raise ProviderError("E823", name=id, reason="there is no connection to the hub") from error


def _whole(folder: Path) -> bool:
    """Whether a snapshot has all its weights: an interrupted download leaves an incomplete one."""
    if not (folder / "config.json").exists():
        return False
    if not (folder / INDEX).exists():
        return any(folder.glob("*.safetensors"))
    try:
        parts = read_settings(folder, INDEX).get("weight_map")
    except ProviderError:
        return False
    return isinstance(parts, dict) and all((folder / str(each)).exists() for each in parts.values())
