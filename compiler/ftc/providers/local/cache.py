"""The cache of models that were downloaded or converted, so that it happens once on a machine.

An entry is made under a temporary name and renamed when it is complete, under a lock: a killed process leaves nothing
that looks like an entry, and of two processes that need the same one the second waits for the first.
"""

import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

log = logging.getLogger("ftc.providers.local")

VARIABLE = "FTC_CACHE"
"""The environment variable with another folder for the cache."""


def folder() -> Path:
    from platformdirs import user_cache_dir

    return Path(os.environ.get(VARIABLE) or user_cache_dir("ftc"))


def find(key: str) -> Path | None:
    """The entry of a key; None where there is none."""
    found = folder() / "models" / key
    return found if found.is_dir() else None


def cached(key: str, make: Callable[[Path], None]) -> Path:
    """The entry of a key: a folder. If there is none yet, `make` fills an empty one."""
    from filelock import FileLock, Timeout

    models = folder() / "models"
    if (made := find(key)) is not None:
        return made
    models.mkdir(parents=True, exist_ok=True)
    lock = FileLock(models / f".{key}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        log.info("another process is getting %s ready; waiting for it", key)
        lock.acquire()
    try:
        if (made := find(key)) is not None:
            return made
        for orphan in models.glob(f".{key}.*.part"):
            shutil.rmtree(orphan, ignore_errors=True)
        aside = Path(tempfile.mkdtemp(prefix=f".{key}.", suffix=".part", dir=models))
        try:
            make(aside)
            aside.chmod(0o755)
            aside.rename(models / key)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        return models / key
    finally:
        lock.release()


@contextmanager
def scratch(entry: Path) -> Iterator[Path]:
    """A temporary folder that is needed only while an entry is made."""
    with tempfile.TemporaryDirectory(prefix=f"{entry.name}.", suffix=".part", dir=entry.parent) as aside:
        yield Path(aside)
